package zoo

// transformerTwins are public exports of the image classifiers with attention.
var transformerTwins = []twin{
	{file: "tv_swin_t", spec: "zoo:swin-t", work: true},
	{file: "timm_swin_small_patch4_window7_224", spec: "zoo:swin-s", work: true},
	{file: "timm_deit_base_distilled_patch16_224", spec: "zoo:deit-base-distilled", work: true},
	{file: "tv_vit_b_16", spec: "zoo:vit?dim=768&heads=12", work: true},
}
