package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// torchvision adds an image classifier of torchvision with the figures of its weights' meta data.
func torchvision(name, family, doc string, params, macs int64, gmac, top1 float64, weights string, opts []Option, build func(*builder, values)) Entry {
	return Entry{
		Name: name, Family: family, Task: "classification", Doc: doc, Params: params, MACs: macs,
		Source:    fmt.Sprintf("torchvision (weights' meta data: %d parameters, %g GMAC printed as GFLOPS)", params, gmac),
		Published: gmac, License: "BSD-3-Clause",
		Accuracy: Accuracy{"ImageNet top-1", top1, "%", weights}, Options: opts, build: build,
	}
}

// image adds the input of a classifier.
func image(b *builder, v values) tensor {
	return tensor{b.input("input", dtype.Float32, v.batch(), int64(3), v.height(), v.width()), 3}
}

// A resnetShape is one member of the family: blocks per stage, bottlenecks or pairs of 3x3 convolutions,
// and the groups of the 3x3 convolutions with their width at 64 planes.
type resnetShape struct {
	depths     [4]int
	bottleneck bool
	groups     int64
	groupWidth int64
	stem       []int64      // channels of the stem's 3x3 convolutions; one of 7x7 where there are none
	averaged   bool         // shortcuts average squares of four before their convolution
	strided    bool         // the stem's pool is a convolution
	gate       gate         // of a block's result; may be nil
	blur       blur         // in place of strides behind the first; may be nil
	norm       norm         // in place of batch normalisation; may be nil
	middle     resnetMiddle // in place of a bottleneck's 3x3 convolution; may be nil
	early      bool         // a bottleneck's first convolution strides
	planes     int64        // channels within the first stage; 0: 64
	doubled    bool         // a bottleneck's first convolution is half as wide as its second, and shortcuts are 3x3
}

// resnetEntry returns the Entry of torchvision's network of ResNet's kind. weights names the
// weights whose accuracy top1 is, in per cent.
func resnetEntry(name, doc string, params, macs int64, gmac, top1 float64, weights string, s resnetShape) Entry {
	return torchvision(name, "ResNet", doc, params, macs, gmac, top1, weights, []Option{anySize(224), batchOption},
		func(b *builder, v values) { resnet(b, v, s) })
}

const (
	weightsV1 = "torchvision, IMAGENET1K_V1"
	weightsV2 = "torchvision, IMAGENET1K_V2"
)

// resnets returns ResNet, ResNeXt and wide ResNet (arXiv 1512.03385 and others) that torchvision
// has weights of, and timm's kin.
func resnets() []Entry {
	return []Entry{
		resnetEntry("resnet18", "ResNet-18", 11_689_512, 1_814_073_344, 1.814, 69.758, weightsV1, pairs(2, 2, 2, 2)),
		resnetEntry("resnet34", "ResNet-34", 21_797_672, 3_663_761_408, 3.664, 73.314, weightsV1, pairs(3, 4, 6, 3)),
		resnetEntry("resnet50", "ResNet-50, stride in the 3x3 convolutions (v1.5)", 25_557_032, 4_089_184_256, 4.089, 80.858,
			weightsV2, bottlenecks(3, 4, 6, 3)),
		resnetEntry("resnet101", "ResNet-101 (v1.5)", 44_549_160, 7_801_405_440, 7.801, 81.886, weightsV2,
			bottlenecks(3, 4, 23, 3)),
		resnetEntry("resnet152", "ResNet-152 (v1.5)", 60_192_808, 11_513_626_624, 11.514, 82.284, weightsV2,
			bottlenecks(3, 8, 36, 3)),
		resnetEntry("resnext50-32x4d", "ResNeXt-50, 32 groups of 4 channels", 25_028_904, 4_230_479_872, 4.23, 81.198,
			weightsV2, bottlenecks(3, 4, 6, 3).grouped(32, 4)),
		resnetEntry("resnext101-32x8d", "ResNeXt-101, 32 groups of 8 channels", 88_791_336, 16_414_015_488, 16.414, 82.834,
			weightsV2, bottlenecks(3, 4, 23, 3).grouped(32, 8)),
		resnetEntry("wide-resnet50-2", "Wide ResNet-50, inner channels doubled", 68_883_240, 11_398_021_120, 11.398, 81.602,
			weightsV2, bottlenecks(3, 4, 6, 3).grouped(1, 128)),
		resnetEntry("wide-resnet101-2", "Wide ResNet-101, inner channels doubled", 126_886_696, 22_753_050_624, 22.753, 82.51,
			weightsV2, bottlenecks(3, 4, 23, 3).grouped(1, 128)),
	}
}

// seResNets returns SE-ResNet-50: a ResNet whose blocks end in a gate over channels, with a
// sixteenth of them inside.
func seResNets() []Entry {
	return []Entry{
		timm("se-resnet50", "ResNet", "SE-ResNet-50", "seresnet50", 28_088_024, 4_091_699_200, 4.11, 80.26,
			[]Option{anySize(224), batchOption},
			func(b *builder, v values) { resnet(b, v, bottlenecks(3, 4, 6, 3).gated(gated16)) }),
	}
}

// resnet50 holds the backbone of many detectors.
var resnet50 = bottlenecks(3, 4, 6, 3)

// resnet builds the network of He et al. 2015 (arXiv 1512.03385), with groups Xie et al. 2016 (arXiv 1611.05431) and
// with wide inner channels Zagoruyko and Komodakis 2016 (arXiv 1605.07146), as torchvision builds them.
func resnet(b *builder, v values, s resnetShape) {
	b.classifier(s.features(b, image(b, v), "", 0)[3], "/fc", 1000)
}

// features adds the maps of the four stages. In the last so many a dilation takes the place of the stride: Chen et al.
// 2017 (arXiv 1706.05587).
func (s resnetShape) features(b *builder, x tensor, prefix string, dilate int) (maps [4]tensor) {
	x = s.begin(b, x, prefix)
	dilation := int64(1)
	for stage, depth := range s.depths {
		planes, stride, wider := max(64, s.planes)<<stage, int64(2), dilation
		switch {
		case stage == 0:
			stride = 1
		case stage >= len(s.depths)-dilate:
			stride, wider = 1, 2*dilation
		}
		for i := range depth {
			path := fmt.Sprintf("%s/layer%d/layer%d.%d", prefix, stage+1, stage+1, i)
			x = s.block(b, x, path, planes, stride, dilation, i == 0)
			stride, dilation = 1, wider
		}
		maps[stage] = x
	}
	return maps
}

// begin builds the layers before the stages.
func (s resnetShape) begin(b *builder, x tensor, prefix string) tensor {
	if len(s.stem) == 0 {
		x = b.unary("Relu", s.conv(b, x, prefix+"/conv1", 64, square(7, 2, 3)), prefix+"/relu")
	}
	stride := int64(2)
	for i, out := range s.stem {
		path := fmt.Sprintf("%s/conv1/conv1.%d", prefix, 3*i)
		x = b.unary("Relu", s.conv(b, x, path, out, square(3, stride, 1)), path+"/relu")
		stride = 1
	}
	switch {
	case s.strided:
		return b.unary("Relu", s.conv(b, x, prefix+"/maxpool/maxpool.0", x.c, square(3, 2, 1)), prefix+"/maxpool/maxpool.2")
	case s.blur != nil:
		return s.blur(b, x, prefix+"/maxpool", true)
	}
	return b.maxPool(x, prefix+"/maxpool", 3, 2)
}

// conv adds a convolution with the shape's normalisation.
func (s resnetShape) conv(b *builder, x tensor, path string, out int64, k kernel) tensor {
	if s.norm == nil {
		return b.normConv(x, path, out, k)
	}
	return s.norm(b, b.convolve(x, path, out, k, false), path+"/norm")
}

// block adds a residual block to x [batch, c, h, w]: a bottleneck, a pair of 3x3 convolutions, or
// what the shape names instead. first says that the residual is projected.
func (s resnetShape) block(b *builder, x tensor, path string, planes, stride, dilation int64, first bool) tensor {
	var y tensor
	switch {
	case s.bottleneck:
		y = s.narrow(b, x, path, planes, stride, dilation, first)
	case s.middle != nil:
		y = s.conv(b, s.middle(b, x, path+"/conv1", planes, stride, first), path+"/conv2", planes, square(3, 1, 1))
	default:
		y = s.spatial(b, x, path, "/conv1", planes, square(3, stride, 1))
		y = s.conv(b, y, path+"/conv2", planes, square(3, 1, 1))
	}
	if s.gate != nil {
		y = s.gate(b, y, path+"/se")
	}
	if stride != 1 || x.c != y.c {
		x = s.shortcut(b, x, path+"/downsample", y.c, stride, planes)
	}
	return b.unary("Relu", b.binary("Add", y, x, path), path+"/relu")
}

// narrow adds a bottleneck's way around its shortcut.
func (s resnetShape) narrow(b *builder, x tensor, path string, planes, stride, dilation int64, first bool) tensor {
	width, before := planes*s.groupWidth/64*s.groups, int64(1)
	if s.early {
		before, stride = stride, 1
	}
	in := width
	if s.doubled {
		in = width / 2
	}
	y := b.unary("Relu", s.conv(b, x, path+"/conv1", in, square(1, before, 0)), path+"/relu")
	if s.middle != nil {
		y = s.middle(b, y, path, planes, stride, first)
	} else {
		y = s.spatial(b, y, path, "/conv2", width, kernel{3, 3, stride, dilation, dilation, s.groups, dilation})
	}
	return s.conv(b, y, path+"/conv3", 4*planes, square(1, 1, 0))
}

// spatial adds the convolution of a block that strides, called name, and its activation.
func (s resnetShape) spatial(b *builder, x tensor, path, name string, out int64, k kernel) tensor {
	strides := k.stride > 1
	if s.blur != nil {
		k.stride = 1
	}
	y := b.unary("Relu", s.conv(b, x, path+name, out, k), path+"/relu")
	if s.blur != nil && strides {
		return s.blur(b, y, path+name+"/aa", false)
	}
	return y
}

// shortcut projects x to out channels at h/stride for the residual: by a strided 1x1 convolution,
// or by an average pool and one of stride 1.
func (s resnetShape) shortcut(b *builder, x tensor, path string, out, stride, planes int64) tensor {
	if s.averaged && stride > 1 {
		return s.conv(b, b.average(x, path+"/downsample.0", stride), path+"/downsample.1", out, square(1, 1, 0))
	}
	k := square(1, stride, 0)
	if s.doubled && planes > 64 {
		k = square(3, stride, 1)
	}
	return s.conv(b, x, path+"/downsample.0", out, k)
}
