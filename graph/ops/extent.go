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

// setExtent is SetOut for a shape that says itself whether it is a bound.
func (c *Call) setExtent(i int, t dtype.Type, e extent) { c.setOut(i, t, e.shape, e.upper) }
