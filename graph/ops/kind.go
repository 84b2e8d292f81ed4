package ops

import "github.com/ridgepoint/ridgepoint/graph/cost"

// A Kind is a group of operators that lowering, timing and counting treat alike.
// Operators get separate kinds only where one of those tells them apart.
type Kind uint8

// The kinds. The zero Kind is that of an operator without a row.
const (
	NoKind Kind = iota

	Conv
	TransposedConv
	DeformableConv // samples its input at positions that are an input
	DepthwiseConv  // one input channel per group by definition
	MatMul         // product of two tensors as numpy multiplies them
	Einsum
	Gemm               // other products: with bias, scales, packed weights or an activation
	Attention          // of query, key and value as given
	ProjectedAttention // projects its input to query, key and value first
	LinearAttention    // by a recurrent state of fixed size
	Recurrent

	BatchNorm // at inference: a scale and a shift
	InstanceNorm
	GroupNorm
	LayerNorm
	RMSNorm
	OtherNorm
	Softmax

	MaxPool
	AveragePool
	GlobalAveragePool
	OtherPool
	RegionPool // over regions of interest
	Reduction

	Rectifier   // activations of comparisons, sums and products
	Exponential // activations that need an exponential
	Arithmetic  // sum, difference, product or quotient of two tensors
	Elementwise // other functions of one element of each input
	Cast
	Quantize
	Dequantize
	Random

	View
	Transpose
	Concat
	Split
	Slice
	Gather // picks entries along an axis by index
	Pad
	Expand
	Tile
	Resize
	Sampler // interpolates at given positions
	Move    // other copies: scatter, triangles, blocks to channels

	Metadata
	Control // runs subgraphs
	Opaque  // sorting, detection, strings, transforms

	NumKinds
)

// A Layout says in which order a kernel stores its result where tensors carry strides.
type Layout uint8

// The layouts.
const (
	RowMajor   Layout = iota
	Follows           // the order of the first operand of the result's shape
	KeepsImage        // channels last if the first input is
	JoinsImage        // channels last if all inputs are
	Convolves         // channels last if the first input is or images are stored so
)

// kinds holds the facts that all operators of a kind share.
var kinds = [NumKinds]struct {
	name   string
	class  cost.Class
	layout Layout
}{
	NoKind: {"unknown", cost.Opaque, RowMajor},

	Conv:               {"convolution", cost.Anchor, Convolves},
	TransposedConv:     {"transposed convolution", cost.Anchor, Convolves},
	DeformableConv:     {"deformable convolution", cost.Anchor, RowMajor},
	DepthwiseConv:      {"depthwise convolution", cost.Anchor, RowMajor},
	MatMul:             {"matmul", cost.Anchor, RowMajor},
	Einsum:             {"einsum", cost.Anchor, RowMajor},
	Gemm:               {"gemm", cost.Anchor, RowMajor},
	Attention:          {"attention", cost.Anchor, RowMajor},
	ProjectedAttention: {"projected attention", cost.Anchor, RowMajor},
	LinearAttention:    {"linear attention", cost.Anchor, RowMajor},
	Recurrent:          {"recurrent", cost.Opaque, RowMajor},

	BatchNorm:    {"batch normalisation", cost.Elementwise, KeepsImage},
	InstanceNorm: {"instance normalisation", cost.Reduction, KeepsImage},
	GroupNorm:    {"group normalisation", cost.Reduction, KeepsImage},
	LayerNorm:    {"layer normalisation", cost.Reduction, RowMajor},
	RMSNorm:      {"RMS normalisation", cost.Reduction, RowMajor},
	OtherNorm:    {"other normalisation", cost.Reduction, RowMajor},
	Softmax:      {"softmax", cost.Reduction, RowMajor},

	MaxPool:           {"max pooling", cost.Reduction, KeepsImage},
	AveragePool:       {"average pooling", cost.Reduction, KeepsImage},
	GlobalAveragePool: {"global average pooling", cost.Reduction, KeepsImage},
	OtherPool:         {"other pooling", cost.Reduction, KeepsImage},
	RegionPool:        {"region pooling", cost.Reduction, RowMajor},
	Reduction:         {"reduction", cost.Reduction, RowMajor},

	Rectifier:   {"rectifier", cost.Elementwise, Follows},
	Exponential: {"exponential activation", cost.Elementwise, Follows},
	Arithmetic:  {"arithmetic", cost.Elementwise, Follows},
	Elementwise: {"other elementwise", cost.Elementwise, Follows},
	Cast:        {"cast", cost.Elementwise, Follows},
	Quantize:    {"quantise", cost.Elementwise, Follows},
	Dequantize:  {"dequantise", cost.Elementwise, Follows},
	Random:      {"random", cost.Elementwise, Follows},

	View:      {"view", cost.View, RowMajor},
	Transpose: {"transpose", cost.Injective, RowMajor},
	Concat:    {"concatenation", cost.Injective, JoinsImage},
	Split:     {"split", cost.Injective, RowMajor},
	Slice:     {"slice", cost.Injective, RowMajor},
	Gather:    {"gather", cost.Injective, RowMajor},
	Pad:       {"padding", cost.Injective, KeepsImage},
	Expand:    {"expand", cost.Injective, RowMajor},
	Tile:      {"tile", cost.Injective, RowMajor},
	Resize:    {"resize", cost.Injective, KeepsImage},
	Sampler:   {"sampling", cost.Injective, RowMajor},
	Move:      {"other movement", cost.Injective, RowMajor},

	Metadata: {"metadata", cost.Metadata, RowMajor},
	Control:  {"control flow", cost.Metadata, RowMajor},
	Opaque:   {"opaque", cost.Opaque, RowMajor},
}

// String returns the kind in words.
func (k Kind) String() string { return kinds[k].name }

// Class returns how operators of the kind fuse with their neighbours.
func (k Kind) Class() cost.Class { return kinds[k].class }

// Layout returns in which order operators of the kind store their result.
func (k Kind) Layout() Layout { return kinds[k].layout }

// Matrix reports whether operators of the kind do matrix work, counted in multiply-adds.
func (k Kind) Matrix() bool { return k >= Conv && k <= Recurrent }

// Learnt returns which inputs of operators of the kind hold weights, from the first to before the second: all factors
// and biases of matrix work, the table of a gather, the scales of a normalisation, the slopes of a
// rectifier. What only moves or widens constants reads weights if its result is one.
func (k Kind) Learnt(resultIs bool) (from, to int) {
	const all = 1 << 30
	switch {
	case k.Matrix():
		return 0, all
	case k == Gather && !resultIs:
		return 0, 1
	case k >= BatchNorm && k <= OtherNorm || k == Rectifier:
		return 1, all
	case resultIs && (k == Dequantize || k == Quantize || k == Cast || k >= View && k <= Pad):
		return 0, all
	}
	return 0, 0
}

// Convolution reports whether operators of the kind slide weights over positions.
func (k Kind) Convolution() bool { return k >= Conv && k <= DepthwiseConv }
