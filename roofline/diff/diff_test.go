package diff

import (
	"fmt"
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A layer of a chain: an operator on images of a width, under a name.
type layer struct {
	op, name string
	channels int64
}

// chain estimates layers that follow each other: convolutions with channels in and out, and pointwise operators.
func chain(t testing.TB, layers []layer) *roofline.Estimate {
	t.Helper()
	m := &graph.Model{Name: "chain", Opsets: []graph.Opset{{Version: 17}}, Main: &graph.Graph{Inputs: []graph.ID{0}}}
	m.Tensors = []graph.Tensor{{Name: "x", Kind: graph.FromInput, Decl: &graph.Type{Kind: graph.KindTensor,
		Elem: dtype.Float32, HasShape: true, Dims: []graph.Dim{{Value: 1}, {Value: 8}, {Value: 16}, {Value: 16}}}}}
	add := func(tensor graph.Tensor) graph.ID {
		m.Tensors = append(m.Tensors, tensor)
		return graph.ID(len(m.Tensors) - 1)
	}
	last, channels := graph.ID(0), int64(8)
	for i, l := range layers {
		n := graph.Node{Name: l.name, Op: graph.OpID{Type: l.op}, Version: 17, Inputs: []graph.ID{last}}
		if l.op == "Conv" {
			shape := graph.Shape{l.channels, channels, 1, 1}
			n.Inputs = append(n.Inputs, add(graph.Tensor{Name: fmt.Sprint("w", i), Kind: graph.FromInitializer,
				Init: &graph.Const{Type: dtype.Float32, Shape: shape}}))
			m.Main.Initializers, channels = append(m.Main.Initializers, n.Inputs[1]), l.channels
		}
		last = add(graph.Tensor{Name: fmt.Sprint("t", i)})
		n.Outputs = []graph.ID{last}
		m.Main.Nodes = append(m.Main.Nodes, n)
	}
	m.Main.Outputs = []graph.ID{last}
	plan, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	res, err := plan.Run(infer.Bindings{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := hwprofiles.NewCatalog().Get("rpi-5")
	if err != nil {
		t.Fatal(err)
	}
	e, err := roofline.Run(res, d, roofline.Options{Fusion: 2})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Layers) != len(layers) {
		t.Fatalf("found %d kernels of %d layers, expected no fusion", len(e.Layers), len(layers))
	}
	return e
}

// convs returns so many convolutions and pools in turn, each pair with channels of its own, named by name.
func convs(n int, name func(i int) string) []layer {
	var out []layer
	for i := range n {
		op := "Conv"
		if i%2 == 1 {
			op = "Softmax"
		}
		out = append(out, layer{op, name(i), int64(8 + 8*(i/2%7))})
	}
	return out
}

func others(i int) string { return fmt.Sprint("other", 1000-i) }

func numbered(i int) string { return fmt.Sprintf("node_%d", i) }

// insert puts a layer in front of another one, and numbers all anew.
func insert(list []layer, at int, l layer) []layer {
	out := append(append(append([]layer{}, list[:at]...), l), list[at:]...)
	for i := range out {
		out[i].name = numbered(i)
	}
	return out
}

func TestCompare(t *testing.T) {
	base := convs(40, numbered)
	path := func(i int) string { return fmt.Sprintf("/block.%d/op", i) }
	wider := convs(40, path)
	wider[20].channels = 96
	swapped := convs(40, path)
	swapped[11], swapped[31] = layer{"Softmax", path(31), 0}, layer{"Softmax", path(11), 0}
	for name, c := range map[string]struct {
		old, new []layer
		want     [NumKinds]int
		renamed  int
	}{
		"the same":         {base, base, [NumKinds]int{Same: 40}, 0},
		"all renamed":      {base, convs(40, others), [NumKinds]int{Same: 40}, 40},
		"one put in":       {base, insert(base, 15, layer{"Sigmoid", "", 0}), [NumKinds]int{Same: 40, Added: 1}, 25},
		"one taken out":    {insert(base, 15, layer{"Sigmoid", "", 0}), base, [NumKinds]int{Same: 40, Removed: 1}, 25},
		"one wider":        {convs(40, path), wider, [NumKinds]int{Same: 37, Slower: 3}, 0},
		"another operator": {base[:1], []layer{{"Sigmoid", "node_0", 0}}, [NumKinds]int{Added: 1, Removed: 1}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := Compare(chain(t, c.old), chain(t, c.new))
			if d.Count != c.want || d.Renamed != c.renamed {
				t.Errorf("found %v and %d renamed, expected %v and %d", d.Count, d.Renamed, c.want, c.renamed)
			}
			checkDiff(t, d)
		})
	}
	d := Compare(chain(t, convs(40, path)), chain(t, swapped))
	checkDiff(t, d)
}

// checkDiff holds what is true of every comparison: each kernel stands once, and the changes add up.
func checkDiff(t *testing.T, d *Diff) {
	t.Helper()
	old, new, sum := map[*roofline.Layer]bool{}, map[*roofline.Layer]bool{}, d.Host
	for i := range d.Rows {
		r := &d.Rows[i]
		if r.Old == nil && r.New == nil || r.Old != nil && old[r.Old] || r.New != nil && new[r.New] {
			t.Fatalf("row %d is of no kernel, or of one that another row is of", i)
		}
		old[r.Old], new[r.New] = true, true
		sum += r.Delta()
	}
	delete(old, nil)
	delete(new, nil)
	if len(old) != len(d.Old.Layers) || len(new) != len(d.New.Layers) {
		t.Errorf("found %d and %d kernels, expected %d and %d", len(old), len(new), len(d.Old.Layers), len(d.New.Layers))
	}
	want := d.New.Latency.Best() - d.Old.Latency.Best()
	if math.Abs(sum-want) > 1e-12 {
		t.Errorf("changes add up to %g s, expected %g s", sum, want)
	}
}

// BenchmarkCompare compares a thousand kernels with as many of other names, and with an insertion in their middle.
func BenchmarkCompare(b *testing.B) {
	base := convs(1000, numbered)
	old := chain(b, base)
	for name, list := range map[string][]layer{
		"renamed":  convs(1000, func(i int) string { return fmt.Sprint("other", i) }),
		"inserted": insert(base, 500, layer{"Sigmoid", "", 0}),
	} {
		b.Run(name, func(b *testing.B) {
			new := chain(b, list)
			for b.Loop() {
				Compare(old, new)
			}
		})
	}
}
