package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

var quantizeSpecs = []Spec{
	{Op: onnx("QuantizeLinear"), Since: 10, Kind: Quantize,
		Doc:   "to a narrow type by scale and zero point: multiply, add, round, clamp",
		MinIn: 2,
		Infer: inferQuantize, Work: perElement(cost.Vector, 5)},
	{Op: onnx("DequantizeLinear"), Since: 10, Kind: Dequantize, Doc: "from a narrow type by scale and zero point",
		MinIn: 2,
		Infer: inferDequantize, Work: dequantizeWork},
	{Op: onnx("DynamicQuantizeLinear"), Since: 11, Kind: Reduction, Doc: "to uint8 by the tensor's own range",
		MinIn: 1,
		Infer: inferDynamicQuantize, Work: perElement(cost.Vector, 7)},
	{Op: onnx("MatMulInteger"), Since: 10, Kind: Gemm, Doc: "int8 matrix product with int32 result", MinIn: 2,
		Infer: func(c *Call) error { return inferMatMul(c, dtype.Int32, c.extent(0), c.extent(1)) },
		Work:  func(c *Call, k *cost.Cost) { matmulWork(c, k, c.extent(0), c.extent(1)) }},
	{Op: onnx("ConvInteger"), Since: 10, Kind: Conv, Doc: "int8 convolution with int32 result", MinIn: 2,
		Infer: func(c *Call) error { return inferConv(c, dtype.Int32, 0, 1) },
		Work:  func(c *Call, k *cost.Cost) { convWork(c, k, 1, false) }},
	{Op: onnx("QLinearMatMul"), Since: 10, Kind: Gemm, Doc: "int8 matrix product, requantised", MinIn: 8,
		Weights: 3,
		Infer:   func(c *Call) error { return inferMatMul(c, c.Type(7), c.extent(0), c.extent(3)) },
		Work: func(c *Call, k *cost.Cost) {
			matmulWork(c, k, c.extent(0), c.extent(3))
			requantise(c, k)
		}},
	{Op: onnx("QLinearConv"), Since: 10, Kind: Conv, Doc: "int8 convolution, requantised", MinIn: 8, Weights: 3,
		Bias:  8,
		Infer: func(c *Call) error { return inferConv(c, c.Type(7), 0, 3) },
		Work: func(c *Call, k *cost.Cost) {
			convWork(c, k, 3, c.Has(8))
			requantise(c, k)
		}},
}

// requantise counts what an int8 kernel does to each result: multiply, add, round, clamp twice.
func requantise(c *Call, k *cost.Cost) {
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(5, OutElems(c, 0)))
}

// inferQuantize sets the outputs: the type is that of the zero point, else attribute output_dtype, else uint8.
func inferQuantize(c *Call) error {
	t := c.Type(2)
	if t == dtype.Undefined {
		if t = dtype.Type(c.Int("output_dtype", 0)); t == dtype.Undefined {
			t = dtype.Uint8
		}
	}
	if !t.Valid() {
		return fmt.Errorf("attribute output_dtype is no element type")
	}
	c.SetOut(0, t, c.Shape(0)...)
	return nil
}

// inferDequantize sets the outputs: the type is that of the scale, unless attribute output_dtype names another.
func inferDequantize(c *Call) error {
	t := c.Type(1)
	if o := dtype.Type(c.Int("output_dtype", 0)); o.Valid() {
		t = o
	}
	c.SetOut(0, t, c.Shape(0)...)
	return nil
}

// dequantizeWork counts a subtraction and a product an element, in the result's type.
func dequantizeWork(c *Call, k *cost.Cost) {
	k.AddWork(cost.Vector, c.Out(0).Type, sat.Mul(2, OutElems(c, 0)))
}

// inferDynamicQuantize sets the quantised tensor in uint8, and its scale and zero point, which are
// scalars.
func inferDynamicQuantize(c *Call) error {
	c.SetOut(0, dtype.Uint8, c.Shape(0)...)
	c.SetOut(1, dtype.Float32)
	c.SetOut(2, dtype.Uint8)
	return nil
}
