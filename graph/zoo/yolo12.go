package zoo

import (
	"fmt"
	"math"
	"slices"
)

// yolo12 follows Tian et al. 2025 (arXiv 2502.12524), as the ultralytics package has it.
var yolo12 = yoloFamily{
	prefix: "yolo12", name: "YOLO12", build: func(y *yolo, v values) { y.build12(v, yolo12Form{1, 1, 7, 1.2, false}) }, note: " of the convolutions (the MACs here include attention)",
	apart:  map[string]string{"": "attention is left out"},
	scales: yolo12Scales,
}

// yolo12Turbo holds the second form of its authors, their default.
var yolo12Turbo = yoloFamily{
	prefix: "yolov12", name: "YOLOv12 turbo", figures: "sunsmarterjie/yolov12 README", build: func(y *yolo, v values) { y.build12(v, yolo12Form{2, 4, 5, 1.5, true}) }, note: yolo12.note,
	apart:  yolo12.apart,
	scales: yolo12Scales,
}

var yolo12Scales = map[string]yoloScale{"n": {0.50, 0.25, 1024, false}, "s": {0.50, 0.50, 1024, false}, "m": {0.50, 1.00, 512, true}, "l": {1.00, 1.00, 512, true}, "x": {1.00, 1.50, 512, true}}

// A yolo12Form is what two forms of the network differ in: the groups of the second and third convolution, the window
// that tells places apart, how much wider the pointwise convolutions of deep networks are inside, and whether values
// are projected apart from queries and keys.
type yolo12Form struct {
	groups2, groups3 int64
	window           int64
	ratio            float64
	apart            bool
}

// yolo12s returns YOLO12 and its faster variant, with the authors' figures for 640 pixels.
func yolo12s() []Entry {
	return slices.Concat(yolo12.entries(detection,
		yoloFigure{"n", 2_602_288, 3_735_481_600, 6.5, 40.6}, yoloFigure{"s", 9_284_096, 11_670_912_000, 21.4, 48.0}, yoloFigure{"m", 20_199_168, 35_361_612_800, 67.5, 52.5},
		yoloFigure{"l", 26_450_784, 47_715_558_400, 88.9, 53.7}, yoloFigure{"x", 59_210_784, 104_425_036_800, 199.0, 55.2}),
		yolo12Turbo.entries(detection,
			yoloFigure{"n", 2_553_904, 3_484_806_400, 6.0, 40.4}, yoloFigure{"s", 9_127_424, 10_697_702_400, 19.4, 47.6}, yoloFigure{"m", 19_670_784, 31_537_587_200, 59.8, 52.5},
			yoloFigure{"l", 26_506_496, 44_473_164_800, 82.4, 53.8}, yoloFigure{"x", 59_414_176, 97_209_523_200, 184.6, 55.4}))
}

// build12 follows the layer list of yolo12.yaml, in either form.
func (y *yolo) build12(v values, f yolo12Form) {
	x := y.down(y.images(v), 64)
	x = y.c3k2(y.act(x, y.path(), y.channels(128), 3, 2, f.groups2), 256, false, 0.25)
	p3 := y.c3k2(y.act(x, y.path(), y.channels(256), 3, 2, f.groups3), 512, false, 0.25)
	p4 := y.a2c2f(y.down(p3, 512), 512, 4, v.extent().over(16), 4, f)
	p5 := y.a2c2f(y.down(p4, 1024), 1024, 4, v.extent().over(32), 1, f)
	n4 := y.a2c2f(y.join(y.upsample(p5), p4), 512, 2, extent{}, 0, f)
	n3 := y.a2c2f(y.join(y.upsample(n4), p3), 256, 2, extent{}, 0, f)
	m4 := y.a2c2f(y.join(y.down(n3, 256), n4), 512, 2, extent{}, 0, f)
	m5 := y.c3k2(y.join(y.down(m4, 512), p5), 1024, true, 0.5)
	y.detect(v, y.depthwiseScores, n3, m4, m5)
}

// a2c2f runs n blocks and joins every intermediate result: each is two blocks of attention over a map of so many rows
// and columns that is cut in areas, or a C3k block where areas is 0. Where the network is deep its result is added to
// x.
func (y *yolo) a2c2f(x tensor, c, n int64, area extent, areas int64, f yolo12Form) tensor {
	path, out := y.path(), y.channels(c)
	hidden := out / 2
	a := y.act(x, path+"/cv1", hidden, 1, 1, 1)
	parts := []tensor{a}
	deep := y.depth == 1
	for i := range y.repeats(n) {
		p := fmt.Sprintf("%s/m.%d", path, i)
		if areas == 0 {
			a = y.c3kBlock(a, p)
		} else {
			ratio := 2.0
			if deep {
				ratio = f.ratio
			}
			for j := range 2 {
				a = y.areaBlock(a, fmt.Sprintf("%s/m.%d.%d", p, i, j), area, areas, int64(float64(hidden)*ratio), f)
			}
		}
		parts = append(parts, a)
	}
	z := y.act(y.concat(path, parts...), path+"/cv2", out, 1, 1, 1)
	if areas == 0 || !deep {
		return z
	}
	gamma := y.weight(path[1:]+".gamma", out, 1, 1)
	return y.binary("Add", x, tensor{y.node("Mul", path, []string{gamma, z.name}), out}, path)
}

// areaBlock returns attention within areas of a map and two pointwise convolutions, each around a shortcut.
func (y *yolo) areaBlock(x tensor, path string, area extent, areas, hidden int64, f yolo12Form) tensor {
	x = y.binary("Add", x, y.areaAttention(x, path+"/attn", area, areas, f), path)
	z := y.act(x, path+"/mlp/mlp.0", hidden, 1, 1, 1)
	return y.binary("Add", x, y.convBN(z, path+"/mlp/mlp.1/conv", x.c, 1, 1, 1), path)
}

// areaHead gives the channels of a head.
const areaHead = 32

// areaAttention returns attention of the places of each area to each other; a depthwise convolution of the values
// tells places apart.
func (y *yolo) areaAttention(x tensor, path string, area extent, areas int64, f yolo12Form) tensor {
	flat := func(name string) tensor { // back to a map
		t := y.reshape(y.transpose(tensor{name, 0}, path, 0, 3, 1, 2), path, x.c, -1, area.h, area.w, x.c)
		return y.transpose(t, path, 0, 3, 1, 2)
	}
	var q, k, v string
	var values tensor
	if f.apart {
		both := y.inAreas(y.convBN(x, path+"/qk/conv", 2*x.c, 1, 1, 1), path, area, areas, 2)
		values = y.convBN(x, path+"/v/conv", x.c, 1, 1, 1)
		q, k, v = both[0], both[1], y.inAreas(values, path, area, areas, 1)[0]
	} else {
		all := y.inAreas(y.convBN(x, path+"/qkv/conv", 3*x.c, 1, 1, 1), path, area, areas, 3)
		q, k, v = all[0], all[1], all[2]
		values = flat(v)
	}
	scores := y.node("MatMul", path, []string{y.transpose(tensor{q, areaHead}, path, 0, 1, 3, 2).name, k})
	scaled := y.scale(tensor{scores, area.n() / areas}, path, float32(1/math.Sqrt(areaHead)))
	probs := y.transpose(y.unary("Softmax", scaled, path, attr{"axis", int64(-1)}), path, 0, 1, 3, 2)
	out := flat(y.node("MatMul", path, []string{v, probs.name}))
	out = y.binary("Add", out, y.convBN(values, path+"/pe/conv", x.c, f.window, 1, x.c), path)
	return y.convBN(out, path+"/proj/conv", x.c, 1, 1, 1)
}

// inAreas cuts a map into areas and its channels into n parts, each areas x heads x channels x places.
func (y *yolo) inAreas(x tensor, path string, area extent, areas, n int64) []string {
	heads := x.c / n / areaHead
	z := y.reshape(y.transpose(y.reshape(x, path, 0, 0, x.c, area.n()), path, 0, 2, 1), path, 0, -1, area.n()/areas, heads,
		n*areaHead)
	z = y.transpose(z, path, 0, 2, 3, 1)
	if n == 1 {
		return []string{z.name}
	}
	widths := slices.Repeat([]int64{areaHead}, int(n))
	return y.nodeN("Split", path, int(n), []string{z.name, y.ints(path, widths...)}, attr{"axis", int64(2)})
}
