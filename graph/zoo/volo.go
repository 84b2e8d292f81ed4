package zoo

import (
	"fmt"
	"math"
)

// A voloShape is one size of VOLO: blocks, channels and heads of its outlookers and transformers, channels within a
// perceptron as a multiple, and those of the stem.
type voloShape struct {
	depths        [4]int
	widths, heads [2]int64
	expand, stem  int64
}

const voloEps = 1e-5

// buildVOLO builds the network of Yuan et al. 2021 (arXiv 2106.13112), as timm builds it: outlookers make the weights
// of each 3x3 square of values from its middle; then a transformer with class attention, and an auxiliary classifier.
func buildVOLO(b *builder, v values, s voloShape) {
	b.level = 18 // folds squares back
	x := image(b, v)
	for i, k := range []kernel{square(7, 2, 3), square(3, 1, 1), square(3, 1, 1)} {
		p := fmt.Sprintf("/patch_embed/conv/conv.%d", 3*i)
		x = b.unary("Relu", b.normConv(x, p, s.stem, k), p+"/act")
	}
	x = b.convolve(x, "/patch_embed/proj", s.widths[0], square(4, 4, 0), true)
	area := v.extent().over(8)
	x = b.transpose(x, "/patch_embed", 0, 2, 3, 1)
	for j := range s.depths[0] {
		x = s.outlooker(b, x, fmt.Sprintf("/network.0/network.0.%d", j), area)
	}
	x = b.convolve(b.transpose(x, "/network.1", 0, 3, 1, 2), "/network.1/proj", s.widths[1], square(2, 2, 0), true)
	area = area.over(2)
	x = b.transpose(x, "/network.1", 0, 2, 3, 1)
	x.name = b.node("Add", "", []string{x.name, b.weight("pos_embed", 1, area.h, area.w, s.widths[1])})
	x = b.reshape(x, "", x.c, -1, area.n(), x.c)
	block := vitShape{width: s.widths[1], heads: s.heads[1], hidden: s.expand * s.widths[1], bias: noBiases}
	for i, depth := range s.depths[1:] {
		for j := range depth {
			x = block.block(b, x, fmt.Sprintf("/network.%d/network.%d.%d", i+2, i+2, j), area, 0, tensor{})
		}
	}
	s.classify(b, x, area.n())
}

// outlooker adds attention within 3x3 squares, two pixels apart, whose weights come from the mean of four pixels.
func (s voloShape) outlooker(b *builder, x tensor, p string, area extent) tensor {
	y := b.layerNorm(x, p+"/norm1", voloEps)
	heads, size, small, q := s.heads[0], x.c/s.heads[0], area.ceil(2), p+"/attn"
	values := b.transpose(b.project(y, q+"/v", x.c), q, 0, 3, 1, 2)
	values = b.reshape(s.unfold(b, values, q+"/unfold", area), q, size, -1, heads, size, 9, small.n())
	values = b.transpose(values, q, 0, 1, 4, 3, 2)
	w := b.average(b.transpose(y, q, 0, 3, 1, 2), q+"/pool", 2)
	w = b.linear(b.transpose(w, q, 0, 2, 3, 1), q+"/attn", 81*heads)
	w = b.transpose(b.reshape(w, q, 9, -1, small.n(), heads, 9, 9), q, 0, 2, 1, 3, 4)
	w = b.unary("Softmax", b.scale(w, q, float32(1/math.Sqrt(float64(size)))), q, attr{"axis", int64(-1)})
	y = tensor{b.node("MatMul", q, []string{w.name, values.name}), size}
	y = b.reshape(b.transpose(y, q, 0, 1, 4, 3, 2), q, x.c, -1, 9*x.c, small.n())
	y = tensor{b.node("Col2Im", q, []string{y.name, b.ints(q, area.h, area.w), b.ints(q, 3, 3)},
		attr{"pads", []int64{1, 1, 1, 1}}, attr{"strides", []int64{2, 2}}), x.c}
	x = b.binary("Add", x, b.linear(b.transpose(y, q, 0, 2, 3, 1), q+"/proj", x.c), p)
	return b.binary("Add", x, b.perceptron(b.layerNorm(x, p+"/norm2", voloEps), p+"/mlp", s.expand*x.c), p)
}

// unfold lists the nine pixels of squares two apart, as exporters do: rows and columns are picked by index.
func (s voloShape) unfold(b *builder, x tensor, p string, area extent) tensor {
	small := area.ceil(2)
	pick := func(x tensor, n, axis int64) tensor {
		at := b.node("ConstantOfShape", p, []string{b.ints(p, 3, n)},
			attr{"value", constant{t: 7, shape: []int64{1}, ints: []int64{0}}})
		return tensor{b.node("Gather", p, []string{x.name, at}, attr{"axis", axis}), x.c}
	}
	y := tensor{b.node("Pad", p, []string{x.name, b.ints(p, 0, 0, 1, 1, 0, 0, 1, 1)}), x.c}
	y = pick(pick(y, small.h, 2), small.w, 4)
	return b.reshape(b.transpose(y, p, 0, 1, 2, 4, 3, 5), p, x.c, -1, 9*x.c, small.n())
}

// classify lets a class token attend in two blocks, and adds half the best score of any patch.
func (s voloShape) classify(b *builder, x tensor, tokens int64) {
	cls := tensor{vitShape{width: x.c}.token(b, x, "cls_token", 1), x.c}
	for i := range 2 {
		p := fmt.Sprintf("/post_network.%d", i)
		all := tensor{b.node("Concat", p, []string{cls.name, x.name}, attr{"axis", int64(1)}), x.c}
		y := b.layerNorm(all, p+"/norm1", voloEps)
		kv := b.lastParts(b.project(y, p+"/attn/kv", 2*x.c), p+"/attn", x.c, x.c)
		q := b.project(b.part(y, p, 0, 1), p+"/attn/q", x.c)
		y = b.attendTo(q, kv[0], kv[1], p+"/attn", 1, tokens+1, s.heads[1], nil)
		cls = b.binary("Add", cls, b.linear(y, p+"/attn/proj", x.c), p)
		cls = b.binary("Add", cls, b.perceptron(b.layerNorm(cls, p+"/norm2", voloEps), p+"/mlp", s.expand*x.c), p)
	}
	all := tensor{b.node("Concat", "", []string{cls.name, x.name}, attr{"axis", int64(1)}), x.c}
	all = b.layerNorm(all, "/norm", voloEps)
	one := b.gemm(b.reshape(b.part(all, "", 0, 1), "/head", x.c, -1, x.c), "/head", 1000)
	each := b.linear(b.part(all, "", 1, math.MaxInt64), "/aux_head", 1000)
	best := tensor{b.node("ReduceMax", "", []string{each.name, b.ints("", 1)}, attr{"keepdims", int64(0)}), 1000}
	b.output(b.binary("Add", one, b.scale(best, "", 0.5), "").name, int64(1000))
}

// volos returns VOLO (arXiv 2106.13112), whose first stage attends within 3x3 neighbourhoods, with
// timm's figures.
func volos() []Entry {
	size := func(width, wide, heads, more, expand, stem int64, depths ...int) voloShape {
		return voloShape{[4]int(depths), [2]int64{width, wide}, [2]int64{heads, more}, expand, stem}
	}
	one, two := size(192, 384, 6, 12, 3, 64, 4, 4, 8, 2), size(256, 512, 8, 16, 3, 64, 6, 4, 10, 4)
	three, four := size(256, 512, 8, 16, 3, 64, 8, 8, 16, 4), size(384, 768, 12, 16, 3, 64, 8, 8, 16, 4)
	five := size(384, 768, 12, 16, 4, 128, 12, 12, 20, 4)
	return networks("VOLO", "VOLO", 0, buildVOLO, []network[voloShape]{
		{"volo_d1_224", 224, 26_632_040, 6_918_741_504, 6.94, 84.148, one},
		{"volo_d1_384", 384, 26_777_960, 22_679_560_704, 22.75, 85.262, one},
		{"volo_d2_224", 224, 58_678_336, 14_305_415_168, 14.34, 85.204, two},
		{"volo_d2_384", 384, 58_872_896, 46_063_638_528, 46.17, 86.054, two},
		{"volo_d3_224", 224, 86_325_072, 20_732_057_600, 20.78, 85.44, three},
		{"volo_d3_448", 448, 86_626_128, 96_128_522_240, 96.33, 86.514, three},
		{"volo_d4_224", 224, 192_961_520, 44_262_982_656, 44.34, 85.868, four},
		{"volo_d4_448", 448, 193_413_104, 196_840_571_904, 197.13, 86.788, four},
		{"volo_d5_224", 224, 295_455_584, 72_301_181_952, 72.4, 86.076, five},
		{"volo_d5_448", 448, 295_907_168, 314_650_960_896, 315.06, 86.974, five},
		{"volo_d5_512", 512, 296_091_488, 424_557_659_136, 425.09, 87.068, five},
	})
}
