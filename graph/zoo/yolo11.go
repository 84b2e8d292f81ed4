package zoo

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// yoloScale is how one size of the family scales the base architecture.
type yoloScale struct {
	depth, width float64
	maxChannels  int64
	c3k          bool // C3k blocks everywhere
}

func yolo11(name string, params, macs int64, gflops, mAP float64, s yoloScale) Entry {
	return Entry{
		Name: name, Family: "YOLO11", Task: "detection", Doc: "YOLO11 detector, 80 classes, box decoding included",
		Params: params, MACs: macs,
		Source:    fmt.Sprintf("Ultralytics model files (parameters before fusion); published %.1f GFLOPs = 2 x MACs of the convolutions at 640; the MACs here include attention", gflops),
		Published: gflops / 2, License: "AGPL-3.0",
		Accuracy: Accuracy{"COCO mAP50-95", mAP, "", "Ultralytics docs"}, Options: []Option{imageSize(640, 32), batchOption},
		build: func(b *builder, v values) { buildYOLO11(b, v, s) },
	}
}

var yolo11s = []Entry{
	yolo11("yolo11n", 2_624_080, 3_271_251_200, 6.5, 39.5, yoloScale{0.50, 0.25, 1024, false}),
	yolo11("yolo11s", 9_458_752, 10_794_880_000, 21.5, 47.0, yoloScale{0.50, 0.50, 1024, false}),
	yolo11("yolo11m", 20_114_688, 34_052_224_000, 68.0, 51.5, yoloScale{0.50, 1.00, 512, true}),
	yolo11("yolo11l", 25_372_160, 43_577_984_000, 86.9, 53.4, yoloScale{1.00, 1.00, 512, true}),
	yolo11("yolo11x", 56_966_176, 97_636_224_000, 194.9, 54.7, yoloScale{1.00, 1.50, 512, true}),
}

// yolo carries what every block needs.
type yolo struct {
	*builder
	yoloScale
	layer int
}

// channels scales a channel count and rounds it up to a multiple of 8.
func (y *yolo) channels(c int64) int64 {
	return int64(math.Ceil(float64(min(c, y.maxChannels))*y.width/8)) * 8
}

func (y *yolo) repeats(n int64) int64 {
	return max(int64(math.RoundToEven(float64(n)*y.depth)), 1)
}

// path is the next layer's module.
func (y *yolo) path() string {
	y.layer++
	return fmt.Sprintf("/model.%d", y.layer-1)
}

// act is convolution, batch normalisation and SiLU.
func (y *yolo) act(x tensor, path string, out, k, stride, groups int64) tensor {
	return y.silu(y.convBN(x, path+"/conv", out, k, stride, groups), path+"/act")
}

func (y *yolo) down(x tensor, c int64) tensor { return y.act(x, y.path(), y.channels(c), 3, 2, 1) }

// residual is two 3x3 convolutions around a shortcut; hidden is the width between them.
func (y *yolo) residual(x tensor, path string, hidden int64) tensor {
	z := y.act(x, path+"/cv1", hidden, 3, 1, 1)
	return y.binary("Add", x, y.act(z, path+"/cv2", x.c, 3, 1, 1), path)
}

// c3kBlock is a cross-stage partial block of two residuals.
func (y *yolo) c3kBlock(x tensor, path string) tensor {
	hidden := x.c / 2
	a := y.act(x, path+"/cv1", hidden, 1, 1, 1)
	for i := range 2 {
		a = y.residual(a, fmt.Sprintf("%s/m/m.%d", path, i), hidden)
	}
	return y.act(y.concat(path, a, y.act(x, path+"/cv2", hidden, 1, 1, 1)), path+"/cv3", x.c, 1, 1, 1)
}

// c3k2 splits the channels, runs blocks on one half and joins every intermediate result.
func (y *yolo) c3k2(x tensor, c int64, c3k bool, ratio float64) tensor {
	path, out := y.path(), y.channels(c)
	hidden := int64(float64(out) * ratio)
	a, b := y.halves(y.act(x, path+"/cv1", 2*hidden, 1, 1, 1), path)
	parts := []tensor{a, b}
	for i := range y.repeats(2) {
		p := fmt.Sprintf("%s/m.%d", path, i)
		if c3k || y.yoloScale.c3k {
			b = y.c3kBlock(b, p)
		} else {
			b = y.residual(b, p, hidden/2)
		}
		parts = append(parts, b)
	}
	return y.act(y.concat(path, parts...), path+"/cv2", out, 1, 1, 1)
}

// sppf pools at three scales by repeating one pool.
func (y *yolo) sppf(x tensor) tensor {
	path := y.path()
	parts := []tensor{y.act(x, path+"/cv1", x.c/2, 1, 1, 1)}
	for i := range 3 {
		parts = append(parts, y.maxPool(parts[i], path+"/m", 5, 1))
	}
	return y.act(y.concat(path, parts...), path+"/cv2", x.c, 1, 1, 1)
}

// c2psa runs attention blocks on one half of the channels.
func (y *yolo) c2psa(x tensor, positions int64) tensor {
	path := y.path()
	a, b := y.halves(y.act(x, path+"/cv1", x.c, 1, 1, 1), path)
	for i := range y.repeats(2) {
		p := fmt.Sprintf("%s/m/m.%d", path, i)
		b = y.binary("Add", b, y.attention(b, p+"/attn", positions), p)
		z := y.act(b, p+"/ffn/ffn.0", 2*b.c, 1, 1, 1)
		b = y.binary("Add", b, y.convBN(z, p+"/ffn/ffn.1/conv", b.c, 1, 1, 1), p)
	}
	return y.act(y.concat(path, a, b), path+"/cv2", x.c, 1, 1, 1)
}

// attention is self-attention over the positions of a side x side map, keys half as wide as values,
// with a depthwise convolution of the values as position encoding.
func (y *yolo) attention(x tensor, path string, side int64) tensor {
	heads := x.c / 64
	size := x.c / heads
	key := size / 2
	qkv := y.convBN(x, path+"/qkv/conv", x.c+2*heads*key, 1, 1, 1)
	flat := y.reshape(qkv, path, qkv.c, 0, heads, 2*key+size, side*side)
	parts := y.nodeN("Split", path, 3, []string{flat.name, y.ints(path, key, key, size)}, attr{"axis", int64(2)})
	q := y.transpose(tensor{parts[0], key}, path, 0, 1, 3, 2)
	scores := y.scale(tensor{y.node("MatMul", path, []string{q.name, parts[1]}), 0}, path, float32(1/math.Sqrt(float64(key))))
	probs := y.transpose(y.unary("Softmax", scores, path, attr{"axis", int64(-1)}), path, 0, 1, 3, 2)
	out := y.reshape(tensor{y.node("MatMul", path, []string{parts[2], probs.name}), 0}, path, x.c, 0, x.c, side, side)
	values := y.reshape(tensor{parts[2], 0}, path, x.c, 0, x.c, side, side)
	out = y.binary("Add", out, y.convBN(values, path+"/pe/conv", x.c, 3, 1, x.c), path)
	return y.convBN(out, path+"/proj/conv", x.c, 1, 1, 1)
}

func (y *yolo) upsample(x tensor) tensor {
	path := y.path()
	scales := y.node("Constant", path, nil, attr{"value_floats", []float32{1, 1, 2, 2}})
	return tensor{y.node("Resize", path, []string{x.name, "", scales},
		attr{"coordinate_transformation_mode", "asymmetric"}, attr{"mode", "nearest"}, attr{"nearest_mode", "floor"}), x.c}
}

func (y *yolo) join(xs ...tensor) tensor { return y.concat(y.path(), xs...) }

// images is the input.
func (y *yolo) images(v values) tensor {
	return tensor{y.input("images", dtype.Float32, v.batch(), int64(3), v["size"], v["size"]), 3}
}

// buildYOLO11 follows the layer list of Ultralytics' yolo11.yaml.
func buildYOLO11(b *builder, v values, s yoloScale) {
	y := &yolo{builder: b, yoloScale: s}
	x := y.down(y.images(v), 64)
	x = y.c3k2(y.down(x, 128), 256, false, 0.25)
	p3 := y.c3k2(y.down(x, 256), 512, false, 0.25)
	p4 := y.c3k2(y.down(p3, 512), 512, true, 0.5)
	x = y.c3k2(y.down(p4, 1024), 1024, true, 0.5)
	p5 := y.c2psa(y.sppf(x), v["size"]/32)
	n4 := y.c3k2(y.join(y.upsample(p5), p4), 512, false, 0.5)
	n3 := y.c3k2(y.join(y.upsample(n4), p3), 256, false, 0.5)
	m4 := y.c3k2(y.join(y.down(n3, 256), n4), 512, false, 0.5)
	m5 := y.c3k2(y.join(y.down(m4, 512), p5), 1024, true, 0.5)
	y.detect(v["size"], y.depthwiseScores, n3, m4, m5)
}

// The detection head: distances to the four sides of a box as distributions over 16 bins, and 80 class scores.
const (
	yoloClasses = 80
	yoloBins    = 16
)

// depthwiseScores is the two layers before the class scores, each a depthwise and a pointwise convolution.
func (y *yolo) depthwiseScores(x tensor, path, scope string, c int64) tensor {
	for i := range 2 {
		p := fmt.Sprintf("%s.%d/%s.%d", path, i, scope, i)
		x = y.act(y.act(x, p+".0", x.c, 3, 1, x.c), p+".1", c, 1, 1, 1)
	}
	return x
}

// detect ends a detector over three feature maps; scores makes the layers before the class scores.
func (y *yolo) detect(size int64, scores func(x tensor, path, scope string, c int64) tensor, levels ...tensor) {
	path := y.path()
	box := max(16, levels[0].c/4, 4*yoloBins)
	cls := max(levels[0].c, yoloClasses)
	var flat []tensor
	anchors := int64(0)
	for i, x := range levels {
		p := fmt.Sprintf("%s/cv2.%d/cv2.%d", path, i, i)
		a := y.act(y.act(x, p+".0", box, 3, 1, 1), p+".1", box, 3, 1, 1)
		a = y.conv(a, p+".2", 4*yoloBins, 1, 1, 1, true)
		p = fmt.Sprintf("%s/cv3.%d/cv3.%d", path, i, i)
		c := scores(x, p, fmt.Sprintf("cv3.%d", i), cls)
		c = y.conv(c, p+".2", yoloClasses, 1, 1, 1, true)
		flat = append(flat, y.reshape(y.concat(path, a, c), path, 0, 0, 4*yoloBins+yoloClasses, -1))
		side := size / (8 << i)
		anchors += side * side
	}
	names := []string{flat[0].name, flat[1].name, flat[2].name}
	all := y.node("Concat", path, names, attr{"axis", int64(2)})
	parts := y.nodeN("Split", path, 2, []string{all, y.ints(path, 4*yoloBins, yoloClasses)}, attr{"axis", int64(1)})
	boxes := y.boxes(parts[0], path, anchors)
	classes := y.node("Sigmoid", path, []string{parts[1]})
	out := y.node("Concat", path, []string{boxes, classes}, attr{"axis", int64(1)})
	y.output(out, int64(4+yoloClasses), anchors)
}

// boxes turns distributions into distances (their mean, by a fixed 1x1 convolution) and those into centre and size.
func (y *yolo) boxes(x, path string, anchors int64) string {
	dfl := path + "/dfl"
	z := y.reshape(tensor{x, 0}, dfl, 0, 0, 4, yoloBins, anchors)
	z = y.unary("Softmax", y.transpose(z, dfl, 0, 2, 1, 3), dfl, attr{"axis", int64(1)})
	z = y.conv(tensor{z.name, yoloBins}, dfl+"/conv", 1, 1, 1, 1, false)
	z = y.reshape(z, dfl, 0, 0, 4, anchors)
	sides := y.nodeN("Split", path, 2, []string{z.name, y.ints(path, 2, 2)}, attr{"axis", int64(1)})
	points := y.table(path, 1, 2, anchors)
	low := y.node("Sub", path, []string{points, sides[0]})
	high := y.node("Add", path, []string{points, sides[1]})
	sum := y.node("Add", path, []string{low, high})
	centre := y.node("Div", path, []string{sum, y.scalar(path, 2)})
	extent := y.node("Sub", path, []string{high, low})
	box := y.node("Concat", path, []string{centre, extent}, attr{"axis", int64(1)})
	return y.node("Mul", path, []string{box, y.table(path, 1, anchors)})
}
