package zoo

import "fmt"

// lightDetector adds a detector of few parameters, whose boxes are not decoded.
func lightDetector(name, family, doc string, size, params, macs int64, gflops float64, accuracy Accuracy, source,
	license string, build func(*builder, values)) Entry {
	return Entry{
		Name: name, Family: family, Task: detection.name,
		Doc:    fmt.Sprintf("%s, 80 classes, %d pixels, boxes not decoded", doc, size),
		Params: params, MACs: macs, Published: gflops / 2, License: license, Source: source, Accuracy: accuracy,
		Options: []Option{imageSize(size, 32), classOption(coco), batchOption}, build: build,
	}
}

// lightYOLOs returns YOLO detectors for phones, and YOLOv3. Published GFLOPs are 2 x multiply-adds;
// COCO figures are those of the authors' pages, some of mAP at IoU 0.5 alone.
func lightYOLOs() []Entry {
	const v2 = "dog-qiuqiu/Yolo-FastestV2 README"
	half := func(percent float64, source string) Accuracy { return Accuracy{"COCO mAP50", percent, "%", source} }
	return []Entry{
		lightDetector("yolov4-tiny", "YOLOv4", "YOLOv4-tiny", 416, 6_056_606, 3_453_938_176, 6.9,
			half(40.2, "AlexeyAB/darknet README"), v2+" (6.9 GFLOPs = 2 x MACs, 5.77 M parameters; here are those of the graph)",
			"Unlicense", yoloV4Tiny),
		lightDetector("yolov3", "YOLOv3", "YOLOv3 on DarkNet-53", 416, 61_949_149, 32_932_037_632, 65.86,
			half(55.3, "AlexeyAB/darknet README"), "pjreddie.com/darknet/yolo (65.86 BFLOPs = 2 x MACs)", "Unlicense", yoloV3),
		lightDetector("yolo-fastest-1.1", "YOLO-Fastest", "YOLO-Fastest 1.1", 320, 332_798, 125_437_600, 0.252, half(24.4, v2),
			v2+" (0.252 GFLOPs = 2 x MACs, 0.35 M parameters)", "Unlicense", yoloFastest),
		lightDetector("yolo-fastestv2", "YOLO-Fastest", "YOLO-FastestV2 on ShuffleNetV2", 352, 250_030, 106_382_232, 0.212, half(23.56, v2),
			v2+" (0.212 GFLOPs = 2 x MACs, 0.25 M parameters)", "BSD-3-Clause", yoloFastestV2),
		lightDetector("fastestdet", "YOLO-Fastest", "FastestDet on ShuffleNetV2", 352, 244_405, 121_491_744, 0,
			Accuracy{detection.metric, 14.0, "", "dog-qiuqiu/FastestDet README, 512 pixels"},
			"dog-qiuqiu/FastestDet README (0.25 M parameters; multiply-adds by counting)", "BSD-3-Clause", fastestDet),
	}
}

// yoloV4Tiny builds the network of Wang et al. 2020 (arXiv 2011.08036), section 3.2, as darknet's yolov4-tiny.cfg has
// it.
func yoloV4Tiny(b *builder, v values) {
	x := leakyConv(b, image(b, v), "/0", 32, 3, 2, 1)
	x = leakyConv(b, x, "/1", 64, 3, 2, 1)
	var inner tensor
	for i, c := range []int64{64, 128, 256} {
		p := fmt.Sprintf("/csp%d", i)
		all := leakyConv(b, x, p+"/0", c, 3, 1, 1)
		_, half := b.halves(all, p)
		one := leakyConv(b, half, p+"/1", c/2, 3, 1, 1)
		inner = leakyConv(b, b.concat(p, leakyConv(b, one, p+"/2", c/2, 3, 1, 1), one), p+"/3", c, 1, 1, 1)
		x = b.halve(b.concat(p, all, inner), p)
	}
	x = leakyConv(b, leakyConv(b, x, "/neck/0", 512, 3, 1, 1), "/neck/1", 256, 1, 1, 1)
	up := b.nearest(leakyConv(b, x, "/neck/2", 128, 1, 1, 1), "/neck/2")
	fine := leakyConv(b, b.concat("/neck", up, inner), "/head1/0", 256, 3, 1, 1)
	yoloMap(b, v, leakyConv(b, x, "/head0/0", 512, 3, 1, 1), "/head0", 3)
	yoloMap(b, v, fine, "/head1", 3)
}

// yoloV3 builds the network of Redmon and Farhadi 2018 (arXiv 1804.02767) as darknet's yolov3.cfg has it: DarkNet-53,
// and three heads that see finer maps each.
func yoloV3(b *builder, v values) {
	x := leakyConv(b, image(b, v), "/stem", 32, 3, 1, 1)
	var maps []tensor
	for i, r := range []struct{ out, blocks int64 }{{64, 1}, {128, 2}, {256, 8}, {512, 8}, {1024, 4}} {
		p := fmt.Sprintf("/stage%d", i)
		x = leakyConv(b, x, p+"/down", r.out, 3, 2, 1)
		for j := range r.blocks {
			q := fmt.Sprintf("%s/%d", p, j)
			x = b.binary("Add", x, leakyConv(b, leakyConv(b, x, q+"/1", r.out/2, 1, 1, 1), q+"/2", r.out, 3, 1, 1), q)
		}
		maps = append(maps, x)
	}
	for i, c := range []int64{512, 256, 128} {
		p := fmt.Sprintf("/head%d", i)
		if i > 0 {
			up := b.nearest(leakyConv(b, x, p+"/up", c, 1, 1, 1), p+"/up")
			x = b.concat(p, up, maps[4-i])
		}
		for j := range 2 {
			q := fmt.Sprintf("%s/%d", p, j)
			x = leakyConv(b, leakyConv(b, x, q+"/1", c, 1, 1, 1), q+"/2", 2*c, 3, 1, 1)
		}
		x = leakyConv(b, x, p+"/last", c, 1, 1, 1)
		yoloMap(b, v, leakyConv(b, x, p+"/wide", 2*c, 3, 1, 1), p, 3)
	}
}

// yoloMap gives a map of the boxes of so many anchors a place.
func yoloMap(b *builder, v values, x tensor, path string, anchors int64) {
	rows := anchors * (v["classes"] + 5)
	b.output(b.conv(x, path+"/out", rows, 1, 1, 1, true).name, rows, symbol("rows"+path[1:]), symbol("columns"+path[1:]))
}

// yoloFastest follows yolo-fastest-1.1.cfg: inverted residuals, a spatial pyramid of pools and two heads.
func yoloFastest(b *builder, v values) {
	x := leakyConv(b, image(b, v), "/stem", 8, 3, 2, 1)
	var route tensor
	for i, r := range []struct{ wide, out, stride, n int64 }{
		{8, 4, 1, 2}, {24, 8, 2, 1}, {32, 8, 1, 2}, {32, 8, 2, 1}, {48, 8, 1, 2}, {48, 16, 1, 1}, {96, 16, 1, 4},
		{96, 24, 2, 1}, {136, 24, 1, 4}, {136, 48, 2, 1}, {224, 48, 1, 5},
	} {
		if r.out == 48 && r.stride == 2 {
			route = x
		}
		for j := range r.n {
			p := fmt.Sprintf("/blocks.%d/%d", i, j)
			y := leakyConv(b, leakyConv(b, x, p+"/0", r.wide, 1, 1, 1), p+"/1", r.wide, 3, r.stride, r.wide)
			y = b.convBN(y, p+"/2", r.out, 1, 1, 1)
			if x.c == r.out && r.stride == 1 {
				y = b.binary("Add", y, x, p)
			}
			x = y
		}
	}
	x = b.concat("/spp", b.maxPool(x, "/spp/9", 9, 1), b.maxPool(x, "/spp/5", 5, 1), b.maxPool(x, "/spp/3", 3, 1), x)
	x = leakyConv(b, x, "/neck", 96, 1, 1, 1)
	for i, y := range []tensor{x, b.concat("/neck", b.nearest(x, "/neck"), route)} {
		p := fmt.Sprintf("/head%d", i)
		yoloMap(b, v, apart(b, apart(b, y, p+"/0", "leaky"), p+"/1", "leaky"), p, 3)
	}
}

// apart adds a depthwise 5x5 convolution, activated, and a pointwise one, not activated.
func apart(b *builder, x tensor, path, act string) tensor {
	y := b.convBN(x, path+"/depthwise", x.c, 5, 1, x.c)
	if act == "leaky" {
		y = b.unary("LeakyRelu", y, path+"/act", attr{"alpha", float32(0.1)})
	} else {
		y = b.unary(act, y, path+"/act")
	}
	return b.convBN(y, path+"/pointwise", x.c, 1, 1, 1)
}

// fastWidths lists the channels of the stages of ShuffleNetV2 below the two smallest detectors.
var fastWidths = [4]int64{48, 96, 192}

// yoloFastestV2 follows the network of dog-qiuqiu/Yolo-FastestV2: two levels, each with a branch for boxes and one for
// the rest.
func yoloFastestV2(b *builder, v values) {
	maps := shuffleEarly(b, image(b, v), v.extent(), fastWidths)
	const width, anchors = 72, 3
	up := b.concat("/fpn", b.nearest(maps[2], "/fpn"), maps[1])
	for i, x := range []tensor{up, maps[2]} {
		p := fmt.Sprintf("/fpn/level%d", i)
		x = b.unary("Relu", b.convBN(x, p+"/conv1x1", width, 1, 1, 1), p+"/act")
		cls := apart(b, apart(b, x, p+"/cls/0", "Relu"), p+"/cls/1", "Relu")
		reg := apart(b, apart(b, x, p+"/reg/0", "Relu"), p+"/reg/1", "Relu")
		boxes := b.unary("Sigmoid", b.conv(reg, p+"/boxes", 4*anchors, 1, 1, 1, true), p)
		object := b.unary("Sigmoid", b.conv(cls, p+"/object", anchors, 1, 1, 1, true), p)
		classes := b.unary("Softmax", b.conv(cls, p+"/classes", v["classes"], 1, 1, 1, true), p, attr{"axis", int64(1)})
		out := b.transpose(b.concat(p, boxes, object, classes), p, 0, 2, 3, 1)
		b.output(out.name, symbol(fmt.Sprint("rows", i)), symbol(fmt.Sprint("columns", i)), 5*anchors+v["classes"])
	}
}

// fastestDet follows the network of dog-qiuqiu/FastestDet: one level, on which three maps meet.
func fastestDet(b *builder, v values) {
	maps := shuffleEarly(b, image(b, v), v.extent(), fastWidths)
	const width = 96
	relu := func(x tensor, p string, k, groups int64) tensor {
		return b.unary("Relu", b.convBN(x, p, width, k, 1, groups), p+"/act")
	}
	x := b.pool("AveragePool", maps[0], "/avg_pool", square(3, 2, 1), false)
	x = relu(b.concat("/neck", x, maps[1], b.nearest(maps[2], "/upsample")), "/spp/conv", 1, 1)
	var parts []tensor
	for i := range 3 {
		y := x
		for j := range i + 1 {
			y = relu(y, fmt.Sprintf("/spp/s%d/%d", i+1, j), 5, width)
		}
		parts = append(parts, y)
	}
	y := b.convBN(b.concat("/spp", parts...), "/spp/output", width, 1, 1, 1)
	x = relu(b.unary("Relu", b.binary("Add", x, y, "/spp"), "/spp"), "/detect_head/conv", 1, 1)
	head := func(name string, out int64) tensor {
		p := "/detect_head/" + name
		return b.conv(relu(x, p+"/0", 5, width), p+"/1", out, 1, 1, 1, true)
	}
	object := b.unary("Sigmoid", head("object", 1), "/detect_head/object")
	classes := b.unary("Softmax", head("classes", v["classes"]), "/detect_head/classes", attr{"axis", int64(1)})
	out := b.concat("/detect_head", object, head("boxes", 4), classes)
	b.output(out.name, 5+v["classes"], symbol("rows"), symbol("columns"))
}
