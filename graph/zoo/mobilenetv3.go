package zoo

import "fmt"

// A gatedBlock is one row of MobileNetV3's tables 1 and 2: kernel, expanded and output channels, whether
// channels are gated by squeeze-and-excitation, whether the activation is hard-swish, and the stride.
type gatedBlock struct {
	k, expanded, out int64
	gate, swish      bool
	stride           int64
}

var mobilenetv3s = []Entry{
	torchvision("mobilenetv3-large", "MobileNet", "MobileNetV3 large, width 1.0", 5_483_032, 216_589_760, 0.217, 75.274, weightsV2,
		[]Option{imageSize(224, 32), batchOption}, func(b *builder, v values) { mobilenetV3(b, v, mobilenetV3Large, 1280) }),
	torchvision("mobilenetv3-small", "MobileNet", "MobileNetV3 small, width 1.0", 2_542_856, 56_510_400, 0.057, 67.668, weightsV1,
		[]Option{imageSize(224, 32), batchOption}, func(b *builder, v values) { mobilenetV3(b, v, mobilenetV3Small, 1024) }),
}

var mobilenetV3Large = []gatedBlock{
	{3, 16, 16, false, false, 1}, {3, 64, 24, false, false, 2}, {3, 72, 24, false, false, 1},
	{5, 72, 40, true, false, 2}, {5, 120, 40, true, false, 1}, {5, 120, 40, true, false, 1},
	{3, 240, 80, false, true, 2}, {3, 200, 80, false, true, 1}, {3, 184, 80, false, true, 1}, {3, 184, 80, false, true, 1},
	{3, 480, 112, true, true, 1}, {3, 672, 112, true, true, 1},
	{5, 672, 160, true, true, 2}, {5, 960, 160, true, true, 1}, {5, 960, 160, true, true, 1},
}

var mobilenetV3Small = []gatedBlock{
	{3, 16, 16, true, false, 2}, {3, 72, 24, false, false, 2}, {3, 88, 24, false, false, 1},
	{5, 96, 40, true, true, 2}, {5, 240, 40, true, true, 1}, {5, 240, 40, true, true, 1},
	{5, 120, 48, true, true, 1}, {5, 144, 48, true, true, 1},
	{5, 288, 96, true, true, 2}, {5, 576, 96, true, true, 1}, {5, 576, 96, true, true, 1},
}

// mobilenetV3 is Howard et al. 2019 (arXiv 1905.02244), as torchvision builds it.
func mobilenetV3(b *builder, v values, blocks []gatedBlock, hidden int64) {
	x := b.unary("HardSwish", b.convBN(image(b, v), "/features/features.0/features.0.0", 16, 3, 2, 1), "/features/features.0/features.0.2")
	for i, g := range blocks {
		x = g.add(b, x, fmt.Sprintf("/features/features.%d", i+1))
	}
	last := fmt.Sprintf("/features/features.%d/features.%d", len(blocks)+1, len(blocks)+1)
	x = b.unary("HardSwish", b.convBN(x, last+".0", 6*x.c, 1, 1, 1), last+".2")
	x = b.unary("Flatten", b.unary("GlobalAveragePool", x, "/avgpool"), "", attr{"axis", int64(1)})
	x = b.unary("HardSwish", b.gemm(x, "/classifier/classifier.0", hidden), "/classifier/classifier.1")
	b.output(b.gemm(x, "/classifier/classifier.3", 1000).name, int64(1000))
}

func (g gatedBlock) add(b *builder, x tensor, path string) tensor {
	n := 0
	step := func() string { n++; return fmt.Sprintf("%s/block/block.%d", path, n-1) }
	act := func(y tensor, k, out, stride, groups int64) tensor {
		p := step()
		op := "Relu"
		if g.swish {
			op = "HardSwish"
		}
		scope := p[len(path+"/block/"):]
		return b.unary(op, b.convBN(y, p+"/"+scope+".0", out, k, stride, groups), p+"/"+scope+".2")
	}
	y := x
	if g.expanded != x.c {
		y = act(y, 1, g.expanded, 1, 1)
	}
	y = act(y, g.k, g.expanded, g.stride, g.expanded)
	if g.gate {
		y = b.squeeze(y, step(), multipleOf8(float64(g.expanded/4)), "Relu", "HardSigmoid", attr{"alpha", float32(1.0 / 6)})
	}
	p := step()
	y = b.convBN(y, p+"/"+p[len(path+"/block/"):]+".0", g.out, 1, 1, 1)
	if g.stride == 1 && x.c == g.out {
		return b.binary("Add", y, x, path)
	}
	return y
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

// multipleOf8 is the multiple of 8 nearest to n, but at least 8 and at least nine tenths of n.
func multipleOf8(n float64) int64 {
	m := max(8, int64(n+4)/8*8)
	if float64(m) < 0.9*n {
		m += 8
	}
	return m
}
