package zoo

import "slices"

// v3LargeRows returns MobileNetV3's table 1, with the channels within gates as a part of the taken ones. Repeats of
// its ten rows may be given.
func v3LargeRows(first mobileKind, repeats ...int64) []mobileRow {
	n := []int64{1, 1, 1, 3, 1, 1, 2, 2, 3, 1}
	copy(n, repeats)
	return []mobileRow{
		{kind: first, n: n[0], k: 3, stride: 1, expand: 1, out: 16, act: "Relu"},
		widens(n[1], 3, 2, 4, 24, 0).relu(), widens(n[2], 3, 1, 3, 24, 0).relu(), widens(n[3], 5, 2, 3, 40, 0.75).relu(),
		widens(n[4], 3, 2, 6, 80, 0), widens(n[5], 3, 1, 2.5, 80, 0), widens(n[6], 3, 1, 2.3, 80, 0),
		widens(n[7], 3, 1, 6, 112, 1.5), widens(n[8], 5, 2, 6, 160, 1.5), pointwise(n[9], 960),
	}
}

// pointwise returns a row of convolutions of one pixel.
func pointwise(n, out int64) mobileRow {
	return mobileRow{kind: convBlock, n: n, k: 1, stride: 1, expand: 1, out: out}
}

// hardCoRe returns a network of Nayman et al. 2021 (arXiv 2102.11646): blocks of five stages, each a kernel, an
// expansion and whether it gates.
func hardCoRe(stages ...[][3]int64) mobileNet {
	s := mobileNet{stem: 32, head: 1280, late: true, act: "HardSwish", gateAct: "Relu", hard: true, eights: true,
		rows: []mobileRow{{kind: separableBlock, n: 1, k: 3, stride: 1, expand: 1, out: 16, act: "Relu"}}}
	for i, blocks := range stages {
		stride := []int64{2, 2, 2, 1, 2}[i]
		for _, k := range blocks {
			r := widens(1, k[0], stride, float64(k[1]), []int64{24, 40, 80, 112, 192}[i], 0.25*float64(k[1]*k[2]))
			if i < 2 {
				r = r.relu()
			}
			s.rows, stride = append(s.rows, r), 1
		}
	}
	s.rows = append(s.rows, pointwise(1, 960))
	return s
}

// blocksOf returns rows with other repeats.
func blocksOf(rows []mobileRow, n ...int64) []mobileRow {
	rows = slices.Clone(rows)
	for i := range n {
		rows[i].n = n[i]
	}
	return rows
}

// inGroups returns rows whose convolutions by place have groups of so many channels.
func inGroups(rows []mobileRow, channels int64) []mobileRow {
	rows = slices.Clone(rows)
	for i := range rows {
		rows[i].group = channels
	}
	return rows
}

// mobileMore returns networks of timm that share the rows of the others.
func mobileMore() []Entry {
	build := func(b *builder, v values, s mobileNet) { s.build(b, v) }
	normed := func(group, divisor int64, rows []mobileRow) mobileNet {
		groups := func(b *builder, x tensor, path string) tensor { return b.groupNormalise(x, path, x.c/group, 1e-5) }
		return mobileNet{rows: rows, stem: 32, head: 1280, act: "silu", divisor: divisor, normal: groups}
	}
	rw := mobileNet{rows: v3LargeRows(aloneBlock), stem: 16, head: 1280, late: true, act: "HardSwish", hard: true,
		unbiased: true}
	deep := rw
	deep.rows = v3LargeRows(separableBlock, 2, 1, 2, 4, 1, 2, 2, 3, 4, 2)
	deep.gateAct, deep.eights, deep.unbiased, deep.width, deep.fixed, deep.stem = "Relu", true, false, 1.5, true, 24
	headed := mobileNet{stem: 32, head: 1024, act: "relu6", rows: []mobileRow{active(1, 3, 1, 64, 0),
		active(2, 3, 2, 128, 0), active(2, 3, 2, 256, 0), active(6, 3, 2, 512, 0), active(2, 3, 2, 1024, 0)}}
	context := mobileNet{rows: v2SmallRows, stem: 24, head: 1280, act: "silu", context: true}
	medium := mobileNet{rows: blocksOf(v2RewritRows, 3, 5, 5, 8, 15, 24), stem: 24, head: 1792, act: "silu"}
	mix := func(width float64, second int64) mobileNet {
		s := mixNetMedium.scaled(width, 1)
		s.rows, s.stem = blocksOf(s.rows, 1, 1, second, 1, 4, 1, 4, 1, 4, 1, 4), multipleOf8(24*width)
		return s
	}
	return slices.Concat(
		networks("HardCoRe-NAS", "HardCoRe-NAS", 1, build, []network[mobileNet]{
			{"hardcorenas_b", 224, 5_176_544, 251_832_064, 0.26, 76.55, hardCoRe([][3]int64{{5, 3, 0}, {5, 3, 1}, {3, 3, 0}}, [][3]int64{{5, 3, 0}, {5, 3, 0}, {5, 3, 0}},
				[][3]int64{{5, 3, 0}, {5, 3, 0}, {3, 3, 0}, {3, 3, 0}}, [][3]int64{{5, 3, 0}, {3, 3, 0}, {3, 3, 0}, {3, 3, 0}},
				[][3]int64{{5, 6, 1}, {5, 6, 1}, {3, 3, 1}})},
			{"hardcorenas_c", 224, 5_521_224, 270_058_400, 0.28, 77.092, hardCoRe([][3]int64{{5, 3, 0}, {5, 3, 1}}, [][3]int64{{5, 3, 0}, {5, 3, 0}, {5, 3, 0}, {5, 3, 0}},
				[][3]int64{{5, 4, 0}, {5, 6, 1}, {3, 3, 0}, {3, 3, 0}}, [][3]int64{{5, 6, 1}, {3, 3, 0}, {3, 3, 0}, {3, 3, 0}},
				[][3]int64{{5, 6, 1}, {5, 6, 1}, {3, 3, 1}})},
			{"hardcorenas_f", 224, 8_199_688, 341_905_696, 0.35, 78.1, hardCoRe([][3]int64{{5, 3, 1}, {5, 3, 1}}, [][3]int64{{5, 6, 1}, {5, 6, 1}},
				[][3]int64{{5, 6, 1}, {5, 6, 1}, {3, 3, 1}, {3, 3, 1}}, [][3]int64{{3, 6, 1}, {5, 6, 1}, {5, 6, 1}, {3, 3, 1}},
				[][3]int64{{5, 6, 1}, {5, 6, 1}, {3, 6, 1}, {3, 6, 1}})},
		}),
		networks("MobileNet", "MobileNet of timm", 1, build, []network[mobileNet]{
			{"mobilenetv1_100h", 224, 5_282_600, 620_120_576, 0.63, 75.664, headed},
			{"mobilenetv3_rw", 224, 5_479_918, 216_587_936, 0.23, 75.616, rw},
			{"mobilenetv3_large_150d", 256, 14_622_320, 1_010_021_120, 1.03, 80.994, deep},
		}),
		networks("EfficientNet", "EfficientNet with group normalisation", 1, build, []network[mobileNet]{
			{"efficientnet_b0_gn", 224, 5_288_548, 385_814_752, 0.42, 0, normed(8, 8, efficientRows)},
			{"efficientnet_b0_g8_gn", 224, 6_562_660, 627_539_200, 0.66, 0, normed(8, 8, inGroups(efficientRows, 8))},
			{"efficientnet_b3_gn", 288, 11_733_784, 1_620_728_960, 1.74, 0, normed(16, 16, efficientRows).scaled(1.2, 1.4)},
			{"efficientnet_b3_g8_gn", 288, 14_251_432, 2_472_045_440, 2.59, 0, normed(16, 16, inGroups(efficientRows, 8)).scaled(1.2, 1.4)},
		}),
		networks("EfficientNet", "EfficientNetV2, larger, and with gates by context", 1, build, []network[mobileNet]{
			{"efficientnetv2_rw_m", 320, 53_236_442, 12_627_417_344, 12.72, 84.296, medium.scaled(1.2, 1)},
			{"gc_efficientnetv2_rw_t", 224, 13_677_713, 1_918_088_736, 1.94, 81.276, context.scaled(0.8, 0.9)},
		}),
		networks("MixNet", "MixNet of timm's own sizes", 1, build, []network[mobileNet]{
			{"mixnet_xl", 224, 11_896_768, 904_010_880, 0.93, 80.494, mix(1.6, 1)},
			{"mixnet_xxl", 224, 23_961_752, 1_992_725_184, 2.04, 0, mix(2.4, 2)},
		}))
}
