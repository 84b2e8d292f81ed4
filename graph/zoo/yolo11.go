package zoo

import (
	"fmt"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// yoloScale is how one size of the family scales the base architecture.
type yoloScale struct {
	depth, width float64
	maxChannels  int64
	c3k          bool // C3k blocks everywhere
}

var yolo11 = yoloFamily{
	prefix: "yolo11", name: "YOLO11", build: buildYOLO11, note: " of the convolutions (the MACs here include attention)",
	apart:  map[string]string{"-seg": "attention is left out", "-obb": "attention is left out, 1024 tokens wide"},
	scales: map[string]yoloScale{"n": {0.50, 0.25, 1024, false}, "s": {0.50, 0.50, 1024, false}, "m": {0.50, 1.00, 512, true}, "l": {1.00, 1.00, 512, true}, "x": {1.00, 1.50, 512, true}},
}

// yolo11s returns YOLO11 for detection, masks, poses and turned boxes. A figure is parameters,
// multiply-adds, published GFLOPs (2 x multiply-adds) and accuracy.
func yolo11s() []Entry {
	return slices.Concat(
		yolo11.entries(detection,
			yoloFigure{"n", 2_624_080, 3_271_251_200, 6.5, 39.5},
			yoloFigure{"s", 9_458_752, 10_794_880_000, 21.5, 47.0},
			yoloFigure{"m", 20_114_688, 34_052_224_000, 68.0, 51.5},
			yoloFigure{"l", 25_372_160, 43_577_984_000, 86.9, 53.4},
			yoloFigure{"x", 56_966_176, 97_636_224_000, 194.9, 54.7}),
		yolo11.entries(masking,
			yoloFigure{"n", 2_876_848, 4_900_640_000, 9.7, 38.9}, yoloFigure{"s", 10_113_248, 16_536_652_800, 33.0, 46.6}, yoloFigure{"m", 22_420_896, 56_674_432_000, 113.2, 51.5},
			yoloFigure{"l", 27_678_368, 66_200_192_000, 132.2, 53.4}, yoloFigure{"x", 62_142_656, 148_366_003_200, 296.4, 54.7}),
		yolo11.entries(posing,
			yoloFigure{"n", 2_874_462, 3_733_492_000, 7.4, 50.0}, yoloFigure{"s", 9_918_238, 11_586_445_600, 23.1, 58.9}, yoloFigure{"m", 20_912_364, 35_752_960_000, 71.4, 64.9}, yoloFigure{"l", 26_169_836, 45_278_720_000, 90.3, 66.1}, yoloFigure{"x", 58_798_636, 101_569_728_000, 202.8, 69.5}),
		yolo11.entries(turning,
			yoloFigure{"n", 2_664_432, 8_612_233_216, 16.8, 78.4}, yoloFigure{"s", 9_719_776, 28_957_179_904, 57.1, 79.5}, yoloFigure{"m", 20_913_408, 91_781_201_920, 182.8, 80.9}, yoloFigure{"l", 26_170_880, 116_412_514_304, 231.2, 81.0}, yoloFigure{"x", 58_800_256, 260_766_990_336, 519.1, 81.3}),
		yolo11.classifiers(yolo11.scales, yolo11Backbone,
			yoloFigure{"n", 2_812_104, 195_878_208, 0.5, 70.0}, yoloFigure{"s", 6_724_008, 735_687_296, 1.6, 75.4}, yoloFigure{"m", 11_634_216, 2_406_748_800, 4.9, 77.3}, yoloFigure{"l", 14_115_624, 3_024_346_368, 6.2, 78.3}, yoloFigure{"x", 29_637_064, 6_761_285_504, 13.6, 79.5}),
	)
}

// yolo carries what every block needs.
type yolo struct {
	*builder
	yoloScale
	task  yoloTask
	layer int
}

// channels scales a channel count and rounds it up to a multiple of 8.
func (y *yolo) channels(c int64) int64 {
	return int64(math.Ceil(float64(min(c, y.maxChannels))*y.width/8)) * 8
}

// repeats returns n blocks times the depth of the scale, at least one.
func (y *yolo) repeats(n int64) int64 {
	return max(int64(math.RoundToEven(float64(n)*y.depth)), 1)
}

// path returns the next layer's module.
func (y *yolo) path() string {
	y.layer++
	return fmt.Sprintf("/model.%d", y.layer-1)
}

// act returns convolution, batch normalisation and SiLU.
func (y *yolo) act(x tensor, path string, out, k, stride, groups int64) tensor {
	return y.silu(y.convBN(x, path+"/conv", out, k, stride, groups), path+"/act")
}

// down adds a 3x3 convolution of stride 2 to c channels times the width of the scale.
func (y *yolo) down(x tensor, c int64) tensor { return y.act(x, y.path(), y.channels(c), 3, 2, 1) }

// residual returns two 3x3 convolutions around a shortcut; hidden is the width between them.
func (y *yolo) residual(x tensor, path string, hidden int64) tensor {
	z := y.act(x, path+"/cv1", hidden, 3, 1, 1)
	return y.binary("Add", x, y.act(z, path+"/cv2", x.c, 3, 1, 1), path)
}

// c3kBlock returns a cross-stage partial block of two residuals.
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
	return y.joined(x, c, 2, ratio, func(b tensor, path string) tensor {
		if c3k || y.yoloScale.c3k {
			return y.c3kBlock(b, path)
		}
		return y.residual(b, path, b.c/2)
	})
}

// joined returns c3k2 with other blocks, so many before they are scaled.
func (y *yolo) joined(x tensor, c, n int64, ratio float64, block func(x tensor, path string) tensor) tensor {
	path, out := y.path(), y.channels(c)
	hidden := int64(float64(out) * ratio)
	a, b := y.halves(y.act(x, path+"/cv1", 2*hidden, 1, 1, 1), path)
	parts := []tensor{a, b}
	for i := range y.repeats(n) {
		b = block(b, fmt.Sprintf("%s/m.%d", path, i))
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
func (y *yolo) c2psa(x tensor, positions extent) tensor {
	path := y.path()
	a, b := y.halves(y.act(x, path+"/cv1", x.c, 1, 1, 1), path)
	for i := range y.repeats(2) {
		b = y.attentionBlock(b, fmt.Sprintf("%s/m/m.%d", path, i), positions)
	}
	return y.act(y.concat(path, a, b), path+"/cv2", x.c, 1, 1, 1)
}

// attentionBlock returns attention and two pointwise convolutions, each around a shortcut.
func (y *yolo) attentionBlock(x tensor, path string, area extent) tensor {
	x = y.binary("Add", x, y.attention(x, path+"/attn", area), path)
	z := y.act(x, path+"/ffn/ffn.0", 2*x.c, 1, 1, 1)
	return y.binary("Add", x, y.convBN(z, path+"/ffn/ffn.1/conv", x.c, 1, 1, 1), path)
}

// attention returns self-attention over the positions of a side x side map, keys half as wide as values,
// with a depthwise convolution of the values as position encoding.
func (y *yolo) attention(x tensor, path string, area extent) tensor {
	heads := x.c / 64
	size := x.c / heads
	key := size / 2
	qkv := y.convBN(x, path+"/qkv/conv", x.c+2*heads*key, 1, 1, 1)
	flat := y.reshape(qkv, path, qkv.c, 0, heads, 2*key+size, area.n())
	parts := y.nodeN("Split", path, 3, []string{flat.name, y.ints(path, key, key, size)}, attr{"axis", int64(2)})
	q := y.transpose(tensor{parts[0], key}, path, 0, 1, 3, 2)
	scores := y.scale(tensor{y.node("MatMul", path, []string{q.name, parts[1]}), 0}, path, float32(1/math.Sqrt(float64(key))))
	probs := y.transpose(y.unary("Softmax", scores, path, attr{"axis", int64(-1)}), path, 0, 1, 3, 2)
	out := y.reshape(tensor{y.node("MatMul", path, []string{parts[2], probs.name}), 0}, path, x.c, 0, x.c, area.h, area.w)
	values := y.reshape(tensor{parts[2], 0}, path, x.c, 0, x.c, area.h, area.w)
	out = y.binary("Add", out, y.convBN(values, path+"/pe/conv", x.c, 3, 1, x.c), path)
	return y.convBN(out, path+"/proj/conv", x.c, 1, 1, 1)
}

// upsample doubles height and width of x by repeating each element.
func (y *yolo) upsample(x tensor) tensor {
	return y.nearest(x, y.path())
}

// join joins maps of one height and width along their channels.
func (y *yolo) join(xs ...tensor) tensor { return y.concat(y.path(), xs...) }

// images returns the input.
func (y *yolo) images(v values) tensor {
	return tensor{y.input("images", dtype.Float32, v.batch(), int64(3), v.height(), v.width()), 3}
}

// buildYOLO11 follows the layer list of Ultralytics' yolo11.yaml.
func buildYOLO11(y *yolo, v values) {
	p3, p4, x := y.c3k2Stages(v)
	p5 := y.c2psa(y.sppf(x), v.extent().over(32))
	n4 := y.c3k2(y.join(y.upsample(p5), p4), 512, false, 0.5)
	n3 := y.c3k2(y.join(y.upsample(n4), p3), 256, false, 0.5)
	m4 := y.c3k2(y.join(y.down(n3, 256), n4), 512, false, 0.5)
	m5 := y.c3k2(y.join(y.down(m4, 512), p5), 1024, true, 0.5)
	y.detect(v, y.depthwiseScores, n3, m4, m5)
}

// c3k2Stages returns the maps of an eighth, a sixteenth and a thirty-second of the image.
func (y *yolo) c3k2Stages(v values) (p3, p4, p5 tensor) {
	x := y.down(y.images(v), 64)
	x = y.c3k2(y.down(x, 128), 256, false, 0.25)
	p3 = y.c3k2(y.down(x, 256), 512, false, 0.25)
	p4 = y.c3k2(y.down(p3, 512), 512, true, 0.5)
	return p3, p4, y.c3k2(y.down(p4, 1024), 1024, true, 0.5)
}

// yolo11Backbone follows the layer list of yolo11-cls.yaml.
func yolo11Backbone(y *yolo, v values) tensor {
	_, _, x := y.c3k2Stages(v)
	return y.c2psa(x, v.extent().over(32))
}
