package zoo

import (
	"fmt"
	"math"
	"slices"
)

// A freeShape is one network without normalisation: channels and blocks of its stages, and how its blocks are made.
type freeShape struct {
	widths [4]int64
	depths [4]int
	part   float64 // of the channels within a bottleneck
	group  int64   // channels in a group of the 3x3 convolutions; 0: one group
	twice  bool    // two of them in a block
	stem   []int64 // channels of the stem's 3x3 convolutions, the first and last of which stride; one of 7x7 and a pool if none
	head   int64   // channels of a last convolution; 0: none
	gate   gate
	act    string
	gained bool // what blocks add is scaled by one number
	inner  bool // a block gates before its last convolution
}

// buildFree builds the network of Brock et al. 2021 (arXiv 2102.06171), as timm builds it. The gain of each channel's
// weights is counted as the scale of a normalisation that is folded, which it is when weights are standardised
// beforehand; timm standardises them in each inference, and counts five for each weight.
func buildFree(b *builder, v values, s freeShape) {
	x := image(b, v)
	if len(s.stem) == 0 {
		x = b.maxPool(b.normConv(x, "/stem/conv", 64, square(7, 2, 3)), "/stem/pool", 3, 2)
	}
	for i, out := range s.stem {
		stride := int64(1)
		if i == 0 || i == len(s.stem)-1 {
			stride = 2
		}
		x = b.normConv(x, fmt.Sprintf("/stem/conv%d", i+1), out, square(3, stride, 1))
		if i < len(s.stem)-1 {
			x = b.activate(s.act, x, fmt.Sprintf("/stem/act%d", i+1))
		}
	}
	for i, depth := range s.depths {
		stride := int64(min(i+1, 2))
		if len(s.stem) == 1 {
			stride = 2
		}
		for j := range depth {
			block := s
			if s.inner && i == 0 && j == 0 {
				block.part = 1
			}
			x = block.block(b, x, fmt.Sprintf("/stages/stages.%d/stages.%d.%d", i, i, j), s.widths[i], stride)
			stride = 1
		}
	}
	if s.head > 0 {
		x = b.convBN(x, "/final_conv", s.head, 1, 1, 1)
	}
	b.classifier(b.activate(s.act, x, "/final_act"), "/head/fc", 1000)
}

// block adds a residual block without normalisation to x [batch, c, h, w]; weights are standardised
// and branches scaled instead. Returns out channels at h/stride.
func (s freeShape) block(b *builder, x tensor, p string, out, stride int64) tensor {
	base := out
	if s.part > 1 { // inverted: a multiple of what it takes
		base = x.c
	}
	mid, groups := nearest8(float64(base)*s.part), int64(1)
	if s.group > 0 {
		groups = mid / s.group
		if mid%s.group != 0 {
			mid = groups * s.group
		}
	}
	y, short := b.scale(b.activate(s.act, x, p+"/act1"), p, 0.9), x
	switch {
	case stride > 1:
		short = b.convBN(b.average(y, p+"/downsample/pool", 2), p+"/downsample/conv", out, 1, 1, 1)
	case x.c != out:
		short = b.convBN(y, p+"/downsample/conv", out, 1, 1, 1)
	}
	y = b.activate(s.act, b.convBN(y, p+"/conv1", mid, 1, 1, 1), p+"/act2")
	y = b.convBN(y, p+"/conv2", mid, 3, stride, groups)
	if s.twice {
		y = b.convBN(b.activate(s.act, y, p+"/act2b"), p+"/conv2b", mid, 3, 1, groups)
	}
	if s.inner {
		y = b.scale(s.gate(b, y, p+"/attn"), p, 2)
	}
	y = b.convBN(b.activate(s.act, y, p+"/act3"), p+"/conv3", out, 1, 1, 1)
	if s.gate != nil && !s.inner {
		y = b.scale(s.gate(b, y, p+"/attn"), p, 2)
	}
	if s.gained {
		y.name = b.node("Mul", p, []string{y.name, b.weight(weightName(p + "/skipinit_gain"))})
	}
	return b.binary("Add", b.scale(y, p, 0.2), short, p)
}

// freeKin returns NFNets (arXiv 2102.06171), their light versions, NF-ResNets and NF-RegNets, with
// timm's figures.
func freeKin() []Entry {
	f := func(n int, act string) freeShape {
		return freeShape{
			widths: [4]int64{256, 512, 1536, 1536}, depths: [4]int{n, 2 * n, 6 * n, 3 * n}, part: 0.5, group: 128, twice: true,
			stem: []int64{16, 32, 64, 128}, head: 3072, gate: gatedBy(0.5), act: act, gained: true,
		}
	}
	light := func(head int64, g gate, depths ...int) freeShape {
		s := f(1, "silu")
		s.depths, s.part, s.group, s.head, s.gate = [4]int(depths), 0.25, 64, head, g
		return s
	}
	res := func(g gate, depths ...int) freeShape {
		return freeShape{widths: [4]int64{256, 512, 1024, 2048}, depths: [4]int(depths), part: 0.25, gate: g, act: "Relu"}
	}
	reg := func(depths [4]int, widths ...float64) freeShape { // three quarters as wide
		s := freeShape{depths: depths, part: 2.25, group: 8, gate: gatedBy(0.5), act: "silu", inner: true}
		for i, w := range widths {
			s.widths[i] = multipleOf8(0.75 * w)
		}
		s.stem, s.head = s.widths[:1:1], multipleOf8(0.75*math.Floor(1280*widths[3]/440))
		return s
	}
	return slices.Concat(
		networks("NFNet", "NFNet, standardised weights in place of normalisations", 1, buildFree, []network[freeShape]{
			{"dm_nfnet_f0", 256, 71_489_284, 12_384_198_656, 12.62, 83.468, f(1, "gelu")},
			{"dm_nfnet_f1", 224, 132_634_256, 17_437_921_280, 17.87, 84.7, f(2, "gelu")},
			{"dm_nfnet_f2", 352, 193_779_228, 62_592_978_944, 63.22, 85.184, f(3, "gelu")},
			{"dm_nfnet_f3", 416, 254_924_200, 114_763_501_568, 115.58, 85.676, f(4, "gelu")},
			{"dm_nfnet_f4", 512, 316_069_172, 215_241_187_328, 216.26, 85.838, f(5, "gelu")},
			{"dm_nfnet_f5", 544, 377_214_144, 289_757_106_176, 290.97, 86.102, f(6, "gelu")},
			{"dm_nfnet_f6", 576, 438_359_116, 377_280_307_200, 378.69, 86.364, f(7, "gelu")},
			{"nfnet_f0", 256, 71_489_284, 12_384_198_656, 12.62, 0, f(1, "gelu")},
			{"nfnet_f1", 224, 132_634_256, 17_437_921_280, 17.87, 0, f(2, "gelu")},
			{"nfnet_f2", 352, 193_779_228, 62_592_978_944, 63.22, 0, f(3, "gelu")},
			{"nfnet_f3", 416, 254_924_200, 114_763_501_568, 115.58, 0, f(4, "gelu")},
			{"nfnet_f4", 512, 316_069_172, 215_241_187_328, 216.26, 0, f(5, "gelu")},
			{"nfnet_f5", 544, 377_214_144, 289_757_106_176, 290.97, 0, f(6, "gelu")},
			{"nfnet_f6", 576, 438_359_116, 377_280_307_200, 378.69, 0, f(7, "gelu")},
			{"nfnet_f7", 608, 499_504_088, 478_781_640_704, 480.39, 0, f(8, "gelu")},
			{"nfnet_l0", 224, 35_074_500, 4_255_094_784, 4.36, 82.766, light(2304, gatedBy(0.25), 1, 2, 6, 3)},
			{"eca_nfnet_l0", 224, 24_143_936, 4_244_258_560, 4.35, 82.59, light(2304, efficientGate, 1, 2, 6, 3)},
			{"eca_nfnet_l1", 320, 41_407_752, 14_730_391_040, 14.92, 84.062, light(3072, efficientGate, 2, 4, 12, 6)},
			{"eca_nfnet_l2", 384, 56_722_384, 29_781_742_848, 30.05, 84.71, light(3072, efficientGate, 3, 6, 18, 9)},
			{"eca_nfnet_l3", 448, 72_037_016, 52_201_667_584, 52.55, 0, light(3072, efficientGate, 4, 8, 24, 12)},
		}),
		networks("NFNet", "ResNet with standardised weights in place of normalisations", 1, buildFree, []network[freeShape]{
			{"nf_resnet26", 224, 15_995_176, 2_342_256_640, 2.41, 0, res(nil, 2, 2, 2, 2)},
			{"nf_resnet50", 288, 25_557_032, 6_758_334_464, 6.88, 80.658, res(nil, 3, 4, 6, 3)},
			{"nf_resnet101", 224, 44_549_160, 7_801_405_440, 8.01, 0, res(nil, 3, 4, 23, 3)},
			{"nf_seresnet26", 224, 17_395_976, 2_343_649_280, 2.41, 0, res(gated16, 2, 2, 2, 2)},
			{"nf_seresnet50", 224, 28_088_024, 4_091_699_200, 4.21, 0, res(gated16, 3, 4, 6, 3)},
			{"nf_seresnet101", 224, 49_326_872, 7_806_148_608, 8.02, 0, res(gated16, 3, 4, 23, 3)},
			{"nf_ecaresnet26", 224, 15_995_220, 2_342_303_232, 2.41, 0, res(efficientGate, 2, 2, 2, 2)},
			{"nf_ecaresnet50", 224, 25_557_118, 4_089_272_064, 4.21, 0, res(efficientGate, 3, 4, 6, 3)},
			{"nf_ecaresnet101", 224, 44_549_331, 7_801_580_288, 8.01, 0, res(efficientGate, 3, 4, 23, 3)},
		}),
		networks("NFNet", "RegNet with standardised weights in place of normalisations", 1, buildFree, []network[freeShape]{
			{"nf_regnet_b0", 192, 8_764_288, 351_345_536, 0.37, 0, reg([4]int{1, 3, 6, 6}, 48, 104, 208, 440)},
			{"nf_regnet_b1", 256, 10_223_984, 790_689_280, 0.82, 78.71, reg([4]int{2, 4, 7, 7}, 48, 104, 208, 440)},
			{"nf_regnet_b2", 240, 14_314_608, 933_524_352, 0.97, 0, reg([4]int{2, 4, 8, 8}, 56, 112, 232, 488)},
			{"nf_regnet_b3", 288, 18_593_832, 1_623_749_376, 1.67, 0, reg([4]int{2, 5, 9, 9}, 56, 128, 248, 528)},
			{"nf_regnet_b4", 320, 30_210_816, 3_219_430_016, 3.29, 0, reg([4]int{2, 6, 11, 11}, 64, 144, 288, 616)},
			{"nf_regnet_b5", 384, 49_741_728, 7_830_020_224, 7.95, 0, reg([4]int{3, 7, 14, 14}, 80, 168, 336, 704)},
		}))
}
