package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/internal/dataflow"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// classes gives every kind of operator the class of its kernel. TestEveryKind fails for a kind that is missing.
// Convolutions are told apart further by their groups.
var classes = [ops.NumKinds]kernel.Class{
	ops.NoKind: kernel.Unknown,

	ops.Conv: kernel.Conv, ops.TransposedConv: kernel.Conv, ops.DeformableConv: kernel.Conv,
	ops.DepthwiseConv: kernel.Depthwise,
	ops.MatMul:        kernel.GEMM, ops.Einsum: kernel.GEMM, ops.Gemm: kernel.GEMM,
	ops.Attention: kernel.Attention, ops.ProjectedAttention: kernel.Attention, ops.LinearAttention: kernel.Attention,
	ops.Recurrent: kernel.Recurrent,

	ops.BatchNorm: kernel.Norm, ops.InstanceNorm: kernel.Norm, ops.GroupNorm: kernel.Norm, ops.LayerNorm: kernel.Norm,
	ops.RMSNorm: kernel.Norm, ops.OtherNorm: kernel.Norm, ops.Softmax: kernel.Norm,

	ops.MaxPool: kernel.Reduce, ops.AveragePool: kernel.Reduce, ops.GlobalAveragePool: kernel.Reduce,
	ops.OtherPool: kernel.Reduce, ops.RegionPool: kernel.Reduce, ops.Reduction: kernel.Reduce,

	ops.Rectifier: kernel.Pointwise, ops.Exponential: kernel.Pointwise, ops.Arithmetic: kernel.Pointwise,
	ops.Elementwise: kernel.Pointwise, ops.Cast: kernel.Pointwise, ops.Quantize: kernel.Pointwise,
	ops.Dequantize: kernel.Pointwise, ops.Random: kernel.Pointwise,

	ops.View: kernel.Move, ops.Transpose: kernel.Move, ops.Concat: kernel.Move, ops.Split: kernel.Move,
	ops.Slice: kernel.Move, ops.Gather: kernel.Move, ops.Pad: kernel.Move, ops.Expand: kernel.Move, ops.Tile: kernel.Move,
	ops.Resize: kernel.Move, ops.Sampler: kernel.Move, ops.Move: kernel.Move,

	ops.Metadata: kernel.Other, ops.Control: kernel.Other, ops.Opaque: kernel.Other,
}

// classOf returns the class of a kernel from its main step.
func (l *Lowerer) classOf(k *kernel.Kernel, main int32) kernel.Class {
	s := &l.Res.Steps[main]
	kind := s.Kind()
	switch {
	case s.Unknown || s.Spec == nil:
		return kernel.Unknown
	case k.Rule == attentionRule:
		return kernel.Attention
	case kind.Convolution():
		return l.convClass(main)
	case kind.Matrix() || classes[kind] == kernel.Norm:
		return classes[kind]
	case k.Rule == layerNormRule || k.Rule == rmsNormRule || k.Rule == softmaxRule:
		return kernel.Norm
	}
	return l.widest(k)
}

// widest returns the class of a kernel without matrix work: a reduction in it outranks elementwise steps.
func (l *Lowerer) widest(k *kernel.Kernel) kernel.Class {
	best := kernel.Pointwise
	for i, s := range k.Steps {
		c := classes[l.Kind(s)]
		if i == 0 || c == kernel.Norm || c == kernel.Reduce && best != kernel.Norm || best == kernel.Pointwise {
			best = c
		}
	}
	return best
}

// convClass tells dense, grouped and depthwise convolutions apart. Weights are [out, in/group, …],
// those of a transposed convolution [in, out/group, …].
func (l *Lowerer) convClass(main int32) kernel.Class {
	kind, groups := l.Kind(main), l.groups(main)
	w := l.weightShape(main)
	switch {
	case groups <= 1 && kind != ops.DepthwiseConv:
		return kernel.Conv
	case kind == ops.TransposedConv && len(w) > 0 && w[0] == groups, kind != ops.TransposedConv && len(w) > 1 && w[1] == 1:
		return kernel.Depthwise
	}
	return kernel.GroupConv
}

// groups returns the number of groups of a convolution.
func (l *Lowerer) groups(main int32) int64 {
	if l.Kind(main) == ops.DepthwiseConv {
		if w := l.weightShape(main); len(w) > 0 {
			return w[0]
		}
	}
	if a := l.Res.Steps[main].Node.Attr("group"); a != nil && a.Kind == graph.AttrInt {
		return a.Int
	}
	return 1
}

// weightShape returns the shape of the second factor of matrix work, nil if that is not an input.
func (l *Lowerer) weightShape(main int32) graph.Shape {
	w := l.Res.Steps[main].Weights()
	if w == graph.None {
		return nil
	}
	return l.Res.Infos[w].Shape
}

// mainType returns the element type of a kernel's arithmetic: of its matrix work,
// else vector, else special; of its output where it only moves data.
func (l *Lowerer) mainType(k *kernel.Kernel, main int32) dtype.Type {
	for e := range k.Cost.Work {
		if w := &k.Cost.Work[e]; w.Ops > 0 {
			return w.Type
		}
	}
	if id := dataflow.FirstOutput(l.Res.Steps[main].Node); id != graph.None {
		return l.Res.Infos[id].Type
	}
	return dtype.Undefined
}

// gemmView describes a kernel's matrix work as Batch products of M x K by K x N.
// A convolution is an implicit GEMM: M output positions, N output channels and K weights each, per group.
func (l *Lowerer) gemmView(k *kernel.Kernel, main int32) {
	n := l.Res.Steps[main].Node
	macs := l.Res.Steps[main].Cost.MACs
	out := dataflow.FirstOutput(n)
	if macs == 0 || out == graph.None || len(n.Inputs) < 2 {
		return
	}
	shape := l.Res.Infos[out].Shape
	elems := l.Scaled(out, shape.Elems())
	if elems == 0 || len(shape) == 0 {
		return
	}
	kind := l.Kind(main)
	switch kind {
	case ops.Attention:
		l.attentionView(k, n, shape, macs)
		return
	case ops.ProjectedAttention, ops.LinearAttention: // not one pair of products
		return
	}
	switch k.Class {
	case kernel.Conv, kernel.GroupConv, kernel.Depthwise:
		w := l.weightShape(main)
		if len(w) < 3 || len(shape) < 3 || kind == ops.TransposedConv {
			return
		}
		k.Batch = l.groups(main)
		k.N = w[0] / max(1, k.Batch)
		k.M = elems / max(1, w[0]) // positions, wherever the channels are
	case kernel.GEMM, kernel.Attention:
		k.Batch, k.N = 1, shape[len(shape)-1]
		k.M = elems / max(1, k.N)
		b := l.Res.Steps[main].Weights()
		if len(shape) > 2 && b != graph.None && !l.Const[b] && len(l.Res.Infos[b].Shape) > 2 {
			k.M = shape[len(shape)-2]
			k.Batch = elems / max(1, k.M*k.N)
		}
	default:
		return
	}
	k.K = macs / max(1, k.Batch*k.M*k.N)
	if k.Rule == siblingsRule { // their columns lie side by side
		k.N = int64(float64(k.N) * float64(k.Cost.MACs) / float64(macs))
	}
}

// attentionView describes attention in one operator by its QKᵀ product. Its two
// products are 2 x keys multiply-adds for each element of the output, so that the number of keys
// follows.
func (l *Lowerer) attentionView(k *kernel.Kernel, n *graph.Node, shape graph.Shape, macs int64) {
	heads := n.Attr("num_heads")
	if heads == nil {
		heads = n.Attr("q_num_heads")
	}
	if len(shape) < 3 || shape.Elems() == 0 {
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
