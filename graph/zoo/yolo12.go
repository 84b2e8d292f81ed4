package zoo

import (
	"fmt"
	"math"
)

// yolo12 is Tian et al. 2025 (arXiv 2502.12524), as the ultralytics package has it.
var yolo12 = yoloFamily{
	prefix: "yolo12", name: "YOLO12", build: buildYOLO12, note: " of the convolutions (the MACs here include attention)",
	apart:  map[string]string{"": "attention is left out"},
	scales: map[string]yoloScale{"n": {0.50, 0.25, 1024, false}, "s": {0.50, 0.50, 1024, false}, "m": {0.50, 1.00, 512, true}, "l": {1.00, 1.00, 512, true}, "x": {1.00, 1.50, 512, true}},
}

var yolo12s = yolo12.entries(detection,
	yoloFigure{"n", 2_602_288, 3_735_481_600, 6.5, 40.6}, yoloFigure{"s", 9_284_096, 11_670_912_000, 21.4, 48.0}, yoloFigure{"m", 20_199_168, 35_361_612_800, 67.5, 52.5},
	yoloFigure{"l", 26_450_784, 47_715_558_400, 88.9, 53.7}, yoloFigure{"x", 59_210_784, 104_425_036_800, 199.0, 55.2})

// buildYOLO12 follows the layer list of Ultralytics' yolo12.yaml.
func buildYOLO12(y *yolo, v values) {
	x := y.down(y.images(v), 64)
	x = y.c3k2(y.down(x, 128), 256, false, 0.25)
	p3 := y.c3k2(y.down(x, 256), 512, false, 0.25)
	p4 := y.a2c2f(y.down(p3, 512), 512, 4, v["size"]/16, 4)
	p5 := y.a2c2f(y.down(p4, 1024), 1024, 4, v["size"]/32, 1)
	n4 := y.a2c2f(y.join(y.upsample(p5), p4), 512, 2, 0, 0)
	n3 := y.a2c2f(y.join(y.upsample(n4), p3), 256, 2, 0, 0)
	m4 := y.a2c2f(y.join(y.down(n3, 256), n4), 512, 2, 0, 0)
	m5 := y.c3k2(y.join(y.down(m4, 512), p5), 1024, true, 0.5)
	y.detect(v, y.depthwiseScores, n3, m4, m5)
}

// a2c2f runs n blocks and joins every intermediate result: each is two blocks of attention over a map of so many rows and
// columns that is cut in areas, or a C3k block where areas is 0. Where the network is deep its result is added to x.
func (y *yolo) a2c2f(x tensor, c, n, side, areas int64) tensor {
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
				ratio = 1.2
			}
			for j := range 2 {
				a = y.areaBlock(a, fmt.Sprintf("%s/m.%d.%d", p, i, j), side, areas, int64(float64(hidden)*ratio))
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

// areaBlock is attention within areas of a map, heads of 32 channels, and two pointwise convolutions, each around a shortcut.
func (y *yolo) areaBlock(x tensor, path string, side, areas, hidden int64) tensor {
	const head = 32
	attn := path + "/attn"
	heads, tokens := x.c/head, side*side/areas
	qkv := y.reshape(y.convBN(x, attn+"/qkv/conv", 3*x.c, 1, 1, 1), attn, 0, 0, 3*x.c, side*side)
	z := y.reshape(y.transpose(qkv, attn, 0, 2, 1), attn, 0, -1, tokens, heads, 3*head)
	parts := y.nodeN("Split", attn, 3, []string{y.transpose(z, attn, 0, 2, 3, 1).name, y.ints(attn, head, head, head)}, attr{"axis", int64(2)})
	q := y.transpose(tensor{parts[0], head}, attn, 0, 1, 3, 2)
	scores := y.scale(tensor{y.node("MatMul", attn, []string{q.name, parts[1]}), tokens}, attn, float32(1/math.Sqrt(head)))
	probs := y.transpose(y.unary("Softmax", scores, attn, attr{"axis", int64(-1)}), attn, 0, 1, 3, 2)
	flat := func(name string) tensor { // back to a map
		t := y.reshape(y.transpose(tensor{name, 0}, attn, 0, 3, 1, 2), attn, x.c, -1, side, side, x.c)
		return y.transpose(t, attn, 0, 3, 1, 2)
	}
	out := flat(y.node("MatMul", attn, []string{parts[2], probs.name}))
	out = y.binary("Add", out, y.convBN(flat(parts[2]), attn+"/pe/conv", x.c, 7, 1, x.c), attn)
	x = y.binary("Add", x, y.convBN(out, attn+"/proj/conv", x.c, 1, 1, 1), path)
	z = y.act(x, path+"/mlp/mlp.0", hidden, 1, 1, 1)
	return y.binary("Add", x, y.convBN(z, path+"/mlp/mlp.1/conv", x.c, 1, 1, 1), path)
}
