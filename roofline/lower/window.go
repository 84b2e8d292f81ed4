package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// shapeView notes what decides how a convolution or a recurrent layer is run beside its size.
func (l *Lowerer) shapeView(k *kernel.Kernel, main int32) {
	n := l.Res.Steps[main].Node
	switch k.Class {
	case kernel.Conv:
		w := l.weightShape(n)
		k.Winograd = len(w) == 4 && w[2] == 3 && w[3] == 3 && ones(n, "strides") && ones(n, "dilations")
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
