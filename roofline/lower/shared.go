package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
)

// shared lets an elementwise or reducing step that is the first to read an elementwise result be computed
// in the kernel that makes it, although others read that result later: it is stored for them, and not read
// again. A residual addition and the normalisation behind it are one kernel in a compiler that fuses this way.
func shared(l *Lowerer) {
	for i := range l.Live {
		u := l.unit[i]
		if l.Live[i] && l.tail[u] == int32(i) && l.fusion[u] == cost.Elementwise {
			for l.share(u) {
				if l.fusion[u] != cost.Elementwise {
					break
				}
			}
		}
	}
}

// share merges into u the first unit that reads what it hands on, if all other readers come after it:
// they cannot be on a way from u to it.
func (l *Lowerer) share(u int32) bool {
	v := l.firstReader(l.out(u))
	if v < 0 || v == u || !l.together(u, v) || l.fusion[v] != cost.Elementwise && l.fusion[v] != cost.Reduction ||
		l.readEarlier(u, v) {
		return false
	}
	if l.fusion[v] == cost.Reduction && !l.normalises(v) {
		return false
	}
	if l.fusion[v] == cost.Elementwise && l.elems(l.tail[v]) != l.elems(l.tail[u]) {
		return false
	}
	kind := l.fusion[v]
	rule := l.rule[v]
	if rule == "" {
		rule = sharedRule
	}
	l.merge(u, v, rule)
	l.fusion[u] = kind
	return true
}

// normalises reports whether a unit is a normalisation or softmax: it reduces along the innermost
// dimension and hands on as much as it reads. Spatial means reduce across it, in kernels of their own.
func (l *Lowerer) normalises(u int32) bool {
	return l.elems(l.tail[u]) == l.Res.Infos[l.varyingInput(u)].Shape.Elems()
}

// firstReader returns the unit with the earliest last step among those that read a root, -1 if there is none.
func (l *Lowerer) firstReader(root graph.ID) int32 {
	unit := int32(-1)
	if root == graph.None {
		return unit
	}
	for e := l.first[root]; e >= 0; e = l.edges[e].next {
		if v := l.unit[l.edges[e].step]; unit < 0 || l.tail[v] < l.tail[unit] {
			unit = v
		}
	}
	return unit
}

// readEarlier reports whether some other unit reads what unit u makes, at its end or on the way, before unit v is done.
func (l *Lowerer) readEarlier(u, v int32) bool {
	for s := u; s >= 0; s = l.next[s] {
		for _, id := range l.Res.Steps[s].Node.Outputs {
			if id == graph.None {
				continue
			}
			for e := l.first[l.Root[id]]; e >= 0; e = l.edges[e].next {
				step := l.edges[e].step
				if w := l.unit[step]; w != u && w != v && step <= l.tail[v] {
					return true
				}
			}
		}
	}
	return false
}
