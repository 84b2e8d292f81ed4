package zoo

import "fmt"

// A bandShape is one size of InceptionNeXt: channels and blocks of its stages, the part of the channels in each branch
// and the length of a band.
type bandShape struct {
	width  int64
	depths [4]int
	part   int64 // one in so many
	band   int64
}

// buildBand builds the network of Yu et al. 2023 (arXiv 2303.16900), as timm builds it: a square and two bands each see
// some of the channels, the others are passed on.
func buildBand(b *builder, v values, s bandShape) {
	x := b.normConv(image(b, v), "/stem/stem.0", s.width, square(4, 4, 0))
	for i, depth := range s.depths {
		p, expand := fmt.Sprintf("/stages.%d", i), int64(4)
		if i > 0 {
			x = b.convolve(b.batchNorm(x, p+"/downsample/0"), p+"/downsample/1", 2*x.c, square(2, 2, 0), true)
		}
		if i == 3 {
			expand = 3
		}
		for j := range depth {
			x = s.block(b, x, fmt.Sprintf("%s/blocks.%d", p, j), expand)
		}
	}
	x = b.unary("Flatten", b.unary("GlobalAveragePool", x, "/head"), "/head", attr{"axis", int64(1)})
	x = b.layerNorm(b.gelu(b.gemm(x, "/head/fc1", 3*x.c), "/head/act"), "/head/norm", 1e-6)
	b.output(b.gemm(x, "/head/fc2", 1000).name, int64(1000))
}

// block adds a block to x [batch, c, h, w]: three eighths or quarters of the channels pass a square
// or a long thin depthwise kernel, the rest pass as they are. expand is the perceptron's inner
// width over c.
func (s bandShape) block(b *builder, x tensor, p string, expand int64) tensor {
	c, half := x.c/s.part, s.band/2
	parts := b.channelParts(x, p+"/token_mixer", x.c-3*c, c, c, c)
	parts[1] = b.conv(parts[1], p+"/token_mixer/dwconv_hw", c, 3, 1, c, true)
	parts[2] = b.convolve(parts[2], p+"/token_mixer/dwconv_w", c, kernel{1, s.band, 1, 0, half, c, 1}, true)
	parts[3] = b.convolve(parts[3], p+"/token_mixer/dwconv_h", c, kernel{s.band, 1, 1, half, 0, c, 1}, true)
	y := b.batchNorm(b.concat(p+"/token_mixer", parts...), p+"/norm")
	y = b.gelu(b.conv(y, p+"/mlp/fc1", expand*x.c, 1, 1, 1, true), p+"/mlp/act")
	y = b.conv(y, p+"/mlp/fc2", x.c, 1, 1, 1, true)
	return b.binary("Add", x, b.scaledBy(y, p+"/gamma", true), p)
}

// bandNets returns InceptionNeXt (arXiv 2303.16900) with timm's figures.
func bandNets() []Entry {
	size := func(width int64, depths ...int) bandShape { return bandShape{width, [4]int(depths), 8, 11} }
	atto := bandShape{40, [4]int{2, 2, 6, 2}, 4, 9}
	return networks("InceptionNeXt", "InceptionNeXt", 32, buildBand, []network[bandShape]{
		{"inception_next_atto", 224, 4_156_480, 503_035_040, 0.5, 75.348, atto},
		{"inception_next_tiny", 224, 28_055_584, 4_188_634_272, 4.19, 82.478, size(96, 3, 3, 9, 3)},
		{"inception_next_small", 224, 49_373_920, 8_355_682_080, 8.36, 83.584, size(96, 3, 3, 27, 3)},
		{"inception_next_base", 224, 86_672_008, 14_841_072_000, 14.85, 84.098, size(128, 3, 3, 27, 3)},
	})
}
