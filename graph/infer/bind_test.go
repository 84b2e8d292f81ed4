package infer_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
)

// ports is a model that hands its inputs on: one Identity for each.
func ports(t *testing.T, inputs ...[]graph.Dim) *infer.Plan {
	t.Helper()
	m := &graph.Model{Opsets: []graph.Opset{{Version: 17}}, Main: &graph.Graph{}}
	for i, dims := range inputs {
		name := string(rune('a' + i))
		in, out := graph.ID(2*i), graph.ID(2*i+1)
		m.Tensors = append(m.Tensors,
			graph.Tensor{Name: name, Kind: graph.FromInput, Decl: &graph.Type{Kind: graph.KindTensor, Elem: dtype.Float32,
				HasShape: true, Dims: dims}},
			graph.Tensor{Name: name + "_out"})
		m.Main.Inputs = append(m.Main.Inputs, in)
		m.Main.Outputs = append(m.Main.Outputs, out)
		m.Main.Nodes = append(m.Main.Nodes, graph.Node{Op: graph.OpID{Type: "Relu"}, Version: 17, Inputs: []graph.ID{in},
			Outputs: []graph.ID{out}})
	}
	p, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func sym(s string) graph.Dim          { return graph.Dim{Symbol: s} }
func size(v int64) graph.Dim          { return graph.Dim{Value: v} }
func dims(d ...graph.Dim) []graph.Dim { return d }

// TestBindings: what each way of binding makes of the first input, and what it says.
func TestBindings(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []graph.Dim
		b    infer.Bindings
		want graph.Shape
		note note.Code
	}{
		{"as declared", dims(size(2), size(3)), infer.Bindings{}, graph.Shape{2, 3}, ""},
		{"a batch that nobody mentions is 1, and that is said", dims(sym("batch_size"), size(3)), infer.Bindings{},
			graph.Shape{1, 3}, note.BatchDefault},
		{"a batch", dims(sym("N"), size(3)), infer.Bindings{Batch: 8}, graph.Shape{8, 3}, ""},
		{"a dimension", dims(sym("seq"), size(3)), infer.Bindings{Dims: map[string]int64{"seq": 7}}, graph.Shape{7, 3}, ""},
		{"a dimension of no input", dims(size(2)), infer.Bindings{Dims: map[string]int64{"seq": 7}}, graph.Shape{2},
			note.DimensionUnused},
		{"a dimension wins over the batch", dims(sym("batch"), size(3)), infer.Bindings{Batch: 8,
			Dims: map[string]int64{"batch": 2}}, graph.Shape{2, 3}, ""},
		{"a shape", dims(sym("h"), sym("w")), infer.Bindings{Shapes: map[string]graph.Shape{"a": {5, 6}}}, graph.Shape{5, 6},
			""},
		{"an unnamed first dim is the batch", dims(size(-1), size(3)), infer.Bindings{}, graph.Shape{1, 3}, note.BatchAxis},
		{"a sum of symbols", dims(size(1), sym("past + seq")), infer.Bindings{Dims: map[string]int64{"past": 5, "seq": 2}},
			graph.Shape{1, 7}, ""},
		{"products and parentheses", dims(size(1), sym("2*(past+1) - seq/2")),
			infer.Bindings{Dims: map[string]int64{"past": 5, "seq": 4}}, graph.Shape{1, 10}, ""},
		{"a fixed batch is rebound", dims(size(4), size(3)), infer.Bindings{Batch: 8}, graph.Shape{8, 3}, ""},
	} {
		r, err := ports(t, c.in).Run(c.b, nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := r.Infos[0].Shape; !got.Equal(c.want) {
			t.Errorf("%s: shape %v, want %v", c.name, got, c.want)
		}
		var codes []note.Code
		for _, n := range r.Notes {
			codes = append(codes, n.Code)
		}
		if want := []note.Code{c.note}; !slices.Equal(codes, want[:min(len(c.note), 1)]) {
			t.Errorf("%s: notes %q, want %q", c.name, codes, c.note)
		}
	}
}

// TestUnbound: every free dimension is named at once.
func TestUnbound(t *testing.T) {
	_, err := ports(t, dims(size(1), sym("seq")), dims(size(1), sym("past + seq")),
		dims(size(1), size(-1))).Run(infer.Bindings{}, nil)
	var unbound *infer.UnboundError
	if !errors.As(err, &unbound) {
		t.Fatalf("error %v, want an UnboundError", err)
	}
	if !slices.Equal(unbound.Symbols, []string{"seq", "past"}) || !slices.Equal(unbound.Inputs, []string{"c"}) {
		t.Errorf("unbound %v and %v, want seq, past and input c", unbound.Symbols, unbound.Inputs)
	}
	for _, want := range []string{"dimensions seq, past", `input "c"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
}

// TestBatchOutOfRange: a batch whose work no number holds is an error, whether the graph's batch is free or fixed.
func TestBatchOutOfRange(t *testing.T) {
	for _, first := range []graph.Dim{sym("batch"), size(1)} {
		for _, batch := range []int64{1 << 58, math.MaxInt64} {
			if r, err := ports(t, dims(first, size(8))).Run(infer.Bindings{Batch: batch}, nil); err == nil {
				t.Errorf("batch %d of %v: shape %v, scale %g; want an error", batch, first, r.Infos[0].Shape, r.Scale)
			}
		}
	}
}

// TestShapeConflicts: a shape that contradicts the model or another shape is refused.
func TestShapeConflicts(t *testing.T) {
	p := ports(t, dims(sym("n"), sym("c")), dims(sym("n")))
	for _, c := range []struct {
		shapes map[string]graph.Shape
		want   string
	}{
		{map[string]graph.Shape{"a": {1, 2, 3}}, "rank"},
		{map[string]graph.Shape{"a": {1, 2}, "b": {3}}, "elsewhere"},
		{map[string]graph.Shape{"z": {1, 2}}, "its inputs are a, b"},
	} {
		if _, err := p.Run(infer.Bindings{Shapes: c.shapes}, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want one that says %q", c.shapes, err, c.want)
		}
	}
}

// TestReuse: a Result that is used again gives what a new one gives.
func TestReuse(t *testing.T) {
	p := ports(t, dims(sym("batch"), size(3)))
	var r *infer.Result
	for _, batch := range []int64{4, 1, 9} {
		var err error
		if r, err = p.Run(infer.Bindings{Batch: batch}, r); err != nil {
			t.Fatal(err)
		}
		if got := r.Infos[1].Shape; !got.Equal(graph.Shape{batch, 3}) || len(r.Steps) != 1 {
			t.Errorf("batch %d: output %v in %d steps", batch, got, len(r.Steps))
		}
	}
}

// TestCycle: a graph that needs its own output is refused by the name of a node in the cycle; one that is merely
// out of order is sorted, and says so.
func TestCycle(t *testing.T) {
	relu := func(name string, in, out graph.ID) graph.Node {
		return graph.Node{Name: name, Op: graph.OpID{Type: "Relu"}, Version: 17, Inputs: []graph.ID{in},
			Outputs: []graph.ID{out}}
	}
	decl := &graph.Type{Kind: graph.KindTensor, Elem: dtype.Float32, HasShape: true}
	build := func(nodes ...graph.Node) *graph.Model {
		return &graph.Model{Tensors: []graph.Tensor{{Name: "x", Kind: graph.FromInput, Decl: decl}, {Name: "y"}, {Name: "z"}},
			Main: &graph.Graph{Inputs: []graph.ID{0}, Outputs: []graph.ID{2}, Nodes: nodes}}
	}
	if _, err := infer.Prepare(build(relu("first", 2, 1), relu("second", 1, 2))); err == nil ||
		!strings.Contains(err.Error(), `"first"`) {
		t.Errorf("a cycle: %v", err)
	}
	p, err := infer.Prepare(build(relu("second", 1, 2), relu("first", 0, 1)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(infer.Bindings{}, nil)
	if err != nil || r.Steps[0].Node.Name != "first" || len(r.Notes) != 1 {
		t.Errorf("out of order: %v, notes %v", err, r.Notes)
	} else if n := r.Notes[0]; n.Code != note.NodesSorted {
		t.Errorf("out of order: %s", n.Text())
	}
}

// TestPrepareCopies: graphs out of order, the main one and one in a node, are sorted in the plan and not in the
// caller's model.
func TestPrepareCopies(t *testing.T) {
	relu := func(name string, in, out graph.ID) graph.Node {
		return graph.Node{Name: name, Op: graph.OpID{Type: "Relu"}, Version: 17, Inputs: []graph.ID{in},
			Outputs: []graph.ID{out}}
	}
	names := func(g *graph.Graph) (all string) {
		for i := range g.Nodes {
			all += g.Nodes[i].Name + " "
			for _, body := range infer.Subgraphs(&g.Nodes[i]) {
				all += "(" + body.Nodes[0].Name + " " + body.Nodes[1].Name + ") "
			}
		}
		return all
	}
	body := func() *graph.Graph {
		return &graph.Graph{Outputs: []graph.ID{4}, Nodes: []graph.Node{relu("fourth", 3, 4), relu("third", 2, 3)}}
	}
	either := graph.Node{Name: "if", Op: graph.OpID{Type: "If"}, Version: 17, Inputs: []graph.ID{5},
		Outputs: []graph.ID{6},
		Attrs: []graph.Attr{{Name: "then_branch", Kind: graph.AttrGraph, Graph: body()},
			{Name: "both", Kind: graph.AttrGraphs, Graphs: []*graph.Graph{body()}}}}
	m := &graph.Model{Tensors: make([]graph.Tensor, 7),
		Main: &graph.Graph{Nodes: []graph.Node{relu("second", 1, 2), relu("first", 0, 1), either}}}
	p, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := names(m.Main), "second first if (fourth third) (fourth third) "; got != want {
		t.Errorf("the caller's model is now %q, want %q", got, want)
	}
	if got, want := names(p.Model.Main), "first second if (third fourth) (third fourth) "; got != want {
		t.Errorf("the plan has %q, want %q", got, want)
	}
	m.Main.Nodes = []graph.Node{relu("first", 0, 1), relu("second", 1, 2), either} // only the bodies are to be sorted
	if p, err = infer.Prepare(m); err != nil {
		t.Fatal(err)
	}
	if got, want := names(m.Main)+names(p.Model.Main),
		"first second if (fourth third) (fourth third) first second if (third fourth) (third fourth) "; got != want {
		t.Errorf("model and plan are %q, want %q", got, want)
	}
}

// TestNothing: no model and no plan are errors.
func TestNothing(t *testing.T) {
	for _, m := range []*graph.Model{nil, {}} {
		if _, err := infer.Prepare(m); err == nil {
			t.Errorf("%+v: no error", m)
		}
	}
	for _, p := range []*infer.Plan{nil, {}} {
		if _, err := p.Run(infer.Bindings{}, nil); err == nil {
			t.Errorf("%p: no error", p)
		}
	}
}
