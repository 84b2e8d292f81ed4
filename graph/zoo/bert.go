package zoo

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A bertShape is one encoder of the BERT family.
type bertShape struct {
	depth        int
	width, heads int64
	vocabulary   int64
	positions    int64
	kinds        int64 // token types; 0: none
	first        int64 // index of the first token's position
	pooler       bool
	eps          float32
}

// wordPieces gives the vocabulary of the uncased BERT models.
const wordPieces = 30522

// encoder returns the Entry of an encoder of BERT's kind. params are weights, macs multiply-adds at
// 128 tokens and batch 1; published is the GMAC that source prints, or 0 where it prints none.
func encoder(name, family, doc string, params, macs int64, published float64, source string, accuracy Accuracy, s bertShape) Entry {
	return Entry{
		Name: name, Family: family, Task: "language encoding", Doc: doc, License: "Apache-2.0",
		Params: params, MACs: macs, Published: published, Source: source, Accuracy: accuracy,
		Options: []Option{{"seq", 128, 1, 512, 1, "tokens"}, batchOption},
		build:   func(b *builder, v values) { s.build(b, v) },
	}
}

const encoderMACs = "; multiply-adds by the formula layers x (12 width^2 x tokens + 2 tokens^2 x width) and width^2 of a pooler"

// berts returns BERT and the encoders that keep its blocks, with the parameters of their
// checkpoints on Hugging Face. Multiply-adds follow layers x (4 width^2 + 2 width x hidden) x
// tokens, plus the products of attention.
func berts() []Entry {
	return []Entry{
		encoder("bert-base", "BERT", "BERT base, uncased, with pooler", 109_482_240, 11_174_215_680, 11.17,
			"google-bert/bert-base-uncased (109482240 parameters); 11.17 GMAC at 128 tokens = 12 layers x (4 x 768^2 + 2 x 768 x 3072) x 128 + 12 x 2 x 128^2 x 768 + pooler 768^2",
			Accuracy{"GLUE average", 79.6, "", "Devlin et al. 2018, table 1"},
			bertShape{12, 768, 12, wordPieces, 512, 2, 0, true, 1e-12}),
		encoder("bert-large", "BERT", "BERT large, uncased, with pooler", 335_141_888, 39_461_060_608, 0,
			"google-bert/bert-large-uncased (parameters)"+encoderMACs,
			Accuracy{"GLUE average", 82.1, "", "Devlin et al. 2018, table 1"},
			bertShape{24, 1024, 16, wordPieces, 512, 2, 0, true, 1e-12}),
		encoder("distilbert", "BERT", "DistilBERT base, uncased: every other layer of BERT base, no token types, no pooler", 66_362_880, 5_586_812_928, 0,
			"distilbert/distilbert-base-uncased (parameters)"+encoderMACs,
			Accuracy{"GLUE average", 77.0, "", "Sanh et al. 2019, table 1, over nine tasks, where BERT base has 79.5"},
			bertShape{6, 768, 12, wordPieces, 512, 0, 0, false, 1e-12}),
		encoder("roberta-base", "RoBERTa", "RoBERTa base, with pooler", 124_645_632, 11_174_215_680, 0,
			"FacebookAI/roberta-base, without the head of its masked language model (parameters)"+encoderMACs,
			Accuracy{"MNLI", 87.6, "%", "Liu et al. 2019, model table of the fairseq README"},
			bertShape{12, 768, 12, 50265, 514, 1, 2, true, 1e-5}),
		encoder("minilm-l6", "MiniLM", "all-MiniLM-L6-v2, sentence embeddings, with pooler", 22_713_216, 1_434_599_424, 0,
			"sentence-transformers/all-MiniLM-L6-v2 (parameters)"+encoderMACs,
			Accuracy{"sentence embeddings, 14 data sets", 68.06, "", "sbert.net, table of pretrained models"},
			bertShape{6, 384, 12, wordPieces, 512, 2, 0, true, 1e-12}),
	}
}

// build builds the network of Devlin et al. 2018 (arXiv 1810.04805) as transformers exports it: biases, masks and
// GELU in small operators. RoBERTa (1907.11692) differs in its tables, DistilBERT (1910.01108) leaves parts out.
func (s bertShape) build(b *builder, v values) {
	seq := v["seq"]
	x, mask := s.embeddings(b, v)
	bias := extendedMask(b, mask)
	for i := range s.depth {
		x = bertLayer(b, x, fmt.Sprintf("/encoder/layer.%d", i), bias, s.heads, s.eps)
	}
	b.output(x.name, seq, s.width)
	if !s.pooler {
		return
	}
	first := b.node("Gather", "/pooler", []string{x.name, b.node("Constant", "/pooler", nil, attr{"value_int", int64(0)})}, attr{"axis", int64(1)})
	y := b.gemm(tensor{first, s.width}, "/pooler/dense", s.width)
	y = b.unary("Tanh", y, "/pooler/activation")
	b.output(y.name, s.width)
}

// embeddings adds the sum of what tokens, their types and their places mean, and the mask of padding.
func (s bertShape) embeddings(b *builder, v values) (x tensor, mask string) {
	const p = "/embeddings"
	seq := v["seq"]
	ids := b.input("input_ids", dtype.Int64, v.batch(), seq)
	mask = b.input("attention_mask", dtype.Int64, v.batch(), seq)
	x, _ = b.embed(ids, p+"/word_embeddings", s.vocabulary, s.width)
	if s.kinds > 0 {
		kind, _ := b.embed(b.input("token_type_ids", dtype.Int64, v.batch(), seq), p+"/token_type_embeddings", s.kinds, s.width)
		x = b.binary("Add", x, kind, p)
	}
	table := b.weight("embeddings.position_embeddings.weight", s.positions, s.width)
	place := b.node("Slice", p+"/position_embeddings", []string{table, b.ints(p, s.first), b.ints(p, s.first+seq), b.ints(p, 0)})
	x.name = b.node("Add", p, []string{x.name, place})
	return b.layerNorm(x, p+"/LayerNorm", s.eps), mask
}

// extendedMask turns ones and zeros into zeros and very negative numbers to be added to scores.
func extendedMask(b *builder, mask string) string {
	m := b.node("Unsqueeze", "", []string{mask, b.ints("", 1, 2)})
	m = b.node("Cast", "", []string{m}, attr{"to", int64(dtype.Float32)})
	m = b.node("Sub", "", []string{b.scalar("", 1), m})
	return b.node("Mul", "", []string{m, b.scalar("", -math.MaxFloat32)})
}

// bertLayer adds one block to x [batch, tokens, width]: attention, then the perceptron, each with
// its residual and a normalisation behind it. bias is the mask added to the scores [batch, heads,
// tokens, tokens].
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
