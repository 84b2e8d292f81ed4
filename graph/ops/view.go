package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

var viewSpecs = []Spec{
	view("Reshape", "the same elements under another shape", 1, inferReshape),
	view("Flatten", "the same elements as a matrix", 1, inferFlatten),
	view("Squeeze", "drop dimensions of size one", 1, inferSqueeze),
	view("Unsqueeze", "insert dimensions of size one", 1, inferUnsqueeze),
	{Op: onnx("Dropout"), Since: 1, Kind: View, Doc: "the input itself at inference", MinIn: 1,
		Infer: inferDropout},
}

// view returns a row for an operator that looks at the same bytes another way; known values pass through.
func view(name, doc string, minIn int, infer func(*Call) error) Spec {
	return Spec{Op: onnx(name), Since: 1, Kind: View, Doc: doc, MinIn: minIn, Infer: infer, Fold: foldView}
}

// foldView passes the value on: only its shape changes.
func foldView(c *Call) error {
	if v := c.Value(0); v != nil {
		c.Out(0).Value = v
	}
	return nil
}

// inferReshape sets the target shape: 0 keeps a dimension, -1 takes what is left. A target that
// only run time knows leaves the output unknown.
func inferReshape(c *Call) error {
	target := exact(c.Ints("shape"))
	if c.Has(1) {
		v := c.Value(1)
		if v == nil {
			c.SetInfo(0, graph.Info{})
			return nil
		}
		target = extentOf(v)
	}
	out, err := reshape(c, c.extent(0), target)
	if err != nil {
		return err
	}
	c.setExtent(0, c.Type(0), out)
	return nil
}

// reshape resolves 0 (copy the input's dim, unless allowzero) and -1 (what is left) in a target shape. A target that
// is exact and whole is the truth where the input is only a bound.
func reshape(c *Call, from, to extent) (extent, error) {
	in, target := from.shape, to.shape
	out := c.NewShape(len(target))
	free, known, upper := -1, int64(1), to.upper
	for i, d := range target {
		switch {
		case d == 0 && c.Int("allowzero", 0) == 0:
			if i >= len(in) {
				return extent{}, fmt.Errorf("target shape %v copies dimension %d of %v, which has none", target, i, in)
			}
			d, upper = in[i], upper || from.upper
		case d == -1 && free < 0:
			free, d = i, 1
		case d < 0:
			return extent{}, fmt.Errorf("target shape %v has a negative dimension", target)
		}
		out[i] = d
		known = sat.Mul(known, d)
	}
	elems, bound := in.Elems(), from.upper || to.upper
	switch {
	case free < 0 && known != elems && !bound:
		return extent{}, fmt.Errorf("%v has %d elements, the target shape %v has %d", in, elems, out, known)
	case free < 0:
		return extent{out, upper}, nil
	case known == 0:
		out[free] = 0
	case elems%known != 0 && !bound:
		return extent{}, fmt.Errorf("%v has %d elements, which target shape %v does not divide", in, elems, target)
	default:
		out[free] = ceilDiv(elems, known)
	}
	return extent{out, bound}, nil
}

// inferFlatten sets a matrix: dimensions before the axis make its rows, the others its columns.
func inferFlatten(c *Call) error {
	in := c.Shape(0)
	axis := c.Int("axis", 1)
	if axis < 0 {
		axis += int64(len(in))
	}
	if axis < 0 || axis > int64(len(in)) {
		return fmt.Errorf("axis %d is outside a tensor of rank %d", axis, len(in))
	}
	c.SetOut(0, c.Type(0), in[:axis].Elems(), in[axis:].Elems())
	return nil
}

// axesOf reads axes from the attribute or from input i; ok is false where neither says.
func axesOf(c *Call, i int) (axes []int64, given, known bool) {
	if a := c.Ints("axes"); a != nil {
		return a, true, true
	}
	if !c.Has(i) {
		return nil, false, true
	}
	v := c.Value(i)
	if v == nil {
		return nil, true, false
	}
	return v.Ints, true, true
}

// inferSqueeze takes dimensions of 1 away: those of the axes, or all of them.
func inferSqueeze(c *Call) error {
	in := c.Shape(0)
	axes, given, known := axesOf(c, 1)
	if !known {
		c.SetInfo(0, graph.Info{})
		return nil
	}
	given = given && len(axes) > 0 // an empty list stands for all dimensions of size one, as in ONNX Runtime
	gone, err := axisSet(axes, len(in), false)
	if err != nil {
		return err
	}
	out := c.NewShape(len(in))[:0]
	for i, d := range in {
		switch {
		case gone[i] && d != 1 && !c.upper:
			return fmt.Errorf("cannot squeeze dimension %d of %v: it is not 1", i, in)
		case gone[i]:
		case given || d != 1:
			out = append(out, d)
		}
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferUnsqueeze inserts dimensions of 1 at the axes, which count in the output.
func inferUnsqueeze(c *Call) error {
	in := c.Shape(0)
	axes, _, known := axesOf(c, 1)
	if !known {
		c.SetInfo(0, graph.Info{})
		return nil
	}
	added, err := axisSet(axes, len(in)+len(axes), false)
	if err != nil {
		return err
	}
	out := c.NewShape(len(added))
	k := 0
	for i := range out {
		switch {
		case added[i]:
			out[i] = 1
		case k >= len(in):
			return fmt.Errorf("axes %v repeat a dimension", axes)
		default:
			out[i] = in[k]
			k++
		}
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferDropout sets the output as the input, and the mask, which is bool from version 10.
func inferDropout(c *Call) error {
	c.SetOut(0, c.Type(0), c.Shape(0)...)
	mask := dtype.Bool
	if c.Node.Version < 10 {
		mask = c.Type(0)
	}
	c.SetOut(1, mask, c.Shape(0)...)
	return nil
}
