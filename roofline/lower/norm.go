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
func groupNorm(f *fuser) {
	for i := range f.Live {
		u := int32(i)
		if !f.Live[i] || !f.single(u) || f.Kind(u) != ops.InstanceNorm {
			continue
		}
		for range 2 {
			v := f.reader(f.out(u))
			if v < 0 || !f.single(v) || f.fusion[v] != cost.Elementwise || f.varying(v) != 1 || !f.together(u, v) ||
				f.elems(v) != f.elems(u) {
				break
			}
			f.merge(u, v, groupNormRule)
		}
	}
}
