package zoo

import (
	"math"
	"slices"
)

// The blocks of the networks with attention.
var (
	v4HybridMedium = []v4Block{
		{fused, 0, 3, 2, 4, 48, 1}, {inverted, 3, 5, 2, 4, 80, 1}, {inverted, 3, 3, 1, 2, 80, 1},
		{inverted, 3, 5, 2, 6, 160, 1}, {inverted, 0, 0, 1, 2, 160, 1}, {inverted, 3, 3, 1, 4, 160, 1},
		{inverted, 3, 5, 1, 4, 160, 1}, {query, 4, 2, 1, 64, 160, 1}, {inverted, 3, 3, 1, 4, 160, 1},
		{query, 4, 2, 1, 64, 160, 1}, {inverted, 3, 0, 1, 4, 160, 1}, {query, 4, 2, 1, 64, 160, 1},
		{inverted, 3, 3, 1, 4, 160, 1}, {query, 4, 2, 1, 64, 160, 1}, {inverted, 3, 0, 1, 4, 160, 1},
		{inverted, 5, 5, 2, 6, 256, 1}, {inverted, 5, 5, 1, 4, 256, 1}, {inverted, 3, 5, 1, 4, 256, 2},
		{inverted, 0, 0, 1, 2, 256, 1}, {inverted, 3, 5, 1, 2, 256, 1}, {inverted, 0, 0, 1, 2, 256, 1},
		{inverted, 0, 0, 1, 4, 256, 1}, {query, 4, 1, 1, 64, 256, 1}, {inverted, 3, 0, 1, 4, 256, 1},
		{query, 4, 1, 1, 64, 256, 1}, {inverted, 5, 5, 1, 4, 256, 1}, {query, 4, 1, 1, 64, 256, 1},
		{inverted, 5, 0, 1, 4, 256, 1}, {query, 4, 1, 1, 64, 256, 1}, {inverted, 5, 0, 1, 4, 256, 1},
	}
	v4HybridLarge = []v4Block{
		{fused, 0, 3, 2, 4, 48, 1}, {inverted, 3, 5, 2, 4, 96, 1}, {inverted, 3, 3, 1, 4, 96, 1},
		{inverted, 3, 5, 2, 4, 192, 1}, {inverted, 3, 3, 1, 4, 192, 3}, {inverted, 3, 5, 1, 4, 192, 1},
		{inverted, 5, 3, 1, 4, 192, 2}, {query, 8, 2, 1, 48, 192, 1}, {inverted, 5, 3, 1, 4, 192, 1},
		{query, 8, 2, 1, 48, 192, 1}, {inverted, 5, 3, 1, 4, 192, 1}, {query, 8, 2, 1, 48, 192, 1},
		{inverted, 5, 3, 1, 4, 192, 1}, {query, 8, 2, 1, 48, 192, 1}, {inverted, 3, 0, 1, 4, 192, 1},
		{inverted, 5, 5, 2, 4, 512, 4}, {inverted, 5, 0, 1, 4, 512, 1}, {inverted, 5, 3, 1, 4, 512, 1},
		{inverted, 5, 0, 1, 4, 512, 2}, {inverted, 5, 3, 1, 4, 512, 1}, {inverted, 5, 5, 1, 4, 512, 1},
		{query, 8, 1, 1, 64, 512, 1}, {inverted, 5, 0, 1, 4, 512, 1}, {query, 8, 1, 1, 64, 512, 1},
		{inverted, 5, 0, 1, 4, 512, 1}, {query, 8, 1, 1, 64, 512, 1}, {inverted, 5, 0, 1, 4, 512, 1},
		{query, 8, 1, 1, 64, 512, 1}, {inverted, 5, 0, 1, 4, 512, 1},
	}
)

// attend adds self-attention whose heads share keys and values, which may be of a smaller map.
func (k v4Block) attend(b *builder, x tensor, path string, area extent) tensor {
	heads, size, small := k.before, k.expand, area.ceil(k.k)
	side := func(name string) tensor {
		y, p := x, path+"/"+name
		if k.k > 1 {
			y = b.convBN(y, p+"/down_conv", y.c, 3, k.k, y.c)
		}
		return b.reshape(b.conv(y, p+"/proj", size, 1, 1, 1, false), p, size, 0, 1, size, small.n())
	}
	q := b.conv(x, path+"/query/proj", heads*size, 1, 1, 1, false)
	q = b.transpose(b.reshape(q, path, size, 0, heads, size, area.n()), path, 0, 1, 3, 2)
	keys, vals := side("key"), side("value")
	scores := b.node("MatMul", path, []string{b.scale(q, path, float32(1/math.Sqrt(float64(size)))).name, keys.name})
	probs := b.node("Softmax", path, []string{scores}, attr{"axis", int64(-1)})
	y := tensor{b.node("MatMul", path, []string{probs, b.transpose(vals, path, 0, 1, 3, 2).name}), size}
	y = b.reshape(b.transpose(y, path, 0, 1, 3, 2), path, heads*size, 0, heads*size, area.h, area.w)
	return b.conv(y, path+"/output/proj", k.out, 1, 1, 1, false)
}

// v4Kin returns the networks with attention, other widths, and blurs in the place of strides (Zhang 2019, arXiv
// 1904.11486).
func v4Kin() []Entry {
	average := func(b *builder, x tensor, path string) tensor { return b.average(x, path, 2) }
	blurred := func(b *builder, x tensor, path string) tensor {
		in := []string{x.name, b.table(path, x.c, 1, 3, 3)}
		x.name = b.node("Conv", path, in, attr{"group", x.c}, attr{"kernel_shape", []int64{3, 3}},
			attr{"pads", []int64{1, 1, 1, 1}}, attr{"strides", []int64{2, 2}})
		return x
	}
	medium := v4Shape{stem: 32, blocks: v4HybridMedium, scaled: true}
	large := v4Shape{stem: 24, blocks: v4HybridLarge, scaled: true, act: "gelu"}
	wide := func(s v4Shape, width float64) v4Shape { s.width = width; return s }
	small := v4Shape{stem: 32, blocks: v4Small}
	return slices.Concat(
		networks("MobileNet", "MobileNetV4 with attention", 32, mobileNetV4, []network[v4Shape]{
			{"mobilenetv4_hybrid_medium", 224, 11_074_648, 966_311_360, 0.98, 80.432, medium},
			{"mobilenetv4_hybrid_large", 384, 37_764_624, 7_711_877_120, 7.77, 83.996, large},
			{"mobilenetv4_hybrid_medium_075", 224, 7_313_528, 649_844_400, 0.66, 0, wide(medium, 0.75)},
			{"mobilenetv4_hybrid_large_075", 256, 22_754_984, 2_036_234_240, 2.06, 0, wide(large, 0.75)},
		}),
		networks("MobileNet", "MobileNetV4 of convolutions, narrow or without strides", 1, mobileNetV4, []network[v4Shape]{
			{"mobilenetv4_conv_small_035", 224, 1_905_384, 47_723_040, 0.05, 0, wide(small, 0.35)},
			{"mobilenetv4_conv_small_050", 224, 2_238_952, 64_741_408, 0.07, 64.778, wide(small, 0.5)},
			{"mobilenetv4_conv_aa_medium", 256, 9_715_512, 1_561_798_656, 1.58, 0, v4Shape{stem: 32, blocks: v4Medium, blur: average}},
			{"mobilenetv4_conv_blur_medium", 224, 9_715_512, 1_202_577_600, 1.22, 79.446, v4Shape{stem: 32, blocks: v4Medium, blur: blurred}},
			{"mobilenetv4_conv_aa_large", 384, 32_590_864, 7_007_590_400, 7.07, 84.314, v4Shape{stem: 24, blocks: v4Large, blur: average}},
		}))
}
