package zoo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A levitShape is one size of LeViT: channels and heads of its three stages, blocks of each, and the width of a key.
type levitShape struct {
	widths, heads [3]int64
	depths        [3]int
	key           int64
	stems         int64  // convolutions of the stem, each of which halves the map; 0: 4
	act           string // "": HardSwish
	single        bool   // one classifier
}

// levitEntry returns the Entry of timm's LeViT of that name; gmac and top1 are timm's.
func levitEntry(name string, params, macs int64, gmac, top1 float64, s levitShape) Entry {
	return timm("levit-"+name, "LeViT", "LeViT-"+name, "levit_"+name, params, macs, gmac, top1, []Option{imageSize(224, 32), batchOption},
		func(b *builder, v values) { buildLevit(b, v, s) })
}

// levits returns LeViT (arXiv 2104.01136) with one or two classifiers, and the networks of timm
// that are alike.
func levits() []Entry {
	shape := func(key int64, w0, w1, w2, h0, h1, h2 int64, depths ...int) levitShape {
		return levitShape{widths: [3]int64{w0, w1, w2}, heads: [3]int64{h0, h1, h2}, depths: [3]int(depths), key: key}
	}
	wide := func(s levitShape, stems int64) levitShape { s.stems, s.act = stems, "silu"; return s }
	single := func(s levitShape) levitShape { s.single = true; return s }
	return slices.Concat([]Entry{
		levitEntry("128s", 7_777_058, 304_660_832, 0.31, 76.534, shape(16, 128, 256, 384, 4, 6, 8, 2, 3, 4)),
		levitEntry("128", 9_213_936, 405_321_728, 0.41, 78.488, shape(16, 128, 256, 384, 4, 8, 12, 4, 4, 4)),
		levitEntry("192", 10_947_069, 657_022_080, 0.66, 79.858, shape(32, 192, 288, 384, 3, 5, 6, 4, 4, 4)),
		levitEntry("256", 18_893_876, 1_127_257_344, 1.13, 81.506, shape(32, 256, 384, 512, 4, 6, 8, 4, 4, 4)),
		levitEntry("384", 39_128_836, 2_351_786_880, 2.36, 82.6, shape(32, 384, 512, 768, 6, 9, 12, 4, 4, 4)),
	}, networks("LeViT", "LeViT of timm's own sizes, with SiLU", 32, buildLevit, []network[levitShape]{
		{"levit_256d", 224, 26_210_788, 1_393_700_352, 1.4, 0, single(wide(shape(32, 256, 384, 512, 4, 6, 8, 4, 8, 6), 4))},
		{"levit_512", 224, 95_173_700, 5_621_390_336, 5.64, 0, single(wide(shape(64, 512, 768, 1024, 8, 12, 16, 4, 4, 4), 4))},
		{"levit_512d", 224, 92_497_538, 5_837_054_976, 5.85, 0, single(wide(shape(64, 512, 640, 768, 8, 10, 12, 4, 8, 6), 4))},
		{"levit_384_s8", 224, 39_118_960, 9_945_039_360, 9.98, 0, wide(shape(32, 384, 512, 768, 6, 9, 12, 4, 4, 4), 3)},
		{"levit_512_s8", 224, 74_046_696, 21_769_201_664, 21.82, 0, single(wide(shape(64, 512, 640, 896, 8, 10, 14, 4, 4, 4), 3))},
	}))
}

// levit carries the width of a key and the activation.
type levit struct {
	*builder
	key int64
	act string
}

// buildLevit builds a LeViT. Its activation is a hard swish unless the shape names another.
func buildLevit(b *builder, v values, s levitShape) {
	s.build(&levit{b, s.key, cmp.Or(s.act, "HardSwish")}, v)
}

// build builds the network of Graham et al. 2021 (arXiv 2104.01136), as timm builds it, with two classifiers whose
// mean is the result.
func (s levitShape) build(b *levit, v values) {
	x := image(b.builder, v)
	stems := cmp.Or(s.stems, 4)
	for i := range stems {
		p := fmt.Sprintf("/stem/conv%d", i+1)
		x = b.convBN(x, p+"/linear", s.widths[0]>>(stems-1-i), 3, 2, 1)
		if i < stems-1 {
			x = b.activate(b.act, x, p+"/act")
		}
	}
	area := v.extent().ceil(1 << stems)
	x = b.transpose(b.reshape(x, "/stem", x.c, 0, x.c, area.n()), "/stem", 0, 2, 1)
	for i, depth := range s.depths {
		p := fmt.Sprintf("/stages/stages.%d", i)
		if i > 0 {
			x = b.shrink(x, p+"/downsample/attn_downsample", area, s.widths[i], s.widths[i-1]/s.key)
			area = area.ceil(2)
			x = b.mlp(x, p+"/downsample/mlp")
		}
		for j := range depth {
			block := fmt.Sprintf("%s/blocks/blocks.%d", p, j)
			x = b.mlp(b.binary("Add", x, b.attend(x, block+"/attn", area.n(), s.heads[i]), block), block+"/mlp")
		}
	}
	x = tensor{b.node("ReduceMean", "", []string{x.name}, attr{"axes", []int64{1}}, attr{"keepdims", int64(0)}), x.c}
	one := b.gemm(b.batchNorm(x, "/head/bn"), "/head/linear", 1000)
	if s.single {
		b.output(one.name, int64(1000))
		return
	}
	two := b.gemm(b.batchNorm(x, "/head_dist/bn"), "/head_dist/linear", 1000)
	b.output(b.scale(b.binary("Add", one, two, "/head"), "/head", 0.5).name, int64(1000))
}

// normed returns a linear layer over the last dim with the batch normalisation behind it folded in.
func (b *levit) normed(x tensor, path string, out int64) tensor {
	b.absent += out
	return b.linear(x, path, out)
}

// mlp adds two normalised linear layers, the inner one twice as wide, with a residual.
func (b *levit) mlp(x tensor, path string) tensor {
	y := b.activate(b.act, b.normed(x, path+"/ln1/linear", 2*x.c), path+"/act")
	return b.binary("Add", x, b.normed(y, path+"/ln2/linear", x.c), path)
}

// attend returns self-attention of so many tokens whose values are twice as wide as its keys.
func (b *levit) attend(x tensor, path string, tokens, heads int64) tensor {
	value := 2 * b.key
	y := b.reshape(b.normed(x, path+"/qkv/linear", heads*(2*b.key+value)), path, 0, 0, tokens, heads, 2*b.key+value)
	parts := b.nodeN("Split", path, 3, []string{y.name, b.ints(path, b.key, b.key, value)}, attr{"axis", int64(3)})
	q := b.transpose(tensor{parts[0], b.key}, path, 0, 2, 1, 3)
	k := b.transpose(tensor{parts[1], tokens}, path, 0, 2, 3, 1)
	return b.project(q, k, b.transpose(tensor{parts[2], value}, path, 0, 2, 1, 3), path, tokens, tokens, heads, x.c)
}

// shrink returns attention of every other row and column of a map to all of it, with values four times as wide as its
// keys.
func (b *levit) shrink(x tensor, path string, area extent, out, heads int64) tensor {
	value, small := 4*b.key, area.ceil(2)
	kv := b.reshape(b.normed(x, path+"/kv/linear", heads*(b.key+value)), path, 0, 0, area.n(), heads, b.key+value)
	parts := b.nodeN("Split", path, 2, []string{kv.name, b.ints(path, b.key, value)}, attr{"axis", int64(3)})
	k := b.transpose(tensor{parts[0], area.n()}, path, 0, 2, 3, 1)
	y := b.reshape(x, path, x.c, 0, area.h, area.w, x.c)
	y = tensor{b.node("Slice", path, []string{y.name, b.ints(path, 0, 0), b.ints(path, math.MaxInt64, math.MaxInt64), b.ints(path, 1, 2), b.ints(path, 2, 2)}), x.c}
	y = b.normed(b.reshape(y, path, x.c, 0, small.n(), x.c), path+"/q/ln/linear", heads*b.key)
	q := b.transpose(b.reshape(y, path, b.key, 0, small.n(), heads, b.key), path, 0, 2, 1, 3)
	return b.project(q, k, b.transpose(tensor{parts[1], value}, path, 0, 2, 1, 3), path, small.n(), area.n(), heads, out)
}

// project ends attention of so many queries to so many keys: biases by distance, of which there are as many as keys.
func (b *levit) project(q, k, v tensor, path string, queries, keys, heads, out int64) tensor {
	scores := b.scale(tensor{b.node("MatMul", path, []string{q.name, k.name}), keys}, path, float32(1/math.Sqrt(float64(b.key))))
	near := b.weight(weightName(path+"/attention_biases"), heads, keys)
	at := b.node("ConstantOfShape", path, []string{b.ints(path, queries, keys)}, attr{"value", constant{t: 7, shape: []int64{1}, ints: []int64{0}}})
	scores = tensor{b.node("Add", path, []string{scores.name, b.node("Gather", path, []string{near, at}, attr{"axis", int64(1)})}), keys}
	probs := b.unary("Softmax", scores, path, attr{"axis", int64(-1)})
	y := b.transpose(tensor{b.node("MatMul", path, []string{probs.name, v.name}), v.c}, path, 0, 2, 1, 3)
	y = b.activate(b.act, b.reshape(y, path, heads*v.c, 0, queries, heads*v.c), path+"/proj/act")
	return b.normed(y, path+"/proj/ln/linear", out)
}
