package zoo

import (
	"fmt"
	"math"
)

// A hieraShape is one size of Hiera: channels and heads of its first stage, blocks of its stages, and whether places
// are learnt within a window and of windows apart, and what blocks add is scaled.
type hieraShape struct {
	width, heads int64
	depths       [4]int
	apart        bool
}

const hieraEps = 1e-6

// buildHiera builds the network of Ryali et al. 2023 (arXiv 2306.00989), as timm builds it: tokens are kept in the
// order of the squares that stages join, so that windows and pools are reshapes.
func buildHiera(b *builder, v values, s hieraShape) {
	windows, side := v.extent().over(32).n(), v.extent().over(4)
	x := b.convolve(image(b, v), "/patch_embed/proj", s.width, square(7, 4, 3), true)
	x = s.places(b, b.tokens(x, "/patch_embed", side), side)
	x = s.unroll(b, x, side)
	each, heads := int64(64), s.heads
	within := [4]bool{true, true, false, false}
	for i, depth := range s.depths {
		for j := range depth {
			p := fmt.Sprintf("/blocks/%d/%d", i, j)
			first, masked := i > 0 && j == 0, within[i]
			if first {
				masked, heads = within[i-1], 2*heads
			}
			x = s.block(b, x, p, windows, each, heads, masked, first)
			if first {
				each /= 4
			}
		}
	}
	x = b.layerNorm(b.meanOf(x, "/head"), "/head/norm", hieraEps)
	b.output(b.gemm(x, "/head/fc", 1000).name, int64(1000))
}

// places adds what is learnt of each place.
func (s hieraShape) places(b *builder, x tensor, side extent) tensor {
	if !s.apart {
		x.name = b.node("Add", "", []string{x.name, b.weight("pos_embed", 1, side.n(), s.width)})
		return x
	}
	far := b.node("Resize", "/pos_embed", []string{b.weight("pos_embed", 1, s.width, 14, 14), "", "",
		b.ints("/pos_embed", 1, s.width, side.h, side.w)}, attr{"mode", "cubic"})
	near := b.node("Tile", "/pos_embed", []string{b.weight("pos_embed_win", 1, s.width, 8, 8),
		b.ints("/pos_embed", 1, 1, side.h/8, side.w/8)})
	both := b.tokens(tensor{b.node("Add", "/pos_embed", []string{far, near}), s.width}, "/pos_embed", side)
	x.name = b.node("Add", "", []string{x.name, both.name})
	return x
}

// unroll orders tokens by their place in squares of two, four and eight, then by window.
func (s hieraShape) unroll(b *builder, x tensor, side extent) tensor {
	y := b.reshape(x, "/unroll", x.c, -1, side.h/8, 2, 2, 2, side.w/8, 2, 2, 2*x.c)
	y = b.reshape(y, "/unroll", x.c, -1, side.h/8, 2, 2, 2, side.w/8, 2, 2, 2, x.c)
	y = b.transpose(y, "/unroll", 0, 4, 8, 3, 7, 2, 6, 1, 5, 9)
	return b.reshape(y, "/unroll", x.c, -1, side.n(), x.c)
}

// block adds attention within windows or of all, which in a stage's first keeps the largest of four queries.
func (s hieraShape) block(b *builder, x tensor, p string, windows, each, heads int64, masked, first bool) tensor {
	n, out := windows*each, x.c
	y := b.layerNorm(x, p+"/norm1", hieraEps)
	if first {
		out = 2 * x.c
		x = s.largest(b, b.linear(y, p+"/proj", out), p, n)
	}
	size, groups := out/heads, int64(1)
	if masked {
		groups = windows
	}
	q := p + "/attn"
	all := b.reshape(b.linear(y, q+"/qkv", 3*out), q, size, -1, n/groups, groups, 3, heads*size)
	all = b.transpose(b.reshape(all, q, size, -1, n/groups, groups, 3*heads, size), q, 0, 3, 2, 1, 4)
	parts := b.nodeN("Split", q, 3, []string{all.name, b.ints(q, heads, heads, heads)}, attr{"axis", int64(1)})
	asked, queries := parts[0], n/groups
	if first {
		queries /= 4
		asked = b.node("Reshape", q, []string{asked, b.ints(q, -1, heads, groups, 4, queries*size)})
		asked = b.node("ReduceMax", q, []string{asked}, attr{"axes", []int64{3}}, attr{"keepdims", int64(0)})
		asked = b.node("Reshape", q, []string{asked, b.ints(q, -1, heads, groups, queries, size)})
	}
	scaled := b.scale(tensor{asked, size}, q, float32(1/math.Sqrt(float64(size))))
	scores := b.node("MatMul", q, []string{scaled.name, b.transpose(tensor{parts[1], n}, q, 0, 1, 2, 4, 3).name})
	probs := b.node("Softmax", q, []string{scores}, attr{"axis", int64(-1)})
	y = b.transpose(tensor{b.node("MatMul", q, []string{probs, parts[2]}), size}, q, 0, 3, 2, 1, 4)
	y = b.linear(b.reshape(y, q, out, -1, queries*groups, out), q+"/proj", out)
	x = b.binary("Add", x, s.scaled(b, y, p+"/ls1"), p)
	y = b.perceptron(b.layerNorm(x, p+"/norm2", hieraEps), p+"/mlp", 4*out)
	return b.binary("Add", x, s.scaled(b, y, p+"/ls2"), p)
}

// scaled multiplies each channel of x by a learnt scale where the network has such scales, and
// returns x otherwise.
func (s hieraShape) scaled(b *builder, x tensor, p string) tensor {
	if !s.apart {
		return x
	}
	return b.scaledBy(x, p, false)
}

// largest keeps the largest of four tokens.
func (s hieraShape) largest(b *builder, x tensor, p string, tokens int64) tensor {
	y := b.reshape(x, p, x.c, -1, 4, tokens/4, x.c)
	return b.unary("ReduceMax", y, p, attr{"axes", []int64{1}}, attr{"keepdims", int64(0)})
}

// hieras returns Hiera (arXiv 2306.00989): a hierarchy of transformers that attend within units of
// the mask.
func hieras() []Entry {
	size := func(width, heads int64, depths ...int) hieraShape {
		return hieraShape{width: width, heads: heads, depths: [4]int(depths)}
	}
	apart := func(s hieraShape) hieraShape { s.apart = true; return s }
	return networks("Hiera", "Hiera", 32, buildHiera, []network[hieraShape]{
		{"hiera_tiny_224", 224, 27_910_216, 4_900_830_720, 4.91, 82.826, size(96, 1, 1, 2, 7, 2)},
		{"hiera_small_224", 224, 35_008_072, 6_406_110_720, 6.42, 83.888, size(96, 1, 1, 2, 11, 2)},
		{"hiera_base_224", 224, 51_524_968, 9_375_200_256, 9.4, 84.528, size(96, 1, 2, 3, 16, 3)},
		{"hiera_base_plus_224", 224, 69_896_616, 12_640_506_368, 12.67, 85.136, size(112, 2, 2, 3, 16, 3)},
		{"hiera_large_224", 224, 213_739_912, 40_271_042_304, 40.34, 86.046, size(144, 2, 2, 6, 36, 4)},
		{"hiera_huge_224", 224, 672_779_752, 124_732_960_768, 124.85, 86.84, size(256, 4, 2, 6, 36, 4)},
		{"hiera_base_abswin_256", 256, 51_267_304, 12_430_718_976, 12.46, 0, apart(size(96, 1, 2, 3, 16, 3))},
	})
}
