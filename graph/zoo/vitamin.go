package zoo

import "fmt"

// A vitaminShape is one size of ViTamin: channels of its two convolutional stages, width, blocks and heads of its
// transformer, whether places are learnt, and features.
type vitaminShape struct {
	stem, second, width int64
	depth               int
	heads               int64
	placeless           bool
	features            int64
}

const vitaminEps = 1e-6

// buildViTamin builds the network of Chen et al. 2024 (arXiv 2404.02132), as timm builds it: inverted residuals with
// layer normalisation, then a transformer whose perceptrons are gated.
func buildViTamin(b *builder, v values, s vitaminShape) {
	x := b.conv(image(b, v), "/stem/conv1", s.stem, 3, 2, 1, true)
	x = b.gelu(channelNorm(b, x, "/stem/norm1", vitaminEps), "/stem/norm1/act")
	x = b.conv(x, "/stem/conv2", s.stem, 3, 1, 1, true)
	for i, depth := range []int{2, 4} {
		stride := int64(2)
		for j := range depth {
			x = s.convolve(b, x, fmt.Sprintf("/stages.%d/%d", i, j), []int64{s.stem, s.second}[i], stride)
			stride = 1
		}
	}
	area := v.extent().over(16)
	x = b.conv(channelNorm(b, x, "/pool/norm", vitaminEps), "/pool/proj", s.width, 3, 2, 1, true)
	x = b.tokens(x, "/pool", area)
	if !s.placeless {
		x.name = b.node("Add", "", []string{x.name, b.weight("pos_embed", 1, area.n(), s.width)})
	}
	block := vitShape{width: s.width, heads: s.heads, hidden: 2 * s.width, mlp: "gated gelu"}
	for i := range s.depth {
		x = block.block(b, x, fmt.Sprintf("/blocks.%d", i), area, 0, tensor{})
	}
	x = b.layerNorm(b.meanOf(x, ""), "/fc_norm", vitaminEps)
	b.output(b.gemm(x, "/head", s.features).name, s.features)
}

// convolve adds an inverted residual, whose shortcut averages where the map is halved.
func (s vitaminShape) convolve(b *builder, x tensor, p string, out, stride int64) tensor {
	y := b.conv(channelNorm(b, x, p+"/pre_norm", vitaminEps), p+"/conv1_1x1", 4*out, 1, 1, 1, true)
	y = b.gelu(b.conv(b.gelu(y, p+"/act1"), p+"/conv2_kxk", y.c, 3, stride, y.c, true), p+"/act2")
	y = b.conv(y, p+"/conv3_1x1", out, 1, 1, 1, true)
	if stride > 1 {
		x = b.pool("AveragePool", x, p+"/shortcut/pool", square(3, 2, 1), false)
	}
	if x.c != out {
		x = b.conv(x, p+"/shortcut/expand", out, 1, 1, 1, true)
	}
	return b.binary("Add", x, y, p)
}

// vitamins returns ViTamin's image towers (arXiv 2404.02132): two stages of convolutions, then a
// transformer.
func vitamins() []Entry {
	small, base := vitaminShape{64, 128, 384, 14, 6, false, 384}, vitaminShape{128, 256, 768, 14, 12, false, 768}
	large, wide := vitaminShape{160, 320, 1024, 31, 16, false, 768}, vitaminShape{160, 320, 1024, 31, 16, false, 1024}
	xlarge := vitaminShape{192, 384, 1152, 32, 16, true, 1152}
	return networks("ViTamin", "ViTamin", 16, buildViTamin, []network[vitaminShape]{
		{"vitamin_small_224", 224, 22_025_536, 5_887_598_592, 5.92, 0, small},
		{"vitamin_base_224", 224, 87_722_624, 22_623_141_888, 22.68, 0, base},
		{"vitamin_large_224", 224, 333_318_816, 74_923_991_040, 75.05, 0, large},
		{"vitamin_large_256", 256, 333_380_256, 98_834_841_600, 99, 0, large},
		{"vitamin_large_336", 336, 333_569_696, 175_437_557_760, 175.72, 0, large},
		{"vitamin_large_384", 384, 333_707_936, 234_079_518_720, 234.44, 0, large},
		{"vitamin_large2_224", 224, 333_581_216, 74_924_253_184, 75.05, 0, wide},
		{"vitamin_large2_256", 256, 333_642_656, 98_835_103_744, 99, 0, wide},
		{"vitamin_large2_336", 336, 333_832_096, 175_437_819_904, 175.72, 0, wide},
		{"vitamin_large2_384", 384, 333_970_336, 234_079_780_864, 234.44, 0, wide},
		{"vitamin_xlarge_256", 256, 436_055_232, 129_941_913_600, 130.13, 0, xlarge},
		{"vitamin_xlarge_336", 336, 436_055_232, 229_859_389_440, 230.18, 0, xlarge},
		{"vitamin_xlarge_384", 384, 436_055_232, 305_957_191_680, 306.38, 0, xlarge},
	})
}
