package zoo

import (
	"fmt"
	"math"
)

// An mvitShape is one size of MViT v2: channels and heads of its first stage, blocks of its stages, and whether it has
// a class token, and classes.
type mvitShape struct {
	width, heads int64
	depths       [4]int
	token        bool
	late         bool // channels double in the perceptron of a stage's last block
	classes      int64
}

const mvitEps = 1e-6

// buildMViT builds the network of Li et al. 2021 (arXiv 2112.01526), as timm builds it: queries, keys and values are
// pooled by convolutions of each head's channels, and distances of rows and columns have learnt directions.
func buildMViT(b *builder, v values, s mvitShape) {
	area, learnt := v.extent().ceil(4), int64(0)
	x := b.tokens(b.convolve(image(b, v), "/patch_embed/proj", s.width, square(7, 4, 3), true), "/patch_embed", area)
	if s.token {
		learnt = 1
		cls := vitShape{width: s.width}.token(b, x, "cls_token", 1)
		x.name = b.node("Concat", "", []string{cls, x.name}, attr{"axis", int64(1)})
	}
	for i, depth := range s.depths {
		for j := range depth {
			p := fmt.Sprintf("/stages.%d/blocks.%d", i, j)
			o := mvit{builder: b, path: p + "/attn", area: area, heads: s.heads << i, learnt: learnt, shrink: max(int64(4)>>i, 1), stride: 1}
			if i > 0 && j == 0 {
				o.stride = 2
			}
			out := s.width << i
			if s.late && i < 3 && j == depth-1 {
				out *= 2
			}
			x = s.block(o, x, p, s.width<<i, out)
			area = area.ceil(o.stride)
		}
	}
	x = b.layerNorm(x, "/norm", mvitEps)
	if s.token {
		x = b.reshape(b.part(x, "", 0, 1), "", x.c, -1, x.c)
	} else {
		x = b.meanOf(x, "")
	}
	b.output(b.gemm(x, "/head", s.classes).name, s.classes)
}

// mvit carries what one block's attention sees: its map, and by how much queries and keys are pooled.
type mvit struct {
	*builder
	path           string
	area           extent
	heads, learnt  int64
	stride, shrink int64
}

// block adds attention, at whose first block of a stage channels double and the map is halved, and a perceptron.
func (s mvitShape) block(b mvit, x tensor, p string, width, out int64) tensor {
	y := b.layerNorm(x, p+"/norm1", mvitEps)
	if x.c != width {
		x = b.linear(y, p+"/shortcut_proj_attn", width)
	}
	if b.stride > 1 {
		x = b.pooled(x, p+"/shortcut_pool_attn", 1, b.area, func(z tensor) tensor { return b.maxPool(z, p, 3, b.stride) },
			b.area.ceil(b.stride))
	}
	x = b.binary("Add", x, b.attend(y, width), p)
	y = b.layerNorm(x, p+"/norm2", mvitEps)
	if width != out {
		x = b.linear(y, p+"/shortcut_proj_mlp", out)
	}
	y = b.gelu(b.linear(y, p+"/mlp/fc1", 4*width), p+"/mlp/act")
	return b.binary("Add", x, b.linear(y, p+"/mlp/fc2", out), p)
}

// pooled applies an operation to the map of each head; the class token passes by.
func (b mvit) pooled(x tensor, p string, heads int64, area extent, by func(tensor) tensor, to extent) tensor {
	size := x.c
	y, cls := b.reshape(x, p, size, -1, heads, area.n()+b.learnt, size), tensor{}
	if b.learnt > 0 {
		parts := b.nodeN("Split", p, 2, []string{y.name, b.ints(p, 1, area.n())}, attr{"axis", int64(2)})
		cls, y = tensor{parts[0], size}, tensor{parts[1], size}
	}
	y = b.reshape(y, p, size, -1, area.h, area.w, size)
	y = by(b.transpose(y, p, 0, 3, 1, 2))
	y = b.reshape(b.transpose(b.reshape(y, p, size, -1, size, to.n()), p, 0, 2, 1), p, size, -1, heads, to.n(), size)
	if b.learnt > 0 {
		y.name = b.node("Concat", p, []string{cls.name, y.name}, attr{"axis", int64(2)})
	}
	if heads == 1 {
		return b.reshape(y, p, size, -1, to.n()+b.learnt, size)
	}
	return y
}

// attend adds pooled attention to x [batch, learnt+h*w, c] and returns out channels. Queries, keys
// and values pass a depthwise 3x3 convolution of a stride each; keys and values are strided more.
func (b mvit) attend(x tensor, out int64) tensor {
	p, size, n := b.path, out/b.heads, b.area.n()+b.learnt
	all := b.transpose(b.reshape(b.linear(x, p+"/qkv", 3*out), p, size, -1, n, 3, b.heads, size), p, 2, 0, 3, 1, 4)
	parts := b.nodeN("Split", p, 3, []string{all.name, b.ints(p, 1, 1, 1)}, attr{"axis", int64(0)})
	pool := func(i int, name string, stride int64) tensor {
		y := tensor{b.node("Squeeze", p, []string{parts[i], b.ints(p, 0)}), size}
		by := func(z tensor) tensor { return b.conv(z, p+"/pool_"+name, size, 3, stride, size, false) }
		y = b.reshape(b.pooled(y, p, b.heads, b.area, by, b.area.ceil(stride)), p, size, -1, b.heads,
			b.area.ceil(stride).n()+b.learnt, size)
		return b.layerNorm(y, p+"/norm_"+name, mvitEps)
	}
	q, k, v := pool(0, "q", b.stride), pool(1, "k", b.shrink), pool(2, "v", b.shrink)
	from, to := b.area.ceil(b.stride), b.area.ceil(b.shrink)
	scaled := b.scale(q, p, float32(1/math.Sqrt(float64(size))))
	scores := tensor{b.node("MatMul", p, []string{scaled.name, b.transpose(k, p, 0, 1, 3, 2).name}), to.n() + b.learnt}
	probs := b.unary("Softmax", b.binary("Add", scores, b.distances(q, from, to), p), p, attr{"axis", int64(-1)})
	y := b.binary("Add", tensor{b.node("MatMul", p, []string{probs.name, v.name}), size}, q, p)
	y = b.reshape(b.transpose(y, p, 0, 2, 1, 3), p, out, -1, from.n()+b.learnt, out)
	return b.linear(y, p+"/proj", out)
}

// distances returns what queries say about the distance of each key's row and column.
func (b mvit) distances(q tensor, from, to extent) tensor {
	p := b.path
	if b.learnt > 0 {
		q = tensor{b.node("Slice", p, []string{q.name, b.ints(p, 1), b.ints(p, math.MaxInt64), b.ints(p, 2)}), q.c}
	}
	q = b.reshape(q, p, q.c, -1, b.heads, from.h, from.w, q.c)
	along := func(name string, from, to int64, equation string) string {
		table := b.weight(weightName(p+"/rel_pos_"+name), 2*max(from, to)-1, q.c)
		at := b.node("ConstantOfShape", p, []string{b.ints(p, from, to)},
			attr{"value", constant{t: 7, shape: []int64{1}, ints: []int64{0}}})
		near := b.node("Gather", p, []string{table, at}, attr{"axis", int64(0)})
		return b.node("Einsum", p, []string{q.name, near}, attr{"equation", equation})
	}
	rows := along("h", from.h, to.h, "byhwc,hkc->byhwk")
	columns := along("w", from.w, to.w, "byhwc,wkc->byhwk")
	rows = b.node("Unsqueeze", p, []string{rows, b.ints(p, 5)})
	columns = b.node("Unsqueeze", p, []string{columns, b.ints(p, 4)})
	y := tensor{b.node("Add", p, []string{rows, columns}), to.n()}
	y = b.reshape(y, p, to.n(), -1, b.heads, from.n(), to.n())
	if b.learnt > 0 {
		y.name = b.node("Pad", p, []string{y.name, b.ints(p, 0, 0, 1, 1, 0, 0, 0, 0)})
	}
	return y
}

// mvits returns MViT v2 (arXiv 2112.01526) with timm's figures; some have a class token and the
// classes of ImageNet-22k.
func mvits() []Entry {
	size := func(width, heads int64, depths ...int) mvitShape {
		return mvitShape{width: width, heads: heads, depths: [4]int(depths), classes: 1000}
	}
	large := size(144, 2, 2, 6, 36, 4)
	large.late = true
	token := func(s mvitShape) mvitShape { s.token, s.classes = true, 19168; return s } // of ImageNet-22k
	return networks("MViT", "MViT v2", 32, buildMViT, []network[mvitShape]{
		{"mvitv2_tiny", 224, 24_173_320, 4_676_957_952, 4.7, 82.408, size(96, 1, 1, 2, 5, 2)},
		{"mvitv2_small", 224, 34_870_216, 6_959_715_072, 7, 83.772, size(96, 1, 1, 2, 11, 2)},
		{"mvitv2_base", 224, 51_472_744, 10_102_438_656, 10.16, 84.424, size(96, 1, 2, 3, 16, 3)},
		{"mvitv2_large", 224, 217_992_952, 43_711_209_216, 43.87, 85.264, large},
		{"mvitv2_large_cls", 224, 234_583_216, 42_016_927_680, 42.17, 0, token(size(144, 2, 2, 6, 36, 4))},
		{"mvitv2_huge_cls", 224, 694_804_128, 120_332_914_176, 120.67, 0, token(size(192, 3, 4, 8, 60, 8))},
	})
}
