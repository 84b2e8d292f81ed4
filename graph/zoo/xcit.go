package zoo

import (
	"fmt"
	"math"
	"slices"
)

// A depthShape is one size of XCiT or CaiT: side of a patch, width, blocks and heads.
type depthShape struct {
	patch, width int64
	depth        int
	heads        int64
	lone         bool // behind the blocks the perceptron sees the class token alone
}

const depthEps = 1e-6

// buildXCiT builds the network of El-Nouby et al. 2021 (arXiv 2106.09681), as timm builds it: channels attend to
// channels.
func buildXCiT(b *builder, v values, s depthShape) {
	x := image(b, v)
	shrinks := int(math.Log2(float64(s.patch)))
	for i := range shrinks {
		p := fmt.Sprintf("/patch_embed/proj.%d", 2*i)
		x = b.convBN(x, p, s.width>>(shrinks-1-i), 3, 2, 1)
		if i < shrinks-1 {
			x = b.gelu(x, p+"/act")
		}
	}
	area := v.extent().ceil(s.patch)
	places := b.conv(tensor{b.table("/pos_embed", 1, 64, area.h, area.w), 64}, "/pos_embed/token_projection", s.width, 1,
		1, 1, true)
	x = b.transpose(b.reshape(b.binary("Add", x, places, "/pos_embed"), "", s.width, 0, s.width, area.n()), "", 0, 2, 1)
	for i := range s.depth {
		x = s.crossBlock(b, x, fmt.Sprintf("/blocks/blocks.%d", i), area)
	}
	s.classify(b, x, area.n(), true)
}

// crossBlock adds attention among channels, a convolution of each channel and a perceptron.
func (s depthShape) crossBlock(b *builder, x tensor, p string, area extent) tensor {
	x = s.add(b, x, s.crossAttention(b, b.layerNorm(x, p+"/norm1", depthEps), p+"/attn", area.n()), p+"/gamma1")
	y := b.reshape(b.transpose(b.layerNorm(x, p+"/norm3", depthEps), p, 0, 2, 1), p, x.c, 0, x.c, area.h, area.w)
	y = b.gelu(b.conv(y, p+"/local_mp/conv1", x.c, 3, 1, x.c, true), p+"/local_mp/act")
	y = b.conv(b.batchNorm(y, p+"/local_mp/bn"), p+"/local_mp/conv2", x.c, 3, 1, x.c, true)
	x = s.add(b, x, b.transpose(b.reshape(y, p, x.c, 0, x.c, area.n()), p, 0, 2, 1), p+"/gamma3")
	return s.add(b, x, b.perceptron(b.layerNorm(x, p+"/norm2", depthEps), p+"/mlp", 4*x.c), p+"/gamma2")
}

// add adds y with its channels scaled.
func (s depthShape) add(b *builder, x, y tensor, scale string) tensor {
	y.name = b.node("Mul", scale, []string{b.weight(weightName(scale), x.c), y.name})
	return b.binary("Add", x, y, scale)
}

// perceptron adds two linear layers with a GELU between them.
func (b *builder) perceptron(x tensor, path string, hidden int64) tensor {
	return b.linear(b.gelu(b.linear(x, path+"/fc1", hidden), path+"/act"), path+"/fc2", x.c)
}

// crossAttention adds attention between channels to x [batch, tokens, c]: scores are [c/heads,
// c/heads] of each head, so that the cost is linear in tokens.
func (s depthShape) crossAttention(b *builder, x tensor, p string, tokens int64) tensor {
	size := x.c / s.heads
	y := b.transpose(b.reshape(b.linear(x, p+"/qkv", 3*x.c), p, size, 0, tokens, 3, s.heads, size), p, 2, 0, 3, 4, 1)
	parts := b.nodeN("Split", p, 3, []string{y.name, b.ints(p, 1, 1, 1)}, attr{"axis", int64(0)})
	for i := range parts {
		parts[i] = b.node("Squeeze", p, []string{parts[i], b.ints(p, 0)})
	}
	q, k := b.unit(tensor{parts[0], tokens}, p, -1), b.unit(tensor{parts[1], tokens}, p, -1)
	scores := b.node("MatMul", p, []string{q.name, b.transpose(k, p, 0, 1, 3, 2).name})
	scores = b.node("Mul", p, []string{scores, b.weight(weightName(p+"/temperature"), s.heads, 1, 1)})
	probs := b.node("Softmax", p, []string{scores}, attr{"axis", int64(-1)})
	y = b.transpose(tensor{b.node("MatMul", p, []string{probs, parts[2]}), tokens}, p, 0, 3, 1, 2)
	return b.linear(b.reshape(y, p, x.c, 0, tokens, x.c), p+"/proj", x.c)
}

// classify lets a class token attend to all tokens in two blocks, and classifies it.
func (s depthShape) classify(b *builder, x tensor, tokens int64, cross bool) {
	cls := tensor{vitShape{width: s.width}.token(b, x, "cls_token", 1), s.width}
	for i := range 2 {
		p := fmt.Sprintf("/blocks_token_only/%d", i)
		all := tensor{b.node("Concat", p, []string{cls.name, x.name}, attr{"axis", int64(1)}), s.width}
		y := b.layerNorm(all, p+"/norm1", depthEps)
		cls = s.add(b, cls, s.ask(b, y, p+"/attn", tokens+1), p+"/gamma1")
		if cross { // patches pass through the same normalisations
			x = s.add(b, x, s.behind(b, y, p), p+"/gamma1b")
			b.absent -= s.width
			if !s.lone {
				x = b.binary("Add", x, s.normedLike(b, x, p), p)
			}
		}
		y = b.perceptron(b.layerNorm(cls, p+"/norm2", depthEps), p+"/mlp", 4*s.width)
		cls = s.add(b, cls, y, p+"/gamma2")
	}
	if cross {
		cls = b.layerNorm(cls, "/norm", depthEps)
	} else {
		all := tensor{b.node("Concat", "", []string{cls.name, x.name}, attr{"axis", int64(1)}), s.width}
		cls = s.first(b, b.layerNorm(all, "/norm", depthEps), "")
	}
	b.output(b.gemm(b.reshape(cls, "/head", s.width, 0, s.width), "/head", 1000).name, int64(1000))
}

// first adds the first token; behind are the others.
func (s depthShape) first(b *builder, x tensor, p string) tensor {
	return tensor{b.node("Slice", p, []string{x.name, b.ints(p, 0), b.ints(p, 1), b.ints(p, 1)}), x.c}
}

// behind returns all tokens of x but the first, the class token.
func (s depthShape) behind(b *builder, x tensor, p string) tensor {
	return tensor{b.node("Slice", p, []string{x.name, b.ints(p, 1), b.ints(p, math.MaxInt64), b.ints(p, 1)}), x.c}
}

// normedLike adds a normalisation of the patches whose parameters are those of the class token's.
func (s depthShape) normedLike(b *builder, x tensor, p string) tensor {
	b.absent -= 2 * s.width
	return b.layerNorm(x, p+"/norm2b", depthEps)
}

// ask adds attention of the first token to all of them.
func (s depthShape) ask(b *builder, x tensor, p string, tokens int64) tensor {
	size := x.c / s.heads
	heads := func(y tensor, n int64, perm ...int64) tensor {
		return b.transpose(b.reshape(y, p, size, 0, n, s.heads, size), p, perm...)
	}
	q := b.scale(heads(b.linear(s.first(b, x, p), p+"/q", x.c), 1, 0, 2, 1, 3), p, float32(1/math.Sqrt(float64(size))))
	k, v := heads(b.linear(x, p+"/k", x.c), tokens, 0, 2, 3, 1), heads(b.linear(x, p+"/v", x.c), tokens, 0, 2, 1, 3)
	probs := b.node("Softmax", p, []string{b.node("MatMul", p, []string{q.name, k.name})}, attr{"axis", int64(-1)})
	y := b.transpose(tensor{b.node("MatMul", p, []string{probs, v.name}), size}, p, 0, 2, 1, 3)
	return b.linear(b.reshape(y, p, x.c, 0, 1, x.c), p+"/proj", x.c)
}

// buildCaiT builds the network of Touvron et al. 2021 (arXiv 2103.17239), as timm builds it: heads talk to each other.
func buildCaiT(b *builder, v values, s depthShape) {
	area := v.extent().over(s.patch)
	x := vitShape{patch: s.patch, width: s.width}.patches(b, image(b, v))
	x = b.transpose(b.reshape(x, "", s.width, 0, s.width, area.n()), "", 0, 2, 1)
	x.name = b.node("Add", "", []string{x.name, b.weight("pos_embed", 1, area.n(), s.width)})
	for i := range s.depth {
		p := fmt.Sprintf("/blocks/blocks.%d", i)
		x = s.add(b, x, s.talk(b, b.layerNorm(x, p+"/norm1", depthEps), p+"/attn", area.n()), p+"/gamma1")
		x = s.add(b, x, b.perceptron(b.layerNorm(x, p+"/norm2", depthEps), p+"/mlp", 4*s.width), p+"/gamma2")
	}
	s.classify(b, x, area.n(), false)
}

// talk adds self-attention whose heads are mixed before and behind the softmax (Shazeer et al. 2020, arXiv 2003.02436).
func (s depthShape) talk(b *builder, x tensor, p string, tokens int64) tensor {
	size := x.c / s.heads
	q, k, v := queriesKeysValues(b, x, p, tokens, s.heads)
	mix := func(y, name string) string {
		m := b.linear(b.transpose(tensor{y, s.heads}, p, 0, 2, 3, 1), p+name, s.heads)
		return b.transpose(m, p, 0, 3, 1, 2).name
	}
	scores := mix(b.node("MatMul", p, []string{b.scale(q, p, float32(1/math.Sqrt(float64(size)))).name, k.name}),
		"/proj_l")
	probs := mix(b.node("Softmax", p, []string{scores}, attr{"axis", int64(-1)}), "/proj_w")
	y := b.transpose(tensor{b.node("MatMul", p, []string{probs, v.name}), size}, p, 0, 2, 1, 3)
	return b.linear(b.reshape(y, p, x.c, 0, tokens, x.c), p+"/proj", x.c)
}

// xcits returns XCiT (arXiv 2106.09681) for patches of 16 and of 8 pixels, with timm's figures.
func xcits() []Entry {
	nano, tiny12, tiny24 := depthShape{16, 128, 12, 4, true}, depthShape{16, 192, 12, 4, false}, depthShape{16, 192, 24, 4,
		false}
	small12, small24 := depthShape{16, 384, 12, 8, false}, depthShape{16, 384, 24, 8, false}
	medium, large := depthShape{16, 512, 24, 8, false}, depthShape{16, 768, 24, 16, false}
	fine := func(s depthShape) depthShape { s.patch = 8; return s }
	return slices.Concat(
		networks("XCiT", "XCiT, patches of 16x16", 16, buildXCiT, []network[depthShape]{
			{"xcit_nano_12_p16_224", 224, 3_053_224, 550_952_448, 0.56, 72.318, nano},
			{"xcit_nano_12_p16_384", 384, 3_053_224, 1_618_114_048, 1.64, 75.46, nano},
			{"xcit_tiny_12_p16_224", 224, 6_716_272, 1_230_138_624, 1.24, 78.572, tiny12},
			{"xcit_tiny_12_p16_384", 384, 6_716_272, 3_613_012_224, 3.64, 80.954, tiny12},
			{"xcit_tiny_24_p16_224", 224, 12_116_896, 2_322_068_736, 2.34, 80.462, tiny24},
			{"xcit_tiny_24_p16_384", 384, 12_116_896, 6_821_949_696, 6.87, 82.58, tiny24},
			{"xcit_small_12_p16_224", 224, 26_253_304, 4_795_832_832, 4.82, 83.354, small12},
			{"xcit_small_12_p16_384", 384, 26_253_304, 14_086_267_392, 14.14, 84.734, small12},
			{"xcit_small_24_p16_224", 224, 47_671_384, 9_060_592_128, 9.1, 83.88, small24},
			{"xcit_small_24_p16_384", 384, 47_671_384, 26_619_437_568, 26.72, 85.102, small24},
			{"xcit_medium_24_p16_224", 224, 84_395_752, 16_083_597_312, 16.13, 84.292, medium},
			{"xcit_medium_24_p16_384", 384, 84_395_752, 47_252_887_552, 47.39, 85.434, medium},
			{"xcit_large_24_p16_224", 224, 189_096_136, 35_787_002_880, 35.86, 84.936, large},
			{"xcit_large_24_p16_384", 384, 189_096_136, 105_141_027_840, 105.35, 85.778, large},
		}),
		networks("XCiT", "XCiT, patches of 8x8", 8, buildXCiT, []network[depthShape]{
			{"xcit_nano_12_p8_224", 224, 3_049_016, 2_133_603_840, 2.16, 76.33, fine(nano)},
			{"xcit_nano_12_p8_384", 384, 3_049_016, 6_269_171_200, 6.34, 77.81, fine(nano)},
			{"xcit_tiny_12_p8_224", 224, 6_706_504, 4_771_008_768, 4.81, 81.214, fine(tiny12)},
			{"xcit_tiny_12_p8_384", 384, 6_706_504, 14_018_834_688, 14.13, 82.394, fine(tiny12)},
			{"xcit_tiny_24_p8_224", 224, 12_107_128, 9_138_729_216, 9.21, 82.578, fine(tiny24)},
			{"xcit_tiny_24_p8_384", 384, 12_107_128, 26_854_584_576, 27.05, 83.784, fine(tiny24)},
			{"xcit_small_12_p8_224", 224, 26_213_032, 18_618_819_072, 18.69, 84.252, fine(small12)},
			{"xcit_small_12_p8_384", 384, 26_213_032, 54_708_920_832, 54.92, 85.068, fine(small12)},
			{"xcit_small_24_p8_224", 224, 47_631_112, 35_677_856_256, 35.81, 84.878, fine(small24)},
			{"xcit_small_24_p8_384", 384, 47_631_112, 104_841_601_536, 105.24, 85.58, fine(small24)},
			{"xcit_medium_24_p8_224", 224, 84_323_624, 63_345_776_640, 63.53, 85.078, fine(medium)},
			{"xcit_medium_24_p8_384", 384, 84_323_624, 186_145_822_720, 186.67, 85.842, fine(medium)},
			{"xcit_large_24_p8_224", 224, 188_932_648, 140_957_303_808, 141.23, 85.396, fine(large)},
			{"xcit_large_24_p8_384", 384, 188_932_648, 414_212_932_608, 415, 86.024, fine(large)},
		}),
		networks("CaiT", "CaiT", 16, buildCaiT, []network[depthShape]{
			{"cait_xxs24_224", 224, 11_956_264, 2_523_475_200, 2.53, 78.4, depthShape{16, 192, 24, 4, true}},
			{"cait_xxs24_384", 384, 12_029_224, 9_599_136_000, 9.63, 80.954, depthShape{16, 192, 24, 4, true}},
			{"cait_xxs36_224", 224, 17_299_720, 3_755_697_408, 3.77, 79.75, depthShape{16, 192, 36, 4, true}},
			{"cait_xxs36_384", 384, 17_372_680, 14_313_009_408, 14.35, 82.204, depthShape{16, 192, 36, 4, true}},
			{"cait_xs24_384", 384, 26_670_088, 19_240_642_944, 19.28, 84.064, depthShape{16, 288, 24, 6, true}},
			{"cait_s24_224", 224, 46_916_200, 9_327_327_744, 9.35, 83.484, depthShape{16, 384, 24, 8, true}},
			{"cait_s24_384", 384, 47_062_120, 32_110_109_184, 32.17, 85.048, depthShape{16, 384, 24, 8, true}},
			{"cait_s36_384", 384, 68_366_632, 47_907_955_200, 47.99, 85.458, depthShape{16, 384, 36, 8, true}},
			{"cait_m36_384", 384, 271_221_352, 172_943_655_936, 173.11, 86.06, depthShape{16, 768, 36, 16, true}},
			{"cait_m48_448", 448, 356_460_520, 329_107_670_016, 329.41, 86.48, depthShape{16, 768, 48, 16, true}},
		}))
}
