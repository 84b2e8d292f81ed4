package zoo

import (
	"fmt"
	"math"
)

// A segformerShape is one size of SegFormer: channels and blocks of its stages, and the width of the decoder.
type segformerShape struct {
	widths  [4]int64
	depths  [4]int
	decoder int64
}

// segformerEntry returns the Entry of a SegFormer of that size for the 150 classes of ADE20K. Its
// output has a quarter of the image's side.
func segformerEntry(name string, params, macs int64, gmac, mIoU float64, s segformerShape) Entry {
	return Entry{
		Name: "segformer-" + name, Family: "SegFormer", Task: "segmentation", Doc: "SegFormer-" + name + ", 150 classes, 512 pixels, at a quarter of the image",
		Params: params, MACs: macs, Published: gmac, License: "LicenseRef-NVIDIA-SegFormer",
		Source:   fmt.Sprintf("arXiv 2105.15203, table 1 and 2 (%.1f M parameters, %g GMAC printed as FLOPs)", float64(params)/1e6, gmac),
		Accuracy: Accuracy{"ADE20K mIoU", mIoU, "%", "arXiv 2105.15203, table 1, single scale"},
		Options:  []Option{imageSize(512, 32), classOption(150), batchOption}, build: func(b *builder, v values) { s.build(b, v) },
	}
}

// segformers returns SegFormer B0 to B4 (arXiv 2105.15203).
func segformers() []Entry {
	return []Entry{
		segformerEntry("b0", 3_752_694, 8_387_821_568, 8.4, 37.4, segformerShape{[4]int64{32, 64, 160, 256}, [4]int{2, 2, 2, 2}, 256}),
		segformerEntry("b1", 13_715_798, 15_878_062_080, 15.9, 42.2, segformerShape{[4]int64{64, 128, 320, 512}, [4]int{2, 2, 2, 2}, 256}),
		segformerEntry("b2", 27_461_974, 62_337_843_200, 62.4, 46.5, segformerShape{[4]int64{64, 128, 320, 512}, [4]int{3, 4, 6, 3}, 768}),
		segformerEntry("b3", 47_337_814, 78_963_015_680, 79.0, 49.4, segformerShape{[4]int64{64, 128, 320, 512}, [4]int{3, 4, 18, 3}, 768}),
		segformerEntry("b4", 64_108_374, 95_567_478_784, 95.7, 50.3, segformerShape{[4]int64{64, 128, 320, 512}, [4]int{3, 8, 27, 3}, 768}),
	}
}

// build builds the network of Xie et al. 2021 (arXiv 2105.15203), table 6 of its appendix, as transformers builds it.
func (s segformerShape) build(b *builder, v values) {
	const eps = 1e-6
	x := image(b, v)
	var maps []tensor
	for i, depth := range s.depths {
		p := fmt.Sprintf("/segformer/encoder/%d", i)
		area := v.extent().over(4 << i)
		patch := square(3, 2, 1)
		if i == 0 {
			patch = square(7, 4, 3)
		}
		heads := []int64{1, 2, 5, 8}[i]
		x = b.convolve(x, p+"/patch_embeddings/proj", s.widths[i], patch, true)
		x = b.layerNorm(tokens(b, x, p, area), p+"/patch_embeddings/layer_norm", eps)
		for j := range depth {
			block := fmt.Sprintf("%s/block.%d", p, j)
			y := reducedAttention(b, b.layerNorm(x, block+"/layer_norm_1", eps), block+"/attention", area, heads, int64(8)>>i)
			x = b.binary("Add", y, x, block)
			y = b.linear(b.layerNorm(x, block+"/layer_norm_2", eps), block+"/mlp/dense1", 4*x.c)
			y = pixels(b, y, block+"/mlp", area)
			y = tokens(b, b.conv(y, block+"/mlp/dwconv", y.c, 3, 1, y.c, true), block+"/mlp", area)
			x = b.binary("Add", b.linear(b.gelu(y, block+"/mlp"), block+"/mlp/dense2", x.c), x, block)
		}
		x = pixels(b, b.layerNorm(x, p+"/layer_norm", eps), p, area)
		maps = append(maps, x)
	}
	s.decode(b, v, maps)
}

// decode joins all maps at the size of the first.
func (s segformerShape) decode(b *builder, v values, maps []tensor) {
	var parts []tensor
	for i := len(maps) - 1; i >= 0; i-- {
		p, area := fmt.Sprintf("/decode_head/linear_c.%d", i), v.extent().over(4<<i)
		x := pixels(b, b.linear(tokens(b, maps[i], p, area), p+"/proj", s.decoder), p, area)
		if i > 0 {
			x = b.enlarge(x, p, v.extent().over(4))
		}
		parts = append(parts, x)
	}
	x := b.concat("/decode_head", parts...)
	b.absent += s.decoder // the fused layer has no bias but that of its normalisation
	x = b.unary("Relu", b.conv(x, "/decode_head/linear_fuse", s.decoder, 1, 1, 1, true), "/decode_head/activation")
	b.output(b.conv(x, "/decode_head/classifier", v["classes"], 1, 1, 1, true).name, v["classes"], v.height()/4,
		v.width()/4)
}

// tokens lays a map out as rows of channels, pixels the other way round.
func tokens(b *builder, x tensor, path string, area extent) tensor {
	return b.transpose(b.reshape(x, path, x.c, 0, x.c, area.n()), path, 0, 2, 1)
}

// pixels turns tokens [batch, h*w, c] into a map [batch, c, h, w].
func pixels(b *builder, x tensor, path string, area extent) tensor {
	return b.reshape(b.transpose(x, path, 0, 2, 1), path, x.c, 0, x.c, area.h, area.w)
}

// reducedAttention adds attention whose keys and values are of a map smaller by a factor.
func reducedAttention(b *builder, x tensor, path string, area extent, heads, by int64) tensor {
	size, small := x.c/heads, x
	if by > 1 {
		small = b.convolve(pixels(b, x, path, area), path+"/self/sr", x.c, square(by, by, 0), true)
		small = b.layerNorm(tokens(b, small, path, area.over(by)), path+"/self/layer_norm", 1e-5)
	}
	split := func(x tensor, name string, area extent, perm ...int64) tensor {
		y := b.reshape(b.linear(x, path+"/self/"+name, x.c), path, size, 0, area.n(), heads, size)
		return b.transpose(y, path, perm...)
	}
	q, k, v := split(x, "query", area, 0, 2, 1, 3), split(small, "key", area.over(by), 0, 2, 3, 1), split(small, "value",
		area.over(by), 0, 2, 1, 3)
	scores := b.scale(tensor{b.node("MatMul", path, []string{q.name, k.name}), 0}, path, float32(1/math.Sqrt(float64(size))))
	probs := b.unary("Softmax", scores, path, attr{"axis", int64(-1)})
	y := b.transpose(tensor{b.node("MatMul", path, []string{probs.name, v.name}), size}, path, 0, 2, 1, 3)
	return b.linear(b.reshape(y, path, x.c, 0, area.n(), x.c), path+"/output/dense", x.c)
}
