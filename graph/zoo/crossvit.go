package zoo

import (
	"fmt"
	"math"
)

// A crossShape is one size of CrossViT: channels of its two branches, blocks of the second between two exchanges,
// heads, and channels within a perceptron as a multiple.
type crossShape struct {
	widths [2]int64
	depth  int
	heads  int64
	expand int64
	stem   bool // patches are made by three convolutions
	second int64
}

const crossEps = 1e-6

// buildCross builds the network of Chen et al. 2021 (arXiv 2103.14899), as timm builds it: two transformers see patches
// of 12 and, of a smaller image, of 16 pixels, and their class tokens look at the other's patches.
func buildCross(b *builder, v values, s crossShape) {
	full := image(b, v)
	small := extent{v.height() * s.second / s.first(), v.width() * s.second / s.first()}
	areas := [2]extent{v.extent().over(12), small.over(16)}
	images := [2]tensor{full, s.shrunk(b, full, small)}
	var x [2]tensor
	for i := range x {
		p := fmt.Sprintf("/patch_embed.%d", i)
		y := b.tokens(s.patches(b, images[i], p+"/proj", i), p, areas[i])
		cls := vitShape{width: s.widths[i]}.token(b, y, fmt.Sprintf("cls_token_%d", i), 1)
		y.name = b.node("Concat", p, []string{cls, y.name}, attr{"axis", int64(1)})
		y.name = b.node("Add", p, []string{y.name, b.weight(fmt.Sprintf("pos_embed_%d", i), 1, areas[i].n()+1, s.widths[i])})
		x[i] = y
	}
	for k := range 3 {
		x = s.exchange(b, x, fmt.Sprintf("/blocks.%d", k), areas)
	}
	var logits [2]tensor
	for i := range x {
		y := b.part(b.layerNorm(x[i], fmt.Sprintf("/norm.%d", i), crossEps), "", 0, 1)
		logits[i] = b.gemm(b.reshape(y, "/head", y.c, -1, y.c), fmt.Sprintf("/head.%d", i), 1000)
	}
	b.output(b.scale(b.binary("Add", logits[0], logits[1], "/head"), "/head", 0.5).name, int64(1000))
}

// first returns the side of the images for which the second branch sees images of the side named.
func (s crossShape) first() int64 {
	if s.second == 384 {
		return 408
	}
	return 240
}

// shrunk returns a smaller image, by cubic interpolation.
func (s crossShape) shrunk(b *builder, x tensor, area extent) tensor {
	batch := b.node("Shape", "", []string{x.name}, attr{"start", int64(0)}, attr{"end", int64(1)})
	sizes := b.node("Concat", "", []string{batch, b.ints("", 3, area.h, area.w)}, attr{"axis", int64(0)})
	return tensor{b.node("Resize", "", []string{x.name, "", "", sizes},
		attr{"coordinate_transformation_mode", "half_pixel"}, attr{"mode", "cubic"}), 3}
}

// patches cuts the image x into the tokens of one branch: branch 0 in patches of 12x12, branch 1 of
// 16x16 pixels. With a stem, three convolutions replace the one large one.
func (s crossShape) patches(b *builder, x tensor, p string, branch int) tensor {
	width := s.widths[branch]
	if !s.stem {
		side := int64(12 + 4*branch)
		return b.convolve(x, p, width, square(side, side, 0), true)
	}
	x = b.unary("Relu", b.convolve(x, p+"/proj.0", width/4, square(7, 4, 3), true), p+"/proj.1")
	if branch == 0 {
		x = b.unary("Relu", b.convolve(x, p+"/proj.2", width/2, square(3, 3, 0), true), p+"/proj.3")
		return b.convolve(x, p+"/proj.4", width, square(3, 1, 1), true)
	}
	x = b.unary("Relu", b.convolve(x, p+"/proj.2", width/2, square(3, 2, 1), true), p+"/proj.3")
	return b.convolve(x, p+"/proj.4", width, square(3, 2, 1), true)
}

// exchange adds blocks to both branches, and lets each class token look at the patches of the other.
func (s crossShape) exchange(b *builder, x [2]tensor, p string, areas [2]extent) [2]tensor {
	var cls, patches [2]tensor
	for i := range x {
		block := vitShape{width: s.widths[i], heads: s.heads, hidden: s.expand * s.widths[i]}
		for j := range []int{1, s.depth}[i] {
			x[i] = block.block(b, x[i], fmt.Sprintf("%s/blocks.%d/blocks.%d.%d", p, i, i, j), areas[i], 1, tensor{})
		}
		cls[i], patches[i] = b.part(x[i], p, 0, 1), b.part(x[i], p, 1, math.MaxInt64)
	}
	var out [2]tensor
	for i := range x {
		other, q := 1-i, fmt.Sprintf("%s/fusion.%d", p, i)
		y := s.carry(b, cls[i], fmt.Sprintf("%s/projs.%d", p, i), s.widths[other])
		all := tensor{b.node("Concat", q, []string{y.name, patches[other].name}, attr{"axis", int64(1)}), s.widths[other]}
		normed, n := b.layerNorm(all, q+"/norm1", crossEps), areas[other].n()+1
		asked := b.linear(b.part(normed, q, 0, 1), q+"/attn/wq", normed.c)
		look := b.attendTo(asked, b.linear(normed, q+"/attn/wk", normed.c), b.linear(normed, q+"/attn/wv", normed.c),
			q+"/attn", 1, n, s.heads, nil)
		y = b.binary("Add", y, b.linear(look, q+"/attn/proj", normed.c), q)
		y = s.carry(b, y, fmt.Sprintf("%s/revert_projs.%d", p, i), s.widths[i])
		out[i] = tensor{b.node("Concat", q, []string{y.name, patches[i].name}, attr{"axis", int64(1)}), s.widths[i]}
	}
	return out
}

// carry takes a class token to the width of a branch.
func (s crossShape) carry(b *builder, x tensor, p string, width int64) tensor {
	return b.linear(b.gelu(b.layerNorm(x, p+"/0", crossEps), p+"/1"), p+"/2", width)
}

// crossViTs returns CrossViT (arXiv 2103.14899): two branches of patches that exchange their class
// tokens. A dagger of the paper is a stem of convolutions.
func crossViTs() []Entry {
	size := func(width int64, depth int, heads, expand int64) crossShape {
		return crossShape{[2]int64{width, 2 * width}, depth, heads, expand, false, 224}
	}
	dagger := func(s crossShape, second int64) crossShape { s.stem, s.second = true, second; return s }
	nine, fifteen, eighteen := size(128, 3, 4, 3), size(192, 5, 6, 3), size(224, 6, 7, 3)
	return networks("CrossViT", "CrossViT", 0, buildCross, []network[crossShape]{
		{"crossvit_tiny_240", 240, 7_014_800, 1_562_734_080, 1.57, 73.352, size(96, 4, 3, 4)},
		{"crossvit_small_240", 240, 26_856_272, 5_615_557_632, 5.63, 81.036, size(192, 4, 6, 4)},
		{"crossvit_base_240", 240, 105_025_232, 21_191_473_152, 21.22, 82.212, size(384, 4, 12, 4)},
		{"crossvit_9_240", 240, 8_553_296, 1_840_796_160, 1.85, 73.994, nine},
		{"crossvit_15_240", 240, 27_528_464, 5_790_571_776, 5.81, 81.522, fifteen},
		{"crossvit_18_240", 240, 43_271_408, 9_031_158_528, 9.05, 82.39, eighteen},
		{"crossvit_9_dagger_240", 240, 8_776_592, 1_979_049_984, 1.99, 76.99, dagger(nine, 224)},
		{"crossvit_15_dagger_240", 240, 28_209_008, 6_112_304_640, 6.13, 82.302, dagger(fifteen, 224)},
		{"crossvit_15_dagger_408", 408, 28_500_080, 21_398_550_336, 21.45, 83.842, dagger(fifteen, 384)},
		{"crossvit_18_dagger_240", 240, 44_266_976, 9_473_218_944, 9.5, 82.494, dagger(eighteen, 224)},
		{"crossvit_18_dagger_408", 408, 44_606_560, 32_409_093_024, 32.47, 84.198, dagger(eighteen, 384)},
	})
}
