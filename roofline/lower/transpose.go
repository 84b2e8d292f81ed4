package lower

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// transpose lets a kernel read a transposed operand, or matrix work store its
// result transposed, by strides instead of through a copy. Convolutions read in their own layout only.
func transpose(f *fuser) {
	for i := range f.Live {
		t := int32(i)
		if !f.Live[i] || f.Kind(t) != ops.Transpose || f.fusion[t] == cost.Opaque || !f.single(t) {
			continue
		}
		v := f.reader(f.out(t))
		if v >= 0 && f.readsStrided(v) && f.together(t, v) {
			f.join(v, t)
			continue
		}
		m := f.Maker[f.Root[f.Res.Steps[t].Node.Inputs[0]]]
		if m < 0 || !f.together(t, m) {
			continue
		}
		if u := f.unit[m]; f.fusion[u] == cost.Anchor && f.reader(f.out(u)) == t {
			f.join(u, t)
		}
	}
}

// readsStrided reports whether a unit can read an operand by strides: elementwise
// steps, reductions and matrix products.
func (f *fuser) readsStrided(u int32) bool {
	if f.fusion[u] == cost.Elementwise || f.fusion[u] == cost.Reduction {
		return true
	}
	if f.fusion[u] != cost.Anchor {
		return false
	}
	for s := u; s >= 0; s = f.next[s] {
		if f.Kind(s).Convolution() {
			return false
		}
	}
	return true
}

// join merges a transposition into a neighbour, which keeps its own rule where it has one.
func (f *fuser) join(u, t int32) {
	rule := ""
	if f.rule[u] == "" {
		rule = transposeRule
	}
	f.merge(u, t, rule)
}
