package zoo

import "fmt"

// A repViTShape is one size of RepViT: channels of its first stage, blocks of its stages, and whether blocks are made
// as first published.
type repViTShape struct {
	width  int64
	depths [4]int
	legacy bool
	merged bool // branches are one convolution, and there is one classifier
}

// buildRepViT builds the network of Wang et al. 2023 (arXiv 2307.09283), as it is trained: depthwise convolutions have
// three branches, and there is a classifier for distillation.
func buildRepViT(b *builder, v values, s repViTShape) {
	s.merged = v["merged"] == 1
	x := b.gelu(b.convBN(image(b, v), "/stem/conv1", s.width/2, 3, 2, 1), "/stem/act1")
	x = b.convBN(x, "/stem/conv2", s.width, 3, 2, 1)
	for i, depth := range s.depths {
		p := fmt.Sprintf("/stages.%d", i)
		if i > 0 {
			q := p + "/downsample"
			x = s.block(b, x, q+"/pre_block", false)
			x = b.convBN(x, q+"/spatial_downsample", x.c, 3, 2, x.c)
			x = b.convBN(x, q+"/channel_downsample", 2*x.c, 1, 1, 1)
			x = s.mix(b, x, q+"/ffn")
		}
		for j := range depth {
			x = s.block(b, x, fmt.Sprintf("%s/blocks.%d", p, j), j%2 == 0)
		}
	}
	x = b.unary("Flatten", b.unary("GlobalAveragePool", x, "/head"), "/head", attr{"axis", int64(1)})
	if s.merged {
		b.output(b.gemm(x, "/head/head", 1000).name, int64(1000))
		return
	}
	one := b.gemm(b.batchNorm(x, "/head/head/bn"), "/head/head/l", 1000)
	two := b.gemm(b.batchNorm(x, "/head/head_dist/bn"), "/head/head_dist/l", 1000)
	b.output(b.scale(b.binary("Add", one, two, "/head"), "/head", 0.5).name, int64(1000))
}

// block adds a depthwise block to x [batch, c, h, w], whose branches are merged, legacy or as
// trained; gate adds squeeze and excitation.
func (s repViTShape) block(b *builder, x tensor, p string, gate bool) tensor {
	q := p + "/token_mixer"
	y := b.convBN(x, q+"/conv", x.c, 3, 1, x.c)
	switch {
	case s.merged:
		x = y
	case s.legacy:
		y = b.binary("Add", y, b.convBN(x, q+"/conv1", x.c, 1, 1, x.c), q)
		x = b.binary("Add", y, x, q)
	default:
		y = b.binary("Add", y, b.conv(x, q+"/conv1", x.c, 1, 1, x.c, true), q)
		x = b.batchNorm(b.binary("Add", y, x, q), q+"/bn")
	}
	if gate {
		x = gatedBy(0.25)(b, x, p+"/se")
	}
	return s.mix(b, x, p+"/channel_mixer")
}

// mix adds a perceptron of 1x1 convolutions of 2c channels, with its residual.
func (s repViTShape) mix(b *builder, x tensor, p string) tensor {
	y := b.gelu(b.convBN(x, p+"/conv1", 2*x.c, 1, 1, 1), p+"/act")
	return b.binary("Add", x, b.convBN(y, p+"/conv2", x.c, 1, 1, 1), p)
}

// repViTs returns RepViT (arXiv 2307.09283), as it is trained and merged, with timm's figures.
func repViTs() []Entry {
	size := func(width int64, depths ...int) repViTShape { return repViTShape{width: width, depths: [4]int(depths)} }
	legacy := func(s repViTShape) repViTShape { s.legacy = true; return s }
	all := networks("RepViT", "RepViT as it is trained, with all branches", 1, buildRepViT, []network[repViTShape]{
		{"repvit_m0_9", 224, 5_489_328, 817_280_832, 0.83, 79.058, size(48, 2, 2, 14, 2)},
		{"repvit_m1_0", 224, 7_302_796, 1_108_077_600, 1.13, 80.43, size(56, 2, 2, 14, 2)},
		{"repvit_m1_1", 224, 8_802_912, 1_339_242_240, 1.36, 81.314, size(64, 2, 2, 12, 2)},
		{"repvit_m1_5", 224, 14_644_432, 2_276_968_192, 2.31, 82.52, size(64, 4, 4, 24, 4)},
		{"repvit_m2_3", 224, 23_688_792, 4_521_490_880, 4.57, 83.746, size(80, 6, 6, 34, 2)},
		{"repvit_m1", 224, 5_485_248, 817_280_832, 0.83, 78.54, legacy(size(48, 2, 2, 14, 2))},
		{"repvit_m2", 224, 8_797_984, 1_339_242_240, 1.36, 80.468, legacy(size(64, 2, 2, 12, 2))},
		{"repvit_m3", 224, 10_682_832, 1_862_184_704, 1.89, 81.494, legacy(size(64, 4, 4, 18, 2))},
	})
	for i := range all {
		all[i].Options = append(all[i].Options, mergedOption)
	}
	return all
}
