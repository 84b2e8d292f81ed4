package zoo

import "fmt"

// A yolov7Shape is one size of YOLOv7.
type yolov7Shape struct {
	stem         [][2]int64 // channels and strides of the first convolutions
	inner, outer [4]int64   // channels inside an aggregation and behind it, by stages
	convs        int        // 3x3 convolutions in an aggregation
	width, neck  int64      // channels behind the neck's aggregation at a sixteenth of the image, and inside it
	narrow       bool       // the neck's 3x3 convolutions have half the channels, and all of them are joined
	tiny         bool       // leaky ReLU for SiLU, and one way of halving a map for two side by side
}

// yolov7s returns YOLOv7 tiny, plain and X (arXiv 2207.02696) after folding.
func yolov7s() []Entry {
	return []Entry{
		yolov7Entry("yolov7-tiny", 6_219_709, 6_850_355_200, 13.8, Accuracy{detection.metric, 37.5, "", "MMYOLO, trained there"}, yolov7Shape{
			[][2]int64{{32, 2}, {64, 2}}, [4]int64{32, 64, 128, 256}, [4]int64{64, 128, 256, 512}, 2, 128, 64, false, true}),
		yolov7Entry("yolov7", 36_905_341, 52_255_539_200, 104.7, Accuracy{detection.metric, 51.2, "", yolov7Paper}, yolov7Shape{
			[][2]int64{{32, 1}, {64, 2}, {64, 1}, {128, 2}}, [4]int64{64, 128, 256, 256}, [4]int64{256, 512, 1024, 1024}, 4, 256, 256, true, false}),
		yolov7Entry("yolov7x", 71_311_741, 94_836_838_400, 189.9, Accuracy{detection.metric, 52.9, "", yolov7Paper}, yolov7Shape{
			[][2]int64{{40, 1}, {80, 2}, {80, 1}, {160, 2}}, [4]int64{64, 128, 256, 256}, [4]int64{320, 640, 1280, 1280}, 6, 320, 256, false, false}),
	}
}

const yolov7Paper = "Wang et al. 2022, val2017"

// yolov7Entry returns the Entry of a YOLOv7; gflops is 2 x multiply-adds at 640 pixels.
func yolov7Entry(name string, params, macs int64, gflops float64, accuracy Accuracy, s yolov7Shape) Entry {
	return Entry{
		Name: name, Family: "YOLOv7", Task: detection.name, Doc: "YOLOv7 with anchors, 80 classes, box decoding included",
		Params: params, MACs: macs, Published: gflops / 2, License: "GPL-3.0",
		Source:   fmt.Sprintf("WongKinYiu/yolov7 (parameters after fusion); published %.1f GFLOPs = 2 x MACs at 640", gflops),
		Accuracy: accuracy,
		Options:  []Option{imageSize(640, 32), classOption(coco), batchOption},
		build: func(b *builder, v values) {
			(&yolov7{yolo{builder: b}, s}).build(v)
			b.absent = 0 // published is what is left after fusion
		},
	}
}

// yolov7 carries the shape.
type yolov7 struct {
	yolo
	yolov7Shape
}

// build builds the network of Wang et al. 2022 (arXiv 2207.02696); it follows the layer lists of cfg/deploy.
func (y *yolov7) build(v values) {
	x := y.images(v)
	for _, c := range y.stem {
		x = y.next(x, c[0], 3, c[1])
	}
	var stages [4]tensor
	for i := range stages {
		if i > 0 {
			x = y.shrink(x)
		}
		x = y.aggregate(x, y.inner[i], y.inner[i], y.outer[i], y.tiny)
		stages[i] = x
	}
	top := y.pyramid(x)
	n4 := y.mix(top, stages[2], y.width, y.neck)
	n3 := y.mix(n4, stages[1], y.width/2, y.neck/2)
	m4 := y.lower(n3, n4, y.neck)
	m5 := y.lower(m4, top, 2*y.neck)
	n3, m4, m5 = y.next(n3, 2*n3.c, 3, 1), y.next(m4, 2*m4.c, 3, 1), y.next(m5, 2*m5.c, 3, 1)
	y.detectAnchors(v, n3, m4, m5)
}

// next returns the next layer: convolution, normalisation and activation.
func (y *yolov7) next(x tensor, out, k, stride int64) tensor {
	p := y.path()
	if !y.tiny {
		return y.act(x, p, out, k, stride, 1)
	}
	return y.unary("LeakyRelu", y.convBN(x, p+"/conv", out, k, stride, 1), p+"/act", attr{"alpha", float32(0.1)})
}

// aggregate joins two projections of x and what a chain of 3x3 convolutions gives, all results or every second.
func (y *yolov7) aggregate(x tensor, wide, width, out int64, all bool) tensor {
	parts := []tensor{y.next(x, wide, 1, 1), y.next(x, wide, 1, 1)}
	z := parts[1]
	for i := range y.convs {
		z = y.next(z, width, 3, 1)
		if all || i%2 == 1 {
			parts = append(parts, z)
		}
	}
	return y.next(y.join(parts...), out, 1, 1)
}

// shrink halves rows and columns between stages.
func (y *yolov7) shrink(x tensor) tensor {
	if y.tiny {
		return y.halve(x, y.path()+"/m")
	}
	return y.join(y.twoWays(x, x.c/2)...)
}

// twoWays halves a map by a pool with a projection, and by a projection with a convolution of stride 2.
func (y *yolov7) twoWays(x tensor, width int64) []tensor {
	pooled := y.next(y.halve(x, y.path()+"/m"), width, 1, 1)
	return []tensor{y.next(y.next(x, width, 1, 1), width, 3, 2), pooled}
}

// mix joins a map, enlarged, with that of a stage.
func (y *yolov7) mix(x, stage tensor, out, inner int64) tensor {
	up := y.upsample(y.next(x, out, 1, 1))
	return y.blend(y.join(y.next(stage, out, 1, 1), up), out, inner)
}

// lower joins a map, halved, with the next lower one.
func (y *yolov7) lower(x, next tensor, inner int64) tensor {
	if y.tiny {
		return y.blend(y.join(y.next(x, 2*x.c, 3, 2), next), 2*x.c, inner)
	}
	return y.blend(y.join(append(y.twoWays(x, x.c), next)...), 2*x.c, inner)
}

// blend returns an aggregation of the neck.
func (y *yolov7) blend(x tensor, out, inner int64) tensor {
	width := inner
	if y.narrow {
		width = inner / 2
	}
	return y.aggregate(x, inner, width, out, y.tiny || y.narrow)
}

// pyramid pools at three scales on one of two projections.
func (y *yolov7) pyramid(x tensor) tensor {
	out := 2 * y.width
	if y.tiny {
		a, b := y.next(x, out, 1, 1), y.next(x, out, 1, 1)
		pooled := y.scales(b, y.path())
		return y.next(y.join(y.next(y.join(pooled...), out, 1, 1), a), out, 1, 1)
	}
	p := y.path()
	z := y.act(y.act(y.act(x, p+"/cv1", out, 1, 1, 1), p+"/cv3", out, 3, 1, 1), p+"/cv4", out, 1, 1, 1)
	z = y.act(y.act(y.concat(p, y.scales(z, p)...), p+"/cv5", out, 1, 1, 1), p+"/cv6", out, 3, 1, 1)
	return y.act(y.concat(p, z, y.act(x, p+"/cv2", out, 1, 1, 1)), p+"/cv7", out, 1, 1, 1)
}

// scales returns x and its largest values in windows of three sizes.
func (y *yolov7) scales(x tensor, path string) []tensor {
	parts := []tensor{x}
	for _, k := range []int64{5, 9, 13} {
		parts = append(parts, y.maxPool(x, path+"/m", k, 1))
	}
	return parts
}
