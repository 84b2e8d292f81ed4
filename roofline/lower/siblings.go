package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// siblings makes one product of those that multiply the same tensor by weights, such as queries, keys and values. No
// unit can wait for another in a circle: siblings read one tensor and constants.
func siblings(f *fuser) {
	for i := range f.Live {
		u := int32(i)
		if !f.Live[i] || f.unit[u] != u || !f.weighs(u) {
			continue
		}
		root := f.source(u)
		if root == graph.None {
			continue
		}
		for reader := range f.Readers(root) {
			if v := f.unit[reader]; v != u && f.weighs(v) && f.together(u, v) && f.source(v) == root &&
				f.activates(u) == f.activates(v) {
				f.merge(u, v, siblingsRule)
			}
		}
	}
}

// weighs reports whether a unit is a product with weights and what follows it.
func (f *fuser) weighs(u int32) bool {
	if f.fusion[u] != cost.Anchor {
		return false
	}
	products := 0
	for s := u; s >= 0; s = f.next[s] {
		switch f.Kind(s) {
		case ops.MatMul, ops.Gemm:
			products++
			w := f.Res.Steps[s].Weights()
			if w == graph.None || !f.Const[f.Root[w]] {
				return false
			}
		case ops.Transpose:
		default:
			if f.Res.Steps[s].Cost.MACs > 0 || f.fusionOf(s) != cost.Elementwise {
				return false
			}
		}
	}
	return products > 0
}

// activates returns the operator of a unit that is no part of a linear layer, "" where there is none.
func (f *fuser) activates(u int32) string {
	for s := u; s >= 0; s = f.next[s] {
		if op := f.Res.Steps[s].Node.Op.Type; f.fusionOf(s) == cost.Elementwise && op != "Add" && op != "Mul" && op != "Div" {
			return op
		}
	}
	return ""
}

// lookups lets the unit that alone reads rows of a table look them up itself: embeddings and the normalisation of their
// sum are one kernel.
func lookups(f *fuser) {
	for i := range f.Live {
		g := int32(i)
		if !f.Live[i] || f.Kind(g) != ops.Gather || !f.single(g) || !f.Const[f.Root[f.Res.Steps[g].Node.Inputs[0]]] {
			continue
		}
		v := f.reader(f.out(g))
		if v >= 0 && v != g && (f.fusion[v] == cost.Elementwise || f.fusion[v] == cost.Reduction) && f.together(g, v) {
			f.merge(v, g, lookupsRule)
		}
	}
}
