package dataflow

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// Copied reports whether a step copies operand j first: convolutions read images without gaps, channels first or last,
// normalisations rows, and matrix products what multiplies says.
func (f *Flow) Copied(step int32, j int) bool {
	n := f.Res.Steps[step].Node
	id := n.Inputs[j]
	shape := f.Res.Infos[id].Shape
	s, ok := f.stridesOf(id)
	if !ok || shape.Elems() <= 1 {
		return false
	}
	switch c := f.Kind(step); {
	case c == ops.Conv || c == ops.TransposedConv:
		o := plainOrder
		if len(shape) == 4 && (f.ChannelsLast || s.channelsLast(shape)) {
			o = channelsLastOrder
		}
		return j == 0 && !s.lies(o, shape)
	case c == ops.Softmax, c == ops.LayerNorm:
		return j == 0 && !s.lies(plainOrder, shape)
	case c == ops.MatMul:
		return !s.multiplies(shape, j == 0 && f.Const[f.Root[n.Inputs[1]]])
	}
	return false
}

// multiplies reports whether a matrix product reads an operand as it lies: all dimensions but the last two fold into
// one, for the product with a weight all but the last, and the elements of rows or of columns are in a row.
func (s *strides) multiplies(shape graph.Shape, weight bool) bool {
	n := len(shape)
	if n < 2 {
		return true
	}
	folded := n - 2
	if weight {
		folded = n - 1
	}
	for d := folded - 1; d > 0; d-- {
		if shape[d-1] > 1 && shape[d] > 1 && s.at[d-1] != s.at[d]*shape[d] {
			return false
		}
	}
	return s.at[n-1] == 1 || shape[n-1] == 1 || s.at[n-2] == 1 || shape[n-2] == 1
}
