package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// classNames gives the class of operators that their fusion class does not tell apart.
var classNames = map[string]kernel.Class{
	"LSTM": kernel.Recurrent, "GRU": kernel.Recurrent, "RNN": kernel.Recurrent, "AttnLSTM": kernel.Recurrent, "DynamicQuantizeLSTM": kernel.Recurrent,
	"Softmax": kernel.Norm, "LogSoftmax": kernel.Norm, "Hardmax": kernel.Norm, "LayerNormalization": kernel.Norm,
	"BatchNormalization": kernel.Norm, "InstanceNormalization": kernel.Norm, "GroupNormalization": kernel.Norm,
	"RMSNormalization": kernel.Norm, "SimplifiedLayerNormalization": kernel.Norm, "SkipLayerNormalization": kernel.Norm,
	"SkipSimplifiedLayerNormalization": kernel.Norm, "EmbedLayerNormalization": kernel.Norm, "GroupNorm": kernel.Norm,
	"LpNormalization": kernel.Norm, "MeanVarianceNormalization": kernel.Norm, "LRN": kernel.Norm, "BiasSoftmax": kernel.Norm,
	"SkipGroupNorm": kernel.Norm, "QEmbedLayerNormalization": kernel.Norm, "QOrderedLayerNormalization": kernel.Norm, "QLinearSoftmax": kernel.Norm,
}

var classOfFusion = [cost.NumClasses]kernel.Class{
	cost.Opaque: kernel.Other, cost.View: kernel.Move, cost.Elementwise: kernel.Pointwise, cost.Injective: kernel.Move,
	cost.Reduction: kernel.Reduce, cost.Anchor: kernel.GEMM, cost.Metadata: kernel.Other,
}

// classOf is the class of a kernel from its main step.
func (l *Lowerer) classOf(k *kernel.Kernel, main int32) kernel.Class {
	s := &l.Res.Steps[main]
	switch {
	case s.Unknown || s.Spec == nil:
		return kernel.Unknown
	case k.Rule == attentionRule:
		return kernel.Attention
	}
	switch l.code(main) {
	case opConv, opQuantConv:
		return l.convClass(s.Node, 1)
	case opConvTranspose:
		return l.convClass(s.Node, 0)
	case opAttention:
		return kernel.Attention
	}
	if c, ok := classNames[s.Node.Op.Type]; ok && k.Cost.MACs == s.Cost.MACs {
		return c
	}
	if k.Rule == layerNormRule || k.Rule == rmsNormRule || k.Rule == softmaxRule {
		return kernel.Norm
	}
	if s.Cost.MACs > 0 && s.Spec.Class() != cost.Opaque {
		return kernel.GEMM
	}
	return l.widest(k)
}

// widest is the class of a kernel without matrix work: a reduction in it outranks elementwise steps.
func (l *Lowerer) widest(k *kernel.Kernel) kernel.Class {
	best := kernel.Pointwise
	for i, s := range k.Steps {
		step := &l.Res.Steps[s]
		c, ok := classNames[step.Node.Op.Type]
		if !ok && step.Spec != nil {
			c = classOfFusion[step.Spec.Class()]
		}
		if i == 0 || c == kernel.Norm || c == kernel.Reduce && best != kernel.Norm || best == kernel.Pointwise {
			best = c
		}
	}
	return best
}

// convClass tells dense, grouped and depthwise convolutions apart. The weights' dimension
// at channelAxis counts output channels per group for a transposed convolution (axis 0: all inputs).
func (l *Lowerer) convClass(n *graph.Node, channelAxis int) kernel.Class {
	groups := l.groups(n)
	w := l.weightShape(n)
	switch {
	case groups <= 1:
		return kernel.Conv
	case channelAxis == 1 && len(w) > 1 && w[1] == 1, channelAxis == 0 && len(w) > 0 && w[0] == groups:
		return kernel.Depthwise
	}
	return kernel.GroupConv
}

func (l *Lowerer) groups(n *graph.Node) int64 {
	if a := n.Attr("group"); a != nil && a.Kind == graph.AttrInt {
		return a.Int
	}
	return 1
}

// weightShape is the shape of a convolution's weights, nil where they are missing.
func (l *Lowerer) weightShape(n *graph.Node) graph.Shape {
	at := 1
	if n.Op.Type == "QLinearConv" {
		at = 3
	}
	if at >= len(n.Inputs) || n.Inputs[at] == graph.None {
		return nil
	}
	return l.Res.Infos[n.Inputs[at]].Shape
}

// mainType is the element type of a kernel's arithmetic: of its matrix work,
// else vector, else special; of its output where it only moves data.
func (l *Lowerer) mainType(k *kernel.Kernel, main int32) dtype.Type {
	for e := range k.Cost.Work {
		if w := &k.Cost.Work[e]; w.Ops > 0 {
			return w.Type
		}
	}
	if id := firstOutput(l.Res.Steps[main].Node); id != graph.None {
		return l.Res.Infos[id].Type
	}
	return dtype.Undefined
}

// gemmView describes a kernel's matrix work as Batch products of M x K by K x N.
// A convolution is an implicit GEMM: M output positions, N output channels and K weights each, per group.
func (l *Lowerer) gemmView(k *kernel.Kernel, main int32) {
	n := l.Res.Steps[main].Node
	macs := l.Res.Steps[main].Cost.MACs
	out := firstOutput(n)
	if macs == 0 || out == graph.None || len(n.Inputs) < 2 {
		return
	}
	shape := l.Res.Infos[out].Shape
	elems := l.scaled(out, shape.Elems())
	if elems == 0 || len(shape) == 0 {
		return
	}
	if l.code(main) == opAttention {
		l.attentionView(k, n, shape, macs)
		return
	}
	switch k.Class {
	case kernel.Conv, kernel.GroupConv, kernel.Depthwise:
		w := l.weightShape(n)
		if len(w) < 3 || len(shape) < 3 || l.code(main) == opConvTranspose {
			return
		}
		k.Batch = l.groups(n)
		k.N = w[0] / max(1, k.Batch)
		k.M = elems / max(1, w[0]) // positions, wherever the channels are
	case kernel.GEMM, kernel.Attention:
		k.Batch, k.N = 1, shape[len(shape)-1]
		k.M = elems / max(1, k.N)
		if b := n.Inputs[1]; len(shape) > 2 && b != graph.None && !l.Const[b] && len(l.Res.Infos[b].Shape) > 2 {
			k.M = shape[len(shape)-2]
			k.Batch = elems / max(1, k.M*k.N)
		}
	default:
		return
	}
	k.K = macs / max(1, k.Batch*k.M*k.N)
}

// attentionView describes attention in one operator by its QKᵀ product. Its two
// products are 2 x keys multiply-adds for each element of the output, so that the number of keys
// follows. Operators that hold projections as well are left without a view.
func (l *Lowerer) attentionView(k *kernel.Kernel, n *graph.Node, shape graph.Shape, macs int64) {
	heads := n.Attr("num_heads")
	if heads == nil {
		heads = n.Attr("q_num_heads")
	}
	projects := n.Op.Domain != "" && n.Op.Type != "MultiHeadAttention" && n.Op.Type != "GroupQueryAttention"
	if projects || len(shape) < 3 || shape.Elems() == 0 {
		return
	}
	k.Batch, k.M = shape[0], shape[len(shape)-2]
	switch {
	case len(shape) == 4:
		k.Batch = sat.Mul(k.Batch, shape[1])
	case heads != nil:
		k.Batch = sat.Mul(k.Batch, heads.Int)
	}
	elems := shape.Elems()
	k.N = macs / (2 * max(1, elems))
	k.K = elems / max(1, k.Batch*k.M)
}
