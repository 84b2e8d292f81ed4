package zoo

import "fmt"

// A nestShape is one size of NesT: channels and heads of its first level, and blocks of its levels.
type nestShape struct {
	width, heads int64
	depths       [3]int
}

const nestEps = 1e-6

// buildNest builds the network of Zhang et al. 2021 (arXiv 2105.12723), as timm builds it: attention within sixteen
// blocks, then within four, then of all; between them a convolution and a pool over the whole map.
func buildNest(b *builder, v values, s nestShape) {
	x := b.convolve(image(b, v), "/patch_embed/proj", s.width, square(4, 4, 0), true)
	area := v.extent().over(4)
	for i, depth := range s.depths {
		p := fmt.Sprintf("/levels.%d", i)
		if i > 0 {
			x = channelNorm(b, b.conv(x, p+"/pool/conv", 2*x.c, 3, 1, 1, true), p+"/pool/norm", nestEps)
			x, area = b.maxPool(x, p+"/pool/pool", 3, 2), area.ceil(2)
		}
		side := int64(4) >> i
		w := area.over(side)
		y := b.windows(b.transpose(x, p, 0, 2, 3, 1), p, area, w)
		y = b.reshape(y, p, x.c, -1, side*side, w.n(), x.c)
		y.name = b.node("Add", p, []string{y.name, b.weight(weightName(p+"/pos_embed"), 1, side*side, w.n(), x.c)})
		y = b.reshape(y, p, x.c, -1, w.n(), x.c)
		for j := range depth {
			q := fmt.Sprintf("%s/transformer_encoder.%d", p, j)
			y = b.binary("Add", y, selfAttention(b, b.layerNorm(y, q+"/norm1", nestEps), q+"/attn", w.n(), s.heads<<i), q)
			y = b.binary("Add", y, b.perceptron(b.layerNorm(y, q+"/norm2", nestEps), q+"/mlp", 4*y.c), q)
		}
		x = b.transpose(b.rejoin(y, p, area, w), p, 0, 3, 1, 2)
	}
	b.classifier(channelNorm(b, x, "/norm", nestEps), "/head", 1000)
}

// nests returns NesT (arXiv 2105.12723): transformers within blocks of the image, joined by
// convolutions.
func nests() []Entry {
	return networks("NesT", "NesT", 0, buildNest, []network[nestShape]{
		{"nest_tiny", 224, 17_057_608, 5_807_152_128, 5.83, 0, nestShape{96, 3, [3]int{2, 2, 8}}},
		{"nest_small", 224, 38_351_176, 10_322_992_128, 10.35, 0, nestShape{96, 3, [3]int{2, 2, 20}}},
		{"nest_base", 224, 67_723_368, 17_925_787_648, 17.96, 0, nestShape{128, 4, [3]int{2, 2, 20}}},
	})
}
