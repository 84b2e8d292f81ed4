package zoo

import (
	"fmt"
	"slices"
)

// bottlenecks returns, as pairs does, the shapes of a number of blocks a stage, of 1x1, 3x3 and 1x1 or of two 3x3
// convolutions.
func bottlenecks(a, b, c, d int) resnetShape {
	return resnetShape{depths: [4]int{a, b, c, d}, bottleneck: true, groups: 1, groupWidth: 64}
}

// pairs returns a network of pairs of 3x3 convolutions, of a, b, c and d blocks in its four stages.
func pairs(a, b, c, d int) resnetShape {
	return resnetShape{depths: [4]int{a, b, c, d}, groups: 1, groupWidth: 64}
}

// grouped returns the shape with so many groups, so wide at 64 planes.
func (s resnetShape) grouped(groups, width int64) resnetShape {
	s.groups, s.groupWidth = groups, width
	return s
}

// gated returns the shape with gated channels.
func (s resnetShape) gated(g gate) resnetShape { s.gate = g; return s }

// deep returns the shape with three 3x3 convolutions as its stem.
func (s resnetShape) deep(a, b, c int64) resnetShape { s.stem = []int64{a, b, c}; return s }

// bag returns the shape as resnet-d: a deep stem and averages in the shortcuts (He et al. 2018, arXiv 1812.01187).
func (s resnetShape) bag(a, b, c int64) resnetShape { s.averaged = true; return s.deep(a, b, c) }

// d returns the network with the tricks of type D (arXiv 1812.01187): a stem of 32, 32 and 64
// channels and averaged shortcuts.
func (s resnetShape) d() resnetShape { return s.bag(32, 32, 64) }

// t returns the network with the tricks of type D and timm's tiered stem of 24, 32 and 64 channels.
func (s resnetShape) t() resnetShape { return s.bag(24, 32, 64) }

// blurred returns the shape with another operation in the place of strides (Zhang 2019, arXiv 1904.11486).
func (s resnetShape) blurred(by blur) resnetShape { s.blur = by; return s }

// rescaled returns the shape of ResNet-RS (Bello et al. 2021, arXiv 2103.07579).
func (s resnetShape) rescaled() resnetShape {
	s = s.d().gated(gatedBy(0.25))
	s.strided = true
	return s
}

// legacy returns the shape of Hu et al. 2017 (arXiv 1709.01507) as its authors built it: the first convolution strides.
func (s resnetShape) legacy() resnetShape {
	s.early = true
	return s.gated(gated16)
}

// doubling returns the shape of SENet-154 in the same paper.
func (s resnetShape) doubling() resnetShape {
	s.doubled = true
	return s.deep(64, 64, 128).gated(gated16)
}

// normed returns the shape with another normalisation.
func (s resnetShape) normed(by norm) resnetShape { s.norm = by; return s }

// split returns the shape with another middle of its bottlenecks.
func (s resnetShape) split(m resnetMiddle, groupWidth, groups int64) resnetShape {
	s.middle = m
	return s.grouped(groups, groupWidth)
}

var gated16 = gatedBy(1.0 / 16)

// A blur halves a map without strides of its convolutions; in the stem it takes the place of the pool.
type blur func(b *builder, x tensor, path string, stem bool) tensor

// averages halves by the mean of four.
func averages(b *builder, x tensor, path string, _ bool) tensor { return b.average(x, path, 2) }

// binomial halves by a fixed 3x3 filter over a reflected border, behind a pool where it takes the place of one.
func binomial(b *builder, x tensor, path string, stem bool) tensor {
	if stem {
		x = b.maxPool(x, path, 3, 1)
	}
	pads := b.ints(path, 0, 0, 1, 1, 0, 0, 1, 1)
	x.name = b.node("Pad", path, []string{x.name, pads}, attr{"mode", "reflect"})
	in := []string{x.name, b.table(path, x.c, 1, 3, 3)}
	x.name = b.node("Conv", path, in, attr{"group", x.c}, attr{"kernel_shape", []int64{3, 3}},
		attr{"strides", []int64{2, 2}})
	return x
}

// groups32 adds a normalisation over 32 groups of channels.
func groups32(b *builder, x tensor, path string) tensor { return b.groupNormalise(x, path, 32, 1e-5) }

// A resnetMiddle is the middle of a bottleneck: planes, the stride, and whether it is a stage's first.
type resnetMiddle func(b *builder, x tensor, path string, planes, stride int64, first bool) tensor

// hierarchy returns a 3x3 convolution for each but one of the parts of the channels, which also sees the result before
// it: Gao et al. 2019 (arXiv 1904.01169). The last part is passed on, in a stage's first block averaged.
func hierarchy(parts, groups int64) resnetMiddle {
	return func(b *builder, x tensor, path string, planes, stride int64, first bool) tensor {
		width := x.c / parts
		sizes := make([]int64, parts)
		for i := range sizes {
			sizes[i] = width
		}
		split := b.nodeN("Split", path, int(parts), []string{x.name, b.ints(path, sizes...)}, attr{"axis", int64(1)})
		var outs []tensor
		for i := range parts - 1 {
			y := tensor{split[i], width}
			if i > 0 && !first {
				y = b.binary("Add", outs[i-1], y, path)
			}
			p := fmt.Sprintf("%s/convs.%d", path, i)
			outs = append(outs, b.unary("Relu", b.normConv(y, p, width, kernel{3, 3, stride, 1, 1, groups, 1}), p+"/relu"))
		}
		last := tensor{split[parts-1], width}
		if first {
			last = b.pool("AveragePool", last, path+"/pool", square(3, stride, 1), false)
		}
		return b.concat(path, append(outs, last)...)
	}
}

// attentive returns two groups of channels, mixed by what a small network sees in their means:
// Zhang et al. 2020 (arXiv 2004.08955). Strides are averages.
func attentive(radix, groups int64) resnetMiddle {
	return func(b *builder, x tensor, path string, planes, stride int64, first bool) tensor {
		width, p := x.c, path+"/conv2"
		y := b.normConv(x, p+"/conv", radix*width, kernel{3, 3, 1, 1, 1, groups * radix, 1})
		y = b.unary("Relu", y, p+"/act0")
		parts := b.reshape(tensor{b.node("Shape", p, []string{y.name}), 0}, p, 0, -1) // of the whole map
		split := b.node("Reshape", p, []string{y.name, b.radixShape(p, parts.name, radix, width)})
		sum := tensor{b.node("ReduceSum", p, []string{split, b.ints(p, 1)}, attr{"keepdims", int64(0)}), width}
		a := b.unary("GlobalAveragePool", sum, p)
		hidden := max(32, nearest8(float64(width*radix)/4))
		a = b.normConv(a, p+"/fc1", hidden, kernel{1, 1, 1, 0, 0, groups, 1})
		b.absent += hidden // the bias before the normalisation
		a = b.convolve(b.unary("Relu", a, p+"/act1"), p+"/fc2", radix*width, kernel{1, 1, 1, 0, 0, groups, 1}, true)
		a = b.transpose(b.reshape(a, p, width, 0, groups, radix, width/groups), p, 0, 2, 1, 3)
		a = b.unary("Softmax", a, p, attr{"axis", int64(1)})
		a = b.reshape(a, p, width, 0, radix, width, 1, 1)
		mixed := b.node("Mul", p, []string{split, a.name})
		y = tensor{b.node("ReduceSum", p, []string{mixed, b.ints(p, 1)}, attr{"keepdims", int64(0)}), width}
		if stride > 1 {
			y = b.pool("AveragePool", y, path+"/avd_last", square(3, 2, 1), false)
		}
		return y
	}
}

// selective returns two convolutions of half the channels each, one of which sees further, mixed channel by channel by
// what a small network sees in their sum: Li et al. 2019 (arXiv 1903.06586).
func selective(part, multiple int64) resnetMiddle {
	return func(b *builder, x tensor, path string, planes, stride int64, first bool) tensor {
		p, width := path+"/sk", x.c
		halves := b.channelParts(x, p, width/2, width/2)
		var ways [2]tensor
		for i := range ways {
			far := int64(i + 1)
			q := fmt.Sprintf("%s/paths.%d", p, i)
			ways[i] = b.unary("Relu", b.normConv(halves[i], q, planes, kernel{3, 3, stride, far, far, 1, far}), q+"/act")
		}
		a := b.unary("GlobalAveragePool", b.binary("Add", ways[0], ways[1], p), p)
		hidden := max(multiple, (planes/part+multiple/2)/multiple*multiple)
		a = b.unary("Relu", b.convBN(a, p+"/attn/fc_reduce", hidden, 1, 1, 1), p+"/attn/act")
		a = b.reshape(b.conv(a, p+"/attn/fc_select", 2*planes, 1, 1, 1, false), p, planes, -1, 2, planes, 1, 1)
		parts := b.channelParts(b.unary("Softmax", a, p, attr{"axis", int64(1)}), p, 1, 1)
		for i := range ways {
			weight := b.reshape(parts[i], p, planes, -1, planes, 1, 1)
			ways[i] = b.binary("Mul", ways[i], weight, p)
		}
		return b.binary("Add", ways[0], ways[1], p)
	}
}

// radixShape returns the shape of a map whose channels are taken apart.
func (b *builder) radixShape(path, shape string, radix, width int64) string {
	batch := b.node("Slice", path, []string{shape, b.ints(path, 0), b.ints(path, 1)})
	sides := b.node("Slice", path, []string{shape, b.ints(path, 2), b.ints(path, 4)})
	return b.node("Concat", path, []string{batch, b.ints(path, radix, width), sides}, attr{"axis", int64(0)})
}

// resnetKin lists the members of the family beside torchvision's.
func resnetKin() []Entry {
	build := func(b *builder, v values, s resnetShape) { resnet(b, v, s) }
	return slices.Concat(
		networks("ResNet", "ResNet with selective kernels", 1, build, selectiveResNets()),
		networks("ResNet", "ResNet with another stem, shortcut or pool", 1, build, stemmedResNets()),
		networks("ResNet", "ResNet with gated channels", 1, build, gatedResNets()),
		networks("ResNet", "ResNet-RS", 1, build, rescaledResNets()),
		networks("Res2Net", "Res2Net, with scales within a block", 1, build, res2Nets()),
		networks("ResNeSt", "ResNeSt, with attention to parts of the channels", 1, build, resNeSts()))
}

// selectiveResNets returns SKNets: ResNets that weigh kernels of two sizes by channel.
func selectiveResNets() []network[resnetShape] {
	return []network[resnetShape]{
		{"skresnet18", 224, 11_958_056, 1_814_337_536, 1.82, 73.02, pairs(2, 2, 2, 2).split(selective(8, 16), 64, 1)},
		{"skresnet34", 224, 22_282_376, 3_664_237_568, 3.67, 76.956, pairs(3, 4, 6, 3).split(selective(8, 16), 64, 1)},
		{"skresnet50", 224, 25_803_160, 4_089_422_336, 4.11, 0, bottlenecks(3, 4, 6, 3).split(selective(16, 8), 64, 1)},
		{"skresnet50d", 224, 25_822_392, 4_329_062_912, 4.36, 0, bottlenecks(3, 4, 6, 3).d().split(selective(16, 8), 64, 1)},
	}
}

// stemmedResNets returns ResNets and ResNeXts with other stems, averaged shortcuts (d, t), blurred strides (aa, blur)
// or group normalisation.
func stemmedResNets() []network[resnetShape] {
	return []network[resnetShape]{
		{"resnet10t", 224, 5_435_488, 1_097_259_008, 1.1, 68.354, pairs(1, 1, 1, 1).t()},
		{"resnet14t", 224, 10_081_632, 1_676_822_528, 1.69, 72.242, bottlenecks(1, 1, 1, 1).t()},
		{"resnet18d", 224, 11_708_744, 2_053_713_920, 2.06, 76.012, pairs(2, 2, 2, 2).d()},
		{"resnet26", 224, 15_995_176, 2_342_256_640, 2.36, 76.384, bottlenecks(2, 2, 2, 2)},
		{"resnet26d", 224, 16_014_408, 2_581_897_216, 2.6, 77.422, bottlenecks(2, 2, 2, 2).d()},
		{"resnet26t", 256, 16_011_872, 3_330_359_296, 3.35, 78.33, bottlenecks(2, 2, 2, 2).t()},
		{"resnet34d", 224, 21_816_904, 3_903_401_984, 3.91, 78.44, pairs(3, 4, 6, 3).d()},
		{"resnet50c", 224, 25_576_264, 4_328_824_832, 4.35, 78.016, bottlenecks(3, 4, 6, 3).deep(32, 32, 64)},
		{"resnet50d", 224, 25_576_264, 4_328_824_832, 4.35, 81.84, bottlenecks(3, 4, 6, 3).d()},
		{"resnet50s", 224, 25_680_808, 5_444_337_664, 5.47, 78.71, bottlenecks(3, 4, 6, 3).deep(64, 64, 128)},
		{"resnet50t", 224, 25_573_728, 4_297_213_952, 4.32, 0, bottlenecks(3, 4, 6, 3).t()},
		{"resnet50_gn", 224, 25_557_032, 4_089_184_256, 4.14, 81.216, bottlenecks(3, 4, 6, 3).normed(groups32)},
		{"resnet101c", 224, 44_568_392, 8_041_046_016, 8.08, 79.542, bottlenecks(3, 4, 23, 3).deep(32, 32, 64)},
		{"resnet101d", 224, 44_568_392, 8_041_046_016, 8.08, 83.02, bottlenecks(3, 4, 23, 3).d()},
		{"resnet101s", 224, 44_672_936, 9_156_558_848, 9.19, 80.278, bottlenecks(3, 4, 23, 3).deep(64, 64, 128)},
		{"resnet152c", 224, 60_212_040, 11_753_267_200, 11.8, 79.904, bottlenecks(3, 8, 36, 3).deep(32, 32, 64)},
		{"resnet152d", 224, 60_212_040, 11_753_267_200, 11.8, 83.684, bottlenecks(3, 8, 36, 3).d()},
		{"resnet152s", 224, 60_316_584, 12_868_780_032, 12.92, 81.048, bottlenecks(3, 8, 36, 3).deep(64, 64, 128)},
		{"resnet200", 224, 64_673_832, 15_007_481_856, 15.07, 0, bottlenecks(3, 24, 36, 3)},
		{"resnet200d", 320, 64_693_064, 31_114_444_800, 31.25, 83.976, bottlenecks(3, 24, 36, 3).d()},
		{"resnetaa34d", 224, 21_816_904, 4_423_626_752, 4.43, 0, pairs(3, 4, 6, 3).d().blurred(averages)},
		{"resnetaa50", 224, 25_557_032, 5_129_633_792, 5.15, 81.618, bottlenecks(3, 4, 6, 3).blurred(averages)},
		{"resnetaa50d", 224, 25_576_264, 5_369_274_368, 5.39, 82.656, bottlenecks(3, 4, 6, 3).d().blurred(averages)},
		{"resnetaa101d", 224, 44_568_392, 9_081_495_552, 9.12, 84.114, bottlenecks(3, 4, 23, 3).d().blurred(averages)},
		{"resnetblur18", 224, 11_689_512, 2_337_684_992, 2.34, 0, pairs(2, 2, 2, 2).blurred(binomial)},
		{"resnetblur50", 224, 25_557_032, 5_133_020_672, 5.16, 80.248, bottlenecks(3, 4, 6, 3).blurred(binomial)},
		{"resnetblur50d", 224, 25_576_264, 5_372_661_248, 5.4, 0, bottlenecks(3, 4, 6, 3).d().blurred(binomial)},
		{"resnetblur101d", 224, 44_568_392, 9_084_882_432, 9.12, 0, bottlenecks(3, 4, 23, 3).d().blurred(binomial)},
		{"resnext50d_32x4d", 224, 25_048_136, 4_470_120_448, 4.5, 80.676, bottlenecks(3, 4, 6, 3).d().grouped(32, 4)},
		{"resnext101_32x4d", 224, 44_177_704, 7_969_996_800, 8.01, 83.268, bottlenecks(3, 4, 23, 3).grouped(32, 4)},
		{"resnext101_64x4d", 224, 83_455_272, 15_460_270_080, 15.52, 83.158, bottlenecks(3, 4, 23, 3).grouped(64, 4)},
		{"resnext101_32x16d", 224, 194_026_792, 36_163_289_088, 36.27, 84.166, bottlenecks(3, 4, 23, 3).grouped(32, 16)},
		{"resnext101_32x32d", 224, 468_530_472, 87_106_781_184, 87.29, 85.09, bottlenecks(3, 4, 23, 3).grouped(32, 32)},
		{"ig_resnext101_32x48d", 224, 828_411_176, 153_310_199_808, 153.57, 0, bottlenecks(3, 4, 23, 3).grouped(32, 48)},
	}
}

// gatedResNets returns ResNets with a gate over channels: squeeze and excitation (se) or a convolution over channels
// (eca).
func gatedResNets() []network[resnetShape] {
	return []network[resnetShape]{
		{"seresnet18", 224, 11_779_624, 1_814_161_408, 1.82, 0, pairs(2, 2, 2, 2).gated(gated16)},
		{"seresnet34", 224, 21_960_416, 3_663_920_128, 3.67, 0, pairs(3, 4, 6, 3).gated(gated16)},
		{"seresnet50t", 224, 28_104_720, 4_299_728_896, 4.32, 0, bottlenecks(3, 4, 6, 3).t().gated(gated16)},
		{"seresnet101", 288, 49_326_872, 12_899_606_528, 12.95, 0, bottlenecks(3, 4, 23, 3).gated(gated16)},
		{"seresnet152", 224, 66_821_848, 11_520_204_800, 11.57, 0, bottlenecks(3, 8, 36, 3).gated(gated16)},
		{"seresnet152d", 320, 66_841_080, 23_990_706_176, 24.09, 84.344, bottlenecks(3, 8, 36, 3).d().gated(gated16)},
		{"seresnet200d", 256, 71_855_096, 19_921_084_416, 20.01, 0, bottlenecks(3, 24, 36, 3).d().gated(gated16)},
		{"seresnet269d", 256, 113_672_760, 26_485_366_784, 26.59, 0, bottlenecks(3, 30, 48, 8).d().gated(gated16)},
		{"seresnetaa50d", 288, 28_107_256, 8_876_916_736, 8.92, 0,
			bottlenecks(3, 4, 6, 3).d().gated(gated16).blurred(averages)},
		{"seresnext26d_32x4d", 224, 16_809_512, 2_711_740_416, 2.73, 78.816,
			bottlenecks(2, 2, 2, 2).d().grouped(32, 4).gated(gated16)},
		{"seresnext26t_32x4d", 224, 16_806_976, 2_680_129_536, 2.7, 78.736,
			bottlenecks(2, 2, 2, 2).t().grouped(32, 4).gated(gated16)},
		{"seresnext26tn_32x4d", 224, 16_806_976, 2_680_129_536, 2.7, 0,
			bottlenecks(2, 2, 2, 2).t().grouped(32, 4).gated(gated16)},
		{"seresnext50_32x4d", 224, 27_559_896, 4_232_994_816, 4.26, 82.186,
			bottlenecks(3, 4, 6, 3).grouped(32, 4).gated(gated16)},
		{"seresnext101_32x4d", 224, 48_955_416, 7_974_739_968, 8.02, 80.886,
			bottlenecks(3, 4, 23, 3).grouped(32, 4).gated(gated16)},
		{"seresnext101_32x8d", 224, 93_569_048, 16_418_758_656, 16.48, 84.192,
			bottlenecks(3, 4, 23, 3).grouped(32, 8).gated(gated16)},
		{"seresnext101d_32x8d", 224, 93_588_280, 16_658_399_232, 16.72, 84.38,
			bottlenecks(3, 4, 23, 3).d().grouped(32, 8).gated(gated16)},
		{"seresnext101_64x4d", 224, 88_232_984, 15_465_013_248, 15.53, 80.884,
			bottlenecks(3, 4, 23, 3).grouped(64, 4).gated(gated16)},
		{"seresnextaa101d_32x8d", 288, 93_588_280, 28_392_882_176, 28.51, 86.722,
			bottlenecks(3, 4, 23, 3).d().grouped(32, 8).gated(gated16).blurred(averages)},
		{"seresnextaa201d_32x8d", 384, 149_394_904, 100_711_505_920, 101.11, 87.304,
			bottlenecks(3, 24, 36, 4).bag(64, 64, 128).grouped(32, 8).gated(gated16).blurred(averages)},
		{"legacy_seresnet18", 224, 11_779_624, 1_814_161_408, 1.82, 71.742, pairs(2, 2, 2, 2).gated(gated16)},
		{"legacy_seresnet34", 224, 21_960_416, 3_663_920_128, 3.67, 74.788, pairs(3, 4, 6, 3).gated(gated16)},
		{"legacy_seresnet50", 224, 28_088_024, 3_860_488_192, 3.88, 77.65, bottlenecks(3, 4, 6, 3).legacy()},
		{"legacy_seresnet101", 224, 49_326_872, 7_574_937_600, 7.61, 78.37, bottlenecks(3, 4, 23, 3).legacy()},
		{"legacy_seresnet152", 224, 66_821_848, 11_288_993_792, 11.33, 78.662, bottlenecks(3, 8, 36, 3).legacy()},
		{"legacy_seresnext26_32x4d", 224, 16_790_280, 2_472_099_840, 2.49, 77.1,
			bottlenecks(2, 2, 2, 2).grouped(32, 4).gated(gated16)},
		{"senet154", 224, 115_088_984, 20_688_363_520, 20.77, 81.258, bottlenecks(3, 8, 36, 3).grouped(64, 4).doubling()},
		{"ecaresnet26t", 320, 16_011_916, 5_202_580_992, 5.24, 79.9, bottlenecks(2, 2, 2, 2).t().gated(efficientGate)},
		{"ecaresnet50d", 224, 25_576_350, 4_328_912_640, 4.35, 81.648, bottlenecks(3, 4, 6, 3).d().gated(efficientGate)},
		{"ecaresnet50t", 224, 25_573_814, 4_297_301_760, 4.32, 82.37, bottlenecks(3, 4, 6, 3).t().gated(efficientGate)},
		{"ecaresnet101d", 224, 44_568_563, 8_041_220_864, 8.08, 83.006, bottlenecks(3, 4, 23, 3).d().gated(efficientGate)},
		{"ecaresnet200d", 256, 64_693_400, 19_914_274_560, 20, 0, bottlenecks(3, 24, 36, 3).d().gated(efficientGate)},
		{"ecaresnet269d", 352, 102_093_077, 50_050_784_000, 50.25, 84.968,
			bottlenecks(3, 30, 48, 8).d().gated(efficientGate)},
		{"ecaresnetlight", 224, 30_162_046, 4_089_287_424, 4.11, 81.43,
			bottlenecks(1, 1, 11, 3).averages().gated(efficientGate)},
		{"ecaresnext26t_32x4d", 224, 15_406_220, 2_678_783_488, 2.7, 0,
			bottlenecks(2, 2, 2, 2).t().grouped(32, 4).gated(efficientGate)},
		{"ecaresnext50t_32x4d", 224, 15_406_220, 2_678_783_488, 2.7, 0,
			bottlenecks(2, 2, 2, 2).t().grouped(32, 4).gated(efficientGate)},
	}
}

// rescaledResNets returns ResNet-RS, whose depth and image size grow together.
func rescaledResNets() []network[resnetShape] {
	return []network[resnetShape]{
		{"resnetrs50", 224, 35_691_912, 4_454_490_112, 4.48, 79.934, bottlenecks(3, 4, 6, 3).rescaled()},
		{"resnetrs101", 288, 63_618_696, 13_501_079_552, 13.56, 82.288, bottlenecks(3, 4, 23, 3).rescaled()},
		{"resnetrs152", 320, 86_621_576, 24_246_370_304, 24.34, 83.71, bottlenecks(3, 8, 36, 3).rescaled()},
		{"resnetrs200", 320, 93_209_992, 31_378_784_256, 31.51, 84.448, bottlenecks(3, 24, 36, 3).rescaled()},
		{"resnetrs270", 352, 129_861_448, 50_915_155_968, 51.13, 84.438, bottlenecks(4, 29, 53, 4).rescaled()},
		{"resnetrs350", 384, 163_956_168, 77_281_050_624, 77.59, 84.71, bottlenecks(4, 36, 72, 4).rescaled()},
		{"resnetrs420", 416, 191_891_656, 108_019_818_496, 108.45, 85.01, bottlenecks(4, 44, 87, 4).rescaled()},
	}
}

// res2Nets returns Res2Nets, whose blocks convolve parts of their channels one after another.
func res2Nets() []network[resnetShape] {
	return []network[resnetShape]{
		{"res2net50_26w_4s", 224, 25_699_120, 4_255_166_464, 4.28, 77.994,
			bottlenecks(3, 4, 6, 3).split(hierarchy(4, 1), 26, 4)},
		{"res2net50_14w_8s", 224, 25_059_816, 4_178_898_944, 4.21, 78.142,
			bottlenecks(3, 4, 6, 3).split(hierarchy(8, 1), 14, 8)},
		{"res2net50_26w_6s", 224, 37_051_448, 6_295_523_328, 6.33, 78.586,
			bottlenecks(3, 4, 6, 3).split(hierarchy(6, 1), 26, 6)},
		{"res2net50_26w_8s", 224, 48_403_776, 8_335_880_192, 8.37, 78.95,
			bottlenecks(3, 4, 6, 3).split(hierarchy(8, 1), 26, 8)},
		{"res2net101_26w_4s", 224, 45_206_688, 8_066_974_464, 8.1, 79.192,
			bottlenecks(3, 4, 23, 3).split(hierarchy(4, 1), 26, 4)},
		{"res2net50d", 224, 25_718_352, 4_494_807_040, 4.52, 80.28,
			bottlenecks(3, 4, 6, 3).d().split(hierarchy(4, 1), 26, 4)},
		{"res2net101d", 224, 45_225_920, 8_306_615_040, 8.35, 81.236,
			bottlenecks(3, 4, 23, 3).d().split(hierarchy(4, 1), 26, 4)},
		{"res2next50", 224, 24_671_464, 4_172_677_120, 4.2, 78.238, bottlenecks(3, 4, 6, 3).split(hierarchy(4, 8), 4, 32)},
	}
}

// resNeSts returns ResNeSts, whose blocks weigh parts of their channels by attention.
func resNeSts() []network[resnetShape] {
	return []network[resnetShape]{
		{"resnest14d", 224, 10_611_688, 2_749_405_184, 2.76, 75.516,
			bottlenecks(1, 1, 1, 1).d().split(attentive(2, 1), 64, 1)},
		{"resnest26d", 224, 17_069_448, 3_623_391_232, 3.64, 78.476,
			bottlenecks(2, 2, 2, 2).d().split(attentive(2, 1), 64, 1)},
		{"resnest50d", 224, 27_483_240, 5_371_160_576, 5.4, 80.958,
			bottlenecks(3, 4, 6, 3).d().split(attentive(2, 1), 64, 1)},
		{"resnest101e", 256, 48_275_016, 13_321_472_000, 13.38, 82.916,
			bottlenecks(3, 4, 23, 3).bag(64, 64, 128).split(attentive(2, 1), 64, 1)},
		{"resnest200e", 320, 70_201_544, 35_519_694_848, 35.69, 83.88,
			bottlenecks(3, 24, 36, 3).bag(64, 64, 128).split(attentive(2, 1), 64, 1)},
		{"resnest269e", 416, 110_929_480, 77_348_702_208, 77.69, 84.542,
			bottlenecks(3, 30, 48, 8).bag(64, 64, 128).split(attentive(2, 1), 64, 1)},
	}
}

// averages returns the shape with averages in the shortcuts.
func (s resnetShape) averages() resnetShape { s.averaged = true; return s }
