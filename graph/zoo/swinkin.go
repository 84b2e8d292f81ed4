package zoo

import "slices"

// second returns the shape of version 2 (Liu et al. 2021, arXiv 2111.09883).
func (s swinShape) second() swinShape { s.places, s.hidden = true, 512; return s }

// reproduced returns the shape of version 2 as timm's Swin V2 CR has it.
func (s swinShape) reproduced() swinShape { s = s.second(); s.raw, s.hidden = true, 384; return s }

// normed returns the shape with extra normalisations behind so many blocks, and behind each stage if that is 0.
func (s swinShape) normed(period int) swinShape { s.period, s.staged = period, period == 0; return s }

// of returns the shape of so many classes.
func (s swinShape) of(classes int64) swinShape { s.classes = classes; return s }

// swinKin returns timm's networks of Swin's kind: larger ones, those with searched windows (s3),
// version 2 and timm's reproduction of it (cr), with timm's figures.
func swinKin() []Entry {
	build := func(b *builder, v values, s swinShape) { s.build(&swin{builder: b, shape: s}, v) }
	searched := func(width int64, windows [4]int64, depths ...int) swinShape {
		s := windowed(7, width, depths...)
		s.windows = windows
		return s
	}
	cr := func(window, width int64, depths ...int) swinShape {
		return windowed(window, width, depths...).reproduced()
	}
	return slices.Concat(
		networks("Swin", "Swin transformer of another window or width", 0, build, []network[swinShape]{
			{"swin_base_patch4_window12_384", 384, 87_903_584, 47_083_134_976, 47.19, 86.442, windowed(12, 128, 2, 2, 18, 2)},
			{"swin_large_patch4_window7_224", 224, 196_532_476, 34_475_759_616, 34.53, 86.32, windowed(7, 192, 2, 2, 18, 2)},
			{"swin_large_patch4_window12_384", 384, 196_735_516, 103_919_087_616, 104.08, 87.142,
				windowed(12, 192, 2, 2, 18, 2)},
			{"swin_s3_tiny_224", 224, 28_328_674, 4_623_332_352, 4.64, 82.128, searched(96, [4]int64{7, 7, 14, 7}, 2, 2, 6, 2)},
			{"swin_s3_small_224", 224, 49_737_298, 9_404_703_744, 9.43, 83.778,
				searched(96, [4]int64{14, 14, 14, 7}, 2, 2, 18, 2)},
			{"swin_s3_base_224", 224, 71_125_762, 13_655_012_352, 13.69, 83.92,
				searched(96, [4]int64{7, 7, 14, 7}, 2, 2, 30, 2)},
		}),
		networks("Swin", "Swin transformer V2", 0, build, []network[swinShape]{
			{"swinv2_tiny_window8_256", 256, 28_347_154, 5_939_690_496, 5.96, 81.824, windowed(8, 96, 2, 2, 6, 2).second()},
			{"swinv2_tiny_window16_256", 256, 28_347_154, 6_660_619_264, 6.68, 82.828, windowed(16, 96, 2, 2, 6, 2).second()},
			{"swinv2_small_window8_256", 256, 49_728_418, 11_545_857_024, 11.58, 83.844, windowed(8, 96, 2, 2, 18, 2).second()},
			{"swinv2_small_window16_256", 256, 49_728_418, 12_783_078_400, 12.82, 84.216,
				windowed(16, 96, 2, 2, 18, 2).second()},
			{"swinv2_base_window8_256", 256, 87_918_816, 20_325_134_336, 20.37, 84.246, windowed(8, 128, 2, 2, 18, 2).second()},
			{"swinv2_base_window16_256", 256, 87_918_816, 21_969_235_968, 22.02, 84.608,
				windowed(16, 128, 2, 2, 18, 2).second()},
			{"swinv2_base_window12_192", 192, 109_280_841, 11_877_602_304, 11.9, 0,
				windowed(12, 128, 2, 2, 18, 2).second().of(21841)},
			{"swinv2_base_window12to16_192to256", 256, 87_918_816, 21_969_235_968, 22.02, 86.27,
				windowed(16, 128, 2, 2, 18, 2).second()},
			{"swinv2_base_window12to24_192to384", 384, 87_918_816, 55_148_310_528, 55.25, 87.142,
				windowed(24, 128, 2, 2, 18, 2).second()},
			{"swinv2_large_window12_192", 192, 228_772_549, 26_133_917_184, 26.17, 0,
				windowed(12, 192, 2, 2, 18, 2).second().of(21841)},
			{"swinv2_large_window12to16_192to256", 256, 196_739_932, 47_740_303_360, 47.81, 86.934,
				windowed(16, 192, 2, 2, 18, 2).second()},
			{"swinv2_large_window12to24_192to384", 384, 196_739_932, 115_991_427_072, 116.15, 87.474,
				windowed(24, 192, 2, 2, 18, 2).second()},
		}),
		networks("Swin", "Swin transformer V2 CR", 0, build, []network[swinShape]{
			{"swinv2_cr_tiny_224", 224, 28_332_124, 4_639_928_064, 4.66, 0, cr(7, 96, 2, 2, 6, 2)},
			{"swinv2_cr_tiny_384", 384, 28_332_124, 15_283_697_664, 15.34, 0, cr(12, 96, 2, 2, 6, 2)},
			{"swinv2_cr_tiny_ns_224", 224, 28_333_468, 4_639_928_064, 4.66, 81.796, cr(7, 96, 2, 2, 6, 2).normed(0)},
			{"swinv2_cr_small_224", 224, 49_695_100, 9_045_129_984, 9.07, 83.126, cr(7, 96, 2, 2, 18, 2)},
			{"swinv2_cr_small_384", 384, 49_695_100, 29_616_420_864, 29.7, 0, cr(12, 96, 2, 2, 18, 2)},
			{"swinv2_cr_small_ns_224", 224, 49_696_444, 9_045_129_984, 9.08, 83.49, cr(7, 96, 2, 2, 18, 2).normed(0)},
			{"swinv2_cr_small_ns_256", 256, 49_696_444, 12_026_886_144, 12.07, 0, cr(8, 96, 2, 2, 18, 2).normed(0)},
			{"swinv2_cr_base_224", 224, 87_877_464, 15_821_868_032, 15.86, 0, cr(7, 128, 2, 2, 18, 2)},
			{"swinv2_cr_base_384", 384, 87_877_464, 50_459_287_552, 50.57, 0, cr(12, 128, 2, 2, 18, 2)},
			{"swinv2_cr_base_ns_224", 224, 87_879_256, 15_821_868_032, 15.86, 0, cr(7, 128, 2, 2, 18, 2).normed(0)},
			{"swinv2_cr_large_224", 224, 196_682_512, 35_040_013_824, 35.1, 0, cr(7, 192, 2, 2, 18, 2)},
			{"swinv2_cr_large_384", 384, 196_682_512, 108_792_213_504, 108.96, 0, cr(12, 192, 2, 2, 18, 2)},
			{"swinv2_cr_huge_224", 224, 657_938_780, 116_129_284_864, 115.97, 0, cr(7, 352, 2, 2, 18, 2).normed(6)},
			{"swinv2_cr_huge_384", 384, 657_938_780, 351_733_151_744, 352.04, 0, cr(12, 352, 2, 2, 18, 2).normed(6)},
			{"swinv2_cr_giant_224", 224, 2_598_761_896, 483_588_743_168, 483.85, 0, cr(7, 512, 2, 2, 42, 2).normed(6)},
			{"swinv2_cr_giant_384", 384, 2_598_761_896, 1_449_951_920_128, 1450.71, 0, cr(12, 512, 2, 2, 42, 2).normed(6)},
		}))
}
