package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// inferContribRange infers a Range, with a step of 1 where none is given.
func inferContribRange(c *Call) error {
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

// foldContribRange folds a Range that names its step.
func foldContribRange(c *Call) error {
	if c.Has(2) {
		return foldRange(c)
	}
	return nil
}

// inferExpandDims inserts a dimension of 1 at the axis, input 1. An axis that only run time knows
// leaves the output unknown.
func inferExpandDims(c *Call) error {
	in := c.Shape(0)
	axis, ok := scalarValue(c, 1)
	if !ok {
		unknownOut(c, 0)
		return nil
	}
	a, err := Axis(axis, len(in)+1)
	if err != nil {
		return err
	}
	out := append(append(append(c.NewShape(len(in) + 1)[:0], in[:a]...), 1), in[a:]...)
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferUnfold sets the outputs: windows of attribute size along dim, every step.
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

// inferContribUnique sets unique elements, their indices and counts. How many there are is known at
// run time: all elements are the bound.
func inferContribUnique(c *Call) error {
	n := c.Shape(0).Elems()
	c.SetOutUpper(0, c.Type(0), n)
	c.SetOut(1, dtype.Int64, n)
	c.SetOutUpper(2, dtype.Int64, n)
	return nil
}
