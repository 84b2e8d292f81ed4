package lower

import "github.com/ridgepoint/ridgepoint/graph/cost"

// epilogue lets matrix work apply the elementwise steps that follow it to its
// results before they are stored: bias, batch normalisation, activation, residual addition, quantisation.
func epilogue(l *Lowerer) {
	for i := range l.Live {
		u := l.unit[i]
		if l.Live[i] && u == int32(i) && l.fusion[u] == cost.Anchor {
			for l.absorbs(u, epilogueRule, cost.Elementwise) {
			}
		}
	}
}

// absorbs merges into u the unit that alone reads what it hands on, if that is of a kind and works on as many elements.
func (l *Lowerer) absorbs(u int32, rule string, kind cost.Class) bool {
	v := l.reader(l.out(u))
	if v < 0 || v == u || l.fusion[v] != kind || !l.together(u, v) || l.elems(l.tail[v]) != l.elems(l.tail[u]) &&
		!l.reindexes(u) {
		return false
	}
	if l.rule[u] != "" && l.rule[u] != qdqRule {
		rule = ""
	}
	l.merge(u, v, rule)
	return true
}
