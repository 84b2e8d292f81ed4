package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// shapeView notes what decides how a convolution or a recurrent layer is run beside its size.
func (l *Lowerer) shapeView(k *kernel.Kernel, main int32) {
	n := l.Res.Steps[main].Node
	k.BatchNorm, k.Pool = l.Kind(k.Steps[0]) == ops.BatchNorm, l.pools(k)
	switch k.Class {
	case kernel.Conv:
		w := l.weightShape(main)
		k.Window = wide(w)
		k.Winograd = l.Kind(main) != ops.DeformableConv && len(w) == 4 && w[2] == 3 && w[3] == 3 &&
			ones(n, "strides") && ones(n, "dilations")
	case kernel.Recurrent:
		if in := n.Inputs; len(in) > 0 && in[0] != graph.None {
			if s := l.Res.Infos[in[0]].Shape; len(s) == 3 { // sequence, batch, features; layout=1 puts the batch first
				at := 0
				if a := n.Attr("layout"); a != nil && a.Int == 1 {
					at = 1
				}
				k.Sequence = s[at]
			}
		}
	}
}

// wide reports whether the windows of a convolution's weights have more than one element.
func wide(weights []int64) bool {
	for i, n := range weights {
		if i > 1 && n > 1 {
			return true
		}
	}
	return false
}

// pools reports whether a kernel reads windows of images. A mean over all positions is a reduction like others.
func (l *Lowerer) pools(k *kernel.Kernel) bool {
	some := false
	for _, s := range k.Steps {
		switch l.Kind(s) {
		case ops.GlobalAveragePool:
			return false
		case ops.MaxPool, ops.AveragePool, ops.OtherPool:
			some = true
		}
	}
	return some
}

// ones reports whether an attribute is absent or all ones.
func ones(n *graph.Node, name string) bool {
	a := n.Attr(name)
	if a == nil {
		return true
	}
	for _, v := range a.Ints {
		if v != 1 {
			return false
		}
	}
	return true
}
