package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// voc gives the number of classes of Pascal VOC, the background included.
const voc = 21

// segmenter adds a segmenting network of torchvision. Its published figures include a classifier that is used in
// training only and left out here: aux parameters and auxMACs.
func segmenter(name, family, doc string, params, macs int64, gmac, mIoU float64, aux, auxMACs int64, build func(*builder, values)) Entry {
	e := Entry{
		Name: name, Family: family, Task: "segmentation", Doc: doc + ", 21 classes, 520 pixels", Params: params, MACs: macs, Published: gmac - float64(auxMACs)/1e9, License: "BSD-3-Clause",
		Source:   fmt.Sprintf("torchvision (weights' meta data: %d parameters, %g GMAC printed as GFLOPS)", params+aux, gmac),
		Accuracy: Accuracy{"COCO val2017 mIoU of the VOC classes", mIoU, "%", "torchvision, COCO_WITH_VOC_LABELS_V1"},
		Options:  []Option{imageSize(520, 8), classOption(voc), batchOption}, build: build,
	}
	if aux > 0 {
		e.Source += fmt.Sprintf(", of which the auxiliary classifier, left out here, is %d parameters and %.3f GMAC", aux, float64(auxMACs)/1e9)
	}
	return e
}

// segmenters returns torchvision's FCN, DeepLabV3 and LR-ASPP without the classifier that only
// training uses. Published figures count that classifier; the last figures of a row are what it
// has.
func segmenters() []Entry {
	return []Entry{
		segmenter("fcn-resnet50", "FCN", "FCN on ResNet-50", 32_957_013, 142_725_772_800, 152.717, 60.5, 2_365_205, 9_990_739_200, func(b *builder, v values) {
			x := resnet50.features(b, image(b, v), "/backbone", 2)[3]
			fcnHead(b, x, v, "/classifier")
		}),
		segmenter("deeplabv3-resnet50", "DeepLabV3", "DeepLabV3 on ResNet-50", 39_638_869, 168_731_205_888, 178.722, 66.4, 2_365_205, 9_990_739_200, func(b *builder, v values) {
			aspp(b, resnet50.features(b, image(b, v), "/backbone", 2)[3], v, v.extent().over(8))
		}),
		segmenter("deeplabv3-mobilenetv3-large", "DeepLabV3", "DeepLabV3 on MobileNetV3 large", 11_025_477, 10_436_350_688, 10.452, 60.3, 3_851, 16_097_250, func(b *builder, v values) {
			maps, _ := gatedFeatures(b, image(b, v), "/backbone", dilatedTail(mobilenetV3Large), "HardSwish")
			aspp(b, maps[len(maps)-1], v, v.extent().ceil(16))
		}),
		segmenter("lraspp-mobilenetv3-large", "LR-ASPP", "LR-ASPP on MobileNetV3 large", 3_221_538, 2_086_219_688, 2.086, 57.9, 0, 0, lraspp),
		{
			Name: "unet", Family: "U-Net", Task: "segmentation", Doc: "U-Net with padded convolutions, batch normalisation and transposed convolutions, 512 pixels",
			Params: 31_037_698, MACs: 192_686_325_760, License: "GPL-3.0-only",
			Source:   "milesial/Pytorch-UNet (its summary prints 31 M parameters); shape of arXiv 1505.04597, figure 1",
			Accuracy: Accuracy{"Carvana Dice", 98.8423, "%", "milesial/Pytorch-UNet README"},
			Options:  []Option{imageSize(512, 16), {"classes", 2, 1, 4096, 1, "classes to tell apart"}, {"width", 64, 1, 1024, 1, "channels of the first level"}, batchOption}, build: uNet,
		},
	}
}

// dilatedTail returns a table of blocks whose last stage has a dilation in place of the stride.
func dilatedTail(blocks []gatedBlock) []gatedBlock {
	out := append([]gatedBlock(nil), blocks...)
	for i := len(out) - 3; i < len(out); i++ {
		out[i].dilated = true
	}
	return out
}

// fcnHead builds the network of Long et al. 2014 (arXiv 1411.4038) as torchvision ends it, at an eighth of the image.
func fcnHead(b *builder, x tensor, v values, path string) {
	x = b.unary("Relu", b.convBN(x, path+"/classifier.0", x.c/4, 3, 1, 1), path+"/classifier.2")
	segments(b, b.conv(x, path+"/classifier.4", v["classes"], 1, 1, 1, true), v)
}

// segments enlarges scores to the image.
func segments(b *builder, x tensor, v values) {
	x = b.enlarge(x, "", v.extent())
	b.output(x.name, v["classes"], v.height(), v.width())
}

// aspp adds the head of Chen et al. 2017 (arXiv 1706.05587): convolutions with several dilations and the mean, joined.
func aspp(b *builder, x tensor, v values, area extent) {
	const path = "/classifier/classifier.0"
	act := func(y tensor, name string, k kernel) tensor {
		return b.unary("Relu", b.normConv(y, path+"/"+name+"/0", 256, k), path+"/"+name+"/2")
	}
	parts := []tensor{act(x, "convs.0", square(1, 1, 0))}
	for i, rate := range []int64{12, 24, 36} {
		parts = append(parts, act(x, fmt.Sprintf("convs.%d", i+1), dilated(rate)))
	}
	mean := act(b.unary("GlobalAveragePool", x, path+"/convs.4"), "convs.4", square(1, 1, 0))
	parts = append(parts, b.enlarge(mean, path+"/convs.4", area))
	y := act(b.concat(path, parts...), "project", square(1, 1, 0))
	y = b.unary("Relu", b.convBN(y, "/classifier/classifier.1", 256, 3, 1, 1), "/classifier/classifier.3")
	segments(b, b.conv(y, "/classifier/classifier.4", v["classes"], 1, 1, 1, true), v)
}

// lraspp adds the head of Howard et al. 2019 (arXiv 1905.02244), section 6.4: the last map gated by its mean, and an
// earlier one.
func lraspp(b *builder, v values) {
	maps, _ := gatedFeatures(b, image(b, v), "/backbone", dilatedTail(mobilenetV3Large), "HardSwish")
	low, high := maps[5], maps[len(maps)-1]
	x := b.unary("Relu", b.convBN(high, "/classifier/cbr/cbr.0", 128, 1, 1, 1), "/classifier/cbr/cbr.2")
	gate := b.conv(b.unary("GlobalAveragePool", high, "/classifier/scale/scale.0"), "/classifier/scale/scale.1", 128, 1, 1, 1, false)
	x = b.binary("Mul", x, b.unary("Sigmoid", gate, "/classifier/scale/scale.2"), "/classifier")
	x = b.enlarge(x, "/classifier", v.extent().over(8))
	x = b.binary("Add", b.conv(low, "/classifier/low_classifier", v["classes"], 1, 1, 1, true), b.conv(x, "/classifier/high_classifier", v["classes"], 1, 1, 1, true), "/classifier")
	segments(b, x, v)
}

// uNet builds the network of Ronneberger et al. 2015 (arXiv 1505.04597), figure 1.
func uNet(b *builder, v values) {
	double := func(x tensor, path string, out int64) tensor {
		x = b.unary("Relu", b.convBN(x, path+"/double_conv.0", out, 3, 1, 1), path+"/double_conv.2")
		return b.unary("Relu", b.convBN(x, path+"/double_conv.3", out, 3, 1, 1), path+"/double_conv.5")
	}
	w := v["width"]
	x := double(tensor{b.input("input", dtype.Float32, v.batch(), int64(3), v.height(), v.width()), 3}, "/inc", w)
	skips := []tensor{x}
	for i := range 4 {
		p := fmt.Sprintf("/down%d", i+1)
		x = double(b.halve(x, p), p, w<<(i+1))
		skips = append(skips, x)
	}
	for i := range 4 {
		p := fmt.Sprintf("/up%d", i+1)
		in := []string{x.name, b.weight(weightName(p+"/up"), x.c, x.c/2, 2, 2), b.weight(p[1:]+".up.bias", x.c/2)}
		up := tensor{b.node("ConvTranspose", p+"/up", in, attr{"kernel_shape", []int64{2, 2}}, attr{"strides", []int64{2, 2}}), x.c / 2}
		x = double(b.concat(p, skips[3-i], up), p, up.c)
	}
	b.output(b.conv(x, "/outc/conv", v["classes"], 1, 1, 1, true).name, v["classes"], v.height(), v.width())
}
