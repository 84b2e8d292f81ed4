package zoo

import (
	"fmt"
	"math"
)

// detrs returns DETR on ResNet-50 (arXiv 2005.12872). The heads run on the last layer of the
// decoder alone, as an export for use does.
func detrs() []Entry {
	return []Entry{{
		Name: "detr-resnet50", Family: "DETR", Task: detection.name, Doc: "DETR on ResNet-50, 100 queries, 92 classes, 640 pixels",
		Params: 41_524_768, MACs: 38_560_153_600, License: "Apache-2.0",
		Source:   "facebookresearch/detr README (41 M parameters, 86 GFLOPs of multiply-adds at about 800 x 1200 pixels, which is another size; exports apply the heads to all six layers of the decoder)",
		Accuracy: Accuracy{detection.metric, 42.0, "", "facebookresearch/detr README"},
		Options:  []Option{imageSize(640, 32), {"queries", 100, 1, 10000, 1, "boxes that are looked for"}, classOption(92), batchOption}, build: detr,
	}}
}

// detr builds the network of Carion et al. 2020 (arXiv 2005.12872), section A.4.
func detr(b *builder, v values) {
	const width = 256
	b.frozen = true
	x := b.conv(resnet50.features(b, image(b, v), "/backbone", 0)[3], "/input_proj", width, 1, 1, 1, true)
	area := v.extent().over(32)
	n := area.n()
	t := postNorm{builder: b, width: width, heads: 8, hidden: 2048, act: "Relu"}
	places := tensor{b.table("/position_embedding", 1, n, width), width}
	x = tokens(b, x, "/transformer", area)
	for i := range 6 {
		x = t.encode(x, places, fmt.Sprintf("/transformer/encoder/layers.%d", i), n)
	}
	memory, asked := x, v["queries"]
	queries := tensor{b.weight("query_embed.weight", asked, width), width}
	y := b.forEach(x, "/transformer/decoder", 1, asked, width)
	for i := range 6 {
		p := fmt.Sprintf("/transformer/decoder/layers.%d", i)
		at := b.binary("Add", y, queries, p)
		y = t.add(y, t.attend(at, at, y, p+"/self_attn", asked, asked), p+"/norm1")
		z := t.attend(b.binary("Add", y, queries, p), b.binary("Add", memory, places, p), memory, p+"/multihead_attn", asked, n)
		y = t.feed(t.add(y, z, p+"/norm2"), p, "/norm3")
	}
	y = b.layerNorm(y, "/transformer/decoder/norm", 1e-5)
	b.output(b.linear(y, "/class_embed", v["classes"]).name, asked, v["classes"])
	for i := range 2 {
		p := fmt.Sprintf("/bbox_embed/layers.%d", i)
		y = b.unary("Relu", b.linear(y, p, width), p)
	}
	b.output(b.unary("Sigmoid", b.linear(y, "/bbox_embed/layers.2", 4), "/bbox_embed").name, asked, int64(4))
}

// forEach adds a constant once for every sample of x, whose first dim the constant's is 1.
func (b *builder) forEach(x tensor, path string, shape ...int64) tensor {
	batch := b.node("Shape", path, []string{x.name}, attr{"start", int64(0)}, attr{"end", int64(1)})
	sizes := b.node("Concat", path, []string{batch, b.ints(path, shape[1:]...)}, attr{"axis", int64(0)})
	return tensor{b.node("Expand", path, []string{b.table(path, shape...), sizes}), shape[len(shape)-1]}
}

// postNorm builds layers of transformers that normalise behind each shortcut, with biases.
type postNorm struct {
	*builder
	width, heads, hidden int64
	act                  string
}

// encode returns self-attention, with the places added to queries and keys, and a perceptron.
func (t *postNorm) encode(x, places tensor, path string, n int64) tensor {
	at := t.binary("Add", x, places, path)
	return t.feed(t.add(x, t.attend(at, at, x, path+"/self_attn", n, n), path+"/norm1"), path, "/norm2")
}

// attend returns attention of so many queries to so many keys, each of its four projections a linear layer.
func (t *postNorm) attend(q, k, v tensor, path string, queries, keys int64) tensor {
	size := t.width / t.heads
	split := func(x tensor, name string, n int64, perm ...int64) tensor {
		y := t.reshape(t.linear(x, path+"/"+name, t.width), path, size, 0, n, t.heads, size)
		return t.transpose(y, path, perm...)
	}
	q, k, v = split(q, "q_proj", queries, 0, 2, 1, 3), split(k, "k_proj", keys, 0, 2, 3, 1), split(v, "v_proj", keys, 0, 2, 1, 3)
	scores := tensor{t.node("MatMul", path, []string{t.scale(q, path, float32(1/math.Sqrt(float64(size)))).name, k.name}), keys}
	probs := t.unary("Softmax", scores, path, attr{"axis", int64(-1)})
	y := t.transpose(tensor{t.node("MatMul", path, []string{probs.name, v.name}), size}, path, 0, 2, 1, 3)
	return t.linear(t.reshape(y, path, t.width, 0, queries, t.width), path+"/out_proj", t.width)
}

// feed returns a perceptron around a shortcut, and a normalisation.
func (t *postNorm) feed(x tensor, path, norm string) tensor {
	y := t.linear(x, path+"/linear1", t.hidden)
	if t.act == "GELU" {
		y = t.gelu(y, path)
	} else {
		y = t.unary(t.act, y, path)
	}
	return t.add(x, t.linear(y, path+"/linear2", t.width), path+norm)
}

// add returns a shortcut and the normalisation behind it.
func (t *postNorm) add(x, y tensor, norm string) tensor {
	return t.layerNorm(t.binary("Add", x, y, norm), norm, 1e-5)
}
