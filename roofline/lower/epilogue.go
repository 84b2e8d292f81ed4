package lower

import "github.com/ridgepoint/ridgepoint/graph/cost"

// epilogue lets matrix work apply the elementwise steps that follow it to its
// results before they are stored: bias, batch normalisation, activation, residual addition, quantisation.
func epilogue(f *fuser) {
	for i := range f.Live {
		u := f.unit[i]
		if f.Live[i] && u == int32(i) && f.fusion[u] == cost.Anchor {
			for f.absorbs(u, epilogueRule, cost.Elementwise) {
			}
		}
	}
}

// absorbs merges into u the unit that alone reads what it hands on, if that is of a kind and works on as many elements.
func (f *fuser) absorbs(u int32, rule string, kind cost.Class) bool {
	v := f.reader(f.out(u))
	if v < 0 || v == u || f.fusion[v] != kind || !f.together(u, v) || f.elems(f.tail[v]) != f.elems(f.tail[u]) &&
		!f.reindexes(u) {
		return false
	}
	if f.rule[u] != "" && f.rule[u] != qdqRule {
		rule = ""
	}
	f.merge(u, v, rule)
	return true
}
