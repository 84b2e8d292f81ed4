package ncnnread_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/ncnnread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/internal/allocated"
	"github.com/ridgepoint/ridgepoint/internal/twins"
)

func ints(n *graph.Node, name string, def ...int64) []int64 {
	if a := n.Attr(name); a != nil && len(a.Ints) > 0 {
		return a.Ints
	}
	return def
}

// write rewrites a built-in model. Blobs that are read twice are named by Split layers.
func write(t *testing.T, spec string) ([]byte, *infer.Result) {
	t.Helper()
	m, err := zoo.Open(spec)
	if err != nil {
		t.Fatal(err)
	}
	res := twins.Run(t, m)
	m = res.Plan.Model
	shape := func(id graph.ID) []int64 { return res.Infos[id].Shape }
	in := shape(m.Main.Inputs[0])
	lines := []string{fmt.Sprintf("Input in 0 1 b%d 0=%d 1=%d 2=%d", m.Main.Inputs[0], in[3], in[2], in[1])}
	for i := range m.Main.Nodes {
		n := &m.Main.Nodes[i]
		out := n.Outputs[0]
		one := func(typ, settings string) string {
			return fmt.Sprintf("%s n%d 1 1 b%d b%d %s", typ, i, n.Inputs[0], out, settings)
		}
		switch n.Op.Type {
		case "Conv":
			k, g := shape(n.Inputs[1]), int64(1)
			typ := "Convolution"
			if g = shape(n.Inputs[0])[1] / k[1]; g > 1 {
				typ = "ConvolutionDepthWise"
			}
			lines = append(lines, one(typ, fmt.Sprintf("0=%d 1=%d 3=%d 4=%d 5=1 6=%d 7=%d", k[0], k[2], ints(n, "strides",
				1)[0],
				ints(n, "pads", 0)[0], graph.Shape(k).Elems(), g)))
		case "Relu":
			lines = append(lines, one("ReLU", ""))
		case "Clip":
			lines = append(lines, one("Clip", "0=0.000000e+00 1=6.000000e+00"))
		case "Add":
			lines = append(lines, fmt.Sprintf("BinaryOp n%d 2 1 b%d b%d b%d 0=0", i, n.Inputs[0], n.Inputs[1], out))
		case "Concat":
			words := ""
			for _, id := range n.Inputs {
				words += fmt.Sprintf(" b%d", id)
			}
			lines = append(lines, fmt.Sprintf("Concat n%d %d 1%s b%d 0=0", i, len(n.Inputs), words, out))
		case "GlobalAveragePool":
			lines = append(lines, one("Pooling", "0=1 4=1"))
		case "MaxPool":
			lines = append(lines, one("Pooling", fmt.Sprintf("0=0 1=%d 2=%d 3=%d 5=1", ints(n, "kernel_shape")[0], ints(n,
				"strides", 1)[0],
				ints(n, "pads", 0)[0])))
		case "Flatten":
			lines = append(lines, one("Flatten", ""))
		case "Gemm":
			k := shape(n.Inputs[1])
			lines = append(lines, one("InnerProduct", fmt.Sprintf("0=%d 1=1 2=%d", k[0], k[0]*k[1])))
		case "Constant":
		default:
			t.Fatalf("no way to write %s", n.Label())
		}
	}
	return text(lines), res
}

func text(lines []string) []byte {
	return fmt.Appendf(nil, "7767517\n%d %d\n%s\n", len(lines), len(lines), strings.Join(lines, "\n"))
}

func read(data []byte) (*graph.Model, error) {
	return ncnnread.Read("m.param", bytes.NewReader(data), int64(len(data)))
}

// TestTwins holds that a network counts the same in ONNX and in ncnn.
func TestTwins(t *testing.T) {
	for _, spec := range []string{"zoo:mobilenetv1", "zoo:mobilenetv2", "zoo:resnet18", "zoo:squeezenet1.1"} {
		data, want := write(t, spec)
		m, err := read(data)
		if err != nil {
			t.Errorf("%s: %v", spec, err)
			continue
		}
		have, unknown := twins.Sum(twins.Run(t, m))
		expect, _ := twins.Sum(want)
		if have.MACs != expect.MACs || have.FLOPs() != expect.FLOPs() || have.Weights != expect.Weights || len(unknown) > 0 {
			t.Errorf("%s: %d MACs, %d FLOP, %d bytes of weights, want %d, %d and %d; unknown are %v", spec, have.MACs,
				have.FLOPs(),
				have.Weights, expect.MACs, expect.FLOPs(), expect.Weights, unknown)
		}
	}
}

// TestLayers gives each kind of layer an image of 8 channels and 6 x 6 and looks at what it makes.
func TestLayers(t *testing.T) {
	for _, c := range []struct {
		line string
		want []int64
		macs int64
	}{
		{"Convolution l 1 1 in out 0=4 1=3 4=-233 5=1 6=288 9=2", []int64{1, 4, 6, 6}, 288 * 36},
		{"ConvolutionDepthWise l 1 1 in out 0=8 1=3 3=2 4=1 6=72 7=8 9=3", []int64{1, 8, 3, 3}, 72 * 9},
		{"Deconvolution l 1 1 in out 0=4 1=2 3=2 5=1 6=128", []int64{1, 4, 12, 12}, 128 * 36},
		{"InnerProduct l 1 1 in out 0=10 1=1 2=2880", []int64{1, 10}, 2880},
		{"Pooling l 1 1 in out 0=0 1=3 2=2", []int64{1, 8, 3, 3}, 0}, {"Pooling l 1 1 in out 0=1 4=1", []int64{1, 8, 1,
			1}, 0},
		{"BatchNorm l 1 1 in out 0=8", []int64{1, 8, 6, 6}, 0}, {"Scale l 1 1 in out 0=8 1=1", []int64{1, 8, 6, 6}, 0},
		{"ReLU l 1 1 in out 0=0.1", []int64{1, 8, 6, 6}, 0}, {"PReLU l 1 1 in out 0=8", []int64{1, 8, 6, 6}, 0},
		{"Swish l 1 1 in out", []int64{1, 8, 6, 6}, 0}, {"HardSwish l 1 1 in out 0=0.1 1=0.5", []int64{1, 8, 6, 6}, 0},
		{"Clip l 1 1 in out 0=0 1=6", []int64{1, 8, 6, 6}, 0}, {"BinaryOp l 1 1 in out 0=2 1=1 2=0.5", []int64{1, 8, 6,
			6}, 0},
		{"Eltwise l 2 1 in in out 0=1", []int64{1, 8, 6, 6}, 0}, {"UnaryOp l 1 1 in out 0=4", []int64{1, 8, 6, 6}, 0},
		{"Concat l 2 1 in in out 0=0", []int64{1, 16, 6, 6}, 0}, {"Flatten l 1 1 in out", []int64{1, 288}, 0},
		{"Slice l 1 2 in out rest -23300=2,-233,-233 1=0", []int64{1, 4, 6, 6}, 0}, {"Split l 1 2 in out rest",
			[]int64{1, 8, 6, 6}, 0},
		{"Slice l 1 2 in out rest -23300=2,3,5 1=0", []int64{1, 3, 6, 6}, 0},
		{"Slice l 1 2 in out rest -23300=2,5,-233 1=0", []int64{1, 5, 6, 6}, 0},
		{"Slice l 1 3 in rest out out2 -23300=3,2,-233,-233 1=0", []int64{1, 2, 6, 6}, 0},
		{`Reshape l 2 1 in in out 6="1w,0h,8"`, []int64{1, 8, 6, 6}, 0},
		{`Reshape l 1 1 in out 6="0h,-1"`, []int64{1, 48, 6}, 0},
		{"Reshape l 1 1 in out 0=3 1=-1 2=0", []int64{1, 8, 12, 3}, 0},
		{"Reshape l 1 1 in out 0=36 1=8", []int64{1, 8, 36}, 0}, {"Reshape l 1 1 in out 0=-1", []int64{1, 288}, 0},
		{"Permute l 1 1 in out 0=3", []int64{1, 6, 6, 8}, 0}, {"Softmax l 1 1 in out 0=0 1=1", []int64{1, 8, 6, 6}, 0},
		{"Interp l 1 1 in out 0=2 1=2.0 2=2.0", []int64{1, 8, 12, 12}, 0}, {"Interp l 1 1 in out 0=1 3=9 4=7", []int64{1,
			8, 9, 7}, 0},
		{"Padding l 1 1 in out 0=1 1=1 2=0 3=1", []int64{1, 8, 8, 7}, 0}, {"ShuffleChannel l 1 1 in out 0=2", []int64{1,
			8, 6, 6}, 0},
		{"InstanceNorm l 1 1 in out 0=8", []int64{1, 8, 6, 6}, 0}, {"LRN l 1 1 in out 1=5", []int64{1, 8, 6, 6}, 0},
		{"PixelShuffle l 1 1 in out 0=2", []int64{1, 2, 12, 12}, 0}, {"LayerNorm l 1 1 in out 0=6", []int64{1, 8, 6, 6}, 0},
		{"MatMul l 2 1 in in out", []int64{1, 8, 6, 6}, 8 * 216}, {"Noop l 1 1 in out", []int64{1, 8, 6, 6}, 0},
		{"Crop l 1 1 in out -23309=1,2 -23310=1,6 -23311=1,0", []int64{1, 4, 6, 6}, 0},
		{"Crop l 1 1 in out -23309=1,2 -23310=1,-233 -23311=1,2", []int64{1, 8, 6, 4}, 0},
		{"Padding l 1 1 in out 7=0 8=2", []int64{1, 10, 6, 6}, 0},
		{"Crop l 1 1 in out 0=1 1=2 2=4 3=3 4=2 5=4", []int64{1, 4, 2, 3}, 0},
		{"Crop l 1 1 in out 0=1 1=2 7=1 8=3", []int64{1, 5, 3, 5}, 0},
		{"Crop l 2 1 in in out", []int64{1, 8, 6, 6}, 0}, {"Scale l 2 1 in in out 0=-233", []int64{1, 8, 6, 6}, 0},
		{"ExpandDims l 1 1 in out -23303=1,0", []int64{1, 1, 8, 6, 6}, 0},
		{"ExpandDims l 1 1 in out -23303=1,-1", []int64{1, 8, 6, 6, 1}, 0},
		{"Tile l 1 1 in out -23302=3,2,1,3", []int64{1, 16, 6, 18}, 0},
		{"Tile l 1 1 in out 0=1 1=4", []int64{1, 8, 24, 6}, 0},
		{"Tile l 1 1 in out -23302=4,2,1,1,3", []int64{1, 2, 8, 6, 18}, 0},
		{"Reduction l 1 1 in out 0=3 1=0 -23303=2,1,2 4=1", []int64{1, 8, 1, 1}, 0},
		{"Reduction l 1 1 in out 0=4 1=0 -23303=1,-1 4=0", []int64{1, 8, 6}, 0},
		{"Reduction l 1 1 in out 0=0", []int64{1}, 0},
		{"Gemm l 1 1 in out 3=1 5=1 6=1 8=10 9=6 10=4", []int64{1, 8, 6, 10}, 8 * 6 * 60},
		{"RMSNorm l 1 1 in out 0=6 2=1", []int64{1, 8, 6, 6}, 0},
		{"SDPA l 3 1 in in in out", []int64{1, 8, 6, 6}, 2 * 8 * 216},
		{"GroupNorm l 1 1 in out 0=2 1=8", []int64{1, 8, 6, 6}, 0},
		{"Crop l 1 1 in out 0=1 6=2", []int64{1, 8, 6, 3}, 0},
		{"Crop l 1 1 in out -23309=2,1,2 -23310=2,5,-233", []int64{1, 4, 4, 6}, 0},
	} {
		blobs := 2 + strings.Count(c.line, " rest") + strings.Count(c.line, " out2")
		m, err := read(fmt.Appendf(nil, "7767517\n2 %d\nInput i 0 1 in 0=6 1=6 2=8\n%s\n", blobs, c.line))
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		res := twins.Run(t, m)
		k, unknown := twins.Sum(res)
		if out := res.Infos[m.Main.Outputs[0]].Shape; !out.Equal(c.want) || k.MACs != c.macs || len(unknown) > 0 {
			t.Errorf("%s: made %v with %d MACs, want %v with %d; unknown are %v", c.line, out, k.MACs, c.want, c.macs, unknown)
		}
	}
}

// TestSpread lays results of one dimension over the channels of an image, as squeeze and excitation does.
func TestSpread(t *testing.T) {
	const data = "7767517\n7 8\nInput i 0 1 in 0=6 1=6 2=8\nMemoryData m 0 1 shift 0=8\nSplit s 1 2 in a b\n" +
		"Pooling p 1 1 a c 0=1 4=1\nInnerProduct f 1 1 c d 0=8 1=0 2=64\nBinaryOp x 2 1 b d e 0=2\n" +
		"BinaryOp y 2 1 e shift out 0=0\n"
	m, err := read([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	res := twins.Run(t, m)
	if out := res.Infos[m.Main.Outputs[0]].Shape; !out.Equal(graph.Shape{1, 8, 6, 6}) {
		t.Errorf("found the result %v", out)
	}
}

// TestSwallowed: a Noop without outputs, which swallows parts that nobody reads, makes no node.
func TestSwallowed(t *testing.T) {
	const data = "7767517\n4 4\nInput i 0 1 in 0=6 1=6 2=8\nSlice s 1 2 in a b -23300=2,4,-233 1=0\nNoop n 1 0 a\n" +
		"ReLU r 1 1 b out\n"
	m, err := read([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	res := twins.Run(t, m)
	out := res.Infos[m.Main.Outputs[len(m.Main.Outputs)-1]].Shape
	if _, unknown := twins.Sum(res); len(unknown) > 0 || !out.Equal(graph.Shape{1, 4, 6, 6}) {
		t.Errorf("found the result %v, unknown are %v", out, unknown)
	}
}

// decoder is a block of a language model whose inputs state no sizes: 4 heads of 8 numbers over 2 heads of keys, with a
// cache.
const decoder = `7767517
17 25
Input x 0 1 x
Input m 0 1 mask
Input c 0 2 cos sin
Input k 0 2 ck cv
Split s 1 2 x xa xb
RMSNorm n 1 1 xa n 0=32 2=1
Split t 1 3 n na nb nc
Gemm q 1 1 na q 3=1 5=1 6=1 8=32 9=32 10=-1
Gemm w 1 1 nb w 3=1 5=1 6=1 8=48 9=32 10=4
Gemm v 1 1 nc v 3=1 5=1 6=1 8=16 9=32 10=-1
Reshape qr 1 1 q qr 0=8 1=4 2=-1
Permute qp 1 1 qr qp 0=2
RotaryEmbed qo 3 1 qp cos sin qo 0=0
Reshape vr 1 1 v vr 0=8 1=-1 2=2
Split u 1 2 vr ka va
SDPA a 6 3 qo ka va mask ck cv a nk nv 5=1 7=1
Gemm z 2 1 w w z 2=1 3=0
`

// TestLanguage holds that layers tell the sizes of a language model's inputs, and that its work is counted: the weights
// of each projection for each token, and the products of attention with what is cached.
func TestLanguage(t *testing.T) {
	m, err := read([]byte(decoder))
	if err != nil {
		t.Fatal(err)
	}
	dims := func(id graph.ID) (out []string) {
		for _, d := range m.Tensors[id].Decl.Dims {
			if out = append(out, d.Symbol); d.Symbol == "" {
				out[len(out)-1] = fmt.Sprint(d.Value)
			}
		}
		return out
	}
	for i, want := range []string{"batch tokens 32", "batch tokens past + tokens", "batch tokens 4", "batch tokens 4",
		"batch 2 past 8", "batch 2 past 8"} {
		if found := strings.Join(dims(m.Main.Inputs[i]), " "); found != want {
			t.Errorf("input %d: found %q, expected %q", i, found, want)
		}
	}
	const tokens, past = 5, 11
	res := twins.Bound(t, m, map[string]int64{"batch": 1, "tokens": tokens, "past": past})
	k, unknown := twins.Sum(res)
	want := int64(tokens*32*(32+48+16) + 2*4*tokens*(tokens+past)*8 + 48*48*tokens)
	if k.MACs != want || len(unknown) > 0 {
		t.Errorf("found %d MACs, expected %d; unknown are %v", k.MACs, want, unknown)
	}
}

// TestProjected counts attention of 2 heads over 6 tokens of 8 numbers with its four projections, behind a class token
// that stands in front of each image of a batch.
func TestProjected(t *testing.T) {
	const data = "7767517\n5 5\nMemoryData c 0 1 c 0=8 1=1\nInput i 0 1 in 0=8 1=5\nConcat j 2 1 c in x 0=0\n" +
		"MultiHeadAttention a 1 1 x y 0=8 1=2 2=64\nGemm g 1 1 y out 3=1 5=1 6=1 8=3 9=8 10=4\n"
	m, err := read([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, batch := range []int64{1, 3} {
		res := twins.Bound(t, m, map[string]int64{"batch": batch})
		k, unknown := twins.Sum(res)
		want := batch * (4*6*64 + 2*6*6*8 + 6*8*3)
		out := res.Infos[m.Main.Outputs[0]].Shape
		if !out.Equal(graph.Shape{batch, 6, 3}) || k.MACs != want || len(unknown) > 0 {
			t.Errorf("batch %d: made %v with %d MACs, expected %d; unknown are %v", batch, out, k.MACs, want, unknown)
		}
	}
}

const small = "7767517\n3 3\nInput i 0 1 in 0=6 1=6 2=8\nYoloDetectionOutput y 1 1 in mid 0=20\nReLU r 1 1 mid out\n"

// TestUnknown holds that a layer without a row is visible, and charged.
func TestUnknown(t *testing.T) {
	m, err := read([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if k, unknown := twins.Sum(twins.Run(t, m)); len(unknown) != 1 || k.Read < 1152 {
		t.Errorf("unknown are %v, read are %d bytes; want one and at least 1152", unknown, k.Read)
	}
}

// TestCut holds that a file which ends early is an error, wherever it ends.
func TestCut(t *testing.T) {
	for n := range len(small) {
		if m, err := read([]byte(small[:n])); err == nil {
			t.Fatalf("the first %d of %d bytes read as %v", n, len(small), m)
		}
	}
}

// TestBad names what is wrong with a file.
func TestBad(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"7767517", "7767518", "in the place of"}, {"3 3", "3 x", "numbers of layers and blobs"}, {"3 3", "3 9",
			"3 blobs, the file says 9"},
		{"in mid", "no mid", "no layer before it"}, {"mid out", "mid in", "there already"}, {"1 1 mid", "9 1 mid",
			"counts of blobs"},
		{"0=20", "x", "setting such as"}, {"ReLU r 1 1 mid out\n", "Convolution r 1 1 mid out 0=3 1=2 6=5\n", "5 weights"},
	} {
		_, err := read([]byte(strings.Replace(small, c.from, c.to, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "m.param: line ") {
			t.Errorf("%s: found %v, want the file's name, a line and %q", c.to, err, c.want)
		}
	}
}

// bound is the memory that reading may allocate: a layer of 20 characters is two nodes.
var bound = allocated.Bound{PerByte: 100, AtLeast: 1 << 20}

// seeds are layers of one input and one output, of which fuzzing makes others.
var seeds = []string{
	"Convolution l 1 1 in out 0=4 1=3 4=1 5=1 6=288 9=3", "DeconvolutionDepthWise l 1 1 in out 0=8 1=2 3=2 6=32 7=8",
	"InnerProduct l 1 1 in out 0=10 1=1 2=2880", "Pooling l 1 1 in out 0=0 1=3 2=2", "Reshape l 1 1 in out 0=36 1=8",
	"Permute l 1 1 in out 0=3", "Interp l 1 1 in out 0=2 1=2.0 2=2.0", "ShuffleChannel l 1 1 in out 0=2",
	"Crop l 1 1 in out -23309=1,2 -23310=1,-233 -23311=1,2", "Padding l 1 1 in out 0=1 1=1 2=0 3=1",
	"Gemm l 1 1 in out 3=1 5=1 6=1 8=10 9=6 10=4", "MultiHeadAttention l 1 1 in out 0=6 1=2 2=36",
	"Tile l 1 1 in out 0=1 1=4",
	"Reduction l 1 1 in out 0=3 1=0 -23303=2,1,2 4=1", "SDPA l 3 1 in in in out",
	"RMSNorm l 1 1 in out 0=6 2=1",
	"BinaryOp l 1 1 in out 0=2 1=1 2=0.5", "UnaryOp l 1 1 in out 0=4", "PixelShuffle l 1 1 in out 0=2",
}

// TestHostile refuses what takes more than any model may, in memory that the file is worth.
func TestHostile(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"many layers": {"7767517\n300000 300001\nInput b 0 1 0 0=1\n" + layers(300_000), "expected fewer"},
		"a constant of 2^120": {"7767517\n1 1\nMemoryData m 0 1 w 0=1099511627776 1=1099511627776 2=1099511627776\n",
			"2^46 elements"},
		"a long line": {"7767517\n1 1\nInput " + strings.Repeat("a", 2<<20) + " 0 1 x\n", "longer"},
	} {
		var err error
		bound.Hold(t, len(c.data), func() { _, err = read([]byte(c.data)) })
		if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 300 {
			t.Errorf("%s: found %.400v, want a short error that says %q", name, err, c.want)
		}
	}
}

func layers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "ReLU a 1 1 %x %x\n", i, i+1)
	}
	return b.String()
}

// FuzzRead looks for files that break the reader or inference, or that take more memory than they may.
func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	for _, line := range seeds {
		f.Add([]byte("7767517\n2 2\nInput i 0 1 in 0=6 1=6 2=8\n" + line + "\n"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var m *graph.Model
		bound.Hold(t, len(data), func() { m, _ = read(data) })
		if m == nil {
			return
		}
		if p, err := infer.Prepare(m); err == nil {
			_, _ = p.Run(infer.Bindings{}, nil)
		}
	})
}
