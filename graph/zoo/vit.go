package zoo

import (
	"fmt"
	"math"
)

// A vitShape is one size of the vision transformer.
type vitShape struct {
	patch, width, heads int64
	depth               int
}

func vitEntry(name, doc string, params, macs int64, gmac, top1 float64, s vitShape) Entry {
	return torchvision(name, "ViT", doc, params, macs, gmac, top1, weightsV1, []Option{imageSize(224, s.patch), batchOption},
		func(b *builder, v values) { s.build(b, v) })
}

var vits = []Entry{
	vitEntry("vit-b-16", "ViT base, 16x16 patches", 86_567_656, 17_563_828_224, 17.564, 81.072, vitShape{16, 768, 12, 12}),
	vitEntry("vit-b-32", "ViT base, 32x32 patches", 88_224_232, 4_409_186_304, 4.409, 75.912, vitShape{32, 768, 12, 12}),
	vitEntry("vit-l-16", "ViT large, 16x16 patches", 304_326_632, 61_554_712_576, 61.555, 79.662, vitShape{16, 1024, 16, 24}),
	vitEntry("vit-l-32", "ViT large, 32x32 patches", 306_535_400, 15_377_539_072, 15.378, 76.972, vitShape{32, 1024, 16, 24}),
}

// build is Dosovitskiy et al. 2020 (arXiv 2010.11929), as torchvision builds it.
func (s vitShape) build(b *builder, v values) {
	const eps = 1e-6
	side := v["size"] / s.patch
	tokens := side*side + 1
	x := s.patches(b, image(b, v))
	x = b.transpose(b.reshape(x, "", s.width, 0, s.width, side*side), "", 0, 2, 1)
	x = tensor{b.node("Concat", "", []string{s.classToken(b, x), x.name}, attr{"axis", int64(1)}), s.width}
	x = tensor{b.node("Add", "/encoder", []string{x.name, b.weight("encoder.pos_embedding", 1, tokens, s.width)}), s.width}
	for i := range s.depth {
		p := fmt.Sprintf("/encoder/layers/encoder_layer_%d", i)
		x = b.binary("Add", s.attention(b, b.layerNorm(x, p+"/ln_1", eps), p+"/self_attention", tokens), x, p)
		y := b.gelu(b.linear(b.layerNorm(x, p+"/ln_2", eps), p+"/mlp/mlp.0", 4*s.width), p+"/mlp/mlp.1")
		x = b.binary("Add", x, b.linear(y, p+"/mlp/mlp.3", s.width), p)
	}
	x = b.layerNorm(x, "/encoder/ln", eps)
	first := b.node("Gather", "", []string{x.name, b.node("Constant", "", nil, attr{"value_int", int64(0)})}, attr{"axis", int64(1)})
	b.output(b.gemm(tensor{first, s.width}, "/heads/head", 1000).name, int64(1000))
}

// patches is a convolution that sees every pixel once.
func (s vitShape) patches(b *builder, x tensor) tensor {
	in := []string{x.name, b.weight("conv_proj.weight", s.width, x.c, s.patch, s.patch), b.weight("conv_proj.bias", s.width)}
	return tensor{b.node("Conv", "/conv_proj", in, attr{"kernel_shape", []int64{s.patch, s.patch}}, attr{"strides", []int64{s.patch, s.patch}}), s.width}
}

// classToken is the learnt first token, once for each sample of x.
func (s vitShape) classToken(b *builder, x tensor) string {
	batch := b.node("Shape", "", []string{x.name}, attr{"start", int64(0)}, attr{"end", int64(1)})
	shape := b.node("Concat", "", []string{batch, b.ints("", 1, s.width)}, attr{"axis", int64(0)})
	return b.node("Expand", "", []string{b.weight("class_token", 1, 1, s.width), shape})
}

// attention projects to queries, keys and values at once.
func (s vitShape) attention(b *builder, x tensor, path string, tokens int64) tensor {
	size := s.width / s.heads
	parts := b.nodeN("Split", path, 3, []string{b.linear(x, path+"/in_proj", 3*s.width).name, b.ints(path, s.width, s.width, s.width)}, attr{"axis", int64(2)})
	heads := func(i int, perm ...int64) tensor {
		return b.transpose(b.reshape(tensor{parts[i], s.width}, path, size, 0, tokens, s.heads, size), path, perm...)
	}
	q, k, v := heads(0, 0, 2, 1, 3), heads(1, 0, 2, 3, 1), heads(2, 0, 2, 1, 3)
	scores := b.scale(tensor{b.node("MatMul", path, []string{q.name, k.name}), tokens}, path, float32(1/math.Sqrt(float64(size))))
	probs := b.unary("Softmax", scores, path, attr{"axis", int64(-1)})
	y := b.transpose(tensor{b.node("MatMul", path, []string{probs.name, v.name}), size}, path, 0, 2, 1, 3)
	return b.linear(b.reshape(y, path, s.width, 0, tokens, s.width), path+"/out_proj", s.width)
}
