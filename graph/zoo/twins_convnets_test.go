package zoo

// convNetTwins are public exports of the convolutional classifiers.
var convNetTwins = []twin{
	{file: "tv_alexnet", spec: "zoo:alexnet"},
	{file: "tv_googlenet", spec: "zoo:googlenet", work: true},
	{file: "timm_inception_v3_299", spec: "zoo:inception-v3"},
	{file: "shufflenet_v2_x1_0_op18", spec: "zoo:shufflenetv2-x1.0", work: true},
	{file: "timm_mnasnet_100_224", spec: "zoo:mnasnet-1.0"},
	{file: "timm_mobilenetv1_100_224", spec: "zoo:mobilenetv1"},
	{file: "tv_efficientnet_v2_s", spec: "zoo:efficientnetv2-s"},
	{file: "tv_efficientnet_v2_m", spec: "zoo:efficientnetv2-m"},
	{file: "tv_regnet_x_400mf", spec: "zoo:regnetx-400mf"},
	{file: "timm_regnety_004_224", spec: "zoo:regnety-400mf", work: true},
	{file: "timm_repvgg_b1_224", spec: "zoo:repvgg-b1", work: true},
	{file: "timm_mobilenetv4_conv_medium_224", spec: "zoo:mobilenetv4-conv-medium"},
	{file: "timm_mobileone_s2_224", spec: "zoo:mobileone-s2", work: true},
	{file: "timm_repvit_m1_1_224", spec: "zoo:repvit-m1-1", work: true},
	{file: "timm_repvit_m2_3_224", spec: "zoo:repvit-m2-3", work: true},
	{file: "timm_focalnet_base_lrf_224", spec: "zoo:focalnet-base-lrf", work: true},
	{file: "timm_nf_regnet_b3_288", spec: "zoo:nf-regnet-b3", work: true},
	{file: "ortopt_convnext_tiny", spec: "zoo:convnext-tiny", work: true},
}
