package lower

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// layerNorm matches (x - mean) / sqrt(variance + epsilon) with scale and shift, and
// without the subtraction the root-mean-square normalisation. A cast may stand between.
var layerNorm = composite{seeds: []string{"Sqrt"}, rule: layerNormRule, reductions: true, affine: 3}

// softmax matches exp(x - max) over its sum.
var softmax = composite{seeds: []string{"Exp"}, rule: softmaxRule, reductions: true}

// groupNorm makes one kernel of the normalisation of groups of channels as exporters write it: of instances, then a
// scale and a shift by channel.
func groupNorm(l *Lowerer) {
	for i := range l.Live {
		u := int32(i)
		if !l.Live[i] || !l.single(u) || l.kind(u) != ops.InstanceNorm {
			continue
		}
		for range 2 {
			v := l.reader(l.out(u))
			if v < 0 || !l.single(v) || l.fusion[v] != cost.Elementwise || l.varying(v) != 1 || !l.together(u, v) ||
				l.elems(v) != l.elems(u) {
				break
			}
			l.merge(u, v, groupNormRule)
		}
	}
}
