package infer

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// holdWeights makes the tensors of Constant nodes that are read as weights initializers: exporters hold weights in
// either. The nodes stay. m is the plan's own copy of the model where anything changes.
func (p *Plan) holdWeights() {
	w := weightFinder{plan: p, read: make(map[graph.ID]bool)}
	w.graph(p.Model.Main)
	if len(w.found) == 0 {
		return
	}
	m := *p.Model
	m.Tensors = slices.Clone(m.Tensors)
	for id, c := range w.found {
		m.Tensors[id].Init, m.Tensors[id].Kind = c, graph.FromInitializer
	}
	p.Model = &m
}

// A weightFinder walks graphs against the order of execution.
type weightFinder struct {
	plan  *Plan
	read  map[graph.ID]bool // tensors that are read as weights
	found map[graph.ID]*graph.Const
}

// graph notes which tensors the nodes of a graph and its subgraphs read as weights, and the Constant nodes among their makers.
func (w *weightFinder) graph(g *graph.Graph) {
	specs := w.plan.specs[g]
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		n := &g.Nodes[i]
		for _, sub := range Subgraphs(n) {
			w.graph(sub)
		}
		if specs[i] != nil {
			w.node(n, specs[i])
		}
	}
}

func (w *weightFinder) node(n *graph.Node, spec *ops.Spec) {
	if len(n.Outputs) == 0 || n.Outputs[0] == graph.None {
		return
	}
	out := n.Outputs[0]
	if n.Op == (graph.OpID{Type: "Constant"}) {
		if a := n.Attr("value"); w.read[out] && a != nil && a.Tensor != nil && weighs(a.Tensor) {
			if w.found == nil {
				w.found = make(map[graph.ID]*graph.Const)
			}
			w.found[out] = a.Tensor
		}
		return
	}
	from, to := spec.Kind.Learnt(w.read[out])
	for i, id := range n.Inputs {
		if id != graph.None && i >= from && i < to {
			w.read[id] = true
		}
	}
}

// weighs reports whether a constant is of a type and shape that weights have.
func weighs(c *graph.Const) bool {
	return len(c.Shape) > 0 && !c.Sparse && c.Type != dtype.Bool && c.Type != dtype.String &&
		(c.Type.IsFloat() || c.Type.Bits() <= 8)
}
