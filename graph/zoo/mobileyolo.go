package zoo

import "fmt"

// vocClasses gives the number of classes of the data set PASCAL VOC.
const vocClasses = 20

// caffeDetectors returns detectors that were published for Caffe, trained on PASCAL VOC.
func caffeDetectors() []Entry {
	voc := func(mAP float64) Accuracy {
		return Accuracy{"VOC 2007 mAP", mAP, "%", "eric612/MobileNet-YOLO README"}
	}
	options := func(size, multiple, classes int64) []Option {
		return []Option{imageSize(size, multiple), classOption(classes), batchOption}
	}
	return []Entry{
		{
			Name: "mobilenet-yolo", Family: "MobileNet-YOLO", Task: detection.name, License: "BSD-2-Clause",
			Params: 5_073_466, MACs: 2_605_271_552,
			Doc:      "MobileNet-YOLO: two heads of YOLOv2 on MobileNetV1, 20 classes, 416 pixels, boxes not decoded",
			Source:   "ncnn benchmark/mobilenet_yolo.param (parameters of the graph; multiply-adds by counting)",
			Accuracy: voc(67.5), Options: options(416, 32, vocClasses), build: mobileNetYOLO,
		},
		{
			Name: "mobilenetv2-yolov3", Family: "MobileNet-YOLO", Task: detection.name, License: "BSD-2-Clause",
			Params: 3_742_038, MACs: 1_182_555_264,
			Doc:      "MobileNetV2-YOLOv3, 20 classes, 352 pixels, boxes not decoded",
			Source:   "ncnn benchmark/mobilenetv2_yolov3.param (parameters of the graph; multiply-adds by counting)",
			Accuracy: voc(71.5), Options: options(352, 32, vocClasses), build: mobileNetV2YOLO,
		},
		{
			Name: "squeezenet-ssd", Family: "SSD", Task: detection.name, License: "BSD-2-Clause", Params: 5_525_600, MACs: 1_175_969_984,
			Doc:     "SSD on SqueezeNet 1.1, 21 classes, 300 pixels, without suppression of overlapping boxes",
			Source:  "ncnn benchmark/squeezenet_ssd.param (parameters of the graph; multiply-adds by counting)",
			Options: []Option{{sizeOption, 300, 128, 8192, 4, imageDoc}, classOption(vocClasses + 1), batchOption},
			build:   squeezeSSD,
		},
	}
}

// loosely adds a depthwise 3x3 and a pointwise convolution, both activated.
func loosely(b *builder, x tensor, path string, out int64) tensor {
	x = relu6(b, b.convBN(x, path+"/dw", x.c, 3, 1, x.c), path+"/dw")
	return relu6(b, b.convBN(x, path+"/pw", out, 1, 1, 1), path+"/pw")
}

// transposed adds a convolution that doubles a map, in groups.
func transposed(b *builder, x tensor, path string, out, k, pad int64) tensor {
	in := []string{x.name, b.weight(weightName(path), x.c, 1, k, k)}
	return tensor{b.node("ConvTranspose", path, in, attr{"group", out}, attr{"kernel_shape", []int64{k, k}},
		attr{"pads", []int64{pad, pad, pad, pad}}, attr{"strides", []int64{2, 2}}), out}
}

// mobileNetYOLO follows ncnn's mobilenet_yolo.param.
func mobileNetYOLO(b *builder, v values) {
	x := relu6(b, b.convBN(image(b, v), "/conv0", 32, 3, 2, 1), "/conv0")
	blocks := mobileNetV1Blocks(b, x, "/blocks", func(c int64) int64 { return c })
	deep := loosely(b, blocks[len(blocks)-1], "/conv17", 1024)
	fine := b.binary("Add", blocks[10], transposed(b, deep, "/upsample", 512, 4, 1), "/sum")
	yoloMap(b, v, deep, "/head0", 5)
	yoloMap(b, v, loosely(b, fine, "/conv20", 1024), "/head1", 5)
}

// mobileNetV2YOLO follows ncnn's mobilenetv2_yolov3.param: the finer level begins within a block.
func mobileNetV2YOLO(b *builder, v values) {
	const width = 576
	x := relu6(b, b.convBN(image(b, v), "/features.0", 32, 3, 2, 1), "/features.0")
	n := 1
	var wide tensor
	for _, r := range [][4]int64{{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2},
		{6, 320, 1, 1}} {
		for i := range r[2] {
			p := fmt.Sprintf("/features.%d", n)
			n++
			if r[1] == 160 && i == 0 {
				wide = relu6(b, b.convBN(x, p+"/0", r[0]*x.c, 1, 1, 1), p+"/0")
				x = relu6(b, b.convBN(wide, p+"/1", wide.c, 3, r[3], wide.c), p+"/1")
				x = b.convBN(x, p+"/2", r[1], 1, 1, 1)
				continue
			}
			stride := r[3]
			if i > 0 {
				stride = 1
			}
			x = invertedResidual(b, x, p, r[0], r[1], stride)
		}
	}
	x = relu6(b, b.convBN(x, "/features.18", 1280, 1, 1, 1), "/features.18")
	deep := loosely(b, x, "/yolo/conv1", width)
	up := b.pool("MaxPool", transposed(b, deep, "/yolo/upsample", width, 1, 0), "/yolo/maxpool", square(2, 1, 1), false)
	fine := b.binary("Add", up, loosely(b, wide, "/yolo/conv2", width), "/yolo/sum")
	yoloMap(b, v, deep, "/head0", 3)
	yoloMap(b, v, loosely(b, fine, "/yolo/conv3", width), "/head1", 3)
}

// squeezeSSD follows ncnn's squeezenet_ssd.param: SqueezeNet 1.1, two fire modules more, and six levels.
func squeezeSSD(b *builder, v values) {
	x := b.unary("Relu", b.convolve(image(b, v), "/conv1", 64, square(3, 2, 0), true), "/conv1")
	var levels []tensor
	for i, squeezed := range []int64{0, 16, 16, 0, 32, 32, 0, 48, 48, 64, 64, 0, 96, 0, 96} {
		p := fmt.Sprintf("/fire%d", i)
		if squeezed > 0 {
			x = fire(b, x, p, squeezed)
		} else {
			x = b.pool("MaxPool", x, p, square(3, 2, 0), true)
		}
		switch i {
		case 5:
			levels = append(levels, b.batchNorm(x, p+"/normal"))
		case 10, 12, 14:
			levels = append(levels, x)
		}
	}
	for i, out := range []int64{256, 128} {
		p := fmt.Sprintf("/conv%d", 12+i)
		x = b.unary("Relu", b.conv(x, p+"_1", out/2, 1, 1, 1, true), p+"_1")
		x = b.unary("Relu", b.conv(x, p+"_2", out, 3, 2, 1, true), p+"_2")
		levels = append(levels, x)
	}
	everywhere(b, v, levels, []int64{4, 6, 6, 6, 6, 4},
		func(x tensor, path string, out int64) tensor { return b.conv(x, path, out, 3, 1, 1, true) })
}
