package zoo

import "fmt"

// A mambaShape is one size of MambaOut: channels and blocks of its stages, channels within a block as a multiple, and
// those that are convolved.
type mambaShape struct {
	widths         [4]int64
	depths         [4]int
	expand, spread float64
	act            string
	lean           bool // what blocks add is scaled, no normalisations between stages and within the stem
	hidden         int64
}

const mambaEps = 1e-6

// buildMambaOut builds the network of Yu and Wang 2024 (arXiv 2405.07992), as timm builds it: gated convolutional
// blocks, as in Mamba, without its state space.
func buildMambaOut(b *builder, v values, s mambaShape) {
	x := b.convolve(image(b, v), "/stem/conv1", s.widths[0]/2, square(3, 2, 1), true)
	if !s.lean {
		x = channelNorm(b, x, "/stem/norm1", mambaEps)
	}
	x = b.convolve(b.activate(s.act, x, "/stem/act"), "/stem/conv2", s.widths[0], square(3, 2, 1), true)
	x = channelNorm(b, x, "/stem/norm2", mambaEps)
	for i, depth := range s.depths {
		p := fmt.Sprintf("/stages.%d", i)
		if i > 0 {
			x = b.convolve(x, p+"/downsample/conv", s.widths[i], square(3, 2, 1), true)
			if !s.lean {
				x = channelNorm(b, x, p+"/downsample/norm", mambaEps)
			}
		}
		x = b.transpose(x, p, 0, 2, 3, 1)
		for j := range depth {
			x = s.block(b, x, fmt.Sprintf("%s/blocks.%d", p, j))
		}
		x = b.transpose(x, p, 0, 3, 1, 2)
	}
	s.classify(b, x)
}

// block multiplies one part of the channels by the others, of which the last are convolved.
func (s mambaShape) block(b *builder, x tensor, p string) tensor {
	hidden, conv := int64(s.expand*float64(x.c)), int64(s.spread*float64(x.c))
	y := b.linear(b.layerNorm(x, p+"/norm", mambaEps), p+"/fc1", 2*hidden)
	parts := b.lastParts(y, p, hidden, hidden-conv, conv)
	near := b.conv(b.transpose(parts[2], p, 0, 3, 1, 2), p+"/conv", conv, 7, 1, conv, true)
	near = b.transpose(near, p, 0, 2, 3, 1)
	all := tensor{b.node("Concat", p, []string{parts[1].name, near.name}, attr{"axis", int64(-1)}), hidden}
	y = b.linear(b.binary("Mul", b.activate(s.act, parts[0], p+"/act"), all, p), p+"/fc2", x.c)
	if s.lean {
		y = b.scaledBy(y, p+"/ls", false)
	}
	return b.binary("Add", x, y, p)
}

// classify adds the head: an average over places, two normalisations and two layers, the last one
// of 1,000 classes.
func (s mambaShape) classify(b *builder, x tensor) {
	x = b.unary("Flatten", b.unary("GlobalAveragePool", x, "/head"), "/head", attr{"axis", int64(1)})
	x = b.layerNorm(x, "/head/norm", mambaEps)
	x = b.activate(s.act, b.gemm(x, "/head/pre_logits/fc", s.hidden), "/head/pre_logits/act")
	x = b.layerNorm(x, "/head/pre_logits/norm", mambaEps)
	b.output(b.gemm(x, "/head/fc", 1000).name, int64(1000))
}

// mambaOuts returns MambaOut (arXiv 2405.07992): gated convolutions without a state space model,
// with timm's figures.
func mambaOuts() []Entry {
	size := func(width int64, depths ...int) mambaShape {
		widths := [4]int64{width, 2 * width, 4 * width, 6 * width}
		return mambaShape{widths: widths, depths: [4]int(depths), expand: 8.0 / 3, spread: 1, act: "gelu", hidden: 4 * widths[3]}
	}
	lean := func(s mambaShape, expand, spread float64, act string) mambaShape {
		s.lean, s.expand, s.spread, s.act = true, expand, spread, act
		return s
	}
	return networks("MambaOut", "MambaOut", 32, buildMambaOut, []network[mambaShape]{
		{"mambaout_femto", 224, 7_304_536, 1_147_984_992, 1.16, 78.88, size(48, 3, 3, 9, 3)},
		{"mambaout_kobe", 224, 9_141_208, 1_505_865_312, 1.52, 79.986, size(48, 3, 3, 15, 3)},
		{"mambaout_tiny", 224, 26_545_096, 4_469_655_744, 4.49, 82.742, size(96, 3, 3, 9, 3)},
		{"mambaout_small", 224, 48_488_072, 8_936_423_616, 8.96, 84.094, size(96, 3, 4, 27, 3)},
		{"mambaout_base", 224, 84_813_092, 15_794_325_760, 15.83, 84.194, size(128, 3, 4, 27, 3)},
		{"mambaout_small_rw", 224, 48_498_824, 8_936_423_616, 8.96, 84.04, lean(size(96, 3, 4, 27, 3), 8.0/3, 1, "gelu")},
		{"mambaout_base_short_rw", 224, 88_832_040, 16_280_785_216, 16.31, 84.364, lean(size(128, 3, 3, 25, 3), 3, 1.25, "gelu")},
		{"mambaout_base_tall_rw", 224, 86_485_800, 16_116_684_608, 16.15, 84.436, lean(size(128, 3, 4, 30, 3), 2.5, 1.25, "gelu")},
		{"mambaout_base_wide_rw", 224, 94_452_456, 17_751_798_144, 17.78, 84.448, lean(size(128, 3, 4, 27, 3), 3, 1.5, "silu")},
		{"mambaout_base_plus_rw", 224, 101_660_904, 19_161_191_808, 19.19, 86.642, lean(size(128, 3, 4, 30, 3), 3, 1.5, "silu")},
	})
}
