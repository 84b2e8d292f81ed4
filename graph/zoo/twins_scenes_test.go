package zoo

// sceneTwins are public exports of segmenting networks and of the detectors of other families.
var sceneTwins = []twin{
	{file: "tv_fcn_resnet50", spec: "zoo:fcn-resnet50", work: true},
	{file: "tv_deeplabv3_resnet50", spec: "zoo:deeplabv3-resnet50", work: true},
	{file: "tv_ssdlite320_mobilenet_v3_large", spec: "zoo:ssdlite320-mobilenetv3-large", work: true},
	{file: "tv_ssd300_vgg16", spec: "zoo:ssd300-vgg16", work: true},
	{file: "tv_fcos_resnet50_fpn", spec: "zoo:fcos-resnet50", work: true},
	{file: "hf_segformer_b0", spec: "zoo:segformer-b0", work: true},
	{file: "rtdetr_l", spec: "zoo:rtdetr-l", work: true, computed: 2},
}
