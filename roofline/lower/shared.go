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
		if l.Live[i] && l.tail[u] == int32(i) && l.kind[u] == cost.Elementwise {
			for l.share(u) {
				if l.kind[u] != cost.Elementwise {
					break
				}
			}
		}
	}
}

// share merges into u the first unit that reads what it hands on, if all other readers come after it:
// they cannot be on a way from u to it.
func (l *Lowerer) share(u int32) bool {
	out := l.out(u)
	v, later := l.firstReader(out)
	if v < 0 || v == u || !l.together(u, v) || l.kind[v] != cost.Elementwise && l.kind[v] != cost.Reduction || later <= l.tail[v] {
		return false
	}
	if l.kind[v] == cost.Reduction && !l.normalises(v) {
		return false
	}
	if l.kind[v] == cost.Elementwise && l.elems(l.tail[v]) != l.elems(l.tail[u]) {
		return false
	}
	kind := l.kind[v]
	rule := l.rule[v]
	if rule == "" {
		rule = sharedRule
	}
	l.merge(u, v, rule)
	l.kind[u] = kind
	return true
}

// normalises reports whether a unit is a normalisation or softmax: it reduces along the innermost
// dimension and hands on as much as it reads. Spatial means reduce across it, in kernels of their own.
func (l *Lowerer) normalises(u int32) bool {
	return l.elems(l.tail[u]) == l.Res.Infos[l.varyingInput(u)].Shape.Elems()
}

// firstReader is the unit with the earliest last step among those that read a root, and the earliest step of any other reader.
func (l *Lowerer) firstReader(root graph.ID) (unit, later int32) {
	unit, later = -1, 1<<30
	if root == graph.None || l.first[root] < 0 {
		return -1, 0
	}
	for e := l.first[root]; e >= 0; e = l.edges[e].next {
		if v := l.unit[l.edges[e].step]; unit < 0 || l.tail[v] < l.tail[unit] {
			unit = v
		}
	}
	for e := l.first[root]; e >= 0; e = l.edges[e].next {
		if s := l.edges[e].step; l.unit[s] != unit {
			later = min(later, s)
		}
	}
	return unit, later
}
