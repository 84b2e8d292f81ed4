package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// fusedConvWork counts a convolution with an optional bias in input 2, residual in input 3 and activation.
func fusedConvWork(c *Call, k *cost.Cost) {
	convWork(c, k, 1, c.Has(2))
	if c.Has(3) {
		k.AddWork(cost.Vector, c.Type(0), OutElems(c, 0))
	}
	addActivation(c, k, c.Type(0), OutElems(c, 0))
}

// nhwcConv returns a row for a convolution of [batch, …, channels]. Weights come as [out, …, in/group] or in the
// usual order; where both would fit, last says which it is.
func nhwcConv(name string, last bool, doc string) Spec {
	return Spec{Op: contrib(name), Since: 1, Kind: Conv, Doc: doc, MinIn: 2, Bias: 2,
		Infer: func(c *Call) error {
			x, w := toFirst(c, c.Shape(0)), c.Shape(1)
			if len(x) >= 3 && len(w) == len(x) {
				g := max(c.Int("group", 1), 1)
				atEnd, second := sat.Mul(w[len(w)-1], g) == x[1], sat.Mul(w[1], g) == x[1]
				if atEnd && (last || !second) {
					w = toFirst(c, w)
				}
			}
			out, err := convShape(c, x, w)
			if err != nil {
				return err
			}
			c.SetOut(0, c.Type(0), toLast(c, out)...)
			return nil
		},
		Work: fusedConvWork} // the product of all weights but the first dim is the same in both orders
}

// toFirst moves the channels of a shape to the front; toLast moves them to the end.
func toFirst(c *Call, s graph.Shape) graph.Shape {
	if len(s) < 3 {
		return s
	}
	out := append(c.NewShape(len(s))[:0], s[0], s[len(s)-1])
	return append(out, s[1:len(s)-1]...)
}

// toLast returns a shape [batch, channels, …] as [batch, …, channels].
func toLast(c *Call, s graph.Shape) graph.Shape {
	out := append(c.NewShape(len(s))[:0], s[0])
	return append(append(out, s[2:]...), s[1])
}

// inferNhwcPool sets the output of a pool whose channels are the last dimension.
func inferNhwcPool(c *Call) error {
	out, err := poolShape(c, toFirst(c, c.Shape(0)))
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), toLast(c, out)...)
	return nil
}

// inferCausalConv sets the outputs: the result is as long as the input; the state is the last positions that the next
// call needs.
func inferCausalConv(c *Call) error {
	x, w := c.Shape(0), c.Shape(1)
	if e := c.extent(0); e.upper && len(w) == len(x) && len(x) > 2 { // the weights are the truth
		x = c.arena.Copy(x)
		x[1] = w[0]
	}
	if len(x) < 3 || len(w) != len(x) || w[0] != x[1] || w[1] != 1 || w[len(w)-1] < 1 {
		return fmt.Errorf("a causal convolution of %v by weights %v: expected [batch, channels, …] and [channels, 1, …]", x,
			w)
	}
	c.SetOut(0, c.Type(0), x...)
	if s := c.In(3); s != nil {
		c.SetOut(1, s.Type, s.Shape...)
		return nil
	}
	state := append(append(c.NewShape(len(x))[:0], x[:len(x)-1]...), w[len(w)-1]-1)
	c.SetOut(1, c.Type(0), stateShape(c, state...)...)
	return nil
}

// causalConvWork counts one multiply-add for each output element and tap of the depthwise window,
// and the bias.
func causalConvWork(c *Call, k *cost.Cost) {
	t, n := c.Type(0), OutElems(c, 0)
	if c.Rank(1) < 2 {
		return
	}
	k.AddMACs(t, sat.Mul(n, c.Shape(1)[2:].Elems()))
	if c.Has(2) {
		k.AddWork(cost.Vector, t, n)
	}
	addActivation(c, k, t, n)
}

// inferDynamicPads infers a transposed convolution whose pads are input 2.
func inferDynamicPads(c *Call) error {
	win, err := transposedWindow(c)
	if err != nil {
		return err
	}
	if !c.Has(2) {
		return setTransposed(c, win)
	}
	v := c.Value(2)
	if v == nil {
		unknownOut(c, 0)
		return nil
	}
	spatial := c.Rank(0) - 2
	if len(v.Ints) != 2*spatial {
		return fmt.Errorf("%d pads for %d dimensions; expected a begin and an end for each", len(v.Ints), spatial)
	}
	win.padBegin, win.padEnd = v.Ints[:spatial], v.Ints[spatial:]
	return setTransposed(c, win)
}
