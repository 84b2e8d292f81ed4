package zoo

import (
	"fmt"
	"slices"
)

// A liteShape is one EfficientViT of MIT: channels and blocks of the stem and four stages, channels of a head, and
// those of the two layers before the classifier.
type liteShape struct {
	widths, depths [5]int64
	head           int64
	hidden         [2]int64
	large          bool // early blocks are fused, their expansions larger, and GELU in place of hard swish
}

// lite carries the shape of the network.
type lite struct {
	*builder
	shape liteShape
}

// buildLite builds Cai et al. 2022 (arXiv 2205.14756), as timm builds it.
func buildLite(builder *builder, v values, s liteShape) {
	b := &lite{builder, s}
	x := b.act(b.convBN(image(b.builder, v), "/stem/in_conv", s.widths[0], 3, 2, 1), "/stem/in_conv")
	for i := range s.depths[0] {
		p := fmt.Sprintf("/stem/res%d", i)
		x = b.binary("Add", b.local(x, p, x.c, 1, 1, false, s.large), x, p)
	}
	area := v.extent().ceil(2)
	for i := 1; i < 5; i++ {
		area = area.ceil(2)
		x = b.stage(x, fmt.Sprintf("/stages/stages.%d", i-1), i, area)
	}
	x = b.act(b.convBN(x, "/head/in_conv", s.hidden[0], 1, 1, 1), "/head/in_conv")
	x = b.unary("Flatten", b.unary("GlobalAveragePool", x, "/head"), "/head", attr{"axis", int64(1)})
	x = b.layerNorm(b.project(x, "/head/classifier.0", s.hidden[1]), "/head/classifier.1", 1e-5)
	b.output(b.gemm(b.act(x, "/head/classifier.2"), "/head/classifier.4", 1000).name, int64(1000))
}

// act applies GELU by its tanh form in the large networks, and a hard swish in the small ones.
func (b *lite) act(x tensor, path string) tensor {
	if b.shape.large {
		return b.tanhGELU(x, path)
	}
	return b.unary("HardSwish", x, path)
}

// stage halves the map; the late ones attend.
func (b *lite) stage(x tensor, p string, i int, area extent) tensor {
	s := b.shape
	attends, plain := i > 2 && !s.large || i == 4, i > 2
	first, later, n := int64(4), int64(4), s.depths[i]
	if s.large {
		first = 16
		if attends {
			first, later = 24, 6
		}
	} else if !attends {
		n--
	}
	x = b.local(x, p+"/0", s.widths[i], 2, first, plain, s.large && !plain)
	for j := range n {
		q := fmt.Sprintf("%s/%d", p, j+1)
		if attends {
			x = b.binary("Add", b.attend(x, q+"/context_module", area), x, q)
			x = b.binary("Add", b.local(x, q+"/local_module", x.c, 1, later, true, false), x, q)
		} else {
			x = b.binary("Add", b.local(x, q, x.c, 1, later, plain, s.large && !plain), x, q)
		}
	}
	return x
}

// local returns an inverted residual, or where nothing is widened a separable one; plain: but the last convolution
// has a bias in place of a normalisation; fused: one convolution takes the place of the first two.
func (b *lite) local(x tensor, p string, out, stride, expand int64, plain, fused bool) tensor {
	conv := func(x tensor, name string, out, k, stride, groups int64) tensor {
		if plain {
			x = b.conv(x, p+name, out, k, stride, groups, true)
		} else {
			x = b.convBN(x, p+name, out, k, stride, groups)
		}
		return b.act(x, p+name)
	}
	mid := expand * x.c
	switch {
	case fused && expand == 1:
		return b.convBN(conv(x, "/conv1", x.c, 3, stride, 1), p+"/conv2", out, 3, 1, 1)
	case fused:
		return b.convBN(conv(x, "/spatial_conv", mid, 3, stride, 1), p+"/point_conv", out, 1, 1, 1)
	case expand > 1:
		x = conv(x, "/inverted_conv", mid, 1, 1, 1)
	}
	return b.convBN(conv(x, "/depth_conv", mid, 3, stride, mid), p+"/point_conv", out, 1, 1, 1)
}

// attend returns attention without a softmax, of queries, keys and values at two scales.
func (b *lite) attend(x tensor, p string, area extent) tensor {
	dim, tokens := b.shape.head, area.n()
	heads := x.c / dim
	qkv := b.conv(x, p+"/qkv", 3*x.c, 1, 1, 1, false)
	wider := b.conv(qkv, p+"/aggreg.0", qkv.c, 5, 1, qkv.c, false)
	wider = b.conv(wider, p+"/aggreg.1", qkv.c, 1, 1, 3*heads, false)
	all := b.transpose(b.reshape(b.concat(p, qkv, wider), p, 3*dim, 0, 2*heads, 3*dim, tokens), p, 0, 1, 3, 2)
	parts := b.nodeN("Split", p, 3, []string{all.name, b.ints(p, dim, dim, dim)}, attr{"axis", int64(3)})
	q, k := b.unary("Relu", tensor{parts[0], dim}, p), b.unary("Relu", tensor{parts[1], dim}, p)
	pads := b.ints(p, 0, 0, 0, 0, 0, 0, 0, 1)
	v := b.node("Pad", p, []string{parts[2], pads, b.scalar(p, 1)})
	kv := b.node("MatMul", p, []string{b.transpose(k, p, 0, 1, 3, 2).name, v})
	out := b.node("MatMul", p, []string{q.name, kv})
	both := b.nodeN("Split", p, 2, []string{out, b.ints(p, dim, 1)}, attr{"axis", int64(3)})
	sum := b.node("Add", p, []string{both[1], b.scalar(p, 1e-5)})
	y := b.transpose(tensor{b.node("Div", p, []string{both[0], sum}), dim}, p, 0, 1, 3, 2)
	return b.convBN(b.reshape(y, p, 2*x.c, 0, 2*x.c, area.h, area.w), p+"/proj", x.c, 1, 1, 1)
}

// efficientViTs returns EfficientViT of MIT (arXiv 2205.14756), whose attention is linear in
// tokens, with timm's figures.
func efficientViTs() []Entry {
	shape := func(width, head int64, hidden0, hidden1 int64, depths ...int64) liteShape {
		return liteShape{widths: [5]int64{width, 2 * width, 4 * width, 8 * width, 16 * width}, depths: [5]int64(depths),
			head: head, hidden: [2]int64{hidden0, hidden1}}
	}
	large := func(s liteShape) liteShape { s.large = true; return s }
	return slices.Concat(
		networks("EfficientViT", "EfficientViT of MIT", 32, buildLite, []network[liteShape]{
			{"efficientvit_b0", 224, 3_410_008, 100_233_216, 0.1, 71.408, shape(8, 16, 1024, 1280, 1, 2, 2, 2, 2)},
			{"efficientvit_b1", 224, 9_102_024, 519_214_592, 0.53, 79.254, shape(16, 16, 1536, 1600, 1, 2, 3, 3, 4)},
			{"efficientvit_b2", 224, 24_330_712, 1_584_937_984, 1.6, 82.162, shape(24, 32, 2304, 2560, 1, 3, 4, 4, 6)},
			{"efficientvit_b3", 256, 48_646_056, 5_161_586_688, 5.2, 83.782, shape(32, 32, 2304, 2560, 1, 4, 6, 6, 9)},
		}),
		networks("EfficientViT", "EfficientViT of MIT, large", 32, buildLite, []network[liteShape]{
			{"efficientvit_l1", 224, 52_654_088, 5_258_479_616, 5.27, 84.464, large(shape(32, 32, 3072, 3200, 1, 1, 1, 6, 6))},
			{"efficientvit_l2", 224, 63_707_016, 6_949_862_400, 6.97, 85.046, large(shape(32, 32, 3072, 3200, 1, 2, 2, 8, 8))},
			{"efficientvit_l3", 224, 246_037_288, 27_586_525_184, 27.62, 85.81, large(shape(64, 32, 6144, 6400, 1, 2, 2, 8, 8))},
		}))
}
