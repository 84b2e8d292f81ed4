package zoo

import (
	"fmt"
	"math"
)

// A vitShape is one size of the vision transformer.
type vitShape struct {
	patch, width, heads int64
	depth               int
	distilled           bool // with a second token and a second classifier, whose mean is the result (arXiv 2012.12877)
}

func vitEntry(name, doc string, params, macs int64, gmac, top1 float64, s vitShape) Entry {
	return torchvision(name, "ViT", doc, params, macs, gmac, top1, weightsV1, []Option{imageSize(224, s.patch), batchOption},
		func(b *builder, v values) { s.build(b, v) })
}

func vits() []Entry {
	return []Entry{
		vitEntry("vit-b-16", "ViT base, 16x16 patches", 86_567_656, 17_563_828_224, 17.564, 81.072, vitShape{patch: 16, width: 768, heads: 12, depth: 12}),
		vitEntry("vit-b-32", "ViT base, 32x32 patches", 88_224_232, 4_409_186_304, 4.409, 75.912, vitShape{patch: 32, width: 768, heads: 12, depth: 12}),
		vitEntry("vit-l-16", "ViT large, 16x16 patches", 304_326_632, 61_554_712_576, 61.555, 79.662, vitShape{patch: 16, width: 1024, heads: 16, depth: 24}),
		vitEntry("vit-l-32", "ViT large, 32x32 patches", 306_535_400, 15_377_539_072, 15.378, 76.972, vitShape{patch: 32, width: 1024, heads: 16, depth: 24}),
	}
}

// build is Dosovitskiy et al. 2020 (arXiv 2010.11929), as torchvision builds it.
func (s vitShape) build(b *builder, v values) {
	const eps = 1e-6
	side := v["size"] / s.patch
	tokens := side*side + 1
	x := s.patches(b, image(b, v))
	x = b.transpose(b.reshape(x, "", s.width, 0, s.width, side*side), "", 0, 2, 1)
	learnt := []string{s.token(b, x, "class_token")}
	if s.distilled {
		learnt = append(learnt, s.token(b, x, "dist_token"))
		tokens++
	}
	x = tensor{b.node("Concat", "", append(learnt, x.name), attr{"axis", int64(1)}), s.width}
	x = tensor{b.node("Add", "/encoder", []string{x.name, b.weight("encoder.pos_embedding", 1, tokens, s.width)}), s.width}
	for i := range s.depth {
		p := fmt.Sprintf("/encoder/layers/encoder_layer_%d", i)
		x = b.binary("Add", s.attention(b, b.layerNorm(x, p+"/ln_1", eps), p+"/self_attention", tokens), x, p)
		y := b.gelu(b.linear(b.layerNorm(x, p+"/ln_2", eps), p+"/mlp/mlp.0", 4*s.width), p+"/mlp/mlp.1")
		x = b.binary("Add", x, b.linear(y, p+"/mlp/mlp.3", s.width), p)
	}
	x = b.layerNorm(x, "/encoder/ln", eps)
	out := s.classify(b, x, 0, "/heads/head")
	if s.distilled {
		out = b.scale(b.binary("Add", out, s.classify(b, x, 1, "/heads/head_dist"), "/heads"), "/heads", 0.5)
	}
	b.output(out.name, int64(1000))
}

// classify is a linear layer over one token.
func (s vitShape) classify(b *builder, x tensor, at int64, path string) tensor {
	token := b.node("Gather", "", []string{x.name, b.node("Constant", "", nil, attr{"value_int", at})}, attr{"axis", int64(1)})
	return b.gemm(tensor{token, s.width}, path, 1000)
}

// patches is a convolution that sees every pixel once.
func (s vitShape) patches(b *builder, x tensor) tensor {
	in := []string{x.name, b.weight("conv_proj.weight", s.width, x.c, s.patch, s.patch), b.weight("conv_proj.bias", s.width)}
	return tensor{b.node("Conv", "/conv_proj", in, attr{"kernel_shape", []int64{s.patch, s.patch}}, attr{"strides", []int64{s.patch, s.patch}}), s.width}
}

// token is a learnt token, once for each sample of x.
func (s vitShape) token(b *builder, x tensor, name string) string {
	batch := b.node("Shape", "", []string{x.name}, attr{"start", int64(0)}, attr{"end", int64(1)})
	shape := b.node("Concat", "", []string{batch, b.ints("", 1, s.width)}, attr{"axis", int64(0)})
	return b.node("Expand", "", []string{b.weight(name, 1, 1, s.width), shape})
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
