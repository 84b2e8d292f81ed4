package lower

import "github.com/ridgepoint/ridgepoint/graph/cost"

// transpose lets a matrix product read a transposed operand, or store its
// result transposed, by its strides instead of through a copy.
func transpose(l *Lowerer) {
	for i := range l.Live {
		t := int32(i)
		if !l.Live[i] || l.code(t) != opTranspose || !l.single(t) {
			continue
		}
		if v := l.reader(l.out(t)); v >= 0 && l.multiplies(v) && l.together(t, v) {
			l.join(v, t)
			continue
		}
		m := l.maker[l.Root[l.Res.Steps[t].Node.Inputs[0]]]
		if m >= 0 && l.multiplies(l.unit[m]) && l.reader(l.out(l.unit[m])) == t && l.together(t, m) {
			l.join(l.unit[m], t)
		}
	}
}

// multiplies reports whether a unit is a matrix product or an attention, not a convolution.
func (l *Lowerer) multiplies(u int32) bool {
	if l.kind[u] != cost.Anchor {
		return false
	}
	for s := u; s >= 0; s = l.next[s] {
		switch l.code(s) {
		case opConv, opConvTranspose, opQuantConv:
			return false
		}
	}
	return true
}

func (l *Lowerer) join(u, t int32) {
	rule := ""
	if l.rule[u] == "" {
		rule = transposeRule
	}
	l.merge(u, t, rule)
}
