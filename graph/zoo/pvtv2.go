package zoo

import "fmt"

// buildPVT builds the network of Wang et al. 2021 (arXiv 2106.13797), as timm builds it: overlapping patches, attention
// to a smaller map, and a convolution of each channel within the perceptrons.
func buildPVT(b *builder, v values, s pyramidShape) {
	x, area := image(b, v), v.extent()
	for i, depth := range s.depths {
		p, k := fmt.Sprintf("/stages.%d", i), square(3, 2, 1)
		if i == 0 {
			k = square(7, 4, 3)
		}
		area = area.ceil(k.stride)
		x = channelNorm(b, b.convolve(x, p+"/downsample/proj", s.widths[i], k, true), p+"/downsample/norm", 1e-5)
		x = b.tokens(x, p, area)
		for j := range depth {
			q := fmt.Sprintf("%s/blocks.%d", p, j)
			y := b.layerNorm(x, q+"/norm1", pyramidEps)
			x = b.binary("Add", x, toSmaller(b, y, q+"/attn", area, s.heads[i], shrinks[i]), q)
			y = b.linear(b.layerNorm(x, q+"/norm2", pyramidEps), q+"/mlp/fc1", s.expand[i]*x.c)
			y = b.conv(b.spread(y, q, area), q+"/mlp/dwconv", y.c, 3, 1, y.c, true)
			x = b.binary("Add", x, b.linear(b.gelu(b.tokens(y, q, area), q+"/mlp/act"), q+"/mlp/fc2", x.c), q)
		}
		x = b.spread(b.layerNorm(x, p+"/norm", pyramidEps), p, area)
	}
	b.classifier(x, "/head", 1000)
}

// pvtV2s returns PVT v2 (arXiv 2106.13797), which attends to a strided copy of its tokens, with
// timm's figures.
func pvtV2s() []Entry {
	size := func(width int64, expand [4]int64, depths ...int) pyramidShape {
		widths := [4]int64{width, 2 * width, 5 * width, 8 * width}
		return pyramidShape{widths, [4]int64{1, 2, 5, 8}, [4]int(depths), expand, false}
	}
	wide := [4]int64{8, 8, 4, 4}
	return networks("PVT", "PVT v2", 32, buildPVT, []network[pyramidShape]{
		{"pvt_v2_b0", 224, 3_666_760, 566_065_664, 0.57, 70.654, size(32, wide, 2, 2, 2, 2)},
		{"pvt_v2_b1", 224, 14_009_000, 2_108_355_584, 2.12, 78.698, size(64, wide, 2, 2, 2, 2)},
		{"pvt_v2_b2", 224, 25_362_856, 4_026_734_592, 4.05, 82.08, size(64, wide, 3, 4, 6, 3)},
		{"pvt_v2_b3", 224, 45_238_696, 6_897_303_552, 6.92, 83.12, size(64, wide, 3, 4, 18, 3)},
		{"pvt_v2_b4", 224, 62_556_072, 10_101_116_416, 10.14, 83.71, size(64, wide, 3, 8, 27, 3)},
		{"pvt_v2_b5", 224, 81_956_008, 11_717_260_288, 11.76, 83.76, size(64, [4]int64{4, 4, 4, 4}, 3, 6, 40, 3)},
	})
}
