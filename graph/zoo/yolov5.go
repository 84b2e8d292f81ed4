package zoo

import (
	"fmt"
	"slices"
)

var yolov5Scales = map[string]yoloScale{"n": {0.33, 0.25, 1024, false}, "s": {0.33, 0.50, 1024, false}, "m": {0.67, 0.75, 1024, false}, "l": {1.00, 1.00, 1024, false}, "x": {1.33, 1.25, 1024, false}}

// yolov5u names YOLOv5 with the head of YOLOv8, as the ultralytics package has it.
var yolov5u = yoloFamily{prefix: "yolov5", name: "YOLOv5", build: buildYOLOv5u, scales: yolov5Scales}

// yolov5s returns YOLOv5 with Ultralytics' newer head and with its own anchors, in five sizes each.
func yolov5s() []Entry {
	return slices.Concat(
		named("u", yolov5u.entries(detection,
			yoloFigure{"n", 2_654_816, 3_862_451_200, 7.7, 34.3}, yoloFigure{"s", 9_153_152, 11_997_721_600, 24.0, 43.0}, yoloFigure{"m", 25_111_456, 32_102_937_600, 64.2, 49.0},
			yoloFigure{"l", 53_225_024, 67_494_425_600, 135.0, 52.2}, yoloFigure{"x", 97_276_448, 123_196_441_600, 246.4, 53.2})),
		anchored("n", 1_872_157, 2_234_060_800, 4.5, 28.0), anchored("s", 7_235_389, 8_216_780_800, 16.5, 37.4), anchored("m", 21_190_557, 24_436_224_000, 49.0, 45.4),
		anchored("l", 46_563_709, 54_496_870_400, 109.1, 49.0), anchored("x", 86_749_405, 102_724_096_000, 205.7, 50.7),
	)
}

// named adds a suffix to the names of entries.
func named(suffix string, entries []Entry) []Entry {
	for i := range entries {
		entries[i].Name += suffix
	}
	return entries
}

// anchored returns YOLOv5 as it was published, with boxes relative to anchors.
func anchored(size string, params, macs int64, gflops, mAP float64) []Entry {
	scale := yolov5Scales[size]
	return []Entry{{
		Name: "yolov5" + size, Family: "YOLOv5", Task: detection.name, Doc: "YOLOv5 detector with anchors, 80 classes, box decoding included",
		Params: params, MACs: macs, Published: gflops / 2, License: "AGPL-3.0",
		Source:   fmt.Sprintf("ultralytics/yolov5 v7.0 (parameters before fusion, without anchors); published %.1f GFLOPs = 2 x MACs at 640", gflops),
		Accuracy: Accuracy{detection.metric, mAP, "", "ultralytics/yolov5 README"},
		Options:  []Option{imageSize(640, 32), classOption(coco), batchOption},
		build: func(b *builder, v values) {
			y := &yolo{builder: b, yoloScale: scale}
			y.detectAnchors(v, y.c3Layers(v)...)
		},
	}}
}

// buildYOLOv5u follows the layer list of Ultralytics' yolov5.yaml.
func buildYOLOv5u(y *yolo, v values) { y.detect(v, y.denseScores, y.c3Layers(v)...) }

// c3Layers returns the layers in front of the head; they give the maps of an eighth, a sixteenth and a thirty-second.
func (y *yolo) c3Layers(v values) []tensor {
	p := y.path()
	x := y.silu(y.normConv(y.images(v), p+"/conv", y.channels(64), square(6, 2, 2)), p+"/act")
	x = y.c3(y.down(x, 128), 128, 3, true)
	p3 := y.c3(y.down(x, 256), 256, 6, true)
	p4 := y.c3(y.down(p3, 512), 512, 9, true)
	p5 := y.sppf(y.c3(y.down(p4, 1024), 1024, 3, true))
	top := y.act(p5, y.path(), y.channels(512), 1, 1, 1)
	n4 := y.c3(y.join(y.upsample(top), p4), 512, 3, false)
	low := y.act(n4, y.path(), y.channels(256), 1, 1, 1)
	n3 := y.c3(y.join(y.upsample(low), p3), 256, 3, false)
	m4 := y.c3(y.join(y.down(n3, 256), low), 512, 3, false)
	return []tensor{n3, m4, y.c3(y.join(y.down(m4, 512), top), 1024, 3, false)}
}

// c3 runs n bottlenecks on one of two projections of x and joins them.
func (y *yolo) c3(x tensor, c, n int64, shortcut bool) tensor {
	path, out := y.path(), y.channels(c)
	a := y.act(x, path+"/cv1", out/2, 1, 1, 1)
	for i := range y.repeats(n) {
		p := fmt.Sprintf("%s/m/m.%d", path, i)
		z := y.act(y.act(a, p+"/cv1", out/2, 1, 1, 1), p+"/cv2", out/2, 3, 1, 1)
		if shortcut {
			z = y.binary("Add", a, z, p)
		}
		a = z
	}
	return y.act(y.concat(path, a, y.act(x, path+"/cv2", out/2, 1, 1, 1)), path+"/cv3", out, 1, 1, 1)
}

// detectAnchors ends a detector with three boxes at every point of every map: centre, size, whether there is one,
// classes.
func (y *yolo) detectAnchors(v values, levels ...tensor) {
	path, rows := y.path(), 5+v["classes"]
	var all []string
	n := int64(0)
	for i, x := range levels {
		p := fmt.Sprintf("%s/m.%d", path, i)
		area := v.extent().over(8 << i)
		z := y.reshape(y.conv(x, p, 3*rows, 1, 1, 1, true), path, 0, 0, 3, rows, area.h, area.w)
		z = y.unary("Sigmoid", y.transpose(z, path, 0, 1, 3, 4, 2), path)
		parts := y.nodeN("Split", path, 3, []string{z.name, y.ints(path, 2, 2, rows-4)}, attr{"axis", int64(4)})
		op := func(op, a, b string) string { return y.node(op, path, []string{a, b}) }
		place := op("Mul", op("Add", op("Mul", parts[0], y.scalar(path, 2)), y.table(path, 1, 3, area.h, area.w, 2)),
			y.scalar(path, float32(int(8)<<i)))
		extent := op("Mul", op("Pow", op("Mul", parts[1], y.scalar(path, 2)), y.scalar(path, 2)),
			y.table(path, 1, 3, area.h, area.w, 2))
		z.name = y.node("Concat", path, []string{place, extent, parts[2]}, attr{"axis", int64(4)})
		all = append(all, y.reshape(z, path, 0, 0, 3*area.n(), rows).name)
		n += 3 * area.n()
	}
	y.output(y.node("Concat", path, all, attr{"axis", int64(1)}), n, rows)
}
