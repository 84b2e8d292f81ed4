package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// inferRfft sets the outputs: n real numbers along the last axis give n/2+1 complex ones, as pairs.
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

// inferIrfft sets the outputs: m complex numbers as pairs give 2 (m-1) real ones.
func inferIrfft(c *Call) error {
	in := c.Shape(0)
	if len(in) < 2 || in[len(in)-1] != 2 || in[len(in)-2] < 1 || c.Int("signal_ndim", 1) != 1 {
		return fmt.Errorf("operator Irfft of %v over %d dimensions: expected [.., n/2+1, 2] and one dimension", in,
			c.Int("signal_ndim", 1))
	}
	out := append(c.NewShape(len(in))[:0], in[:len(in)-1]...)
	out[len(out)-1] = 2 * (out[len(out)-1] - 1)
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// rfftWork counts a real transform for each row, in either direction.
func rfftWork(c *Call, k *cost.Cost) {
	real := c.Shape(0)
	if c.Node.Op.Type == "Irfft" {
		real = c.Out(0).Shape
	}
	if n := real[len(real)-1]; n > 0 {
		k.AddWork(cost.Vector, c.Type(0), sat.Mul(real.Elems()/n, fftOps(n, false)))
	}
}
