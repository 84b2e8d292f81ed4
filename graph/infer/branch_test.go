package infer_test

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
)

// branch moves the nodes that make adds from the main graph to a body that yields a tensor.
func (b *maker) branch(output string, make func()) *graph.Graph {
	before := len(b.m.Main.Nodes)
	make()
	g := &graph.Graph{Nodes: append([]graph.Node{}, b.m.Main.Nodes[before:]...), Outputs: []graph.ID{b.id(output)}}
	b.m.Main.Nodes = b.m.Main.Nodes[:before]
	return g
}

// either adds an If of two branches.
func (b *maker) either(output string, then, other *graph.Graph) *maker {
	return b.node("If", "c", output, graph.Attr{Name: "then_branch", Kind: graph.AttrGraph, Graph: then},
		graph.Attr{Name: "else_branch", Kind: graph.AttrGraph, Graph: other})
}

// TestUnknownBranch holds that a branch that run-time data may take is not covered if its cost is unknown, whichever
// branch is counted.
func TestUnknownBranch(t *testing.T) {
	for _, tc := range []struct {
		name    string
		cond    func(*maker) *maker
		unknown int
		note    bool
	}{
		{"the run decides", func(b *maker) *maker { return b.input("c", dtype.Bool) }, 1, true},
		{"known beforehand", func(b *maker) *maker {
			return b.init("c", &graph.Const{Type: dtype.Bool, Shape: graph.Shape{}, Value: &graph.Value{Ints: []int64{0}}})
		}, 0, false},
	} {
		b := tc.cond(newMaker(17).input("x", f32, 1, 8)).weight("w", 8, 8)
		then := b.branch("p", func() { b.node("my.ops::Frob", "x x", "p") })
		other := b.branch("q", func() { b.node("MatMul", "x w", "q") })
		r, err := b.either("y", then, other).output("y", f32).run(t, infer.Bindings{})
		if err != nil {
			t.Fatal(err)
		}
		executed := 0
		for i := range r.Steps {
			if s := &r.Steps[i]; s.Times > 0 && s.Unknown {
				executed++
			}
		}
		if executed != tc.unknown || r.MACs() != 64 || hasNote(r, note.BranchUnknown) != tc.note {
			t.Errorf("%s: %d unknown, %d MACs, notes %q", tc.name, executed, r.MACs(), note.Texts(r.Notes))
		}
	}
}

// TestMoreConstantWeights holds further ways in which Constant nodes are weights.
func TestMoreConstantWeights(t *testing.T) {
	held := func(b *maker, name string, shape ...int64) *maker {
		return b.node("Constant", "", name, graph.Attr{Name: "value", Kind: graph.AttrTensor,
			Tensor: &graph.Const{Type: f32, Shape: shape}})
	}
	yields := newMaker(17).input("x", f32, 1, 8).input("c", dtype.Bool)
	yields.either("w", yields.branch("p", func() { held(yields, "p", 8, 4) }),
		yields.branch("q", func() { held(yields, "q", 8, 4) })).node("MatMul", "x w", "y")
	list := newMaker(17).input("x", f32, 1, 64).node("Constant", "", "v",
		graph.Attr{Name: "value_floats", Kind: graph.AttrFloats, Floats: make([]float64, 64)}).
		ints("to", 64, 1).node("Reshape", "v to", "w").node("MatMul", "x w", "y")
	bounds := held(held(newMaker(17).input("x", f32, 1, 64), "low"), "high").node("Clip", "x low high", "y")
	for _, tc := range []struct {
		name string
		m    *maker
		want int64 // float parameters
	}{
		{"what branches yield", yields, 64},
		{"a list of numbers", list, 64},
		{"the slopes of a rectifier", held(newMaker(17).input("x", f32, 1, 64), "s", 64).node("PRelu", "x s", "y"), 64},
		{"bounds of a rectifier", bounds, 0},
	} {
		p, err := infer.Prepare(tc.m.output("y", f32).m)
		if err != nil {
			t.Fatal(err)
		}
		var n int64
		for i := range p.Model.Tensors {
			if c := p.Model.Tensors[i].Init; c != nil && c.Type == f32 {
				n += c.Shape.Elems()
			}
		}
		if n != tc.want {
			t.Errorf("%s: %d parameters, want %d", tc.name, n, tc.want)
		}
	}
}
