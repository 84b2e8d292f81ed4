package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// torchvision is an image classifier of torchvision with the figures of its weights' meta data.
func torchvision(name, family, doc string, params, macs int64, gmac, top1 float64, weights string, opts []Option, build func(*builder, values)) Entry {
	return Entry{
		Name: name, Family: family, Task: "classification", Doc: doc, Params: params, MACs: macs,
		Source:    fmt.Sprintf("torchvision (weights' meta data: %d parameters, %g GMAC printed as GFLOPS)", params, gmac),
		Published: gmac, License: "BSD-3-Clause",
		Accuracy: Accuracy{"ImageNet top-1", top1, "%", weights}, Options: opts, build: build,
	}
}

// image is the input of a classifier.
func image(b *builder, v values) tensor {
	return tensor{b.input("input", dtype.Float32, v.batch(), int64(3), v["size"], v["size"]), 3}
}

// A resnetShape is one member of the family: blocks per stage, bottlenecks or pairs of 3x3 convolutions,
// and the groups of the 3x3 convolutions with their width at 64 planes.
type resnetShape struct {
	depths     [4]int
	bottleneck bool
	groups     int64
	groupWidth int64
	gate       bool // channels are gated by squeeze and excitation
}

func resnetEntry(name, doc string, params, macs int64, gmac, top1 float64, weights string, s resnetShape) Entry {
	return torchvision(name, "ResNet", doc, params, macs, gmac, top1, weights, []Option{imageSize(224, 32), batchOption},
		func(b *builder, v values) { resnet(b, v, s) })
}

const (
	weightsV1 = "torchvision, IMAGENET1K_V1"
	weightsV2 = "torchvision, IMAGENET1K_V2"
)

func resnets() []Entry {
	return []Entry{
		resnetEntry("resnet18", "ResNet-18", 11_689_512, 1_814_073_344, 1.814, 69.758, weightsV1, resnetShape{[4]int{2, 2, 2, 2}, false, 1, 64, false}),
		resnetEntry("resnet34", "ResNet-34", 21_797_672, 3_663_761_408, 3.664, 73.314, weightsV1, resnetShape{[4]int{3, 4, 6, 3}, false, 1, 64, false}),
		resnetEntry("resnet50", "ResNet-50, stride in the 3x3 convolutions (v1.5)", 25_557_032, 4_089_184_256, 4.089, 80.858, weightsV2, resnetShape{[4]int{3, 4, 6, 3}, true, 1, 64, false}),
		resnetEntry("resnet101", "ResNet-101 (v1.5)", 44_549_160, 7_801_405_440, 7.801, 81.886, weightsV2, resnetShape{[4]int{3, 4, 23, 3}, true, 1, 64, false}),
		resnetEntry("resnet152", "ResNet-152 (v1.5)", 60_192_808, 11_513_626_624, 11.514, 82.284, weightsV2, resnetShape{[4]int{3, 8, 36, 3}, true, 1, 64, false}),
		resnetEntry("resnext50-32x4d", "ResNeXt-50, 32 groups of 4 channels", 25_028_904, 4_230_479_872, 4.23, 81.198, weightsV2, resnetShape{[4]int{3, 4, 6, 3}, true, 32, 4, false}),
		resnetEntry("resnext101-32x8d", "ResNeXt-101, 32 groups of 8 channels", 88_791_336, 16_414_015_488, 16.414, 82.834, weightsV2, resnetShape{[4]int{3, 4, 23, 3}, true, 32, 8, false}),
		resnetEntry("wide-resnet50-2", "Wide ResNet-50, inner channels doubled", 68_883_240, 11_398_021_120, 11.398, 81.602, weightsV2, resnetShape{[4]int{3, 4, 6, 3}, true, 1, 128, false}),
		resnetEntry("wide-resnet101-2", "Wide ResNet-101, inner channels doubled", 126_886_696, 22_753_050_624, 22.753, 82.51, weightsV2, resnetShape{[4]int{3, 4, 23, 3}, true, 1, 128, false}),
	}
}

func seResNets() []Entry {
	return []Entry{
		timm("se-resnet50", "ResNet", "SE-ResNet-50", "seresnet50", 28_088_024, 4_091_699_200, 4.11, 80.26, []Option{imageSize(224, 32), batchOption},
			func(b *builder, v values) { resnet(b, v, resnetShape{[4]int{3, 4, 6, 3}, true, 1, 64, true}) }),
	}
}

// resnet50 is the backbone of many detectors.
var resnet50 = resnetShape{[4]int{3, 4, 6, 3}, true, 1, 64, false}

// resnet is He et al. 2015 (arXiv 1512.03385), with groups Xie et al. 2016 (arXiv 1611.05431) and with wide
// inner channels Zagoruyko and Komodakis 2016 (arXiv 1605.07146), as torchvision builds them.
func resnet(b *builder, v values, s resnetShape) {
	b.classifier(s.features(b, image(b, v), "", 0)[3], "/fc", 1000)
}

// features are the maps of the four stages. In the last so many a dilation takes the place of the stride: Chen et al.
// 2017 (arXiv 1706.05587).
func (s resnetShape) features(b *builder, x tensor, prefix string, dilate int) (maps [4]tensor) {
	x = b.unary("Relu", b.convBN(x, prefix+"/conv1", 64, 7, 2, 1), prefix+"/relu")
	x = b.maxPool(x, prefix+"/maxpool", 3, 2)
	dilation := int64(1)
	for stage, depth := range s.depths {
		planes, stride, wider := int64(64)<<stage, int64(2), dilation
		switch {
		case stage == 0:
			stride = 1
		case stage >= len(s.depths)-dilate:
			stride, wider = 1, 2*dilation
		}
		for i := range depth {
			x = s.block(b, x, fmt.Sprintf("%s/layer%d/layer%d.%d", prefix, stage+1, stage+1, i), planes, stride, dilation)
			stride, dilation = 1, wider
		}
		maps[stage] = x
	}
	return maps
}

func (s resnetShape) block(b *builder, x tensor, path string, planes, stride, dilation int64) tensor {
	var y tensor
	if s.bottleneck {
		width := planes / 64 * s.groupWidth * s.groups
		y = b.unary("Relu", b.convBN(x, path+"/conv1", width, 1, 1, 1), path+"/relu")
		y = b.normConv(y, path+"/conv2", width, kernel{3, 3, stride, dilation, dilation, s.groups, dilation})
		y = b.convBN(b.unary("Relu", y, path+"/relu"), path+"/conv3", 4*planes, 1, 1, 1)
	} else {
		y = b.unary("Relu", b.convBN(x, path+"/conv1", planes, 3, stride, 1), path+"/relu")
		y = b.convBN(y, path+"/conv2", planes, 3, 1, 1)
	}
	if s.gate {
		y = b.squeeze(y, path+"/se", y.c/16, "Relu", "Sigmoid")
	}
	if stride != 1 || x.c != y.c {
		x = b.convBN(x, path+"/downsample/downsample.0", y.c, 1, stride, 1)
	}
	return b.unary("Relu", b.binary("Add", y, x, path), path+"/relu")
}
