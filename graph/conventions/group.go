package conventions

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// A group is a set of nodes that some tool counts in a way of its own. Most are kinds of operators;
// some depend on the node: a matmul of two activations, the mode of a resize.
type group uint8

const (
	_           group = iota // a kind without a group fails TestEveryKind
	other                    // no tool here counts it
	conv                     // convolutions
	transposed               // transposed convolution
	linear                   // matmul with a constant factor
	product                  // matmul of two activations
	attention                // a whole attention in one operator
	batchNorm                // at inference: a scale and a shift
	layerNorm                // over the last axes, also the root-mean-square form
	groupNorm                // over groups of channels, and instance normalisation
	rectifier                // activations of a comparison and a product
	exponential              // activations that need an exponential
	softmax                  // exponentials over their sum
	globalPool               // mean over all positions
	averagePool              // means of windows
	maxPool                  // largest of windows
	nearest                  // resizing
	bilinear                 // resizing
	bicubic                  // resizing
	sampler                  // bilinear sampling at given positions
	arithmetic               // sums, products and their kin
	recurrent                // LSTM, GRU and RNN
	numGroups                // how many groups there are
)

// groupNames lists the names of groups as tables show them.
var groupNames = [numGroups]string{
	"", "other", "convolution", "transposed convolution", "linear", "matrix product", "attention", "batch normalisation",
	"layer normalisation", "group normalisation", "rectifier", "exponential activation", "softmax", "global pooling",
	"average pooling", "max pooling", "nearest resize", "bilinear resize", "bicubic resize", "grid sampling",
	"elementwise arithmetic", "recurrent",
}

// String returns the group in words.
func (g group) String() string { return groupNames[g] }

// groups gives every kind of operator its group. TestEveryKind fails for a kind that is missing.
var groups = [ops.NumKinds]group{
	ops.NoKind: other,

	ops.Conv: conv, ops.DeformableConv: conv, ops.DepthwiseConv: conv, ops.TransposedConv: transposed,
	ops.MatMul: linear, ops.Einsum: linear, ops.Gemm: linear,
	ops.Attention: attention, ops.ProjectedAttention: attention, ops.LinearAttention: attention,
	ops.Recurrent: recurrent,

	ops.BatchNorm: batchNorm, ops.InstanceNorm: groupNorm, ops.GroupNorm: groupNorm, ops.LayerNorm: layerNorm,
	ops.RMSNorm: layerNorm, ops.OtherNorm: other, ops.Softmax: softmax,

	ops.MaxPool: maxPool, ops.AveragePool: averagePool, ops.GlobalAveragePool: globalPool,
	ops.OtherPool: other, ops.RegionPool: other, ops.Reduction: other,

	ops.Rectifier: rectifier, ops.Exponential: exponential, ops.Arithmetic: arithmetic, ops.Elementwise: other,
	ops.Cast: other, ops.Quantize: other, ops.Dequantize: other, ops.Random: other,

	ops.Resize: nearest, ops.Sampler: sampler,
	ops.View: other, ops.Transpose: other, ops.Concat: other, ops.Split: other, ops.Slice: other, ops.Gather: other,
	ops.Pad: other, ops.Expand: other, ops.Tile: other, ops.Move: other,

	ops.Metadata: other, ops.Control: other, ops.Opaque: other,
}

// classify returns the group of a step.
func (c *counter) classify(s *infer.Step) group {
	g := groups[s.Kind()]
	switch {
	case g == nearest:
		return resizeGroup(s.Node)
	case g == linear && !c.constantFactor(s):
		return product
	case g == arithmetic && c.normalises(s):
		return layerNorm
	}
	return g
}

// resizeGroup returns the group of a Resize by its mode.
func resizeGroup(n *graph.Node) group {
	if a := n.Attr("mode"); a != nil {
		switch a.Str {
		case "linear", "bilinear":
			return bilinear
		case "cubic":
			return bicubic
		}
	}
	return nearest
}

// constantFactor reports whether one factor of a matmul is known before run time.
// Some operators hold it in an attribute.
func (c *counter) constantFactor(s *infer.Step) bool {
	second := s.Weights()
	if second == graph.None {
		return s.Kind() == ops.Gemm
	}
	first := s.Node.Inputs[0]
	return c.constant[second] || first != graph.None && c.constant[first]
}

// normalises recognises the division that ends a layer normalisation written
// out, (x - mean) / sqrt(mean((x - mean)²) + epsilon). Its other steps are then counted as arithmetic of their own.
func (c *counter) normalises(s *infer.Step) bool {
	n := s.Node
	if n.Op.Type != "Div" || len(n.Inputs) != 2 {
		return false
	}
	root := c.made(n.Inputs[1], "Sqrt")
	if root == nil {
		return false
	}
	sum := c.made(root.Inputs[0], "Add")
	if sum == nil || c.made(n.Inputs[0], "Sub") == nil {
		return false
	}
	return c.made(sum.Inputs[0], "ReduceMean") != nil || c.made(sum.Inputs[1], "ReduceMean") != nil
}

// made returns the node that makes a tensor if it is of an operator, else nil.
func (c *counter) made(id graph.ID, op string) *graph.Node {
	if id == graph.None || c.maker[id] == nil || c.maker[id].Op.Type != op {
		return nil
	}
	return c.maker[id]
}
