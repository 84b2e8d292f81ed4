package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// qElementwise returns a quantised row whose output has input 0's type and shape: dequantise (2 operations an element),
// compute, requantise (5), vector operations in all. Zero points may be absent from between the other inputs.
func qElementwise(k Kind, name string, vector, special int64, doc string) Spec {
	return Spec{Op: contrib(name), Since: 1, Kind: k, Doc: doc, MinIn: 2, Infer: inferSame, Work: work(vector, special)}
}

// qBinary combines inputs 0 and 3, each with scale and zero point: dequantise both (4 operations an element),
// compute, requantise (5).
func qBinary(name, doc string) Spec {
	return Spec{Op: contrib(name), Since: 1, Kind: Arithmetic, Doc: doc, MinIn: 2,
		Infer: func(c *Call) error {
			if !c.Has(3) {
				return fmt.Errorf("%s has no input 3, its second operand", name)
			}
			out, err := c.broadcast(c.extent(0), c.extent(3))
			if err != nil {
				return err
			}
			c.setExtent(0, c.Type(0), out)
			return nil
		}, Work: work(10, 0)}
}

var contribQuantizeSpecs = []Spec{
	{Op: contrib("QuantizeLinear"), Since: 1, Kind: Quantize, Doc: "to a narrow type by scale and zero point",
		MinIn: 2, Infer: inferQuantize, Work: perElement(cost.Vector, 5)},
	{Op: contrib("DequantizeLinear"), Since: 1, Kind: Dequantize, Doc: "from a narrow type by scale and zero point",
		MinIn: 2, Infer: inferDequantize, Work: dequantizeWork},
	{Op: contrib("MatMulNBits"), Since: 1, Kind: Gemm,
		Doc:   "matrix product by weights of 2 to 8 bits, quantised in blocks",
		MinIn: 3, Bias: 5, Infer: inferNBits, Work: nBitsWork},
	{Op: contrib("MatMulBnb4"), Since: 1, Kind: Gemm, Doc: "matrix product by 4-bit weights with a code book",
		MinIn: 3, Infer: inferNBits, Work: nBitsWork},
	{Op: contrib("MatMulFpQ4"), Since: 1, Kind: Gemm, Doc: "matrix product by packed 4-bit weights", MinIn: 3,
		Infer: inferFpQ4, Work: fpQ4Work},
	{Op: contrib("GatherBlockQuantized"), Since: 1, Kind: Move, Doc: "pick rows of a block-quantised table",
		MinIn: 3, Infer: inferGatherQuantized, Work: perElement(cost.Vector, 2), Bytes: gatherQuantizedBytes},
	{Op: contrib("DynamicQuantizeMatMul"), Since: 1, Kind: Gemm, Doc: "quantise, int8 matrix product, scale",
		MinIn: 3, Bias: 4,
		Infer: func(c *Call) error { return inferMatMul(c, c.Type(0), c.extent(0), c.extent(1)) }, Work: dynamicQuantizeWork},
	{Op: contrib("MatMulIntegerToFloat"), Since: 1, Kind: Gemm, Doc: "int8 matrix product, scaled to float",
		MinIn: 4, Bias: 6,
		Infer: func(c *Call) error { return inferMatMul(c, c.Type(2), c.extent(0), c.extent(1)) }, Work: int8MatMulWork},
	{Op: contrib("MatMulInteger16"), Since: 1, Kind: Gemm, Doc: "int16 matrix product with int32 result", MinIn: 2,
		Infer: inferMatMul16, Work: func(c *Call, k *cost.Cost) { matmulWork(c, k, c.extent(0), c.extent(1)) }},
	{Op: contrib("QGemm"), Since: 1, Kind: Gemm, Doc: "int8 Gemm, requantised or scaled to float", MinIn: 6,
		Weights: 3, Bias: 6, Infer: inferQGemm, Work: qGemmWork},
	{Op: contrib("QLinearConv"), Since: 1, Kind: Conv, Doc: "int8 convolution, channels first or last", MinIn: 8,
		Weights: 3, Bias: 8, Infer: inferContribQLinearConv, Work: func(c *Call, k *cost.Cost) {
			convWork(c, k, 3, c.Has(8))
			requantise(c, k)
		}},
	qBinary("QLinearAdd", "sum of quantised tensors"),
	qBinary("QLinearMul", "product of quantised tensors"),
	qElementwise(Exponential, "QLinearSigmoid", 8, 2, "sigmoid of a quantised tensor"),
	qElementwise(Rectifier, "QLinearLeakyRelu", 9, 0, "leaky rectifier of a quantised tensor"),
	{Op: contrib("QLinearSoftmax"), Since: 1, Kind: Softmax, Doc: "softmax of a quantised tensor", MinIn: 2,
		Infer: inferSame, Work: work(11, 1)},
	{Op: contrib("QLinearAveragePool"), Since: 1, Kind: AveragePool, Doc: "mean over a window of a quantised tensor",
		MinIn: 2, Infer: inferQPool, Work: poolWork(1, 0)},
	{Op: contrib("QLinearGlobalAveragePool"), Since: 1, Kind: GlobalAveragePool,
		Doc:   "mean over all positions of a quantised tensor",
		MinIn: 2, Infer: inferQGlobalPool, Work: perInput(1)},
	{Op: contrib("QLinearReduceMean"), Since: 1, Kind: Reduction, Doc: "mean over axes of a quantised tensor",
		MinIn: 2, Infer: inferReduceAttr, Work: perInput(1)},
	{Op: contrib("QLinearConcat"), Since: 1, Kind: Move, Doc: "join quantised tensors, each with scale and zero point",
		MinIn: 5, Infer: inferQConcat, Work: perElement(cost.Vector, 5)},
	{Op: contrib("QLinearWhere"), Since: 1, Kind: Elementwise, Doc: "choose from two quantised tensors", MinIn: 9,
		Infer: inferQWhere, Work: work(6, 0)},
	{Op: contrib("MulInteger"), Since: 1, Kind: Arithmetic, Doc: "int32 product of int8 tensors", MinIn: 1,
		Infer: inferMulInteger, Work: work(3, 0)},
	{Op: contrib("ReduceSumInteger"), Since: 1, Kind: Reduction, Doc: "32-bit sum over axes of int8", MinIn: 1,
		Infer: inferReduceSumInteger, Work: perInput(1)},
	{Op: contrib("QuantizeWithOrder"), Since: 1, Kind: Elementwise, Doc: "to int8 in a tiled layout", MinIn: 2,
		Infer: func(c *Call) error { c.SetOut(0, dtype.Int8, c.Shape(0)...); return nil }, Work: perElement(cost.Vector, 5)},
	{Op: contrib("DequantizeWithOrder"), Since: 1, Kind: Elementwise, Doc: "from int8 in a tiled layout", MinIn: 2,
		Infer: inferDequantizeOrder, Work: dequantizeWork},
	{Op: contrib("QOrderedMatMul"), Since: 1, Kind: Gemm,
		Doc:   "int8 matrix product in tiled layouts, with bias and residual",
		MinIn: 5, Weights: 2, Bias: 5,
		Infer: func(c *Call) error { return inferMatMul(c, c.Type(0), c.extent(0), c.extent(2)) }, Work: orderedMatMulWork},
	{Op: contrib("QOrderedGelu"), Since: 1, Kind: Exponential, Doc: "Gelu of int8 in a tiled layout", MinIn: 3,
		Infer: inferSame, Work: work(11, 1)},
	{Op: contrib("QOrderedLayerNormalization"), Since: 1, Kind: LayerNorm,
		Doc:   "layer normalisation of int8 in a tiled layout",
		MinIn: 3, Infer: inferSame, Work: work(14, 0)},
	{Op: contrib("MatMulNBitsMlp"), Since: 1, Kind: Gemm,
		Doc:   "normalisation, gate and up projections by 4-bit weights, and their product",
		MinIn: 1, Weights: 3, Infer: inferNBitsMlp, Work: nBitsMlpWork},
	{Op: contrib("MatMulNBitsQkv"), Since: 1, Kind: Gemm,
		Doc:   "normalisation and projections of query, key and value by 4-bit weights",
		MinIn: 1, Weights: 3, Infer: inferNBitsQkv, Work: nBitsQkvWork},
	{Op: contrib("MatMulBlockQuantizedFp4Weight"), Since: 1, Kind: Gemm,
		Doc:   "matrix product by 4-bit floating-point weights scaled in blocks",
		MinIn: 4, Bias: 5, Infer: inferBlockFp, Work: blockFpWork},
	{Op: contrib("MatMulBlockQuantizedFp8Weight"), Since: 1, Kind: Gemm,
		Doc:   "matrix product by 8-bit floating-point weights scaled in blocks",
		MinIn: 3, Bias: 4, Infer: inferBlockFp, Work: blockFpWork},
	{Op: contrib("DynamicQuantizeLSTM"), Since: 1, Kind: Recurrent, Doc: "LSTM with int8 weights", MinIn: 3,
		Bias: 3, Infer: inferQLSTM, Work: qLSTMWork},
}

// int8MatMulWork counts the product in int8, and scale and zero point of each output element in
// fp32.
func int8MatMulWork(c *Call, k *cost.Cost) {
	matmulWork(c, k, c.extent(0), c.extent(1))
	k.AddWork(cost.Vector, dtype.Float32, sat.Mul(2, OutElems(c, 0)))
}

// dynamicQuantizeWork counts the product in the weights' type, and finding and applying the input's
// scale: 7 operations for each of its elements, 2 for each of the output's.
func dynamicQuantizeWork(c *Call, k *cost.Cost) {
	if _, p, err := matmulShape(c, c.extent(0), c.extent(1)); err == nil {
		k.AddMACs(c.Type(1), p.macs())
	}
	k.AddWork(cost.Vector, c.Type(0), sat.Add(sat.Mul(7, c.Shape(0).Elems()), sat.Mul(2, OutElems(c, 0))))
}

// qGemm returns the operands of a quantised product: A, scale, zero point, B, scale, zero point, C, then the output's
// scale and zero point.
func qGemm(c *Call) (product, error) {
	return gemmProduct(c, c.extent(0), c.extent(3))
}

// inferQGemm sets the output [m, n] in the type of the output's zero point, input 8, or of input 1
// where there is none.
func inferQGemm(c *Call) error {
	p, err := qGemm(c)
	if err != nil {
		return err
	}
	t := c.Type(1)
	if c.Has(8) {
		t = c.Type(8)
	}
	c.SetOut(0, t, p.m, p.n)
	return nil
}

// qGemmWork counts the product in the type of the first operand, the bias, and the rescaling of
// each output element.
func qGemmWork(c *Call, k *cost.Cost) {
	p, err := qGemm(c)
	if err != nil {
		return
	}
	k.AddMACs(c.Type(0), p.macs())
	if c.Has(6) { // the bias
		k.AddWork(cost.Vector, c.Type(0), OutElems(c, 0))
	}
	requantise(c, k)
}

// inferContribQLinearConv sets the output of a quantised convolution, with channels last where the
// attribute says so.
func inferContribQLinearConv(c *Call) error {
	if c.Int("channels_last", 0) == 0 {
		return inferConv(c, c.Type(7), 0, 3)
	}
	out, err := convShape(c, toFirst(c, c.Shape(0)), c.Shape(3))
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(7), toLast(c, out)...)
	return nil
}

// inferMatMul16 sets the output of a product of 16-bit integers: int32, or uint32 of two unsigned
// ones.
func inferMatMul16(c *Call) error {
	t := dtype.Int32
	if c.Type(0) == dtype.Uint16 && c.Type(1) == dtype.Uint16 {
		t = dtype.Uint32
	}
	return inferMatMul(c, t, c.extent(0), c.extent(1))
}

// inferMulInteger sets the outputs: operands are inputs 0 and 2, each followed by its zero point.
func inferMulInteger(c *Call) error {
	if !c.Has(2) {
		return fmt.Errorf("MulInteger has no input 2, its second operand")
	}
	out, err := c.broadcast(c.extent(0), c.extent(2))
	if err != nil {
		return err
	}
	c.setExtent(0, dtype.Int32, out)
	return nil
}

// inferReduceSumInteger sets the sum of 8-bit integers in int32, or in uint32 of unsigned ones.
func inferReduceSumInteger(c *Call) error {
	if err := inferReduceAttr(c); err != nil {
		return err
	}
	t := dtype.Int32
	if c.Type(0) == dtype.Uint8 {
		t = dtype.Uint32
	}
	if out := c.Out(0); out != nil {
		out.Type = t
	}
	return nil
}

// inferDequantizeOrder sets the output in the floating-point type that the attribute to names.
func inferDequantizeOrder(c *Call) error {
	t := dtype.Type(c.Int("to", int64(dtype.Float32)))
	if !t.IsFloat() {
		return fmt.Errorf("attribute to is %s, expected a floating-point type", t)
	}
	c.SetOut(0, t, c.Shape(0)...)
	return nil
}

// orderedMatMulWork counts work: operands are inputs 0 and 2, bias input 5, residual input 6.
func orderedMatMulWork(c *Call, k *cost.Cost) {
	matmulWork(c, k, c.extent(0), c.extent(2))
	for i := 5; i <= 6; i++ {
		if c.Has(i) {
			k.AddWork(cost.Vector, c.Type(0), OutElems(c, 0))
		}
	}
	requantise(c, k)
}

// inferQPool sets the output of a quantised pool, with channels last where the attribute says so.
func inferQPool(c *Call) error {
	if c.Int("channels_last", 0) != 0 {
		return inferNhwcPool(c)
	}
	return inferPool(c)
}

// inferQGlobalPool sets the output [batch, channels, 1, …] of a quantised global pool, with
// channels last where the attribute says so.
func inferQGlobalPool(c *Call) error {
	if c.Int("channels_last", 0) == 0 {
		return inferGlobalPool(c)
	}
	in := c.Shape(0)
	out := append(c.NewShape(len(in))[:0], in...)
	for i := 1; i < len(out)-1; i++ {
		out[i] = 1
	}
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferQConcat sets the outputs: the output's scale and zero point, then triples of tensor, scale and zero point.
func inferQConcat(c *Call) error {
	first := c.Shape(2)
	axis, err := Axis(c.Int("axis", 0), len(first))
	if err != nil {
		return err
	}
	out := append(c.NewShape(len(first))[:0], first...)
	for i := 5; i < c.NumIn(); i += 3 {
		s := c.Shape(i)
		if len(s) != len(first) {
			return fmt.Errorf("cannot join %v and %v", first, s)
		}
		out[axis] = sat.Add(out[axis], s[axis])
	}
	c.SetOut(0, c.Type(2), out...)
	return nil
}

// inferQWhere sets the output of a quantised Where: the condition broadcasts with inputs 1 and 4.
func inferQWhere(c *Call) error {
	out, err := c.broadcast(c.extent(1), c.extent(4))
	if err != nil {
		return err
	}
	if out, err = c.broadcast(c.extent(0), out); err != nil {
		return err
	}
	c.setExtent(0, c.Type(1), out)
	return nil
}

// qLSTMDims returns the sizes of a layer: the quantised weights are transposed: [dirs, input, 4 hidden].
func qLSTMDims(c *Call) (rnnDims, error) {
	x, r := c.Shape(0), c.Shape(2)
	if len(x) != 3 || len(r) != 3 {
		return rnnDims{}, fmt.Errorf("DynamicQuantizeLSTM takes [seq, batch, input] and weights of rank 3, got %v and %v", x,
			r)
	}
	return rnnDims{seq: x[0], batch: x[1], input: x[2], hidden: r[1], dirs: r[0]}, nil
}

// inferQLSTM sets the outputs of DynamicQuantizeLSTM as those of LSTM: all states, the last state
// and the last cell.
func inferQLSTM(c *Call) error {
	d, err := qLSTMDims(c)
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), d.seq, d.dirs, d.batch, d.hidden)
	c.SetOut(1, c.Type(0), d.dirs, d.batch, d.hidden)
	c.SetOut(2, c.Type(0), d.dirs, d.batch, d.hidden)
	return nil
}

// qLSTMWork counts the four gates' products in the weights' type, and the arithmetic of gates in
// the activations'.
func qLSTMWork(c *Call, k *cost.Cost) {
	d, err := qLSTMDims(c)
	if err != nil {
		return
	}
	cells := sat.Mul(sat.Mul(d.seq, d.batch), sat.Mul(d.dirs, 4*d.hidden))
	k.AddMACs(c.Type(1), sat.Mul(cells, d.input+d.hidden))
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(5, cells))
	k.AddWork(cost.Special, c.Type(0), cells)
}
