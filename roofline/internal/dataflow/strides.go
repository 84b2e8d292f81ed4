package dataflow

import (
	"math"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// PyTorch's eager mode keeps strides with every tensor: a transposition copies nothing, elementwise kernels read and
// write in any order, and what needs its operand in a row copies it first. Which kernels are copies follows from the
// strides, which this file derives as the eager mode does; copies.go says who copies. Sources: the documentation of
// tensor views (https://pytorch.org/docs/stable/tensor_view.html) and of memory formats.

// maxRank gives the largest rank whose strides are kept; tensors of more dimensions count as contiguous.
const maxRank = 6

// strides of a tensor in elements; of rank 0 where they were not found, which means contiguous.
type strides struct {
	rank int8           // dimensions
	at   [maxRank]int64 // elements from one to the next
}

// An order is the dimensions of a tensor as they lie in memory, outermost first.
type order [maxRank]int8

var (
	plainOrder        = order{0, 1, 2, 3, 4, 5} // as ONNX has it
	channelsLastOrder = order{0, 2, 3, 1}       // of images
	// of samples, heads, tokens, features: the fused path of attention stores by token
	headsLastOrder = order{0, 2, 1, 3}
)

// inOrder returns the strides of a tensor without gaps.
func inOrder(shape graph.Shape, o order) strides {
	s := strides{rank: int8(len(shape))}
	step := int64(1)
	for i := len(shape) - 1; i >= 0; i-- {
		s.at[o[i]] = step
		step = sat.Mul(step, max(1, shape[o[i]]))
	}
	return s
}

// stridesOf returns the strides of a tensor, and whether its rank allows any.
func (f *Flow) stridesOf(id graph.ID) (strides, bool) {
	shape := f.Res.Infos[id].Shape
	if len(shape) > maxRank {
		return strides{}, false
	}
	if s := f.strides[id]; s.rank > 0 && int(s.rank) == len(shape) {
		return s, true
	}
	return inOrder(shape, plainOrder), true
}

// lies reports whether a tensor lies without gaps in that order. The strides of dimensions of one do not matter.
func (s *strides) lies(o order, shape graph.Shape) bool {
	want := inOrder(shape, o)
	for d, n := range shape {
		if n > 1 && s.at[d] != want.at[d] {
			return false
		}
	}
	return true
}

// channelsLast reports whether the channels of an image are innermost, with gaps or without.
func (s *strides) channelsLast(shape graph.Shape) bool {
	return len(shape) == 4 && shape[1] > 1 && shape[2]*shape[3] > 1 && s.at[1] == 1 && s.at[3] >= shape[1] &&
		s.at[2] >= s.at[3]
}

// order returns that of the dimensions in memory; those of one, and those that are repeated, come first.
func (s *strides) order(shape graph.Shape) order {
	var o order
	for d := range shape {
		i := d
		for ; i > 0 && s.key(shape, int(o[i-1])) < s.key(shape, d); i-- {
			o[i] = o[i-1]
		}
		o[i] = int8(d)
	}
	return o
}

// key returns what dimensions are ordered by: the stride, and last those of size 1 and repeated
// ones.
func (s *strides) key(shape graph.Shape, d int) int64 {
	if shape[d] == 1 || s.at[d] == 0 {
		return math.MaxInt64
	}
	return s.at[d]
}

// inputsLast notes that the images a channels-last graph is given lie so.
func (f *Flow) inputsLast(inputs []graph.ID) {
	for _, id := range inputs {
		if shape := f.Res.Infos[id].Shape; len(shape) == 4 {
			f.strides[id] = inOrder(shape, channelsLastOrder)
		}
	}
}

// follow finds the strides of a step's outputs, and reports whether they share the bytes of its first input:
// a view may turn out to be a copy.
func (f *Flow) follow(s *infer.Step, view bool) bool {
	n := s.Node
	if len(n.Inputs) == 0 || n.Inputs[0] == graph.None || f.Res.Infos[n.Inputs[0]].Kind != graph.KindTensor {
		return view
	}
	from, ok := f.stridesOf(n.Inputs[0])
	if !ok {
		return view
	}
	for _, id := range n.Outputs {
		if id == graph.None {
			continue
		}
		shape := f.Res.Infos[id].Shape
		switch {
		case len(shape) > maxRank:
		case !view:
			f.strides[id] = f.written(s, from, shape)
		default:
			if f.strides[id], view = f.viewed(s, from, shape); !view {
				f.strides[id] = inOrder(shape, plainOrder)
			}
		}
	}
	return view
}

// viewed returns the strides of a view of a node's first input; false where none is possible.
func (f *Flow) viewed(s *infer.Step, from strides, shape graph.Shape) (strides, bool) {
	n := s.Node
	was := f.Res.Infos[n.Inputs[0]].Shape
	switch s.Kind() {
	case ops.Transpose:
		return transposed(n, from, was), true
	case ops.Slice, ops.Split:
		return from, true
	case ops.Expand, ops.Tile:
		return expanded(from, was, shape), true
	case ops.Gather:
		return picked(n, from, was, shape), true
	}
	return from.reshaped(was, shape)
}

// transposed returns the strides behind a Transpose that copies nothing.
func transposed(n *graph.Node, from strides, was graph.Shape) strides {
	out := strides{rank: from.rank}
	perm := n.Attr("perm")
	for d := range was {
		p := int64(len(was) - 1 - d)
		if perm != nil && d < len(perm.Ints) {
			p = perm.Ints[d]
		}
		out.at[d] = from.at[p]
	}
	return out
}

// expanded returns the strides of a tensor repeated along dimensions of one, which costs no bytes.
func expanded(from strides, was, shape graph.Shape) strides {
	out := strides{rank: int8(len(shape))}
	for d, k := len(shape)-1, len(was)-1; k >= 0 && d >= 0; d, k = d-1, k-1 {
		if was[k] == shape[d] {
			out.at[d] = from.at[k]
		}
	}
	return out
}

// picked returns the strides of one index along an axis, which a scalar index drops.
func picked(n *graph.Node, from strides, was, shape graph.Shape) strides {
	if len(shape) >= len(was) {
		return from
	}
	axis := 0
	if a := n.Attr("axis"); a != nil {
		axis = int(a.Int)
	}
	if axis < 0 {
		axis += len(was)
	}
	out := strides{rank: int8(len(shape))}
	copy(out.at[:], from.at[:axis])
	copy(out.at[axis:], from.at[axis+1:])
	return out
}

// reshaped returns the strides of the same bytes in another shape: runs of dimensions that lie in a row are
// cut anew, and no new dimension may reach from one run into the next.
func (s *strides) reshaped(was, shape graph.Shape) (strides, bool) {
	out := strides{rank: int8(len(shape))}
	to := len(shape) - 1
	for d := len(was) - 1; d >= 0; {
		base, run := s.at[d], was[d]
		for d--; d >= 0 && (was[d] == 1 || run == 1 || s.at[d] == sat.Mul(run, base)); d-- {
			if run == 1 {
				base = s.at[d]
			}
			run = sat.Mul(run, was[d])
		}
		have := int64(1)
		for ; to >= 0 && (have < run || shape[to] == 1); to-- {
			out.at[to] = sat.Mul(have, base)
			have = sat.Mul(have, shape[to])
		}
		if have != run {
			return strides{}, false
		}
	}
	for ; to >= 0 && shape[to] == 1; to-- { // a scalar has no dimension to cut
		out.at[to] = 1
	}
	return out, to < 0
}

// written returns the strides of what a kernel stores, from those of its first input.
func (f *Flow) written(s *infer.Step, from strides, shape graph.Shape) strides {
	n := s.Node
	if f.weighsValues(s) && len(shape) == 4 {
		return inOrder(shape, headsLastOrder)
	}
	last := false
	switch s.Kind().Layout() {
	case ops.Follows:
		return f.elementwise(n, shape)
	case ops.Convolves:
		last = f.ChannelsLast || from.channelsLast(f.Res.Infos[n.Inputs[0]].Shape)
	case ops.KeepsImage:
		last = from.channelsLast(f.Res.Infos[n.Inputs[0]].Shape)
	case ops.JoinsImage:
		last = f.allChannelsLast(n)
	}
	if last && len(shape) == 4 {
		return inOrder(shape, channelsLastOrder)
	}
	return inOrder(shape, plainOrder)
}

// weighsValues reports whether a step is the second product of an attention that runs on the fused path.
func (f *Flow) weighsValues(s *infer.Step) bool {
	if !f.FlashOnly || s.Kind() != ops.MatMul {
		return false
	}
	m := f.Maker[s.Node.Inputs[0]]
	return m >= 0 && f.Kind(m) == ops.Softmax
}

// elementwise returns the strides of an elementwise result: in the order of the first operand that has its shape.
func (f *Flow) elementwise(n *graph.Node, shape graph.Shape) strides {
	for _, id := range n.Inputs {
		if id == graph.None || f.Const[f.Root[id]] || !f.Res.Infos[id].Shape.Equal(shape) {
			continue
		}
		if s, ok := f.stridesOf(id); ok {
			return inOrder(shape, s.order(shape))
		}
	}
	return inOrder(shape, plainOrder)
}

// allChannelsLast reports whether all inputs of a node lie with channels innermost.
func (f *Flow) allChannelsLast(n *graph.Node) bool {
	for _, id := range n.Inputs {
		if id == graph.None {
			continue
		}
		if s, ok := f.stridesOf(id); !ok || !s.channelsLast(f.Res.Infos[id].Shape) {
			return false
		}
	}
	return true
}
