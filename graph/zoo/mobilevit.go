package zoo

import (
	"fmt"
	"math"
)

// A mobileViTShape is one size of MobileViT: channels of the five stages and the last convolution, widths of the
// transformers in the last three, and the expansion of the inverted residuals.
type mobileViTShape struct {
	channels [6]int64
	widths   [3]int64
	expand   int64
}

// mobileViTEntry returns the Entry of timm's MobileViT of that size, at 256 pixels.
func mobileViTEntry(name string, params, macs int64, gmac, top1 float64, s mobileViTShape) Entry {
	return timm("mobilevit-"+name, "MobileViT", "MobileViT "+name+", 256 pixels", "mobilevit_"+name, params, macs, gmac, top1, []Option{imageSize(256, 64), batchOption},
		func(b *builder, v values) { s.build(b, v) })
}

// mobileViTs returns the three sizes of MobileViT (arXiv 2110.02178).
func mobileViTs() []Entry {
	return []Entry{
		mobileViTEntry("xxs", 1_272_024, 407_364_096, 0.42, 68.936, mobileViTShape{[6]int64{16, 24, 48, 64, 80, 320}, [3]int64{64, 80, 96}, 2}),
		mobileViTEntry("xs", 2_317_848, 1_025_911_808, 1.05, 74.634, mobileViTShape{[6]int64{32, 48, 64, 80, 96, 384}, [3]int64{96, 120, 144}, 4}),
		mobileViTEntry("s", 5_578_632, 2_000_831_488, 2.03, 78.312, mobileViTShape{[6]int64{32, 64, 96, 128, 160, 640}, [3]int64{144, 192, 240}, 4}),
	}
}

// build builds the network of Mehta and Rastegari 2021 (arXiv 2110.02178), table 4, as timm builds it.
func (s mobileViTShape) build(b *builder, v values) {
	x := b.silu(b.convBN(image(b, v), "/stem/conv", 16, 3, 2, 1), "/stem/bn/act")
	x = s.inverted(b, x, "/stages/stages.0/stages.0.0", s.channels[0], 1)
	stride := int64(2)
	for j := range 3 {
		x = s.inverted(b, x, fmt.Sprintf("/stages/stages.1/stages.1.%d", j), s.channels[1], stride)
		stride = 1
	}
	area := v.extent().over(4)
	for i, depth := range []int{2, 4, 3} {
		area = area.over(2)
		p := fmt.Sprintf("/stages/stages.%d", i+2)
		x = s.inverted(b, x, p+"/down", s.channels[i+2], 2)
		x = mobileViTBlock(b, x, p+"/block", area, s.widths[i], depth)
	}
	x = b.silu(b.convBN(x, "/final_conv/conv", s.channels[5], 1, 1, 1), "/final_conv/bn/act")
	b.classifier(x, "/head/fc", 1000)
}

// inverted adds an inverted residual with SiLU: 1x1, depthwise 3x3, 1x1; with a residual where the
// shape stays.
func (s mobileViTShape) inverted(b *builder, x tensor, path string, out, stride int64) tensor {
	y := b.silu(b.convBN(x, path+"/conv1_1x1/conv", s.expand*x.c, 1, 1, 1), path+"/conv1_1x1/bn/act")
	y = b.silu(b.convBN(y, path+"/conv2_kxk/conv", y.c, 3, stride, y.c), path+"/conv2_kxk/bn/act")
	y = b.convBN(y, path+"/conv3_1x1/conv", out, 1, 1, 1)
	if stride == 1 && x.c == out {
		return b.binary("Add", y, x, path)
	}
	return y
}

// mobileViTBlock lets the pixels at one place of all 2x2 patches of a side x side map see each other.
func mobileViTBlock(b *builder, x tensor, path string, area extent, width int64, depth int) tensor {
	const eps = 1e-5
	patches := area.over(2).n()
	y := b.silu(b.convBN(x, path+"/conv_kxk/conv", x.c, 3, 1, 1), path+"/conv_kxk/bn/act")
	y = b.conv(y, path+"/conv_1x1", width, 1, 1, 1, false)
	y = b.reshape(y, path, width, -1, area.h/2, 2, area.w/2,
		2) // samples and channels in one, a patch's rows and columns apart
	y = b.reshape(b.transpose(y, path, 0, 1, 3, 2, 4), path, width, -1, width, patches, 4)
	y = b.reshape(b.transpose(y, path, 0, 3, 2, 1), path, width, -1, patches, width)
	for i := range depth {
		p := fmt.Sprintf("%s/transformer/transformer.%d", path, i)
		y = b.binary("Add", y, selfAttention(b, b.layerNorm(y, p+"/norm1", eps), p+"/attn", patches, 4), p)
		z := b.silu(b.linear(b.layerNorm(y, p+"/norm2", eps), p+"/mlp/fc1", 2*width), p+"/mlp/act")
		y = b.binary("Add", y, b.linear(z, p+"/mlp/fc2", width), p)
	}
	y = b.layerNorm(y, path+"/norm", eps)
	y = b.transpose(b.reshape(y, path, width, -1, 4, patches, width), path, 0, 3, 2, 1)
	y = b.transpose(b.reshape(y, path, width, -1, area.h/2, area.w/2, 2, 2), path, 0, 1, 3, 2, 4)
	y = b.reshape(y, path, width, -1, width, area.h, area.w)
	y = b.silu(b.convBN(y, path+"/conv_proj/conv", x.c, 1, 1, 1), path+"/conv_proj/bn/act")
	return b.silu(b.convBN(b.concat(path, x, y), path+"/conv_fusion/conv", x.c, 3, 1, 1), path+"/conv_fusion/bn/act")
}

// selfAttention adds multi-head attention of so many tokens to each other, projected to queries, keys and values at
// once.
func selfAttention(b *builder, x tensor, path string, tokens, heads int64) tensor {
	size := x.c / heads
	q, k, v := queriesKeysValues(b, x, path, tokens, heads)
	scores := b.scale(tensor{b.node("MatMul", path, []string{q.name, k.name}), tokens}, path, float32(1/math.Sqrt(float64(size))))
	probs := b.unary("Softmax", scores, path, attr{"axis", int64(-1)})
	y := b.transpose(tensor{b.node("MatMul", path, []string{probs.name, v.name}), size}, path, 0, 2, 1, 3)
	return b.linear(b.reshape(y, path, x.c, 0, tokens, x.c), path+"/proj", x.c)
}

// queriesKeysValues adds one linear layer, taken apart: samples, heads, tokens and the width of a head, of the keys
// transposed.
func queriesKeysValues(b *builder, x tensor, path string, tokens, heads int64) (q, k, v tensor) {
	size := x.c / heads
	y := b.transpose(b.reshape(b.linear(x, path+"/qkv", 3*x.c), path, size, 0, tokens, 3, heads, size), path, 2, 0, 3, 1, 4)
	parts := b.nodeN("Split", path, 3, []string{y.name, b.ints(path, 1, 1, 1)}, attr{"axis", int64(0)})
	for i := range parts {
		parts[i] = b.node("Squeeze", path, []string{parts[i], b.ints(path, 0)})
	}
	return tensor{parts[0], size}, b.transpose(tensor{parts[1], tokens}, path, 0, 1, 3, 2), tensor{parts[2], size}
}
