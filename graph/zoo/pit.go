package zoo

import "fmt"

// A pitShape is one size of PiT: patch and stride of the first convolution, width of a head, heads and blocks of the
// stages.
type pitShape struct {
	patch, stride, head int64
	heads               [3]int64
	depths              [3]int
	distilled           bool // with a second token and a second classifier
}

// buildPiT builds the network of Heo et al. 2021 (arXiv 2103.16302), as timm builds it: convolutions halve the map
// between stages.
func buildPiT(b *builder, v values, s pitShape) {
	width := s.head * s.heads[0]
	area, learnt := extent{(v.height()-s.patch)/s.stride + 1, (v.width()-s.patch)/s.stride + 1}, int64(1)
	x := b.convolve(image(b, v), "/patch_embed/conv", width, square(s.patch, s.stride, 0), true)
	x.name = b.node("Add", "", []string{x.name, b.weight("pos_embed", 1, width, area.h, area.w)})
	if s.distilled {
		learnt = 2
	}
	cls := tensor{vitShape{width: width}.token(b, x, "cls_token", learnt), width}
	for i, depth := range s.depths {
		p := fmt.Sprintf("/transformers/%d", i)
		if i > 0 {
			width *= s.heads[i] / s.heads[i-1]
			x = b.convolve(x, p+"/pool/conv", width, kernel{3, 3, 2, 1, 1, x.c, 1}, true)
			cls, area = b.linear(cls, p+"/pool/fc", width), area.ceil(2)
		}
		flat := b.transpose(b.reshape(x, p, width, 0, width, area.n()), p, 0, 2, 1)
		y := tensor{b.node("Concat", p, []string{cls.name, flat.name}, attr{"axis", int64(1)}), width}
		for j := range depth {
			shape := vitShape{width: width, heads: s.heads[i]}
			y = shape.block(b, y, fmt.Sprintf("%s/blocks/%d", p, j), area, learnt, tensor{})
		}
		parts := b.nodeN("Split", p, 2, []string{y.name, b.ints(p, learnt, area.n())}, attr{"axis", int64(1)})
		cls = tensor{parts[0], width}
		x = b.reshape(b.transpose(tensor{parts[1], width}, p, 0, 2, 1), p, width, 0, width, area.h, area.w)
	}
	vitShape{width: width, distilled: s.distilled}.end(b, b.layerNorm(cls, "/norm", 1e-6), learnt)
}

// pits returns PiT (arXiv 2103.16302): vision transformers that pool between stages; some have a
// distillation token.
func pits() []Entry {
	ti, xs := pitShape{16, 8, 32, [3]int64{2, 4, 8}, [3]int{2, 6, 4}, false}, pitShape{16, 8, 48, [3]int64{2, 4, 8},
		[3]int{2, 6, 4}, false}
	small, base := pitShape{16, 8, 48, [3]int64{3, 6, 12}, [3]int{2, 6, 4}, false}, pitShape{14, 7, 64, [3]int64{4, 8, 16},
		[3]int{3, 6, 4}, false}
	two := func(s pitShape) pitShape { s.distilled = true; return s }
	return networks("PiT", "PiT", 0, buildPiT, []network[pitShape]{
		{"pit_ti_224", 224, 4_847_272, 699_059_456, 0.7, 72.926, ti},
		{"pit_xs_224", 224, 10_618_888, 1_394_699_136, 1.4, 78.196, xs},
		{"pit_s_224", 224, 23_461_912, 2_870_796_096, 2.88, 81.114, small},
		{"pit_b_224", 224, 73_764_840, 12_401_916_928, 12.42, 82.458, base},
		{"pit_ti_distilled_224", 224, 5_104_336, 704_967_680, 0.71, 74.276, two(ti)},
		{"pit_xs_distilled_224", 224, 11_003_984, 1_406_909_952, 1.41, 79.172, two(xs)},
		{"pit_s_distilled_224", 224, 24_039_056, 2_896_646_400, 2.9, 81.826, two(small)},
		{"pit_b_distilled_224", 224, 74_790_096, 12_482_355_712, 12.5, 83.774, two(base)},
	})
}
