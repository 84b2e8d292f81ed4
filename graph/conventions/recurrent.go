package conventions

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// A cell is the sizes of a recurrent layer that tools count beside its multiply-adds.
type cell struct {
	states     int64 // hidden elements, over steps, samples and directions
	directions int64
	gates      int64 // 4 for LSTM, 3 for GRU, 1 for RNN
}

// newCell reads a layer's sizes from the input [steps, batch, features] and the
// recurrent weights [directions, gates x hidden, hidden], which some operators transpose.
func (c *counter) newCell(s *infer.Step) cell {
	in := s.Node.Inputs
	if len(in) < 3 || in[0] == graph.None || in[2] == graph.None {
		return cell{}
	}
	x, r := c.res.Infos[in[0]].Shape, c.res.Infos[in[2]].Shape
	if len(x) != 3 || len(r) != 3 {
		return cell{}
	}
	hidden, wide := min(r[1], r[2]), max(r[1], r[2])
	states := sat.Mul(sat.Mul(x[0], x[1]), sat.Mul(r[0], hidden))
	return cell{states: c.scale(states), directions: r[0], gates: wide / max(1, hidden)}
}

// each returns n elementwise operations a hidden element.
func (l cell) each(n int64) int64 { return sat.Mul(n, l.states) }

// combining returns the products and sums that merge the gates into the new state, as ptflops and DeepSpeed count them.
func (l cell) combining() int64 {
	switch l.gates {
	case 4:
		return 10
	case 3:
		return 7
	}
	return 1
}

// thopRecurrent adds to the multiply-adds one sum a gate, and four operations that merge several gates.
// Source: thop/rnn_hooks.py.
func thopRecurrent(f *fact) int64 {
	n := f.cell.gates
	if n > 1 {
		n += 4
	}
	return sat.Add(biased(f), f.cell.each(n))
}

// ptflopsRecurrent adds the merging of the gates. Source: rnn_flops in ptflops/pytorch_ops.py.
func ptflopsRecurrent(f *fact) int64 { return sat.Add(biased(f), f.cell.each(f.cell.combining())) }

// deepspeedRecurrent counts a row of n products with n-1 sums.
// Source: _rnn_flops in deepspeed/profiling/flops_profiler/profiler.py.
func deepspeedRecurrent(f *fact) int64 {
	return sat.Add(twice(f), f.cell.each(f.cell.combining())) - f.cell.each(2*f.cell.gates)
}

// onnxToolRecurrent charges 32 for a sigmoid and 38 for a tanh, in one direction only, whatever the layer has.
// Source: LSTMNode and GRUNode in onnx_tool/node.py; RNN, which it lacks, is counted in the same way.
func onnxToolRecurrent(f *fact) int64 {
	n := int64(1 + 38)
	switch f.cell.gates {
	case 4:
		n = 4 + 3*32 + 2*38 + 4
	case 3:
		n = 3 + 2*32 + 38 + 5
	}
	return sat.Add(biased(f), f.cell.each(n)/max(1, f.cell.directions))
}
