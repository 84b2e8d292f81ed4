package zoo

import (
	"fmt"
	"slices"
)

// A yolov10Shape is one size of YOLOv10: the layers, by their number, whose blocks are inverted ones of depthwise
// convolutions, and the window of the middle one of those.
type yolov10Shape struct {
	scale    yoloScale
	inverted []int
	window   int64
}

// choosing names detection in which every object has one point, so that nothing is left to suppress.
var choosing = yoloTask{name: detection.name, metric: detection.metric, classes: coco, size: 640, best: 300}

// yolov10 returns the Entry of a YOLOv10 that picks its 300 best boxes itself.
func yolov10(size string, params, macs int64, gflops, mAP float64, s yolov10Shape) Entry {
	return Entry{
		Name: "yolov10" + size, Family: "YOLOv10", Task: choosing.name, Doc: "YOLOv10 without suppression, 80 classes, the best 300 boxes",
		Params: params, MACs: macs, Published: gflops / 2, License: "AGPL-3.0",
		Source:   fmt.Sprintf("THU-MIG/yolov10 README (%.1f M parameters after fusion, without the head of training; %.1f GFLOPs = 2 x MACs of the convolutions at 640)", float64(params)/1e6, gflops),
		Accuracy: Accuracy{choosing.metric, mAP, "", "THU-MIG/yolov10 README"},
		Options:  []Option{imageSize(choosing.size, 32), classOption(coco), batchOption},
		build: func(b *builder, v values) {
			buildYOLOv10(&yolo{builder: b, yoloScale: s.scale, task: choosing}, v, s)
			b.absent = 0 // published is what is left after fusion
		},
	}
}

// yolov10s returns the six sizes of YOLOv10 (arXiv 2405.14458). The layers of a row have blocks
// with large kernels or attention.
func yolov10s() []Entry {
	return []Entry{
		yolov10("n", 2_299_264, 3_378_720_000, 6.7, 38.5, yolov10Shape{yoloScale{0.33, 0.25, 1024, false}, []int{22}, 7}),
		yolov10("s", 7_248_960, 10_851_302_400, 21.6, 46.3, yolov10Shape{yoloScale{0.33, 0.50, 1024, false}, []int{8, 22}, 7}),
		yolov10("m", 15_359_488, 29_618_188_800, 59.1, 51.1, yolov10Shape{yoloScale{0.67, 0.75, 768, false}, []int{8, 19, 22}, 3}),
		yolov10("b", 19_065_792, 46_038_348_800, 92.0, 52.5, yolov10Shape{yoloScale{0.67, 1.00, 512, false}, []int{8, 13, 19, 22}, 3}),
		yolov10("l", 24_371_008, 60_230_988_800, 120.3, 53.2, yolov10Shape{yoloScale{1.00, 1.00, 512, false}, []int{8, 13, 19, 22}, 3}),
		yolov10("x", 29_473_568, 80_267_801_600, 160.4, 54.4, yolov10Shape{yoloScale{1.00, 1.25, 512, false}, []int{6, 8, 13, 19, 22}, 3}),
	}
}

// buildYOLOv10 builds the network of Wang et al. 2024 (arXiv 2405.14458); it follows the layer lists of Ultralytics'
// yolov10n.yaml to yolov10x.yaml.
func buildYOLOv10(y *yolo, v values, s yolov10Shape) {
	stage := func(x tensor, c, n int64, shortcut bool) tensor {
		if slices.Contains(s.inverted, y.layer) {
			return y.chain(x, c, n, func(x tensor, path string) tensor { return y.invertedBlock(x, path, s.window) })
		}
		return y.c2f(x, c, n, shortcut)
	}
	x := stage(y.down(y.down(y.images(v), 64), 128), 128, 3, true)
	p3 := stage(y.down(x, 256), 256, 6, true)
	p4 := stage(y.thinDown(p3, 512), 512, 6, true)
	x = y.sppf(stage(y.thinDown(p4, 1024), 1024, 3, true))
	p5 := y.partAttention(x, v.extent().over(32))
	n4 := stage(y.join(y.upsample(p5), p4), 512, 3, false)
	n3 := stage(y.join(y.upsample(n4), p3), 256, 3, false)
	m4 := stage(y.join(y.down(n3, 256), n4), 512, 3, false)
	m5 := stage(y.join(y.thinDown(m4, 512), p5), 1024, 3, false)
	y.detect(v, y.depthwiseScores, n3, m4, m5)
}

// thinDown changes the channels first and halves rows and columns by a depthwise convolution.
func (y *yolo) thinDown(x tensor, c int64) tensor {
	path, out := y.path(), y.channels(c)
	return y.convBN(y.act(x, path+"/cv1", out, 1, 1, 1), path+"/cv2/conv", out, 3, 2, out)
}

// partAttention runs an attention block on one half of the channels.
func (y *yolo) partAttention(x tensor, area extent) tensor {
	path := y.path()
	a, b := y.halves(y.act(x, path+"/cv1", x.c, 1, 1, 1), path)
	return y.act(y.concat(path, a, y.attentionBlock(b, path, area)), path+"/cv2", x.c, 1, 1, 1)
}

// invertedBlock returns three depthwise convolutions, the middle one twice as wide, with pointwise ones between,
// around a shortcut.
func (y *yolo) invertedBlock(x tensor, path string, window int64) tensor {
	z := y.act(x, path+"/cv1/cv1.0", x.c, 3, 1, x.c)
	z = y.act(z, path+"/cv1/cv1.1", 2*x.c, 1, 1, 1)
	z = y.act(z, path+"/cv1/cv1.2", z.c, window, 1, z.c)
	z = y.act(z, path+"/cv1/cv1.3", x.c, 1, 1, 1)
	return y.binary("Add", x, y.act(z, path+"/cv1/cv1.4", x.c, 3, 1, x.c), path)
}

// choose ends a detector with the corners, scores and classes of its best boxes: the best points first, then the best
// classes of those points.
func (y *yolo) choose(h *yoloPoints, all string, classes int64) {
	op := func(op string, in ...string) string { return y.node(op, h.path, in) }
	n := min(y.task.best, h.n)
	rows := y.node("Transpose", h.path, []string{all}, attr{"perm", []int64{0, 2, 1}})
	parts := y.nodeN("Split", h.path, 2, []string{rows, y.ints(h.path, 4, classes)}, attr{"axis", int64(2)})
	pick := func(from, index string, width int64) string {
		at := op("Tile", op("Unsqueeze", index, y.ints(h.path, -1)), y.ints(h.path, 1, 1, width))
		return y.node("GatherElements", h.path, []string{from, at}, attr{"axis", int64(1)})
	}
	top := func(x string) []string {
		return y.nodeN("TopK", h.path, 2, []string{x, y.ints(h.path, n)}, attr{"axis", int64(-1)})
	}
	points := top(y.node("ReduceMax", h.path, []string{parts[1]}, attr{"axes", []int64{-1}}, attr{"keepdims", int64(0)}))[1]
	boxes, scores := pick(parts[0], points, 4), pick(parts[1], points, classes)
	best := top(y.node("Flatten", h.path, []string{scores}, attr{"axis", int64(1)}))
	each := y.ints(h.path, classes)
	class := y.node("Cast", h.path, []string{op("Mod", best[1], each)}, attr{"to", int64(1)})
	last := y.ints(h.path, -1)
	out := []string{pick(boxes, op("Div", best[1], each), 4), op("Unsqueeze", best[0], last), op("Unsqueeze", class, last)}
	y.output(y.node("Concat", h.path, out, attr{"axis", int64(2)}), n, int64(6))
}
