package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// legacySpecs lists the experimental operators that ONNX had up to version 1.4: converters from Core ML and Caffe2
// wrote them, and ONNX Runtime still runs most.
var legacySpecs = []Spec{
	activation(Elementwise, "Affine", 1, 2, 0, "alpha x + beta"),
	activation(Elementwise, "Scale", 1, 1, 0, "x times a constant"),
	activation(Elementwise, "ImageScaler", 1, 2, 0, "x times a constant, plus a bias for each channel"),
	activation(Exponential, "ParametricSoftplus", 1, 3, 2, "alpha log(1 + exp(beta x))"),
	activation(Exponential, "ScaledTanh", 1, 2, 1, "alpha tanh(beta x)"),
	move(Slice, "Crop", 1, 1, "cut a border from images", inferCrop).with(bytesTouched, nil),
	move(Slice, "DynamicSlice", 1, 3, "take a range along axes", inferSlice).with(bytesTouched, foldSlice),
	{Op: onnx("ConstantFill"), Since: 1, Kind: Move, Doc: "a tensor of one value", Infer: inferConstantFill,
		Type: fillType, Bytes: noBytes, Fold: foldConstantFill},
	{Op: onnx("GivenTensorFill"), Since: 1, Kind: Move, Doc: "a tensor of values that the node holds",
		Infer: inferConstantFill, Type: always(dtype.Float32), Bytes: noBytes},
	{Op: onnx("GRUUnit"), Since: 1, Kind: Elementwise, Doc: "the gates of one step of a gated recurrent unit", MinIn: 1,
		Infer: inferSame, Work: work(6, 3)},
}

// inferCrop sets the outputs: attribute border is left, top, right and bottom; attribute scale, if there, is the height
// and width kept.
func inferCrop(c *Call) error {
	in, border, kept := c.Shape(0), c.Ints("border"), c.Ints("scale")
	if len(in) != 4 || len(border) != 4 || len(kept) != 0 && len(kept) != 2 {
		return fmt.Errorf("takes [batch, channels, height, width], attribute border of 4 and scale of 2, got %v, %v and %v",
			in, border, kept)
	}
	height, width := in[2]-border[1]-border[3], in[3]-border[0]-border[2]
	if len(kept) == 2 {
		height, width = kept[0], kept[1]
	}
	c.SetOut(0, c.Type(0), in[0], in[1], height, width)
	return nil
}

// inferConstantFill sets the outputs: the shape is attribute shape, the shape of the input or, where input_as_shape
// says so, the input's values, followed by attribute extra_shape.
func inferConstantFill(c *Call) error {
	shape := c.Ints("shape")
	if c.Has(0) {
		shape = c.Shape(0)
		if c.Int("input_as_shape", 0) != 0 {
			v := c.Value(0)
			if v == nil {
				return inferUntold(c)
			}
			shape = v.Ints
		}
	}
	c.SetOut(0, fillType(c), append(append(graph.Shape{}, shape...), c.Ints("extra_shape")...)...)
	return nil
}

// fillType returns the type that attribute dtype names, float32 by default.
func fillType(c *Call) dtype.Type {
	if t := dtype.Type(c.Int("dtype", 0)); t.Valid() {
		return t
	}
	return dtype.Float32
}

// foldConstantFill fills the output with the attribute value.
func foldConstantFill(c *Call) error {
	value := &graph.Value{Floats: []float64{c.Float("value", 0)}}
	if !c.Out(0).Type.IsFloat() {
		value = &graph.Value{Ints: []int64{toInt(value.Floats[0])}}
	}
	fill(c, 0, int(OutElems(c, 0)), func(int) (*graph.Value, int) { return value, 0 })
	return nil
}

// qonnxDomains says where QONNX, Brevitas and FINN put their operators; some exporters name no domain.
var qonnxDomains = []string{"qonnx.custom_op.general", "onnx.brevitas", "finn.custom_op.general", ""}

// qonnxSpecs lists operators that quantise and dequantise again: the result is a float of few distinct values.
var qonnxSpecs = func() (rows []Spec) {
	for _, domain := range qonnxDomains {
		for _, s := range []Spec{
			activation(Elementwise, "Quant", 1, 7, 0, "to an integer grid by scale, zero point and bit width, and back"),
			activation(Elementwise, "IntQuant", 1, 7, 0, "to an integer grid by scale, zero point and bit width, and back"),
			activation(Elementwise, "FloatQuant", 1, 7, 0, "to a narrow floating-point format, and back"),
			activation(Elementwise, "BipolarQuant", 1, 2, 0, "to plus or minus a scale"),
			activation(Elementwise, "Trunc", 1, 5, 0, "drop the last bits of a number on an integer grid"),
			{Op: onnx("MultiThreshold"), Since: 1, Kind: Elementwise, Doc: "how many thresholds of its channel x reaches",
				MinIn: 2, Infer: inferSame, Work: thresholdWork},
		} {
			s.Op.Domain = domain
			rows = append(rows, s)
		}
	}
	return rows
}()

// thresholdWork counts a comparison and a sum for each threshold of the element's channel, in the last axis of input 1.
func thresholdWork(c *Call, k *cost.Cost) {
	n := int64(1)
	if t := c.Shape(1); len(t) > 0 {
		n = t[len(t)-1]
	}
	perElement(cost.Vector, 2*max(n, 1))(c, k)
}
