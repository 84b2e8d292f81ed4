// Package infer gives every tensor of a model a concrete type and shape, and every node its cost.
package infer

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// A Plan is a model made ready for inference: functions inlined, nodes in
// execution order, each with its operator row. It may be used from several goroutines:
// it does not change but for a cache behind a lock.
type Plan struct {
	Model *graph.Model                 // with sorted nodes
	specs map[*graph.Graph][]*ops.Spec // by graph and node; nil: unknown
	base  []graph.Info                 // initializers filled in, everything else unknown
	notes []note.Note                  // on the graph itself
	batch axis                         // that is taken as the batch
	macs  macCache                     // of the exported batch, for scaling
}

// Prepare makes a Plan and leaves m as it is. It fails on cyclic graphs and on functions that call themselves
// or grow without bound.
func Prepare(m *graph.Model) (*Plan, error) {
	if m == nil || m.Main == nil {
		return nil, errors.New("found no main graph, expected a model such as readers.Open returns")
	}
	m, err := m.Inline(func(op graph.OpID, version int) bool { return ops.Lookup(op, version) == nil })
	if err != nil {
		return nil, err
	}
	p := &Plan{Model: m, specs: make(map[*graph.Graph][]*ops.Spec)}
	main, err := p.addGraph(m.Main)
	if err != nil {
		return nil, err
	}
	if main != m.Main {
		p.Model = new(graph.Model)
		*p.Model = *m
		p.Model.Main = main
	}
	p.holdWeights()
	p.base = make([]graph.Info, len(m.Tensors))
	for i := range m.Tensors {
		if c := m.Tensors[i].Init; c != nil {
			kind := graph.KindTensor
			if c.Sparse {
				kind = graph.KindSparse
			}
			p.base[i] = graph.Info{Kind: kind, Type: c.Type, Shape: c.Shape, Value: c.Value, Packed: c.Packed}
		}
	}
	p.batch = axis{input: graph.None}
	p.batch = p.batchAxis()
	return p, nil
}

// addGraph returns g ready for inference: its nodes, and those of the bodies that they hold, in execution order.
// It notes the operator row of each node. The caller's graph does not change: what has to be sorted is copied.
func (p *Plan) addGraph(g *graph.Graph) (*graph.Graph, error) {
	ready, err := p.ordered(g)
	if err != nil {
		return nil, err
	}
	specs := make([]*ops.Spec, len(ready.Nodes))
	for i := range ready.Nodes {
		specs[i] = p.lookup(&ready.Nodes[i])
		for _, sub := range Subgraphs(&ready.Nodes[i]) {
			body, err := p.addGraph(sub)
			if err != nil {
				return nil, err
			}
			if body == sub {
				continue
			}
			if ready == g {
				ready = withNodes(g, slices.Clone(g.Nodes))
			}
			ready.Nodes[i].Attrs = withBody(ready.Nodes[i].Attrs, sub, body)
		}
	}
	p.specs[ready] = specs
	return ready, nil
}

// lookup returns the operator row of a node. Where its domain has none at its opset, the first version of the operator
// stands in, or the contrib operator of that name: files are written so.
func (p *Plan) lookup(n *graph.Node) *ops.Spec {
	if s := ops.Lookup(n.Op, n.Version); s != nil {
		return s
	}
	if s := ops.First(n.Op); s != nil {
		p.notes = note.Add(p.notes, note.New(note.OpsetEarly, n.Op.String(), s.Since, n.Version))
		return s
	}
	if n.Op.Domain != "" {
		return nil
	}
	s := ops.First(graph.OpID{Domain: "com.microsoft", Type: n.Op.Type})
	if s != nil {
		p.notes = note.Add(p.notes, note.New(note.DomainMissing, n.Op.String(), s.Op.Domain))
	}
	return s
}

// withNodes returns a copy of g with other nodes.
func withNodes(g *graph.Graph, nodes []graph.Node) *graph.Graph {
	c := *g
	c.Nodes = nodes
	return &c
}

// withBody returns a copy of a node's attributes that holds body instead of old.
func withBody(attrs []graph.Attr, old, body *graph.Graph) []graph.Attr {
	attrs = slices.Clone(attrs)
	for i := range attrs {
		a := &attrs[i]
		if a.Graph == old {
			a.Graph = body
		}
		if k := slices.Index(a.Graphs, old); k >= 0 {
			a.Graphs = slices.Clone(a.Graphs)
			a.Graphs[k] = body
		}
	}
	return attrs
}

// Notes returns what to know about the model before its dimensions are bound.
func (p *Plan) Notes() []note.Note { return slices.Concat(p.Model.Notes, p.notes) }

// Spec returns the operator row of node i of a graph of the plan's model, nil if the operator is unknown.
func (p *Plan) Spec(g *graph.Graph, i int) *ops.Spec { return p.specs[g][i] }

// Subgraphs lists the bodies that a node holds, in attribute order.
func Subgraphs(n *graph.Node) []*graph.Graph {
	var out []*graph.Graph
	for i := range n.Attrs {
		if g := n.Attrs[i].Graph; g != nil {
			out = append(out, g)
		}
		out = append(out, n.Attrs[i].Graphs...)
	}
	return out
}

// ordered returns g if its nodes are in execution order, else a copy in which they are.
func (p *Plan) ordered(g *graph.Graph) (*graph.Graph, error) {
	producer := make(map[graph.ID]int, len(g.Nodes))
	for i := range g.Nodes {
		for _, o := range g.Nodes[i].Outputs {
			if o != graph.None {
				producer[o] = i
			}
		}
	}
	deps := make([][]int, len(g.Nodes))
	sorted := true
	for i := range g.Nodes {
		for id := range reads(&g.Nodes[i]) {
			if j, ok := producer[id]; ok {
				deps[i] = append(deps[i], j)
				sorted = sorted && j < i
			}
		}
	}
	if sorted {
		return g, nil
	}
	return p.sorted(g, deps)
}

// reads yields every tensor that a node reads, those captured by its subgraphs included.
func reads(n *graph.Node) func(func(graph.ID) bool) {
	return func(yield func(graph.ID) bool) { yieldReads(n, yield) }
}

// yieldReads yields what a node reads, bodies included, until yield says false.
func yieldReads(n *graph.Node, yield func(graph.ID) bool) bool {
	for _, id := range n.Inputs {
		if id != graph.None && !yield(id) {
			return false
		}
	}
	for _, sub := range Subgraphs(n) {
		for i := range sub.Nodes {
			if !yieldReads(&sub.Nodes[i], yield) {
				return false
			}
		}
		for _, id := range sub.Outputs {
			if id != graph.None && !yield(id) {
				return false
			}
		}
	}
	return true
}

// sorted returns a copy of g with its nodes in execution order by Kahn's algorithm, earliest in the file first.
func (p *Plan) sorted(g *graph.Graph, deps [][]int) (*graph.Graph, error) {
	users := make([][]int, len(g.Nodes))
	left := make([]int, len(g.Nodes))
	for i, ds := range deps {
		for _, d := range ds {
			users[d] = append(users[d], i)
			left[i]++
		}
	}
	var ready, done []int
	for i, n := range left {
		if n == 0 {
			ready = append(ready, i)
		}
	}
	for len(ready) > 0 {
		i := ready[0]
		ready = ready[1:]
		done = append(done, i)
		for _, u := range users[i] {
			if left[u]--; left[u] == 0 {
				ready = append(ready, u)
			}
		}
	}
	if len(done) < len(g.Nodes) {
		return nil, fmt.Errorf("graph %q has a cycle through %s", g.Name, cycleNode(g, left))
	}
	nodes := make([]graph.Node, len(done))
	for k, i := range done {
		nodes[k] = g.Nodes[i]
	}
	p.notes = append(p.notes, note.New(note.NodesSorted, g.Name))
	return withNodes(g, nodes), nil
}

// cycleNode returns the name of a node on a cycle.
func cycleNode(g *graph.Graph, left []int) string {
	for i, n := range left {
		if n > 0 {
			return g.Nodes[i].Label().String()
		}
	}
	return "itself"
}
