package lower

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// transpose lets a kernel read a transposed operand, or matrix work store its
// result transposed, by strides instead of through a copy. Convolutions read in their own layout only.
func transpose(l *Lowerer) {
	for i := range l.Live {
		t := int32(i)
		if !l.Live[i] || l.kind(t) != ops.Transpose || l.fusion[t] == cost.Opaque || !l.single(t) {
			continue
		}
		v := l.reader(l.out(t))
		if v >= 0 && l.readsStrided(v) && l.together(t, v) {
			l.join(v, t)
			continue
		}
		m := l.maker[l.Root[l.Res.Steps[t].Node.Inputs[0]]]
		if m < 0 || !l.together(t, m) {
			continue
		}
		if u := l.unit[m]; l.fusion[u] == cost.Anchor && l.reader(l.out(u)) == t {
			l.join(u, t)
		}
	}
}

// readsStrided reports whether a unit can read an operand by strides: elementwise
// steps, reductions and matrix products.
func (l *Lowerer) readsStrided(u int32) bool {
	if l.fusion[u] == cost.Elementwise || l.fusion[u] == cost.Reduction {
		return true
	}
	if l.fusion[u] != cost.Anchor {
		return false
	}
	for s := u; s >= 0; s = l.next[s] {
		if l.kind(s).Convolution() {
			return false
		}
	}
	return true
}

// join merges a transposition into a neighbour, which keeps its own rule where it has one.
func (l *Lowerer) join(u, t int32) {
	rule := ""
	if l.rule[u] == "" {
		rule = transposeRule
	}
	l.merge(u, t, rule)
}
