package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// cocoTorch gives the number of classes of torchvision's detectors: the labels of COCO up to 90, and the background.
const cocoTorch = 91

// torchDetector adds a detector of torchvision: boxes and scores of all places. What suppresses boxes that overlap
// has no multiply-adds and no fixed shape, and is left out.
func torchDetector(name, family, doc string, params, macs int64, gmac, mAP float64, opts []Option, build func(*builder, values)) Entry {
	return Entry{
		Name: name, Family: family, Task: detection.name, Doc: doc + ", 91 classes, without suppression of overlapping boxes",
		Params: params, MACs: macs, Published: gmac, License: "BSD-3-Clause",
		Source:   fmt.Sprintf("torchvision (weights' meta data: %d parameters, %g GMAC printed as GFLOPS)", params, gmac),
		Accuracy: Accuracy{detection.metric, mAP, "", "torchvision, COCO_V1"}, Options: append(opts, classOption(cocoTorch), batchOption), build: build,
	}
}

// ssds returns SSD (arXiv 1512.02325) on VGG-16, MobileNetV1 and MobileNetV3. Suppression of
// overlapping boxes is not part of the graph.
func ssds() []Entry {
	return []Entry{
		torchDetector("ssdlite320-mobilenetv3-large", "SSD", "SSDLite on MobileNetV3 large, 320 pixels", 3_440_060, 583_171_904, 0.583, 21.3, []Option{imageSize(320, 32)}, ssdLite),
		{
			Name: "ssd-mobilenetv1", Family: "SSD", Task: detection.name, Doc: "SSD on MobileNetV1, 300 pixels, 91 classes, without suppression of overlapping boxes",
			Params: 6_819_839, MACs: 1_237_129_408, Published: 2.4666 / 2, License: "Apache-2.0",
			Source:   "MLPerf inference v1 reference model (2.4666 GOPs = 2 x MACs; it prints 6.91 M parameters, here are those of the graph)",
			Accuracy: Accuracy{detection.metric, 23, "", "MLPerf inference v1, COCO 2017 val"}, Options: []Option{imageSize(300, 4), classOption(cocoTorch), batchOption}, build: ssdMobileNet,
		},
		torchDetector("ssd300-vgg16", "SSD", "SSD on VGG-16, 300 pixels", 35_641_826, 34_858_153_472, 34.858, 25.1, nil, ssd300),
	}
}

// ssdLite adds the detector of Sandler et al. 2018 (arXiv 1801.04381), section 6.2, on the network of Howard et al.
// 2019.
func ssdLite(b *builder, v values) {
	blocks := append([]gatedBlock(nil), mobilenetV3Large...)
	for i := len(blocks) - 3; i < len(blocks); i++ { // the tail is half as wide
		blocks[i].out = 80
		if i > len(blocks)-3 {
			blocks[i].expanded = 480
		}
	}
	maps, wide := gatedFeatures(b, image(b, v), "/backbone/features", blocks, "HardSwish")
	x := maps[len(maps)-1]
	levels := []tensor{wide[len(blocks)-3], x}
	for i, out := range []int64{512, 256, 256, 128} {
		p := fmt.Sprintf("/backbone/extra/extra.%d", i)
		x = relu6(b, b.convBN(x, p+"/0/0", out/2, 1, 1, 1), p+"/0/2")
		x = relu6(b, b.convBN(x, p+"/1/0", out/2, 3, 2, out/2), p+"/1/2")
		x = relu6(b, b.convBN(x, p+"/2/0", out, 1, 1, 1), p+"/2/2")
		levels = append(levels, x)
	}
	predict := func(x tensor, path string, out int64) tensor {
		y := relu6(b, b.convBN(x, path+"/0/0", x.c, 3, 1, x.c), path+"/0/2")
		return b.conv(y, path+"/1", out, 1, 1, 1, true)
	}
	everywhere(b, v, levels, []int64{6, 6, 6, 6, 6, 6}, predict)
}

// ssdMobileNet builds the network of Huang et al. 2016 (arXiv 1611.10012) as TensorFlow's detection models have it:
// predictions by 1x1 convolutions.
func ssdMobileNet(b *builder, v values) {
	const path = "/FeatureExtractor"
	x := relu6(b, b.convBN(image(b, v), path+"/Conv2d_0", 32, 3, 2, 1), path+"/Conv2d_0")
	blocks := mobileNetV1Blocks(b, x, path, func(c int64) int64 { return c })
	x = blocks[len(blocks)-1]
	levels := []tensor{blocks[10], x}
	for i, out := range []int64{512, 256, 256, 128} {
		p := fmt.Sprintf("%s/extra.%d", path, i)
		x = relu6(b, b.convBN(x, p+"/0", out/2, 1, 1, 1), p+"/0")
		x = relu6(b, b.convBN(x, p+"/1", out, 3, 2, 1), p+"/1")
		levels = append(levels, x)
	}
	everywhere(b, v, levels, []int64{3, 6, 6, 6, 6, 6}, func(x tensor, path string, out int64) tensor { return b.conv(x, path, out, 1, 1, 1, true) })
}

// ssd300 builds the network of Liu et al. 2015 (arXiv 1512.02325), as torchvision builds it.
func ssd300(b *builder, v values) {
	x, n := tensor{b.input("input", dtype.Float32, v.batch(), int64(3), int64(300), int64(300)), 3}, 0
	conv := func(out int64, k kernel) {
		p := fmt.Sprintf("/backbone/features/%d", n)
		x = b.unary("Relu", b.convolve(x, p, out, k, true), p)
		n++
	}
	var levels []tensor
	for stage, count := range []int{2, 2, 3, 3, 3} {
		for range count {
			conv(min(int64(64)<<stage, 512), square(3, 1, 1))
		}
		if stage == 3 { // at every place of length 20, times a learnt factor
			length := b.unary("ReduceL2", x, "/backbone", attr{"axes", []int64{1}}, attr{"keepdims", int64(1)})
			unit := b.binary("Div", x, length, "/backbone")
			levels = append(levels, b.binary("Mul", tensor{b.weight("backbone.scale_weight", 1, x.c, 1, 1), x.c}, unit, "/backbone"))
		}
		last := square(2, 2, 0)
		if stage == 4 {
			last = square(3, 1, 1)
		}
		x = b.pool("MaxPool", x, fmt.Sprintf("/backbone/pool%d", stage+1), last, stage == 2)
	}
	conv(1024, dilated(6))
	conv(1024, square(1, 1, 0))
	levels = append(levels, x)
	for i, out := range []int64{512, 256, 256, 256} {
		conv(out/2, square(1, 1, 0))
		next := square(3, 2, 1)
		if i > 1 {
			next = square(3, 1, 0)
		}
		conv(out, next)
		levels = append(levels, x)
	}
	everywhere(b, v, levels, []int64{4, 6, 6, 6, 4, 4}, func(x tensor, path string, out int64) tensor { return b.conv(x, path, out, 3, 1, 1, true) })
}

// everywhere predicts scores of all classes and the four numbers of a box at every place of every map, so many times.
func everywhere(b *builder, v values, levels []tensor, boxes []int64, predict func(x tensor, path string, out int64) tensor) {
	join := func(head string, each int64) string {
		var parts []string
		for i, x := range levels {
			y := predict(x, fmt.Sprintf("/head/%s/module_list.%d", head, i), boxes[i]*each)
			y = b.transpose(y, "/head/"+head, 0, 2, 3, 1)
			parts = append(parts, b.reshape(y, "/head/"+head, each, 0, -1, each).name)
		}
		return b.node("Concat", "/head/"+head, parts, attr{"axis", int64(1)})
	}
	scores := b.node("Softmax", "/head", []string{join("classification_head", v["classes"])}, attr{"axis", int64(-1)})
	b.output(scores, symbol("places"), v["classes"])
	b.output(join("regression_head", 4), symbol("places"), int64(4))
}
