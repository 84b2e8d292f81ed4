package infer

import (
	"maps"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// holdWeights makes the tensors of Constant nodes that are read as weights initializers: exporters hold weights in
// either. The nodes stay. m is the plan's own copy of the model where anything changes.
func (p *Plan) holdWeights() {
	w := weightFinder{plan: p, read: make(map[graph.ID]bool), held: make(map[graph.ID]*graph.Const),
		lists: make(map[*float64]*graph.Const)}
	w.constants(p.Model.Main)
	if len(w.held) == 0 {
		return
	}
	w.graph(p.Model.Main)
	if len(w.found) == 0 {
		return
	}
	m := *p.Model
	m.Tensors = slices.Clone(m.Tensors)
	held := make(map[*graph.Const]bool, len(w.found))
	for _, id := range slices.Sorted(maps.Keys(w.found)) {
		t, c := &m.Tensors[id], w.found[id]
		t.Init, t.Kind, t.Again = c, graph.FromInitializer, held[c]
		held[c] = true
	}
	p.Model = &m
}

// A weightFinder walks graphs against the order of execution.
type weightFinder struct {
	plan  *Plan                     // that is searched
	held  map[graph.ID]*graph.Const // what Constant nodes make, and nil for what is computed from constants
	lists map[*float64]*graph.Const // constants of lists of numbers by the first: calls of a function share theirs
	read  map[graph.ID]bool         // tensors that are read as weights
	found map[graph.ID]*graph.Const // weights by tensor
}

// graph notes which tensors the nodes of a graph and its subgraphs read as weights, and the Constant nodes among their
// makers.
func (w *weightFinder) graph(g *graph.Graph) {
	specs := w.plan.specs[g]
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		n := &g.Nodes[i]
		for _, sub := range Subgraphs(n) {
			if n.Op == ifOp {
				w.hand(n.Outputs, sub.Outputs)
			}
			w.graph(sub)
		}
		if specs[i] != nil {
			w.node(n, specs[i])
		}
	}
}

// hand notes that what a branch makes is read as what the node makes.
func (w *weightFinder) hand(node, branch []graph.ID) {
	for i, id := range node[:min(len(node), len(branch))] {
		if w.read[id] {
			w.read[branch[i]] = true
		}
	}
}

// constants notes what is constant in a graph and its subgraphs.
func (w *weightFinder) constants(g *graph.Graph) {
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if n.Op == constantOp && len(n.Outputs) > 0 {
			w.held[n.Outputs[0]] = w.constantOf(n)
		}
		for _, sub := range Subgraphs(n) {
			w.constants(sub)
		}
		if len(n.Inputs) > 0 && w.expression(n) {
			for _, id := range n.Outputs {
				w.held[id] = nil
			}
		}
	}
}

// constantOf returns what a Constant node holds, nil for integers, text and single numbers.
func (w *weightFinder) constantOf(n *graph.Node) *graph.Const {
	if a := n.Attr("value"); a != nil {
		return a.Tensor
	}
	a := n.Attr("value_floats")
	if a == nil || len(a.Floats) == 0 {
		return nil
	}
	c := w.lists[&a.Floats[0]]
	if c == nil {
		c = &graph.Const{Type: dtype.Float32, Shape: graph.Shape{int64(len(a.Floats))},
			Value: &graph.Value{Floats: a.Floats}}
		w.lists[&a.Floats[0]] = c
	}
	return c
}

// expression reports whether all inputs of a node are constant.
func (w *weightFinder) expression(n *graph.Node) bool {
	for i, id := range n.Inputs {
		if id != graph.None && !w.constant(n, i) {
			return false
		}
	}
	return true
}

// constantOp and ifOp hold the operators that hold a constant, and two branches.
var constantOp, ifOp = graph.OpID{Type: "Constant"}, graph.OpID{Type: "If"}

// constant reports whether input i of a node is known before the model runs.
func (w *weightFinder) constant(n *graph.Node, i int) bool {
	if i >= len(n.Inputs) || n.Inputs[i] == graph.None {
		return false
	}
	_, held := w.held[n.Inputs[i]]
	return held || w.plan.Model.Tensors[n.Inputs[i]].Init != nil
}

// node notes what of a node's inputs or outputs are weights.
func (w *weightFinder) node(n *graph.Node, spec *ops.Spec) {
	if len(n.Outputs) == 0 || n.Outputs[0] == graph.None {
		return
	}
	out := n.Outputs[0]
	if n.Op == constantOp {
		if c := w.held[out]; w.read[out] && c != nil && weighs(c) {
			if w.found == nil {
				w.found = make(map[graph.ID]*graph.Const)
			}
			w.found[out] = c
		}
		return
	}
	if a := n.Attr("training_mode"); a != nil && a.Int != 0 {
		return // a normalisation of weights themselves
	}
	if spec.Kind.Matrix() && w.constant(n, 0) && w.constant(n, spec.WeightInput()) {
		return // a table that is computed when the model is loaded, such as of relative positions
	}
	_, fixed := w.held[out]
	from, to := spec.Kind.Learnt(fixed && w.read[out])
	if spec.Kind == ops.Gather && !w.embedding(n.Inputs[0]) {
		return
	}
	for i, id := range n.Inputs {
		if id != graph.None && i >= from && i < to {
			w.read[id] = true
		}
	}
}

// minEmbedding gives the fewest numbers in a row of an embedding: shorter rows are coordinates.
const minEmbedding = 8

// embedding reports whether a tensor that a Gather picks from can be a table of learnt rows.
func (w *weightFinder) embedding(id graph.ID) bool {
	c := w.held[id]
	return c == nil || len(c.Shape) == 2 && c.Shape[1] >= minEmbedding
}

// weighs reports whether a constant is of a type and shape that weights have.
func weighs(c *graph.Const) bool {
	return len(c.Shape) > 0 && !c.Sparse && !c.Filler && c.Type != dtype.Bool && c.Type != dtype.String &&
		(c.Type.IsFloat() || c.Type.Bits() <= 8)
}
