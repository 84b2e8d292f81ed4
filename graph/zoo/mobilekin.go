package zoo

import "slices"

// Rows of the networks; their publications are named with the lists of networks.
var (
	efficientRows = []mobileRow{
		{separableBlock, 1, 3, 1, 1, 16, 0.25, "", nil, [2]int64{}, 0},
		widens(2, 3, 2, 6, 24, 0.25), widens(2, 5, 2, 6, 40, 0.25), widens(3, 3, 2, 6, 80, 0.25),
		widens(3, 5, 1, 6, 112, 0.25), widens(4, 5, 2, 6, 192, 0.25), widens(1, 3, 1, 6, 320, 0.25),
	}
	edgeRows = []mobileRow{
		edge(1, 3, 1, 4, 24), edge(2, 3, 2, 8, 32), edge(4, 3, 2, 8, 48),
		widens(5, 5, 2, 8, 96, 0), widens(4, 5, 1, 8, 144, 0), widens(2, 5, 2, 8, 192, 0),
	}
	v2BaseRows = []mobileRow{
		stays(1, 16), edge(2, 3, 2, 4, 32), edge(2, 3, 2, 4, 48),
		widens(3, 3, 2, 4, 96, 0.25), widens(5, 3, 1, 6, 112, 0.25), widens(8, 3, 2, 6, 192, 0.25),
	}
	v2SmallRows = []mobileRow{
		stays(2, 24), edge(4, 3, 2, 4, 48), edge(4, 3, 2, 4, 64),
		widens(6, 3, 2, 4, 128, 0.25), widens(9, 3, 1, 6, 160, 0.25), widens(15, 3, 2, 6, 256, 0.25),
	}
	v2RewritRows = []mobileRow{
		edge(2, 3, 1, 1, 24), edge(4, 3, 2, 4, 48), edge(4, 3, 2, 4, 64),
		widens(6, 3, 2, 4, 128, 0.25), widens(9, 3, 1, 6, 160, 0.25), widens(15, 3, 2, 6, 272, 0.25),
	}
	v2ExtraRows = []mobileRow{
		stays(4, 32), edge(8, 3, 2, 4, 64), edge(8, 3, 2, 4, 96),
		widens(16, 3, 2, 4, 192, 0.25), widens(24, 3, 1, 6, 256, 0.25), widens(32, 3, 2, 6, 512, 0.25),
		widens(8, 3, 1, 6, 640, 0.25),
	}
	v2Rows = []mobileRow{
		{separableBlock, 1, 3, 1, 1, 16, 0, "", nil, [2]int64{}, 0}, widens(2, 3, 2, 6, 24, 0), widens(3, 3, 2, 6, 32,
			0), widens(4, 3, 2, 6, 64, 0),
		widens(3, 3, 1, 6, 96, 0), widens(3, 3, 2, 6, 160, 0), widens(1, 3, 1, 6, 320, 0),
	}
	mnasRows = []mobileRow{
		{aloneBlock, 1, 3, 1, 1, 16, 0, "", nil, [2]int64{}, 0}, widens(3, 3, 2, 3, 24, 0), widens(3, 5, 2, 3, 40, 0),
		widens(3, 5, 2, 6, 80, 0),
		widens(2, 3, 1, 6, 96, 0), widens(4, 5, 2, 6, 192, 0), widens(1, 3, 1, 6, 320, 0),
	}
	semnasRows = []mobileRow{
		{aloneBlock, 1, 3, 1, 1, 16, 0, "", nil, [2]int64{}, 0}, widens(2, 3, 2, 6, 24, 0), widens(3, 5, 2, 3, 40,
			0.25), widens(4, 3, 2, 6, 80, 0),
		widens(2, 3, 1, 6, 112, 0.25), widens(3, 5, 2, 6, 160, 0.25), widens(1, 3, 1, 6, 320, 0),
	}
	lcRows = []mobileRow{
		active(1, 3, 1, 32, 0), active(2, 3, 2, 64, 0), active(2, 3, 2, 128, 0), active(1, 3, 2, 256, 0), active(5, 5, 1, 256,
			0), active(2, 5, 2, 512, 0.25),
	}
)

// widens returns a row of inverted residuals: 1x1 out to expand times the channels, depthwise k x
// k, gate, and 1x1 back. n is how many blocks.
func widens(n, k, stride int64, expand float64, out int64, gate float64) mobileRow {
	return mobileRow{kind: invertedBlock, n: n, k: k, stride: stride, expand: expand, out: out, gate: gate}
}

// edge returns a row of fused inverted residuals, in which one k x k convolution does the expansion
// and the depthwise work.
func edge(n, k, stride int64, expand float64, out int64) mobileRow {
	return mobileRow{kind: edgeBlock, n: n, k: k, stride: stride, expand: expand, out: out}
}

// stays returns a row of depthwise separable blocks of stride 1 that do not expand.
func stays(n, out int64) mobileRow {
	return mobileRow{kind: stayBlock, n: n, k: 3, stride: 1, expand: 1, out: out}
}

// active returns a row of depthwise separable blocks whose last convolution is followed by an
// activation.
func active(n, k, stride, out int64, gate float64) mobileRow {
	return mobileRow{kind: activeBlock, n: n, k: k, stride: stride, expand: 1, out: out, gate: gate}
}

// relu returns the row with ReLU instead of the network's activation.
func (r mobileRow) relu() mobileRow { r.act = "Relu"; return r }

// mixed returns the row with a kernel for each part of the channels, and with so many parts of the pointwise
// convolutions.
func (r mobileRow) mixed(in, out int64, kernels ...int64) mobileRow {
	r.parts, r.kernels = [2]int64{in, out}, kernels
	if len(kernels) == 1 {
		r.k, r.kernels = kernels[0], nil
	}
	return r
}

// scaled returns the network with other channels and repeats.
func (s mobileNet) scaled(width, depth float64) mobileNet { s.width, s.depth = width, depth; return s }

// mobileKin returns timm's networks of MobileNet's and EfficientNet's kind: wider V2, MNASNet with
// gates, LCNet, EfficientNet lite and for Edge TPUs, TinyNet, FBNetV3 and MixNet, with timm's
// figures.
func mobileKin() []Entry {
	build := func(b *builder, v values, s mobileNet) { s.build(b, v) }
	v2 := mobileNet{rows: v2Rows, stem: 32, head: 1280, act: "relu6"}
	mnas := mobileNet{rows: mnasRows, stem: 32, head: 1280, act: "Relu", fixed: true}
	semnas := mnas
	semnas.rows = semnasRows
	fixed := func(s mobileNet) mobileNet { s.fixed, s.ends = true, true; return s }
	mnasWidth := func(s mobileNet, w float64) mobileNet {
		s.stem = multipleOf8(32 * w)
		return s.scaled(w, 1)
	}
	lc := mobileNet{rows: lcRows, stem: 16, head: 1280, late: true, act: "HardSwish", gateAct: "Relu", hard: true}
	return slices.Concat(
		networks("MobileNet", "MobileNetV2, deeper", 1, build, []network[mobileNet]{
			{"mobilenetv2_110d", 224, 4_516_520, 430_516_080, 0.45, 75.056, fixed(v2).scaled(1.1, 1.2)},
			{"mobilenetv2_120d", 224, 5_831_144, 668_857_568, 0.69, 77.3, fixed(v2).scaled(1.2, 1.4)},
		}),
		networks("MNASNet", "MNASNet of another width, and with gates", 1, build, []network[mobileNet]{
			{"mnasnet_140", 224, 7_115_728, 588_799_408, 0.6, 0, mnasWidth(mnas, 1.4)},
			{"semnasnet_050", 224, 2_082_006, 103_162_992, 0.11, 0, mnasWidth(semnas, 0.5)},
			{"semnasnet_075", 224, 2_912_278, 223_448_480, 0.23, 73, mnasWidth(semnas, 0.75)},
			{"semnasnet_100", 224, 3_887_038, 311_579_072, 0.32, 75.452, semnas},
			{"semnasnet_140", 224, 6_105_992, 586_317_952, 0.6, 0, mnasWidth(semnas, 1.4)},
		}),
		networks("LCNet", "PP-LCNet (Cui et al. 2021, arXiv 2109.15099)", 1, build, []network[mobileNet]{
			{"lcnet_050", 224, 1_880_856, 44_731_008, 0.05, 63.138, lc.lesser(0.5)},
			{"lcnet_075", 224, 2_358_288, 94_786_496, 0.1, 68.786, lc.lesser(0.75)},
			{"lcnet_100", 224, 2_953_800, 155_700_480, 0.16, 72.13, lc.lesser(1)},
			{"lcnet_150", 224, 4_501_112, 334_188_416, 0.34, 0, lc.lesser(1.5)},
		}),
		efficientKin(), fbNets(), mixNets(), mobileMore())
}

// lesser returns the network scaled but for its head.
func (s mobileNet) lesser(width float64) mobileNet {
	s.fixed, s.stem = true, multipleOf8(float64(s.stem)*width)
	return s.scaled(width, 1)
}

// efficientKin returns Tan and Le's EfficientNets and what others made of them.
func efficientKin() []Entry {
	build := func(b *builder, v values, s mobileNet) { s.build(b, v) }
	net := mobileNet{rows: efficientRows, stem: 32, head: 1280, act: "silu"}
	lite := mobileNet{rows: gateless(efficientRows), stem: 32, head: 1280, act: "relu6", fixed: true, ends: true}
	edges := mobileNet{rows: edgeRows, stem: 32, head: 1280, act: "Relu", entry: 24}
	base := mobileNet{rows: v2BaseRows, stem: 32, head: 1280, act: "silu", loose: true}
	small := mobileNet{rows: v2SmallRows, stem: 24, head: 1280, act: "silu"}
	re := mobileNet{rows: v2RewritRows, stem: 24, head: 1792, act: "silu"}
	tiny := func() mobileNet { s := net; s.round, s.fixed, s.head = true, true, 1280; return s }()
	return slices.Concat(
		networks("EfficientNet", "EfficientNet, a larger one", 1, build, []network[mobileNet]{
			{"efficientnet_b8", 672, 87_413_142, 62_597_461_568, 63.48, 0, net.scaled(2.2, 3.6)},
			{"efficientnet_l2", 800, 480_309_308, 475_703_653_280, 479.12, 0, net.scaled(4.3, 5.3)},
		}),
		networks("EfficientNet", "EfficientNet-Lite, without gates", 1, build, []network[mobileNet]{
			{"efficientnet_lite0", 224, 4_652_008, 385_187_552, 0.4, 75.488, lite},
			{"efficientnet_lite1", 240, 5_416_680, 600_185_232, 0.62, 0, lite.scaled(1, 1.1)},
			{"efficientnet_lite2", 260, 6_092_072, 859_736_272, 0.89, 77.47, lite.scaled(1.1, 1.2)},
			{"efficientnet_lite3", 300, 8_197_096, 1_607_554_544, 1.65, 0, lite.scaled(1.2, 1.4)},
			{"efficientnet_lite4", 380, 13_006_568, 3_943_564_112, 4.04, 0, lite.scaled(1.4, 1.8)},
		}),
		networks("EfficientNet", "EfficientNet-EdgeTPU", 1, build, []network[mobileNet]{
			{"efficientnet_es", 224, 5_438_392, 1_788_731_008, 1.81, 78.1, edges},
			{"efficientnet_em", 240, 6_899_496, 3_013_321_088, 3.04, 79.256, edges.scaled(1, 1.1)},
			{"efficientnet_el", 300, 10_589_712, 7_936_082_848, 8, 81.308, edges.scaled(1.2, 1.4)},
		}),
		networks("EfficientNet", "EfficientNetV2 (Tan and Le 2021, arXiv 2104.00298)", 1, build, []network[mobileNet]{
			{"tf_efficientnetv2_b0", 224, 7_139_704, 718_086_176, 0.73, 78.386, base},
			{"tf_efficientnetv2_b1", 240, 8_141_052, 1_196_819_360, 1.21, 79.518, base.scaled(1, 1.1)},
			{"tf_efficientnetv2_b2", 260, 10_096_086, 1_697_542_832, 1.72, 80.226, base.scaled(1.1, 1.2)},
			{"tf_efficientnetv2_b3", 300, 14_358_406, 3_011_458_816, 3.04, 82.634, base.scaled(1.2, 1.4)},
			{"efficientnetv2_xl", 512, 208_119_808, 93_353_451_520, 93.85, 0,
				mobileNet{rows: v2ExtraRows, stem: 32, head: 1280, act: "silu"}},
			{"efficientnetv2_rw_t", 224, 13_649_388, 1_912_879_840, 1.93, 82.354, small.scaled(0.8, 0.9)},
			{"efficientnetv2_rw_s", 384, 23_941_296, 8_640_282_112, 8.72, 83.83, re},
		}),
		networks("EfficientNet", "TinyNet (Han et al. 2020, arXiv 2010.14819)", 1, build, []network[mobileNet]{
			{"tinynet_a", 192, 6_187_972, 336_867_712, 0.35, 77.666, tiny.scaled(1, 1.2)},
			{"tinynet_b", 188, 3_730_562, 200_709_360, 0.21, 74.946, tiny.scaled(0.75, 1.1)},
			{"tinynet_c", 184, 2_457_234, 99_536_432, 0.11, 71.214, tiny.scaled(0.54, 0.85)},
			{"tinynet_d", 152, 2_338_446, 51_580_656, 0.05, 66.936, tiny.scaled(0.54, 0.695)},
			{"tinynet_e", 224, 2_042_972, 88_426_192, 0, 0, tiny.scaled(0.51, 0.6)},
		}))
}

// gateless returns the rows without gates.
func gateless(rows []mobileRow) []mobileRow {
	out := slices.Clone(rows)
	for i := range out {
		out[i].gate = 0
	}
	return out
}

// fbNets returns Dai et al. 2020 (arXiv 2006.02049).
func fbNets() []Entry {
	net := func(stem int64, rows ...mobileRow) mobileNet {
		return mobileNet{rows: rows, stem: stem, head: 1984, late: true, act: "HardSwish", gateAct: "HardSwish", hard: true,
			eights: true}
	}
	first := func(n, out int64) mobileRow {
		return mobileRow{kind: separableBlock, n: n, k: 3, stride: 1, expand: 1, out: out}
	}
	last := func(out int64) mobileRow {
		return mobileRow{kind: convBlock, n: 1, k: 1, stride: 1, expand: 1, out: out}
	}
	return networks("FBNet", "FBNetV3", 1, func(b *builder, v values, s mobileNet) { s.build(b, v) }, []network[mobileNet]{
		{"fbnetv3_b", 256, 8_600_448, 530_631_936, 0.55, 79.154,
			net(16, first(2, 16), widens(1, 5, 2, 4, 24, 0), widens(3, 5, 1, 2, 24, 0),
				widens(1, 5, 2, 5, 40, 0.25), widens(4, 5, 1, 3, 40, 0.25), widens(1, 5, 2, 5, 72, 0), widens(4, 3, 1, 3, 72, 0),
				widens(1, 3, 1, 5, 120, 0.25), widens(5, 5, 1, 3, 120, 0.25), widens(1, 3, 2, 6, 184, 0.25),
				widens(5, 5, 1, 4, 184, 0.25),
				widens(1, 5, 1, 6, 224, 0.25), last(1344))},
		{"fbnetv3_d", 224, 10_308_256, 501_971_056, 0.52, 79.682,
			net(24, first(2, 16), widens(1, 3, 2, 5, 24, 0), widens(5, 3, 1, 2, 24, 0),
				widens(1, 5, 2, 4, 40, 0.25), widens(4, 3, 1, 3, 40, 0.25), widens(1, 3, 2, 5, 72, 0), widens(4, 3, 1, 3, 72, 0),
				widens(1, 3, 1, 5, 128, 0.25), widens(6, 5, 1, 3, 128, 0.25), widens(1, 3, 2, 6, 208, 0.25),
				widens(5, 5, 1, 5, 208, 0.25),
				widens(1, 5, 1, 6, 240, 0.25), last(1440))},
		{"fbnetv3_g", 288, 16_617_544, 1_722_784_416, 1.77, 82.034,
			net(32, first(3, 24), widens(1, 5, 2, 4, 40, 0), widens(4, 5, 1, 2, 40, 0),
				widens(1, 5, 2, 4, 56, 0.25), widens(4, 5, 1, 3, 56, 0.25), widens(1, 5, 2, 5, 104, 0), widens(4, 3, 1, 3, 104, 0),
				widens(1, 3, 1, 5, 160, 0.25), widens(8, 5, 1, 3, 160, 0.25), widens(1, 3, 2, 6, 264, 0.25),
				widens(6, 5, 1, 5, 264, 0.25),
				widens(2, 5, 1, 6, 288, 0.25), last(1728))},
	})
}

// mixNetMedium holds the middle size of Tan and Le 2019 (arXiv 1907.09595).
var mixNetMedium = mobileNet{stem: 24, head: 1536, act: "silu", fixed: true, rows: []mobileRow{{kind: separableBlock, n: 1, k: 3, stride: 1, expand: 1, out: 24, act: "Relu"},
	widens(1, 0, 2, 6, 32, 0).mixed(2, 2, 3, 5, 7).relu(), widens(1, 3, 1, 3, 32, 0).mixed(2, 2, 3).relu(),
	widens(1, 0, 2, 6, 40, 0.5).mixed(1, 1, 3, 5, 7, 9), widens(3, 0, 1, 6, 40, 0.5).mixed(2, 2, 3, 5),
	widens(1, 0, 2, 6, 80, 0.25).mixed(1, 1, 3, 5, 7), widens(3, 0, 1, 6, 80, 0.25).mixed(2, 2, 3, 5, 7, 9),
	widens(1, 3, 1, 6, 120, 0.5), widens(3, 0, 1, 3, 120, 0.5).mixed(2, 2, 3, 5, 7, 9),
	widens(1, 0, 2, 6, 200, 0.5).mixed(1, 1, 3, 5, 7, 9), widens(3, 0, 1, 6, 200, 0.5).mixed(1, 2, 3, 5, 7, 9)}}

// mixNets returns Tan and Le 2019 (arXiv 1907.09595).
func mixNets() []Entry {
	first := func(out int64) mobileRow {
		return mobileRow{kind: separableBlock, n: 1, k: 3, stride: 1, expand: 1, out: out, act: "Relu"}
	}
	small := mobileNet{stem: 16, head: 1536, act: "silu", rows: []mobileRow{first(16),
		widens(1, 3, 2, 6, 24, 0).mixed(2, 2, 3).relu(), widens(1, 3, 1, 3, 24, 0).mixed(2, 2, 3).relu(),
		widens(1, 0, 2, 6, 40, 0.5).mixed(1, 1, 3, 5, 7), widens(3, 0, 1, 6, 40, 0.5).mixed(2, 2, 3, 5),
		widens(1, 0, 2, 6, 80, 0.25).mixed(1, 2, 3, 5, 7), widens(2, 0, 1, 6, 80, 0.25).mixed(1, 2, 3, 5),
		widens(1, 0, 1, 6, 120, 0.5).mixed(2, 2, 3, 5, 7), widens(2, 0, 1, 3, 120, 0.5).mixed(2, 2, 3, 5, 7, 9),
		widens(1, 0, 2, 6, 200, 0.5).mixed(1, 1, 3, 5, 7, 9, 11), widens(2, 0, 1, 6, 200, 0.5).mixed(1, 2, 3, 5, 7, 9)}}
	large := mixNetMedium.scaled(1.3, 1)
	large.stem = multipleOf8(24 * 1.3)
	return networks("MixNet", "MixNet, with kernels of several sizes", 1,
		func(b *builder, v values, s mobileNet) { s.build(b, v) }, []network[mobileNet]{
			{"mixnet_s", 224, 4_134_606, 239_173_360, 0.25, 76, small},
			{"mixnet_m", 224, 5_014_382, 339_172_672, 0.36, 77.268, mixNetMedium},
			{"mixnet_l", 224, 7_329_252, 555_251_792, 0.58, 78.97, large},
		})
}
