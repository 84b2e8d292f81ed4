package zoo

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A yoloxShape is one size of YOLOX; light has depthwise convolutions in place of 3x3 ones.
type yoloxShape struct {
	depth, width float64
	light        bool
}

// yoloxEntry returns the Entry of a YOLOX at side x side pixels. The published figure of the light
// one counts normalisations, so there is none to compare with.
func yoloxEntry(size string, params, macs int64, gflops, mAP float64, side int64, s yoloxShape) Entry {
	published := gflops / 2
	if s.light {
		published = 0 // it counts normalisations, which are 3 % of so light a network
	}
	return Entry{
		Name: "yolox-" + size, Family: "YOLOX", Task: detection.name, Doc: "YOLOX-" + size + " without anchors, 80 classes, boxes not decoded",
		Params: params, MACs: macs, Published: published, License: "Apache-2.0",
		Source:   fmt.Sprintf("Megvii-BaseDetection/YOLOX README (%.2f M parameters, %.2f GFLOPs = 2 x MACs at %d)", float64(params)/1e6, gflops, side),
		Accuracy: Accuracy{detection.metric, mAP, "", "Megvii-BaseDetection/YOLOX README"},
		Options:  []Option{imageSize(side, 32), classOption(coco), batchOption},
		build:    func(b *builder, v values) { (&yolox{yolo{builder: b}, s}).build(v) },
	}
}

// yoloxs returns the six sizes of YOLOX (arXiv 2107.08430).
func yoloxs() []Entry {
	return []Entry{
		yoloxEntry("nano", 912_159, 522_553_408, 1.08, 25.8, 416, yoloxShape{0.33, 0.25, true}),
		yoloxEntry("tiny", 5_055_855, 3_206_268_000, 6.45, 32.8, 416, yoloxShape{0.33, 0.375, false}),
		yoloxEntry("s", 8_968_255, 13_342_771_200, 26.8, 40.5, 640, yoloxShape{0.33, 0.50, false}),
		yoloxEntry("m", 25_326_495, 36_765_158_400, 73.8, 46.9, 640, yoloxShape{0.67, 0.75, false}),
		yoloxEntry("l", 54_208_895, 77_646_336_000, 155.6, 49.7, 640, yoloxShape{1, 1, false}),
		yoloxEntry("x", 99_071_455, 140_704_896_000, 281.9, 51.1, 640, yoloxShape{1.33, 1.25, false}),
	}
}

// yolox carries the shape.
type yolox struct {
	yolo
	yoloxShape
}

// channels returns c channels times the width, rounded down.
func (y *yolox) channels(c int64) int64 { return int64(float64(c) * y.yoloxShape.width) }

// conv3 returns a 3x3 convolution, of a light network a depthwise and a pointwise one.
func (y *yolox) conv3(x tensor, path string, out, stride int64) tensor {
	if !y.light {
		return y.act(x, path, out, 3, stride, 1)
	}
	return y.act(y.act(x, path+"/dconv", x.c, 3, stride, x.c), path+"/pconv", out, 1, 1, 1)
}

// build builds the network of Ge et al. 2021 (arXiv 2107.08430).
func (y *yolox) build(v values) {
	c := y.channels
	x := y.act(y.focus(v), "/backbone/stem/conv", c(64), 3, 1, 1)
	x = y.csp(y.conv3(x, "/backbone/dark2/dark2.0", c(128), 2), "/backbone/dark2/dark2.1", c(128), 1, true)
	p3 := y.csp(y.conv3(x, "/backbone/dark3/dark3.0", c(256), 2), "/backbone/dark3/dark3.1", c(256), 3, true)
	p4 := y.csp(y.conv3(p3, "/backbone/dark4/dark4.0", c(512), 2), "/backbone/dark4/dark4.1", c(512), 3, true)
	x = y.pyramid(y.conv3(p4, "/backbone/dark5/dark5.0", c(1024), 2), "/backbone/dark5/dark5.1", c(1024))
	p5 := y.csp(x, "/backbone/dark5/dark5.2", c(1024), 1, false)
	top := y.act(p5, "/backbone/lateral_conv0", c(512), 1, 1, 1)
	n4 := y.csp(y.concat("/backbone", y.upsample(top), p4), "/backbone/C3_p4", c(512), 1, false)
	low := y.act(n4, "/backbone/reduce_conv1", c(256), 1, 1, 1)
	n3 := y.csp(y.concat("/backbone", y.upsample(low), p3), "/backbone/C3_p3", c(256), 1, false)
	m4 := y.csp(y.concat("/backbone", y.conv3(n3, "/backbone/bu_conv2", c(256), 2), low), "/backbone/C3_n3", c(512), 1, false)
	m5 := y.csp(y.concat("/backbone", y.conv3(m4, "/backbone/bu_conv1", c(512), 2), top), "/backbone/C3_n4", c(1024), 1, false)
	y.head(v, n3, m4, m5)
}

// focus moves each square of four pixels into the channels.
func (y *yolox) focus(v values) tensor {
	const path = "/backbone/stem"
	x := y.input("images", dtype.Float32, v.batch(), int64(3), v.height(), v.width())
	var parts []tensor
	for _, start := range [][]int64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		name := y.node("Slice", path,
			[]string{x, y.ints(path, start...), y.ints(path, v.height(), v.width()), y.ints(path, 2, 3), y.ints(path, 2, 2)})
		parts = append(parts, tensor{name, 3})
	}
	return y.concat(path, parts...)
}

// csp runs n times the depth's bottlenecks on one of two projections of x and joins them.
func (y *yolox) csp(x tensor, path string, out int64, n int, shortcut bool) tensor {
	a := y.act(x, path+"/conv1", out/2, 1, 1, 1)
	other := y.act(x, path+"/conv2", out/2, 1, 1, 1)
	for i := range n * max(int(3*y.yoloxShape.depth+0.5), 1) {
		p := fmt.Sprintf("%s/m/m.%d", path, i)
		z := y.conv3(y.act(a, p+"/conv1", out/2, 1, 1, 1), p+"/conv2", out/2, 1)
		if shortcut {
			z = y.binary("Add", z, a, p)
		}
		a = z
	}
	return y.act(y.concat(path, a, other), path+"/conv3", out, 1, 1, 1)
}

// pyramid pools at three scales.
func (y *yolox) pyramid(x tensor, path string, out int64) tensor {
	x = y.act(x, path+"/conv1", x.c/2, 1, 1, 1)
	parts := []tensor{x}
	for _, k := range []int64{5, 9, 13} {
		parts = append(parts, y.maxPool(x, path+"/m", k, 1))
	}
	return y.act(y.concat(path, parts...), path+"/conv2", out, 1, 1, 1)
}

// head predicts a box, whether there is one, and classes at every point of every map.
func (y *yolox) head(v values, levels ...tensor) {
	var all []string
	width, n := y.channels(256), int64(0)
	rows := 5 + v["classes"]
	for i, x := range levels {
		at := func(part string) string { return fmt.Sprintf("/head/%s.%d", part, i) }
		tower := func(x tensor, part string) tensor {
			return y.conv3(y.conv3(x, at(part)+"/0", width, 1), at(part)+"/1", width, 1)
		}
		x = y.act(x, at("stems"), width, 1, 1, 1)
		cls, reg := tower(x, "cls_convs"), tower(x, "reg_convs")
		box := y.conv(reg, at("reg_preds"), 4, 1, 1, 1, true)
		seen := y.unary("Sigmoid", y.conv(reg, at("obj_preds"), 1, 1, 1, 1, true), "/head")
		classes := y.unary("Sigmoid", y.conv(cls, at("cls_preds"), v["classes"], 1, 1, 1, true), "/head")
		all = append(all, y.reshape(y.concat("/head", box, seen, classes), "/head", 0, 0, rows, -1).name)
		area := v.extent().over(8 << i)
		n += area.n()
	}
	x := tensor{y.node("Concat", "/head", all, attr{"axis", int64(2)}), 0}
	y.output(y.transpose(x, "/head", 0, 2, 1).name, n, rows)
}
