package validate

import (
	"cmp"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// published lists names under which people publish latencies of built-in models, beside the models' own. To add one,
// add one row. A name that stands for different networks in different places has a row of a table of its own, in
// tabled. MLPerf's bert-99 has none: its questions are as long as they are, less than the 384 tokens of its name's
// shape.
var published = []struct{ name, spec, source string }{
	{"bert-base-cased", "zoo:bert-base", "OpenVINO benchmarks; the vocabulary is another, of which one row is read per " +
		"token"},
	{"bert-large-uncased-whole-word-masking-squad-0001", "zoo:bert-large", "OpenVINO benchmarks"},
	{"fc autoencoder (toyadmos)", "zoo:mlperf-tiny-ad", "MLPerf Tiny"},
	{"resnet8 (cifar-10)", "zoo:mlperf-tiny-ic", "MLPerf Tiny"},
	{"ds-cnn (speech commands)", "zoo:mlperf-tiny-kws", "MLPerf Tiny"},
	{"mobilenetv1 0.25 96 (visual wake words)", "zoo:mlperf-tiny-vww", "MLPerf Tiny"},
	{"mobilenet", "zoo:mobilenetv1", "ncnn benchmark/mobilenet.param; MLPerf Inference v0.5"},
	{"mobilenet_ssd", "zoo:ssd-mobilenetv1?classes=21", "ncnn benchmark/mobilenet_ssd.param"},
	{"mnasnet", "zoo:mnasnet-1.0", "ncnn benchmark/mnasnet.param"},
	{"regnety_400m", "zoo:regnety-400mf", "ncnn benchmark/regnety_400m.param"},
	{"resnet", "zoo:resnet50", "MLPerf Inference v0.5"},
	{"shufflenet_v2", "zoo:shufflenetv2-x1.0", "ncnn benchmark/shufflenet_v2.param"},
	{"squeezenet", "zoo:squeezenet1.1", "ncnn benchmark/squeezenet.param"},
	{"ssd-mobilenet", "zoo:ssd-mobilenetv1", "MLPerf Inference: 300 x 300, COCO"},
	{"ssd-small", "zoo:ssd-mobilenetv1", "MLPerf Inference v0.5"},
	{"ssd_mobilenet_v1_coco", "zoo:ssd-mobilenetv1", "OpenVINO benchmarks"},
	{"vision_transformer", "zoo:vit-b-32", "ncnn benchmark/vision_transformer.param: patches of 32"},
	{"vit_tiny_patch16_224", "zoo:vit-ti-16", "timm"},
	{"vit_tiny_patch16_384", "zoo:vit-ti-16", "timm"},
	{"vit_small_patch16_224", "zoo:vit-s-16", "timm"},
	{"vit_small_patch16_384", "zoo:vit-s-16", "timm"},
	{"vit_small_patch32_384", "zoo:vit-small-patch32-224", "timm"},
	{"vit_base_patch16_224", "zoo:vit-b-16", "timm"},
	{"vit_base_patch16_384", "zoo:vit-b-16", "timm"},
	{"vit_base_patch32_224", "zoo:vit-b-32", "timm"},
	{"vit_base_patch32_384", "zoo:vit-b-32", "timm"},
	{"vit_large_patch16_224", "zoo:vit-l-16", "timm"},
	{"vit_large_patch16_384", "zoo:vit-l-16", "timm"},
	{"vit_large_patch32_384", "zoo:vit-l-32", "timm"},
	{"deit_tiny_patch16_224", "zoo:deit-tiny", "timm"},
	{"deit_small_patch16_224", "zoo:deit-small", "timm"},
	{"deit_base_patch16_224", "zoo:deit-base", "timm"},
	{"deit_base_patch16_384", "zoo:deit-base", "timm"},
	{"deit_tiny_distilled_patch16_224", "zoo:deit-tiny-distilled", "timm"},
	{"deit_small_distilled_patch16_224", "zoo:deit-small-distilled", "timm"},
	{"deit_base_distilled_patch16_224", "zoo:deit-base-distilled", "timm"},
	{"deit_base_distilled_patch16_384", "zoo:deit-base-distilled", "timm"},
	{"efficientnet_b2a", "zoo:efficientnet-b2", "timm"},
	{"efficientnet_b3a", "zoo:efficientnet-b3", "timm"},
	{"efficientnet_es_pruned", "zoo:efficientnet-es", "timm"},
	{"efficientnet_el_pruned", "zoo:efficientnet-el", "timm"},
	{"mnasnet_050", "zoo:mnasnet-0.5", "timm"},
	{"mnasnet_075", "zoo:mnasnet-0.75", "timm"},
	{"mnasnet_100", "zoo:mnasnet-1.0", "timm"},
	{"mnasnet_b1", "zoo:mnasnet-1.0", "timm"},
	{"mnasnet_a1", "zoo:semnasnet-100", "timm"},
	{"ghostnet_100", "zoo:ghostnet", "timm"},
	{"regnetx_004", "zoo:regnetx-400mf", "timm"},
	{"regnetx_004_tv", "zoo:regnetx-400mf", "timm"},
	{"regnetx_008", "zoo:regnetx-800mf", "timm"},
	{"regnetx_008_tv", "zoo:regnetx-800mf", "timm"},
	{"regnetx_016", "zoo:regnetx-1.6gf", "timm"},
	{"regnetx_032", "zoo:regnetx-3.2gf", "timm"},
	{"regnetx_080", "zoo:regnetx-8gf", "timm"},
	{"regnetx_080_tv", "zoo:regnetx-8gf", "timm"},
	{"regnetx_160", "zoo:regnetx-16gf", "timm"},
	{"regnetx_320", "zoo:regnetx-32gf", "timm"},
	{"regnety_004", "zoo:regnety-400mf", "timm"},
	{"regnety_004_tv", "zoo:regnety-400mf", "timm"},
	{"regnety_008", "zoo:regnety-800mf", "timm"},
	{"regnety_008_tv", "zoo:regnety-800mf", "timm"},
	{"regnety_016", "zoo:regnety-1.6gf", "timm"},
	{"regnety_032", "zoo:regnety-3.2gf", "timm"},
	{"regnety_080_tv", "zoo:regnety-8gf", "timm"},
	{"regnety_160", "zoo:regnety-16gf", "timm"},
	{"regnety_320", "zoo:regnety-32gf", "timm"},
	{"resnetv2_152x2_bit_teacher", "zoo:resnetv2-152x2-bit", "timm"},
	{"resnetv2_152x2_bit_teacher_384", "zoo:resnetv2-152x2-bit", "timm"},
	{"resnetv2_50x1_bit_distilled", "zoo:resnetv2-50x1-bit", "timm"},
	{"resnetv2_50x1_bitm", "zoo:resnetv2-50x1-bit", "timm"},
	{"resnetv2_50x3_bitm", "zoo:resnetv2-50x3-bit", "timm"},
	{"resnetv2_101x1_bitm", "zoo:resnetv2-101x1-bit", "timm"},
	{"resnetv2_101x3_bitm", "zoo:resnetv2-101x3-bit", "timm"},
	{"resnetv2_152x2_bitm", "zoo:resnetv2-152x2-bit", "timm"},
	{"resnetv2_152x4_bitm", "zoo:resnetv2-152x4-bit", "timm"},
	{"resmlp_12_distilled_224", "zoo:resmlp-12-224", "timm"},
	{"resmlp_24_distilled_224", "zoo:resmlp-24-224", "timm"},
	{"resmlp_36_distilled_224", "zoo:resmlp-36-224", "timm"},
	{"resmlp_big_24_distilled_224", "zoo:resmlp-big-24-224", "timm"},
	{"levit_conv_128", "zoo:levit-128", "timm"},
	{"levit_conv_128s", "zoo:levit-128s", "timm"},
	{"levit_conv_192", "zoo:levit-192", "timm"},
	{"levit_conv_256", "zoo:levit-256", "timm"},
	{"levit_conv_384", "zoo:levit-384", "timm"},
	{"levit_conv_256d", "zoo:levit-256d", "timm"},
	{"levit_conv_512", "zoo:levit-512", "timm"},
	{"levit_conv_512d", "zoo:levit-512d", "timm"},
	{"levit_conv_384_s8", "zoo:levit-384-s8", "timm"},
	{"levit_conv_512_s8", "zoo:levit-512-s8", "timm"},
	{"nest_tiny_jx", "zoo:nest-tiny", "timm; its pads are those of JAX"},
	{"nest_small_jx", "zoo:nest-small", "timm"},
	{"nest_base_jx", "zoo:nest-base", "timm"},
	{"tresnet_m_448", "zoo:tresnet-m", "timm"},
	{"tresnet_l_448", "zoo:tresnet-l", "timm"},
	{"tresnet_xl_448", "zoo:tresnet-xl", "timm"},
	{"mobilevitv2_150_384_in22ft1k", "zoo:mobilevitv2-150", "timm"},
	{"mobilevitv2_175_384_in22ft1k", "zoo:mobilevitv2-175", "timm"},
	{"mobilevitv2_200_384_in22ft1k", "zoo:mobilevitv2-200", "timm"},
	{"adv_inception_v3", "zoo:inception-v3", "timm: trained against adversaries"},
	{"yolo_v8n", "zoo:yolov8n", "OpenVINO benchmarks"},
	{"BERT-base encoder (12 layers, 12 heads x64)", "zoo:bert-base",
		"FasterTransformer; without embeddings, of which one row is read per token"},
	{"ViT-B_16 (384x384)", "zoo:vit-b-16", "FasterTransformer"},
	{"ViT-B_16-224", "zoo:vit-b-16", "FasterTransformer"},
	{"ViT-L_16-224", "zoo:vit-l-16", "FasterTransformer"},
	{"Swin-TINY V1", "zoo:swin-t", "FasterTransformer"},
	{"Swin-V1-TINY", "zoo:swin-t", "FasterTransformer"},
	{"Swin-V1-SMALL", "zoo:swin-s", "FasterTransformer"},
	{"Swin-V1-BASE", "zoo:swin-b", "FasterTransformer"},
	{"Swin-V1-LARGE", "zoo:swin-large-patch4-window7-224", "FasterTransformer"},
	{"SwinTransformer_base_patch4_window12_384", "zoo:swin-base-patch4-window12-384", "PaddleClas"},
	{"convnext-large-224", "zoo:convnext-large", "transformers"},
	{"legacy_seresnext101_32x4d", "zoo:seresnext101-32x4d", "timm"},
	{"EfficientViT-b2-cls", "zoo:efficientvit-b2", "Qualcomm AI Hub"},
	{"EfficientViT-l2-cls", "zoo:efficientvit-l2", "Qualcomm AI Hub"},
	{"VIT", "zoo:vit-b-16", "Qualcomm AI Hub: torchvision's vit_b_16"},
	{"RegNet", "zoo:regnetx-3.2gf", "Qualcomm AI Hub: torchvision's regnet_x_3_2gf"},
	{"RegNet-Y-800MF", "zoo:regnety-800mf", "Qualcomm AI Hub"},
	{"ResNeXt50", "zoo:resnext50-32x4d", "Qualcomm AI Hub"},
	{"ResNeXt101", "zoo:resnext101-32x8d", "Qualcomm AI Hub"},
	{"WideResNet50", "zoo:wide-resnet50-2", "Qualcomm AI Hub"},
	{"Shufflenet-v2", "zoo:shufflenetv2-x1.0", "Qualcomm AI Hub"},
	{"MNASNet05", "zoo:mnasnet-0.5", "Qualcomm AI Hub"},
	{"YOLOv8-Detection", "zoo:yolov8n", "Qualcomm AI Hub: its default is the smallest"},
	{"YOLOv8-Segmentation", "zoo:yolov8n-seg", "Qualcomm AI Hub"},
	{"YOLOv10-Detection", "zoo:yolov10n", "Qualcomm AI Hub"},
	{"YOLOv11-Detection", "zoo:yolo11n", "Qualcomm AI Hub"},
	{"Yolo-v6", "zoo:yolov6n", "Qualcomm AI Hub"},
	{"Bert-Base-Uncased-Hf", "zoo:bert-base?seq=384", "Qualcomm AI Hub"},
	{"Distil-Bert-Base-Uncased-Hf", "zoo:distilbert?seq=384", "Qualcomm AI Hub"},
}

// tabled lists names that one publisher's table alone uses for these networks, by its source.
var tabled = []struct{ table, name, spec, source string }{
	{"ncnn benchmark", "alexnet", "zoo:alexnet-grouped", "benchmark/alexnet.param: Caffe's"},
	{"ncnn benchmark", "blazeface", "zoo:blazeface?heads=0", "benchmark/blazeface.param: without heads"},
	{"ncnn benchmark", "efficientnetv2_b0", "zoo:tf-efficientnetv2-b0", "benchmark/efficientnetv2_b0.param"},
	{"ncnn benchmark", "proxylessnasnet", "zoo:proxylessnas-mobile?first=32", "benchmark/proxylessnasnet.param"},
	{"ncnn benchmark", "shufflenet", "zoo:shufflenetv1-g3", "benchmark/shufflenet.param"},
	{"MNN benchmark results", "MobileNetV2_224", "zoo:mobilenetv2", "benchmark: 224 is its image size"},
	{"Renesas DRP-AI TVM model list", "ResNet18-v1", "zoo:resnet18", "onnx/models"},
	{"Renesas DRP-AI TVM model list", "ResNet34-v1", "zoo:resnet34", "onnx/models"},
	{"Renesas DRP-AI TVM model list", "ResNet50-v1", "zoo:resnet50", "onnx/models"},
	{"Renesas DRP-AI TVM model list", "ResNet101-v1", "zoo:resnet101", "onnx/models"},
	{"Renesas DRP-AI TVM model list", "(Gluon) ResNet18 v1b", "zoo:resnet18", "timm gluon_resnet"},
	{"Renesas DRP-AI TVM model list", "(Gluon) ResNet34 v1b", "zoo:resnet34", "timm gluon_resnet"},
	{"Renesas DRP-AI TVM model list", "(Gluon) ResNet50 v1b", "zoo:resnet50", "timm gluon_resnet"},
	{"Renesas DRP-AI TVM model list", "(Gluon) ResNet101 v1b", "zoo:resnet101", "timm gluon_resnet"},
	{"Renesas DRP-AI TVM model list", "(Gluon) ResNet152 v1b", "zoo:resnet152", "timm gluon_resnet"},
	{"Renesas DRP-AI TVM model list", "(Gluon) ResNet50 v1d", "zoo:resnet50d", "timm gluon_resnet"},
	{"Renesas DRP-AI TVM model list", "(Gluon) ResNet101 v1d", "zoo:resnet101d", "timm gluon_resnet"},
	{"Renesas DRP-AI TVM model list", "(Gluon) ResNet152 v1d", "zoo:resnet152d", "timm gluon_resnet"},
	{"Renesas DRP-AI TVM model list", "(Gluon) ResNeXt101 32x4d", "zoo:resnext101-32x4d", "timm"},
	{"Renesas DRP-AI TVM model list", "(Gluon) ResNeXt101 64x4d", "zoo:resnext101-64x4d", "timm"},
	{"Renesas DRP-AI TVM model list", "(Legacy) SE-ResNet-18", "zoo:legacy-seresnet18", "timm"},
	{"Renesas DRP-AI TVM model list", "(Legacy) SE-ResNet-34", "zoo:legacy-seresnet34", "timm"},
	{"Renesas DRP-AI TVM model list", "(Legacy) SE-ResNet-50", "zoo:legacy-seresnet50", "timm"},
	{"Renesas DRP-AI TVM model list", "(Legacy) SE-ResNet-152", "zoo:legacy-seresnet152", "timm"},
	{"Renesas DRP-AI TVM model list", "(Legacy) SE-ResNeXt-26", "zoo:legacy-seresnext26-32x4d", "timm"},
	{"Renesas DRP-AI TVM model list", "CSP-ResNet", "zoo:cspresnet50", "timm"},
	{"Renesas DRP-AI TVM model list", "CSP-ResNeXt", "zoo:cspresnext50", "timm"},
	{"Renesas DRP-AI TVM model list", "DLA(Dense Layer Aggregation)102x", "zoo:dla102x", "timm"},
	{"Renesas DRP-AI TVM model list", "EfficientNet Edge Small", "zoo:efficientnet-es", "timm"},
	{"Renesas DRP-AI TVM model list", "EfficientNet Edge Medium", "zoo:efficientnet-em", "timm"},
	{"Renesas DRP-AI TVM model list", "GPU-Efficient ResNet Large (gernet_l)", "zoo:gernet-l", "timm"},
	{"Renesas DRP-AI TVM model list", "GPU-Efficient ResNet Middle (gernet_m)", "zoo:gernet-m", "timm"},
	{"Renesas DRP-AI TVM model list", "GhostNet-1.0x", "zoo:ghostnet", "timm"},
	{"Renesas DRP-AI TVM model list", "Global Context Resnet50t (gcresnet50t)", "zoo:gcresnet50t", "timm"},
	{"Renesas DRP-AI TVM model list", "MnasNet-B1 depth multiplier 1.0", "zoo:mnasnet-1.0", "timm"},
	{"Renesas DRP-AI TVM model list", "MobileNet V2 with channel multiplier of 0.5", "zoo:mobilenetv2?width=50", "timm"},
	{"Renesas DRP-AI TVM model list", "MobileNet V2 with channel multiplier of 1.0", "zoo:mobilenetv2", "timm"},
	{"Renesas DRP-AI TVM model list", "MobileNet V2 with channel multiplier of 1.1", "zoo:mobilenetv2-110d", "timm"},
	{"Renesas DRP-AI TVM model list", "MobileNet V2 with channel multiplier of 1.2", "zoo:mobilenetv2-120d", "timm"},
	{"Renesas DRP-AI TVM model list", "MobileNet V2 with channel multiplier of 1.4", "zoo:mobilenetv2?width=140", "timm"},
	{"Renesas DRP-AI TVM model list", "MobileNetV2_1.0", "zoo:mobilenetv2", "MXNet"},
	{"Renesas DRP-AI TVM model list", "MobileNet V3 (RW variant)", "zoo:mobilenetv3-rw", "timm"},
	{"Renesas DRP-AI TVM model list", "MobileNet V3 Large 1.0", "zoo:mobilenetv3-large", "timm"},
	{"Renesas DRP-AI TVM model list", "MobileNet V3 Large 1.0,  21k pretraining", "zoo:mobilenetv3-large", "timm"},
	{"Renesas DRP-AI TVM model list", "MobileNet V3 Small 0.5", "zoo:mobilenetv3-small?width=50", "timm"},
	{"Renesas DRP-AI TVM model list", "MobileNet V3 Small 0.75", "zoo:mobilenetv3-small?width=75", "timm"},
	{"Renesas DRP-AI TVM model list", "MobileNet V3 Small 1.0", "zoo:mobilenetv3-small", "timm"},
	{"Renesas DRP-AI TVM model list", "PP-LCNet-0.5x", "zoo:lcnet-050", "timm"},
	{"Renesas DRP-AI TVM model list", "PP-LCNet-0.75x", "zoo:lcnet-075", "timm"},
	{"Renesas DRP-AI TVM model list", "PP-LCNet-1x", "zoo:lcnet-100", "timm"},
	{"Renesas DRP-AI TVM model list", "RegNetX 200MF", "zoo:regnetx-002", "timm"},
	{"Renesas DRP-AI TVM model list", "RegNetX 600MF", "zoo:regnetx-006", "timm"},
	{"Renesas DRP-AI TVM model list", "RegNetY 200MF", "zoo:regnety-002", "timm"},
	{"Renesas DRP-AI TVM model list", "RegNetY 600MF", "zoo:regnety-006", "timm"},
	{"Renesas DRP-AI TVM model list", "RegNetY 4.0GF", "zoo:regnety-040", "timm"},
	{"Renesas DRP-AI TVM model list", "RegNetY 8.0GF", "zoo:regnety-080", "timm"},
	{"Renesas DRP-AI TVM model list", "Res2Net-101 26w×4s", "zoo:res2net101-26w-4s", "timm"},
	{"Renesas DRP-AI TVM model list", "Res2Net-50 14w×8s", "zoo:res2net50-14w-8s", "timm"},
	{"Renesas DRP-AI TVM model list", "Res2Net-50 26w×4s", "zoo:res2net50-26w-4s", "timm"},
	{"Renesas DRP-AI TVM model list", "Res2Net-50 26w×6s", "zoo:res2net50-26w-6s", "timm"},
	{"Renesas DRP-AI TVM model list", "ResNeSt-14", "zoo:resnest14d", "timm"},
	{"Renesas DRP-AI TVM model list", "ResNeSt-26", "zoo:resnest26d", "timm"},
	{"Renesas DRP-AI TVM model list", "ResNeSt-50", "zoo:resnest50d", "timm"},
	{"Renesas DRP-AI TVM model list", "ResNeSt-101", "zoo:resnest101e", "timm"},
	{"Renesas DRP-AI TVM model list", "ResNeSt-200", "zoo:resnest200e", "timm"},
	{"Renesas DRP-AI TVM model list", "ResNeXt-101(32x8d)", "zoo:resnext101-32x8d", "timm"},
	{"Renesas DRP-AI TVM model list", "ResNeXt-101(64x4d)", "zoo:resnext101-64x4d", "timm"},
	{"Renesas DRP-AI TVM model list", "ResNeXt-50(32x4d)", "zoo:resnext50-32x4d", "timm"},
	{"Renesas DRP-AI TVM model list", "ResNet-50 avgpool anti-aliasing", "zoo:resnetaa50", "timm"},
	{"Renesas DRP-AI TVM model list", "ResNet-50 blur anti-aliasing", "zoo:resnetblur50", "timm"},
	{"Renesas DRP-AI TVM model list", "Vision Transformer(base)", "zoo:vit-b-16", "timm"},
	{"Renesas DRP-AI TVM model list", "Vision Transformer(tiny)", "zoo:vit-ti-16", "timm"},
	{"Renesas DRP-AI TVM model list", "Swin Transformer(tiny)", "zoo:swin-t", "timm"},
	{"Renesas DRP-AI TVM model list", "SqueezeNet1.1-7", "zoo:squeezenet1.1", "onnx/models"},
	{"Renesas DRP-AI TVM model list", "YOLOv11n", "zoo:yolo11n", "Ultralytics"},
	{"Renesas DRP-AI TVM model list", "YOLOv11s", "zoo:yolo11s", "Ultralytics"},
	{"Renesas DRP-AI TVM model list", "YOLOv11m", "zoo:yolo11m", "Ultralytics"},
	{"Renesas DRP-AI TVM model list", "YOLOv11l", "zoo:yolo11l", "Ultralytics"},
	{"SOPHON demo", "yolov3", "zoo:yolov3?size=608", "sample/YOLOv34/scripts: 608 pixels"},
	{"SOPHON demo", "yolov4", "zoo:yolov4?size=416", "sample/YOLOv34/scripts: 416 pixels"},
	{"SOPHON demo", "ppyolov3", "zoo:yolov3?size=608", "sample/ppYOLOv3/scripts: DarkNet-53, 608 pixels"},
	{"SOPHON demo", "c3d", "zoo:c3d", "sample/C3D/scripts"},
	{"SOPHON demo", "extractor", "zoo:deepsort-extractor", "sample/DeepSORT"},
	{"SOPHON demo", "lprnet", "zoo:lprnet", "sample/LPRNet: 24 x 94 pixels"},
	{"SOPHON demo", "pose_coco", "zoo:openpose-coco?size=368", "sample/OpenPose/scripts: 368 pixels"},
	{"SOPHON demo", "scrfd_10g_kps", "zoo:scrfd-10g-kps?size=640", "sample/SCRFD/scripts: 640 pixels"},
	{"SOPHON demo", "real_esrgan", "zoo:realesr-general-x4v3?size=480x640", "sample/Real-ESRGAN: 480 x 640 pixels"},
	{"Qualcomm AI Hub Models", "Real-ESRGAN-General-x4v3", "zoo:realesr-general-x4v3", "as many parameters, 1.21 M"},
	{"Hailo model zoo", "scrfd_10g", "zoo:scrfd-10g-kps", "docs/public_models: as many parameters, 4.23 M"},
	{"SOPHON demo", "yolov5s_v6.1_3output", "zoo:yolov5s", "sample/YOLOv5: three outputs"},
	{"SOPHON demo", "yolov8s_opt", "zoo:yolov8s", "sample/YOLOv8_plus_det"},
	{"SOPHON demo", "yolov11s", "zoo:yolo11s", "sample/YOLOv11_det"},
	{"SOPHON demo", "yolov11s_opt", "zoo:yolo11s", "sample/YOLOv11_det"},
	{"D-Robotics RDK model zoo", "YOLOv5n_v7.0", "zoo:yolov5n", "YOLOv5 v7.0"},
	{"D-Robotics RDK model zoo", "YOLOv5m_v7.0", "zoo:yolov5m", "YOLOv5 v7.0"},
	{"D-Robotics RDK model zoo", "YOLOv5s_v7.0", "zoo:yolov5s", "YOLOv5 v7.0"},
	{"D-Robotics RDK model zoo", "YOLOv5x_v7.0", "zoo:yolov5x", "YOLOv5 v7.0"},
	{"D-Robotics RDK model zoo", "YOLO26s Detect", "zoo:yolo26s", "Ultralytics"},
	{"D-Robotics RDK model zoo", "YOLO26m Detect", "zoo:yolo26m", "Ultralytics"},
	{"D-Robotics RDK model zoo", "YOLO26l Detect", "zoo:yolo26l", "Ultralytics"},
	{"D-Robotics RDK model zoo", "**FasterNet_T1**", "zoo:fasternet-t1", "demos/classification"},
	{"D-Robotics RDK model zoo", "**Mobilenetv4_conv_small**", "zoo:mobilenetv4-conv-small", "demos/classification"},
	{"D-Robotics RDK model zoo", "RepGhost_100", "zoo:repghostnet-100", "demos/classification"},
	{"D-Robotics RDK model zoo", "RepGhost_111", "zoo:repghostnet-111", "demos/classification"},
	{"D-Robotics RDK model zoo", "RepGhost_130", "zoo:repghostnet-130", "demos/classification"},
	{"D-Robotics RDK model zoo", "RepGhost_150", "zoo:repghostnet-150", "demos/classification"},
	{"D-Robotics RDK model zoo", "RepGhost_200", "zoo:repghostnet-200", "demos/classification"},
	{"D-Robotics RDK model zoo", "**Mobilenetv3_large_100**", "zoo:mobilenetv3-large", "demos/classification"},
	{"D-Robotics RDK model zoo", "RepVGG_A0", "zoo:repvgg-a0?merged=1", "demos/classification: merged parameters"},
	{"D-Robotics RDK model zoo", "RepVGG_A1", "zoo:repvgg-a1?merged=1", "demos/classification: merged parameters"},
	{"D-Robotics RDK model zoo", "RepVGG_A2", "zoo:repvgg-a2?merged=1", "demos/classification: merged parameters"},
	{"D-Robotics RDK model zoo", "RepVGG_B0", "zoo:repvgg-b0?merged=1", "demos/classification: merged parameters"},
	{"D-Robotics RDK model zoo", "RepVGG_B1g2", "zoo:repvgg-b1g2?merged=1", "demos/classification: merged parameters"},
	{"D-Robotics RDK model zoo", "RepVGG_B1g4", "zoo:repvgg-b1g4?merged=1", "demos/classification: merged parameters"},
	{"D-Robotics RDK model zoo", "RepViT_m0_9", "zoo:repvit-m0-9?merged=1", "demos/classification: merged parameters"},
	{"D-Robotics RDK model zoo", "RepViT-m0.9", "zoo:repvit-m0-9?merged=1", "demos/classification: merged parameters"},
	{"D-Robotics RDK model zoo", "RepViT_m1_0", "zoo:repvit-m1-0?merged=1", "demos/classification: merged parameters"},
	{"D-Robotics RDK model zoo", "RepViT-m1.0", "zoo:repvit-m1-0?merged=1", "demos/classification: merged parameters"},
	{"D-Robotics RDK model zoo", "RepViT_m1_1", "zoo:repvit-m1-1?merged=1", "demos/classification: merged parameters"},
	{"D-Robotics RDK model zoo", "RepViT-m1.1", "zoo:repvit-m1-1?merged=1", "demos/classification: merged parameters"},
	{"SOPHON demo", "yolov5s_v6.1_fuse", "zoo:yolov5s", "sample/YOLOv5_fuse: boxes are decoded on the TPU too"},
	{"SOPHON demo", "yolov5s_tpukernel", "zoo:yolov5s", "sample/YOLOv5_opt"},
	{"SOPHON demo", "bert4torch_output", "zoo:bert-base?seq=256", "sample/BERT/scripts: 256 tokens"},
	{"Renesas DRP-AI TVM model list", "ResNet50-v2", "zoo:resnetv2-50", "onnx/models"},
	{"Renesas DRP-AI TVM model list", "ResNet50_v2", "zoo:resnetv2-50", "MXNet"},
	{"Renesas DRP-AI TVM model list", "ResNet101-v2", "zoo:resnetv2-101", "onnx/models"},
	{"Hailo model zoo", "repvgg_a1", "zoo:repvgg-a1?merged=1", "docs/public_models: merged parameters"},
	{"Hailo model zoo", "repvgg_a2", "zoo:repvgg-a2?merged=1", "docs/public_models: merged parameters"},
	{"Hailo model zoo", "yolov3_416", "zoo:yolov3?size=416", "docs/public_models"},
	{"Hailo model zoo", "yolov3_gluon", "zoo:yolov3", "docs/public_models: as many parameters"},
	{"Hailo model zoo", "yolov3_gluon_416", "zoo:yolov3?size=416", "docs/public_models: as many parameters"},
	{"ST STM32 model zoo", "mobilenet_a025_pt", "zoo:mobilenetv1?width=25", "PyTorch models"},
	{"ST STM32 model zoo", "mobilenetv2_a025_pt", "zoo:mobilenetv2?width=25", "PyTorch models"},
	{"ST STM32 model zoo", "mobilenet_a050_pt", "zoo:mobilenetv1?width=50", "PyTorch models"},
	{"ST STM32 model zoo", "mobilenetv2_a050_pt", "zoo:mobilenetv2?width=50", "PyTorch models"},
	{"ST STM32 model zoo", "mobilenet_a075_pt", "zoo:mobilenetv1?width=75", "PyTorch models"},
	{"ST STM32 model zoo", "mobilenetv2_a075_pt", "zoo:mobilenetv2?width=75", "PyTorch models"},
	{"ST STM32 model zoo", "mobilenetv2_a100_pt", "zoo:mobilenetv2", "PyTorch models"},
	{"ST STM32 model zoo", "mobilenetv2_w035_pt", "zoo:mobilenetv2?width=35", "PyTorch models"},
	{"ST STM32 model zoo", "mobilenetv4small_pt", "zoo:mobilenetv4-conv-small", "PyTorch models"},
	{"ST STM32 model zoo", "proxylessnas_pt", "zoo:proxylessnas-mobile", "PyTorch models"},
	{"ST STM32 model zoo", "regnetx002_pt", "zoo:regnetx-002", "PyTorch models"},
	{"ST STM32 model zoo", "MobileNet v1 0.25 ImageNet", "zoo:mobilenetv1?width=25", "Keras models"},
	{"ST STM32 model zoo", "MobileNet v1 0.5 ImageNet", "zoo:mobilenetv1?width=50", "Keras models"},
	{"ST STM32 model zoo", "MobileNet v1 1.0 ImageNet", "zoo:mobilenetv1", "Keras models"},
	{"ST STM32 model zoo", "MobileNet v2 0.35 ImageNet", "zoo:mobilenetv2?width=35", "Keras models"},
	{"ST STM32 model zoo", "MobileNet v2 1.0 ImageNet", "zoo:mobilenetv2", "Keras models"},
	{"ST STM32 model zoo", "MobileNet v2 1.4 ImageNet", "zoo:mobilenetv2?width=140", "Keras models"},
	{"ST STM32 model zoo", "mobilenetb_a025_pt", "zoo:mobilenetv1?width=25", "PyTorch models: as much flash"},
	{"ST STM32 model zoo", "mobilenetb_a050_pt", "zoo:mobilenetv1?width=50", "PyTorch models: as much flash"},
	{"ST STM32 model zoo", "mobilenetb_a075_pt", "zoo:mobilenetv1?width=75", "PyTorch models: as much flash"},
	{"ST STM32 model zoo", "mobilenetv2b_a025_pt", "zoo:mobilenetv2?width=25", "PyTorch models: as much flash"},
	{"ST STM32 model zoo", "mobilenetv2b_a050_pt", "zoo:mobilenetv2?width=50", "PyTorch models: as much flash"},
	{"ST STM32 model zoo", "mobilenetv2b_a075_pt", "zoo:mobilenetv2?width=75", "PyTorch models: as much flash"},
	{"ST STM32 model zoo", "mobilenetv2b_a100_pt", "zoo:mobilenetv2", "PyTorch models: as much flash"},
	{"ST STM32 model zoo", "MobileNet v1 0.25 food-101", "zoo:mobilenetv1?classes=101&width=25", "Keras models"},
	{"ST STM32 model zoo", "MobileNet v1 0.5 food-101", "zoo:mobilenetv1?classes=101&width=50", "Keras models"},
	{"ST STM32 model zoo", "MobileNet v1 1.0 food-101", "zoo:mobilenetv1?classes=101&width=100", "Keras models"},
	{"ST STM32 model zoo", "MobileNet v2 0.35 food-101", "zoo:mobilenetv2?classes=101&width=35", "Keras models"},
	{"ST STM32 model zoo", "MobileNet v2 1.0 food-101", "zoo:mobilenetv2?classes=101&width=100", "Keras models"},
	{"Coral Edge TPU benchmarks page", "Inception v1", "zoo:googlenet", "the page's links"},
	{"Coral Edge TPU benchmarks page", "DenseNet", "zoo:densenet121", "the page's links"},
	{"Coral Edge TPU benchmarks page", "ResNet-50 V1", "zoo:resnet50", "the page's links"},
	{"Coral Edge TPU benchmarks page", "ResNet-50 V2", "zoo:resnetv2-50", "the page's links"},
	{"Coral Edge TPU benchmarks page", "ResNet-152 V2", "zoo:resnetv2-152", "the page's links"},
	{"Coral Edge TPU benchmarks page", "EfficientNet-EdgeTpu-S", "zoo:efficientnet-es", "the page's links"},
	{"Coral Edge TPU benchmarks page", "EfficientNet-EdgeTpu-M", "zoo:efficientnet-em", "the page's links"},
	{"Coral model pages", "Inception V1", "zoo:googlenet", "names of the models"},
	{"Coral model pages", "MobileNet V1 0.25", "zoo:mobilenetv1?width=25", "names of the models"},
	{"Coral model pages", "EfficientNet-EdgeTpu (S)", "zoo:efficientnet-es", "names of the models"},
	{"Coral model pages", "EfficientNet-EdgeTpu (M)", "zoo:efficientnet-em", "names of the models"},
	{"Coral model pages", "EfficientNet-EdgeTpu (L)", "zoo:efficientnet-el", "names of the models"},
	{"QuTiBench", "EfficientNet-S", "zoo:efficientnet-es", "names of the networks"},
	{"QuTiBench", "EfficientNet-M", "zoo:efficientnet-em", "names of the networks"},
	{"QuTiBench", "EfficientNet-L", "zoo:efficientnet-el", "names of the networks"},
	{"QuTiBench", "GoogLeNetv1", "zoo:googlenet", "names of the networks"},
	{"Hailo model zoo", "resnet_v1_18", "zoo:resnet18", "docs/public_models"},
	{"Hailo model zoo", "resnet_v1_34", "zoo:resnet34", "docs/public_models"},
	{"Hailo model zoo", "resnet_v1_50", "zoo:resnet50", "docs/public_models"},
	{"Hailo model zoo", "squeezenet_v1.1", "zoo:squeezenet1.1", "docs/public_models"},
	{"Hailo model zoo", "inception_v1", "zoo:googlenet", "docs/public_models"},
	{"Hailo model zoo", "efficientnet_s", "zoo:efficientnet-es", "docs/public_models"},
	{"Hailo model zoo", "efficientnet_m", "zoo:efficientnet-em", "docs/public_models"},
	{"Hailo model zoo", "efficientnet_l", "zoo:efficientnet-el", "docs/public_models"},
	{"Hailo model zoo", "regnetx_1.6gf", "zoo:regnetx-1.6gf", "docs/public_models"},
	{"Hailo model zoo", "swin_tiny", "zoo:swin-t", "docs/public_models"},
	{"Hailo model zoo", "swin_small", "zoo:swin-s", "docs/public_models"},
	{"Hailo model zoo", "vit_tiny", "zoo:vit-ti-16", "docs/public_models"},
	{"Hailo model zoo", "vit_small", "zoo:vit-s-16", "docs/public_models"},
	{"Hailo model zoo", "vit_base", "zoo:vit-b-16", "docs/public_models"},
	{"Hailo model zoo", "yolov11n", "zoo:yolo11n", "docs/public_models"},
	{"Hailo model zoo", "yolov11s", "zoo:yolo11s", "docs/public_models"},
	{"Hailo model zoo", "yolov11m", "zoo:yolo11m", "docs/public_models"},
	{"Hailo model zoo", "yolov11l", "zoo:yolo11l", "docs/public_models"},
	{"Hailo model zoo", "yolov11x", "zoo:yolo11x", "docs/public_models"},
	{"Hailo model zoo", "tiny_yolov4", "zoo:yolov4-tiny", "docs/public_models"},
	{"Hailo model zoo", "mobilenet_v1", "zoo:mobilenetv1", "docs/public_models"},
	{"Hailo model zoo", "mobilenet_v2_1.0", "zoo:mobilenetv2", "docs/public_models"},
	{"Hailo model zoo", "mobilenet_v2_1.4", "zoo:mobilenetv2?width=140", "docs/public_models"},
	{"RKNN model zoo", "mobilenetv2-12", "zoo:mobilenetv2", "onnx/models"},
	{"RKNN model zoo", "resnet50-v2-7", "zoo:resnetv2-50", "onnx/models"},
	{"Axelera Voyager model zoo", "MobileNetV4-small", "zoo:mobilenetv4-conv-small", "timm, torchvision"},
	{"Axelera Voyager model zoo", "MobileNetV4-medium", "zoo:mobilenetv4-conv-medium", "timm, torchvision"},
	{"Axelera Voyager model zoo", "MobileNetV4-large", "zoo:mobilenetv4-conv-large", "timm, torchvision"},
	{"Axelera Voyager model zoo", "MobileNetV4-aa_large", "zoo:mobilenetv4-conv-aa-large", "timm, torchvision"},
	{"Axelera Voyager model zoo", "ResNet-50 v1.0", "zoo:resnet50", "timm, torchvision"},
	{"Axelera Voyager model zoo", "ResNet-50 v1.5", "zoo:resnet50", "timm, torchvision"},
}

// families lists patterns of names of whole families: their groups width and minimal are options. To add one, add one
// row.
var families = []struct {
	name   func() *regexp.Regexp
	spec   string // may use groups of the name
	source string
}{
	{pattern(`mobilenet[-_]?v([12])[-_](?P<width>\d[.]\d+)([-_]\d+)?`), "zoo:mobilenetv$1",
		"TensorFlow models; MLPerf Inference, open division"},
	{pattern(`mobilenet[-_]?v([12])_(?P<width>\d{3})`), "zoo:mobilenetv$1", "timm"},
	{pattern(`mobilenet[-_]?v3[-_](large|small)(?P<minimal>[-_]minimal(?:istic)?)?([-_]\d{3})?[-_](?P<width>\d[.]\d+)`),
		"zoo:mobilenetv3-$1",
		"TensorFlow models; MLPerf Inference, open division"},
	{pattern(`mobilenet[-_]?v3[-_](large|small)(?P<minimal>[-_]minimalistic)?-224`), "zoo:mobilenetv3-$1",
		"MLPerf Inference, open division"},
	{pattern(`(?:tf_)?mobilenetv3_(large|small)(?P<minimal>_minimal)?_(?P<width>\d{3})`), "zoo:mobilenetv3-$1", "timm"},
	{pattern(`swin_(t|s|b)[a-z]+_patch4_window7_224`), "zoo:swin-$1", "timm"},
	{pattern(`SwinTransformer_(t|s|b)[a-z]+_patch4_window7_224`), "zoo:swin-$1", "PaddleClas, PaddleX"},
	{pattern(`MobileNetV([12])_x(?P<width>\d_\d+)(?:_ssld)?`), "zoo:mobilenetv$1", "PaddleClas, PaddleX"},
	{pattern(`MobileNetV3_(large|small)_x(?P<width>\d_\d+)(?:_ssld)?(?:_quant)?`), "zoo:mobilenetv3-$1",
		"PaddleClas, PaddleX, Paddle Lite"},
	{pattern(`MobileNet v([12]) (?P<width>\d[.]\d+)X`), "zoo:mobilenetv$1", "MMClassification"},
	{pattern(`ResNet(18|34|50|101|152|200)_vd(?:_ssld)?`), "zoo:resnet${1}d", "PaddleClas, PaddleX: ResNet-D"},
	{pattern(`Res2Net(50|101)_vd_26w_4s(?:_ssld)?`), "zoo:res2net${1}d", "PaddleClas"},
	{pattern(`HRNet_W(18|30|32|40|44|48|64)_C(?:_ssld)?`), "zoo:hrnet-w$1", "PaddleClas"},
	{pattern(`MobileNetV3 (large|small)(?P<minimal> minimalistic)?(?: dm=(?P<width>\d[.]?\d*))?`),
		"zoo:mobilenetv3-$1", "TensorFlow models"},
	{pattern(`gluon_resnet(50|101|152)_v1([cds])`), "zoo:resnet$1$2", "timm"},
}

// pattern returns a pattern that matches a whole name, in any case.
func pattern(name string) func() *regexp.Regexp { return lazyexp.New("(?i)^(?:" + name + ")$") }

// precisionWords lists words in names of models that repeat the precision of a row, by its kind.
var precisionWords = []struct{ precision, word func() *regexp.Regexp }{
	{pattern(`u?int8|w8a8|`), lazyexp.New(`(?i)[-_](?:precision[-_])?(?:quantized|u?int8|quant)\b|^quantized-`)},
	{pattern(`fp32|float|`),
		lazyexp.New(`(?i)[-_](?:precision[-_])?(?:non-quantized|float|fp32)\b|^non-quantized-`)},
	{pattern(`fp16|half|`), lazyexp.New(`(?i)[-_](?:fp16|float16)\b`)},
}

// bareName returns the name of a row's model without words for its precision.
func bareName(row *measured.Row) string {
	name := strings.TrimSuffix(row.Model, "_"+row.Precision)
	for _, p := range precisionWords {
		if p.precision().MatchString(strings.ToLower(row.Precision)) {
			name = p.word().ReplaceAllString(strings.ReplaceAll(name, "_", "-"), "")
		}
	}
	return name
}

// builtIn returns the built-in model that a row without a graph names, at its input size; "" where there is none.
// A spec such as zoo:resnet50 names itself. A suffix that repeats the row's precision is no part of the name.
func builtIn(row *measured.Row) string {
	if zoo.IsSpec(row.Model) {
		return row.Model
	}
	spec := cmp.Or(namedIn(row.Source, row.Model), named(row.Model))
	if spec == "" {
		spec = named(bareName(row))
	}
	option, value := inputSize(row.InputShape)
	if spec == "" || option == "" {
		return spec
	}
	sized, ok := zoo.With(spec, option, value)
	if !ok {
		return ""
	}
	return sized
}

// namedIn returns the spec of a name that a table alone uses for a network; "" where there is none.
func namedIn(table, name string) string {
	for _, t := range tabled {
		if t.table == table && plainName(t.name) == plainName(name) {
			return t.spec
		}
	}
	return ""
}

// named returns the spec of a published name: as it is, without what follows its point, without marks of the weights.
func named(name string) string {
	for _, p := range published {
		if plainName(p.name) == plainName(name) {
			return p.spec
		}
	}
	if spec := dottedNames()[dottedName(name)]; spec != "" {
		return spec
	}
	whole, _, _ := strings.Cut(name, ".")
	for _, n := range []string{name, whole, unmarked(whole)} {
		if spec := zooNames()[plainName(n)]; spec != "" {
			return spec
		}
		if spec := member(n); spec != "" {
			return spec
		}
	}
	return ""
}

// member returns the spec of a name by the patterns of families.
func member(name string) string {
	for _, f := range families {
		if m := f.name().FindStringSubmatchIndex(name); m != nil {
			return variant(strings.ToLower(string(f.name().ExpandString(nil, f.spec, name, m))), f.name(), name)
		}
	}
	return ""
}

// zooNames lists the specs of built-in models by their plain names.
var zooNames = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, e := range zoo.Entries() {
		out[plainName(e.Name)] = zoo.Prefix + e.Name
	}
	return out
})

// dottedNames lists the specs of built-in models by their names with points between digits: RegNetX-1.6GF is no
// RegNetX-16GF.
var dottedNames = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, e := range zoo.Entries() {
		out[dottedName(e.Name)] = zoo.Prefix + e.Name
	}
	return out
})

// marks lists the parts of timm's names that describe weights and not the network: who trained them, from what and on
// what.
var marks = struct{ before, behind []string }{
	[]string{"gluon_", "tv_", "ssl_", "swsl_", "ig_", "jx_", "tf_"},
	[]string{"_in21ft1k", "_in22ft1k", "_22kft1k", "_miil", "_dist", "_tv", "_v1b", "_ns", "_ssld"},
}

// unmarked returns a name without marks.
func unmarked(name string) string {
	for _, m := range marks.before {
		name = strings.TrimPrefix(name, m)
	}
	for _, m := range marks.behind {
		name = strings.TrimSuffix(name, m)
	}
	return name
}

// variant sets the options of a model that groups of a pattern name: width as 0.75, 0_75, 1 or 075, and minimal.
func variant(spec string, pattern *regexp.Regexp, name string) string {
	if _, _, err := zoo.Lookup(spec); err != nil {
		return ""
	}
	groups := pattern.FindStringSubmatch(name)
	if i := pattern.SubexpIndex("width"); i >= 0 && groups[i] != "" {
		text := strings.Replace(groups[i], "_", ".", 1)
		width, err := strconv.ParseFloat(text, 64)
		if strings.Contains(text, ".") || width < 10 {
			width *= 100
		}
		var ok bool
		if spec, ok = zoo.With(spec, "width", int64(math.Round(width))); !ok || err != nil {
			return ""
		}
	}
	if i := pattern.SubexpIndex("minimal"); i >= 0 && groups[i] != "" {
		spec, _ = zoo.With(spec, "minimalistic", 1)
	}
	return spec
}

// batched lists shapes of images whose first dimension is the batch, or that a remark follows.
var batched = lazyexp.New(`^(?:\d+x)?([13]x\d+x\d+)(?: \(.*)?$`)

// inputSize returns the option of a built-in model that a published input shape is about, and its value: 3x224x224,
// seq=384 or 128 tokens. The option is "" where the shape says nothing of the kind.
func inputSize(shape string) (option string, value int64) {
	text := ""
	shape = batched().ReplaceAllString(shape, "$1")
	if d := strings.Split(shape, "x"); len(d) == 3 && d[1] == d[2] {
		option, text = "size", d[1]
	}
	if d := strings.Split(shape, "x"); len(d) == 2 && d[0] == d[1] {
		option, text = "size", d[0]
	}
	if seq, ok := strings.CutPrefix(shape, "seq="); ok {
		option, text = "seq", seq
	}
	if tokens, ok := strings.CutSuffix(shape, " tokens"); ok {
		option, text = "seq", tokens
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return "", 0
	}
	return option, value
}

// oblong reports whether a published shape is of images that are not square.
func oblong(shape string) bool {
	d := image().FindStringSubmatch(shape)
	return d != nil && d[1] != d[2]
}

// image matches shapes of images, whose sides have two digits and more.
var image = lazyexp.New(`^(?:(?:\d+x)?[13]x)?(\d{2,})x(\d{2,})(?: \(.*)?$`)

// plainName returns the letters and digits of a name, in lower case.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// pointed matches a point between digits.
var pointed = lazyexp.New(`(\d)[.](\d)`)

// dottedName returns the letters and digits of a name, in lower case, with its points between digits.
func dottedName(s string) string {
	parts := strings.Split(pointed().ReplaceAllString(s, "$1\n$2"), "\n")
	for i := range parts {
		parts[i] = plainName(parts[i])
	}
	return strings.Join(parts, ".")
}
