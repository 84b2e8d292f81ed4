package zoo

import "slices"

// plainViT returns the shape of a vision transformer.
func plainViT(patch, width int64, depth int, heads int64) vitShape {
	return vitShape{patch: patch, width: width, depth: depth, heads: heads}
}

// vitTiny returns one of the sizes of vision transformers, by the side of a patch; so do those that follow.
func vitTiny(patch int64) vitShape { return plainViT(patch, 192, 12, 3) }

// vitSmall returns 12 blocks of 384 channels and 6 heads, on patches of so many pixels a side.
func vitSmall(patch int64) vitShape { return plainViT(patch, 384, 12, 6) }

// vitMedium returns 12 blocks of 512 channels and 8 heads.
func vitMedium(patch int64) vitShape { return plainViT(patch, 512, 12, 8) }

// vitMediumD returns 20 blocks of 512 channels and 8 heads: timm's deep medium.
func vitMediumD(patch int64) vitShape { return plainViT(patch, 512, 20, 8) }

// vitBetwixt returns 12 blocks of 640 channels and 10 heads.
func vitBetwixt(patch int64) vitShape { return plainViT(patch, 640, 12, 10) }

// vitBase returns 12 blocks of 768 channels and 12 heads.
func vitBase(patch int64) vitShape { return plainViT(patch, 768, 12, 12) }

// vitPlus returns 12 blocks of 896 channels and 14 heads.
func vitPlus(patch int64) vitShape { return plainViT(patch, 896, 12, 14) }

// vitLarge returns 24 blocks of 1,024 channels and 16 heads.
func vitLarge(patch int64) vitShape { return plainViT(patch, 1024, 24, 16) }

// vitHuge returns 32 blocks of 1,280 channels and 16 heads.
func vitHuge(patch int64) vitShape { return plainViT(patch, 1280, 32, 16) }

// vitGiant returns 40 blocks of 1,408 channels and 16 heads, with 6,144 channels inside the
// perceptron.
func vitGiant(patch int64) vitShape { return plainViT(patch, 1408, 40, 16).wide(6144) }

// vitGigantic returns 48 blocks of 1,664 channels and 16 heads, on patches of 14 pixels.
func vitGigantic() vitShape { return plainViT(14, 1664, 48, 16).wide(8192) }

// vitOptimal returns the shape of arXiv 2305.13035 with 400 million parameters: 27 blocks of 1,152
// channels.
func vitOptimal(patch int64) vitShape { return plainViT(patch, 1152, 27, 16).wide(4304) }

// vitWee returns timm's 14 blocks of 256 channels and 4 heads.
func vitWee() vitShape { return plainViT(16, 256, 14, 4).wide(1280) }

// vitLittle returns timm's 14 blocks of 320 channels and 5 heads.
func vitLittle() vitShape { return plainViT(16, 320, 14, 5).wide(1792) }

// vitSO150 returns the optimal shape of 150 million parameters: 18 blocks of 896 channels.
func vitSO150() vitShape { return plainViT(16, 896, 18, 14).wide(2304) }

// vitSO150M2 returns timm's second shape of 150 million parameters: 21 blocks of 832 channels,
// scaled, without biases.
func vitSO150M2() vitShape { return plainViT(16, 832, 21, 13).wide(2176).layered().unbiased() }

// wide returns the shape with one thing changed; so do those that follow.
func (s vitShape) wide(hidden int64) vitShape { s.hidden = hidden; return s }

// of returns the shape with that many classes.
func (s vitShape) of(classes int64) vitShape { s.classes = classes; return s }

// features returns the shape without a classifier: the features are the output.
func (s vitShape) features() vitShape { s.headless = true; return s }

// layered returns the shape with a learnt scale of each channel before each residual.
func (s vitShape) layered() vitShape { s.scaled = true; return s }

// unbiased returns the shape without biases of queries, keys and values.
func (s vitShape) unbiased() vitShape { s.bias = noBiases; return s }

// keyless returns the shape with biases of queries and values, but none of keys.
func (s vitShape) keyless() vitShape { s.bias = noKeyBias; return s }

// mean returns the shape without a class token: the classifier takes the mean of all tokens.
func (s vitShape) mean() vitShape { s.tokenless = true; return s }

// onPatches returns the shape whose class token has no position of its own.
func (s vitShape) onPatches() vitShape { s.bare = true; return s }

// activated returns the shape with the perceptron of that name: gated, normed and so on.
func (s vitShape) activated(a string) vitShape { s.mlp = a; return s }

// turned returns the shape with rotary positions: fixed or learnt frequencies.
func (s vitShape) turned(how string) vitShape { s.rotary = how; return s }

// unplaced returns the shape without learnt positions.
func (s vitShape) unplaced() vitShape { s.placeless = true; return s }

// asked returns the shape whose features are pooled by attention with a learnt query, as SigLIP's
// are.
func (s vitShape) asked() vitShape { s.mapped = true; return s.mean() }

// between returns the shape with a linear layer of n channels before the classifier.
func (s vitShape) between(n int64) vitShape { s.middle = n; return s }

// inner returns the shape with a normalisation inside attention, before its output layer.
func (s vitShape) inner() vitShape { s.innerNorm = true; return s }

// normedFirst returns the shape with a normalisation before the first block, as CLIP's has.
func (s vitShape) normedFirst() vitShape { s.early = true; return s }

// registered returns the shape with registers, which have no places.
func (s vitShape) registered(n int64) vitShape { s.registers = n; return s.onPatches() }

// post returns the shape with normalisations behind what blocks add.
func (s vitShape) post() vitShape { s.behind, s.scaled = true, false; return s }

// distant returns the shape with biases by distance in place of places.
func (s vitShape) distant(how string) vitShape {
	s.relative = how
	return s.mean().unplaced().unbiased().layered()
}

// tabled returns the shape of BEiT (Bao et al. 2021, arXiv 2106.08254).
func (s vitShape) tabled() vitShape { s.relative = "table"; return s.unplaced().keyless().layered() }

// quick returns a shape of CLIP as its authors trained it, with so many features.
func (s vitShape) quick(features int64) vitShape {
	return s.normedFirst().activated("quick").of(features)
}

// rooted returns the shape of AIMv2 (Fini et al. 2024, arXiv 2411.14402).
func (s vitShape) rooted() vitShape {
	s.rms = true
	return s.normedFirst().mean().activated("gated").unbiased().features()
}

// recent returns the shape of DINOv3 (Siméoni et al. 2025, arXiv 2508.10104).
func (s vitShape) recent() vitShape {
	return s.registered(4).unplaced().turned("fixed").layered().features()
}

// vitKin lists the members of the family beside those of the first papers.
func vitKin() []Entry {
	build := func(b *builder, v values, s vitShape) { s.build(b, v) }
	return slices.Concat(
		networks("ViT", "ViT, a size of timm's", 1, build, vitSizes()),
		networks("ViT", "ViT with registers", 1, build, vitRegistered()),
		networks("ViT", "ViT of SigLIP, pooled by attention", 1, build, vitSigLIPs()),
		networks("ViT", "ViT of SigLIP, pooled by the mean", 1, build, vitSigLIPMeans()),
		networks("ViT", "ViT of CLIP", 1, build, vitCLIPs()),
		networks("ViT", "ViT of DINOv2", 1, build, vitDINOs()),
		networks("ViT", "ViT of DINOv3", 1, build, vitDINO3s()),
		networks("ViT", "ViT with rotary places", 1, build, vitRotaries()),
		networks("ViT", "ViT with biases by distance", 1, build, vitRelatives()),
		networks("ViT", "DeiT III", 1, build, deit3s()),
		networks("BEiT", "BEiT", 1, build, beits()),
		networks("BEiT", "BEiT-3's tower for pictures", 1, build, beit3s()),
		networks("EVA", "EVA", 1, build, evas()),
		networks("EVA", "EVA-02", 1, build, eva02s()),
		networks("AIMv2", "AIMv2", 1, build, aims()))
}

// vitSizes returns vision transformers of other sizes and patches than torchvision's, with timm's
// figures.
func vitSizes() []network[vitShape] {
	return []network[vitShape]{
		{"vit_small_patch32_224", 224, 22_878_952, 1_142_909_952, 1.15, 76.01, vitSmall(32)},
		{"vit_small_patch8_224", 224, 21_670_272, 22_405_358_592, 22.44, 0, vitSmall(8).features()},
		{"vit_base_patch8_224", 224, 86_576_872, 78_148_337_664, 78.22, 86.252, vitBase(8)},
		{"vit_base_patch16_gap_224", 224, 86_566_120, 17_471_649_792, 17.49, 0, vitBase(16).mean()},
		{"vit_base_patch16_plus_240", 240, 117_557_992, 27_380_907_008, 27.41, 0, vitPlus(16).layered()},
		{"vit_base_patch32_plus_256", 256, 119_478_120, 7_782_268_928, 7.79, 0, vitPlus(32).layered()},
		{"vit_base_patch16_rpn_224", 224, 86_538_472, 17_471_649_792, 17.49, 82.218, vitBase(16).mean().unbiased().post()},
		{"vit_small_patch16_18x2_224", 224, 64_665_448, 13_680_273_408, 13.71, 0, plainViT(16, 384, 36, 6).layered()},
		{"vit_small_patch16_36x1_224", 224, 64_665_448, 13_680_273_408, 13.71, 0, plainViT(16, 384, 36, 6).layered()},
		{"vit_base_patch16_18x2_224", 224, 256_731_880, 52_458_737_664, 52.51, 0, plainViT(16, 768, 36, 12).layered()},
		{"vit_large_patch14_224", 224, 304_203_752, 81_013_006_336, 81.08, 0, vitLarge(14)},
		{"vit_large_patch32_224", 224, 305_510_400, 15_376_515_072, 15.41, 0, vitLarge(32).features()},
		{"vit_huge_patch14_224", 224, 630_764_800, 167_293_829_120, 167.43, 0, vitHuge(14).features()},
		{"vit_huge_patch14_gap_224", 224, 630_762_240, 166_622_658_560, 166.73, 0, vitHuge(14).mean().features()},
		{"vit_huge_patch16_gap_448", 448, 631_668_480, 544_373_473_280, 544.7, 0, vitHuge(16).mean().features()},
		{"vit_giant_patch14_224", 224, 1_012_611_432, 267_031_491_584, 267.18, 0, vitGiant(14)},
		{"vit_giant_patch16_gap_224", 224, 1_011_368_576, 202_352_984_064, 202.46, 0, vitGiant(16).mean().features()},
		{"vit_gigantic_patch14_224", 224, 1_844_440_680, 483_747_550_208, 483.95, 0, vitGigantic()},
		{"vit_medium_patch16_gap_240", 240, 44_396_589, 9_210_071_552, 9.22, 0,
			vitMedium(16).mean().unbiased().layered().of(11821)},
		{"vit_medium_patch16_gap_256", 256, 38_861_288, 10_570_158_080, 10.59, 84.442,
			vitMedium(16).mean().unbiased().layered()},
		{"vit_medium_patch16_gap_384", 384, 39_025_128, 26_047_139_840, 26.08, 85.556,
			vitMedium(16).mean().unbiased().layered()},
		{"vit_betwixt_patch16_gap_256", 256, 60_372_840, 16_232_596_480, 16.25, 0,
			vitBetwixt(16).mean().unbiased().layered()},
		{"vit_intern300m_patch14_448", 448, 304_012_288, 361_796_517_888, 362.05, 0, vitInterns()},
		{"flexivit_base", 224, 86_566_888, 17_563_828_224, 0, 0, vitBase(16).onPatches()},
		{"flexivit_large", 240, 304_355_304, 70_938_173_440, 70.99, 85.646, vitLarge(16).onPatches()},
	}
}

// vitInterns returns InternViT (Chen et al. 2023, arXiv 2312.14238), without a last normalisation.
func vitInterns() vitShape {
	s := vitLarge(14).layered().features()
	s.unended = true
	return s
}

// vitRegistered returns vision transformers with registers, tokens that hold no place of the image
// (arXiv 2309.16588).
func vitRegistered() []network[vitShape] {
	return []network[vitShape]{
		{"vit_wee_patch16_reg1_gap_256", 256, 13_422_568, 3_825_206_272, 3.83, 80.262,
			vitWee().mean().registered(1).layered()},
		{"vit_little_patch16_reg1_gap_256", 256, 22_515_048, 6_255_248_640, 6.27, 83.8,
			vitLittle().mean().registered(1).layered()},
		{"vit_little_patch16_reg4_gap_256", 256, 22_516_008, 6_334_517_760, 6.35, 82.52,
			vitLittle().mean().registered(4).layered()},
		{"vit_medium_patch16_reg1_gap_256", 256, 38_880_232, 10_614_210_560, 10.63, 83.462,
			vitMedium(16).mean().registered(1).layered()},
		{"vit_medium_patch16_reg4_gap_256", 256, 38_881_768, 10_746_515_456, 10.76, 84.956,
			vitMedium(16).mean().registered(4).layered()},
		{"vit_medium_patch16_reg4_256", 256, 38_869_992, 10_790_666_240, 0, 0, vitMedium(16).registered(4)},
		{"vit_mediumd_patch16_reg4_gap_256", 256, 64_109_032, 17_843_408_896, 17.87, 86.608,
			vitMediumD(16).mean().registered(4).layered()},
		{"vit_mediumd_patch16_reg4_gap_384", 384, 64_272_872, 43_606_921_216, 43.67, 87.438,
			vitMediumD(16).mean().registered(4).layered()},
		{"vit_betwixt_patch16_reg1_gap_256", 256, 60_396_520, 16_299_458_560, 16.32, 83.652,
			vitBetwixt(16).mean().registered(1).layered()},
		{"vit_betwixt_patch16_reg4_gap_256", 256, 60_398_440, 16_500_229_120, 16.52, 85.734,
			vitBetwixt(16).mean().registered(4).layered()},
		{"vit_betwixt_patch16_reg4_gap_384", 384, 60_603_240, 39_660_651_520, 39.71, 86.618,
			vitBetwixt(16).mean().registered(4).layered()},
		{"vit_base_patch16_reg4_gap_256", 256, 86_615_272, 23_480_776_704, 23.5, 0, vitBase(16).mean().registered(4)},
		{"vit_base_patch16_reg8_gap_256", 256, 86_618_344, 23_859_148_800, 0, 0, vitBase(16).mean().registered(8)},
		{"vit_so150m_patch16_reg4_gap_256", 256, 134_127_976, 36_708_912_128, 36.75, 86.72, vitSO150().mean().registered(4)},
		{"vit_so150m_patch16_reg4_gap_384", 384, 134_414_696, 87_878_110_208, 87.97, 87.37, vitSO150().mean().registered(4)},
		{"vit_so150m_patch16_reg4_map_256", 256, 141_477_480, 37_132_576_768, 37.18, 0, vitSO150().asked().registered(4)},
		{"vit_so150m2_patch16_reg1_gap_256", 256, 136_058_728, 36_957_960_832, 37, 87.318, vitSO150M2().mean().registered(1)},
		{"vit_so150m2_patch16_reg1_gap_384", 384, 136_324_968, 89_427_475_072, 89.53, 87.932,
			vitSO150M2().mean().registered(1)},
		{"vit_so150m2_patch16_reg1_gap_448", 448, 136_498_024, 127_370_349_184, 127.51, 88.074,
			vitSO150M2().mean().registered(1)},
	}
}

// vitSigLIPs returns the image towers of SigLIP (arXiv 2303.15343), pooled by attention.
func vitSigLIPs() []network[vitShape] {
	return []network[vitShape]{
		{"vit_base_patch16_siglip_224", 224, 92_884_224, 17_708_292_096, 17.73, 0, vitBase(16).asked().features()},
		{"vit_base_patch16_siglip_256", 256, 92_930_304, 23_410_507_776, 23.44, 0, vitBase(16).asked().features()},
		{"vit_base_patch16_siglip_384", 384, 93_176_064, 56_063_655_936, 56.12, 0, vitBase(16).asked().features()},
		{"vit_base_patch16_siglip_512", 512, 93_520_128, 108_119_851_008, 108.22, 0, vitBase(16).asked().features()},
		{"vit_base_patch32_siglip_256", 256, 94_552_320, 5_743_804_416, 5.75, 0, vitBase(32).asked().features()},
		{"vit_large_patch16_siglip_256", 256, 315_956_224, 81_279_844_352, 81.34, 0, vitLarge(16).asked().features()},
		{"vit_large_patch16_siglip_384", 384, 316_283_904, 191_926_239_232, 192.07, 0, vitLarge(16).asked().features()},
		{"vit_large_patch16_siglip_512", 512, 316_742_656, 363_742_625_792, 364, 0, vitLarge(16).asked().features()},
		{"vit_so400m_patch14_siglip_224", 224, 427_680_704, 110_176_948_224, 110.26, 0, vitOptimal(14).asked().features()},
		{"vit_so400m_patch14_siglip_378", 378, 428_225_600, 335_173_224_960, 335.4, 89.41, vitOptimal(14).asked().features()},
		{"vit_so400m_patch14_siglip_384", 384, 428_225_600, 335_173_224_960, 335.4, 0, vitOptimal(14).asked().features()},
		{"vit_so400m_patch16_siglip_256", 256, 427_888_064, 110_230_032_384, 110.31, 0, vitOptimal(16).asked().features()},
		{"vit_so400m_patch16_siglip_384", 384, 428_256_704, 259_468_038_144, 259.65, 0, vitOptimal(16).asked().features()},
		{"vit_so400m_patch16_siglip_512", 512, 428_772_800, 489_804_779_520, 490.13, 0, vitOptimal(16).asked().features()},
		{"vit_giantopt_patch16_siglip_256", 256, 1_163_168_256, 299_497_684_992, 299.66, 0,
			plainViT(16, 1536, 40, 16).asked().features()},
		{"vit_giantopt_patch16_siglip_384", 384, 1_163_659_776, 696_489_541_632, 696.85, 0,
			plainViT(16, 1536, 40, 16).asked().features()},
	}
}

// vitSigLIPMeans returns the image towers of SigLIP whose output is the mean of the tokens.
func vitSigLIPMeans() []network[vitShape] {
	return []network[vitShape]{
		{"vit_base_patch16_siglip_gap_224", 224, 85_797_120, 17_470_881_792, 17.49, 0, vitBase(16).mean().features()},
		{"vit_base_patch16_siglip_gap_256", 256, 85_843_200, 23_102_226_432, 23.13, 0, vitBase(16).mean().features()},
		{"vit_base_patch16_siglip_gap_384", 384, 86_088_960, 55_377_395_712, 55.43, 0, vitBase(16).mean().features()},
		{"vit_base_patch16_siglip_gap_512", 512, 86_433_024, 106_904_420_352, 107, 0, vitBase(16).mean().features()},
		{"vit_base_patch32_siglip_gap_256", 256, 87_465_216, 5_662_310_400, 5.67, 0, vitBase(32).mean().features()},
		{"vit_large_patch16_siglip_gap_256", 256, 303_361_024, 80_731_963_392, 80.8, 0, vitLarge(16).mean().features()},
		{"vit_large_patch16_siglip_gap_384", 384, 303_688_704, 190_706_614_272, 190.85, 0, vitLarge(16).mean().features()},
		{"vit_large_patch16_siglip_gap_512", 512, 304_147_456, 361_582_559_232, 361.84, 0, vitLarge(16).mean().features()},
		{"vit_so400m_patch14_siglip_gap_224", 224, 412_442_352, 109_484_310_528, 109.57, 0, vitOptimal(14).mean().features()},
		{"vit_so400m_patch14_siglip_gap_378", 378, 412_987_248, 333_224_057_088, 333.46, 89.056,
			vitOptimal(14).mean().features()},
		{"vit_so400m_patch14_siglip_gap_384", 384, 412_987_248, 333_224_057_088, 333.46, 0, vitOptimal(14).mean().features()},
		{"vit_so400m_patch14_siglip_gap_448", 448, 413_327_088, 486_859_603_968, 487.18, 0, vitOptimal(14).mean().features()},
		{"vit_so400m_patch14_siglip_gap_896", 896, 416_866_032, 2_730_196_205_568, 2731.49, 0,
			vitOptimal(14).mean().features()},
		{"vit_so400m_patch16_siglip_gap_256", 256, 412_649_712, 109_537_394_688, 109.62, 0, vitOptimal(16).mean().features()},
		{"vit_so400m_patch16_siglip_gap_384", 384, 413_018_352, 257_925_316_608, 258.11, 0, vitOptimal(16).mean().features()},
		{"vit_so400m_patch16_siglip_gap_512", 512, 413_534_448, 487_071_940_608, 487.4, 0, vitOptimal(16).mean().features()},
		{"vit_giantopt_patch16_siglip_gap_256", 256, 1_134_838_272, 298_265_346_048, 298.42, 0,
			plainViT(16, 1536, 40, 16).mean().features()},
		{"vit_giantopt_patch16_siglip_gap_384", 384, 1_135_329_792, 693_746_270_208, 694.1, 0,
			plainViT(16, 1536, 40, 16).mean().features()},
	}
}

// vitCLIPs returns the image towers of CLIP and of its retrained kin, with timm's figures.
func vitCLIPs() []network[vitShape] {
	return []network[vitShape]{
		{"vit_xsmall_patch16_clip_224", 224, 8_277_504, 1_786_639_360, 1.79, 0,
			plainViT(16, 256, 10, 4).normedFirst().of(512)},
		{"vit_medium_patch16_clip_224", 224, 38_587_904, 7_990_718_464, 8, 0, vitMedium(16).normedFirst().of(512)},
		{"vit_medium_patch32_clip_224", 224, 39_692_288, 1_995_489_280, 2, 0, vitMedium(32).normedFirst().of(512)},
		{"vit_betwixt_patch32_clip_224", 224, 61_411_712, 3_084_185_600, 3.09, 0, vitBetwixt(32).normedFirst().of(512)},
		{"vit_base_patch16_clip_224", 224, 86_568_424, 17_563_828_224, 17.58, 86.204, vitBase(16).normedFirst()},
		{"vit_base_patch16_clip_384", 384, 86_860_264, 55_484_350_464, 55.54, 87.21, vitBase(16).normedFirst()},
		{"vit_base_patch16_plus_clip_240", 240, 117_214_464, 27_380_584_448, 27.41, 0, vitPlus(16).normedFirst().of(640)},
		{"vit_base_patch32_clip_224", 224, 88_225_000, 4_409_186_304, 4.41, 83.304, vitBase(32).normedFirst()},
		{"vit_base_patch32_clip_256", 256, 87_861_248, 5_750_016_000, 5.76, 0, vitBase(32).normedFirst().of(512)},
		{"vit_base_patch32_clip_384", 384, 88_297_960, 13_043_564_544, 13.06, 85.398, vitBase(32).normedFirst()},
		{"vit_base_patch32_clip_448", 448, 88_337_896, 17_910_644_736, 17.93, 85.792, vitBase(32).normedFirst()},
		{"vit_large_patch14_clip_224", 224, 304_204_776, 81_013_006_336, 81.08, 88.162, vitLarge(14).normedFirst()},
		{"vit_large_patch14_clip_336", 336, 304_532_456, 190_960_132_096, 191.11, 88.26, vitLarge(14).normedFirst()},
		{"vit_huge_patch14_clip_224", 224, 632_047_080, 167_295_109_120, 167.4, 88.288, vitHuge(14).normedFirst()},
		{"vit_huge_patch14_clip_336", 336, 632_456_680, 390_725_355_520, 390.97, 88.634, vitHuge(14).normedFirst()},
		{"vit_huge_patch14_clip_378", 378, 632_683_264, 503_481_441_280, 503.79, 0, vitHuge(14).normedFirst().of(1024)},
		{"vit_giant_patch14_clip_224", 224, 1_012_646_656, 267_031_525_376, 267.18, 0, vitGiant(14).normedFirst().of(1024)},
		{"vit_gigantic_patch14_clip_224", 224, 1_844_908_544, 483_748_016_128, 483.96, 0,
			vitGigantic().normedFirst().of(1280)},
		{"vit_gigantic_patch14_clip_378", 378, 1_845_695_616, 1_429_226_126_848, 1429.82, 0,
			vitGigantic().normedFirst().of(1280)},
		{"vit_base_patch16_clip_quickgelu_224", 224, 86_193_152, 17_563_453_440, 17.58, 0, vitBase(16).quick(512)},
		{"vit_base_patch32_clip_quickgelu_224", 224, 87_849_728, 4_408_811_520, 4.41, 0, vitBase(32).quick(512)},
		{"vit_large_patch14_clip_quickgelu_224", 224, 303_966_976, 81_012_768_768, 81.08, 0, vitLarge(14).quick(768)},
		{"vit_large_patch14_clip_quickgelu_336", 336, 304_294_656, 190_959_894_528, 191.11, 0, vitLarge(14).quick(768)},
		{"vit_huge_patch14_clip_quickgelu_224", 224, 632_077_824, 167_295_139_840, 167.4, 0, vitHuge(14).quick(1024)},
		{"vit_huge_patch14_clip_quickgelu_378", 378, 632_683_264, 503_481_441_280, 503.79, 0, vitHuge(14).quick(1024)},
		{"vit_gigantic_patch14_clip_quickgelu_224", 224, 1_844_908_544, 483_748_016_128, 483.96, 0,
			vitGigantic().quick(1280)},
	}
}

// vitDINOs returns the encoders of DINOv2 (arXiv 2304.07193) at 518 pixels, with and without
// registers.
func vitDINOs() []network[vitShape] {
	giant := plainViT(14, 1536, 40, 24).wide(8192).activated("packed").layered().features()
	return []network[vitShape]{
		{"vit_small_patch14_dinov2", 518, 22_056_192, 46_696_739_328, 46.76, 0, vitSmall(14).layered().features()},
		{"vit_base_patch14_dinov2", 518, 86_579_712, 151_573_718_016, 151.71, 0, vitBase(14).layered().features()},
		{"vit_large_patch14_dinov2", 518, 304_367_616, 506_803_826_688, 507.15, 0, vitLarge(14).layered().features()},
		{"vit_giant_patch14_dinov2", 518, 1_136_479_232, 1_783_342_958_592, 1784.2, 0, giant},
		{"vit_small_patch14_reg4_dinov2", 518, 22_057_344, 46_882_828_800, 46.95, 0,
			vitSmall(14).layered().registered(4).features()},
		{"vit_base_patch14_reg4_dinov2", 518, 86_582_016, 152_115_766_272, 152.25, 0,
			vitBase(14).layered().registered(4).features()},
		{"vit_large_patch14_reg4_dinov2", 518, 304_370_688, 508_551_278_592, 508.9, 0,
			vitLarge(14).layered().registered(4).features()},
		{"vit_giant_patch14_reg4_dinov2", 518, 1_136_483_840, 1_789_221_537_792, 1790.08, 0, giant.registered(4)},
	}
}

// vitDINO3s returns the encoders of DINOv3 at 256 pixels, with and without biases of queries, keys
// and values.
func vitDINO3s() []network[vitShape] {
	huge := plainViT(16, 1280, 32, 20).wide(5120).activated("gated").recent()
	plus := vitSmall(16).wide(1536).activated("gated").recent()
	return []network[vitShape]{
		{"vit_small_patch16_dinov3", 256, 21_586_944, 6_245_286_912, 6.26, 0, vitSmall(16).recent().unbiased()},
		{"vit_small_patch16_dinov3_qkvb", 256, 21_596_160, 6_245_286_912, 6.26, 0, vitSmall(16).recent().keyless()},
		{"vit_small_plus_patch16_dinov3", 256, 28_683_264, 8_092_615_680, 8.11, 0, plus.unbiased()},
		{"vit_small_plus_patch16_dinov3_qkvb", 256, 28_692_480, 8_092_615_680, 8.11, 0, plus.keyless()},
		{"vit_base_patch16_dinov3", 256, 85_641_216, 23_574_546_432, 23.6, 0, vitBase(16).recent().unbiased()},
		{"vit_base_patch16_dinov3_qkvb", 256, 85_659_648, 23_574_546_432, 23.6, 0, vitBase(16).recent().keyless()},
		{"vit_large_patch16_dinov3", 256, 303_079_424, 82_368_970_752, 82.43, 0, vitLarge(16).recent().unbiased()},
		{"vit_large_patch16_dinov3_qkvb", 256, 303_128_576, 82_368_970_752, 82.43, 0, vitLarge(16).recent().keyless()},
		{"vit_huge_plus_patch16_dinov3", 256, 840_509_440, 224_774_799_360, 224.88, 0, huge.unbiased()},
		{"vit_huge_plus_patch16_dinov3_qkvb", 256, 840_591_360, 224_774_799_360, 224.88, 0, huge.keyless()},
	}
}

// vitRotaries returns vision transformers with rotary positions, of fixed and of learnt
// frequencies.
func vitRotaries() []network[vitShape] {
	return []network[vitShape]{
		{"vit_small_patch16_rope_224", 224, 21_984_232, 4_598_882_304, 4.61, 81.222,
			vitSmall(16).unplaced().turned("fixed").layered()},
		{"vit_small_patch16_rope_ape_224", 224, 22_059_496, 4_598_882_304, 4.61, 81.016,
			vitSmall(16).onPatches().turned("fixed").layered()},
		{"vit_small_patch16_rope_mixed_224", 224, 21_988_840, 4_598_882_304, 4.61, 81.252,
			vitSmall(16).unplaced().turned("learnt").layered()},
		{"vit_small_patch16_rope_mixed_ape_224", 224, 22_064_104, 4_598_882_304, 4.61, 80.974,
			vitSmall(16).onPatches().turned("learnt").layered()},
		{"vit_base_patch16_rope_224", 224, 86_434_792, 17_563_828_224, 17.58, 83.714,
			vitBase(16).unplaced().turned("fixed").layered()},
		{"vit_base_patch16_rope_ape_224", 224, 86_585_320, 17_563_828_224, 17.58, 83.78,
			vitBase(16).onPatches().turned("fixed").layered()},
		{"vit_base_patch16_rope_mixed_224", 224, 86_444_008, 17_563_828_224, 17.58, 83.806,
			vitBase(16).unplaced().turned("learnt").layered()},
		{"vit_base_patch16_rope_mixed_ape_224", 224, 86_594_536, 17_563_828_224, 17.58, 83.898,
			vitBase(16).onPatches().turned("learnt").layered()},
		{"vit_large_patch16_rope_224", 224, 304_174_056, 61_554_712_576, 61.6, 84.646,
			vitLarge(16).unplaced().turned("fixed").layered()},
		{"vit_large_patch16_rope_ape_224", 224, 304_374_760, 61_554_712_576, 61.6, 84.66,
			vitLarge(16).onPatches().turned("fixed").layered()},
		{"vit_large_patch16_rope_mixed_224", 224, 304_198_632, 61_554_712_576, 61.6, 84.84,
			vitLarge(16).unplaced().turned("learnt").layered()},
		{"vit_large_patch16_rope_mixed_ape_224", 224, 304_399_336, 61_554_712_576, 61.6, 84.846,
			vitLarge(16).onPatches().turned("learnt").layered()},
		{"vit_medium_patch16_rope_reg1_gap_256", 256, 38_743_016, 10_614_210_560, 10.63, 83.81,
			vitMedium(16).mean().registered(1).unplaced().turned("fixed").layered().keyless()},
		{"vit_mediumd_patch16_rope_reg1_gap_256", 256, 63_945_704, 17_622_900_736, 17.65, 84.316,
			vitMediumD(16).mean().registered(1).unplaced().turned("fixed").layered().unbiased()},
		{"vit_betwixt_patch16_rope_reg4_gap_256", 256, 60_226_920, 16_500_229_120, 16.52, 83.906,
			vitBetwixt(16).mean().registered(4).unplaced().turned("fixed").layered().keyless()},
		{"vit_base_patch16_rope_reg1_gap_256", 256, 86_425_576, 23_197_384_704, 23.22, 83.872,
			vitBase(16).mean().registered(1).unplaced().turned("fixed").layered().keyless()},
	}
}

// vitRelatives returns vision transformers with a learnt bias of the scores by distance instead of
// positions.
func vitRelatives() []network[vitShape] {
	biased := func(s vitShape) vitShape { s.bias = allBiases; return s }
	token := func(s vitShape) vitShape { s.tokenless = false; return s }
	return []network[vitShape]{
		{"vit_relpos_small_patch16_224", 224, 21_983_920, 4_582_984_704, 4.59, 81.476, vitSmall(16).distant("perceptron")},
		{"vit_relpos_small_patch16_rpn_224", 224, 21_974_704, 4_582_984_704, 4.59, 0,
			vitSmall(16).distant("perceptron").post()},
		{"vit_relpos_medium_patch16_224", 224, 38_747_208, 7_959_587_840, 7.97, 82.462, vitMedium(16).distant("perceptron")},
		{"vit_relpos_medium_patch16_cls_224", 224, 38_764_616, 8_013_363_200, 8.03, 82.558,
			token(vitMedium(16).distant("perceptron").between(256))},
		{"vit_relpos_medium_patch16_rpn_224", 224, 38_734_920, 7_959_587_840, 7.97, 82.314,
			vitMedium(16).distant("perceptron").post()},
		{"vit_relpos_base_patch16_224", 224, 86_429_560, 17_487_326_208, 17.51, 82.482, vitBase(16).distant("perceptron")},
		{"vit_relpos_base_patch16_cls_224", 224, 86_430_328, 17_579_504_640, 17.6, 0,
			token(vitBase(16).distant("perceptron"))},
		{"vit_relpos_base_patch16_clsgap_224", 224, 86_430_328, 17_579_504_640, 17.6, 82.758,
			token(vitBase(16).distant("perceptron"))},
		{"vit_relpos_base_patch16_rpn_224", 224, 86_411_128, 17_487_326_208, 17.51, 0,
			vitBase(16).distant("perceptron").post()},
		{"vit_relpos_base_patch16_plus_240", 240, 117_380_880, 27_276_271_616, 27.3, 0,
			biased(vitPlus(16).distant("perceptron"))},
		{"vit_relpos_base_patch32_plus_rpn_256", 256, 119_423_760, 7_669_419_008, 7.68, 79.508,
			biased(vitPlus(32).distant("perceptron")).post()},
		{"vit_srelpos_small_patch16_224", 224, 21_973_486, 4_576_266_240, 4.59, 81.108,
			vitSmall(16).distant("shared").between(384)},
		{"vit_srelpos_medium_patch16_224", 224, 38_735_856, 7_952_122_880, 7.96, 82.256,
			vitMedium(16).distant("shared").between(512)},
	}
}

// deit3s returns DeiT III (arXiv 2204.07118) with timm's figures.
func deit3s() []network[vitShape] {
	return []network[vitShape]{
		{"deit3_small_patch16_224", 224, 22_059_496, 4_598_882_304, 4.61, 83.082, vitSmall(16).onPatches().layered()},
		{"deit3_small_patch16_384", 384, 22_205_416, 15_490_351_104, 15.52, 84.846, vitSmall(16).onPatches().layered()},
		{"deit3_medium_patch16_224", 224, 38_849_512, 7_990_968_320, 8, 84.55, vitMedium(16).onPatches().layered()},
		{"deit3_base_patch16_224", 224, 86_585_320, 17_563_828_224, 17.58, 85.728, vitBase(16).onPatches().layered()},
		{"deit3_base_patch16_384", 384, 86_877_160, 55_484_350_464, 55.54, 86.742, vitBase(16).onPatches().layered()},
		{"deit3_large_patch16_224", 224, 304_374_760, 61_554_712_576, 61.6, 86.99, vitLarge(16).onPatches().layered()},
		{"deit3_large_patch16_384", 384, 304_763_880, 191_066_300_416, 191.21, 87.736, vitLarge(16).onPatches().layered()},
		{"deit3_huge_patch14_224", 224, 632_126_440, 167_295_109_120, 167.4, 87.18, vitHuge(14).onPatches().layered()},
	}
}

// beits returns BEiT and BEiT v2, whose scores have a table of biases by distance in each block.
func beits() []network[vitShape] {
	return []network[vitShape]{
		{"beit_base_patch16_224", 224, 86_530_984, 17_563_828_224, 17.58, 85.238, vitBase(16).tabled()},
		{"beit_base_patch16_384", 384, 86_744_104, 55_484_350_464, 55.54, 86.814, vitBase(16).tabled()},
		{"beit_large_patch16_224", 224, 304_430_568, 61_554_712_576, 61.6, 87.486, vitLarge(16).tabled()},
		{"beit_large_patch16_384", 384, 304_998_888, 191_066_300_416, 191.21, 88.38, vitLarge(16).tabled()},
		{"beit_large_patch16_512", 512, 305_674_728, 361_986_285_568, 362.24, 88.576, vitLarge(16).tabled()},
		{"beitv2_base_patch16_224", 224, 86_530_984, 17_563_828_224, 17.58, 86.494, vitBase(16).tabled()},
		{"beitv2_large_patch16_224", 224, 304_430_568, 61_554_712_576, 61.6, 88.406, vitLarge(16).tabled()},
	}
}

// beit3s returns the vision side of BEiT-3 with timm's figures.
func beit3s() []network[vitShape] {
	return []network[vitShape]{
		{"beit3_base_patch16_224", 224, 86_659_816, 17_563_828_224, 17.63, 85.454, vitBase(16).inner().activated("normed")},
		{"beit3_large_patch16_224", 224, 304_572_392, 61_554_712_576, 61.72, 87.628,
			vitLarge(16).inner().activated("normed")},
		{"beit3_giant_patch14_224", 224, 1_013_215_592, 267_031_491_584, 267.56, 0, vitGiant(14).inner().activated("normed")},
		{"beit3_giant_patch14_336", 336, 1_013_666_152, 620_319_192_064, 621.52, 0, vitGiant(14).inner().activated("normed")},
	}
}

// evas returns EVA's plain vision transformers with timm's figures.
func evas() []network[vitShape] {
	return []network[vitShape]{
		{"eva_large_patch14_196", 196, 304_142_312, 61_518_585_856, 61.57, 88.59, vitLarge(14)},
		{"eva_large_patch14_336", 336, 304_531_432, 190_960_132_096, 191.1, 89.238, vitLarge(14)},
		{"eva_giant_patch14_224", 224, 1_012_555_112, 267_031_491_584, 267.18, 88.896, vitGiant(14).keyless()},
		{"eva_giant_patch14_336", 336, 1_013_005_672, 620_319_192_064, 620.64, 89.566, vitGiant(14).keyless()},
		{"eva_giant_patch14_560", 560, 1_014_447_464, 1_905_861_309_440, 1906.76, 89.79, vitGiant(14).keyless()},
		{"eva_giant_patch14_clip_224", 224, 1_012_588_928, 267_031_525_376, 267.18, 0, vitGiant(14).keyless().of(1024)},
	}
}

// eva02s returns EVA-02: rotary positions, gated perceptrons, no biases of keys.
func eva02s() []network[vitShape] {
	tiny := vitTiny(14).wide(512).activated("gated").turned("fixed").keyless()
	small := vitSmall(14).wide(1024).activated("gated").turned("fixed").keyless()
	base := vitBase(14).wide(2048).activated("normed gate").turned("fixed").keyless()
	large := vitLarge(14).wide(2730).activated("normed gate").turned("fixed").keyless()
	baseCLIP := base.inner().of(512)
	baseCLIP.patch = 16
	enormous := plainViT(14, 1792, 64, 16).wide(15360).keyless().of(1024)
	enormous.behind = true
	return []network[vitShape]{
		{"eva02_tiny_patch14_224", 224, 5_502_144, 1_697_518_080, 1.7, 0, tiny.features()},
		{"eva02_tiny_patch14_336", 336, 5_756_584, 4_662_312_960, 4.68, 80.648, tiny},
		{"eva02_small_patch14_224", 224, 21_621_120, 6_123_561_984, 6.14, 0, small.features()},
		{"eva02_small_patch14_336", 336, 22_129_000, 15_450_537_984, 15.48, 85.77, small},
		{"eva02_base_patch14_224", 224, 85_758_720, 23_161_227_264, 23.22, 0, base.features()},
		{"eva02_base_patch14_448", 448, 87_117_544, 106_886_332_416, 107.11, 88.678, base},
		{"eva02_large_patch14_224", 224, 303_268_800, 80_999_350_272, 81.15, 0, large.features()},
		{"eva02_large_patch14_448", 448, 305_080_232, 361_747_161_088, 362.33, 90.056, large},
		{"eva02_base_patch16_clip_224", 224, 86_263_040, 17_563_453_440, 17.62, 0, baseCLIP},
		{"eva02_large_patch14_clip_224", 224, 304_105_152, 81_000_136_704, 81.18, 0, large.inner().of(768)},
		{"eva02_large_patch14_clip_336", 336, 304_432_832, 190_931_533_824, 191.34, 0, large.inner().of(768)},
		{"eva02_enormous_patch14_clip_224", 224, 4_350_556_928, 1_132_163_465_216, 1132.46, 0, enormous},
	}
}

// aims returns AIMv2: normalisation by root mean square, gated perceptrons, patches of 14 pixels.
func aims() []network[vitShape] {
	large, huge := plainViT(14, 1024, 24, 8).wide(2816).rooted(), plainViT(14, 1536, 24, 12).wide(4096).rooted()
	one, three := plainViT(14, 2048, 24, 16).wide(5632).rooted(), plainViT(14, 3072, 24, 24).wide(8192).rooted()
	return []network[vitShape]{
		{"aimv2_large_patch14_224", 224, 309_197_824, 82_295_390_208, 82.3, 0, large},
		{"aimv2_large_patch14_336", 336, 309_525_504, 194_224_324_608, 194.22, 0, large},
		{"aimv2_large_patch14_448", 448, 309_984_256, 367_836_266_496, 367.84, 0, large},
		{"aimv2_huge_patch14_224", 224, 680_851_968, 179_009_224_704, 179.01, 0, huge},
		{"aimv2_huge_patch14_336", 336, 681_343_488, 416_360_300_544, 416.36, 0, huge},
		{"aimv2_huge_patch14_448", 448, 682_031_616, 774_018_957_312, 774.02, 0, huge},
		{"aimv2_1b_patch14_224", 224, 1_234_958_336, 322_430_828_544, 322.43, 0, one},
		{"aimv2_1b_patch14_336", 336, 1_235_613_696, 743_588_757_504, 743.59, 0, one},
		{"aimv2_1b_patch14_448", 448, 1_236_531_200, 1_367_032_725_504, 1367.03, 0, one},
		{"aimv2_3b_patch14_224", 224, 2_720_658_432, 705_910_800_384, 705.91, 0, three},
		{"aimv2_3b_patch14_336", 336, 2_721_641_472, 1_615_478_390_784, 1615.48, 0, three},
		{"aimv2_3b_patch14_448", 448, 2_723_017_728, 2_939_607_318_528, 2939.61, 0, three},
	}
}
