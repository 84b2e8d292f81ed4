package ops

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// ms names an operator of ONNX Runtime's contributed domain.
func ms(name string) graph.OpID { return graph.OpID{Domain: "com.microsoft", Type: name} }

// msSame is a row whose output has the type and shape of input 0: vector and special operations an element.
func msSame(k Kind, name string, vector, special int64, doc string) Spec {
	return Spec{Op: ms(name), Since: 1, Kind: k, Doc: doc, MinIn: 1, Infer: inferSame, Work: work(vector, special)}
}

var msfusedSpecs = []Spec{
	msSame(Exponential, "Gelu", 4, 1, "x times the normal distribution function of x"),
	msSame(Exponential, "BiasGelu", 5, 1, "Gelu of input plus bias"),
	{Op: ms("FastGelu"), Since: 1, Kind: Exponential, Doc: "tanh approximation of Gelu, of input plus an optional bias", MinIn: 1, Infer: inferSame, Work: biased(1, 8, 1)},
	msSame(Exponential, "QuickGelu", 3, 2, "x sigmoid(alpha x)"),
	msSame(Arithmetic, "BiasAdd", 2, 0, "input plus bias plus skip"),
	{Op: ms("BiasSplitGelu"), Since: 1, Kind: Exponential, Doc: "one half times Gelu of the other, with bias", MinIn: 2, Infer: inferBiasSplitGelu, Work: work(7, 1)},
	{Op: ms("BiasDropout"), Since: 1, Kind: Arithmetic, Doc: "input plus bias plus residual at inference", MinIn: 2, Infer: inferBiasDropout, Work: biased(2, 1, 0)},
	msSame(Softmax, "BiasSoftmax", 5, 1, "softmax of input plus bias"),
	{Op: ms("FusedMatMul"), Since: 1, Kind: MatMul, Doc: "matrix product with scaling and optional transposition", MinIn: 2, Infer: inferFusedMatMul, Work: fusedMatMulWork},
	{Op: ms("TransposeMatMul"), Since: 1, Kind: MatMul, Doc: "matrix product with optional transposition", MinIn: 2, Infer: inferFusedMatMul, Work: fusedMatMulWork},
	{Op: ms("FusedMatMulActivation"), Since: 1, Kind: Gemm, Doc: "matrix product and activation", MinIn: 2, Infer: inferFusedMatMul, Work: activated(fusedMatMulWork)},
	{Op: ms("FusedGemm"), Since: 1, Kind: Gemm, Doc: "Gemm and activation", MinIn: 2, Bias: 2, Infer: inferGemm, Work: activated(gemmWork)},
	{Op: ms("GemmFastGelu"), Since: 1, Kind: Gemm, Doc: "matrix product, bias and FastGelu", MinIn: 2, Bias: 2,
		Infer: func(c *Call) error { return inferMatMul(c, c.Type(0), c.Shape(0), c.Shape(1)) },
		Work:  gemmFastGeluWork},
	{Op: ms("GemmFloat8"), Since: 1, Kind: Gemm, Doc: "Gemm of 8-bit floats", MinIn: 2, Bias: 2, Infer: inferGemmFloat8, Work: activated(gemmWork)},
	{Op: ms("FusedConv"), Since: 1, Kind: Conv, Doc: "convolution, residual sum and activation", MinIn: 2, Bias: 2,
		Infer: func(c *Call) error { return inferConv(c, c.Type(0), 0, 1) },
		Work:  fusedConvWork},
	nhwcConv("NhwcConv", true, "convolution over channels-last data"),
	nhwcConv("NhwcFusedConv", false, "convolution over channels-last data, residual sum and activation"),
	{Op: ms("NhwcMaxPool"), Since: 1, Kind: MaxPool, Doc: "maximum pool over channels-last data", MinIn: 1, Infer: inferNhwcPool, Work: poolWork(1, 0)},
	{Op: ms("MaxpoolWithMask"), Since: 1, Kind: MaxPool, Doc: "maximum pool under a mask", MinIn: 2, Infer: inferPool, Work: poolWork(2, 0)},
	{Op: ms("GroupNorm"), Since: 1, Kind: GroupNorm, Doc: "group normalisation with optional SiLU", MinIn: 3, Infer: inferSame, Work: groupNormWork(0)},
	{Op: ms("SkipGroupNorm"), Since: 1, Kind: GroupNorm, Doc: "residual sum and group normalisation", MinIn: 4, Infer: inferSkipGroupNorm, Work: groupNormWork(1)},
	skipNorm(LayerNorm, "SkipLayerNormalization", 8, 4, "residual sum and layer normalisation"),
	skipNorm(RMSNorm, "SkipSimplifiedLayerNormalization", 5, 3, "residual sum and RMS normalisation"),
	{Op: ms("SimplifiedLayerNormalization"), Since: 1, Kind: RMSNorm, Doc: "RMS normalisation", MinIn: 2, Infer: inferLayerNorm, Work: work(4, 0)},
	{Op: ms("LayerNormalization"), Since: 1, Kind: LayerNorm, Doc: "normalise over the last axes", MinIn: 2, Autocast: Lowers, Infer: inferLayerNorm, Work: work(7, 0)},
	{Op: ms("EmbedLayerNormalization"), Since: 1, Kind: LayerNorm, Doc: "word, position and segment embeddings, summed and normalised", MinIn: 1, Infer: inferEmbedNorm, Work: embedWork, Bytes: embedBytes},
	{Op: ms("QEmbedLayerNormalization"), Since: 1, Kind: LayerNorm, Doc: "embeddings stored as int8, summed and normalised", MinIn: 1, Infer: inferEmbedNorm, Work: embedWork, Bytes: embedBytes},
	{Op: ms("Inverse"), Since: 1, Kind: Opaque, Doc: "inverses of square matrices", MinIn: 1, Infer: inferSame, Work: inverseWork},
	{Op: ms("GridSample"), Since: 1, Kind: Sampler, Doc: "resample at positions of a grid", MinIn: 2, Infer: inferGridSample, Work: gridSampleWork},
	{Op: ms("CropAndResize"), Since: 1, Kind: Move, Doc: "crop boxes and resample them", MinIn: 4, Infer: inferCropAndResize, Work: perElement(cost.Vector, 8)},
	{Op: ms("CDist"), Since: 1, Kind: Gemm, Doc: "distances between the rows of two matrices", MinIn: 2, Infer: inferCDist, Work: cdistWork},
	{Op: ms("Trilu"), Since: 1, Kind: Move, Doc: "upper or lower triangle", MinIn: 1, Infer: inferSame},
	{Op: ms("ExpandDims"), Since: 1, Kind: View, Doc: "insert one dimension", MinIn: 2, Infer: inferExpandDims, Fold: foldView},
	{Op: ms("IsAllFinite"), Since: 1, Kind: Reduction, Doc: "whether every element is finite", MinIn: 1, Infer: func(c *Call) error { c.SetOut(0, dtype.Bool); return nil }, Work: allInputs(1)},
	{Op: ms("Range"), Since: 1, Kind: Move, Doc: "numbers from start to limit", MinIn: 2, Infer: inferMSRange, Work: perElement(cost.Vector, 1), Fold: foldMSRange},
	{Op: ms("Unique"), Since: 1, Kind: Opaque, Doc: "the distinct elements", MinIn: 1, Infer: inferUniqueMS, Work: sortWork},
	{Op: ms("ComplexMul"), Since: 1, Kind: Elementwise, Doc: "product of complex numbers stored as pairs", MinIn: 2, Infer: func(c *Call) error { return inferBroadcast(c, c.Type(0)) }, Work: perElement(cost.Vector, 3)},
	{Op: ms("NGramRepeatBlock"), Since: 1, Kind: Elementwise, Doc: "forbid repeated n-grams", MinIn: 2,
		Infer: func(c *Call) error { c.SetOut(0, c.Type(1), c.Shape(1)...); return nil }, Work: perElement(cost.Vector, 1)},
	{Op: ms("MurmurHash3"), Since: 1, Kind: Elementwise, Doc: "hash of each element", MinIn: 1,
		Infer: inferMurmur, Work: perElement(cost.Vector, 12)},
	{Op: ms("ComplexMulConj"), Since: 1, Kind: Elementwise, Doc: "product with the conjugate of complex numbers stored as pairs", MinIn: 2, Infer: func(c *Call) error { return inferBroadcast(c, c.Type(0)) }, Work: perElement(cost.Vector, 3)},
	{Op: ms("Pad"), Since: 1, Kind: Pad, Doc: "add a border", MinIn: 2, Infer: inferPad},
	{Op: ms("GatherND"), Since: 1, Kind: Move, Doc: "pick slices by index tuples", MinIn: 2, Infer: inferGatherND, Bytes: bytesTouched},
	{Op: ms("TorchEmbedding"), Since: 1, Kind: Gather, Doc: "pick rows of a table by index", MinIn: 2, Infer: inferGather, Bytes: bytesTouched},
	{Op: ms("SampleOp"), Since: 1, Kind: Move, Doc: "a copy of the input", MinIn: 1, Infer: inferSame},
	{Op: ms("Tokenizer"), Since: 1, Kind: Opaque, Doc: "strings cut into tokens; how many is run-time data", MinIn: 1,
		Infer: func(c *Call) error { unknownOut(c, 0); return nil }, Work: perInput(1)},
	{Op: ms("UnfoldTensor"), Since: 1, Kind: Move, Doc: "sliding windows along an axis as a new last axis", MinIn: 1, Infer: inferUnfold},
	{Op: ms("Rfft"), Since: 1, Kind: Opaque, Doc: "Fourier transform of real signals", MinIn: 1, Infer: inferRfft, Work: rfftWork},
	{Op: ms("Irfft"), Since: 1, Kind: Opaque, Doc: "inverse Fourier transform to real signals", MinIn: 1, Infer: inferIrfft, Work: rfftWork},
	{Op: ms("ConvTransposeWithDynamicPads"), Since: 1, Kind: TransposedConv, Doc: "transposed convolution whose pads are an input", MinIn: 2, Bias: 3, Infer: inferDynamicPads, Work: dynamicPadsWork},
	{Op: ms("BitmaskDropout"), Since: 1, Kind: Move, Doc: "the input at inference, and a mask of one bit an element", MinIn: 1, Infer: inferBitmask},
	{Op: ms("BitmaskBiasDropout"), Since: 1, Kind: Arithmetic, Doc: "input plus bias plus residual, and a mask of one bit an element", MinIn: 2, Infer: inferBitmask, Work: biased(2, 1, 0)},
}

// activationOps are the vector and special operations an element of the activation that an attribute names,
// in any case; none for an empty name. A name that is not known is taken for a tanh of a scaled element.
func activationOps(name string) (vector, special int64) {
	switch strings.ToLower(name) {
	case "", "none", "identity":
		return 0, 0
	case "relu":
		return 1, 0
	case "tanh":
		return 0, 1
	case "leakyrelu", "clip":
		return 2, 0
	case "hardsigmoid":
		return 4, 0
	case "sigmoid":
		return 1, 2
	case "silu", "swish", "swiglu":
		return 2, 2
	case "gelu":
		return 4, 1
	case "fastgelu":
		return 8, 1
	}
	return 1, 1
}

// addActivation is the work of attribute activation on n elements.
func addActivation(c *Call, k *cost.Cost, t dtype.Type, n int64) {
	vector, special := activationOps(c.Str("activation", ""))
	if vector > 0 {
		k.AddWork(cost.Vector, t, sat.Mul(vector, n))
	}
	if special > 0 {
		k.AddWork(cost.Special, t, sat.Mul(special, n))
	}
}

// activated adds to inner the activation that attribute activation names.
func activated(inner func(*Call, *cost.Cost)) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		inner(c, k)
		addActivation(c, k, c.Type(0), OutElems(c, 0))
	}
}

// fusedConvWork is a convolution with an optional bias in input 2, residual in input 3 and activation.
func fusedConvWork(c *Call, k *cost.Cost) {
	convWork(c, k, 1, c.Has(2))
	if c.Has(3) {
		k.AddWork(cost.Vector, c.Type(0), OutElems(c, 0))
	}
	addActivation(c, k, c.Type(0), OutElems(c, 0))
}

// biased is work with vector operations more where input i, a bias, is present.
func biased(i int, vector, special int64) func(*Call, *cost.Cost) {
	plain := work(vector, special)
	return func(c *Call, k *cost.Cost) {
		plain(c, k)
		if c.Has(i) {
			k.AddWork(cost.Vector, arithmetic(c), OutElems(c, 0))
		}
	}
}

// groupNormWork: 7 operations an element as for other normalisations, and those of a sigmoid and a product
// for attribute activation 1; extra ones for residual and bias.
func groupNormWork(extra int64) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		vector, special := int64(7)+extra, int64(0)
		if c.Has(4) {
			vector++
		}
		if c.Int("activation", 0) == 1 {
			vector, special = vector+2, 2
		}
		work(vector, special)(c, k)
	}
}

// skipNorm: output 0 normalised, 1 and 2 mean and deviation, 3 the sum. Input bias is optional.
func skipNorm(k Kind, name string, vector int64, bias int, doc string) Spec {
	return Spec{Op: ms(name), Since: 1, Kind: k, Doc: doc, MinIn: 3, Work: biased(bias, vector, 0), Infer: func(c *Call) error {
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

// nhwcConv is a convolution of [batch, …, channels]. Weights come as [out, …, in/group] or in the usual order; where
// both would fit, last says which it is.
func nhwcConv(name string, last bool, doc string) Spec {
	return Spec{Op: ms(name), Since: 1, Kind: Conv, Doc: doc, MinIn: 2, Bias: 2,
		Infer: func(c *Call) error {
			x, w := toFirst(c, c.Shape(0)), c.Shape(1)
			if len(x) >= 3 && len(w) == len(x) {
				g := max(c.Int("group", 1), 1)
				atEnd, second := sat.Mul(w[len(w)-1], g) == x[1], sat.Mul(w[1], g) == x[1]
				if atEnd && (last || !second) {
					w = toFirst(c, w)
				}
			}
			out, err := convShape(c, x, w)
			if err != nil {
				return err
			}
			c.SetOut(0, c.Type(0), toLast(c, out)...)
			return nil
		},
		Work: fusedConvWork} // the product of all weights but the first dim is the same in both orders
}

func inferNhwcPool(c *Call) error {
	out, err := poolShape(c, toFirst(c, c.Shape(0)))
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), toLast(c, out)...)
	return nil
}

// inferEmbedNorm: output 0 embeddings, 1 the mask index, 2 the sum before normalisation. Quantised tables give the
// type of their scale, input 8.
func inferEmbedNorm(c *Call) error {
	ids, word := c.Shape(0), c.Shape(2)
	if len(ids) != 2 || len(word) != 2 {
		return fmt.Errorf("%s takes ids [batch, seq] and embeddings [words, hidden], got %v and %v", c.Node.Op.Type, ids, word)
	}
	t := c.Type(2)
	if c.Node.Op.Type == "QEmbedLayerNormalization" {
		t = c.Type(8)
	}
	if !t.IsFloat() {
		return fmt.Errorf("%s gives floating-point embeddings, got type %s", c.Node.Op.Type, t)
	}
	c.SetOut(0, t, ids[0], ids[1], word[1])
	c.SetOut(1, dtype.Int32, ids[0])
	c.SetOut(2, t, ids[0], ids[1], word[1])
	return nil
}

// embedWork: a sum for the positions and one for the segments, if any, then layer normalisation; tables
// stored as integers are shifted and scaled first.
func embedWork(c *Call, k *cost.Cost) {
	n, t := OutElems(c, 0), c.Out(0).Type
	tables := int64(2)
	if c.Has(4) {
		tables++
	}
	k.AddWork(cost.Vector, t, sat.Mul(n, tables-1+7))
	if c.Type(2).IsInteger() {
		k.AddWork(cost.Vector, t, sat.Mul(n, 2*tables))
	}
}

// embedBytes: of each embedding table only the rows named are read.
func embedBytes(c *Call, k *cost.Cost) {
	for i := range c.Node.Inputs {
		if i >= 2 && i <= 4 && c.Has(i) {
			ReadBytes(c, k, i, min(c.Type(i).Bytes(OutElems(c, 0)), c.In(i).Bytes()))
		} else {
			ReadAll(c, k, i)
		}
	}
	WriteAll(c, k)
}

// inverseWork is inversion by LU: 2 n^3 FLOP a matrix (Golub and Van Loan).
func inverseWork(c *Call, k *cost.Cost) {
	if in := c.Shape(0); len(in) >= 2 {
		k.AddWork(cost.Vector, c.Type(0), sat.Mul(2*in[len(in)-1], in.Elems()))
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
	k.AddMACs(c.Type(0), sat.Mul(OutElems(c, 0), c.Shape(0)[1]))
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
