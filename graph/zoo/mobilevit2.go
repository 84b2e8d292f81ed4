package zoo

import "fmt"

// buildMobileViT2 builds the network of Mehta and Rastegari 2022 (arXiv 2206.02680), as timm builds it: attention is
// linear in the places.
func buildMobileViT2(b *builder, v values, width float64) {
	channels := func(c float64) int64 { return int64(c * width) }
	s := mobileViTShape{expand: 2}
	x := b.silu(b.convBN(image(b, v), "/stem/conv", channels(32), 3, 2, 1), "/stem/bn/act")
	x = s.inverted(b, x, "/stages/stages.0/stages.0.0", channels(64), 1)
	x = s.inverted(b, x, "/stages/stages.1/stages.1.0", channels(128), 2)
	x = s.inverted(b, x, "/stages/stages.1/stages.1.1", channels(128), 1)
	area := v.extent().over(4)
	for i, depth := range []int{2, 4, 3} {
		area = area.over(2)
		p := fmt.Sprintf("/stages/stages.%d", i+2)
		x = s.inverted(b, x, p+"/down", channels([]float64{256, 384, 512}[i]), 2)
		y := b.silu(b.convBN(x, p+"/conv_kxk", x.c, 3, 1, x.c), p+"/conv_kxk/act")
		y = b.conv(y, p+"/conv_1x1", x.c/2, 1, 1, 1, false)
		y = b.reshape(y, p, y.c, -1, area.h/2, 2, area.w/2, 2) // patches of four, their places apart
		y = b.reshape(b.transpose(y, p, 0, 2, 4, 1, 3), p, x.c/2, -1, x.c/2, 4, area.n()/4)
		for j := range depth {
			y = linearBlock(b, y, fmt.Sprintf("%s/transformer/%d", p, j))
		}
		y = b.groupNormalise(y, p+"/norm", 1, 1e-5)
		y = b.reshape(y, p, y.c, -1, y.c, area.h, area.w)
		x = b.convBN(y, p+"/conv_proj", x.c, 1, 1, 1)
	}
	b.classifier(x, "/head/fc", 1000)
}

// linearBlock adds attention to one context, a weighted mean of all places, and a perceptron.
func linearBlock(b *builder, x tensor, p string) tensor {
	y := b.conv(b.groupNormalise(x, p+"/norm1", 1, 1e-5), p+"/attn/qkv_proj", 1+2*x.c, 1, 1, 1, true)
	parts := b.nodeN("Split", p, 3, []string{y.name, b.ints(p, 1, x.c, x.c)}, attr{"axis", int64(1)})
	probs := b.node("Softmax", p, parts[:1], attr{"axis", int64(-1)})
	context := b.node("ReduceSum", p, []string{b.node("Mul", p, []string{parts[1], probs}), b.ints(p, -1)},
		attr{"keepdims", int64(1)})
	y = tensor{b.node("Mul", p, []string{b.node("Relu", p, parts[2:]), context}), x.c}
	x = b.binary("Add", x, b.conv(y, p+"/attn/out_proj", x.c, 1, 1, 1, true), p)
	y = b.silu(b.conv(b.groupNormalise(x, p+"/norm2", 1, 1e-5), p+"/mlp/fc1", 2*x.c, 1, 1, 1, true), p+"/mlp/act")
	return b.binary("Add", x, b.conv(y, p+"/mlp/fc2", x.c, 1, 1, 1, true), p)
}

// mobileViT2s returns MobileViTv2 (arXiv 2206.02680), whose attention is linear in tokens, at six
// widths.
func mobileViT2s() []Entry {
	return networks("MobileViT", "MobileViTv2", 64, buildMobileViT2, []network[float64]{
		{"mobilevitv2_075", 256, 2_866_009, 1_027_980_288, 1.05, 75.612, 0.75},
		{"mobilevitv2_100", 256, 4_901_841, 1_812_090_880, 1.84, 78.088, 1},
		{"mobilevitv2_125", 256, 7_478_089, 2_816_926_720, 2.86, 79.682, 1.25},
		{"mobilevitv2_150", 256, 10_594_753, 4_042_487_808, 4.09, 82.606, 1.5},
		{"mobilevitv2_175", 256, 14_251_833, 5_488_774_144, 5.54, 82.92, 1.75},
		{"mobilevitv2_200", 256, 18_449_329, 7_155_785_728, 7.22, 83.43, 2},
	})
}
