package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// gemmFastGeluWork is a matrix product, an optional bias and FastGelu.
func gemmFastGeluWork(c *Call, k *cost.Cost) {
	matmulWork(c, k, c.Shape(0), c.Shape(1))
	biased(2, 8, 1)(c, k)
}

// allInputs is vector operations for each element of every input.
func allInputs(ops int64) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		for i := range c.Node.Inputs {
			if in := c.In(i); in != nil {
				k.AddWork(cost.Vector, in.Type, sat.Mul(ops, in.Shape.Elems()))
			}
		}
	}
}

// inferMSRange is Range with a step of 1 where none is given.
func inferMSRange(c *Call) error {
	if c.Has(2) {
		return inferRange(c)
	}
	start, limit := c.Value(0), c.Value(1)
	if start == nil || limit == nil || start.Len() != 1 || limit.Len() != 1 {
		unknownOut(c, 0)
		return nil
	}
	n := limit.Float(0) - start.Float(0)
	whole := toInt(n)
	if float64(whole) < n {
		whole++
	}
	c.SetOut(0, c.Type(0), max(whole, 0))
	return nil
}

// foldMSRange folds a Range that names its step.
func foldMSRange(c *Call) error {
	if c.Has(2) {
		return foldRange(c)
	}
	return nil
}

// inferMurmur: attribute positive says whether the hash is unsigned.
func inferMurmur(c *Call) error {
	t := dtype.Uint32
	if c.Int("positive", 1) == 0 {
		t = dtype.Int32
	}
	c.SetOut(0, t, c.Shape(0)...)
	return nil
}

// inferUnfold: windows of attribute size along dim, every step.
func inferUnfold(c *Call) error {
	in, size, step := c.Shape(0), c.Int("size", 0), c.Int("step", 1)
	axis, err := Axis(c.Int("dim", -1), len(in))
	if err != nil {
		return err
	}
	if size < 1 || step < 1 || size > in[axis] {
		return fmt.Errorf("windows of %d every %d do not fit dimension %d of %v", size, step, axis, in)
	}
	out := append(append(c.NewShape(len(in) + 1)[:0], in...), size)
	out[axis] = (in[axis]-size)/step + 1
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferRfft: n real numbers along the last axis give n/2+1 complex ones, as pairs.
func inferRfft(c *Call) error {
	in := c.Shape(0)
	if len(in) < 1 || c.Int("signal_ndim", 1) != 1 {
		return fmt.Errorf("operator Rfft of %v over %d dimensions: only one dimension is known", in, c.Int("signal_ndim", 1))
	}
	out := append(append(c.NewShape(len(in) + 1)[:0], in...), 2)
	out[len(in)-1] = in[len(in)-1]/2 + 1
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferIrfft: m complex numbers as pairs give 2 (m-1) real ones.
func inferIrfft(c *Call) error {
	in := c.Shape(0)
	if len(in) < 2 || in[len(in)-1] != 2 || in[len(in)-2] < 1 || c.Int("signal_ndim", 1) != 1 {
		return fmt.Errorf("operator Irfft of %v over %d dimensions: expected [.., n/2+1, 2] and one dimension", in, c.Int("signal_ndim", 1))
	}
	out := append(c.NewShape(len(in))[:0], in[:len(in)-1]...)
	out[len(out)-1] = 2 * (out[len(out)-1] - 1)
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// rfftWork is a real transform for each row, in either direction.
func rfftWork(c *Call, k *cost.Cost) {
	real := c.Shape(0)
	if c.Node.Op.Type == "Irfft" {
		real = c.Out(0).Shape
	}
	if n := real[len(real)-1]; n > 0 {
		k.AddWork(cost.Vector, c.Type(0), sat.Mul(real.Elems()/n, fftOps(n, false)))
	}
}

// inferDynamicPads is a transposed convolution whose pads are input 2.
func inferDynamicPads(c *Call) error {
	x, w := c.Shape(0), c.Shape(1)
	if len(x) < 3 || len(w) != len(x) || w[0] != x[1] {
		return fmt.Errorf("a transposed convolution of %v by weights %v: expected [batch, channels, …] and [channels, out/group, …]", x, w)
	}
	spatial := len(x) - 2
	win, err := newWindow(c, w[2:], spatial)
	if err != nil {
		return err
	}
	if c.Has(2) {
		v := c.Value(2)
		if v == nil {
			unknownOut(c, 0)
			return nil
		}
		if len(v.Ints) != 2*spatial {
			return fmt.Errorf("%d pads for %d dimensions; expected a begin and an end for each", len(v.Ints), spatial)
		}
		win.padBegin, win.padEnd = v.Ints[:spatial], v.Ints[spatial:]
	}
	extra, err := listOf(c, "output_padding", spatial, 0)
	if err != nil {
		return err
	}
	out := append(c.NewShape(len(x))[:0], x[0], sat.Mul(w[1], c.Int("group", 1)))
	for i := range spatial {
		out = append(out, win.inverse(i, x[2+i], extra[i]))
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// dynamicPadsWork: every input element meets each of its output channels and taps once.
func dynamicPadsWork(c *Call, k *cost.Cost) {
	k.AddMACs(c.Type(0), sat.Mul(c.Shape(0).Elems(), c.Shape(1)[1:].Elems()))
	if c.Has(3) {
		k.AddWork(cost.Vector, c.Type(0), OutElems(c, 0))
	}
}

// inferBitmask: the mask packs 32 elements into each number.
func inferBitmask(c *Call) error {
	c.SetOut(0, c.Type(0), c.Shape(0)...)
	c.SetOut(1, dtype.Uint32, ceilDiv(c.Shape(0).Elems(), 32))
	return nil
}

// inferBiasDropout: the mask is one bool an element.
func inferBiasDropout(c *Call) error {
	c.SetOut(0, c.Type(0), c.Shape(0)...)
	c.SetOut(1, dtype.Bool, c.Shape(0)...)
	return nil
}
