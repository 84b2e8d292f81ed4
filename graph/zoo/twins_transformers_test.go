package zoo

// transformerTwins are public exports of the image classifiers with attention.
var transformerTwins = []twin{
	{file: "tv_swin_t", spec: "zoo:swin-t", work: true},
	{file: "timm_swin_small_patch4_window7_224", spec: "zoo:swin-s", work: true},
	{file: "timm_deit_base_distilled_patch16_224", spec: "zoo:deit-base-distilled", work: true},
	{file: "timm_nest_tiny_224", spec: "zoo:nest-tiny", work: true},
	{file: "timm_coat_lite_tiny_224", spec: "zoo:coat-lite-tiny", work: true},
	{file: "timm_coat_lite_medium_384", spec: "zoo:coat-lite-medium-384", work: true},
	{file: "timm_crossvit_15_dagger_240", spec: "zoo:crossvit-15-dagger-240", work: true},
	{file: "timm_volo_d1_224", spec: "zoo:volo-d1-224", work: true},
	{file: "timm_hiera_base_224", spec: "zoo:hiera-base-224", work: true},
	{file: "timm_davit_tiny_224", spec: "zoo:davit-tiny", work: true},
	{file: "timm_edgenext_base_256", spec: "zoo:edgenext-base", work: true},
	{file: "timm_edgenext_xx_small_256", spec: "zoo:edgenext-xx-small", work: true},
	{file: "timm_fastvit_t12_256", spec: "zoo:fastvit-t12", work: true},
	{file: "timm_fastvit_mci2_256", spec: "zoo:fastvit-mci2", work: true},
	{file: "timm_twins_svt_base_224", spec: "zoo:twins-svt-base", work: true},
	{file: "timm_pvt_v2_b0_224", spec: "zoo:pvt-v2-b0", work: true},
	{file: "timm_pvt_v2_b5_224", spec: "zoo:pvt-v2-b5", work: true},
	{file: "timm_mvitv2_tiny_224", spec: "zoo:mvitv2-tiny", work: true},
	{file: "timm_tiny_vit_21m_512", spec: "zoo:tiny-vit-21m-512", work: true},
	{file: "tv_vit_b_16", spec: "zoo:vit?dim=768&heads=12", work: true},
}
