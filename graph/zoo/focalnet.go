package zoo

import "fmt"

// A focalShape is one size of FocalNet: channels of its first stage, blocks of its stages, levels of context and the
// window of the first.
type focalShape struct {
	width          int64
	depths         [4]int
	levels, window int64
	later          bool  // overlapping patches, normalisations behind what blocks add, which is scaled
	inner          bool  // normalised within the modulation
	classes        int64 // 0: no classifier
}

const focalEps = 1e-5

// buildFocal builds the network of Yang et al. 2022 (arXiv 2203.11926), as timm builds it: each place is modulated by
// what it sees at several distances, weighed by gates.
func buildFocal(b *builder, v values, s focalShape) {
	x := image(b, v)
	for i, depth := range s.depths {
		p, out := fmt.Sprintf("/layers.%d", i), s.width<<i
		k := square(2, 2, 0)
		switch {
		case i == 0 && s.later:
			k = square(7, 4, 2)
		case i == 0:
			k = square(4, 4, 0)
		case s.later:
			k = square(3, 2, 1)
		}
		x = channelNorm(b, b.convolve(x, p+"/downsample/proj", out, k, true), p+"/downsample/norm", focalEps)
		for j := range depth {
			x = s.block(b, x, fmt.Sprintf("%s/blocks.%d", p, j))
		}
	}
	x = channelNorm(b, x, "/norm", focalEps)
	if s.classes == 0 {
		x = b.unary("Flatten", b.unary("GlobalAveragePool", x, "/head"), "/head", attr{"axis", int64(1)})
		b.output(x.name, x.c)
		return
	}
	b.classifier(x, "/head/fc", s.classes)
}

// block adds focal modulation and a perceptron of 4c channels to x [batch, c, h, w], each with its
// residual. Later networks normalise behind the work instead of before it.
func (s focalShape) block(b *builder, x tensor, p string) tensor {
	mlp := func(y tensor) tensor {
		y = b.gelu(b.conv(y, p+"/mlp/fc1", 4*x.c, 1, 1, 1, true), p+"/mlp/act")
		return b.conv(y, p+"/mlp/fc2", x.c, 1, 1, 1, true)
	}
	if s.later {
		y := channelNorm(b, s.modulate(b, x, p+"/modulation"), p+"/norm1", focalEps)
		x = b.binary("Add", x, b.scaledBy(y, p+"/ls1", true), p)
		return b.binary("Add", x, b.scaledBy(channelNorm(b, mlp(x), p+"/norm2", focalEps), p+"/ls2", true), p)
	}
	x = b.binary("Add", x, s.modulate(b, channelNorm(b, x, p+"/norm1", focalEps), p+"/modulation"), p)
	return b.binary("Add", x, mlp(channelNorm(b, x, p+"/norm2", focalEps)), p)
}

// modulate multiplies by a sum of contexts, each seen through a larger window than the one before, the last of all
// places.
func (s focalShape) modulate(b *builder, x tensor, p string) tensor {
	parts := b.channelParts(b.conv(x, p+"/f", 2*x.c+s.levels+1, 1, 1, 1, true), p, x.c, x.c, s.levels+1)
	q, context := parts[0], parts[1]
	ones := make([]int64, s.levels+1)
	for i := range ones {
		ones[i] = 1
	}
	gates := b.channelParts(parts[2], p, ones...)
	var sum tensor
	for i := range s.levels + 1 {
		if i < s.levels {
			name := fmt.Sprintf("%s/focal_layers.%d", p, i)
			context = b.gelu(b.conv(context, name+"/0", x.c, s.window+2*i, 1, x.c, false), name+"/1")
		} else {
			context = b.gelu(b.unary("GlobalAveragePool", context, p), p+"/act")
		}
		y := b.binary("Mul", context, gates[i], p)
		if i > 0 {
			y = b.binary("Add", sum, y, p)
		}
		sum = y
	}
	y := b.binary("Mul", q, b.conv(sum, p+"/h", x.c, 1, 1, 1, true), p)
	if s.inner {
		y = channelNorm(b, y, p+"/norm", focalEps)
	}
	return b.conv(y, p+"/proj", x.c, 1, 1, 1, true)
}

// focalNets returns FocalNet (arXiv 2203.11926) with small and large receptive fields, with timm's
// figures.
func focalNets() []Entry {
	size := func(width, levels int64, depths ...int) focalShape {
		return focalShape{width: width, depths: [4]int(depths), levels: levels, window: 3, classes: 1000}
	}
	later := func(width, levels, window, classes int64) focalShape {
		s := size(width, levels, 2, 2, 18, 2)
		s.later, s.window, s.classes = true, window, classes
		return s
	}
	inner := func(s focalShape) focalShape { s.inner = true; return s }
	return networks("FocalNet", "FocalNet", 32, buildFocal, []network[focalShape]{
		{"focalnet_tiny_srf", 224, 28_427_116, 4_403_335_680, 4.42, 82.136, size(96, 2, 2, 2, 6, 2)},
		{"focalnet_small_srf", 224, 49_891_216, 8_598_551_040, 8.62, 83.428, size(96, 2, 2, 2, 18, 2)},
		{"focalnet_base_srf", 224, 88_148_144, 15_241_181_184, 15.28, 83.808, size(128, 2, 2, 2, 18, 2)},
		{"focalnet_tiny_lrf", 224, 28_647_928, 4_474_836_480, 4.49, 82.174, size(96, 3, 2, 2, 6, 2)},
		{"focalnet_small_lrf", 224, 50_342_440, 8_715_210_240, 8.74, 83.508, size(96, 3, 2, 2, 18, 2)},
		{"focalnet_base_lrf", 224, 88_749_768, 15_396_726_784, 15.43, 83.828, size(128, 3, 2, 2, 18, 2)},
		{"focalnet_large_fl3", 384, 239_134_898, 104_905_288_704, 105.06, 0, later(192, 3, 5, 21842)},
		{"focalnet_large_fl4", 384, 239_315_402, 105_042_422_784, 105.2, 0, later(192, 4, 3, 21842)},
		{"focalnet_xlarge_fl3", 384, 408_787_378, 185_398_693_888, 185.61, 0, later(256, 3, 5, 21842)},
		{"focalnet_xlarge_fl4", 384, 409_028_042, 185_581_539_328, 185.79, 0, later(256, 4, 3, 21842)},
		{"focalnet_huge_fl3", 224, 745_276_338, 118_119_789_568, 118.26, 0, inner(later(352, 3, 3, 21842))},
		{"focalnet_huge_fl4", 224, 686_460_664, 118_759_793_152, 118.9, 0, inner(later(352, 4, 3, 0))},
	})
}
