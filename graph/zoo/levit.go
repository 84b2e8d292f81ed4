package zoo

import (
	"fmt"
	"math"
)

// A levitShape is one size of LeViT: channels and heads of its three stages, blocks of each, and the width of a key.
type levitShape struct {
	widths, heads [3]int64
	depths        [3]int
	key           int64
}

func levitEntry(name string, params, macs int64, gmac, top1 float64, s levitShape) Entry {
	return timm("levit-"+name, "LeViT", "LeViT-"+name, "levit_"+name, params, macs, gmac, top1, []Option{imageSize(224, 32), batchOption},
		func(b *builder, v values) { s.build(&levit{b, s.key}, v) })
}

func levits() []Entry {
	return []Entry{
		levitEntry("128s", 7_777_058, 304_660_832, 0.31, 76.534, levitShape{[3]int64{128, 256, 384}, [3]int64{4, 6, 8}, [3]int{2, 3, 4}, 16}),
		levitEntry("128", 9_213_936, 405_321_728, 0.41, 78.488, levitShape{[3]int64{128, 256, 384}, [3]int64{4, 8, 12}, [3]int{4, 4, 4}, 16}),
		levitEntry("192", 10_947_069, 657_022_080, 0.66, 79.858, levitShape{[3]int64{192, 288, 384}, [3]int64{3, 5, 6}, [3]int{4, 4, 4}, 32}),
		levitEntry("256", 18_893_876, 1_127_257_344, 1.13, 81.506, levitShape{[3]int64{256, 384, 512}, [3]int64{4, 6, 8}, [3]int{4, 4, 4}, 32}),
		levitEntry("384", 39_128_836, 2_351_786_880, 2.36, 82.6, levitShape{[3]int64{384, 512, 768}, [3]int64{6, 9, 12}, [3]int{4, 4, 4}, 32}),
	}
}

// levit carries the width of a key.
type levit struct {
	*builder
	key int64
}

// build is Graham et al. 2021 (arXiv 2104.01136), as timm builds it, with two classifiers whose mean is the result.
func (s levitShape) build(b *levit, v values) {
	x := image(b.builder, v)
	for i := range int64(4) {
		p := fmt.Sprintf("/stem/conv%d", i+1)
		x = b.convBN(x, p+"/linear", s.widths[0]>>(3-i), 3, 2, 1)
		if i < 3 {
			x = b.unary("HardSwish", x, p+"/act")
		}
	}
	area := v.extent().ceil(16)
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
	two := b.gemm(b.batchNorm(x, "/head_dist/bn"), "/head_dist/linear", 1000)
	b.output(b.scale(b.binary("Add", one, two, "/head"), "/head", 0.5).name, int64(1000))
}

// normed is a linear layer over the last dim with the batch normalisation behind it folded in.
func (b *levit) normed(x tensor, path string, out int64) tensor {
	b.absent += out
	return b.linear(x, path, out)
}

func (b *levit) mlp(x tensor, path string) tensor {
	y := b.unary("HardSwish", b.normed(x, path+"/ln1/linear", 2*x.c), path+"/act")
	return b.binary("Add", x, b.normed(y, path+"/ln2/linear", x.c), path)
}

// attend is self-attention of so many tokens whose values are twice as wide as its keys.
func (b *levit) attend(x tensor, path string, tokens, heads int64) tensor {
	value := 2 * b.key
	y := b.reshape(b.normed(x, path+"/qkv/linear", heads*(2*b.key+value)), path, 0, 0, tokens, heads, 2*b.key+value)
	parts := b.nodeN("Split", path, 3, []string{y.name, b.ints(path, b.key, b.key, value)}, attr{"axis", int64(3)})
	q := b.transpose(tensor{parts[0], b.key}, path, 0, 2, 1, 3)
	k := b.transpose(tensor{parts[1], tokens}, path, 0, 2, 3, 1)
	return b.project(q, k, b.transpose(tensor{parts[2], value}, path, 0, 2, 1, 3), path, tokens, tokens, heads, x.c)
}

// shrink is attention of every other row and column of a map to all of it, with values four times as wide as its keys.
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
	y = b.unary("HardSwish", b.reshape(y, path, heads*v.c, 0, queries, heads*v.c), path+"/proj/act")
	return b.normed(y, path+"/proj/ln/linear", out)
}
