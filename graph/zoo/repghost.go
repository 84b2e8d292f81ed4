package zoo

import "fmt"

// buildRepGhost builds the network of Chen et al. 2022 (arXiv 2211.06088), as it is trained, for a width in percent:
// cheap depthwise maps are added to those from which they are made, which are normalised once more.
func buildRepGhost(b *builder, v values, percent int64) {
	wide := func(c int64) int64 { return multipleOf4(float64(c*percent) / 100) }
	x := b.unary("Relu", b.convBN(image(b, v), "/conv_stem", wide(16), 3, 2, 1), "/act1")
	for i, r := range []struct {
		k, mid, out int64
		gate        bool
		stride      int64
	}{
		{3, 8, 16, false, 1}, {3, 24, 24, false, 2}, {3, 36, 24, false, 1}, {5, 36, 40, true, 2}, {5, 60, 40, true, 1},
		{3, 120, 80, false, 2}, {3, 100, 80, false, 1}, {3, 120, 80, false, 1}, {3, 120, 80, false, 1},
		{3, 240, 112, true, 1}, {3, 336, 112, true, 1}, {5, 336, 160, true, 2}, {5, 480, 160, false, 1},
		{5, 480, 160, true, 1}, {5, 480, 160, false, 1}, {5, 480, 160, true, 1},
	} {
		p, out := fmt.Sprintf("/blocks.%d", i), wide(r.out)
		y := repGhost(b, x, p+"/ghost1", wide(r.mid), true)
		if r.stride > 1 {
			y = b.convBN(y, p+"/conv_dw", y.c, r.k, 2, y.c)
		}
		if r.gate {
			y = b.squeeze(y, p+"/se", multipleOf4(float64(y.c)/4), "Relu", "HardSigmoid", attr{"alpha", float32(1.0 / 6)})
		}
		y = repGhost(b, y, p+"/ghost2", out, false)
		if r.stride > 1 || x.c != out {
			x = b.convBN(x, p+"/shortcut.0", x.c, r.k, r.stride, x.c)
			x = b.convBN(x, p+"/shortcut.2", out, 1, 1, 1)
		}
		x = b.binary("Add", y, x, p)
	}
	x = b.unary("Relu", b.convBN(x, "/blocks.16", wide(960), 1, 1, 1), "/blocks.16/act")
	x = b.unary("GlobalAveragePool", x, "/global_pool")
	x = b.unary("Relu", b.conv(x, "/conv_head", 1280, 1, 1, 1, true), "/act2")
	x = b.unary("Flatten", x, "", attr{"axis", int64(1)})
	b.output(b.gemm(x, "/classifier", 1000).name, int64(1000))
}

// repGhost adds maps of a 1x1 convolution, cheaper ones from those, and their sum.
func repGhost(b *builder, x tensor, p string, out int64, act bool) tensor {
	rectify := func(y tensor) tensor {
		if act {
			return b.unary("Relu", y, p+"/act")
		}
		return y
	}
	y := rectify(b.convBN(x, p+"/primary_conv", out, 1, 1, 1))
	cheap := b.convBN(y, p+"/cheap_operation", out, 3, 1, out)
	return rectify(b.binary("Add", cheap, b.batchNorm(y, p+"/fusion_bn"), p))
}

// multipleOf4 returns the multiple of 4 nearest to n, but at least nine tenths of it.
func multipleOf4(n float64) int64 {
	m := max(4, int64(n+2)/4*4)
	if float64(m) < 0.9*n {
		m += 4
	}
	return m
}

// repGhosts returns RepGhost (arXiv 2211.06088) as it is trained, branches unmerged. The number in
// a name is the width in per cent.
func repGhosts() []Entry {
	return networks("RepGhost", "RepGhost as it is trained, with all branches", 1, buildRepGhost, []network[int64]{
		{"repghostnet_050", 224, 2_313_968, 43_314_720, 0.05, 66.978, 50},
		{"repghostnet_058", 224, 2_546_832, 59_886_336, 0.07, 68.938, 58},
		{"repghostnet_080", 224, 3_278_968, 95_518_948, 0.1, 72.212, 80},
		{"repghostnet_100", 224, 4_073_604, 142_394_128, 0.15, 74.208, 100},
		{"repghostnet_111", 224, 4_539_984, 170_124_224, 0.18, 75.06, 111},
		{"repghostnet_130", 224, 5_478_612, 231_123_652, 0.25, 76.378, 130},
		{"repghostnet_150", 224, 6_575_336, 301_315_856, 0.32, 77.474, 150},
		{"repghostnet_200", 224, 9_796_124, 515_869_856, 0.54, 78.802, 200},
	})
}
