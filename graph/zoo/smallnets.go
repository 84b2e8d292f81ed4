package zoo

import (
	"fmt"
	"math"
	"slices"
)

// A rexShape is a ReXNet: factor of its channels, and the number that they are multiples of.
type rexShape struct {
	width    float64
	multiple int64
}

// channels returns c channels times the width, rounded to a multiple of s.multiple but not by more
// than a tenth down.
func (s rexShape) channels(c float64) int64 {
	m := float64(s.multiple)
	n := max(m, math.Floor((math.RoundToEven(c*s.width)+m/2)/m)*m)
	if n < 0.9*math.RoundToEven(c*s.width) {
		n += m
	}
	return int64(n)
}

// buildReX builds the network of Han et al. 2020 (arXiv 2007.00992), as timm builds it: channels grow by the same
// number in each block.
func buildReX(b *builder, v values, s rexShape) {
	x := b.silu(b.convBN(image(b, v), "/stem/conv", s.channels(32), 3, 2, 1), "/stem/bn")
	grown, n := 16.0, 0
	for stage, row := range [][2]int64{{1, 1}, {2, 2}, {2, 2}, {3, 2}, {3, 1}, {5, 2}} {
		stride := row[1]
		for range row[0] {
			x = s.block(b, x, fmt.Sprintf("/features/features.%d", n), s.channels(grown), stride, n > 0, stage > 1)
			grown += 180.0 / 16
			stride, n = 1, n+1
		}
	}
	pen := rexShape{1, s.multiple}.channels(math.Trunc(1280 * s.width))
	x = b.silu(b.convBN(x, "/features/last/conv", pen, 1, 1, 1), "/features/last/bn")
	b.classifier(x, "/head/fc", 1000)
}

// block adds an inverted residual of ReXNet to x and returns out channels. The residual covers only
// as many channels as x has. gated adds squeeze and excitation with a twelfth of the channels.
func (s rexShape) block(b *builder, x tensor, p string, out, stride int64, expand, gated bool) tensor {
	y, plain := x, rexShape{1, s.multiple}
	if expand {
		y = b.silu(b.convBN(x, p+"/conv_exp", plain.channels(float64(6*x.c)), 1, 1, 1), p+"/act")
	}
	y = b.convBN(y, p+"/conv_dw", y.c, 3, stride, y.c)
	if gated {
		g := b.unary("GlobalAveragePool", y, p+"/se/avgpool")
		hidden := plain.channels(math.Trunc(float64(y.c) * (1.0 / 12)))
		g = b.unary("Relu", b.convBN(g, p+"/se/fc1", hidden, 1, 1, 1), p+"/se/act")
		b.absent += hidden // the bias before the normalisation
		y = b.binary("Mul", y, b.unary("Sigmoid", b.conv(g, p+"/se/fc2", y.c, 1, 1, 1, true), p+"/se"), p)
	}
	y = b.convBN(relu6(b, y, p+"/act_dw"), p+"/conv_pwl", out, 1, 1, 1)
	if stride > 1 || x.c > out {
		return y
	}
	if x.c == out {
		return b.binary("Add", y, x, p)
	}
	parts := b.nodeN("Split", p, 2, []string{y.name, b.ints(p, x.c, out-x.c)}, attr{"axis", int64(1)})
	return b.concat(p, b.binary("Add", tensor{parts[0], x.c}, x, p), tensor{parts[1], out - x.c})
}

// A stageShape is the channels of a network's first stage, its blocks a stage, and what its perceptrons widen by.
type stageShape struct {
	width  int64
	depths [4]int
	expand int64
	act    string
}

// buildStar builds the network of Ma et al. 2024 (arXiv 2403.19967), as timm builds it: two linear layers are
// multiplied.
func buildStar(b *builder, v values, s stageShape) {
	biased := func(x tensor, path string, out, k, stride, groups int64) tensor {
		b.absent += out // the bias before the normalisation
		return b.convBN(x, path, out, k, stride, groups)
	}
	x := relu6(b, biased(image(b, v), "/stem/conv", 32, 3, 2, 1), "/stem/act")
	for i, depth := range s.depths {
		p := fmt.Sprintf("/stages/stages.%d", i)
		x = biased(x, p+"/downsample/conv", s.width<<i, 3, 2, 1)
		for j := range depth {
			p := fmt.Sprintf("%s/blocks/blocks.%d", p, j)
			y := biased(x, p+"/dwconv", x.c, 7, 1, x.c)
			one, two := b.conv(y, p+"/f1", s.expand*x.c, 1, 1, 1, true), b.conv(y, p+"/f2", s.expand*x.c, 1, 1, 1, true)
			y = biased(b.binary("Mul", relu6(b, one, p+"/act"), two, p), p+"/g", x.c, 1, 1, 1)
			x = b.binary("Add", x, b.conv(y, p+"/dwconv2", x.c, 7, 1, x.c, true), p)
		}
	}
	b.classifier(b.batchNorm(x, "/norm"), "/head", 1000)
}

// buildFaster builds the network of Chen et al. 2023 (arXiv 2303.03667), as timm builds it: convolutions see a
// quarter of the channels.
func buildFaster(b *builder, v values, s stageShape) {
	x := b.normConv(image(b, v), "/patch_embed/proj", s.width, square(4, 4, 0))
	for i, depth := range s.depths {
		p := fmt.Sprintf("/stages/stages.%d", i)
		if i > 0 {
			x = b.normConv(x, p+"/downsample/reduction", s.width<<i, square(2, 2, 0))
		}
		for j := range depth {
			p, part := fmt.Sprintf("%s/blocks/blocks.%d", p, j), x.c/4
			parts := b.nodeN("Split", p, 2, []string{x.name, b.ints(p, part, x.c-part)}, attr{"axis", int64(1)})
			y := b.concat(p, b.conv(tensor{parts[0], part}, p+"/partial_conv3", part, 3, 1, 1, false),
				tensor{parts[1], x.c - part})
			y = b.activate(s.act, b.convBN(y, p+"/mlp/0", s.expand*x.c, 1, 1, 1), p+"/mlp/act")
			x = b.binary("Add", x, b.conv(y, p+"/mlp/3", x.c, 1, 1, 1, false), p)
		}
	}
	x = b.unary("GlobalAveragePool", x, "/global_pool")
	x = b.activate(s.act, b.conv(x, "/conv_head", 1280, 1, 1, 1, false), "/act")
	b.output(b.gemm(b.unary("Flatten", x, "", attr{"axis", int64(1)}), "/classifier", 1000).name, int64(1000))
}

// A convMixerShape is the width, blocks, kernel and patch of a ConvMixer, and its activation.
type convMixerShape struct {
	width    int64
	depth    int
	k, patch int64
	act      string
}

// buildConvMixer builds the network of Trockman and Kolter 2022 (arXiv 2201.09792). Its activations come before the
// normalisations. The multiply-adds in timm's tables leave the depthwise convolutions out, and are not repeated here.
func buildConvMixer(b *builder, v values, s convMixerShape) {
	normed := func(x tensor, path string) tensor {
		return b.batchNorm(b.activate(s.act, x, path+"/act"), path+"/norm")
	}
	x := normed(b.convolve(image(b, v), "/stem", s.width, square(s.patch, s.patch, 0), true), "/stem")
	for i := range s.depth {
		p := fmt.Sprintf("/blocks/blocks.%d", i)
		x = b.binary("Add", x, normed(b.conv(x, p+"/dw", s.width, s.k, 1, s.width, true), p+"/dw"), p)
		x = normed(b.conv(x, p+"/pw", s.width, 1, 1, 1, true), p+"/pw")
	}
	b.classifier(x, "/head", 1000)
}

// smallNets returns ReXNet (arXiv 2007.00992), StarNet, FasterNet and ConvMixer, with timm's
// figures.
func smallNets() []Entry {
	stages := func(width, expand int64, act string, depths ...int) stageShape {
		return stageShape{width, [4]int(depths), expand, act}
	}
	return slices.Concat(
		networks("ReXNet", "ReXNet", 1, buildReX, []network[rexShape]{
			{"rexnet_100", 224, 4_796_873, 398_370_392, 0.41, 77.862, rexShape{1, 1}},
			{"rexnet_130", 224, 7_557_091, 662_229_098, 0.68, 79.492, rexShape{1.3, 1}},
			{"rexnet_200", 224, 16_366_620, 1_528_850_782, 1.56, 81.636, rexShape{2, 1}},
			{"rexnet_300", 224, 34_708_792, 3_395_980_620, 3.44, 82.78, rexShape{3, 1}},
			{"rexnetr_130", 224, 7_608_080, 661_005_776, 0.68, 0, rexShape{1.3, 8}},
			{"rexnetr_150", 224, 9_782_256, 872_390_256, 0.89, 0, rexShape{1.5, 8}},
			{"rexnetr_200", 224, 16_522_432, 1_559_353_712, 1.59, 83.16, rexShape{2, 8}},
		}),
		networks("StarNet", "StarNet", 1, buildStar, []network[stageShape]{
			{"starnet_s050", 224, 542_728, 91_285_248, 0.09, 0, stages(16, 3, "", 1, 1, 3, 1)},
			{"starnet_s100", 224, 1_043_280, 185_626_176, 0.19, 0, stages(20, 4, "", 1, 2, 4, 1)},
			{"starnet_s150", 224, 1_560_616, 227_376_384, 0.23, 0, stages(24, 3, "", 1, 2, 4, 2)},
			{"starnet_s1", 224, 2_869_168, 421_877_376, 0.42, 73.532, stages(24, 4, "", 2, 2, 8, 3)},
			{"starnet_s2", 224, 3_682_024, 544_113_664, 0.55, 74.666, stages(32, 4, "", 1, 2, 6, 2)},
			{"starnet_s3", 224, 5_750_792, 753_999_872, 0.76, 77.378, stages(32, 4, "", 2, 2, 8, 4)},
			{"starnet_s4", 224, 7_482_728, 1_049_561_600, 1.05, 78.824, stages(32, 4, "", 3, 3, 12, 5)},
		}),
		networks("FasterNet", "FasterNet", 1, buildFaster, []network[stageShape]{
			{"fasternet_t0", 224, 3_905_500, 335_422_720, 0.34, 71.732, stages(40, 2, "gelu", 1, 2, 8, 2)},
			{"fasternet_t1", 224, 7_595_368, 850_511_872, 0.85, 75.922, stages(64, 2, "gelu", 1, 2, 8, 2)},
			{"fasternet_t2", 224, 14_982_888, 1_904_334_848, 1.91, 78.738, stages(96, 2, "Relu", 1, 2, 8, 2)},
			{"fasternet_s", 224, 31_181_032, 4_549_740_544, 4.56, 81.328, stages(128, 2, "Relu", 1, 2, 13, 2)},
			{"fasternet_m", 224, 53_521_464, 8_721_938_432, 8.74, 82.848, stages(144, 2, "Relu", 3, 4, 18, 3)},
			{"fasternet_l", 224, 93_465_192, 15_494_383_616, 15.52, 83.516, stages(192, 2, "Relu", 3, 4, 18, 3)},
		}),
		networks("ConvMixer", "ConvMixer", 1, buildConvMixer, []network[convMixerShape]{
			{"convmixer_768_32", 224, 21_110_248, 20_676_851_712, 0, 80.158, convMixerShape{768, 32, 7, 7, "Relu"}},
			{"convmixer_1536_20", 224, 51_625_960, 51_099_168_768, 0, 81.382, convMixerShape{1536, 20, 9, 7, "gelu"}},
		}))
}
