package ops

import (
	"fmt"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// reduce returns a row for a reduction: vector operations an input element, special ones an input and an output
// element.
func reduce(name string, axesInput int, a Autocast, vector, special, perOut int64, doc string, fold floatFn) []Spec {
	s := Spec{
		Op: onnx(name), Since: 1, Kind: Reduction, Autocast: a, Doc: doc, MinIn: 1,
		Infer: inferReduceAttr,
		Work: func(c *Call, k *cost.Cost) {
			n := c.Shape(0).Elems()
			k.AddWork(cost.Vector, c.Type(0), sat.Mul(vector, n))
			if sp := sat.Add(sat.Mul(special, n), sat.Mul(perOut, OutElems(c, 0))); sp > 0 {
				k.AddWork(cost.Special, c.Type(0), sp)
			}
		},
		Fold: func(c *Call) error { return foldReduce(c, name, fold) },
	}
	withInput := s
	withInput.Since, withInput.Infer = axesInput, inferReduceInput
	return []Spec{s, withInput}
}

// inferReduceAttr infers a reduction whose axes are an attribute: all axes if it is absent.
func inferReduceAttr(c *Call) error {
	return c.reduceTo(c.Ints("axes"), len(c.Ints("axes")) == 0)
}

// inferReduceInput infers a reduction whose axes are an input, as from opset 13 or 18.
func inferReduceInput(c *Call) error {
	v := c.Value(1)
	switch {
	case !c.Has(1) || c.Shape(1).Elems() == 0:
		return c.reduceTo(nil, c.Int("noop_with_empty_axes", 0) == 0)
	case v == nil && c.Int("keepdims",
		1) != 0: // which axes is not known: none reduced is the bound, or 1 for an empty one
		out := append(c.NewShape(c.Rank(0))[:0], c.Shape(0)...)
		for i := range out {
			out[i] = max(out[i], 1)
		}
		c.SetOutUpper(0, c.Type(0), out...)
		return nil
	case v == nil:
		c.SetInfo(0, graph.Info{})
		return nil
	}
	return c.reduceTo(v.Ints, false)
}

// reduceTo sets output 0 to input 0 with the axes reduced.
func (c *Call) reduceTo(axes []int64, all bool) error {
	in := c.Shape(0)
	gone, err := axisSet(axes, len(in), all)
	if err != nil {
		return err
	}
	out := c.NewShape(len(in))[:0]
	for i, d := range in {
		switch {
		case !gone[i]:
			out = append(out, d)
		case c.Int("keepdims", 1) != 0:
			out = append(out, 1)
		}
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// axisSet marks the axes of a list, or all.
func axisSet(axes []int64, rank int, all bool) ([]bool, error) {
	set := make([]bool, rank)
	for i := range set {
		set[i] = all
	}
	for _, a := range axes {
		k, err := Axis(a, rank)
		if err != nil {
			return nil, err
		}
		set[k] = true
	}
	return set, nil
}

// foldReduce folds reductions of a whole known tensor, and along the axis of a vector.
func foldReduce(c *Call, name string, f floatFn) error {
	v := c.Value(0)
	if v == nil || f == nil || v.Len() == 0 || OutElems(c, 0) != 1 {
		return nil
	}
	if v.Ints != nil && name != "ReduceMean" {
		acc := v.Ints[0]
		for _, x := range v.Ints[1:] {
			switch name {
			case "ReduceSum":
				acc += x
			case "ReduceProd":
				acc *= x
			case "ReduceMax":
				acc = max(acc, x)
			case "ReduceMin":
				acc = min(acc, x)
			}
		}
		c.SetInts(0, []int64{acc})
		return nil
	}
	acc := v.Float(0)
	for i := 1; i < v.Len(); i++ {
		acc = f(acc, v.Float(i))
	}
	if name == "ReduceMean" {
		acc /= float64(v.Len())
	}
	if v.Ints != nil {
		c.SetInts(0, []int64{toInt(acc)})
	} else {
		c.SetFloats(0, []float64{acc})
	}
	return nil
}

// add returns a + b.
func add(a, b float64) float64 { return a + b }

// mul returns a x b.
func mul(a, b float64) float64 { return a * b }

var reduceSpecs = slices.Concat(
	reduce("ReduceSum", 13, Fuses, 1, 0, 0, "sum over axes", add),
	reduce("ReduceMean", 18, Promotes, 1, 0, 1, "mean over axes", add),
	reduce("ReduceMax", 18, Promotes, 1, 0, 0, "maximum over axes", math.Max),
	reduce("ReduceMin", 18, Promotes, 1, 0, 0, "minimum over axes", math.Min),
	reduce("ReduceProd", 18, Fuses, 1, 0, 0, "product over axes", mul),
	reduce("ReduceL1", 18, Fuses, 2, 0, 0, "sum of absolute values over axes", nil),
	reduce("ReduceL2", 18, Fuses, 2, 0, 1, "root of the sum of squares over axes", nil),
	reduce("ReduceLogSum", 18, Widens, 1, 0, 1, "logarithm of the sum over axes", nil),
	reduce("ReduceLogSumExp", 18, Widens, 3, 1, 1, "logarithm of the sum of exponentials over axes", nil),
	reduce("ReduceSumSquare", 18, Widens, 2, 0, 0, "sum of squares over axes", nil),
	[]Spec{
		{Op: onnx("ArgMax"), Since: 1, Kind: Reduction, Doc: "position of the maximum along an axis",
			MinIn: 1, Infer: inferArg, Type: always(dtype.Int64), Work: perInput(1)},
		{Op: onnx("ArgMin"), Since: 1, Kind: Reduction, Doc: "position of the minimum along an axis",
			MinIn: 1, Infer: inferArg, Type: always(dtype.Int64), Work: perInput(1)},
		{Op: onnx("CumSum"), Since: 11, Kind: Reduction, Autocast: Fuses, Doc: "running sum along an axis",
			MinIn: 2, Infer: inferSame, Work: perElement(cost.Vector, 1), Fold: foldCumSum},
		{Op: onnx("CumProd"), Since: 26, Kind: Reduction, Doc: "running product along an axis",
			MinIn: 2, Infer: inferSame, Work: perElement(cost.Vector, 1)},
	},
)

// perInput returns vector operations for each element of input 0.
func perInput(ops int64) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		k.AddWork(cost.Vector, c.Type(0), sat.Mul(ops, c.Shape(0).Elems()))
	}
}

// inferArg sets the index of the extreme element along an axis, in int64; keepdims leaves a 1
// there.
func inferArg(c *Call) error {
	in := c.Shape(0)
	axis, err := Axis(c.Int("axis", 0), len(in))
	if err != nil {
		return fmt.Errorf("attribute axis: %w", err)
	}
	out := append(c.NewShape(len(in))[:0], in[:axis]...)
	if c.Int("keepdims", 1) != 0 {
		out = append(out, 1)
	}
	c.SetOut(0, dtype.Int64, append(out, in[axis+1:]...)...)
	return nil
}

// foldCumSum folds running sums of vectors.
func foldCumSum(c *Call) error {
	v := c.Value(0)
	if v == nil || v.Ints == nil || c.Rank(0) != 1 || c.Int("exclusive", 0) != 0 || c.Int("reverse", 0) != 0 {
		return nil
	}
	out := make([]int64, len(v.Ints))
	sum := int64(0)
	for i, x := range v.Ints {
		sum += x
		out[i] = sum
	}
	c.SetInts(0, out)
	return nil
}
