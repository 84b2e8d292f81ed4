package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
)

// shared lets an elementwise or reducing step that is the first to read an elementwise result be computed
// in the kernel that makes it, although others read that result later: it is stored for them, and not read
// again. A residual addition and the normalisation behind it are one kernel in a compiler that fuses this way.
func shared(f *fuser) {
	for i := range f.Live {
		u := f.unit[i]
		if f.Live[i] && f.tail[u] == int32(i) && f.fusion[u] == cost.Elementwise {
			for f.share(u) {
				if f.fusion[u] != cost.Elementwise {
					break
				}
			}
		}
	}
}

// share merges into u the first unit that reads what it hands on, if all other readers come after it:
// they cannot be on a way from u to it.
func (f *fuser) share(u int32) bool {
	v := f.firstReader(f.out(u))
	if v < 0 || v == u || !f.together(u, v) || f.fusion[v] != cost.Elementwise && f.fusion[v] != cost.Reduction ||
		f.readEarlier(u, v) {
		return false
	}
	if f.fusion[v] == cost.Reduction && !f.normalises(v) {
		return false
	}
	if f.fusion[v] == cost.Elementwise && f.elems(f.tail[v]) != f.elems(f.tail[u]) {
		return false
	}
	kind := f.fusion[v]
	rule := f.rule[v]
	if rule == "" {
		rule = sharedRule
	}
	f.merge(u, v, rule)
	f.fusion[u] = kind
	return true
}

// normalises reports whether a unit is a normalisation or softmax: it reduces along the innermost
// dimension and hands on as much as it reads. Spatial means reduce across it, in kernels of their own.
func (f *fuser) normalises(u int32) bool {
	return f.elems(f.tail[u]) == f.Res.Infos[f.varyingInput(u)].Shape.Elems()
}

// firstReader returns the unit with the earliest last step among those that read a root, -1 if there is none.
func (f *fuser) firstReader(root graph.ID) int32 {
	unit := int32(-1)
	if root == graph.None {
		return unit
	}
	for reader := range f.Readers(root) {
		if v := f.unit[reader]; unit < 0 || f.tail[v] < f.tail[unit] {
			unit = v
		}
	}
	return unit
}

// readEarlier reports whether some other unit reads what unit u makes, at its end or on the way, before unit v is done.
func (f *fuser) readEarlier(u, v int32) bool {
	for s := u; s >= 0; s = f.next[s] {
		for _, id := range f.Res.Steps[s].Node.Outputs {
			if id == graph.None {
				continue
			}
			for reader := range f.Readers(f.Root[id]) {
				step := reader
				if w := f.unit[step]; w != u && w != v && step <= f.tail[v] {
					return true
				}
			}
		}
	}
	return false
}
