package conventions

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
)

// A kind is a group of operators that tools tell apart.
type kind uint8

const (
	uncounted kind = iota
	conv
	transposed  // transposed convolution
	linear      // matrix product with a constant factor
	product     // matrix product of two activations
	attention   // a whole attention in one operator
	batchNorm   // at inference: a scale and a shift
	layerNorm   // over the last axes, also the root-mean-square form
	groupNorm   // over groups of channels, and instance normalisation
	rectifier   // activations of a comparison and a product
	exponential // activations that need an exponential
	softmax
	globalPool // mean over all positions
	averagePool
	maxPool
	nearest  // resizing
	bilinear // resizing
	bicubic  // resizing
	sampler  // bilinear sampling at given positions
	arithmetic
	recurrent
	numKinds
)

var kindNames = [numKinds]string{
	"not counted", "convolution", "transposed convolution", "linear", "matrix product", "attention", "batch normalisation",
	"layer normalisation", "group normalisation", "rectifier", "exponential activation", "softmax", "global pooling",
	"average pooling", "max pooling", "nearest resize", "bilinear resize", "bicubic resize", "grid sampling", "elementwise arithmetic", "recurrent",
}

// String is the kind in words.
func (k kind) String() string { return kindNames[k] }

// kinds maps operators of the standard and com.microsoft domains.
var kinds = map[string]kind{
	"Conv": conv, "FusedConv": conv, "ConvInteger": conv, "QLinearConv": conv, "NhwcConv": conv, "DeformConv": conv, "ConvTranspose": transposed,
	"Gemm": linear, "MatMul": linear, "FusedMatMul": linear, "FusedGemm": linear, "QLinearMatMul": linear, "MatMulInteger": linear,
	"MatMulNBits": linear, "QGemm": linear, "DynamicQuantizeMatMul": linear, "MatMulIntegerToFloat": linear, "Einsum": linear,
	"Attention": attention, "MultiHeadAttention": attention, "GroupQueryAttention": attention, "QAttention": attention,
	"BatchNormalization": batchNorm, "LayerNormalization": layerNorm, "SkipLayerNormalization": layerNorm,
	"RMSNormalization": layerNorm, "SimplifiedLayerNormalization": layerNorm, "SkipSimplifiedLayerNormalization": layerNorm,
	"InstanceNormalization": groupNorm, "GroupNormalization": groupNorm, "GroupNorm": groupNorm,
	"Relu": rectifier, "LeakyRelu": rectifier, "PRelu": rectifier, "Clip": rectifier, "HardSwish": rectifier, "HardSigmoid": rectifier, "ThresholdedRelu": rectifier,
	"Sigmoid": exponential, "Tanh": exponential, "Elu": exponential, "Selu": exponential, "Celu": exponential, "Gelu": exponential, "Erf": exponential,
	"Softplus": exponential, "Mish": exponential, "Exp": exponential, "Swish": exponential, "FastGelu": exponential, "BiasGelu": exponential, "QuickGelu": exponential,
	"Softmax": softmax, "LogSoftmax": softmax, "GlobalAveragePool": globalPool, "AveragePool": averagePool, "MaxPool": maxPool, "GlobalMaxPool": maxPool,
	"Add": arithmetic, "Sub": arithmetic, "Mul": arithmetic, "Div": arithmetic,
	"GridSample": sampler, "LSTM": recurrent, "GRU": recurrent, "RNN": recurrent,
}

// classify finds a step's kind.
func (c *counter) classify(s *infer.Step) kind {
	if d := s.Node.Op.Domain; d != "" && d != "com.microsoft" {
		return uncounted
	}
	k := kinds[s.Node.Op.Type]
	switch {
	case s.Node.Op.Type == "Resize" || s.Node.Op.Type == "Upsample":
		return resizeKind(s.Node)
	case k == linear && !c.constantFactor(s.Node):
		return product
	case k == arithmetic && c.normalises(s):
		return layerNorm
	}
	return k
}

func resizeKind(n *graph.Node) kind {
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

// constantFactor reports whether one factor of a product is known before run time.
func (c *counter) constantFactor(n *graph.Node) bool {
	if n.Op.Type == "MatMulNBits" {
		return true
	}
	for i, id := range n.Inputs {
		if i < 2 && id != graph.None && c.constant[id] {
			return true
		}
	}
	return false
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

// made is the node that makes a tensor if it is of an operator, else nil.
func (c *counter) made(id graph.ID, op string) *graph.Node {
	if id == graph.None || c.maker[id] == nil || c.maker[id].Op.Type != op {
		return nil
	}
	return c.maker[id]
}
