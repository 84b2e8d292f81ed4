package zoo

import (
	"fmt"
	"slices"
)

// A metaShape is one MetaFormer: channels and blocks of its stages, and what mixes places in each of them.
type metaShape struct {
	widths [4]int64
	depths [4]int
	mixers [4]string // "pool", "convolution" or "attention"
	first  bool      // as first published: GELU, biases, all blocks scaled, no normalisation between stages
}

const metaEps = 1e-6

// buildMeta builds the network of Yu et al. 2021 and 2022 (arXiv 2111.11418 and 2210.13452), as timm builds them.
func buildMeta(b *builder, v values, s metaShape) {
	x := b.convolve(image(b, v), "/stem/conv", s.widths[0], square(7, 4, 2), true)
	if !s.first {
		x = s.norm(b, x, "/stem/norm", false)
	}
	area := extent{(v.height() + 1) / 4, (v.width() + 1) / 4}
	for i, depth := range s.depths {
		p := fmt.Sprintf("/stages/stages.%d", i)
		if i > 0 {
			if !s.first {
				x = s.norm(b, x, p+"/downsample/norm", true)
			}
			x, area = b.convolve(x, p+"/downsample/conv", s.widths[i], square(3, 2, 1), true), area.ceil(2)
		}
		for j := range depth {
			x = s.block(b, x, fmt.Sprintf("%s/blocks/blocks.%d", p, j), i, area)
		}
	}
	x = b.unary("GlobalAveragePool", x, "/head/global_pool")
	x = b.unary("Flatten", channelNorm(b, x, "/head/norm", metaEps), "/head", attr{"axis", int64(1)})
	if !s.first && s.mixers[0] != "pool" {
		x = b.gemm(x, "/head/fc/fc1", 4*x.c)
		x = b.unary("Relu", x, "/head/fc/act")
		x = b.layerNorm(b.binary("Mul", x, x, "/head/fc/act"), "/head/fc/norm", metaEps)
		b.output(b.gemm(x, "/head/fc/fc2", 1000).name, int64(1000))
		return
	}
	b.output(b.gemm(x, "/head/fc", 1000).name, int64(1000))
}

// norm normalises over channels, or where places are pooled over all of a map; it has no bias but in the first
// networks.
func (s metaShape) norm(b *builder, x tensor, path string, between bool) tensor {
	if s.first {
		return b.groupNormalise(x, path, 1, metaEps)
	}
	b.absent -= x.c
	if s.mixers[0] == "pool" && !between {
		return b.groupNormalise(x, path, 1, metaEps)
	}
	return channelNorm(b, x, path, metaEps)
}

// block adds a mixer and a perceptron to x [batch, c, h, w]. Branches or residuals have a learnt
// scale of each channel, depending on the stage.
func (s metaShape) block(b *builder, x tensor, p string, stage int, area extent) tensor {
	add := func(y tensor, name string) {
		scaled := func(z tensor, what string) tensor {
			return tensor{b.node("Mul", p, []string{z.name, b.weight(weightName(p+what+name), z.c, 1, 1)}), z.c}
		}
		if s.first {
			y = scaled(y, "/layer_scale")
		} else if stage > 1 {
			x = scaled(x, "/res_scale")
		}
		x = b.binary("Add", x, y, p)
	}
	add(s.mix(b, s.norm(b, x, p+"/norm1", false), p+"/token_mixer", s.mixers[stage], area), "1")
	y := s.norm(b, x, p+"/norm2", false)
	y = b.conv(y, p+"/mlp/fc1", 4*x.c, 1, 1, 1, s.first)
	if s.first {
		y = b.gelu(y, p+"/mlp/act")
	} else {
		y = s.star(b, y, p+"/mlp/act")
	}
	add(b.conv(y, p+"/mlp/fc2", x.c, 1, 1, 1, s.first), "2")
	return x
}

// star adds the square of what is positive, scaled and shifted by learnt numbers.
func (s metaShape) star(b *builder, x tensor, p string) tensor {
	y := b.unary("Relu", x, p)
	y = b.binary("Mul", y, y, p)
	y.name = b.node("Mul", p, []string{b.weight(weightName(p+"/scale"), 1), y.name})
	y.name = b.node("Add", p, []string{y.name, b.weight(weightName(p+"/bias"), 1)})
	return y
}

// mix adds what exchanges between places: an average pool less its input, a depthwise 7x7
// convolution, or attention with heads of 32 channels.
func (s metaShape) mix(b *builder, x tensor, p, how string, area extent) tensor {
	switch how {
	case "pool":
		return b.binary("Sub", b.pool("AveragePool", x, p, square(3, 1, 1), false), x, p)
	case "convolution":
		y := s.star(b, b.conv(x, p+"/pwconv1", 2*x.c, 1, 1, 1, false), p+"/act1")
		return b.conv(b.conv(y, p+"/dwconv", y.c, 7, 1, y.c, false), p+"/pwconv2", x.c, 1, 1, 1, false)
	}
	y := b.transpose(b.reshape(x, p, x.c, 0, x.c, area.n()), p, 0, 2, 1)
	y = vitShape{width: x.c, heads: x.c / 32, bias: noBiases, rms: true}.attention(b, y, p, area, 0, tensor{})
	return b.reshape(b.transpose(y, p, 0, 2, 1), p, x.c, 0, x.c, area.h, area.w)
}

// metaFormers returns PoolFormer (arXiv 2111.11418) and the networks of MetaFormer baselines (arXiv
// 2210.13452).
func metaFormers() []Entry {
	narrow, wide := [4]int64{64, 128, 320, 512}, [4]int64{96, 192, 384, 768}
	pool := func(widths [4]int64, first bool, depths ...int) metaShape {
		return metaShape{widths, [4]int(depths), [4]string{"pool", "pool", "pool", "pool"}, first}
	}
	conv := func(widths [4]int64, depths ...int) metaShape {
		return metaShape{widths, [4]int(depths), [4]string{"convolution", "convolution", "convolution", "convolution"}, false}
	}
	attend := func(widths [4]int64, depths ...int) metaShape {
		return metaShape{widths, [4]int(depths), [4]string{"convolution", "convolution", "attention", "attention"}, false}
	}
	medium, big := [4]int64{96, 192, 384, 576}, [4]int64{128, 256, 512, 768}
	return slices.Concat(
		networks("PoolFormer", "PoolFormer", 1, buildMeta, []network[metaShape]{
			{"poolformer_s12", 224, 11_915_176, 1_812_267_008, 1.82, 77.238, pool(narrow, true, 2, 2, 6, 2)},
			{"poolformer_s24", 224, 21_388_968, 3_392_208_896, 3.41, 80.294, pool(narrow, true, 4, 4, 12, 4)},
			{"poolformer_s36", 224, 30_862_760, 4_972_150_784, 5, 81.428, pool(narrow, true, 6, 6, 18, 6)},
			{"poolformer_m36", 224, 56_172_520, 8_758_788_096, 8.8, 82.104, pool(wide, true, 6, 6, 18, 6)},
			{"poolformer_m48", 224, 73_473_448, 11_533_320_192, 11.59, 82.462, pool(wide, true, 8, 8, 24, 8)},
		}),
		networks("PoolFormer", "PoolFormer V2", 1, buildMeta, []network[metaShape]{
			{"poolformerv2_s12", 224, 11_891_712, 1_812_267_008, 1.83, 78.008, pool(narrow, false, 2, 2, 6, 2)},
			{"poolformerv2_s24", 224, 21_341_464, 3_392_208_896, 3.42, 80.746, pool(narrow, false, 4, 4, 12, 4)},
			{"poolformerv2_m36", 224, 56_077_168, 8_758_788_096, 8.81, 82.214, pool(wide, false, 6, 6, 18, 6)},
			{"poolformerv2_m48", 224, 73_346_056, 11_533_320_192, 11.59, 82.612, pool(wide, false, 8, 8, 24, 8)},
		}),
		networks("MetaFormer", "ConvFormer", 1, buildMeta, []network[metaShape]{
			{"convformer_s18", 224, 26_774_448, 3_940_984_320, 3.96, 85.004, conv(narrow, 3, 3, 9, 3)},
			{"convformer_s36", 224, 40_012_152, 7_639_683_072, 7.67, 86.374, conv(narrow, 3, 12, 18, 3)},
			{"convformer_m36", 224, 57_051_640, 12_842_333_568, 12.89, 86.868, conv(medium, 3, 12, 18, 3)},
			{"convformer_b36", 224, 99_882_616, 22_629_413_376, 22.69, 87.606, conv(big, 3, 12, 18, 3)},
		}),
		networks("MetaFormer", "CAFormer", 32, buildMeta, []network[metaShape]{
			{"caformer_s18", 224, 26_341_656, 4_106_941_440, 4.13, 85.442, attend(narrow, 3, 3, 9, 3)},
			{"caformer_s36", 224, 39_297_102, 7_971_597_312, 8, 86.86, attend(narrow, 3, 12, 18, 3)},
			{"caformer_m36", 224, 56_204_878, 13_240_630_656, 13.29, 87.47, attend(medium, 3, 12, 18, 3)},
			{"caformer_b36", 224, 98_753_614, 23_160_476_160, 23.22, 88.058, attend(big, 3, 12, 18, 3)},
		}))
}
