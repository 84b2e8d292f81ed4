package infer_test

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
)

// node returns a node of opset 17 without a name.
func node(op string, in []graph.ID, out graph.ID, attrs ...graph.Attr) graph.Node {
	return graph.Node{Op: graph.OpID{Type: op}, Version: 17, Inputs: in, Outputs: []graph.ID{out}, Attrs: attrs}
}

// branch returns an attribute that holds a subgraph.
func branch(name string, g *graph.Graph) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrGraph, Graph: g}
}

// body adds a subgraph that hands the values on which it depends to its outputs.
func body(m *graph.Model, inputs []graph.ID, from ...graph.ID) *graph.Graph {
	g := &graph.Graph{Inputs: inputs}
	for _, id := range from {
		out := graph.ID(len(m.Tensors))
		m.Tensors = append(m.Tensors, graph.Tensor{Depth: 1})
		g.Outputs = append(g.Outputs, out)
		g.Nodes = append(g.Nodes, node("Identity", []graph.ID{id}, out))
	}
	return g
}

// TestNotes: what is assumed about data that only a run knows, and about a fixed batch, is said with its arguments.
func TestNotes(t *testing.T) {
	flag := &graph.Type{Kind: graph.KindTensor, Elem: dtype.Bool, HasShape: true}
	vector := &graph.Type{Kind: graph.KindTensor, Elem: dtype.Float32, HasShape: true, Dims: dims(size(4))}
	build := func(add func(m *graph.Model) graph.Node) *graph.Model {
		m := &graph.Model{Opsets: []graph.Opset{{Version: 17}}}
		m.Main = &graph.Graph{Inputs: []graph.ID{0, 1}, Outputs: []graph.ID{2}}
		m.Tensors = []graph.Tensor{
			{Name: "flag", Kind: graph.FromInput, Decl: flag}, {Name: "x", Kind: graph.FromInput, Decl: vector}, {Name: "y"},
		}
		n := add(m)
		n.Name = "n"
		m.Main.Nodes = []graph.Node{n}
		return m
	}
	for _, c := range []struct {
		model *graph.Model
		want  string
	}{
		{build(func(m *graph.Model) graph.Node {
			return node("If", []graph.ID{0}, 2, branch("then_branch", body(m, nil, 1)), branch("else_branch", body(m, nil, 1)))
		}), `node "n" (If): run-time data decides which branch is taken; the costlier one (then) is counted`},
		{build(func(m *graph.Model) graph.Node {
			m.Tensors = append(m.Tensors, graph.Tensor{Name: "i"}, graph.Tensor{Name: "go"}, graph.Tensor{Name: "carried"})
			return node("Loop", []graph.ID{graph.None, 0, 1}, 2, branch("body", body(m, []graph.ID{3, 4, 5}, 4, 5)))
		}), `node "n" (Loop): run-time data decides how often the loop runs; 100 iterations are counted`},
		{build(func(*graph.Model) graph.Node {
			return node("NonZero", []graph.ID{1}, 2)
		}), `shapes that depend on run-time data are taken at their upper bound, from node "n" (NonZero) on (1 place)`},
	} {
		plan, err := infer.Prepare(c.model)
		if err != nil {
			t.Fatal(err)
		}
		r, err := plan.Run(infer.Bindings{}, nil)
		if err != nil || len(r.Notes) != 1 || r.Notes[0].Text() != c.want {
			t.Errorf("%v, notes %v, want %q", err, r.Notes, c.want)
		}
	}
}

// TestBatchScaled: a graph whose batch is baked into a constant is scaled, and a note says from what to what.
func TestBatchScaled(t *testing.T) {
	x := &graph.Type{Kind: graph.KindTensor, Elem: dtype.Float32, HasShape: true, Dims: dims(size(1), size(4))}
	shape := &graph.Const{Type: dtype.Int64, Shape: graph.Shape{2}, Value: &graph.Value{Ints: []int64{1, 4}}}
	m := &graph.Model{
		Opsets: []graph.Opset{{Version: 17}},
		Main:   &graph.Graph{Inputs: []graph.ID{0}, Outputs: []graph.ID{3}, Initializers: []graph.ID{1, 2}},
		Tensors: []graph.Tensor{
			{Name: "x", Kind: graph.FromInput, Decl: x},
			{Name: "shape", Kind: graph.FromInitializer, Init: shape},
			{Name: "w", Kind: graph.FromInitializer, Init: &graph.Const{Type: dtype.Float32, Shape: graph.Shape{4, 4}}},
			{Name: "y"}, {Name: "r"},
		},
	}
	m.Main.Nodes = []graph.Node{node("Reshape", []graph.ID{0, 1}, 4), node("MatMul", []graph.ID{4, 2}, 3)}
	plan, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	r, err := plan.Run(infer.Bindings{Batch: 8}, nil)
	want := note.New(note.BatchScaled, int64(1), int64(8), 8.0)
	if err != nil || len(r.Notes) != 1 || !r.Notes[0].Equal(want) {
		t.Errorf("%v, notes %v, want %v", err, r.Notes, want)
	}
}
