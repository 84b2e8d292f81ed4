package lower

import "github.com/ridgepoint/ridgepoint/graph/cost"

// chain makes one kernel of elementwise steps that only feed each other.
func chain(l *Lowerer) {
	for i := range l.Live {
		u := l.unit[i]
		if l.Live[i] && l.tail[u] == int32(i) && l.fusion[u] == cost.Elementwise {
			for l.absorbs(u, chainRule, cost.Elementwise) {
			}
		}
	}
}

// finish lets a reduction apply the elementwise steps that follow it to its
// results, as a residual addition after a normalisation.
func finish(l *Lowerer) {
	for i := range l.Live {
		u := l.unit[i]
		if l.Live[i] && l.tail[u] == int32(i) && l.fusion[u] == cost.Reduction {
			for l.absorbs(u, producerRule, cost.Elementwise) {
			}
		}
	}
}

// producer lets a reduction compute the elementwise steps that feed only it as it reads.
func producer(l *Lowerer) {
	for i := range l.Live {
		u := l.unit[i]
		if !l.Live[i] || l.tail[u] != int32(i) || l.fusion[u] != cost.Elementwise {
			continue
		}
		v := l.reader(l.out(u))
		if v < 0 || v == u || l.fusion[v] != cost.Reduction || !l.together(u, v) {
			continue
		}
		rule := l.rule[v]
		if rule == "" {
			rule = producerRule
		}
		l.merge(v, u, rule)
	}
}
