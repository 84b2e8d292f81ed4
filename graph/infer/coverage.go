package infer

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
)

// Coverage counts the nodes whose cost is known: those with an operator row and known shapes.
type Coverage struct {
	Nodes, Known int      // of the graph, and those whose cost is known
	UnknownOps   []string // "domain::Type xN", sorted
}

// Fraction returns known nodes over all nodes, 1 for an empty graph.
func (c *Coverage) Fraction() float64 {
	if c.Nodes == 0 {
		return 1
	}
	return float64(c.Known) / float64(c.Nodes)
}

// Coverage counts the nodes that are executed.
func (r *Result) Coverage() Coverage {
	var c coverer
	for i := range r.Steps {
		if s := &r.Steps[i]; s.Times > 0 {
			c.add(s.Node, !s.Unknown)
		}
	}
	return c.result()
}

// Coverage counts the nodes of all graphs, before any shape is known.
func (p *Plan) Coverage() Coverage {
	var c coverer
	p.cover(&c, p.Model.Main)
	return c.result()
}

// cover counts the nodes of a graph and of the bodies inside.
func (p *Plan) cover(c *coverer, g *graph.Graph) {
	for i := range g.Nodes {
		c.add(&g.Nodes[i], p.specs[g][i] != nil)
		for _, sub := range Subgraphs(&g.Nodes[i]) {
			p.cover(c, sub)
		}
	}
}

// A coverer counts nodes, and those that are unknown by operator.
type coverer struct {
	Coverage
	unknown map[string]int // how often by operator
}

// add counts a node, and its operator where that is not known.
func (c *coverer) add(n *graph.Node, known bool) {
	if c.Nodes++; known {
		c.Known++
		return
	}
	if c.unknown == nil {
		c.unknown = make(map[string]int)
	}
	c.unknown[n.Op.String()]++
}

// result returns the share of known nodes, with unknown operators in order.
func (c *coverer) result() Coverage {
	for op, n := range c.unknown {
		c.UnknownOps = append(c.UnknownOps, fmt.Sprintf("%s x%d", op, n))
	}
	slices.Sort(c.UnknownOps)
	return c.Coverage
}
