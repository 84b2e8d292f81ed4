package zoo

import "slices"

// after returns the shape whose patches are of the map that a ResNet makes, which is so many times smaller.
func (s vitShape) after(r resnetShape, reduction int64) vitShape {
	s.reduction = reduction
	s.before = func(b *builder, x tensor) tensor { return r.features(b, x, "/backbone", 0)[3] }
	return s
}

// vitHybrids returns the networks of Dosovitskiy et al. 2020 (arXiv 2010.11929), section 3.1, and timm's own on
// ResNet-D.
func vitHybrids() []Entry {
	build := func(b *builder, v values, s vitShape) { s.build(b, v) }
	bit := func(depths ...int) resnetShape {
		return bottlenecks(depths[0], depths[1], depths[2], depths[3]).normed(groups32)
	}
	thin := func(depth int) vitShape { return plainViT(32, 768, depth, int64(depth)).wide(3 * 768) }
	tiny := vitTiny(32).after(bit(0, 0, 0, 0), 4)
	base, large := vitBase(16).after(bit(3, 4, 9, 0), 16), vitLarge(32).after(bit(3, 4, 6, 3), 32)
	small := thin(8).after(bottlenecks(3, 4, 6, 0).d(), 16)
	small.patch = 16
	return slices.Concat(
		networks("ViT", "ViT on a ResNet with standardised weights", 32, build, []network[vitShape]{
			{"vit_tiny_r_s16_p8_224", 224, 6_337_704, 433_681_920, 0.44, 71.8, tiny},
			{"vit_tiny_r_s16_p8_384", 384, 6_355_944, 1_326_858_240, 1.34, 75.962, tiny},
			{"vit_small_r26_s32_224", 224, 36_431_912, 3_463_851_008, 3.56, 81.856, vitSmall(32).after(bit(2, 2, 2, 2), 32)},
			{"vit_small_r26_s32_384", 384, 36_468_392, 10_263_625_728, 10.43, 84.066, vitSmall(32).after(bit(2, 2, 2, 2), 32)},
			{"vit_base_r26_s32_224", 224, 101_383_976, 6_710_859_776, 6.81, 0, vitBase(32).after(bit(2, 2, 2, 2), 32)},
			{"vit_base_r50_s16_224", 224, 97_890_112, 21_534_590_976, 21.67, 0, base.features()},
			{"vit_base_r50_s16_384", 384, 98_950_952, 67_155_787_776, 67.43, 84.988, base},
			{"vit_large_r50_s32_224", 224, 328_994_856, 19_413_295_104, 19.58, 84.434, large},
			{"vit_large_r50_s32_384", 384, 329_092_136, 57_136_144_384, 57.43, 86.188, large},
		}),
		networks("ViT", "ViT on ResNet-D", 32, build, []network[vitShape]{
			{"vit_small_resnet26d_224", 224, 63_608_392, 5_047_703_552, 5.07, 0, thin(8).after(bottlenecks(2, 2, 2, 2).d(), 32)},
			{"vit_small_resnet50d_s16_224", 224, 57_531_976, 13_444_958_208, 13.48, 0, small},
			{"vit_base_resnet26d_224", 224, 101_403_208, 6_950_500_352, 6.97, 0, vitBase(32).after(bottlenecks(2, 2, 2, 2).d(), 32)},
			{"vit_base_resnet50d_224", 224, 110_965_064, 8_697_427_968, 8.73, 0, vitBase(32).after(bottlenecks(3, 4, 6, 3).d(), 32)},
		}))
}
