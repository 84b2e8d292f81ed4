package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// siblings makes one product of those that multiply the same tensor by weights, such as queries, keys and values. No
// unit can wait for another in a circle: siblings read one tensor and constants.
func siblings(l *Lowerer) {
	for i := range l.Live {
		u := int32(i)
		if !l.Live[i] || l.unit[u] != u || !l.weighs(u) {
			continue
		}
		root := l.source(u)
		if root == graph.None {
			continue
		}
		for e := l.first[root]; e >= 0; e = l.edges[e].next {
			if v := l.unit[l.edges[e].step]; v != u && l.weighs(v) && l.together(u, v) && l.source(v) == root &&
				l.activates(u) == l.activates(v) {
				l.merge(u, v, siblingsRule)
			}
		}
	}
}

// weighs reports whether a unit is a product with weights and what follows it.
func (l *Lowerer) weighs(u int32) bool {
	if l.fusion[u] != cost.Anchor {
		return false
	}
	products := 0
	for s := u; s >= 0; s = l.next[s] {
		switch l.kind(s) {
		case ops.MatMul, ops.Gemm:
			products++
			w := l.Res.Steps[s].Weights()
			if w == graph.None || !l.Const[l.Root[w]] {
				return false
			}
		case ops.Transpose:
		default:
			if l.Res.Steps[s].Cost.MACs > 0 || l.fusionOf(s) != cost.Elementwise {
				return false
			}
		}
	}
	return products > 0
}

// activates returns the operator of a unit that is no part of a linear layer, "" where there is none.
func (l *Lowerer) activates(u int32) string {
	for s := u; s >= 0; s = l.next[s] {
		if op := l.Res.Steps[s].Node.Op.Type; l.fusionOf(s) == cost.Elementwise && op != "Add" && op != "Mul" && op != "Div" {
			return op
		}
	}
	return ""
}

// lookups lets the unit that alone reads rows of a table look them up itself: embeddings and the normalisation of their
// sum are one kernel.
func lookups(l *Lowerer) {
	for i := range l.Live {
		g := int32(i)
		if !l.Live[i] || l.kind(g) != ops.Gather || !l.single(g) || !l.Const[l.Root[l.Res.Steps[g].Node.Inputs[0]]] {
			continue
		}
		v := l.reader(l.out(g))
		if v >= 0 && v != g && (l.fusion[v] == cost.Elementwise || l.fusion[v] == cost.Reduction) && l.together(g, v) {
			l.merge(v, g, lookupsRule)
		}
	}
}
