package zoo

import "fmt"

// A tinyViTShape is one size of TinyViT: channels of its stages, sides of the windows of the last three, and classes.
type tinyViTShape struct {
	widths  [4]int64
	windows [3]int64
	classes int64
}

// buildTinyViT builds the network of Wu et al. 2022 (arXiv 2207.10666), as timm builds it: inverted residuals, then
// attention within windows with learnt biases and a convolution of each channel.
func buildTinyViT(b *builder, v values, s tinyViTShape) {
	x := b.gelu(b.convBN(image(b, v), "/patch_embed/conv1", s.widths[0]/2, 3, 2, 1), "/patch_embed/act")
	x = b.convBN(x, "/patch_embed/conv2", s.widths[0], 3, 2, 1)
	area := v.extent().ceil(4)
	for j := range 2 {
		p := fmt.Sprintf("/stages.0/blocks.%d", j)
		y := b.gelu(b.convBN(x, p+"/conv1", 4*x.c, 1, 1, 1), p+"/act1")
		y = b.gelu(b.convBN(y, p+"/conv2", y.c, 3, 1, y.c), p+"/act2")
		x = b.gelu(b.binary("Add", x, b.convBN(y, p+"/conv3", x.c, 1, 1, 1), p), p+"/act3")
	}
	for i, depth := range []int{2, 6, 2} {
		p, out := fmt.Sprintf("/stages.%d", i+1), s.widths[i+1]
		x = b.gelu(b.convBN(x, p+"/downsample/conv1", out, 1, 1, 1), p+"/downsample/act1")
		x = b.gelu(b.convBN(x, p+"/downsample/conv2", out, 3, 2, out), p+"/downsample/act2")
		x, area = b.convBN(x, p+"/downsample/conv3", out, 1, 1, 1), area.ceil(2)
		w := extent{min(s.windows[i], area.h), min(s.windows[i], area.w)}
		for j := range depth {
			x = s.block(b, x, fmt.Sprintf("%s/blocks.%d", p, j), area, w)
		}
	}
	b.pooledHead(x, 1e-5, s.classes)
}

// block adds attention in windows w, with a learnt bias by distance, to x [batch, c, area.h,
// area.w]; then a depthwise convolution and a perceptron. Heads have 32 channels.
func (s tinyViTShape) block(b *builder, x tensor, p string, area, w extent) tensor {
	heads, n := x.c/32, w.n()
	y := b.windows(b.transpose(x, p, 0, 2, 3, 1), p, area, w)
	y = b.linear(b.layerNorm(y, p+"/attn/norm", 1e-5), p+"/attn/qkv", 3*x.c)
	parts := b.nodeN("Split", p, 3, []string{b.reshape(y, p, 96, -1, n, heads, 96).name, b.ints(p, 32, 32, 32)},
		attr{"axis", int64(-1)})
	flat := func(i int) tensor { return b.reshape(tensor{parts[i], x.c}, p, x.c, -1, n, x.c) }
	near := b.weight(weightName(p+"/attn/attention_biases"), heads, n)
	at := b.node("ConstantOfShape", p, []string{b.ints(p, n, n)},
		attr{"value", constant{t: 7, shape: []int64{1}, ints: []int64{0}}})
	bias := b.node("Gather", p, []string{near, at}, attr{"axis", int64(1)})
	y = b.attendTo(flat(0), flat(1), flat(2), p+"/attn", n, n, heads, func(scores tensor) tensor {
		return tensor{b.node("Add", p, []string{scores.name, bias}), scores.c}
	})
	y = b.rejoin(b.linear(y, p+"/attn/proj", x.c), p, area, w)
	x = b.binary("Add", x, b.transpose(y, p, 0, 3, 1, 2), p)
	x = b.tokens(b.convBN(x, p+"/local_conv", x.c, 3, 1, x.c), p, area)
	x = b.binary("Add", x, b.perceptron(b.layerNorm(x, p+"/mlp/norm", 1e-5), p+"/mlp", 4*x.c), p)
	return b.spread(x, p, area)
}

// tinyViTs returns TinyViT (arXiv 2207.10666) with timm's figures, also for the classes of
// ImageNet-22k.
func tinyViTs() []Entry {
	size := func(window int64, widths ...int64) tinyViTShape {
		return tinyViTShape{[4]int64(widths), [3]int64{window, 2 * window, window}, 1000}
	}
	whole := func(s tinyViTShape) tinyViTShape { s.classes = 21841; return s } // of ImageNet-22k
	rows := func(window int64, rows ...network[tinyViTShape]) []Entry {
		return networks("TinyViT", fmt.Sprintf("TinyViT, windows of %d and %d", window, 2*window), 32*window, buildTinyViT,
			rows)
	}
	out := rows(7, []network[tinyViTShape]{
		{"tiny_vit_5m_224", 224, 12_082_725, 1_261_843_840, 1.28, 80.874, whole(size(7, 64, 128, 160, 320))},
		{"tiny_vit_11m_224", 224, 20_354_581, 2_025_382_912, 2.04, 83.232, whole(size(7, 64, 128, 256, 448))},
		{"tiny_vit_21m_224", 224, 33_223_825, 4_262_333_952, 4.29, 85.088, whole(size(7, 96, 192, 384, 576))},
	}...)
	out = append(out, rows(12, []network[tinyViTShape]{
		{"tiny_vit_21m_384", 384, 21_230_488, 13_697_865_216, 13.77, 86.088, size(12, 96, 192, 384, 576)},
	}...)...)
	return append(out, rows(16, []network[tinyViTShape]{
		{"tiny_vit_21m_512", 512, 21_268_120, 26_883_623_424, 27.02, 86.444, size(16, 96, 192, 384, 576)},
	}...)...)
}
