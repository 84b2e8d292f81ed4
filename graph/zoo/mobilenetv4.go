package zoo

import "fmt"

// A v4Block is a row of MobileNetV4's tables: kernels of the depthwise convolutions before and between the pointwise ones,
// 0 for none; stride, expansion, channels and repeats. Of the first kinds only the second kernel counts.
type v4Block struct {
	kind                                  v4Kind
	before, k, stride, expand, out, times int64
}

type v4Kind int

const (
	plain    v4Kind = iota // one convolution
	fused                  // a convolution that widens and a pointwise one
	inverted               // the universal inverted bottleneck
)

func v4Entry(size string, params, macs int64, gmac, top1 float64, side, stem int64, blocks []v4Block) Entry {
	return timm("mobilenetv4-conv-"+size, "MobileNet", fmt.Sprintf("MobileNetV4 of convolutions, %s, %d pixels", size, side), "mobilenetv4_conv_"+size, params, macs, gmac, top1,
		[]Option{anySize(side), batchOption}, func(b *builder, v values) { mobileNetV4(b, v, stem, blocks) })
}

func mobileNetV4s() []Entry {
	return []Entry{
		v4Entry("small", 3_774_024, 186_005_568, 0.19, 73.454, 224, 32, []v4Block{
			{plain, 0, 3, 2, 1, 32, 1}, {plain, 0, 1, 1, 1, 32, 1}, {plain, 0, 3, 2, 1, 96, 1}, {plain, 0, 1, 1, 1, 64, 1},
			{inverted, 5, 5, 2, 3, 96, 1}, {inverted, 0, 3, 1, 2, 96, 4}, {inverted, 3, 0, 1, 4, 96, 1},
			{inverted, 3, 3, 2, 6, 128, 1}, {inverted, 5, 5, 1, 4, 128, 1}, {inverted, 0, 5, 1, 4, 128, 1}, {inverted, 0, 5, 1, 3, 128, 1}, {inverted, 0, 3, 1, 4, 128, 2},
		}),
		v4Entry("medium", 9_715_512, 827_649_984, 0.84, 79.092, 224, 32, []v4Block{
			{fused, 0, 3, 2, 4, 48, 1}, {inverted, 3, 5, 2, 4, 80, 1}, {inverted, 3, 3, 1, 2, 80, 1},
			{inverted, 3, 5, 2, 6, 160, 1}, {inverted, 3, 3, 1, 4, 160, 2}, {inverted, 3, 5, 1, 4, 160, 1}, {inverted, 3, 3, 1, 4, 160, 1},
			{inverted, 3, 0, 1, 4, 160, 1}, {inverted, 0, 0, 1, 2, 160, 1}, {inverted, 3, 0, 1, 4, 160, 1},
			{inverted, 5, 5, 2, 6, 256, 1}, {inverted, 5, 5, 1, 4, 256, 1}, {inverted, 3, 5, 1, 4, 256, 2}, {inverted, 0, 0, 1, 4, 256, 1}, {inverted, 3, 0, 1, 4, 256, 1},
			{inverted, 3, 5, 1, 2, 256, 1}, {inverted, 5, 5, 1, 4, 256, 1}, {inverted, 0, 0, 1, 4, 256, 2}, {inverted, 5, 0, 1, 2, 256, 1},
		}),
		v4Entry("large", 32_590_864, 2_835_269_632, 2.86, 81.864, 256, 24, []v4Block{
			{fused, 0, 3, 2, 4, 48, 1}, {inverted, 3, 5, 2, 4, 96, 1}, {inverted, 3, 3, 1, 4, 96, 1},
			{inverted, 3, 5, 2, 4, 192, 1}, {inverted, 3, 3, 1, 4, 192, 3}, {inverted, 3, 5, 1, 4, 192, 1}, {inverted, 5, 3, 1, 4, 192, 5}, {inverted, 3, 0, 1, 4, 192, 1},
			{inverted, 5, 5, 2, 4, 512, 4}, {inverted, 5, 0, 1, 4, 512, 1}, {inverted, 5, 3, 1, 4, 512, 1}, {inverted, 5, 0, 1, 4, 512, 2}, {inverted, 5, 3, 1, 4, 512, 1},
			{inverted, 5, 5, 1, 4, 512, 1}, {inverted, 5, 0, 1, 4, 512, 3},
		}),
	}
}

// mobileNetV4 is Qin et al. 2024 (arXiv 2404.10518), tables 11 to 13, as timm builds it.
func mobileNetV4(b *builder, v values, stem int64, blocks []v4Block) {
	x, n := b.unary("Relu", b.convBN(image(b, v), "/conv_stem", stem, 3, 2, 1), "/bn1/act"), 0
	for _, k := range blocks {
		for range k.times {
			x = k.add(b, x, fmt.Sprintf("/blocks/blocks.%d", n))
			k.stride, n = 1, n+1
		}
	}
	x = b.unary("Relu", b.convBN(x, "/blocks/last/conv", 960, 1, 1, 1), "/blocks/last/bn1/act")
	x = b.unary("GlobalAveragePool", x, "/global_pool")
	x = b.unary("Relu", b.convBN(x, "/conv_head", 1280, 1, 1, 1), "/norm_head/act")
	x = b.unary("Flatten", x, "", attr{"axis", int64(1)})
	b.output(b.gemm(x, "/classifier", 1000).name, int64(1000))
}

func (k v4Block) add(b *builder, x tensor, p string) tensor {
	wide := multipleOf8(float64(x.c * k.expand))
	var y tensor
	switch k.kind {
	case plain:
		return b.unary("Relu", b.convBN(x, p+"/conv", k.out, k.k, k.stride, 1), p+"/bn1/act")
	case fused:
		y = b.unary("Relu", b.convBN(x, p+"/conv_exp", wide, k.k, k.stride, 1), p+"/bn1/act")
		y = b.convBN(y, p+"/conv_pwl", k.out, 1, 1, 1)
	default:
		y = k.bottleneck(b, x, p, wide)
	}
	if k.stride == 1 && x.c == k.out {
		return b.binary("Add", y, x, p)
	}
	return y
}

// bottleneck is the universal inverted bottleneck; its last depthwise convolution strides.
func (k v4Block) bottleneck(b *builder, x tensor, p string, wide int64) tensor {
	if k.before > 0 {
		stride := k.stride
		if k.k > 0 {
			stride = 1
		}
		x = b.convBN(x, p+"/dw_start/conv", x.c, k.before, stride, x.c)
	}
	x = b.unary("Relu", b.convBN(x, p+"/pw_exp/conv", wide, 1, 1, 1), p+"/pw_exp/bn/act")
	if k.k > 0 {
		x = b.unary("Relu", b.convBN(x, p+"/dw_mid/conv", wide, k.k, k.stride, wide), p+"/dw_mid/bn/act")
	}
	return b.convBN(x, p+"/pw_proj/conv", k.out, 1, 1, 1)
}
