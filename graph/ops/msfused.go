package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// ms names an operator of ONNX Runtime's contributed domain.
func ms(name string) graph.OpID { return graph.OpID{Domain: "com.microsoft", Type: name} }

// msSame is a row whose output has the type and shape of input 0: vector and special operations an element.
func msSame(name string, class cost.Class, vector, special int64, doc string) Spec {
	return Spec{Op: ms(name), Since: 1, Class: class, Doc: doc, MinIn: 1, Infer: inferSame, Work: work(vector, special)}
}

var msfusedSpecs = []Spec{
	msSame("Gelu", cost.Elementwise, 4, 1, "x times the normal distribution function of x"),
	msSame("BiasGelu", cost.Elementwise, 5, 1, "Gelu of input plus bias"),
	msSame("FastGelu", cost.Elementwise, 8, 1, "tanh approximation of Gelu, of input plus an optional bias"),
	msSame("QuickGelu", cost.Elementwise, 3, 2, "x sigmoid(alpha x)"),
	msSame("BiasAdd", cost.Elementwise, 2, 0, "input plus bias plus skip"),
	{Op: ms("BiasSplitGelu"), Since: 1, Class: cost.Elementwise, Doc: "one half times Gelu of the other, with bias", MinIn: 2, Infer: inferBiasSplitGelu, Work: work(7, 1)},
	{Op: ms("BiasDropout"), Since: 1, Class: cost.Elementwise, Doc: "input plus bias plus residual at inference", MinIn: 2, Infer: inferDropout, Work: work(2, 0)},
	msSame("BiasSoftmax", cost.Reduction, 5, 1, "softmax of input plus bias"),
	{Op: ms("FusedMatMul"), Since: 1, Class: cost.Anchor, Doc: "matrix product with scaling and optional transposition", MinIn: 2, Infer: inferFusedMatMul, Work: fusedMatMulWork},
	{Op: ms("TransposeMatMul"), Since: 1, Class: cost.Anchor, Doc: "matrix product with optional transposition", MinIn: 2, Infer: inferFusedMatMul, Work: fusedMatMulWork},
	{Op: ms("FusedMatMulActivation"), Since: 1, Class: cost.Anchor, Doc: "matrix product and activation", MinIn: 2, Infer: inferFusedMatMul, Work: activated(fusedMatMulWork)},
	{Op: ms("FusedGemm"), Since: 1, Class: cost.Anchor, Doc: "Gemm and activation", MinIn: 2, Infer: inferGemm, Work: activated(gemmWork)},
	{Op: ms("GemmFastGelu"), Since: 1, Class: cost.Anchor, Doc: "matrix product, bias and FastGelu", MinIn: 2,
		Infer: func(c *Call) error { return inferMatMul(c, c.Type(0), c.Shape(0), c.Shape(1)) },
		Work:  activated(func(c *Call, k *cost.Cost) { matmulWork(c, k, c.Shape(0), c.Shape(1)) })},
	{Op: ms("GemmFloat8"), Since: 1, Class: cost.Anchor, Doc: "Gemm of 8-bit floats", MinIn: 2, Infer: inferGemmFloat8, Work: gemmWork},
	{Op: ms("FusedConv"), Since: 1, Class: cost.Anchor, Doc: "convolution, residual sum and activation", MinIn: 2,
		Infer: func(c *Call) error { return inferConv(c, c.Type(0), 0, 1) },
		Work:  activated(func(c *Call, k *cost.Cost) { convWork(c, k, 1, c.Has(2)) })},
	nhwcConv("NhwcConv", "convolution over channels-last data"),
	nhwcConv("NhwcFusedConv", "convolution over channels-last data, residual sum and activation"),
	{Op: ms("NhwcMaxPool"), Since: 1, Class: cost.Reduction, Doc: "maximum pool over channels-last data", MinIn: 1, Infer: inferNhwcPool, Work: poolWork(1, 0)},
	{Op: ms("MaxpoolWithMask"), Since: 1, Class: cost.Reduction, Doc: "maximum pool under a mask", MinIn: 2, Infer: inferPool, Work: poolWork(2, 0)},
	msSame("GroupNorm", cost.Reduction, 8, 2, "group normalisation over channels-last data, with optional SiLU"),
	{Op: ms("SkipGroupNorm"), Since: 1, Class: cost.Reduction, Doc: "residual sum and group normalisation", MinIn: 4, Infer: inferSkipGroupNorm, Work: work(10, 2)},
	skipNorm("SkipLayerNormalization", 9, "residual sum and layer normalisation"),
	skipNorm("SkipSimplifiedLayerNormalization", 6, "residual sum and RMS normalisation"),
	{Op: ms("SimplifiedLayerNormalization"), Since: 1, Class: cost.Reduction, Doc: "RMS normalisation", MinIn: 2, Infer: inferLayerNorm, Work: work(4, 0)},
	{Op: ms("LayerNormalization"), Since: 1, Class: cost.Reduction, Doc: "normalise over the last axes", MinIn: 2, Infer: inferLayerNorm, Work: work(7, 0)},
	{Op: ms("EmbedLayerNormalization"), Since: 1, Class: cost.Reduction, Doc: "word, position and segment embeddings, summed and normalised", MinIn: 7, Infer: inferEmbedNorm, Work: work(9, 0), Bytes: embedBytes},
	{Op: ms("Inverse"), Since: 1, Class: cost.Opaque, Doc: "inverses of square matrices", MinIn: 1, Infer: inferSame, Work: inverseWork},
	{Op: ms("GridSample"), Since: 1, Class: cost.Injective, Doc: "resample at positions of a grid", MinIn: 2, Infer: inferGridSample, Work: resizeWork},
	{Op: ms("CropAndResize"), Since: 1, Class: cost.Injective, Doc: "crop boxes and resample them", MinIn: 4, Infer: inferCropAndResize, Work: perElement(cost.Vector, 8)},
	{Op: ms("CDist"), Since: 1, Class: cost.Anchor, Doc: "distances between the rows of two matrices", MinIn: 2, Infer: inferCDist, Work: cdistWork},
	{Op: ms("Trilu"), Since: 1, Class: cost.Injective, Doc: "upper or lower triangle", MinIn: 1, Infer: inferSame},
	{Op: ms("ExpandDims"), Since: 1, Class: cost.View, Doc: "insert one dimension", MinIn: 2, Infer: inferExpandDims, Fold: foldView},
	{Op: ms("IsAllFinite"), Since: 1, Class: cost.Reduction, Doc: "whether every element is finite", MinIn: 1, Infer: func(c *Call) error { c.SetOut(0, dtype.Bool); return nil }, Work: perInput(1)},
	{Op: ms("Range"), Since: 1, Class: cost.Injective, Doc: "numbers from start to limit", MinIn: 3, Infer: inferRange, Fold: foldRange},
	{Op: ms("Unique"), Since: 1, Class: cost.Opaque, Doc: "the distinct elements", MinIn: 1, Infer: inferUniqueMS, Work: sortWork},
	{Op: ms("ComplexMul"), Since: 1, Class: cost.Elementwise, Doc: "product of complex numbers stored as pairs", MinIn: 2, Infer: func(c *Call) error { return inferBroadcast(c, c.Type(0)) }, Work: perElement(cost.Vector, 3)},
	{Op: ms("NGramRepeatBlock"), Since: 1, Class: cost.Elementwise, Doc: "forbid repeated n-grams", MinIn: 2,
		Infer: func(c *Call) error { c.SetOut(0, c.Type(1), c.Shape(1)...); return nil }, Work: perElement(cost.Vector, 1)},
	{Op: ms("MurmurHash3"), Since: 1, Class: cost.Elementwise, Doc: "hash of each element", MinIn: 1,
		Infer: func(c *Call) error { c.SetOut(0, dtype.Uint32, c.Shape(0)...); return nil }, Work: perElement(cost.Vector, 12)},
}

// activated adds the activation that attribute activation names: one special evaluation and two vector operations an element.
func activated(inner func(*Call, *cost.Cost)) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		inner(c, k)
		n, t := OutElems(c, 0), c.Type(0)
		switch c.Str("activation", "") {
		case "", "Relu", "LeakyRelu", "Clip", "HardSigmoid":
			k.AddWork(cost.Vector, t, graph.Mul(2, n))
		default:
			k.AddWork(cost.Vector, t, graph.Mul(2, n))
			k.AddWork(cost.Special, t, n)
		}
	}
}

// skipNorm: output 0 normalised, 1 and 2 mean and deviation, 3 the sum.
func skipNorm(name string, vector int64, doc string) Spec {
	return Spec{Op: ms(name), Since: 1, Class: cost.Reduction, Doc: doc, MinIn: 3, Work: work(vector, 0), Infer: func(c *Call) error {
		in := c.Shape(0)
		if len(in) == 0 {
			return fmt.Errorf("%s takes [batch, seq, hidden], got a scalar", name)
		}
		c.SetOut(0, c.Type(0), in...)
		stats := append(append(c.NewShape(len(in))[:0], in[:len(in)-1]...), 1)
		c.SetOut(1, dtype.Float32, stats...)
		c.SetOut(2, dtype.Float32, stats...)
		c.SetOut(3, c.Type(0), in...)
		return nil
	}}
}

func inferSkipGroupNorm(c *Call) error {
	c.SetOut(0, c.Type(0), c.Shape(0)...)
	c.SetOut(1, c.Type(0), c.Shape(0)...)
	return nil
}

func inferBiasSplitGelu(c *Call) error {
	out := append(c.NewShape(c.Rank(0))[:0], c.Shape(0)...)
	if len(out) == 0 {
		return fmt.Errorf("BiasSplitGelu takes [batch, seq, channels], got a scalar")
	}
	out[len(out)-1] /= 2
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// fusedOperands are the operands after the optional transposition of their last two dims, or of batch dim and rows.
func fusedOperands(c *Call) (a, b graph.Shape) {
	turn := func(s graph.Shape, trans, batch bool) graph.Shape {
		if len(s) < 2 {
			return s
		}
		out := append(c.NewShape(len(s))[:0], s...)
		n := len(out)
		if batch && n > 2 { // transBatch moves the batch dim behind the rows
			first := out[0]
			copy(out, out[1:n-1])
			out[n-2] = first
		}
		if trans {
			out[n-1], out[n-2] = out[n-2], out[n-1]
		}
		return out
	}
	return turn(c.Shape(0), c.Int("transA", 0) != 0, c.Int("transBatchA", 0) != 0),
		turn(c.Shape(1), c.Int("transB", 0) != 0, c.Int("transBatchB", 0) != 0)
}

func inferFusedMatMul(c *Call) error {
	a, b := fusedOperands(c)
	return inferMatMul(c, c.Type(0), a, b)
}

func fusedMatMulWork(c *Call, k *cost.Cost) {
	a, b := fusedOperands(c)
	matmulWork(c, k, a, b)
	if c.Float("alpha", 1) != 1 {
		k.AddWork(cost.Vector, c.Type(0), OutElems(c, 0))
	}
}

func inferGemmFloat8(c *Call) error {
	p, err := gemmProduct(c)
	if err != nil {
		return err
	}
	t := dtype.Type(c.Int("dtype", int64(dtype.Float32)))
	if !t.Valid() {
		return fmt.Errorf("attribute dtype is no element type")
	}
	c.SetOut(0, t, p.m, p.n)
	return nil
}

// toFirst and toLast move the channels of a shape.
func toFirst(c *Call, s graph.Shape) graph.Shape {
	if len(s) < 3 {
		return s
	}
	out := append(c.NewShape(len(s))[:0], s[0], s[len(s)-1])
	return append(out, s[1:len(s)-1]...)
}

func toLast(c *Call, s graph.Shape) graph.Shape {
	out := append(c.NewShape(len(s))[:0], s[0])
	return append(append(out, s[2:]...), s[1])
}

// nhwcConv is a convolution of [batch, …, channels] by weights in the usual order.
func nhwcConv(name, doc string) Spec {
	return Spec{Op: ms(name), Since: 1, Class: cost.Anchor, Doc: doc, MinIn: 2,
		Infer: func(c *Call) error {
			out, err := convShape(c, toFirst(c, c.Shape(0)), c.Shape(1))
			if err != nil {
				return err
			}
			c.SetOut(0, c.Type(0), toLast(c, out)...)
			return nil
		},
		Work: activated(func(c *Call, k *cost.Cost) { convWork(c, k, 1, c.Has(2)) })}
}

func inferNhwcPool(c *Call) error {
	out, err := poolShape(c, toFirst(c, c.Shape(0)))
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), toLast(c, out)...)
	return nil
}

// inferEmbedNorm: output 0 embeddings, 1 the mask index, 2 the sum before normalisation.
func inferEmbedNorm(c *Call) error {
	ids, word := c.Shape(0), c.Shape(2)
	if len(ids) != 2 || len(word) != 2 {
		return fmt.Errorf("EmbedLayerNormalization takes ids [batch, seq] and embeddings [words, hidden], got %v and %v", ids, word)
	}
	c.SetOut(0, c.Type(2), ids[0], ids[1], word[1])
	c.SetOut(1, dtype.Int32, ids[0])
	c.SetOut(2, c.Type(2), ids[0], ids[1], word[1])
	return nil
}

// embedBytes: of each embedding table only the rows named are read.
func embedBytes(c *Call, k *cost.Cost) {
	rows := c.Out(0).Bytes()
	for i := range c.Node.Inputs {
		if i >= 2 && i <= 4 && c.Has(i) {
			ReadBytes(c, k, i, min(rows, c.In(i).Bytes()))
		} else {
			ReadAll(c, k, i)
		}
	}
	WriteAll(c, k)
}

// inverseWork is inversion by LU: 2 n^3 FLOP a matrix (Golub and Van Loan).
func inverseWork(c *Call, k *cost.Cost) {
	if in := c.Shape(0); len(in) >= 2 {
		k.AddWork(cost.Vector, c.Type(0), graph.Mul(2*in[len(in)-1], in.Elems()))
	}
}

func inferCropAndResize(c *Call) error {
	in, boxes, size := c.Shape(0), c.Shape(1), c.Value(3)
	if len(in) != 4 || len(boxes) != 2 {
		return fmt.Errorf("CropAndResize takes [batch, channels, height, width] and [boxes, 4], got %v and %v", in, boxes)
	}
	if size == nil || size.Len() != 2 {
		unknownOut(c, 0)
		return nil
	}
	c.SetOut(0, c.Type(0), boxes[0], in[1], size.Int(0), size.Int(1))
	return nil
}

func inferCDist(c *Call) error {
	a, b := c.Shape(0), c.Shape(1)
	if len(a) != 2 || len(b) != 2 || a[1] != b[1] {
		return fmt.Errorf("CDist takes two matrices with rows of one length, got %v and %v", a, b)
	}
	c.SetOut(0, c.Type(0), a[0], b[0])
	return nil
}

func cdistWork(c *Call, k *cost.Cost) {
	k.AddMACs(c.Type(0), graph.Mul(OutElems(c, 0), c.Shape(0)[1]))
	k.AddWork(cost.Special, c.Type(0), OutElems(c, 0))
}

func inferExpandDims(c *Call) error {
	in := c.Shape(0)
	axis, ok := scalarValue(c, 1)
	if !ok {
		unknownOut(c, 0)
		return nil
	}
	a, err := Axis(axis, len(in)+1)
	if err != nil {
		return err
	}
	out := append(append(append(c.NewShape(len(in) + 1)[:0], in[:a]...), 1), in[a:]...)
	c.SetOut(0, c.Type(0), out...)
	return nil
}

func inferUniqueMS(c *Call) error {
	n := c.Shape(0).Elems()
	c.SetOutUpper(0, c.Type(0), n)
	c.SetOut(1, dtype.Int64, n)
	c.SetOutUpper(2, dtype.Int64, n)
	return nil
}
