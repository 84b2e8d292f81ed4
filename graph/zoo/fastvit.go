package zoo

import "fmt"

// A fastShape is one size of FastViT: channels and blocks of its stages, channels within a perceptron as a multiple,
// whether the last stage attends, and whether maps are halved with an activation, in the late stages with a gate.
type fastShape struct {
	widths  [4]int64
	depths  [4]int
	expand  int64
	attends bool
	gated   bool
	classes int64
}

// buildFastViT builds the network of Vasu et al. 2023 (arXiv 2303.14189), as it is trained: blocks of several branches,
// which mix places without attention but in the last stage.
func buildFastViT(b *builder, v values, s fastShape) {
	x, o := image(b, v), one{branches: 1, act: "gelu"}
	x = o.block(b, x, "/stem/stem.0", s.widths[0], 3, 2, 1)
	x = o.block(b, x, "/stem/stem.1", x.c, 3, 2, x.c)
	x = o.block(b, x, "/stem/stem.2", x.c, 1, 1, 1)
	area := v.extent().ceil(4)
	for i, depth := range s.depths {
		p := fmt.Sprintf("/stages.%d", i)
		if i > 0 {
			x, area = s.halve(b, x, p+"/downsample", s.widths[i], i), area.ceil(2)
		}
		attends := s.attends && i == 3
		if attends {
			x = b.binary("Add", x, b.conv(x, p+"/pos_emb", x.c, 7, 1, x.c, true), p)
		}
		for j := range depth {
			q := fmt.Sprintf("%s/blocks.%d", p, j)
			if attends {
				x = s.attend(b, x, q, area)
			} else {
				x = s.mix(b, x, q)
			}
			x = b.binary("Add", x, b.scaledBy(s.perceptron(b, x, q+"/mlp"), q+"/layer_scale_2", true), q)
		}
	}
	o.part = 1.0 / 16
	b.classifier(o.block(b, x, "/final_conv", 2*x.c, 3, 1, x.c), "/head/fc", s.classes)
}

// halve adds a large and a small convolution side by side, then a block.
func (s fastShape) halve(b *builder, x tensor, p string, out int64, stage int) tensor {
	y := b.binary("Add", b.convBN(x, p+"/proj.0/large_conv", out, 7, 2, x.c),
		b.convBN(x, p+"/proj.0/small_conv", out, 3, 2, x.c), p)
	if s.gated {
		if stage > 1 {
			y = gatedBy(0.25)(b, y, p+"/proj.0/se")
		}
		y = b.gelu(y, p+"/proj.0/act")
	}
	return one{branches: 1, act: "gelu"}.block(b, y, p+"/proj.1", out, 1, 1, 1)
}

// mix adds the difference of a block of depthwise branches and a normalisation.
func (s fastShape) mix(b *builder, x tensor, p string) tensor {
	y := one{branches: 1}.block(b, x, p+"/token_mixer/mixer", x.c, 3, 1, x.c)
	y = b.binary("Sub", y, b.batchNorm(x, p+"/token_mixer/norm"), p)
	return b.binary("Add", x, b.scaledBy(y, p+"/token_mixer/layer_scale", true), p)
}

// attend adds attention to x [batch, c, h, w]: a batch normalisation, heads of 32 channels without
// biases, and a learnt scale of each channel before the residual.
func (s fastShape) attend(b *builder, x tensor, p string, area extent) tensor {
	y := b.tokens(b.batchNorm(x, p+"/norm"), p, area)
	y = vitShape{width: x.c, heads: x.c / 32, bias: noBiases}.attention(b, y, p+"/token_mixer", area, 0, tensor{})
	return b.binary("Add", x, b.scaledBy(b.spread(y, p, area), p+"/layer_scale_1", true), p)
}

// perceptron adds a depthwise 7x7 convolution and two 1x1 convolutions, the inner one s.expand
// times as wide. The residual is the caller's.
func (s fastShape) perceptron(b *builder, x tensor, p string) tensor {
	y := b.convBN(x, p+"/conv", x.c, 7, 1, x.c)
	y = b.gelu(b.conv(y, p+"/fc1", s.expand*x.c, 1, 1, 1, true), p+"/act")
	return b.conv(y, p+"/fc2", x.c, 1, 1, 1, true)
}

// fastViTs returns FastViT (arXiv 2303.14189) as it is trained: branches are not merged, so it
// costs more than a deployed one.
func fastViTs() []Entry {
	size := func(width, expand int64, depths ...int) fastShape {
		return fastShape{widths: [4]int64{width, 2 * width, 4 * width, 8 * width}, depths: [4]int(depths), expand: expand,
			classes: 1000}
	}
	attends := func(s fastShape) fastShape { s.attends = true; return s }
	clip := func(s fastShape) fastShape { s.gated, s.classes = true, 512; return attends(s) }
	return append(networks("FastViT", "FastViT as it is trained, with all branches", 32, buildFastViT, []network[fastShape]{
		{"fastvit_t8", 256, 4_026_232, 690_149_376, 0.7, 77.17, size(48, 3, 2, 2, 4, 2)},
		{"fastvit_t12", 256, 7_553_704, 1_397_727_232, 1.42, 80.364, size(64, 3, 2, 2, 6, 2)},
		{"fastvit_s12", 256, 9_473_576, 1_800_380_416, 1.82, 81.074, size(64, 4, 2, 2, 6, 2)},
		{"fastvit_sa12", 256, 11_580_968, 1_943_937_024, 1.96, 81.94, attends(size(64, 4, 2, 2, 6, 2))},
		{"fastvit_sa24", 256, 21_554_216, 3_769_966_592, 3.8, 82.68, attends(size(64, 4, 4, 4, 12, 4))},
		{"fastvit_sa36", 256, 31_527_464, 5_595_996_160, 5.64, 84.028, attends(size(64, 4, 6, 6, 18, 6))},
		{"fastvit_ma36", 256, 44_068_004, 7_825_709_056, 7.88, 84.608, attends(size(76, 4, 6, 6, 18, 6))},
	}), networks("FastViT", "MobileCLIP's tower for images as it is trained", 32, buildFastViT, []network[fastShape]{
		{"fastvit_mci0", 256, 11_406_976, 2_392_653_824, 2.42, 0, clip(size(64, 3, 2, 6, 10, 2))},
		{"fastvit_mci1", 256, 21_541_632, 4_667_736_064, 4.72, 0, clip(size(64, 3, 4, 12, 20, 4))},
		{"fastvit_mci2", 256, 35_815_232, 7_846_389_760, 7.91, 0, clip(size(80, 3, 4, 12, 24, 4))},
	})...)
}
