package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// qElementwise is a quantised row whose output has input 0's type and shape: dequantise, compute, requantise.
func qElementwise(name string, special int64, doc string) Spec {
	return Spec{Op: ms(name), Since: 1, Class: cost.Elementwise, Doc: doc, MinIn: 5, Infer: inferSame, Work: work(8, special)}
}

// qBinary combines inputs 0 and 3, each with scale and zero point.
func qBinary(name, doc string) Spec {
	return Spec{Op: ms(name), Since: 1, Class: cost.Elementwise, Doc: doc, MinIn: 7,
		Infer: func(c *Call) error {
			out, err := c.Broadcast(c.Shape(0), c.Shape(3))
			if err != nil {
				return err
			}
			c.SetOut(0, c.Type(0), out...)
			return nil
		}, Work: work(10, 0)}
}

var msquantizeSpecs = []Spec{
	{Op: ms("QuantizeLinear"), Since: 1, Class: cost.Elementwise, Doc: "to a narrow type by scale and zero point", MinIn: 2, Infer: inferQuantize, Work: perElement(cost.Vector, 5)},
	{Op: ms("DequantizeLinear"), Since: 1, Class: cost.Elementwise, Doc: "from a narrow type by scale and zero point", MinIn: 2, Infer: inferDequantize, Work: dequantizeWork},
	{Op: ms("MatMulNBits"), Since: 1, Class: cost.Anchor, Doc: "matrix product by weights of 2 to 8 bits, quantised in blocks", MinIn: 3, Infer: inferNBits, Work: nBitsWork},
	{Op: ms("MatMulBnb4"), Since: 1, Class: cost.Anchor, Doc: "matrix product by 4-bit weights with a code book", MinIn: 3, Infer: inferNBits, Work: nBitsWork},
	{Op: ms("MatMulFpQ4"), Since: 1, Class: cost.Anchor, Doc: "matrix product by packed 4-bit weights", MinIn: 3, Infer: inferFpQ4, Work: fpQ4Work},
	{Op: ms("GatherBlockQuantized"), Since: 1, Class: cost.Injective, Doc: "pick rows of a block-quantised table", MinIn: 3, Infer: inferGatherQuantized, Work: perElement(cost.Vector, 2), Bytes: gatherQuantizedBytes},
	{Op: ms("DynamicQuantizeMatMul"), Since: 1, Class: cost.Anchor, Doc: "quantise, int8 matrix product, scale", MinIn: 3,
		Infer: func(c *Call) error { return inferMatMul(c, c.Type(0), c.Shape(0), c.Shape(1)) }, Work: dynamicQuantizeWork},
	{Op: ms("MatMulIntegerToFloat"), Since: 1, Class: cost.Anchor, Doc: "int8 matrix product, scaled to float", MinIn: 4,
		Infer: func(c *Call) error { return inferMatMul(c, c.Type(2), c.Shape(0), c.Shape(1)) }, Work: int8MatMulWork},
	{Op: ms("MatMulInteger16"), Since: 1, Class: cost.Anchor, Doc: "int16 matrix product with int32 result", MinIn: 2,
		Infer: func(c *Call) error { return inferMatMul(c, dtype.Int32, c.Shape(0), c.Shape(1)) }, Work: int8MatMulWork},
	{Op: ms("QGemm"), Since: 1, Class: cost.Anchor, Doc: "int8 Gemm, requantised or scaled to float", MinIn: 6, Infer: inferQGemm, Work: qGemmWork},
	{Op: ms("QLinearConv"), Since: 1, Class: cost.Anchor, Doc: "int8 convolution, channels first or last", MinIn: 8, Infer: inferMSQLinearConv, Work: func(c *Call, k *cost.Cost) {
		convWork(c, k, 3, c.Has(8))
		requantise(c, k)
	}},
	qBinary("QLinearAdd", "sum of quantised tensors"),
	qBinary("QLinearMul", "product of quantised tensors"),
	qElementwise("QLinearSigmoid", 2, "sigmoid of a quantised tensor"),
	qElementwise("QLinearLeakyRelu", 0, "leaky rectifier of a quantised tensor"),
	{Op: ms("QLinearSoftmax"), Since: 1, Class: cost.Reduction, Doc: "softmax of a quantised tensor", MinIn: 5, Infer: inferSame, Work: work(8, 1)},
	{Op: ms("QLinearAveragePool"), Since: 1, Class: cost.Reduction, Doc: "mean over a window of a quantised tensor", MinIn: 5, Infer: inferQPool, Work: poolWork(1, 0)},
	{Op: ms("QLinearGlobalAveragePool"), Since: 1, Class: cost.Reduction, Doc: "mean over all positions of a quantised tensor", MinIn: 5, Infer: inferQGlobalPool, Work: perInput(1)},
	{Op: ms("QLinearReduceMean"), Since: 1, Class: cost.Reduction, Doc: "mean over axes of a quantised tensor", MinIn: 5, Infer: inferReduceAttr, Work: perInput(1)},
	{Op: ms("QLinearConcat"), Since: 1, Class: cost.Injective, Doc: "join quantised tensors, each with scale and zero point", MinIn: 5, Infer: inferQConcat, Work: perElement(cost.Vector, 5)},
	{Op: ms("QLinearWhere"), Since: 1, Class: cost.Elementwise, Doc: "choose from two quantised tensors", MinIn: 9, Infer: inferQWhere, Work: work(6, 0)},
	{Op: ms("DynamicQuantizeLSTM"), Since: 1, Class: cost.Opaque, Doc: "LSTM with int8 weights", MinIn: 3, Infer: inferQLSTM, Work: qLSTMWork},
}

// nBits reads a product A [.., K] by N x K weights whose sizes are attributes.
func nBits(c *Call) (product, error) {
	a, k, n := c.Shape(0), c.Int("K", 0), c.Int("N", 0)
	if len(a) == 0 || k < 1 || n < 1 || a[len(a)-1] != k {
		return product{}, fmt.Errorf("attributes K=%d and N=%d do not fit an input of %v", k, n, a)
	}
	return product{1, a[:len(a)-1].Elems(), k, n}, nil
}

func inferNBits(c *Call) error {
	p, err := nBits(c)
	if err != nil {
		return err
	}
	a := c.Shape(0)
	out := append(append(c.NewShape(len(a))[:0], a[:len(a)-1]...), p.n)
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// nBitsWork: the product runs in A's type; every weight is scaled once.
func nBitsWork(c *Call, k *cost.Cost) {
	p, err := nBits(c)
	if err != nil {
		return
	}
	k.AddMACs(c.Type(0), p.macs())
	k.AddWork(cost.Vector, c.Type(0), graph.Mul(2, graph.Mul(p.k, p.n)))
}

func inferFpQ4(c *Call) error {
	a, b := c.Shape(0), c.Value(2)
	if b == nil || b.Len() != 2 || len(a) == 0 {
		unknownOut(c, 0)
		return nil
	}
	out := append(append(c.NewShape(len(a))[:0], a[:len(a)-1]...), b.Int(1))
	c.SetOut(0, c.Type(0), out...)
	return nil
}

func fpQ4Work(c *Call, k *cost.Cost) {
	if b := c.Value(2); b != nil && b.Len() == 2 {
		k.AddMACs(c.Type(0), graph.Mul(c.Shape(0).Elems(), b.Int(1)))
	}
}

// inferGatherQuantized: uint8 data holds two 4-bit values a byte along the quantised axis.
func inferGatherQuantized(c *Call) error {
	data, idx := c.Shape(0), c.Shape(1)
	axis, err := Axis(c.Int("gather_axis", 0), len(data))
	if err != nil {
		return err
	}
	out := append(c.NewShape(len(data) + len(idx))[:0], data[:axis]...)
	out = append(append(out, idx...), data[axis+1:]...)
	if c.Type(0) == dtype.Uint8 && c.Int("bits", 4) == 4 && len(out) > 0 {
		out[len(out)-1] = graph.Mul(2, out[len(out)-1])
	}
	c.SetOut(0, c.Type(2), out...)
	return nil
}

// gatherQuantizedBytes: rows touched are read at half a byte an element, with their share of the scales.
func gatherQuantizedBytes(c *Call, k *cost.Cost) {
	ReadBytes(c, k, 0, min(c.In(0).Bytes(), OutElems(c, 0)/2+1))
	ReadAll(c, k, 1)
	ReadBytes(c, k, 2, min(c.In(2).Bytes(), c.Type(2).Bytes(OutElems(c, 0)/max(c.Int("block_size", 128), 1)+1)))
	WriteAll(c, k)
}

func int8MatMulWork(c *Call, k *cost.Cost) {
	matmulWork(c, k, c.Shape(0), c.Shape(1))
	k.AddWork(cost.Vector, dtype.Float32, graph.Mul(2, OutElems(c, 0)))
}

func dynamicQuantizeWork(c *Call, k *cost.Cost) {
	if _, p, err := matmulShape(c, c.Shape(0), c.Shape(1)); err == nil {
		k.AddMACs(c.Type(1), p.macs())
	}
	k.AddWork(cost.Vector, c.Type(0), graph.Add(graph.Mul(7, c.Shape(0).Elems()), graph.Mul(2, OutElems(c, 0))))
}

// qGemm: A, scale, zero point, B, scale, zero point, C, then the output's scale and zero point.
func qGemm(c *Call) (product, error) {
	a, b := c.Shape(0), c.Shape(3)
	if len(a) != 2 || len(b) != 2 {
		return product{}, fmt.Errorf("QGemm takes matrices, got %v and %v", a, b)
	}
	p := product{1, a[0], a[1], b[1]}
	if c.Int("transA", 0) != 0 {
		p.m, p.k = a[1], a[0]
	}
	if c.Int("transB", 0) != 0 {
		p.n = b[0]
	}
	return p, nil
}

func inferQGemm(c *Call) error {
	p, err := qGemm(c)
	if err != nil {
		return err
	}
	t := dtype.Float32
	if c.Has(8) {
		t = c.Type(8)
	}
	c.SetOut(0, t, p.m, p.n)
	return nil
}

func qGemmWork(c *Call, k *cost.Cost) {
	if p, err := qGemm(c); err == nil {
		k.AddMACs(c.Type(0), p.macs())
		requantise(c, k)
	}
}

func inferMSQLinearConv(c *Call) error {
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

func inferQPool(c *Call) error {
	if c.Int("channels_last", 0) != 0 {
		return inferNhwcPool(c)
	}
	return inferPool(c)
}

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

// inferQConcat: the output's scale and zero point, then triples of tensor, scale and zero point.
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
		out[axis] = graph.Add(out[axis], s[axis])
	}
	c.SetOut(0, c.Type(2), out...)
	return nil
}

func inferQWhere(c *Call) error {
	out, err := c.Broadcast(c.Shape(1), c.Shape(4))
	if err != nil {
		return err
	}
	if out, err = c.Broadcast(c.Shape(0), out); err != nil {
		return err
	}
	c.SetOut(0, c.Type(1), out...)
	return nil
}

// qLSTMDims: the quantised weights are transposed: [dirs, input, 4 hidden].
func qLSTMDims(c *Call) (rnnDims, error) {
	x, r := c.Shape(0), c.Shape(2)
	if len(x) != 3 || len(r) != 3 {
		return rnnDims{}, fmt.Errorf("DynamicQuantizeLSTM takes [seq, batch, input] and weights of rank 3, got %v and %v", x, r)
	}
	return rnnDims{seq: x[0], batch: x[1], input: x[2], hidden: r[1], dirs: r[0]}, nil
}

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

func qLSTMWork(c *Call, k *cost.Cost) {
	d, err := qLSTMDims(c)
	if err != nil {
		return
	}
	cells := graph.Mul(graph.Mul(d.seq, d.batch), graph.Mul(d.dirs, 4*d.hidden))
	k.AddMACs(c.Type(1), graph.Mul(cells, d.input+d.hidden))
	k.AddWork(cost.Vector, c.Type(0), graph.Mul(5, cells))
	k.AddWork(cost.Special, c.Type(0), cells)
}
