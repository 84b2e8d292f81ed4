package lower

import "github.com/ridgepoint/ridgepoint/graph/cost"

// chain makes one kernel of elementwise steps that only feed each other.
func chain(f *fuser) {
	for i := range f.Live {
		u := f.unit[i]
		if f.Live[i] && f.tail[u] == int32(i) && f.fusion[u] == cost.Elementwise {
			for f.absorbs(u, chainRule, cost.Elementwise) {
			}
		}
	}
}

// finish lets a reduction apply the elementwise steps that follow it to its
// results, as a residual addition after a normalisation.
func finish(f *fuser) {
	for i := range f.Live {
		u := f.unit[i]
		if f.Live[i] && f.tail[u] == int32(i) && f.fusion[u] == cost.Reduction {
			for f.absorbs(u, producerRule, cost.Elementwise) {
			}
		}
	}
}

// producer lets a reduction compute the elementwise steps that feed only it as it reads.
func producer(f *fuser) {
	for i := range f.Live {
		u := f.unit[i]
		if !f.Live[i] || f.tail[u] != int32(i) || f.fusion[u] != cost.Elementwise {
			continue
		}
		v := f.reader(f.out(u))
		if v < 0 || v == u || f.fusion[v] != cost.Reduction || !f.together(u, v) {
			continue
		}
		rule := f.rule[v]
		if rule == "" {
			rule = producerRule
		}
		f.merge(v, u, rule)
	}
}
