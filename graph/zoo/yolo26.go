package zoo

import "fmt"

// fewest names detection of which every object has one point and distances are given as they are.
var fewest = yoloTask{name: detection.name, metric: detection.metric, classes: coco, size: 640, best: 300, plain: true}

// yolo26 returns the Entry of a YOLO26 that picks its 300 best boxes itself. Published figures
// count convolutions after folding, at 640 pixels.
func yolo26(size string, params, macs int64, gflops, mAP float64) Entry {
	scale := yolo11.scales[size]
	return Entry{
		Name: "yolo26" + size, Family: "YOLO26", Task: fewest.name, Doc: "YOLO26 without suppression, 80 classes, the best 300 boxes",
		Params: params, MACs: macs, Published: 0, License: "AGPL-3.0",
		Source:   fmt.Sprintf("Ultralytics docs (%.1f M parameters after fusion, without the head of training; %.1f GFLOPs at 640 = 2 x MACs of the convolutions, to the digits printed)", float64(params)/1e6, gflops),
		Accuracy: Accuracy{fewest.metric, mAP, "", "Ultralytics docs, without suppression"},
		Options:  []Option{imageSize(fewest.size, 32), classOption(coco), batchOption},
		build: func(b *builder, v values) {
			buildYOLO26(&yolo{builder: b, yoloScale: scale, task: fewest}, v)
			b.absent = 0 // published is what is left after fusion
		},
	}
}

// yolo26s returns the five sizes of YOLO26.
func yolo26s() []Entry {
	return []Entry{
		yolo26("n", 2_408_932, 2_740_153_600, 5.4, 40.1),
		yolo26("s", 9_496_140, 10_466_611_200, 20.7, 47.8),
		yolo26("m", 20_411_132, 34_212_864_000, 68.2, 52.5),
		yolo26("l", 24_807_420, 43_397_836_800, 86.4, 54.4),
		yolo26("x", 55_725_948, 97_208_985_600, 193.9, 56.9),
	}
}

// buildYOLO26 follows the layer list of Ultralytics' yolo26.yaml: YOLO11 with wider blocks in the neck, attention at
// its end and in its last block.
func buildYOLO26(y *yolo, v values) {
	area := v.extent().over(32)
	p3, p4, x := y.c3k2Stages(v)
	p5 := y.c2psa(y.sppfAround(x), area)
	n4 := y.c3k2(y.join(y.upsample(p5), p4), 512, true, 0.5)
	n3 := y.c3k2(y.join(y.upsample(n4), p3), 256, true, 0.5)
	m4 := y.c3k2(y.join(y.down(n3, 256), n4), 512, true, 0.5)
	m5 := y.joined(y.join(y.down(m4, 512), p5), 1024, 1, 0.5, func(x tensor, path string) tensor {
		return y.attentionBlock(y.residual(x, path+"/m.0", x.c/2), path+"/m.1", area)
	})
	y.detect(v, y.depthwiseScores, n3, m4, m5)
}

// sppfAround returns sppf around a shortcut, without an activation before the pools.
func (y *yolo) sppfAround(x tensor) tensor {
	path := y.path()
	parts := []tensor{y.convBN(x, path+"/cv1/conv", x.c/2, 1, 1, 1)}
	for i := range 3 {
		parts = append(parts, y.maxPool(parts[i], path+"/m", 5, 1))
	}
	return y.binary("Add", x, y.act(y.concat(path, parts...), path+"/cv2", x.c, 1, 1, 1), path)
}
