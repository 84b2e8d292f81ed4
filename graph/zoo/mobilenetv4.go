package zoo

import (
	"cmp"
	"fmt"
	"slices"
)

// A v4Block is a row of MobileNetV4's tables: kernels of the depthwise convolutions before and between the pointwise
// ones, 0 for none; stride, expansion, channels and repeats. Of the first kinds only the second kernel counts.
// Attention has heads, the stride of keys and values, and the width of a head in the places of both kernels and the
// expansion.
type v4Block struct {
	kind                                  v4Kind
	before, k, stride, expand, out, times int64
}

type v4Kind int

const (
	plain    v4Kind = iota // one convolution
	fused                  // a convolution that widens and a pointwise one
	inverted               // the universal inverted bottleneck
	query                  // attention whose heads share keys and values
)

// A v4Shape is one MobileNetV4.
type v4Shape struct {
	stem   int64
	blocks []v4Block
	width  float64                                        // factor of all channels but the stem's; 0: 1
	act    string                                         // "": ReLU
	scaled bool                                           // each channel of what blocks add is scaled
	blur   func(b *builder, x tensor, path string) tensor // in place of strides within blocks; may be nil
}

// v4Entry returns the Entry of timm's MobileNetV4 of convolutions. side is the image's in pixels,
// stem the first convolution's channels.
func v4Entry(size string, params, macs int64, gmac, top1 float64, side, stem int64, blocks []v4Block) Entry {
	doc := fmt.Sprintf("MobileNetV4 of convolutions, %s, %d pixels", size, side)
	return timm("mobilenetv4-conv-"+size, "MobileNet", doc, "mobilenetv4_conv_"+size, params, macs, gmac, top1,
		[]Option{anySize(side), batchOption},
		func(b *builder, v values) { mobileNetV4(b, v, v4Shape{stem: stem, blocks: blocks}) })
}

// The blocks of the networks of convolutions.
var (
	v4Small = []v4Block{
		{plain, 0, 3, 2, 1, 32, 1}, {plain, 0, 1, 1, 1, 32, 1}, {plain, 0, 3, 2, 1, 96, 1}, {plain, 0, 1, 1, 1, 64, 1},
		{inverted, 5, 5, 2, 3, 96, 1}, {inverted, 0, 3, 1, 2, 96, 4}, {inverted, 3, 0, 1, 4, 96, 1},
		{inverted, 3, 3, 2, 6, 128, 1}, {inverted, 5, 5, 1, 4, 128, 1}, {inverted, 0, 5, 1, 4, 128, 1}, {inverted, 0, 5, 1, 3, 128, 1}, {inverted, 0, 3, 1, 4, 128, 2},
	}
	v4Medium = []v4Block{
		{fused, 0, 3, 2, 4, 48, 1}, {inverted, 3, 5, 2, 4, 80, 1}, {inverted, 3, 3, 1, 2, 80, 1},
		{inverted, 3, 5, 2, 6, 160, 1}, {inverted, 3, 3, 1, 4, 160, 2}, {inverted, 3, 5, 1, 4, 160, 1}, {inverted, 3, 3, 1, 4, 160, 1},
		{inverted, 3, 0, 1, 4, 160, 1}, {inverted, 0, 0, 1, 2, 160, 1}, {inverted, 3, 0, 1, 4, 160, 1},
		{inverted, 5, 5, 2, 6, 256, 1}, {inverted, 5, 5, 1, 4, 256, 1}, {inverted, 3, 5, 1, 4, 256, 2}, {inverted, 0, 0, 1, 4, 256, 1}, {inverted, 3, 0, 1, 4, 256, 1},
		{inverted, 3, 5, 1, 2, 256, 1}, {inverted, 5, 5, 1, 4, 256, 1}, {inverted, 0, 0, 1, 4, 256, 2}, {inverted, 5, 0, 1, 2, 256, 1},
	}
	v4Large = []v4Block{
		{fused, 0, 3, 2, 4, 48, 1}, {inverted, 3, 5, 2, 4, 96, 1}, {inverted, 3, 3, 1, 4, 96, 1},
		{inverted, 3, 5, 2, 4, 192, 1}, {inverted, 3, 3, 1, 4, 192, 3}, {inverted, 3, 5, 1, 4, 192, 1}, {inverted, 5, 3, 1, 4, 192, 5}, {inverted, 3, 0, 1, 4, 192, 1},
		{inverted, 5, 5, 2, 4, 512, 4}, {inverted, 5, 0, 1, 4, 512, 1}, {inverted, 5, 3, 1, 4, 512, 1}, {inverted, 5, 0, 1, 4, 512, 2}, {inverted, 5, 3, 1, 4, 512, 1},
		{inverted, 5, 5, 1, 4, 512, 1}, {inverted, 5, 0, 1, 4, 512, 3},
	}
)

// mobileNetV4s returns MobileNetV4 (arXiv 2404.10518), of convolutions and hybrid, with timm's
// figures.
func mobileNetV4s() []Entry {
	return slices.Concat([]Entry{
		v4Entry("small", 3_774_024, 186_005_568, 0.19, 73.454, 224, 32, v4Small),
		v4Entry("medium", 9_715_512, 827_649_984, 0.84, 79.092, 224, 32, v4Medium),
		v4Entry("large", 32_590_864, 2_835_269_632, 2.86, 81.864, 256, 24, v4Large),
	}, v4Kin())
}

// mobileNetV4 adds Qin et al. 2024 (arXiv 2404.10518), tables 11 to 13, as timm builds it.
func mobileNetV4(b *builder, v values, s v4Shape) {
	s.act, s.width = cmp.Or(s.act, "Relu"), cmp.Or(s.width, 1)
	x, n, area := b.activate(s.act, b.convBN(image(b, v), "/conv_stem", s.stem, 3, 2, 1), "/bn1/act"), 0, v.extent().ceil(2)
	for _, k := range s.blocks {
		k.out = s.channels(k.out)
		for range k.times {
			x = s.add(b, x, fmt.Sprintf("/blocks/blocks.%d", n), k, area)
			area = area.ceil(k.stride)
			k.stride, n = 1, n+1
		}
	}
	x = b.activate(s.act, b.convBN(x, "/blocks/last/conv", s.channels(960), 1, 1, 1), "/blocks/last/bn1/act")
	x = b.unary("GlobalAveragePool", x, "/global_pool")
	x = b.activate(s.act, b.convBN(x, "/conv_head", 1280, 1, 1, 1), "/norm_head/act")
	x = b.unary("Flatten", x, "", attr{"axis", int64(1)})
	b.output(b.gemm(x, "/classifier", 1000).name, int64(1000))
}

// channels returns c channels times the width, rounded to a multiple of 8.
func (s v4Shape) channels(c int64) int64 { return multipleOf8(float64(c) * s.width) }

// conv adds a convolution with its activation; a blur takes the place of its stride where the network has one.
func (s v4Shape) conv(b *builder, x tensor, path string, out, k, stride, groups int64, act string) tensor {
	blurs := s.blur != nil && stride > 1
	if blurs {
		stride = 1
	}
	y := b.activate(act, b.convBN(x, path+"/conv", out, k, stride, groups), path+"/bn/act")
	if blurs {
		return s.blur(b, y, path+"/aa")
	}
	return y
}

// add adds block k to x [batch, c, area.h, area.w]: a plain or fused convolution, a universal
// inverted bottleneck or attention.
func (s v4Shape) add(b *builder, x tensor, p string, k v4Block, area extent) tensor {
	var y tensor
	wide := multipleOf8(float64(x.c * k.expand))
	switch k.kind {
	case plain:
		return b.activate(s.act, b.convBN(x, p+"/conv", k.out, k.k, k.stride, 1), p+"/bn1/act")
	case fused:
		y = s.conv(b, x, p+"/conv_exp", wide, k.k, k.stride, 1, s.act)
		y = b.convBN(y, p+"/conv_pwl", k.out, 1, 1, 1)
	case query:
		y = k.attend(b, b.batchNorm(x, p+"/norm"), p+"/attn", area)
	default:
		y = s.bottleneck(b, x, p, k, wide)
	}
	if s.scaled && k.kind != fused {
		y.name = b.node("Mul", p, []string{y.name, b.weight(weightName(p+"/layer_scale"), k.out, 1, 1)})
	}
	if k.stride == 1 && x.c == k.out {
		return b.binary("Add", y, x, p)
	}
	return y
}

// bottleneck adds the universal inverted bottleneck; its last depthwise convolution strides.
func (s v4Shape) bottleneck(b *builder, x tensor, p string, k v4Block, wide int64) tensor {
	if k.before > 0 {
		stride := k.stride
		if k.k > 0 {
			stride = 1
		}
		x = s.conv(b, x, p+"/dw_start", x.c, k.before, stride, x.c, "")
	}
	x = b.activate(s.act, b.convBN(x, p+"/pw_exp/conv", wide, 1, 1, 1), p+"/pw_exp/bn/act")
	if k.k > 0 {
		x = s.conv(b, x, p+"/dw_mid", wide, k.k, k.stride, wide, s.act)
	}
	return b.convBN(x, p+"/pw_proj/conv", k.out, 1, 1, 1)
}
