package zoo

import "slices"

// coatNet returns two stages of convolutions and two of attention to all places. depths are blocks of the four stages.
func coatNet(stem0, stem1, width int64, depths ...int) mixedShape {
	return mixed(coatKinds, stem0, stem1, width, depths...)
}

// maxNet returns four stages of blocks of convolution and attention within windows. Gates have a sixteenth of the
// channels inside.
func maxNet(stem0, stem1, width int64, depths ...int) mixedShape {
	s := mixed(maxKinds, stem0, stem1, width, depths...)
	s.part = 1.0 / 16
	return s
}

// mixedPublished returns the shape as the papers have it, with a layer of head channels before the classifier.
func mixedPublished(s mixedShape, head int64) mixedShape {
	s.original, s.head, s.part = true, head, 0.25
	return s
}

// mixedWith returns the shape with a change.
func mixedWith(s mixedShape, change func(*mixedShape)) mixedShape { change(&s); return s }

// mixedSmall gives the last convolution of blocks a bias, and gates a quarter of the channels.
func mixedSmall(s *mixedShape) { s.biased, s.part = true, 0.25 }

// mixedHidden returns the change to biases by distance that a network of n channels makes; 0: they are learnt.
func mixedHidden(n int64) func(*mixedShape) { return func(s *mixedShape) { s.hidden = n } }

// mixedPooled lets blocks pool before their first convolution instead of striding.
func mixedPooled(s *mixedShape) { s.pooled = true }

// mixedBare takes the bias off the shortcuts of attention.
func mixedBare(s *mixedShape) { s.bare = true }

// mixedScaled scales what blocks add.
func mixedScaled(s *mixedShape) { s.scaled = true }

// mixedNext returns the shape with the convolutions of ConvNeXt.
func mixedNext(s mixedShape) mixedShape { s.next, s.scaled, s.hidden = true, true, 512; return s }

// mixedGrid returns the shape with the convolutions of ConvNeXt and attention within the grid alone.
func mixedGrid(s mixedShape) mixedShape { s = mixedNext(s); s.grid = true; return s }

// mixedKin returns CoAtNet and MaxViT as published and as timm varies them, with timm's figures.
func mixedKin() []Entry {
	return slices.Concat(
		networks("CoAtNet", "CoAtNet", 32, buildMixed, coAtNets()),
		networks("CoAtNet", "CoAtNet, timm's", 32, buildMixed, coAtNetsOfTimm()),
		networks("MaxViT", "MaxViT", 32, buildMixed, maxViTs()),
		networks("MaxViT", "MaxViT, timm's", 32, buildMixed, maxViTsOfTimm()),
		networks("MaxViT", "MaxViT with convolutions of ConvNeXt", 32, buildMixed, maxNexts()))
}

// coAtNets returns CoAtNet as published (arXiv 2106.04803).
func coAtNets() []network[mixedShape] {
	five := mixedPublished(coatNet(192, 192, 256, 2, 12, 28, 2), 2048)
	five.widths = [4]int64{256, 512, 1280, 2048}
	return []network[mixedShape]{
		{"coatnet_0_224", 224, 25_036_948, 4_546_507_776, 4.58, 0, mixedPublished(coatNet(64, 64, 96, 2, 3, 5, 2), 768)},
		{"coatnet_1_224", 224, 42_225_904, 8_643_499_008, 8.7, 0, mixedPublished(coatNet(64, 64, 96, 2, 6, 14, 2), 768)},
		{"coatnet_2_224", 224, 74_685_000, 16_427_134_976, 16.5, 0, mixedPublished(coatNet(128, 128, 128, 2, 6, 14, 2), 1024)},
		{"coatnet_3_224", 224, 166_966_648, 36_453_156_864, 36.56, 0, mixedPublished(coatNet(192, 192, 192, 2, 6, 14, 2), 1536)},
		{"coatnet_4_224", 224, 275_425_672, 62_316_840_960, 62.48, 0, mixedPublished(coatNet(192, 192, 192, 2, 12, 28, 2), 1536)},
		{"coatnet_5_224", 224, 687_472_392, 145_264_287_744, 145.49, 0, five},
	}
}

// coAtNetsOfTimm returns CoAtNets that timm designed.
func coAtNetsOfTimm() []network[mixedShape] {
	return []network[mixedShape]{
		{"coatnet_pico_rw_224", 224, 10_851_364, 2_028_459_520, 2.05, 0, mixedWith(coatNet(32, 64, 64, 2, 3, 5, 2), mixedSmall)},
		{"coatnet_nano_rw_224", 224, 15_141_244, 2_382_715_392, 2.41, 81.704,
			mixedWith(mixedWith(coatNet(32, 64, 64, 3, 4, 6, 3), mixedSmall), mixedPooled)},
		{"coatnet_0_rw_224", 224, 27_435_562, 4_406_300_928, 4.43, 82.396,
			mixedWith(mixedWith(coatNet(32, 64, 96, 2, 3, 7, 2), mixedBare), mixedPooled)},
		{"coatnet_1_rw_224", 224, 41_721_502, 7_992_160_512, 8.04, 83.62, mixedWith(coatNet(32, 64, 96, 2, 6, 14, 2), mixedBare)},
		{"coatnet_2_rw_224", 224, 73_868_400, 15_019_256_832, 15.09, 86.582, coatNet(64, 128, 128, 2, 6, 14, 2)},
		{"coatnet_3_rw_224", 224, 181_805_305, 33_337_614_336, 33.44, 0,
			mixedWith(mixedWith(coatNet(96, 192, 192, 2, 6, 14, 2), mixedScaled), func(s *mixedShape) { s.classes = 11821 })},
		{"coatnet_bn_0_rw_224", 224, 27_435_562, 4_647_145_728, 4.67, 82.394,
			mixedWith(mixedWith(coatNet(32, 64, 96, 2, 3, 7, 2), mixedBare), func(s *mixedShape) { s.batch = true })},
		{"coatnet_rmlp_nano_rw_224", 224, 15_145_116, 2_594_052_864, 2.62, 82.064,
			mixedWith(mixedWith(coatNet(32, 64, 64, 3, 4, 6, 3), mixedSmall), mixedHidden(384))},
		{"coatnet_rmlp_0_rw_224", 224, 27_446_074, 4_684_945_664, 4.72, 0, mixedWith(coatNet(32, 64, 96, 2, 3, 7, 2), mixedHidden(512))},
		{"coatnet_rmlp_1_rw_224", 224, 41_691_982, 7_807_099_392, 7.85, 83.35,
			mixedWith(mixedWith(mixedWith(coatNet(32, 64, 96, 2, 6, 14, 2), mixedBare), mixedHidden(384)),
				func(s *mixedShape) { s.pooled, s.biggest = true, true })},
		{"coatnet_rmlp_1_rw2_224", 224, 41_724_622, 8_066_538_752, 8.11, 84.94,
			mixedWith(coatNet(32, 64, 96, 2, 6, 14, 2), mixedHidden(512))},
		{"coatnet_rmlp_2_rw_224", 224, 73_881_264, 15_114_828_800, 15.18, 86.538,
			mixedWith(mixedWith(coatNet(64, 128, 128, 2, 6, 14, 2), mixedScaled), mixedHidden(512))},
		{"coatnet_rmlp_2_rw_384", 384, 73_881_264, 47_488_266_240, 47.69, 87.388,
			mixedWith(mixedWith(coatNet(64, 128, 128, 2, 6, 14, 2), mixedScaled), mixedHidden(512))},
		{"coatnet_rmlp_3_rw_224", 224, 165_152_788, 33_458_952_704, 33.56, 0,
			mixedWith(mixedWith(coatNet(96, 192, 192, 2, 6, 14, 2), mixedScaled), mixedHidden(512))},
		{"coatnext_nano_rw_224", 224, 14_700_540, 2_461_268_480, 2.47, 81.998,
			mixedWith(mixedNext(coatNet(32, 64, 64, 3, 4, 6, 3)), func(s *mixedShape) { s.hidden, s.scaled = 0, false })},
	}
}

// maxViTs returns MaxViT as published (arXiv 2204.01697), at three image sizes.
func maxViTs() []network[mixedShape] {
	return []network[mixedShape]{
		{"maxvit_tiny_tf_224", 224, 30_916_528, 5_545_201_664, 5.6, 83.426, mixedPublished(maxNet(64, 64, 64, 2, 2, 5, 2), 512)},
		{"maxvit_tiny_tf_384", 384, 30_977_008, 17_299_738_624, 17.53, 85.106,
			mixedPublished(maxNet(64, 64, 64, 2, 2, 5, 2), 512)},
		{"maxvit_tiny_tf_512", 512, 31_049_584, 32_867_028_992, 33.49, 85.658,
			mixedPublished(maxNet(64, 64, 64, 2, 2, 5, 2), 512)},
		{"maxvit_small_tf_224", 224, 68_927_956, 11_579_172_864, 11.66, 84.452,
			mixedPublished(maxNet(64, 64, 96, 2, 2, 5, 2), 768)},
		{"maxvit_small_tf_384", 384, 69_018_676, 35_531_065_344, 35.87, 85.534,
			mixedPublished(maxNet(64, 64, 96, 2, 2, 5, 2), 768)},
		{"maxvit_small_tf_512", 512, 69_127_540, 66_333_050_880, 67.26, 86.102,
			mixedPublished(maxNet(64, 64, 96, 2, 2, 5, 2), 768)},
		{"maxvit_base_tf_224", 224, 119_467_708, 23_901_935_616, 24.04, 84.884,
			mixedPublished(maxNet(64, 64, 96, 2, 6, 14, 2), 768)},
		{"maxvit_base_tf_384", 384, 119_653_468, 73_168_029_696, 73.8, 87.93,
			mixedPublished(maxNet(64, 64, 96, 2, 6, 14, 2), 768)},
		{"maxvit_base_tf_512", 512, 119_876_380, 136_235_649_024, 138.02, 88.214,
			mixedPublished(maxNet(64, 64, 96, 2, 6, 14, 2), 768)},
		{"maxvit_large_tf_224", 224, 211_785_560, 43_492_564_992, 43.68, 84.938,
			mixedPublished(maxNet(128, 128, 128, 2, 6, 14, 2), 1024)},
		{"maxvit_large_tf_384", 384, 212_033_240, 131_709_181_952, 132.55, 87.994,
			mixedPublished(maxNet(128, 128, 128, 2, 6, 14, 2), 1024)},
		{"maxvit_large_tf_512", 512, 212_330_456, 242_359_246_848, 244.75, 88.236,
			mixedPublished(maxNet(128, 128, 128, 2, 6, 14, 2), 1024)},
		{"maxvit_xlarge_tf_224", 224, 474_951_952, 97_213_845_504, 97.52, 0,
			mixedPublished(maxNet(192, 192, 192, 2, 6, 14, 2), 1536)},
		{"maxvit_xlarge_tf_384", 384, 475_323_472, 291_511_578_624, 292.78, 88.302,
			mixedPublished(maxNet(192, 192, 192, 2, 6, 14, 2), 1536)},
		{"maxvit_xlarge_tf_512", 512, 475_769_296, 530_549_354_496, 534.14, 88.54,
			mixedPublished(maxNet(192, 192, 192, 2, 6, 14, 2), 1536)},
	}
}

// maxViTsOfTimm returns MaxViTs that timm designed.
func maxViTsOfTimm() []network[mixedShape] {
	return []network[mixedShape]{
		{"maxvit_pico_rw_256", 256, 7_457_996, 1_802_452_992, 1.83, 0, maxNet(24, 32, 32, 2, 2, 5, 2)},
		{"maxvit_nano_rw_256", 256, 15_451_148, 4_416_999_424, 4.46, 82.934, maxNet(32, 64, 64, 1, 2, 3, 1)},
		{"maxvit_tiny_rw_224", 224, 29_057_312, 5_068_002_304, 5.11, 83.522, maxNet(32, 64, 64, 2, 2, 5, 2)},
		{"maxvit_tiny_rw_256", 256, 29_066_720, 6_689_665_024, 6.74, 0, maxNet(32, 64, 64, 2, 2, 5, 2)},
		{"maxvit_rmlp_pico_rw_256", 256, 7_515_980, 1_817_198_592, 1.85, 80.55,
			mixedWith(maxNet(24, 32, 32, 2, 2, 5, 2), mixedHidden(512))},
		{"maxvit_rmlp_nano_rw_256", 256, 15_501_452, 4_431_745_024, 4.47, 82.978,
			mixedWith(maxNet(32, 64, 64, 1, 2, 3, 1), mixedHidden(512))},
		{"maxvit_rmlp_tiny_rw_256", 256, 29_148_896, 6_714_087_424, 6.77, 84.226,
			mixedWith(maxNet(32, 64, 64, 2, 2, 5, 2), mixedHidden(512))},
		{"maxvit_rmlp_small_rw_224", 224, 64_895_044, 10_691_100_160, 10.75, 84.488,
			mixedWith(mixedWith(maxNet(32, 64, 96, 2, 2, 5, 2), mixedHidden(512)), mixedScaled)},
		{"maxvit_rmlp_small_rw_256", 256, 64_895_044, 14_069_594_112, 14.15, 0,
			mixedWith(mixedWith(maxNet(32, 64, 96, 2, 2, 5, 2), mixedHidden(512)), mixedScaled)},
		{"maxvit_rmlp_base_rw_224", 224, 116_135_788, 23_041_795_584, 23.15, 86.908,
			mixedWith(mixedWith(maxNet(32, 64, 96, 2, 6, 14, 2), mixedHidden(512)), func(s *mixedShape) { s.head = 768 })},
		{"maxvit_rmlp_base_rw_384", 384, 116_135_788, 70_652_678_144, 70.97, 87.81,
			mixedWith(mixedWith(maxNet(32, 64, 96, 2, 6, 14, 2), mixedHidden(512)), func(s *mixedShape) { s.head = 768 })},
	}
}

// maxNexts returns MaxViTs whose convolutions are ConvNeXt's.
func maxNexts() []network[mixedShape] {
	return []network[mixedShape]{
		{"maxxvit_rmlp_nano_rw_256", 256, 16_779_628, 4_344_532_992, 4.37, 83.036, mixedNext(maxNet(32, 64, 64, 1, 2, 3, 1))},
		{"maxxvit_rmlp_tiny_rw_256", 256, 29_636_528, 6_631_618_560, 6.66, 0, mixedNext(maxNet(32, 64, 64, 2, 2, 5, 2))},
		{"maxxvit_rmlp_small_rw_256", 256, 66_010_516, 14_619_445_248, 14.67, 84.634, mixedNext(maxNet(48, 96, 96, 2, 2, 5, 2))},
		{"maxxvitv2_nano_rw_256", 256, 23_696_611, 6_243_022_848, 6.26, 83.108,
			mixedWith(mixedGrid(maxNet(48, 96, 96, 1, 2, 3, 1)), mixedHidden(0))},
		{"maxxvitv2_rmlp_base_rw_224", 224, 116_092_512, 24_149_524_480, 24.2, 86.64,
			mixedGrid(maxNet(64, 128, 128, 2, 6, 12, 2))},
		{"maxxvitv2_rmlp_base_rw_384", 384, 116_092_512, 72_823_040_000, 72.98, 87.48,
			mixedGrid(maxNet(64, 128, 128, 2, 6, 12, 2))},
		{"maxxvitv2_rmlp_large_rw_224", 224, 215_417_166, 44_069_372_416, 44.14, 0,
			mixedWith(mixedGrid(maxNet(80, 160, 160, 2, 6, 16, 2)), func(s *mixedShape) { s.head = 1280 })},
	}
}
