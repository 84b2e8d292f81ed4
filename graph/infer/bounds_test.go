package infer_test

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// nest puts depth loops into each other; the innermost body doubles the carried vector, so that every loop
// sees it grow and infers its body again.
func nest(m *graph.Model, depth int) *graph.Graph {
	tensor := func(kind graph.TensorKind) graph.ID {
		m.Tensors = append(m.Tensors, graph.Tensor{Kind: kind})
		return graph.ID(len(m.Tensors) - 1)
	}
	i, cond, x, y := tensor(graph.FromNode), tensor(graph.FromNode), tensor(graph.FromNode), tensor(graph.FromNode)
	n := graph.Node{Op: graph.OpID{Type: "Concat"}, Version: 17, Inputs: []graph.ID{x, x}, Outputs: []graph.ID{y},
		Attrs: []graph.Attr{{Name: "axis", Kind: graph.AttrInt}}}
	if depth > 0 {
		n = graph.Node{Op: graph.OpID{Type: "Loop"}, Version: 17, Inputs: []graph.ID{graph.None, cond, x},
			Outputs: []graph.ID{y},
			Attrs:   []graph.Attr{{Name: "body", Kind: graph.AttrGraph, Graph: nest(m, depth-1)}}}
	}
	return &graph.Graph{Nodes: []graph.Node{n}, Inputs: []graph.ID{i, cond, x}, Outputs: []graph.ID{cond, y}}
}

// TestNestedLoops holds that loops within loops, whose bodies are inferred anew at each level, come to an end.
func TestNestedLoops(t *testing.T) {
	sampling.Alone(t)
	for _, tc := range []struct {
		depth int
		fails bool
	}{{2, false}, {40, true}} {
		m := &graph.Model{Opsets: []graph.Opset{{Version: 17}}}
		m.Main = nest(m, tc.depth)
		for _, id := range m.Main.Inputs {
			m.Tensors[id].Kind = graph.FromInput
			m.Tensors[id].Decl = &graph.Type{Kind: graph.KindTensor, Elem: dtype.Float32, HasShape: true,
				Dims: []graph.Dim{{Value: 2}}}
		}
		plan, err := infer.Prepare(m)
		if err != nil {
			t.Fatal(err)
		}
		_, err = plan.Run(infer.Bindings{Trip: 1}, nil)
		if tc.fails && (err == nil || !strings.Contains(err.Error(), "bodies of control flow")) || !tc.fails && err != nil {
			t.Errorf("%d loops in each other: %v", tc.depth, err)
		}
	}
}
