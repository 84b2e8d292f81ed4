package zoo

import (
	"fmt"
	"slices"
)

// A preactShape is one size of ResNet V2: blocks a stage, factor of the channels, and the normalisation.
type preactShape struct {
	depths   [4]int
	wide     int64
	pairs    bool    // blocks of two 3x3 convolutions
	stem     []int64 // channels of the stem's 3x3 convolutions; one of 7x7 where there are none
	averaged bool    // shortcuts average squares of four before their convolution
	norm     norm    // nil: batch normalisation
}

// buildPreact builds the network of He et al. 2016 (arXiv 1603.05027), with group normalisation Kolesnikov et al.
// 2019 (arXiv 1912.11370), as timm builds them: each convolution comes behind its normalisation. Weights are taken as
// standardised beforehand; timm standardises them in each inference, and counts five for each weight.
func buildPreact(b *builder, v values, s preactShape) {
	x := image(b, v)
	if len(s.stem) == 0 {
		x = b.convolve(x, "/stem/conv", 64*s.wide, square(7, 2, 3), false)
	}
	stride := int64(2)
	for i, out := range s.stem {
		p := fmt.Sprintf("/stem/conv%d", i+1)
		x = b.convolve(x, p, out, square(3, stride, 1), false)
		if i < len(s.stem)-1 {
			x = s.active(b, x, p+"/norm")
		}
		stride = 1
	}
	x = b.maxPool(x, "/stem/pool", 3, 2)
	for i, depth := range s.depths {
		stride := int64(min(i+1, 2))
		for j := range depth {
			x = s.block(b, x, fmt.Sprintf("/stages/stages.%d/blocks.%d", i, j), 64*s.wide<<i, stride)
			stride = 1
		}
	}
	b.classifier(s.active(b, x, "/norm"), "/head/fc", 1000)
}

// active normalises and rectifies.
func (s preactShape) active(b *builder, x tensor, path string) tensor {
	if s.norm == nil {
		return b.unary("Relu", b.batchNorm(x, path), path)
	}
	return b.unary("Relu", s.norm(b, x, path), path)
}

// block adds a residual block that normalises before it convolves (arXiv 1603.05027) to x [batch,
// c, h, w]. mid is the bottleneck's width in channels; four times as many come out, or mid of a
// pair.
func (s preactShape) block(b *builder, x tensor, p string, mid, stride int64) tensor {
	y, out := s.active(b, x, p+"/norm1"), 4*mid
	if s.pairs {
		out = mid
	}
	short := x
	if stride > 1 || x.c != out {
		short = y
		k := square(1, stride, 0)
		if s.averaged && stride > 1 {
			short, k.stride = b.average(short, p+"/downsample/pool", 2), 1
		}
		short = b.convolve(short, p+"/downsample/conv", out, k, false)
	}
	if s.pairs {
		y = b.conv(y, p+"/conv1", mid, 3, stride, 1, false)
		y = b.conv(s.active(b, y, p+"/norm2"), p+"/conv2", mid, 3, 1, 1, false)
		return b.binary("Add", y, short, p)
	}
	y = b.conv(y, p+"/conv1", mid, 1, 1, 1, false)
	y = b.conv(s.active(b, y, p+"/norm2"), p+"/conv2", mid, 3, stride, 1, false)
	y = b.conv(s.active(b, y, p+"/norm3"), p+"/conv3", out, 1, 1, 1, false)
	return b.binary("Add", y, short, p)
}

// preactKin lists the networks.
func preactKin() []Entry {
	fifty, hundred, more := [4]int{3, 4, 6, 3}, [4]int{3, 4, 23, 3}, [4]int{3, 8, 36, 3}
	bit := func(depths [4]int, wide int64) preactShape {
		return preactShape{depths: depths, wide: wide, norm: groups32}
	}
	plain := func(depths [4]int) preactShape { return preactShape{depths: depths, wide: 1} }
	d := func(s preactShape, stem ...int64) preactShape { s.stem, s.averaged = stem, true; return s }
	two := func(depths ...int) preactShape { return preactShape{depths: [4]int(depths), wide: 1, pairs: true} }
	return slices.Concat(
		networks("ResNet", "ResNet V2", 1, buildPreact, []network[preactShape]{
			{"resnetv2_18", 224, 11_687_720, 1_814_073_344, 1.82, 75.364, two(2, 2, 2, 2)},
			{"resnetv2_18d", 224, 11_706_952, 2_053_713_920, 2.06, 76.058, d(two(2, 2, 2, 2), 32, 32, 64)},
			{"resnetv2_34", 224, 21_795_880, 3_663_761_408, 3.67, 79.07, two(3, 4, 6, 3)},
			{"resnetv2_34d", 224, 21_815_112, 3_903_401_984, 3.91, 80.43, d(two(3, 4, 6, 3), 32, 32, 64)},
			{"resnetv2_50", 224, 25_549_352, 4_089_184_256, 4.11, 81.406, plain(fifty)},
			{"resnetv2_50d", 224, 25_568_584, 4_328_824_832, 4.35, 0, d(plain(fifty), 32, 32, 64)},
			{"resnetv2_50t", 224, 25_566_048, 4_297_213_952, 4.32, 0, d(plain(fifty), 24, 32, 64)},
			{"resnetv2_50d_gn", 224, 25_568_584, 4_328_824_832, 4.38, 81.96, d(bit(fifty, 1), 32, 32, 64)},
			{"resnetv2_101", 288, 44_541_480, 12_894_863_360, 12.94, 83.002, plain(hundred)},
			{"resnetv2_101d", 224, 44_560_712, 8_041_046_016, 8.07, 0, d(plain(hundred), 32, 32, 64)},
			{"resnetv2_152", 224, 60_185_128, 11_513_626_624, 11.55, 0, plain(more)},
		}),
		networks("ResNet", "ResNet V2 of BiT, group normalisation and standardised weights", 1, buildPreact,
			[]network[preactShape]{
				{"resnetv2_50x1_bit", 224, 25_549_352, 4_089_184_256, 4.23, 82.82, bit(fifty, 1)},
				{"resnetv2_50x3_bit", 224, 217_319_080, 36_082_286_592, 37.06, 83.982, bit(fifty, 3)},
				{"resnetv2_101x1_bit", 224, 44_541_480, 7_801_405_440, 8.04, 82.332, bit(hundred, 1)},
				{"resnetv2_101x3_bit", 224, 387_934_888, 69_492_277_248, 71.23, 84.43, bit(hundred, 3)},
				{"resnetv2_152x2_bit", 224, 236_335_208, 45_814_382_592, 46.95, 84.468, bit(more, 2)},
				{"resnetv2_152x4_bit", 224, 936_533_224, 182_777_282_560, 186.9, 84.936, bit(more, 4)},
			}))
}
