package infer_test

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
)

// TestOtherBounds holds operators beyond those of TestBoundsGoOn and TestMoreBounds to their rule: what an operand of
// known size says wins over a bound.
func TestOtherBounds(t *testing.T) {
	narrow := func(n string, dims ...int64) func(*maker) *maker {
		return func(b *maker) *maker { return b.init(n, &graph.Const{Type: dtype.Uint8, Shape: dims}) }
	}
	bytes := func() *maker {
		return newMaker(17).input("x", dtype.Uint8, 1, 8, 6, 6).input("c", dtype.Bool, 8).
			node("Compress", "x c", "s", whole("axis", 1))
	}
	holds(t, []kind{
		{"flattened before Gemm", cutChannels().weight("w", 180, 10).node("Flatten", "s", "h").node("Gemm", "h w", "y"),
			infer.Bindings{}, "[1 10]?", 1800, 0},
		{"pooled before Gemm", cutChannels().weight("w", 5, 3).node("GlobalAveragePool", "s", "g").node("Flatten", "g", "h").
			node("Gemm", "h w", "y"), infer.Bindings{}, "[1 3]?", 15, 0},
		{"gated recurrent", mask(2, 5, 1, 12).weight("w", 1, 18, 6).weight("r", 1, 18, 6).
			node("GRU", "s w r", "y", whole("hidden_size", 6)), infer.Bindings{}, "[5 1 1 6]?", 5 * (18*6 + 18*6), 0},
		{"a convolution of bytes", narrow("w", 16, 4, 3, 3)(bytes()).weight("f").init("z", &graph.Const{Type: dtype.Uint8,
			Shape: graph.Shape{}}).node("QLinearConv", "s f z w f z f z", "y"), infer.Bindings{}, "[1 16 4 4]?",
			4 * 16 * 9 * 16, 0},
		{"padded and added", mask(0, 8, 4).input("b", f32, 5, 4).ints("pads", 1, 0, 1, 0).node("Pad", "s pads", "h").
			node("Add", "h b", "y"), infer.Bindings{}, "[5 4]", 0, 0},
		{"resized and added", cutChannels().input("b", f32, 1, 5, 12, 12).init("by", &graph.Const{Type: f32,
			Shape: graph.Shape{4}, Value: &graph.Value{Floats: []float64{1, 1, 2, 2}}}).node("Resize", "s _ by", "h").
			node("Add", "h b", "y"), infer.Bindings{}, "[1 5 12 12]?", 0, 0},
		{"fused product", mask(1, 4, 8).weight("w", 6, 3).node("com.microsoft::FusedMatMul", "s w", "y"), infer.Bindings{},
			"[4 3]?", 72, 0},
		{"narrow weights", mask(1, 4, 32).weight("q", 3, 1, 8).weight("z", 3).node("com.microsoft::MatMulNBits", "s q z", "y",
			whole("K", 16), whole("N", 3), whole("block_size", 16), whole("bits", 4)), infer.Bindings{}, "[4 3]?",
			4 * 16 * 3, 0},
		{"a product of bytes", newMaker(17).input("x", dtype.Uint8, 4, 8).input("c", dtype.Bool, 8).weight("f").
			init("z", &graph.Const{Type: dtype.Uint8, Shape: graph.Shape{}}).init("w", &graph.Const{Type: dtype.Uint8,
			Shape: graph.Shape{3, 6}}).node("Compress", "x c", "s", whole("axis", 1)).
			node("com.microsoft::QGemm", "s f z w f z", "y", whole("transB", 1)), infer.Bindings{}, "[4 3]?", 72, 0},
		{"weights in blocks of one exponent", mask(1, 4, 32).init("q", &graph.Const{Type: dtype.Uint8, Shape: graph.Shape{3,
			8}}).weight("z", 3, 1).node("com.microsoft::MatMulBlockQuantizedFp4Weight", "s q z z", "y"), infer.Bindings{},
			"[4 3]?", 4 * 16 * 3, 0},
		{"packed weights", mask(1, 4, 32).init("q", &graph.Const{Type: dtype.Uint8, Shape: graph.Shape{30}}).ints("n", 16, 3).
			node("com.microsoft::MatMulFpQ4", "s q n", "y"), infer.Bindings{}, "[4 3]?", 4 * 16 * 3, 0},
		{"a bias and Gelu", mask(2, 1, 5, 16).weight("b", 8).node("com.microsoft::BiasGelu", "s b", "y"), infer.Bindings{},
			"[1 5 8]?", 0, 0},
		{"a causal convolution", mask(1, 1, 8, 10).weight("w", 5, 1, 4).node("com.microsoft::CausalConvWithState", "s w",
			"y z"), infer.Bindings{}, "[1 5 10]?", 5 * 10 * 4, 0},
		{"added without a first axis", mask(0, 8, 4).ints("at", 0).input("b", f32, 1, 3, 4).node("Unsqueeze", "s at", "h").
			node("Add", "h b", "y"), infer.Bindings{}, "[1 3 4]?", 0, 0},
		{"a softmax and a product with its values", mask(1, 5, 8).input("v", f32, 6, 2).node("Softmax", "s", "h").
			node("MatMul", "h v", "y"), infer.Bindings{}, "[5 2]?", 60, 0},
	})
}

// TestOtherUnknown: operators that came later are taken at their first version; a weight and a declared result tell the
// work.
func TestOtherUnknown(t *testing.T) {
	holds(t, []kind{
		{"LayerNormalization before 17", newMaker(11).input("x", f32, 2, 8).weight("a", 8).weight("w", 8, 4).
			node("LayerNormalization", "x a", "h").node("MatMul", "h w", "y"), infer.Bindings{}, "[2 4]", 64, 0},
		{"Einsum before 12", newMaker(11).input("x", f32, 2, 8).weight("w", 8, 4).node("Einsum", "x w", "y",
			graph.Attr{Name: "equation", Kind: graph.AttrString, Str: "ij,jk->ik"}), infer.Bindings{}, "[2 4]", 64, 0},
		{"Trilu before 14", newMaker(11).input("x", f32, 8, 8).weight("w", 8, 4).node("Trilu", "x", "h").
			node("MatMul", "h w", "y"), infer.Bindings{}, "[8 4]", 256, 0},
		{"a quantiser of floats", newMaker(17).input("x", f32, 2, 8).weight("one").weight("w", 8, 4).
			node("qonnx.custom_op.general::FloatQuant", "x one one one one one", "h").node("MatMul", "h w", "y"),
			infer.Bindings{}, "[2 4]", 64, 0},
		{"a quantiser by another name", newMaker(17).input("x", f32, 2, 8).weight("one").weight("w", 8, 4).
			node("qonnx.custom_op.general::IntQuant", "x one one one", "h").node("MatMul", "h w", "y"),
			infer.Bindings{}, "[2 4]", 64, 0},
		{"thresholds", newMaker(11).input("x", f32, 2, 8).weight("t", 8, 15).weight("w", 8, 4).
			node("finn.custom_op.general::MultiThreshold", "x t", "h").node("MatMul", "h w", "y"),
			infer.Bindings{}, "[2 4]", 64, 0},
		{"integers behind an unknown", newMaker(17).input("x", f32, 1, 8).input("z", f32, 3, 5).
			node("my.ops::Frob", "x z", "h p").init("w", &graph.Const{Type: dtype.Uint8, Shape: graph.Shape{8, 4}}).
			node("MatMulInteger", "h w", "y").output("y", dtype.Int32, 3, 4), infer.Bindings{}, "[3 4]", 3 * 8 * 4, 2},
		{"a gated recurrent layer behind an unknown", newMaker(17).input("x", f32, 1, 8).input("z", f32, 3, 5).
			node("my.ops::Frob", "x z", "h p").weight("i", 1, 18, 8).weight("r", 1, 18, 6).
			node("GRU", "h i r", "y", whole("hidden_size", 6)).output("y", f32, 5, 1, 2, 6), infer.Bindings{}, "[5 1 2 6]",
			5 * 2 * 18 * (8 + 6), 2},
	})
}

// TestOtherSizes: sizes that only the run knows, empty axes and dimensions of 0, by other operators.
func TestOtherSizes(t *testing.T) {
	x := func(opset int) *maker { return newMaker(opset).input("x", f32, 3, 1, 5).ints("none") }
	holds(t, []kind{
		{"cropped by the run", newMaker(18).input("x", f32, 9, 9).input("n", i64, 2).node("CenterCropPad", "x n", "y").
			output("y", f32, 4, 5), infer.Bindings{}, "[4 5]", 0, 0},
		{"drawn in a size of the run", newMaker(18).input("n", i64, 2).node("ConstantOfShape", "n", "h").
			node("RandomNormalLike", "h", "y").output("y", f32, 2, 6), infer.Bindings{}, "[2 6]", 0, 2},
		{"affine grid of the run", newMaker(20).input("t", f32, 1, 2, 3).input("n", i64, 4).node("AffineGrid", "t n", "y").
			output("y", f32, 1, 6, 7, 2), infer.Bindings{}, "[1 6 7 2]", 0, 0},
		{"the largest over no axis named", x(18).node("ReduceMax", "x none", "y", whole("keepdims", 0)), infer.Bindings{},
			"[]", 0, 0},
		{"a norm over no axis named", x(18).node("ReduceL2", "x none", "y"), infer.Bindings{}, "[1 1 1]", 0, 0},
		{"not reduced", x(18).node("ReduceMin", "x none", "y", whole("noop_with_empty_axes", 1)), infer.Bindings{},
			"[3 1 5]", 0, 0},
		{"a product of a free batch", newMaker(17).input("x", f32, 0, 8).weight("w", 8, 4).node("MatMul", "x w", "y"),
			infer.Bindings{Batch: 5}, "[5 4]", 160, 0},
		{"a recurrent state of a free batch", newMaker(17).input("x", f32, 4, 0, 6).weight("w", 1, 24, 6).
			weight("r", 1, 24, 6).node("LSTM", "x w r", "y", whole("hidden_size", 6)), infer.Bindings{}, "[4 1 0 6]", 0, 0},
		{"the product of nothing", newMaker(18).input("x", f32, "n", 4).ints("at", 0).node("ReduceProd", "x at", "y"),
			infer.Bindings{Dims: map[string]int64{"n": 0}}, "[1 4]", 0, 0},
	})
}
