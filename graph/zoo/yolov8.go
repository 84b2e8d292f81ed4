package zoo

import "fmt"

func yolov8(name string, params, macs int64, gflops, mAP float64, s yoloScale) Entry {
	return Entry{
		Name: name, Family: "YOLOv8", Task: "detection", Doc: "YOLOv8 detector, 80 classes, box decoding included",
		Params: params, MACs: macs,
		Source:    fmt.Sprintf("Ultralytics model files (parameters before fusion); published %.1f GFLOPs = 2 x MACs at 640", gflops),
		Published: gflops / 2, License: "AGPL-3.0",
		Accuracy: Accuracy{"COCO mAP50-95", mAP, "", "Ultralytics docs"}, Options: []Option{imageSize(640, 32), batchOption},
		build: func(b *builder, v values) { buildYOLOv8(b, v, s) },
	}
}

var yolov8s = []Entry{
	yolov8("yolov8n", 3_157_200, 4_371_993_600, 8.7, 37.3, yoloScale{0.33, 0.25, 1024, false}),
	yolov8("yolov8s", 11_166_560, 14_301_312_000, 28.6, 44.9, yoloScale{0.33, 0.50, 1024, false}),
	yolov8("yolov8m", 25_902_640, 39_468_364_800, 78.9, 50.2, yoloScale{0.67, 0.75, 768, false}),
	yolov8("yolov8l", 43_691_520, 82_574_259_200, 165.2, 52.9, yoloScale{1.00, 1.00, 512, false}),
	yolov8("yolov8x", 68_229_648, 128_902_169_600, 257.8, 53.9, yoloScale{1.00, 1.25, 512, false}),
}

// c2f splits the channels, runs n blocks on one half, each around a shortcut if asked, and joins every intermediate result.
func (y *yolo) c2f(x tensor, c, n int64, shortcut bool) tensor {
	path, out := y.path(), y.channels(c)
	a, b := y.halves(y.act(x, path+"/cv1", out, 1, 1, 1), path)
	parts := []tensor{a, b}
	for i := range y.repeats(n) {
		p := fmt.Sprintf("%s/m.%d", path, i)
		if shortcut {
			b = y.residual(b, p, b.c)
		} else {
			b = y.act(y.act(b, p+"/cv1", b.c, 3, 1, 1), p+"/cv2", b.c, 3, 1, 1)
		}
		parts = append(parts, b)
	}
	return y.act(y.concat(path, parts...), path+"/cv2", out, 1, 1, 1)
}

// denseScores is the two layers before the class scores, 3x3 convolutions both.
func (y *yolo) denseScores(x tensor, path, _ string, c int64) tensor {
	return y.act(y.act(x, path+".0", c, 3, 1, 1), path+".1", c, 3, 1, 1)
}

// buildYOLOv8 follows the layer list of Ultralytics' yolov8.yaml.
func buildYOLOv8(b *builder, v values, s yoloScale) {
	y := &yolo{builder: b, yoloScale: s}
	x := y.down(y.images(v), 64)
	x = y.c2f(y.down(x, 128), 128, 3, true)
	p3 := y.c2f(y.down(x, 256), 256, 6, true)
	p4 := y.c2f(y.down(p3, 512), 512, 6, true)
	x = y.c2f(y.down(p4, 1024), 1024, 3, true)
	p5 := y.sppf(x)
	n4 := y.c2f(y.join(y.upsample(p5), p4), 512, 3, false)
	n3 := y.c2f(y.join(y.upsample(n4), p3), 256, 3, false)
	m4 := y.c2f(y.join(y.down(n3, 256), n4), 512, 3, false)
	m5 := y.c2f(y.join(y.down(m4, 512), p5), 1024, 3, false)
	y.detect(v["size"], y.denseScores, n3, m4, m5)
}
