package zoo

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

var berts = []Entry{
	{
		Name: "bert-base", Family: "BERT", Task: "language encoding", Doc: "BERT base, uncased, with pooler",
		Params: 109_482_240, MACs: 11_174_215_680,
		Source:    "google-bert/bert-base-uncased (109482240 parameters); 11.17 GMAC at 128 tokens = 12 layers x (4 x 768^2 + 2 x 768 x 3072) x 128 + 12 x 2 x 128^2 x 768 + pooler 768^2",
		Published: 11.17, License: "Apache-2.0",
		Accuracy: Accuracy{"GLUE average", 79.6, "", "Devlin et al. 2018, table 1"},
		Options:  []Option{{"seq", 128, 1, 512, 1, "tokens"}, batchOption},
		build:    func(b *builder, v values) { bert(b, v, 12, 768, 12) },
	},
}

// bert is Devlin et al. 2018 (arXiv 1810.04805) as transformers exports it: biases, masks and GELU in small operators.
func bert(b *builder, v values, depth int, width, heads int64) {
	const vocabulary, positions, types, eps = 30522, 512, 2, 1e-12
	seq := v["seq"]
	ids := b.input("input_ids", dtype.Int64, v.batch(), seq)
	mask := b.input("attention_mask", dtype.Int64, v.batch(), seq)
	kinds := b.input("token_type_ids", dtype.Int64, v.batch(), seq)

	p := "/embeddings"
	word := b.node("Gather", p+"/word_embeddings", []string{b.weight("embeddings.word_embeddings.weight", vocabulary, width), ids})
	kind := b.node("Gather", p+"/token_type_embeddings", []string{b.weight("embeddings.token_type_embeddings.weight", types, width), kinds})
	place := b.node("Slice", p+"/position_embeddings", []string{b.weight("embeddings.position_embeddings.weight", positions, width), b.ints(p, 0), b.ints(p, seq), b.ints(p, 0)})
	sum := b.node("Add", p, []string{b.node("Add", p, []string{word, kind}), place})
	x := b.layerNorm(tensor{sum, width}, p+"/LayerNorm", eps)

	bias := extendedMask(b, mask)
	for i := range depth {
		x = bertLayer(b, x, fmt.Sprintf("/encoder/layer.%d", i), bias, heads, eps)
	}
	b.output(x.name, seq, width)
	first := b.node("Gather", "/pooler", []string{x.name, b.node("Constant", "/pooler", nil, attr{"value_int", int64(0)})}, attr{"axis", int64(1)})
	y := b.gemm(tensor{first, width}, "/pooler/dense", width)
	y = b.unary("Tanh", y, "/pooler/activation")
	b.output(y.name, width)
}

// extendedMask turns ones and zeros into zeros and very negative numbers to be added to scores.
func extendedMask(b *builder, mask string) string {
	m := b.node("Unsqueeze", "", []string{mask, b.ints("", 1, 2)})
	m = b.node("Cast", "", []string{m}, attr{"to", int64(dtype.Float32)})
	m = b.node("Sub", "", []string{b.scalar("", 1), m})
	return b.node("Mul", "", []string{m, b.scalar("", -math.MaxFloat32)})
}

func bertLayer(b *builder, x tensor, path, bias string, heads int64, eps float32) tensor {
	self := path + "/attention/self"
	size := x.c / heads
	split := func(name string) tensor {
		y := b.linear(x, self+"/"+name, x.c)
		return b.transpose(b.reshape(y, self, size, 0, 0, heads, size), self, 0, 2, 1, 3)
	}
	q, k, v := split("query"), split("key"), split("value")
	scores := b.node("MatMul", self, []string{q.name, b.transpose(k, self, 0, 1, 3, 2).name})
	scaled := b.node("Div", self, []string{scores, b.scalar(self, float32(math.Sqrt(float64(size))))})
	probs := b.node("Softmax", self, []string{b.node("Add", self, []string{scaled, bias})}, attr{"axis", int64(-1)})
	context := b.transpose(tensor{b.node("MatMul", self, []string{probs, v.name}), size}, self, 0, 2, 1, 3)
	y := b.linear(b.reshape(context, self, x.c, 0, 0, x.c), path+"/attention/output/dense", x.c)
	x = b.layerNorm(b.binary("Add", y, x, path+"/attention/output"), path+"/attention/output/LayerNorm", eps)
	z := b.gelu(b.linear(x, path+"/intermediate/dense", 4*x.c), path+"/intermediate/intermediate_act_fn")
	z = b.linear(z, path+"/output/dense", x.c)
	return b.layerNorm(b.binary("Add", z, x, path+"/output"), path+"/output/LayerNorm", eps)
}
