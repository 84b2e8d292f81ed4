package ops

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// contrib names an operator of ONNX Runtime's contrib domain.
func contrib(name string) graph.OpID { return graph.OpID{Domain: "com.microsoft", Type: name} }

// contribSame returns a row whose output has the type and shape of input 0: vector and special operations an element.
func contribSame(k Kind, name string, vector, special int64, doc string) Spec {
	return Spec{Op: contrib(name), Since: 1, Kind: k, Doc: doc, MinIn: 1, Infer: inferSame, Work: work(vector, special)}
}

// inferBiased sets the output as input 0, laid over with the bias of its last dimension, input 1, if it has one.
func inferBiased(c *Call) error {
	if !c.Has(1) {
		return inferSame(c)
	}
	return inferOver(1, last)(c)
}

var contribFusedSpecs = []Spec{
	contribSame(Exponential, "Gelu", 4, 1, "x times the normal distribution function of x"),
	{Op: contrib("BiasGelu"), Since: 1, Kind: Exponential, Doc: "Gelu of input plus bias", MinIn: 1,
		Infer: inferBiased, Work: work(5, 1)},
	{Op: contrib("FastGelu"), Since: 1, Kind: Exponential,
		Doc:   "tanh approximation of Gelu, of input plus an optional bias",
		MinIn: 1, Infer: inferBiased, Work: biased(1, 8, 1)},
	contribSame(Exponential, "QuickGelu", 3, 2, "x sigmoid(alpha x)"),
	{Op: contrib("BiasAdd"), Since: 1, Kind: Arithmetic, Doc: "input plus bias plus skip", MinIn: 1,
		Infer: inferBiased, Work: work(2, 0)},
	{Op: contrib("BiasSplitGelu"), Since: 1, Kind: Exponential, Doc: "one half times Gelu of the other, with bias",
		MinIn: 2, Infer: inferBiasSplitGelu, Work: work(7, 1)},
	{Op: contrib("BiasDropout"), Since: 1, Kind: Arithmetic, Doc: "input plus bias plus residual at inference",
		MinIn: 2, Infer: inferBiasDropout, Work: biased(2, 1, 0)},
	contribSame(Softmax, "BiasSoftmax", 5, 1, "softmax of input plus bias"),
	{Op: contrib("FusedMatMul"), Since: 1, Kind: MatMul, Doc: "matrix product with scaling and optional transposition",
		MinIn: 2, Infer: inferFusedMatMul, Work: fusedMatMulWork},
	{Op: contrib("TransposeMatMul"), Since: 1, Kind: MatMul, Doc: "matrix product with optional transposition",
		MinIn: 2, Infer: inferFusedMatMul, Work: fusedMatMulWork},
	{Op: contrib("FusedMatMulActivation"), Since: 1, Kind: Gemm, Doc: "matrix product and activation", MinIn: 2,
		Infer: inferFusedMatMul, Work: activated(fusedMatMulWork)},
	{Op: contrib("FusedGemm"), Since: 1, Kind: Gemm, Doc: "Gemm and activation", MinIn: 2, Bias: 2,
		Infer: inferGemm, Work: activated(gemmWork)},
	{Op: contrib("GemmFastGelu"), Since: 1, Kind: Gemm, Doc: "matrix product, bias and FastGelu", MinIn: 2, Bias: 2,
		Infer: func(c *Call) error { return inferMatMul(c, c.Type(0), c.extent(0), c.extent(1)) },
		Work:  gemmFastGeluWork},
	{Op: contrib("GemmFloat8"), Since: 1, Kind: Gemm, Doc: "Gemm of 8-bit floats", MinIn: 2, Bias: 2,
		Infer: inferGemmFloat8, Work: activated(gemmWork)},
	{Op: contrib("FusedConv"), Since: 1, Kind: Conv, Doc: "convolution, residual sum and activation", MinIn: 2,
		Bias:  2,
		Infer: func(c *Call) error { return inferConv(c, c.Type(0), 0, 1) },
		Work:  fusedConvWork},
	nhwcConv("NhwcConv", true, "convolution over channels-last data"),
	nhwcConv("NhwcFusedConv", false, "convolution over channels-last data, residual sum and activation"),
	{Op: contrib("NhwcMaxPool"), Since: 1, Kind: MaxPool, Doc: "maximum pool over channels-last data", MinIn: 1,
		Infer: inferNhwcPool, Work: poolWork(1, 0)},
	{Op: contrib("MaxpoolWithMask"), Since: 1, Kind: MaxPool, Doc: "maximum pool under a mask", MinIn: 2,
		Infer: inferPool, Work: poolWork(2, 0)},
	{Op: contrib("GroupNorm"), Since: 1, Kind: GroupNorm, Doc: "group normalisation with optional SiLU", MinIn: 3,
		Infer: inferGroupNorm, Work: groupNormWork(0)},
	{Op: contrib("SkipGroupNorm"), Since: 1, Kind: GroupNorm, Doc: "residual sum and group normalisation", MinIn: 4,
		Infer: inferGroupNorm, Work: groupNormWork(1)},
	skipNorm(LayerNorm, "SkipLayerNormalization", 8, 4, "residual sum and layer normalisation"),
	skipNorm(RMSNorm, "SkipSimplifiedLayerNormalization", 5, 3, "residual sum and RMS normalisation"),
	{Op: contrib("SimplifiedLayerNormalization"), Since: 1, Kind: RMSNorm, Doc: "RMS normalisation", MinIn: 2,
		Infer: inferLayerNorm, Work: work(4, 0)},
	{Op: contrib("LayerNormalization"), Since: 1, Kind: LayerNorm, Doc: "normalise over the last axes", MinIn: 2,
		Autocast: Lowers, Infer: inferLayerNorm, Work: work(7, 0)},
	{Op: contrib("EmbedLayerNormalization"), Since: 1, Kind: LayerNorm,
		Doc:   "word, position and segment embeddings, summed and normalised",
		MinIn: 1, Infer: inferEmbedNorm, Work: embedWork, Bytes: embedBytes},
	{Op: contrib("QEmbedLayerNormalization"), Since: 1, Kind: LayerNorm,
		Doc:   "embeddings stored as int8, summed and normalised",
		MinIn: 1, Infer: inferEmbedNorm, Work: embedWork, Bytes: embedBytes},
	{Op: contrib("Inverse"), Since: 1, Kind: Opaque, Doc: "inverses of square matrices", MinIn: 1, Infer: inferSame,
		Work: inverseWork},
	{Op: contrib("GridSample"), Since: 1, Kind: Sampler, Doc: "resample at positions of a grid", MinIn: 2,
		Infer: inferGridSample, Work: gridSampleWork},
	{Op: contrib("CropAndResize"), Since: 1, Kind: Move, Doc: "crop boxes and resample them", MinIn: 4,
		Infer: inferCropAndResize, Work: perElement(cost.Vector, 8)},
	{Op: contrib("CDist"), Since: 1, Kind: Gemm, Doc: "distances between the rows of two matrices", MinIn: 2,
		Infer: inferCDist, Work: cdistWork},
	{Op: contrib("Trilu"), Since: 1, Kind: Move, Doc: "upper or lower triangle", MinIn: 1, Infer: inferSame},
	{Op: contrib("ExpandDims"), Since: 1, Kind: View, Doc: "insert one dimension", MinIn: 2, Infer: inferExpandDims,
		Fold: foldView},
	{Op: contrib("IsAllFinite"), Since: 1, Kind: Reduction, Doc: "whether every element is finite", MinIn: 1,
		Infer: func(c *Call) error { c.SetOut(0, dtype.Bool); return nil }, Work: allInputs(1)},
	{Op: contrib("Range"), Since: 1, Kind: Move, Doc: "numbers from start to limit", MinIn: 2,
		Infer: inferContribRange, Work: perElement(cost.Vector, 1), Fold: foldContribRange},
	{Op: contrib("Unique"), Since: 1, Kind: Opaque, Doc: "the distinct elements", MinIn: 1,
		Infer: inferContribUnique, Work: sortWork},
	{Op: contrib("ComplexMul"), Since: 1, Kind: Elementwise, Doc: "product of complex numbers stored as pairs",
		MinIn: 2, Infer: func(c *Call) error { return inferBroadcast(c, c.Type(0)) },
		Work: perElement(cost.Vector, 3)},
	{Op: contrib("NGramRepeatBlock"), Since: 1, Kind: Elementwise, Doc: "forbid repeated n-grams", MinIn: 2,
		Infer: func(c *Call) error { c.SetOut(0, c.Type(1), c.Shape(1)...); return nil }, Work: perElement(cost.Vector, 1)},
	{Op: contrib("MurmurHash3"), Since: 1, Kind: Elementwise, Doc: "hash of each element", MinIn: 1,
		Infer: inferMurmur, Work: perElement(cost.Vector, 12)},
	{Op: contrib("ComplexMulConj"), Since: 1, Kind: Elementwise,
		Doc:   "product with the conjugate of complex numbers stored as pairs",
		MinIn: 2, Infer: func(c *Call) error { return inferBroadcast(c, c.Type(0)) },
		Work: perElement(cost.Vector, 3)},
	{Op: contrib("Pad"), Since: 1, Kind: Pad, Doc: "add a border", MinIn: 2, Infer: inferPad},
	{Op: contrib("GatherND"), Since: 1, Kind: Move, Doc: "pick slices by index tuples", MinIn: 2,
		Infer: inferGatherND, Bytes: bytesTouched},
	{Op: contrib("TorchEmbedding"), Since: 1, Kind: Gather, Doc: "pick rows of a table by index", MinIn: 2,
		Infer: inferGather, Bytes: bytesTouched},
	{Op: contrib("SampleOp"), Since: 1, Kind: Move, Doc: "a copy of the input", MinIn: 1, Infer: inferSame},
	{Op: contrib("Tokenizer"), Since: 1, Kind: Opaque, Doc: "strings cut into tokens; how many is run-time data",
		MinIn: 1,
		Infer: func(c *Call) error { unknownOut(c, 0); return nil }, Work: perInput(1)},
	{Op: contrib("UnfoldTensor"), Since: 1, Kind: Move, Doc: "sliding windows along an axis as a new last axis",
		MinIn: 1, Infer: inferUnfold},
	{Op: contrib("Rfft"), Since: 1, Kind: Opaque, Doc: "Fourier transform of real signals", MinIn: 1,
		Infer: inferRfft, Work: rfftWork},
	{Op: contrib("Irfft"), Since: 1, Kind: Opaque, Doc: "inverse Fourier transform to real signals", MinIn: 1,
		Infer: inferIrfft, Work: rfftWork},
	{Op: contrib("ConvTransposeWithDynamicPads"), Since: 1, Kind: TransposedConv,
		Doc:   "transposed convolution whose pads are an input",
		MinIn: 2, Bias: 3, Infer: inferDynamicPads, Work: convTransposeWork(3)},
	{Op: contrib("BitmaskDropout"), Since: 1, Kind: Move,
		Doc:   "the input at inference, and a mask of one bit an element",
		MinIn: 1, Infer: inferBitmask},
	{Op: contrib("BitmaskBiasDropout"), Since: 1, Kind: Arithmetic,
		Doc:   "input plus bias plus residual, and a mask of one bit an element",
		MinIn: 2, Infer: inferBitmask, Work: biased(2, 1, 0)},
}
