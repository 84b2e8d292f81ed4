package zoo

import "fmt"

// An edgeShape is one size of EdgeNeXt: channels and blocks of its stages, heads, and the form in which a stage's first
// block halves the map.
type edgeShape struct {
	widths  [4]int64
	depths  [4]int
	heads   int64
	strided bool // so it does, with an overlapping stem and convolutions without biases
}

const edgeEps = 1e-6

// buildEdgeNeXt builds the network of Maaz et al. 2022 (arXiv 2206.10589), as timm builds it: convolutions of each
// channel, and in the last block of the late stages attention among channels.
func buildEdgeNeXt(b *builder, v values, s edgeShape) {
	k := square(4, 4, 0)
	if s.strided {
		k = square(9, 4, 4)
	}
	x := channelNorm(b, b.convolve(image(b, v), "/stem/stem.0", s.widths[0], k, !s.strided), "/stem/stem.1", edgeEps)
	area := v.extent().over(4)
	for i, depth := range s.depths {
		p, stride := fmt.Sprintf("/stages.%d", i), int64(1)
		if i > 0 {
			area = area.over(2)
			if s.strided {
				area, stride = v.extent().ceil(4<<i), 2
			} else {
				x = channelNorm(b, x, p+"/downsample/0", edgeEps)
				x = b.convolve(x, p+"/downsample/1", s.widths[i], square(2, 2, 0), true)
			}
		}
		for j := range depth {
			q := fmt.Sprintf("%s/blocks.%d", p, j)
			if i > 0 && j == depth-1 {
				x = s.split(b, x, q, i, area)
			} else {
				x = s.block(b, x, q, s.widths[i], int64(2*i+3), stride)
			}
			stride = 1
		}
	}
	b.pooledHead(x, edgeEps, 1000)
}

// block adds a convolution of each channel and a perceptron.
func (s edgeShape) block(b *builder, x tensor, p string, out, k, stride int64) tensor {
	y := b.conv(x, p+"/conv_dw", out, k, stride, x.c, !s.strided)
	if stride > 1 || x.c != out {
		x = y
	}
	y = b.layerNorm(b.transpose(y, p, 0, 2, 3, 1), p+"/norm", edgeEps)
	y = b.scaledBy(b.perceptron(y, p+"/mlp", 4*out), p+"/gamma", false)
	return b.binary("Add", x, b.transpose(y, p, 0, 3, 1, 2), p)
}

// split adds convolutions of parts of the channels, each of which sees the result before it, then attention among
// channels.
func (s edgeShape) split(b *builder, x tensor, p string, stage int, area extent) tensor {
	parts := []int64{0, 2, 3, 4}[stage]
	width := (x.c + parts - 1) / parts
	widths := make([]int64, parts)
	for i := range widths {
		widths[i] = min(width, x.c-int64(i)*width)
	}
	maps := b.channelParts(x, p, widths...)
	for i := range parts - 1 {
		y := maps[i]
		if i > 0 {
			y = b.binary("Add", maps[i-1], y, p)
		}
		maps[i] = b.conv(y, fmt.Sprintf("%s/convs.%d", p, i), width, 3, 1, width, !s.strided)
	}
	y := b.concat(p, maps...)
	if stage == 1 {
		places := b.conv(tensor{b.table(p+"/pos_embd", 1, 64, area.h, area.w), 64}, p+"/pos_embd/token_projection", x.c, 1,
			1, 1, true)
		y = b.binary("Add", y, places, p)
	}
	y = b.tokens(y, p, area)
	attention := depthShape{heads: s.heads}.crossAttention(b, b.layerNorm(y, p+"/norm_xca", edgeEps), p+"/xca", area.n())
	y = b.binary("Add", y, b.scaledBy(attention, p+"/gamma_xca", false), p)
	z := b.perceptron(b.layerNorm(y, p+"/norm", edgeEps), p+"/mlp", 4*x.c)
	return b.binary("Add", x, b.spread(b.scaledBy(z, p+"/gamma", false), p, area), p)
}

// edgeNeXts returns EdgeNeXt (arXiv 2206.10589), whose stages end in attention over channels, with
// timm's figures.
func edgeNeXts() []Entry {
	size := func(heads int64, depths [4]int, widths ...int64) edgeShape {
		return edgeShape{[4]int64(widths), depths, heads, false}
	}
	nine := [4]int{3, 3, 9, 3}
	rw := size(8, nine, 48, 96, 192, 384)
	rw.strided = true
	return networks("EdgeNeXt", "EdgeNeXt", 32, buildEdgeNeXt, []network[edgeShape]{
		{"edgenext_xx_small", 256, 1_327_216, 257_905_088, 0.26, 71.132, size(4, [4]int{2, 2, 6, 2}, 24, 48, 88, 168)},
		{"edgenext_x_small", 256, 2_336_804, 533_192_192, 0.54, 74.874, size(4, nine, 32, 64, 100, 192)},
		{"edgenext_small", 320, 5_586_832, 1_958_008_400, 1.97, 81.574, size(8, nine, 48, 96, 160, 304)},
		{"edgenext_base", 256, 18_511_292, 3_828_296_384, 3.85, 83.684, size(8, nine, 80, 160, 288, 584)},
		{"edgenext_small_rw", 256, 7_826_512, 1_568_105_472, 1.58, 79.596, rw},
	})
}
