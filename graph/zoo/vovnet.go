package zoo

import "fmt"

// A vovShape is one size of VoVNet: channels of the stem, within and behind the blocks of a stage, blocks a stage, and
// convolutions in a block.
type vovShape struct {
	stem      [3]int64
	mid, out  [4]int64
	depths    [4]int
	layers    int
	depthwise bool
	gate      string // of the last block of a stage: "ese", "eca" or none
}

// buildVoV builds the network of Lee et al. 2019 and 2020 (arXiv 1904.09730 and 1911.06667), as timm builds it: a
// block joins all its maps at once.
func buildVoV(b *builder, v values, s vovShape) {
	x := b.unary("Relu", b.convBN(image(b, v), "/stem/0", s.stem[0], 3, 2, 1), "/stem/0/act")
	x = s.convolve(b, x, "/stem/1", s.stem[1], 1)
	x = s.convolve(b, x, "/stem/2", s.stem[2], 2)
	for i, depth := range s.depths {
		p := fmt.Sprintf("/stages/stages.%d", i)
		if i > 0 {
			x = b.pool("MaxPool", x, p+"/pool", square(3, 2, 0), true)
		}
		for j := range depth {
			x = s.block(b, x, fmt.Sprintf("%s/blocks.%d", p, j), s.mid[i], s.out[i], j > 0, j == depth-1)
		}
	}
	b.classifier(x, "/head/fc", 1000)
}

// convolve adds a 3x3 convolution, in the light networks taken apart.
func (s vovShape) convolve(b *builder, x tensor, p string, out, stride int64) tensor {
	if s.depthwise {
		x = b.conv(x, p+"/conv_dw", x.c, 3, stride, x.c, false)
		return b.unary("Relu", b.convBN(x, p+"/conv_pw", out, 1, 1, 1), p+"/act")
	}
	return b.unary("Relu", b.convBN(x, p, out, 3, stride, 1), p+"/act")
}

// block adds s.layers convolutions of mid channels one after another, then a 1x1 convolution of all
// their outputs together to out channels; then the gate and the residual.
func (s vovShape) block(b *builder, x tensor, p string, mid, out int64, residual, last bool) tensor {
	maps, y := []tensor{x}, x
	if s.depthwise && x.c != mid {
		y = b.unary("Relu", b.convBN(x, p+"/conv_reduction", mid, 1, 1, 1), p+"/act")
	}
	for i := range s.layers {
		y = s.convolve(b, y, fmt.Sprintf("%s/conv_mid.%d", p, i), mid, 1)
		maps = append(maps, y)
	}
	y = b.unary("Relu", b.convBN(b.concat(p, maps...), p+"/conv_concat", out, 1, 1, 1), p+"/act")
	switch {
	case last && s.gate == "eca":
		y = efficientGate(b, y, p+"/attn")
	case last && s.gate == "ese":
		g := b.conv(b.unary("GlobalAveragePool", y, p+"/attn"), p+"/attn/fc", out, 1, 1, 1, true)
		y = b.binary("Mul", y, b.unary("HardSigmoid", g, p+"/attn", attr{"alpha", float32(1.0 / 6)}), p)
	}
	if residual {
		y = b.binary("Add", y, x, p)
	}
	return y
}

// vovNets returns VoVNet (arXiv 1904.09730) and its kin with gates, with timm's figures.
func vovNets() []Entry {
	stem, mid, out := [3]int64{64, 64, 128}, [4]int64{128, 160, 192, 224}, [4]int64{256, 512, 768, 1024}
	slim, thin := [4]int64{64, 80, 96, 112}, [4]int64{112, 256, 384, 512}
	entries := networks("VoVNet", "VoVNet", 1, buildVoV, []network[vovShape]{
		{"vovnet39a", 224, 22_600_296, 7_072_227_328, 7.09, 0, vovShape{stem, mid, out, [4]int{1, 1, 2, 2}, 5, false, ""}},
		{"vovnet57a", 224, 36_640_296, 8_930_144_256, 8.95, 0, vovShape{stem, mid, out, [4]int{1, 1, 4, 3}, 5, false, ""}},
		{"ese_vovnet19b_slim_dw", 224, 1_897_752, 398_071_376, 0.4, 0,
			vovShape{[3]int64{64, 64, 64}, slim, thin, [4]int{1, 1, 1, 1}, 3, true, "ese"}},
		{"ese_vovnet19b_slim", 224, 3_166_136, 1_680_214_784, 1.69, 0,
			vovShape{stem, slim, thin, [4]int{1, 1, 1, 1}, 3, false, "ese"}},
		{"ese_vovnet39b", 224, 24_568_936, 7_074_193_408, 7.09, 80.378,
			vovShape{stem, mid, out, [4]int{1, 1, 2, 2}, 5, false, "ese"}},
		{"ese_vovnet57b", 224, 38_608_936, 8_932_110_336, 8.95, 83.298,
			vovShape{stem, mid, out, [4]int{1, 1, 4, 3}, 5, false, "ese"}},
		{"eca_vovnet39b", 224, 22_600_316, 7_072_240_128, 7.09, 0,
			vovShape{stem, mid, out, [4]int{1, 1, 2, 2}, 5, false, "eca"}},
	})
	for i := range entries {
		entries[i].Options[0].Min = 64 // the last pool sees three rows
	}
	return entries
}
