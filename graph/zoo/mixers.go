package zoo

import (
	"fmt"
	"slices"
)

// A mixerShape is one network of perceptrons: side of a patch, width and blocks.
type mixerShape struct {
	patch, width int64
	depth        int
	kind         string // "mixer", "gated mixer", "residual" or "gated"
}

// buildMixer builds the network of Tolstikhin et al. 2021 (arXiv 2105.01601), Touvron et al. 2021 (arXiv 2105.03404)
// and Liu et al. 2021 (arXiv 2105.08050), as timm builds them: perceptrons mix places and channels in turn.
func buildMixer(b *builder, v values, s mixerShape) {
	area := v.extent().over(s.patch)
	x := vitShape{patch: s.patch, width: s.width}.patches(b, image(b, v))
	x = b.transpose(b.reshape(x, "", s.width, 0, s.width, area.n()), "", 0, 2, 1)
	for i := range s.depth {
		x = s.block(b, x, fmt.Sprintf("/blocks/blocks.%d", i), area.n())
	}
	x = s.norm(b, x, "/norm")
	x = tensor{b.node("ReduceMean", "", []string{x.name}, attr{"axes", []int64{1}}, attr{"keepdims", int64(0)}), s.width}
	b.output(b.gemm(x, "/head", 1000).name, int64(1000))
}

// norm normalises, or only scales and shifts.
func (s mixerShape) norm(b *builder, x tensor, path string) tensor {
	if s.kind != "residual" {
		return b.layerNorm(x, path, 1e-6)
	}
	y := b.node("Mul", path, []string{x.name, b.weight(weightName(path+"/alpha"), s.width)})
	return tensor{b.node("Add", path, []string{y, b.weight(weightName(path+"/beta"), s.width)}), s.width}
}

// block adds a block to x [batch, tokens, width] that mixes tokens, then channels. The kind names
// MLP-Mixer, gMLP or ResMLP, which differ in scales and gates.
func (s mixerShape) block(b *builder, x tensor, p string, tokens int64) tensor {
	swap := func(y tensor, c int64) tensor { return tensor{b.transpose(y, p, 0, 2, 1).name, c} }
	scaled := func(y tensor, name string) tensor {
		return tensor{b.node("Mul", p, []string{b.weight(weightName(p+name), s.width), y.name}), y.c}
	}
	y := s.norm(b, x, p+"/norm1")
	switch s.kind {
	case "gated":
		return b.binary("Add", x, s.spatial(b, y, p+"/mlp_channels", tokens), p)
	case "residual":
		y = swap(b.linear(swap(y, tokens), p+"/linear_tokens", tokens), s.width)
		x = b.binary("Add", x, scaled(y, "/ls1"), p)
		return b.binary("Add", x, scaled(b.perceptron(s.norm(b, x, p+"/norm2"), p+"/mlp_channels", 4*s.width), "/ls2"), p)
	case "gated mixer":
		x = b.binary("Add", x, swap(s.glu(b, swap(y, tokens), p+"/mlp_tokens", s.width), s.width), p)
		return b.binary("Add", x, s.glu(b, s.norm(b, x, p+"/norm2"), p+"/mlp_channels", 4*s.width), p)
	}
	x = b.binary("Add", x, swap(b.perceptron(swap(y, tokens), p+"/mlp_tokens", s.width/2), s.width), p)
	return b.binary("Add", x, b.perceptron(s.norm(b, x, p+"/norm2"), p+"/mlp_channels", 4*s.width), p)
}

// glu adds a perceptron half of whose channels gate the others.
func (s mixerShape) glu(b *builder, x tensor, p string, hidden int64) tensor {
	parts := b.nodeN("Split", p, 2, []string{b.linear(x, p+"/fc1", hidden).name, b.ints(p, hidden/2, hidden/2)},
		attr{"axis", int64(-1)})
	y := b.binary("Mul", tensor{parts[0], hidden / 2}, b.silu(tensor{parts[1], hidden / 2}, p), p)
	return b.linear(y, p+"/fc2", x.c)
}

// spatial adds a perceptron half of whose channels, mixed over places, gate the others.
func (s mixerShape) spatial(b *builder, x tensor, p string, tokens int64) tensor {
	half := 3 * s.width
	y := b.gelu(b.linear(x, p+"/fc1", 2*half), p+"/act")
	parts := b.nodeN("Split", p, 2, []string{y.name, b.ints(p, half, half)}, attr{"axis", int64(-1)})
	z := b.layerNorm(tensor{parts[1], half}, p+"/gate/norm", 1e-6)
	z = b.linear(tensor{b.transpose(z, p, 0, 2, 1).name, tokens}, p+"/gate/proj", tokens)
	z = tensor{b.transpose(z, p, 0, 2, 1).name, half}
	return b.linear(b.binary("Mul", tensor{parts[0], half}, z, p), p+"/fc2", s.width)
}

// mixers returns MLP-Mixer (arXiv 2105.01601), gMLP and ResMLP with timm's figures. They have no
// attention.
func mixers() []Entry {
	return slices.Concat(
		networks("MLP-Mixer", "MLP-Mixer", 0, buildMixer, []network[mixerShape]{
			{"mixer_s32_224", 224, 19_104_624, 1_002_426_368, 1, 0, mixerShape{32, 512, 8, "mixer"}},
			{"mixer_s16_224", 224, 18_528_264, 3_776_958_464, 3.79, 0, mixerShape{16, 512, 8, "mixer"}},
			{"mixer_b32_224", 224, 60_293_428, 3_237_722_112, 3.24, 0, mixerShape{32, 768, 12, "mixer"}},
			{"mixer_b16_224", 224, 59_880_472, 12_601_767_936, 12.62, 82.314, mixerShape{16, 768, 12, "mixer"}},
			{"mixer_l32_224", 224, 206_939_264, 11_253_293_056, 11.27, 0, mixerShape{32, 1024, 24, "mixer"}},
			{"mixer_l16_224", 224, 208_196_168, 44_547_678_208, 44.6, 72.084, mixerShape{16, 1024, 24, "mixer"}},
		}),
		networks("MLP-Mixer", "MLP-Mixer with gates", 0, buildMixer, []network[mixerShape]{
			{"gmixer_12_224", 224, 12_701_080, 2_659_310_592, 2.67, 0, mixerShape{16, 384, 12, "gated mixer"}},
			{"gmixer_24_224", 224, 24_721_096, 5_260_434_432, 5.28, 78.048, mixerShape{16, 384, 24, "gated mixer"}},
		}),
		networks("MLP-Mixer", "ResMLP", 0, buildMixer, []network[mixerShape]{
			{"resmlp_12_224", 224, 15_350_872, 3_009_739_776, 3.01, 77.948, mixerShape{16, 384, 12, "residual"}},
			{"resmlp_24_224", 224, 30_020_680, 5_961_292_800, 5.96, 80.766, mixerShape{16, 384, 24, "residual"}},
			{"resmlp_36_224", 224, 44_690_488, 8_912_845_824, 8.91, 81.15, mixerShape{16, 384, 36, "residual"}},
			{"resmlp_big_24_224", 224, 129_138_280, 100_230_739_968, 100.23, 84.414, mixerShape{8, 768, 24, "residual"}},
		}),
		networks("MLP-Mixer", "gMLP", 0, buildMixer, []network[mixerShape]{
			{"gmlp_ti16_224", 224, 5_867_328, 1_328_989_184, 1.34, 0, mixerShape{16, 128, 30, "gated"}},
			{"gmlp_s16_224", 224, 19_422_656, 4_392_060_928, 4.42, 79.652, mixerShape{16, 256, 30, "gated"}},
			{"gmlp_b16_224", 224, 73_075_392, 15_720_452_096, 15.78, 0, mixerShape{16, 512, 30, "gated"}},
		}))
}
