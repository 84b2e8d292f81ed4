package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// noBytes counts nothing: the operator looks at a shape, not at the data.
func noBytes(c *Call, k *cost.Cost) { WriteAll(c, k) }

var shapeSpecs = []Spec{
	{Op: onnx("Shape"), Since: 1, Kind: Metadata, Doc: "the dimensions of a tensor", MinIn: 1, Infer: inferShape,
		Type: always(dtype.Int64), Bytes: noBytes, Fold: foldShape},
	{Op: onnx("Size"), Since: 1, Kind: Metadata, Doc: "the number of elements of a tensor", MinIn: 1,
		Type:  always(dtype.Int64),
		Infer: func(c *Call) error { c.SetOutExact(0, dtype.Int64); return nil }, Bytes: noBytes,
		Fold: func(c *Call) error { c.SetInts(0, []int64{c.Shape(0).Elems()}); return nil }},
	{Op: onnx("Range"), Since: 11, Kind: Move, Doc: "numbers from start to limit by delta", MinIn: 3,
		Infer: inferRange, Fold: foldRange},
	{Op: onnx("ConstantOfShape"), Since: 9, Kind: Move, Doc: "a tensor of one value", MinIn: 1,
		Infer: inferConstantOfShape, Type: filler,
		Bytes: noBytes, Fold: foldConstantOfShape},
	{Op: onnx("NonZero"), Since: 9, Kind: Opaque, Doc: "index tuples of the elements that are not zero", MinIn: 1,
		Infer: inferNonZero, Type: always(dtype.Int64), Work: perInput(1)},
	{Op: onnx("EyeLike"), Since: 9, Kind: Move, Doc: "identity matrix of a tensor's shape", MinIn: 1,
		Infer: inferEyeLike, Bytes: noBytes},
}

// shapeRange returns the part of the dims that attributes start and end name.
func shapeRange(c *Call) (int, int) {
	rank := int64(c.Rank(0))
	clamp := func(v int64) int {
		if v < 0 {
			v += rank
		}
		return int(min(max(v, 0), rank))
	}
	from, to := clamp(c.Int("start", 0)), clamp(c.Int("end", rank))
	return from, max(from, to)
}

// inferShape sets the list of dimensions from start to end; its length is exact.
func inferShape(c *Call) error {
	from, to := shapeRange(c)
	c.SetOutExact(0, dtype.Int64, int64(to-from))
	return nil
}

// foldShape computes that list.
func foldShape(c *Call) error {
	from, to := shapeRange(c)
	c.SetInts(0, append([]int64{}, c.Shape(0)[from:to]...))
	return nil
}

// rangeLength returns how many numbers a Range gives; false where its bounds are not known.
func rangeLength(c *Call) (int64, bool, error) {
	start, limit, delta := c.Value(0), c.Value(1), c.Value(2)
	if start == nil || limit == nil || delta == nil || start.Len() != 1 || limit.Len() != 1 || delta.Len() != 1 {
		return 0, false, nil
	}
	if delta.Float(0) == 0 {
		return 0, false, fmt.Errorf("a range with delta 0 never ends")
	}
	if start.Ints != nil && limit.Ints != nil && delta.Ints != nil {
		return max(ceilDiv(limit.Ints[0]-start.Ints[0], delta.Ints[0]), 0), true, nil
	}
	n := (limit.Float(0) - start.Float(0)) / delta.Float(0)
	whole := toInt(n)
	if float64(whole) < n {
		whole++
	}
	return max(whole, 0), true, nil
}

// inferRange sets a list of ceil((limit - start) / delta) elements where all three are known.
func inferRange(c *Call) error {
	n, known, err := rangeLength(c)
	if err != nil {
		return err
	}
	if !known {
		c.SetInfo(0, graph.Info{})
		return nil
	}
	c.SetOut(0, c.Type(0), n)
	return nil
}

// foldRange computes the elements start, start + delta and so on.
func foldRange(c *Call) error {
	start, delta := c.Value(0), c.Value(2)
	n := OutElems(c, 0)
	if c.Type(0).IsFloat() {
		out := make([]float64, n)
		for i := range out {
			out[i] = start.Float(0) + float64(i)*delta.Float(0)
		}
		c.SetFloats(0, out)
		return nil
	}
	out := make([]int64, n)
	for i := range out {
		out[i] = start.Int(0) + int64(i)*delta.Int(0)
	}
	c.SetInts(0, out)
	return nil
}

// inferConstantOfShape sets an output of the shape that input 0 holds. A shape that only run time
// knows leaves it unknown.
func inferConstantOfShape(c *Call) error {
	v := c.Value(0)
	if v == nil {
		c.SetInfo(0, graph.Info{})
		return nil
	}
	c.SetOut(0, filler(c), v.Ints...)
	return nil
}

// filler returns the type of the value that ConstantOfShape repeats, float32 by default.
func filler(c *Call) dtype.Type {
	if a := c.Node.Attr("value"); a != nil && a.Tensor != nil {
		return a.Tensor.Type
	}
	return dtype.Float32
}

// foldConstantOfShape fills the output with the attribute value, 0 where there is none.
func foldConstantOfShape(c *Call) error {
	c.Value(0)
	value := &graph.Value{Floats: []float64{0}}
	if a := c.Node.Attr("value"); a != nil && a.Tensor != nil {
		if value = a.Tensor.Value; value == nil || value.Len() != 1 {
			return nil
		}
	}
	fill(c, 0, int(OutElems(c, 0)), func(int) (*graph.Value, int) { return value, 0 })
	return nil
}

// inferNonZero sets the outputs: how many elements are not zero is run-time data, at most all.
func inferNonZero(c *Call) error {
	if v := c.Value(0); v != nil {
		n := int64(0)
		for i := range v.Len() {
			n += boolToInt(v.Float(i) != 0)
		}
		c.SetOut(0, dtype.Int64, int64(c.Rank(0)), n)
		return nil
	}
	c.SetOutUpper(0, dtype.Int64, int64(c.Rank(0)), c.Shape(0).Elems())
	return nil
}

// inferEyeLike sets an output of the input's shape, in its type unless the attribute dtype names
// another.
func inferEyeLike(c *Call) error {
	t := dtype.Type(c.Int("dtype", int64(c.Type(0))))
	if !t.Valid() {
		return c.Errorf("attribute dtype %d is no element type", t)
	}
	c.SetOut(0, t, c.Shape(0)...)
	return nil
}
