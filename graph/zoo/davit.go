package zoo

import (
	"fmt"
	"math"
)

// A davitShape is one size of DaViT: channels of its first stage, pairs of blocks of its stages, the side of a window,
// of the convolutions between stages, and classes.
type davitShape struct {
	width        int64
	depths       [4]int
	window, down int64
	classes      int64
}

const davitEps = 1e-5

// buildDaViT builds the network of Ding et al. 2022 (arXiv 2204.03645), as timm builds it: attention among places of a
// window and attention among channels in turn.
func buildDaViT(b *builder, v values, s davitShape) {
	x := channelNorm(b, b.convolve(image(b, v), "/stem/conv", s.width, square(7, 4, 3), true), "/stem/norm", davitEps)
	area := v.extent().over(4)
	for i, depth := range s.depths {
		p := fmt.Sprintf("/stages.%d", i)
		if i > 0 {
			x = channelNorm(b, x, p+"/downsample/norm", davitEps)
			x = b.convolve(x, p+"/downsample/conv", 2*x.c, square(s.down, 2, (s.down-1)/2), true)
			area = area.over(2)
		}
		for j := range depth {
			q := fmt.Sprintf("%s/blocks.%d", p, j)
			x = s.block(b, x, q+"/0", area, s.places)
			x = s.block(b, x, q+"/1", area, s.channels)
		}
	}
	b.pooledHead(x, davitEps, s.classes)
}

// block adds a convolution of each channel before attention and before a perceptron.
func (s davitShape) block(b *builder, x tensor, p string, area extent,
	attention func(b *builder, x tensor, p string, area extent) tensor) tensor {
	near := func(x tensor, name string) tensor {
		return b.binary("Add", x, b.conv(x, p+name, x.c, 3, 1, x.c, true), p)
	}
	x = b.tokens(near(x, "/cpe1/proj"), p, area)
	x = b.binary("Add", x, attention(b, b.layerNorm(x, p+"/norm1", davitEps), p+"/attn", area), p)
	x = b.tokens(near(b.spread(x, p, area), "/cpe2/proj"), p, area)
	x = b.binary("Add", x, b.perceptron(b.layerNorm(x, p+"/norm2", davitEps), p+"/mlp", 4*x.c), p)
	return b.spread(x, p, area)
}

// places adds attention over places, in windows of s.window x s.window, to x [batch, h*w, c]. Heads
// have 32 channels. A window is never larger than the area.
func (s davitShape) places(b *builder, x tensor, p string, area extent) tensor {
	w := extent{min(s.window, area.h), min(s.window, area.w)}
	y := b.windows(b.reshape(x, p, x.c, -1, area.h, area.w, x.c), p, area, w)
	y = selfAttention(b, y, p, w.n(), x.c/32)
	return b.reshape(b.rejoin(y, p, area, w), p, x.c, -1, area.n(), x.c)
}

// channels lets the channels of a head attend to each other.
func (s davitShape) channels(b *builder, x tensor, p string, area extent) tensor {
	heads, n := x.c/32, area.n()
	parts := b.lastParts(b.linear(x, p+"/qkv", 3*x.c), p, x.c, x.c, x.c)
	q, k, v := b.byHead(parts[0], p, n, heads), b.byHead(parts[1], p, n, heads), b.byHead(parts[2], p, n, heads)
	k = b.transpose(b.scale(k, p, float32(1/math.Sqrt(32))), p, 0, 1, 3, 2)
	probs := b.node("Softmax", p, []string{b.node("MatMul", p, []string{k.name, v.name})}, attr{"axis", int64(-1)})
	y := tensor{b.node("MatMul", p, []string{probs, b.transpose(q, p, 0, 1, 3, 2).name}), n}
	return b.linear(b.reshape(b.transpose(y, p, 0, 3, 1, 2), p, x.c, -1, n, x.c), p+"/proj", x.c)
}

// daViTs returns DaViT (arXiv 2204.03645), which attends over places and over channels in turn, and
// the encoders of Florence-2, which have no classifier.
func daViTs() []Entry {
	size := func(width int64, depths ...int) davitShape { return davitShape{width, [4]int(depths), 7, 2, 1000} }
	fine := func(s davitShape) davitShape { s.window, s.down, s.classes = 12, 3, 0; return s }
	return append(networks("DaViT", "DaViT", 0, buildDaViT, []network[davitShape]{
		{"davit_tiny", 224, 28_360_168, 4_521_801_216, 4.54, 82.694, size(96, 1, 1, 3, 1)},
		{"davit_small", 224, 49_745_896, 8_773_012_992, 8.8, 84.25, size(96, 1, 1, 9, 1)},
		{"davit_base", 224, 87_954_408, 15_473_797_120, 15.51, 84.652, size(128, 1, 1, 9, 1)},
		{"davit_large", 224, 196_811_752, 34_540_035_072, 34.6, 0, size(192, 1, 1, 9, 1)},
		{"davit_huge", 224, 348_922_856, 61_159_165_952, 61.23, 0, size(256, 1, 1, 9, 1)},
		{"davit_giant", 224, 1_406_470_120, 192_785_184_768, 192.92, 0, size(384, 1, 1, 12, 3)},
	}), networks("DaViT", "DaViT of Florence-2, without a classifier", 384, buildDaViT, []network[davitShape]{
		{"davit_base_fl", 768, 90_370_048, 189_887_938_560, 190.32, 0, fine(size(128, 1, 1, 9, 1))},
		{"davit_huge_fl", 768, 360_636_416, 743_975_682_048, 744.84, 0, fine(size(256, 1, 1, 9, 1))},
	})...)
}
