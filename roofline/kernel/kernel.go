// Package kernel describes what one launch executes: one or several fused nodes.
package kernel

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A Class is the kind of kernel, which decides its colour in plots and later its efficiency.
type Class uint8

// The classes.
const (
	Conv       Class = iota // dense convolution
	GroupConv               // grouped convolution
	Depthwise               // one input channel per group
	GEMM                    // matrix product with or without a batch
	Attention               // scaled dot-product attention as one kernel
	Recurrent               // LSTM, GRU, RNN
	Pointwise               // elementwise chains
	Norm                    // softmax, normalisation
	Reduce                  // reductions and pooling
	Move                    // copies: transpose, gather, concat, pad, resize
	Other                   // sorting, detection, strings
	Unknown                 // no operator row: costed at its memory floor
	NumClasses              // how many classes there are
)

// names lists the names of classes as tables show them.
var names = [NumClasses]string{"conv", "group conv", "depthwise", "gemm", "attention", "recurrent", "pointwise", "norm",
	"reduce", "move", "other", "unknown"}

// String returns the class in lower case.
func (c Class) String() string { return names[c] }

// Convolves reports whether kernels of the class are convolutions.
func (c Class) Convolves() bool { return c == Conv || c == GroupConv || c == Depthwise }

// Traffic is a number of elements and the bytes they occupy.
type Traffic struct{ Bytes, Elems int64 }

// Floats is floating-point traffic by direction, as in cost.Cost.
type Floats struct{ Read, Weights, Written Traffic }

// Wide reports whether tensors of type t are resized by a change of precision:
// floating-point of 16 bits and more. Narrower types are what a quantised model means.
func Wide(t dtype.Type) bool { return t.IsFloat() && t.Bits() >= 16 }

// Elements returns how many elements the kernel writes. Those of no wide type count as bytes.
func (k *Kernel) Elements() int64 {
	return k.Float.Written.Elems + max(0, k.Cost.Written-k.Float.Written.Bytes)
}

// A Kernel is one launch.
type Kernel struct {
	Name  string // of its heaviest node, or operator and position where nodes have no names
	Op    string // operators fused, such as Conv+Sigmoid+Mul
	Rule  string // the fusion rule that made it, "" for a node by itself
	Class Class  // by which efficiencies are fitted
	// Operator is that of its heaviest node.
	Operator string
	Steps    []int32    // indexes into infer.Result.Steps, in execution order
	Cost     cost.Cost  // of one execution, intermediate tensors left out
	Type     dtype.Type // element type of the arithmetic of its main engine
	Times    int64      // executions per inference
	// Float is the part of Cost's traffic made of tensors of wide types, which another precision resizes.
	Float Floats
	// Kept is the part of Cost's traffic that stays in a wide type at every precision, as PyTorch's autocast has it.
	Kept Floats
	// SpareRead and SpareWritten are the bytes of Cost's traffic that another way of running the graph does without: of
	// copies and casts, of second passes and of scores of attention that could be one kernel. No bound counts them.
	SpareRead, SpareWritten int64
	// GEMM view of matrix work: Batch products of M x K by K x N; zero where there is none.
	Batch, M, N, K int64
	BatchNorm      bool  // starts with a batch normalisation
	Pool           bool  // reads windows of images
	Window         bool  // a dense convolution of windows of more than one element
	Winograd       bool  // a dense 3x3 convolution of stride and dilation 1, which can be done with fewer multiply-adds
	ModelWeights   int64 // B of weights that all kernels of the model read: what a cache must hold for them to stay there
	Sequence       int64 // time steps that a recurrent layer takes one after the other; 0 elsewhere
}
