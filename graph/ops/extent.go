package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// An extent is a shape, and whether it is only an upper bound. A bound contradicts nothing: where a rule compares
// two sizes, the exact one is the truth.
type extent struct {
	shape graph.Shape
	upper bool
}

// exact returns the extent of a shape that is known.
func exact(s graph.Shape) extent { return extent{shape: s} }

// extent returns the shape of input i without marking the outputs as bounds.
func (c *Call) extent(i int) extent {
	if !c.Has(i) {
		return extent{}
	}
	info := &c.infos[c.Node.Inputs[i]]
	return extent{info.Shape, info.Upper}
}

// extentOf returns the shape that a value says.
func extentOf(v *graph.Value) extent { return extent{v.Ints, v.Upper} }

// size returns dimension i.
func (e extent) size(i int) size { return size{e.shape[i], e.upper} }

// last returns dimension i counted from the end, 1 being the last.
func (e extent) last(i int) size { return e.size(len(e.shape) - i) }

// A size is one dimension, and whether it is only an upper bound.
type size struct {
	n     int64
	upper bool
}

// agree returns the size that two dimensions have that must be equal; false if both are exact and differ.
func agree(a, b size) (size, bool) {
	switch {
	case a.upper && b.upper:
		return size{min(a.n, b.n), true}, true
	case a.upper:
		return b, true
	case b.upper:
		return a, true
	}
	return a, a.n == b.n
}

// stretch returns the size of two dimensions that broadcast; false if both are exact and do not. The exact one is the
// truth unless it is 1, since the other one is then 1 or the same.
func stretch(a, b size) (size, bool) {
	switch {
	case a.upper && b.upper:
		return size{max(a.n, b.n), true}, true
	case a.upper && b.n != 1:
		return b, true
	case a.upper || b.n == 1 && !b.upper || b.upper && a.n != 1:
		return a, true
	case b.upper || a.n == 1:
		return b, true
	}
	return a, a.n == b.n
}

// broadcast returns the numpy broadcast of two shapes.
func (c *Call) broadcast(a, b extent) (extent, error) {
	if len(a.shape) < len(b.shape) {
		a, b = b, a
	}
	out := extent{shape: c.NewShape(len(a.shape))}
	off := len(a.shape) - len(b.shape)
	for i := range a.shape {
		d, ok := a.size(i), true
		if i >= off {
			d, ok = stretch(d, b.size(i-off))
		}
		if !ok {
			return out, fmt.Errorf("shapes %v and %v do not broadcast: %d against %d", a.shape, b.shape, a.shape[i],
				b.shape[i-off])
		}
		out.shape[i], out.upper = d.n, out.upper || d.upper
	}
	return out, nil
}

// fitted returns the extent with the sizes of a parameter that lies on its axes from at on. They are the truth where
// the extent is a bound; a size of 1 spreads.
func (e extent) fitted(c *Call, param extent, at int) extent {
	if !e.upper || param.upper {
		return e
	}
	shape := append(c.NewShape(len(e.shape))[:0], e.shape...)
	for i, n := range param.shape {
		if k := at + i; n != 1 && k >= 0 && k < len(shape) {
			shape[k] = min(n, shape[k])
		}
	}
	return extent{shape, true}
}

// normalised returns the extent of input 0, laid over with the parameter that is input i: by channels at an axis, or at
// the last axes where axis is negative.
func (c *Call) normalised(i, axis int) extent {
	e, param := c.extent(0), c.extent(i)
	if axis < 0 {
		axis = len(e.shape) - len(param.shape)
	}
	return e.fitted(c, param, axis)
}

// last gives the axis of normalised that stands for the last ones.
const last = -1

// inferOver returns an Infer for operators whose output is their input, laid over with a parameter.
func inferOver(param, axis int) func(*Call) error {
	return func(c *Call) error {
		c.setExtent(0, c.Type(0), c.normalised(param, axis))
		return nil
	}
}

// setExtent does as SetOut, for a shape that says itself whether it is a bound.
func (c *Call) setExtent(i int, t dtype.Type, e extent) { c.setOut(i, t, e.shape, e.upper) }
