package infer_test

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
)

// A kind is a model of one kind of file, and what is right of its tensor y.
type kind struct {
	name    string
	m       *maker
	bind    infer.Bindings
	want    string // of y, as maker.is has it
	macs    int64
	unknown int
}

// holds runs the models of a table.
func holds(t *testing.T, kinds []kind) {
	t.Helper()
	for _, k := range kinds {
		if len(k.m.m.Main.Outputs) == 0 {
			k.m.output("y", f32)
		}
		r, err := k.m.run(t, k.bind)
		if err != nil {
			t.Errorf("%s: %v", k.name, err)
			continue
		}
		if got := k.m.is(r, "y"); got != k.want || r.MACs() != k.macs || unknown(r) != k.unknown {
			t.Errorf("%s: y is %s with %d MACs and %d unknown, want %s with %d and %d", k.name, got, r.MACs(), unknown(r),
				k.want, k.macs, k.unknown)
		}
	}
}

// mask is a model whose tensor s is a cut by a mask of axis of x, of which only the run knows the size.
func mask(axis int, dims ...any) *maker {
	return newMaker(17).input("x", f32, dims...).input("c", dtype.Bool, dims[axis]).node("Compress", "x c", "s",
		whole("axis", int64(axis)))
}

// TestMoreBounds holds operators beyond those of TestBoundsGoOn to the same rule: the exact side wins.
func TestMoreBounds(t *testing.T) {
	holds(t, []kind{
		{"transposed before the product", cut(8, 4).weight("w", 6, 3).node("Transpose", "s", "h").node("MatMul", "h w", "y"),
			infer.Bindings{}, "[4 3]?", 72, 0},
		{"integers", newMaker(17).input("x", dtype.Uint8, 8, 4).input("c", dtype.Bool, 8).
			node("Compress", "x c", "s", whole("axis", 0)).node("Transpose", "s", "h").
			init("w", &graph.Const{Type: dtype.Uint8, Shape: graph.Shape{6, 3}}).node("MatMulInteger", "h w", "y"),
			infer.Bindings{}, "[4 3]?", 72, 0},
		{"Einstein's sum", mask(1, 4, 8).weight("w", 6, 3).
			node("Einsum", "s w", "y", graph.Attr{Name: "equation", Kind: graph.AttrString, Str: "ij,jk->ik"}),
			infer.Bindings{}, "[4 3]?", 72, 0},
		{"split by sizes", mask(0, 8, 4).ints("to", 2, 3).node("Split", "s to", "a y", whole("axis", 0)),
			infer.Bindings{}, "[3 4]?", 0, 0},
		{"scattered", newMaker(17).input("x", i64, 9, 1).input("c", dtype.Bool, 9).input("d", f32, 5, 4).
			input("u", f32, 3, 4).node("Compress", "x c", "s", whole("axis", 0)).node("ScatterND", "d s u", "y"),
			infer.Bindings{}, "[5 4]", 0, 0},
		{"the largest of three", mask(0, 8, 4).input("b", f32, 3, 4).node("Max", "s b s", "y"),
			infer.Bindings{}, "[3 4]", 0, 0},
		{"compared", mask(0, 8, 4).input("b", f32, 3, 1).node("Greater", "s b", "h").node("Cast", "h", "y", whole("to", 1)),
			infer.Bindings{}, "[3 4]?", 0, 0},
		{"recurrent", mask(2, 5, 1, 12).weight("w", 1, 24, 6).weight("r", 1, 24, 6).
			node("LSTM", "s w r", "y", whole("hidden_size", 6)), infer.Bindings{}, "[5 1 1 6]?", 5 * (24*6 + 24*6), 0},
		{"transposed convolution", mask(1, 1, 8, 6, 6).weight("w", 4, 16, 3, 3).node("ConvTranspose", "s w", "y"),
			infer.Bindings{}, "[1 16 8 8]?", 4 * 16 * 9 * 36, 0},
		{"quantised to integers", mask(0, 8, 4).input("b", f32, 3, 4).input("q", f32).node("QuantizeLinear", "s q", "h").
			node("DequantizeLinear", "h q", "g").node("Add", "g b", "y"), infer.Bindings{}, "[3 4]", 0, 0},
		{"to rows of another width", mask(0, 6, 4).ints("to", -1, 8).weight("w", 8, 2).node("Reshape", "s to", "h").
			node("MatMul", "h w", "y"), infer.Bindings{}, "[3 2]?", 3 * 8 * 2, 0},
		{"kept and multiplied", mask(0, 6, 4).ints("to", 0, 2, 2).node("Reshape", "s to", "h").weight("w", 3, 2, 5).
			node("MatMul", "h w", "y"), infer.Bindings{}, "[3 2 5]?", 3 * 2 * 2 * 5, 0},
		{"concatenated in the other axis", mask(0, 6, 4).input("b", f32, 3, 2).node("Concat", "s b", "y", whole("axis", 1)),
			infer.Bindings{}, "[3 6]?", 0, 0},
	})
}

// TestContradictions holds that two exact sides that do not fit are an error.
func TestContradictions(t *testing.T) {
	for name, m := range map[string]*maker{
		"sum":     newMaker(17).input("x", f32, 3).input("b", f32, 4).node("Add", "x b", "y"),
		"product": newMaker(17).input("x", f32, 3, 4).weight("w", 5, 2).node("MatMul", "x w", "y"),
		"join":    newMaker(17).input("x", f32, 2, 4).input("b", f32, 2, 3).node("Concat", "x b", "y", whole("axis", 0)),
	} {
		if r, err := m.output("y", f32).run(t, infer.Bindings{}); err == nil {
			t.Errorf("%s: y is %s, expected an error", name, m.is(r, "y"))
		}
	}
}

// TestMoreUnknown holds further operators of converters and of later opsets, and work behind tensors that nothing
// tells.
func TestMoreUnknown(t *testing.T) {
	const right = 86_704_128
	conv := func(opset int, op, inputs string, attrs ...graph.Attr) *maker {
		return newMaker(opset).input("x", f32, 1, 3, 224, 224).weight("scale", 3).weight("one").weight("w", 64, 3, 3, 3).
			node(op, inputs, "h", attrs...).node("Conv", "h w", "y", list("pads", 1, 1, 1, 1))
	}
	hidden := func() *maker { // nothing tells what h is
		return newMaker(17).input("x", f32, 1, 8).input("z", f32, 3, 5).node("my.ops::Frob", "x z", "h p").weight("w", 8, 4).
			weight("k", 8, 4, 3, 3)
	}
	var kinds []kind
	for _, c := range []struct {
		name, op, inputs string
		opset            int
	}{
		{"Mish", "Mish", "x", 11}, {"Gelu", "Gelu", "x", 13}, {"Swish", "Swish", "x", 17}, {"Celu", "Celu", "x", 9},
		{"GroupNormalization", "InstanceNormalization", "x scale scale", 9},
		{"Affine", "Affine", "x", 1}, {"ScaledTanh", "ScaledTanh", "x", 1},
		{"ParametricSoftplus", "ParametricSoftplus", "x", 1},
		{"of Brevitas", "onnx.brevitas::Quant", "x one one one", 11},
		{"of QONNX, without a domain", "Quant", "x one one one", 11},
		{"of two signs", "qonnx.custom_op.general::BipolarQuant", "x one", 11},
		{"of QONNX, cut off", "onnx.brevitas::Trunc", "x one one one one", 11},
	} {
		kinds = append(kinds, kind{c.name, conv(c.opset, c.op, c.inputs), infer.Bindings{}, "[1 64 224 224]", right, 0})
	}
	custom := conv(17, "com.example::Swoosh", "x scale one")
	kinds = append(kinds,
		kind{"custom with parameters", custom, infer.Bindings{}, "[1 64 224 224]?", right, 1},
		kind{"a product behind an unknown", hidden().node("MatMul", "h w", "y").output("y", f32, 3, 4), infer.Bindings{},
			"[3 4]", 3 * 8 * 4, 2},
		kind{"Gemm behind an unknown", hidden().node("Gemm", "h w", "y").output("y", f32, 3, 4), infer.Bindings{},
			"[3 4]", 3 * 8 * 4, 2},
		kind{"products of a batch behind an unknown", hidden().weight("b", 2, 8, 4).node("MatMul", "h b", "y").
			output("y", f32, 2, 3, 4), infer.Bindings{}, "[2 3 4]", 2 * 3 * 8 * 4, 2},
		kind{"narrow weights behind an unknown", hidden().weight("q", 4, 1, 4).weight("s", 4).
			node("com.microsoft::MatMulNBits", "h q s", "y", whole("K", 8), whole("N", 4), whole("block_size", 16)).
			output("y", f32, 3, 4), infer.Bindings{}, "[3 4]", 3 * 8 * 4, 2},
		kind{"a transposed convolution behind an unknown", hidden().node("ConvTranspose", "h k", "y", list("strides", 2, 2)).
			output("y", f32, 1, 4, 21, 21), infer.Bindings{}, "[1 4 21 21]", 8 * 4 * 9 * 100, 2},
		kind{"a recurrent layer behind an unknown", hidden().weight("i", 1, 24, 8).weight("r", 1, 24, 6).
			node("LSTM", "h i r", "y", whole("hidden_size", 6)).output("y", f32, 5, 1, 2, 6), infer.Bindings{}, "[5 1 2 6]",
			5 * 2 * 24 * (8 + 6), 2},
	)
	holds(t, kinds)
}

// TestMoreRunTimeSizes holds that what only the run knows is not called exact, and that a declared shape is taken.
func TestMoreRunTimeSizes(t *testing.T) {
	pool := func() *maker {
		return newMaker(11).input("x", f32, 1, 1, 2, 2).input("i", i64, 1, 1, 2, 2)
	}
	unpool := []graph.Attr{list("kernel_shape", 2, 2), list("strides", 2, 2)}
	holds(t, []kind{
		{"unpooled to a size of the run", pool().input("to", i64, 4).node("MaxUnpool", "x i to", "y", unpool...).
			output("y", f32, 1, 1, 7, 6), infer.Bindings{}, "[1 1 7 6]", 0, 0},
		{"unpooled to the size of another", pool().input("o", f32, 1, 1, 5, 4).node("Shape", "o", "to").
			node("MaxUnpool", "x i to", "y", unpool...), infer.Bindings{}, "[1 1 5 4]", 0, 0},
		{"tiled by the run", newMaker(13).input("x", f32, 2, 3).input("n", i64, 2).node("Tile", "x n", "y").
			output("y", f32, 4, 9), infer.Bindings{}, "[4 9]", 0, 0},
		{"expanded by the run", newMaker(13).input("x", f32, 1, 3).input("n", i64, 2).node("Expand", "x n", "y").
			output("y", f32, 4, 3), infer.Bindings{}, "[4 3]", 0, 0},
		{"resized by the run", newMaker(13).input("x", f32, 1, 3, 8, 8).input("n", i64, 4).node("Resize", "x _ _ n", "y").
			output("y", f32, 1, 3, 20, 12), infer.Bindings{}, "[1 3 20 12]", 0, 0},
		{"padded by the run", newMaker(13).input("x", f32, 2, 3).input("n", i64, 4).node("Pad", "x n", "y").
			output("y", f32, 5, 9), infer.Bindings{}, "[5 9]", 0, 0},
		{"filled by the run", newMaker(13).input("n", i64, 2).node("ConstantOfShape", "n", "y").output("y", f32, 5, 9),
			infer.Bindings{}, "[5 9]", 0, 0},
		{"a range of integers of the run", newMaker(11).input("a", dtype.Int32).input("b", dtype.Int32).
			node("Range", "a b a", "y").output("y", dtype.Int32, 7), infer.Bindings{}, "[7]", 0, 0},
		{"split into what the run says", newMaker(13).input("x", f32, 9, 4).input("n", i64, 2).node("Split", "x n", "y z",
			whole("axis", 0)).output("y", f32, 2, 4), infer.Bindings{}, "[2 4]", 0, 0},
		{"distinct and multiplied", newMaker(17).input("x", f32, 9).node("Unique", "x", "h").output("h", f32, 4).
			ints("to", 1, -1).node("Reshape", "h to", "g").weight("w", 4, 3).node("MatMul", "g w", "y"), infer.Bindings{},
			"[1 3]", 12, 0},
	})
	for name, m := range map[string]*maker{
		"unpooled": pool().input("to", i64, 4).node("MaxUnpool", "x i to", "y", unpool...),
		"tiled":    newMaker(13).input("x", f32, 2, 3).input("n", i64, 2).node("Tile", "x n", "y"),
		"resized":  newMaker(13).input("x", f32, 1, 3, 8, 8).input("n", i64, 4).node("Resize", "x _ _ n", "y"),
		"one-hot":  newMaker(13).input("x", i64, 2).input("n", i64).input("v", f32, 2).node("OneHot", "x n v", "y"),
	} {
		if r, err := m.output("y", f32).run(t, infer.Bindings{}); err != nil || m.is(r, "y") != "?" {
			t.Errorf("%s: a size of the run is %s: %v", name, m.is(r, "y"), err)
		}
	}
}

// TestEmptyAxes holds that an empty list of axes is as none where the standard says so.
func TestEmptyAxes(t *testing.T) {
	x := func(opset int) *maker { return newMaker(opset).input("x", f32, 3, 1, 5, 1).ints("none") }
	holds(t, []kind{
		{"squeezed by an attribute", x(11).node("Squeeze", "x", "y", list("axes")), infer.Bindings{}, "[3 5]", 0, 0},
		{"squeezed, nothing to squeeze", newMaker(13).input("x", f32, 3, 5).ints("none").node("Squeeze", "x none", "y"),
			infer.Bindings{}, "[3 5]", 0, 0},
		{"summed", x(13).node("ReduceSum", "x none", "y", whole("keepdims", 0)), infer.Bindings{}, "[]", 0, 0},
		{"summed, dimensions kept", x(13).node("ReduceSum", "x none", "y"), infer.Bindings{}, "[1 1 1 1]", 0, 0},
		{"not summed", x(13).node("ReduceSum", "x none", "y", whole("noop_with_empty_axes", 1)), infer.Bindings{},
			"[3 1 5 1]", 0, 0},
		{"mean", x(18).node("ReduceMean", "x none", "y", whole("keepdims", 0)), infer.Bindings{}, "[]", 0, 0},
		{"unsqueezed", x(13).node("Unsqueeze", "x none", "y"), infer.Bindings{}, "[3 1 5 1]", 0, 0},
		{"reshaped to a scalar", newMaker(13).input("x", f32, 1, 1).ints("none").node("Reshape", "x none", "y"),
			infer.Bindings{}, "[]", 0, 0},
		{"expanded by nothing", x(13).node("Expand", "x none", "y"), infer.Bindings{}, "[3 1 5 1]", 0, 0},
	})
}

// TestMoreZeros holds that a leading 0 is free in each input and a negative dimension as one without a name, and that a
// sum over no element is one element.
func TestMoreZeros(t *testing.T) {
	holds(t, []kind{
		{"an image", newMaker(17).input("x", f32, 0, 3, 8, 8).weight("w", 4, 3, 3, 3).node("Conv", "x w", "y"),
			infer.Bindings{}, "[1 4 6 6]", 3 * 4 * 9 * 36, 0},
		{"two inputs", newMaker(17).input("x", f32, 0, 8).input("b", f32, 0, 8).node("Add", "x b", "y"),
			infer.Bindings{Batch: 3}, "[3 8]", 0, 0},
		{"a sum of squares of nothing", newMaker(13).input("x", f32, 2, "n", 4).node("ReduceSumSquare", "x", "y",
			list("axes", 1)), infer.Bindings{Dims: map[string]int64{"n": 0}}, "[2 1 4]", 0, 0},
		{"a mean of nothing", newMaker(13).input("x", f32, "n", 4).node("ReduceMean", "x", "y", list("axes", 0),
			whole("keepdims", 0)), infer.Bindings{Dims: map[string]int64{"n": 0}}, "[4]", 0, 0},
	})
	m := newMaker(17).input("x", f32, 1, 3, 0, 8).node("Relu", "x", "y").output("y", f32)
	if r, err := m.run(t, infer.Bindings{}); err != nil || !hasNote(r, note.ZeroDimension) {
		t.Errorf("a height of 0 is not said: %v", err)
	}
}

// TestEveryOperatorMisused gives each operator that converters write nothing, one scalar, or scalars alone: an error is
// in our words.
func TestEveryOperatorMisused(t *testing.T) {
	for _, op := range strings.Fields("Conv ConvTranspose Gemm MatMul LSTM GRU RNN Einsum Attention STFT DFT" +
		" Range Loop Scan If MaxUnpool Resize Upsample Split Concat Gather GatherND ScatterND TopK" +
		" NonMaxSuppression RoiAlign GridSample DeformConv QLinearConv QLinearMatMul MelWeightMatrix SequenceAt" +
		" SplitToSequence ConcatFromSequence Optional OptionalGetElement StringSplit RegexFullMatch" +
		" TfIdfVectorizer AffineGrid Col2Im com.microsoft::Attention com.microsoft::MoE" +
		" com.microsoft::GroupQueryAttention com.microsoft::MatMulNBits com.microsoft::BeamSearch" +
		" com.microsoft::QAttention com.microsoft::QLinearAdd com.microsoft::Sampling" +
		" com.microsoft::DecoderMaskedMultiHeadAttention") {
		for _, inputs := range []string{"", "s", "s s s s s s s", "_ s", "_ _ _", "m m m m m m"} {
			m := newMaker(20).input("s", f32).input("m", f32, 2, 3).node(op, inputs, "y z").output("y", f32)
			if _, err := m.run(t, infer.Bindings{}); err != nil && (strings.Contains(err.Error(), "runtime error") ||
				strings.Contains(err.Error(), "nil pointer") || strings.Contains(err.Error(), "interface conversion")) {
				t.Errorf("%s of %q: %v", op, inputs, err)
			}
		}
	}
}
