package zoo

import (
	"fmt"
	"slices"
)

var yolov8 = yoloFamily{
	prefix: "yolov8", name: "YOLOv8", build: buildYOLOv8,
	apart:  map[string]string{"-seg": "the transposed convolution of the masks counts fourfold", "-obb": "the head of the smaller sizes has 80 classes"},
	scales: map[string]yoloScale{"n": {0.33, 0.25, 1024, false}, "s": {0.33, 0.50, 1024, false}, "m": {0.67, 0.75, 768, false}, "l": {1.00, 1.00, 512, false}, "x": {1.00, 1.25, 512, false}},
}

// yolov8Wide lists the scales of the classifiers, whose last stage is not held narrow.
var yolov8Wide = map[string]yoloScale{"n": {0.33, 0.25, 1024, false}, "s": {0.33, 0.50, 1024, false}, "m": {0.67, 0.75, 1024, false}, "l": {1.00, 1.00, 1024, false}, "x": {1.00, 1.25, 1024, false}}

// yolov8s returns YOLOv8 for detection, masks, poses and turned boxes. A figure is as YOLO11's.
func yolov8s() []Entry {
	return slices.Concat(
		yolov8.entries(detection,
			yoloFigure{"n", 3_157_200, 4_371_993_600, 8.7, 37.3},
			yoloFigure{"s", 11_166_560, 14_301_312_000, 28.6, 44.9},
			yoloFigure{"m", 25_902_640, 39_468_364_800, 78.9, 50.2},
			yoloFigure{"l", 43_691_520, 82_574_259_200, 165.2, 52.9},
			yoloFigure{"x", 68_229_648, 128_902_169_600, 257.8, 53.9}),
		yolov8.entries(masking,
			yoloFigure{"n", 3_409_968, 6_001_382_400, 12.6, 36.7}, yoloFigure{"s", 11_821_056, 20_043_084_800, 42.6, 44.6}, yoloFigure{"m", 27_285_968, 52_269_081_600, 110.2, 49.9},
			yoloFigure{"l", 45_997_728, 105_196_467_200, 220.5, 52.3}, yoloFigure{"x", 71_827_888, 164_178_457_600, 344.1, 53.4}),
		yolov8.entries(posing,
			yoloFigure{"n", 3_295_470, 4_588_864_800, 9.2, 50.4}, yoloFigure{"s", 11_626_046, 15_092_877_600, 30.2, 60.0}, yoloFigure{"m", 26_464_462, 40_511_220_000, 81.0, 65.0},
			yoloFigure{"l", 44_489_196, 84_274_995_200, 168.6, 67.6}, yoloFigure{"x", 69_491_724, 131_604_089_600, 263.2, 69.2}),
		yolov8.entries(turning,
			yoloFigure{"n", 3_085_440, 10_679_304_192, 23.3, 78.0}, yoloFigure{"s", 11_427_584, 37_688_279_040, 76.3, 79.5}, yoloFigure{"m", 26_425_600, 103_510_818_816, 208.6, 80.5}, yoloFigure{"l", 44_490_240, 215_752_245_248, 433.8, 80.7}, yoloFigure{"x", 69_493_056, 336_916_791_296, 676.7, 81.36}),
		yolov8.classifiers(yolov8Wide, yolov8Backbone,
			yoloFigure{"n", 2_719_288, 202_586_112, 0.5, 69.0}, yoloFigure{"s", 6_361_736, 763_553_792, 1.7, 73.8}, yoloFigure{"m", 17_053_336, 2_551_224_320, 5.3, 76.8}, yoloFigure{"l", 37_480_744, 6_047_287_296, 12.3, 76.8}, yoloFigure{"x", 57_422_840, 9_421_322_240, 19.0, 79.0}),
	)
}

// c2f splits the channels, runs n blocks on one half, each around a shortcut if asked, and joins every intermediate
// result.
func (y *yolo) c2f(x tensor, c, n int64, shortcut bool) tensor {
	return y.chain(x, c, n, func(x tensor, path string) tensor {
		if shortcut {
			return y.residual(x, path, x.c)
		}
		return y.act(y.act(x, path+"/cv1", x.c, 3, 1, 1), path+"/cv2", x.c, 3, 1, 1)
	})
}

// chain returns c2f with any block.
func (y *yolo) chain(x tensor, c, n int64, block func(x tensor, path string) tensor) tensor {
	path, out := y.path(), y.channels(c)
	a, b := y.halves(y.act(x, path+"/cv1", out, 1, 1, 1), path)
	parts := []tensor{a, b}
	for i := range y.repeats(n) {
		b = block(b, fmt.Sprintf("%s/m.%d", path, i))
		parts = append(parts, b)
	}
	return y.act(y.concat(path, parts...), path+"/cv2", out, 1, 1, 1)
}

// denseScores returns the two layers before the class scores, 3x3 convolutions both.
func (y *yolo) denseScores(x tensor, path, _ string, c int64) tensor {
	return y.act(y.act(x, path+".0", c, 3, 1, 1), path+".1", c, 3, 1, 1)
}

// buildYOLOv8 follows the layer list of Ultralytics' yolov8.yaml.
func buildYOLOv8(y *yolo, v values) {
	p3, p4, x := y.c2fStages(v)
	y.detect(v, y.denseScores, y.c2fNeck(p3, p4, y.sppf(x))...)
}

// c2fStages returns the maps of an eighth, a sixteenth and a thirty-second of the image.
func (y *yolo) c2fStages(v values) (p3, p4, p5 tensor) {
	x := y.down(y.images(v), 64)
	x = y.c2f(y.down(x, 128), 128, 3, true)
	p3 = y.c2f(y.down(x, 256), 256, 6, true)
	p4 = y.c2f(y.down(p3, 512), 512, 6, true)
	return p3, p4, y.c2f(y.down(p4, 1024), 1024, 3, true)
}

// yolov8Backbone follows the layer list of yolov8-cls.yaml.
func yolov8Backbone(y *yolo, v values) tensor {
	_, _, x := y.c2fStages(v)
	return x
}

// c2fNeck joins the maps downwards and upwards.
func (y *yolo) c2fNeck(p3, p4, p5 tensor) []tensor {
	n4 := y.c2f(y.join(y.upsample(p5), p4), 512, 3, false)
	n3 := y.c2f(y.join(y.upsample(n4), p3), 256, 3, false)
	m4 := y.c2f(y.join(y.down(n3, 256), n4), 512, 3, false)
	return []tensor{n3, m4, y.c2f(y.join(y.down(m4, 512), p5), 1024, 3, false)}
}
