package ops

import (
	"math"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// castName returns an element type by the names that opsets 1 to 5 used, such as FLOAT.
func castName(s string) dtype.Type {
	switch s = strings.ToLower(s); s {
	case "float":
		return dtype.Float32
	case "double":
		return dtype.Float64
	}
	t, _ := dtype.Parse(s)
	return t
}

// reader maps the elements of a broadcast output to those of one input.
type reader struct {
	v *graph.Value
	// by output dim, 0 where the input is stretched; nil if the input is one element or has the output's shape
	strides []int64
	same    bool
}

// newReader returns a reader of v, of shape in, that broadcasts it to shape out as ONNX does.
func newReader(v *graph.Value, in, out graph.Shape) reader {
	r := reader{v: v, same: in.Equal(out)}
	if r.same || v.Len() <= 1 {
		return r
	}
	r.strides = make([]int64, len(out))
	step := int64(1)
	for i := len(in) - 1; i >= 0; i-- {
		if in[i] != 1 {
			r.strides[len(out)-len(in)+i] = step
		}
		step *= in[i]
	}
	return r
}

// at returns the index in v of element i of the output.
func (r *reader) at(i int, out graph.Shape) int {
	switch {
	case r.same:
		return i
	case r.strides == nil:
		return 0
	}
	k, rest := int64(0), int64(i)
	for d := len(out) - 1; d >= 0; d-- {
		k += rest % out[d] * r.strides[d]
		rest /= out[d]
	}
	return int(k)
}

// foldUnary applies f to each known element.
func foldUnary(c *Call, f floatFn) error {
	v := c.Value(0)
	if v == nil || f == nil {
		return nil
	}
	if v.Ints != nil {
		out := make([]int64, len(v.Ints))
		for i, x := range v.Ints {
			out[i] = toInt(f(float64(x), 0))
		}
		c.SetInts(0, out)
		return nil
	}
	out := make([]float64, len(v.Floats))
	for i, x := range v.Floats {
		out[i] = f(x, 0)
	}
	c.SetFloats(0, out)
	return nil
}

// toInt converts as a cast does; what does not fit becomes the nearest that does.
func toInt(x float64) int64 {
	switch {
	case x != x:
		return 0
	case x >= math.MaxInt64:
		return math.MaxInt64
	case x <= math.MinInt64:
		return math.MinInt64
	}
	return int64(x)
}

// foldBinary combines inputs 0 and 1 element by element, broadcasting.
func foldBinary(c *Call, fi intFn, ff floatFn) error {
	a, b := c.Value(0), c.Value(1)
	if a == nil || b == nil || c.Node.Version < 7 && !c.Shape(0).Equal(c.Shape(1)) && b.Len() != 1 {
		return nil
	}
	combine(c, a, b, c.Shape(0), c.Shape(1), fi, ff)
	return nil
}

// combine computes known integers or floats of two operands elementwise and sets them as the
// output's value. Without an integer function integers are computed as floats.
func combine(c *Call, a, b *graph.Value, as, bs graph.Shape, fi intFn, ff floatFn) {
	shape := c.Out(0).Shape
	n := int(shape.Elems())
	ra, rb := newReader(a, as, shape), newReader(b, bs, shape)
	switch {
	case a.Ints != nil && b.Ints != nil && fi != nil:
		out := make([]int64, n)
		for i := range out {
			out[i] = fi(a.Ints[ra.at(i, shape)], b.Ints[rb.at(i, shape)])
		}
		c.SetInts(0, out)
	case ff == nil:
	case c.Out(0).Type.IsFloat():
		out := make([]float64, n)
		for i := range out {
			out[i] = ff(a.Float(ra.at(i, shape)), b.Float(rb.at(i, shape)))
		}
		c.SetFloats(0, out)
	default:
		out := make([]int64, n)
		for i := range out {
			out[i] = toInt(ff(a.Float(ra.at(i, shape)), b.Float(rb.at(i, shape))))
		}
		c.SetInts(0, out)
	}
}

// foldVariadic combines all inputs from left to right.
func foldVariadic(c *Call, fi intFn, ff floatFn) error {
	if fi == nil {
		return nil
	}
	for i := range c.Node.Inputs {
		if c.Value(i) == nil {
			return nil
		}
	}
	acc, shape := c.Value(0), c.Shape(0)
	if c.NumIn() == 1 {
		c.Out(0).Value = acc
	}
	for i := 1; i < c.NumIn(); i++ {
		combine(c, acc, c.Value(i), shape, c.Shape(i), fi, ff)
		acc, shape = c.Out(0).Value, c.Out(0).Shape
	}
	return nil
}

// foldWhere computes Where of known operands.
func foldWhere(c *Call) error {
	cond, a, b := c.Value(0), c.Value(1), c.Value(2)
	if cond == nil || a == nil || b == nil {
		return nil
	}
	shape := c.Out(0).Shape
	rc, ra, rb := newReader(cond, c.Shape(0), shape), newReader(a, c.Shape(1), shape), newReader(b, c.Shape(2), shape)
	pick := func(i int) (*graph.Value, int) {
		if cond.Int(rc.at(i, shape)) != 0 {
			return a, ra.at(i, shape)
		}
		return b, rb.at(i, shape)
	}
	fill(c, 0, int(shape.Elems()), pick)
	return nil
}

// fill sets the values of output o, n elements, each from the element that pick names.
func fill(c *Call, o, n int, pick func(i int) (*graph.Value, int)) {
	if c.Out(o) == nil {
		return
	}
	if c.Out(o).Type.IsFloat() {
		out := make([]float64, n)
		for i := range out {
			v, k := pick(i)
			out[i] = v.Float(k)
		}
		c.SetFloats(o, out)
		return
	}
	out := make([]int64, n)
	for i := range out {
		v, k := pick(i)
		out[i] = v.Int(k)
	}
	c.SetInts(o, out)
}

// foldClip computes Clip of a known operand; bounds are attributes in old versions and inputs in
// new ones.
func foldClip(c *Call) error {
	lo, hi := c.Float("min", math.Inf(-1)), c.Float("max", math.Inf(1))
	for i, bound := range []*float64{&lo, &hi} {
		if c.Has(i + 1) {
			v := c.Value(i + 1)
			if v == nil || v.Len() != 1 {
				return nil
			}
			*bound = v.Float(0)
		}
	}
	return foldUnary(c, func(x, _ float64) float64 { return math.Min(math.Max(x, lo), hi) })
}

// foldCast converts a known value; floats become integers by truncation.
func foldCast(c *Call) error {
	v := c.Value(0)
	if v == nil {
		return nil
	}
	to := c.Out(0).Type
	switch {
	case to.IsFloat():
		out := make([]float64, v.Len())
		for i := range out {
			out[i] = v.Float(i)
		}
		c.SetFloats(0, out)
	case to == dtype.String:
	default:
		out := make([]int64, v.Len())
		for i := range out {
			if out[i] = toInt(v.Float(i)); v.Ints != nil {
				out[i] = v.Ints[i]
			}
			if to == dtype.Bool {
				out[i] = boolToInt(v.Float(i) != 0)
			}
		}
		c.SetInts(0, out)
	}
	return nil
}
