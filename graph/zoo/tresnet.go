package zoo

import "fmt"

// A tresShape is one size of TResNet: blocks of its stages, channels of the first, and whether all blocks are
// bottlenecks.
type tresShape struct {
	depths [4]int
	width  int64
	narrow bool
}

// buildTRes builds the network of Ridnik et al. 2020 (arXiv 2003.13630), as timm builds it: squares of four pixels
// become channels, maps are blurred where they are halved, and all stages but the last gate.
func buildTRes(b *builder, v values, s tresShape) {
	area := v.extent().over(4)
	x := b.reshape(image(b, v), "/body/s2d", 3, -1, 3, area.h, 4, 4*area.w)
	x = b.reshape(x, "/body/s2d", 3, -1, 3, area.h, 4, area.w, 4)
	x = b.reshape(b.transpose(x, "/body/s2d", 0, 3, 5, 1, 2, 4), "/body/s2d", 48, -1, 48, area.h, area.w)
	x = s.leaky(b, b.convBN(x, "/body/conv1", s.width, 3, 1, 1), "/body/conv1/act")
	for i, depth := range s.depths {
		stride := int64(min(i+1, 2))
		for j := range depth {
			x = s.block(b, x, fmt.Sprintf("/body/layer%d.%d", i+1, j), i, stride)
			stride = 1
		}
	}
	b.classifier(x, "/head/fc", 1000)
}

// leaky applies a leaky ReLU of slope 0.001.
func (s tresShape) leaky(b *builder, x tensor, p string) tensor {
	return b.unary("LeakyRelu", x, p, attr{"alpha", float32(1e-3)})
}

// block adds a residual block to x; instead of striding it convolves at stride 1 and blurs by a
// binomial filter of stride 2.
func (s tresShape) block(b *builder, x tensor, p string, stage int, stride int64) tensor {
	planes, y := s.width<<stage, x
	halve := func(y tensor, name string) tensor {
		y = s.leaky(b, y, p+name+"/act")
		if stride > 1 {
			return binomial(b, y, p+name+"/aa", false)
		}
		return y
	}
	gate := func(y tensor, hidden int64) tensor {
		if stage == 3 {
			return y
		}
		return b.squeeze(y, p+"/se", max(64, hidden), "Relu", "Sigmoid")
	}
	out := planes
	if s.narrow || stage > 1 {
		out = 4 * planes
		y = s.leaky(b, b.convBN(y, p+"/conv1", planes, 1, 1, 1), p+"/conv1/act")
		y = gate(halve(b.convBN(y, p+"/conv2", planes, 3, 1, 1), "/conv2"), out/8)
		y = b.convBN(y, p+"/conv3", out, 1, 1, 1)
	} else {
		y = halve(b.convBN(y, p+"/conv1", planes, 3, 1, 1), "/conv1")
		y = gate(b.convBN(y, p+"/conv2", planes, 3, 1, 1), planes/4)
	}
	if stride > 1 {
		x = b.average(x, p+"/downsample/0", 2)
	}
	if x.c != out {
		x = b.convBN(x, p+"/downsample/1", out, 1, 1, 1)
	}
	return b.unary("Relu", b.binary("Add", y, x, p), p+"/act")
}

// tresNets returns TResNet (arXiv 2003.13630) with timm's figures.
func tresNets() []Entry {
	size := func(width int64, depths ...int) tresShape { return tresShape{[4]int(depths), width, false} }
	narrow := func(s tresShape) tresShape { s.narrow = true; return s }
	return networks("TResNet", "TResNet", 4, buildTRes, []network[tresShape]{
		{"tresnet_m", 224, 31_389_032, 5_736_545_792, 5.75, 83.09, size(64, 3, 4, 11, 3)},
		{"tresnet_l", 224, 55_989_256, 10_877_566_880, 10.9, 81.498, size(76, 4, 5, 18, 3)},
		{"tresnet_xl", 448, 78_436_244, 60_651_903_392, 60.77, 83.066, size(83, 4, 5, 24, 3)},
		{"tresnet_v2_l", 224, 46_174_824, 8_813_723_136, 8.85, 83.91, narrow(size(64, 3, 4, 23, 3))},
	})
}
