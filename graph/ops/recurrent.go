package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// recurrent returns a row for a recurrent layer with the given number of gates.
func recurrent(name string, gates int64, doc string) Spec {
	return Spec{
		Op: onnx(name), Since: 1, Kind: Recurrent, Doc: doc, MinIn: 3, Bias: 3, Infer: inferRecurrent,
		Work: func(c *Call, k *cost.Cost) { recurrentWork(c, k, gates) },
	}
}

var recurrentSpecs = []Spec{
	recurrent("RNN", 1, "simple recurrent layer"),
	recurrent("GRU", 3, "gated recurrent unit layer"),
	recurrent("LSTM", 4, "long short-term memory layer"),
}

// rnnDims are the sizes of a recurrent layer.
type rnnDims struct{ seq, batch, input, hidden, dirs int64 }

// newRNNDims returns the sizes of a recurrent layer from x [seq, batch, input] and r [directions,
// gates x hidden, hidden]. layout 1 puts the batch first.
func newRNNDims(c *Call) (d rnnDims, err error) {
	x, r := c.Shape(0), c.Shape(2)
	if len(x) != 3 || len(r) != 3 {
		return d, fmt.Errorf("a recurrent layer takes [seq, batch, input] and weights [dirs, gates, hidden], got %v and %v",
			x, r)
	}
	d = rnnDims{seq: x[0], batch: x[1], input: x[2], hidden: r[2], dirs: r[0]}
	if w := c.Shape(1); c.upper && len(w) == 3 {
		d.input = w[2] // that of x is a bound
	}
	if c.Int("layout", 0) == 1 {
		d.seq, d.batch = x[1], x[0]
	}
	return d, nil
}

// inferRecurrent sets all states and the last one, in the order that layout names; LSTM has the
// last cell as well.
func inferRecurrent(c *Call) error {
	d, err := newRNNDims(c)
	if err != nil {
		return err
	}
	t := c.Type(0)
	if c.Int("layout", 0) == 1 {
		c.SetOut(0, t, d.batch, d.seq, d.dirs, d.hidden)
		c.SetOut(1, t, d.batch, d.dirs, d.hidden)
		c.SetOut(2, t, d.batch, d.dirs, d.hidden)
		return nil
	}
	c.SetOut(0, t, d.seq, d.dirs, d.batch, d.hidden)
	c.SetOut(1, t, d.dirs, d.batch, d.hidden)
	c.SetOut(2, t, d.dirs, d.batch, d.hidden)
	return nil
}

// recurrentWork counts work: at every step each gate multiplies input and state by its weights, adds
// two biases and applies one nonlinearity; combining gates takes about as many products as there are gates.
func recurrentWork(c *Call, k *cost.Cost, gates int64) {
	d, err := newRNNDims(c)
	if err != nil {
		return
	}
	cells := sat.Mul(sat.Mul(d.seq, d.batch), sat.Mul(d.dirs, sat.Mul(gates, d.hidden)))
	k.AddMACs(c.Type(0), sat.Mul(cells, d.input+d.hidden))
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(3, cells))
	k.AddWork(cost.Special, c.Type(0), cells)
}
