package zoo

import "fmt"

// A pyramidShape is one size of Twins or PVT v2: channels, heads, blocks of its stages, and channels within a
// perceptron as a multiple.
type pyramidShape struct {
	widths, heads [4]int64
	depths        [4]int
	expand        [4]int64
	local         bool // every other block attends within windows of 7x7
}

const pyramidEps = 1e-6

// shrinks lists the strides of the keys' map in each stage.
var shrinks = [4]int64{8, 4, 2, 1}

// buildTwins builds the network of Chu et al. 2021 (arXiv 2104.13840), as timm builds it: attention to a smaller map,
// in the second form in turn with attention within windows; a convolution tells places apart.
func buildTwins(b *builder, v values, s pyramidShape) {
	x, area := image(b, v), v.extent()
	for i, depth := range s.depths {
		side := int64(2)
		if i == 0 {
			side = 4
		}
		p := fmt.Sprintf("/patch_embeds.%d", i)
		x = b.convolve(x, p+"/proj", s.widths[i], square(side, side, 0), true)
		area = area.over(side)
		x = b.layerNorm(b.tokens(x, p, area), p+"/norm", 1e-5)
		for j := range depth {
			q := fmt.Sprintf("/blocks.%d/%d", i, j)
			y := b.layerNorm(x, q+"/norm1", pyramidEps)
			if s.local && j%2 == 0 {
				y = s.within(b, y, q+"/attn", area, s.heads[i])
			} else {
				y = toSmaller(b, y, q+"/attn", area, s.heads[i], shrinks[i])
			}
			x = b.binary("Add", x, y, q)
			x = b.binary("Add", x, b.perceptron(b.layerNorm(x, q+"/norm2", pyramidEps), q+"/mlp", s.expand[i]*x.c), q)
			if j == 0 {
				y = b.spread(x, q, area)
				near := b.conv(y, fmt.Sprintf("/pos_block.%d", i), x.c, 3, 1, x.c, true)
				x = b.tokens(b.binary("Add", y, near, q), q, area)
			}
		}
		if i < 3 {
			x = b.spread(x, p, area)
		}
	}
	x = b.meanOf(b.layerNorm(x, "/norm", pyramidEps), "")
	b.output(b.gemm(x, "/head", 1000).name, int64(1000))
}

// within adds attention within windows of 7x7.
func (s pyramidShape) within(b *builder, x tensor, p string, area extent, heads int64) tensor {
	w := extent{7, 7}
	y := b.windows(b.reshape(x, p, x.c, -1, area.h, area.w, x.c), p, area, w)
	y = selfAttention(b, y, p, w.n(), heads)
	return b.reshape(b.rejoin(y, p, area, w), p, x.c, -1, area.n(), x.c)
}

// toSmaller adds attention to a map made smaller by a convolution.
func toSmaller(b *builder, x tensor, p string, area extent, heads, by int64) tensor {
	q, y, keys := b.linear(x, p+"/q", x.c), x, area.n()
	if by > 1 {
		y = b.convolve(b.spread(x, p, area), p+"/sr", x.c, square(by, by, 0), true)
		keys = area.over(by).n()
		y = b.layerNorm(b.tokens(y, p, area.over(by)), p+"/norm", 1e-5)
	}
	kv := b.lastParts(b.linear(y, p+"/kv", 2*x.c), p, x.c, x.c)
	return b.linear(b.attendTo(q, kv[0], kv[1], p, area.n(), keys, heads, nil), p+"/proj", x.c)
}

// twinNets returns Twins-PCPVT and Twins-SVT (arXiv 2104.13840) with timm's figures.
func twinNets() []Entry {
	wide, plain := [4]int64{8, 8, 4, 4}, [4]int64{4, 4, 4, 4}
	pc := func(depths ...int) pyramidShape {
		return pyramidShape{[4]int64{64, 128, 320, 512}, [4]int64{1, 2, 5, 8}, [4]int(depths), wide, false}
	}
	sv := func(width, heads int64, depths ...int) pyramidShape {
		return pyramidShape{[4]int64{width, 2 * width, 4 * width, 8 * width}, [4]int64{heads, 2 * heads, 4 * heads,
			8 * heads}, [4]int(depths), plain, true}
	}
	return append(networks("Twins", "Twins-PCPVT", 32, buildTwins, []network[pyramidShape]{
		{"twins_pcpvt_small", 224, 24_106_216, 3_809_459_968, 3.83, 81.116, pc(3, 4, 6, 3)},
		{"twins_pcpvt_base", 224, 43_828_456, 6_652_933_888, 6.68, 82.724, pc(3, 4, 18, 3)},
		{"twins_pcpvt_large", 224, 60_989_672, 9_807_524_096, 9.84, 83.158, pc(3, 8, 27, 3)},
	}), networks("Twins", "Twins-SVT", 224, buildTwins, []network[pyramidShape]{
		{"twins_svt_small", 224, 24_060_776, 2_927_353_344, 2.94, 81.68, sv(64, 2, 2, 2, 10, 4)},
		{"twins_svt_base", 224, 56_070_952, 8_562_612_480, 8.59, 83.122, sv(96, 3, 2, 2, 18, 2)},
		{"twins_svt_large", 224, 99_271_400, 15_111_777_280, 15.15, 83.718, sv(128, 4, 2, 2, 18, 2)},
	})...)
}
