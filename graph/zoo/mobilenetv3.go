package zoo

import (
	"fmt"
	"slices"
	"strings"
)

// A gatedBlock is one row of MobileNetV3's tables 1 and 2: kernel, expanded and output channels, whether
// channels are gated by squeeze-and-excitation, whether the activation is hard-swish, and the stride. Where dilated
// is set, a dilation of 2 takes the place of the stride.
type gatedBlock struct {
	k, expanded, out int64
	gate, swish      bool
	stride           int64
	dilated          bool
}

// mobilenetv3s returns torchvision's MobileNetV3 large and small (arXiv 1905.02244). The option
// minimal leaves out gates and hard swishes, as TensorFlow Lite's minimalistic variants do.
func mobilenetv3s() []Entry {
	return []Entry{
		torchvision("mobilenetv3-large", "MobileNet", "MobileNetV3 large", 5_483_032, 216_589_760, 0.217, 75.274, weightsV2,
			[]Option{anySize(224), widthOption, minimalOption, batchOption},
			func(b *builder, v values) {
				mobilenetV3(b, v, mobilenetV3Large, 1280)
			}),
		torchvision("mobilenetv3-small", "MobileNet", "MobileNetV3 small", 2_542_856, 56_510_400, 0.057, 67.668, weightsV1,
			[]Option{anySize(224), widthOption, minimalOption, batchOption},
			func(b *builder, v values) {
				mobilenetV3(b, v, mobilenetV3Small, 1024)
			}),
	}
}

var mobilenetV3Large = []gatedBlock{
	{3, 16, 16, false, false, 1, false}, {3, 64, 24, false, false, 2, false}, {3, 72, 24, false, false, 1, false},
	{5, 72, 40, true, false, 2, false}, {5, 120, 40, true, false, 1, false}, {5, 120, 40, true, false, 1, false},
	{3, 240, 80, false, true, 2, false}, {3, 200, 80, false, true, 1, false}, {3, 184, 80, false, true, 1, false}, {3, 184, 80, false, true, 1, false},
	{3, 480, 112, true, true, 1, false}, {3, 672, 112, true, true, 1, false},
	{5, 672, 160, true, true, 2, false}, {5, 960, 160, true, true, 1, false}, {5, 960, 160, true, true, 1, false},
}

var mobilenetV3Small = []gatedBlock{
	{3, 16, 16, true, false, 2, false}, {3, 72, 24, false, false, 2, false}, {3, 88, 24, false, false, 1, false},
	{5, 96, 40, true, true, 2, false}, {5, 240, 40, true, true, 1, false}, {5, 240, 40, true, true, 1, false},
	{5, 120, 48, true, true, 1, false}, {5, 144, 48, true, true, 1, false},
	{5, 288, 96, true, true, 2, false}, {5, 576, 96, true, true, 1, false}, {5, 576, 96, true, true, 1, false},
}

// minimalOption builds the minimalistic networks of the paper's authors.
var minimalOption = Option{"minimalistic", 0, 0, 1, 1, "1: no gates, no hard-swish and no windows of 5x5"}

// mobilenetV3 builds the network of Howard et al. 2019 (arXiv 1905.02244), as torchvision builds it.
func mobilenetV3(b *builder, v values, blocks []gatedBlock, hidden int64) {
	act := "HardSwish"
	if v["minimalistic"] == 1 {
		act = "Relu"
	}
	maps, _ := gatedFeatures(b, image(b, v), "/features", variant(blocks, v), act)
	x := b.unary("Flatten", b.unary("GlobalAveragePool", maps[len(blocks)], "/avgpool"), "", attr{"axis", int64(1)})
	x = b.unary(act, b.gemm(x, "/classifier/classifier.0", hidden), "/classifier/classifier.1")
	b.output(b.gemm(x, "/classifier/classifier.3", 1000).name, int64(1000))
}

// variant returns blocks scaled by the option width, and without what minimalistic networks lack. A block widens its
// scaled input as often as the full network's does.
func variant(blocks []gatedBlock, v values) []gatedBlock {
	out := slices.Clone(blocks)
	for i := range out {
		g := &out[i]
		g.out = v.wide(g.out)
		if i == 0 {
			g.expanded = stem(out)
		} else {
			g.expanded = multipleOf8(float64(out[i-1].out*blocks[i].expanded) / float64(blocks[i-1].out))
		}
		if v["minimalistic"] == 1 {
			g.k, g.gate, g.swish = 3, false, false
		}
	}
	return out
}

// stem returns the channels behind the first convolution, which narrow networks keep.
func stem(blocks []gatedBlock) int64 { return max(16, blocks[0].out) }

// gatedFeatures adds the map behind each block and the last convolution, and those between the first two convolutions
// of each block.
func gatedFeatures(b *builder, x tensor, path string, blocks []gatedBlock, act string) (maps, wide []tensor) {
	scope := path[strings.LastIndexByte(path, '/')+1:]
	layer := func(i int) string { return fmt.Sprintf("%s/%s.%d", path, scope, i) }
	x = b.unary(act, b.convBN(x, layer(0)+"/0", stem(blocks), 3, 2, 1), layer(0)+"/2")
	for i, g := range blocks {
		var expanded tensor
		x, expanded = g.add(b, x, layer(i+1))
		maps, wide = append(maps, x), append(wide, expanded)
	}
	last := layer(len(blocks) + 1)
	return append(maps, b.unary(act, b.convBN(x, last+"/0", 6*x.c, 1, 1, 1), last+"/2")), wide
}

// add gives the block's result and the map behind its first convolution.
func (g gatedBlock) add(b *builder, x tensor, path string) (out, expanded tensor) {
	n := 0
	step := func() string { n++; return fmt.Sprintf("%s/block/block.%d", path, n-1) }
	act := func(y tensor, out int64, k kernel) tensor {
		p := step()
		op := "Relu"
		if g.swish {
			op = "HardSwish"
		}
		return b.unary(op, b.normConv(y, p+"/0", out, k), p+"/2")
	}
	expanded = x
	if g.expanded != x.c {
		expanded = act(x, g.expanded, square(1, 1, 0))
	}
	window := kernel{g.k, g.k, g.stride, g.k / 2, g.k / 2, g.expanded, 1}
	if g.dilated {
		window = kernel{g.k, g.k, 1, g.k - 1, g.k - 1, g.expanded, 2}
	}
	y := act(expanded, g.expanded, window)
	if g.gate {
		y = b.squeeze(y, step(), multipleOf8(float64(g.expanded/4)), "Relu", "HardSigmoid", attr{"alpha", float32(1.0 / 6)})
	}
	y = b.convBN(y, step()+"/0", g.out, 1, 1, 1)
	if g.stride == 1 && x.c == g.out {
		y = b.binary("Add", y, x, path)
	}
	return y, expanded
}

// squeeze gates the channels of x by a small network over their means: Hu et al. 2017 (arXiv 1709.01507).
func (b *builder) squeeze(x tensor, path string, hidden int64, act, gate string, attrs ...attr) tensor {
	y := b.unary("GlobalAveragePool", x, path+"/avgpool")
	y = b.conv(y, path+"/fc1", hidden, 1, 1, 1, true)
	if act == "SiLU" {
		y = b.silu(y, path+"/activation")
	} else {
		y = b.unary(act, y, path+"/activation")
	}
	y = b.unary(gate, b.conv(y, path+"/fc2", x.c, 1, 1, 1, true), path+"/scale_activation", attrs...)
	return b.binary("Mul", y, x, path)
}

// multipleOf8 returns the multiple of 8 nearest to n, but at least 8 and at least nine tenths of n.
func multipleOf8(n float64) int64 {
	m := max(8, int64(n+4)/8*8)
	if float64(m) < 0.9*n {
		m += 8
	}
	return m
}
