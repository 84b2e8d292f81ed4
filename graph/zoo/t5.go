package zoo

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A t5Shape is one size of T5.
type t5Shape struct {
	depth                int
	width, heads, hidden int64
}

const t5Vocabulary = 32128

// t5 returns the encoder and the decoder of one size.
func t5(size string, whole, encoder, encoderMACs, decoder, decoderMACs int64, glue float64, s t5Shape) []Entry {
	entry := func(part, doc, source string, params, macs int64, options []Option, build func(*builder, values)) Entry {
		return Entry{
			Name: "t5-" + size + "-" + part, Family: "T5", Task: "text to text", Doc: "T5 " + size + ", " + doc,
			Params: params, MACs: macs, License: "Apache-2.0", Options: options, build: build,
			Source:   fmt.Sprintf("google-t5/t5-%s on Hugging Face: of its %d parameters %s; multiply-adds by counting", size, whole, source),
			Accuracy: Accuracy{"GLUE average", glue, "", "Raffel et al. 2019, table 14, of the whole"},
		}
	}
	return []Entry{
		entry("encoder", "encoder", "those of the encoder, embeddings included", encoder, encoderMACs,
			[]Option{{"seq", 128, 1, 4096, 1, "tokens"}, batchOption}, s.encode),
		entry("decoder", "decoder, one step with key-value cache; with past=0 the first, which reads the encoder's output",
			"those of the decoder, embeddings included, without the projections of the encoder's output, which past steps have done", decoder, decoderMACs,
			append(stepOptions(4096, 64), Option{"source", 128, 1, 4096, 1, "tokens of the encoder"}), func(b *builder, v values) { s.decode(newStep(b, v), v["source"]) }),
	}
}

// t5s returns encoder and decoder of T5 small and base (arXiv 1910.10683), each an entry of its
// own.
func t5s() []Entry {
	return append(
		t5("small", 60_506_624, 35_330_816, 2_516_582_400, 38_479_616, 39_655_424, 77.4, t5Shape{6, 512, 8, 2048}),
		t5("base", 222_903_552, 109_628_544, 11_173_625_856, 123_793_536, 127_322_112, 82.7, t5Shape{12, 768, 12, 3072})...)
}

const t5Eps = 1e-6

// attender returns T5's attention: heads of 64 channels, no biases, no scaling of the scores.
func (s t5Shape) attender(b *builder) attender {
	return attender{width: s.width, heads: s.heads, size: 64, q: "q", k: "k", v: "v", out: "o", project: project(b), keys: project(b)}
}

// project adds builder.project with its arguments in the order of linear.
func project(b *builder) func(tensor, string, int64) tensor {
	return func(x tensor, path string, out int64) tensor { return b.project(x, path, out) }
}

// encode builds the network of Raffel et al. 2019 (arXiv 1910.10683), as transformers exports it: no biases, and
// places only as what each head adds to the scores of tokens some distance apart.
func (s t5Shape) encode(b *builder, v values) {
	seq := v["seq"]
	x, _ := b.embed(b.input("input_ids", dtype.Int64, v.batch(), seq), "/shared", t5Vocabulary, s.width)
	mask := extendedMask(b, b.input("attention_mask", dtype.Int64, v.batch(), seq))
	a := s.attender(b)
	bias := b.node("Add", "/encoder", []string{s.distances(b, "/encoder", seq, seq), mask})
	a.bias = func(scores tensor, path string) tensor { return b.binary("Add", scores, tensor{bias, 0}, path) }
	for i := range s.depth {
		p := fmt.Sprintf("/encoder/block.%d", i)
		x = b.binary("Add", x, a.self(b, b.rmsNorm(x, p+"/layer.0/layer_norm", t5Eps), p+"/layer.0/SelfAttention", seq), p)
		x = s.perceptron(b, x, p+"/layer.1")
	}
	b.output(b.rmsNorm(x, "/encoder/final_layer_norm", t5Eps).name, seq, s.width)
}

// distances adds the learnt number for each head and each of 32 ranges of distances, gathered for every pair of tokens.
func (s t5Shape) distances(b *builder, path string, queries, keys int64) string {
	table := b.weight(weightName(path+"/block.0/layer.0/SelfAttention/relative_attention_bias"), 32, s.heads)
	zero := attr{"value", constant{t: dtype.Int64, shape: []int64{1}, ints: []int64{0}}} // which range it is does not matter
	ranges := b.node("ConstantOfShape", path, []string{b.ints(path, queries, keys)}, zero)
	by := b.transpose(tensor{b.node("Gather", path, []string{table, ranges}), s.heads}, path, 2, 0, 1)
	return b.node("Unsqueeze", path, []string{by.name, b.ints(path, 0)})
}

// perceptron adds a normalisation by root mean square, two layers with ReLU between, and the
// residual.
func (s t5Shape) perceptron(b *builder, x tensor, path string) tensor {
	y := b.project(b.rmsNorm(x, path+"/layer_norm", t5Eps), path+"/DenseReluDense/wi", s.hidden)
	y = b.unary("Relu", y, path+"/DenseReluDense/act")
	return b.binary("Add", x, b.project(y, path+"/DenseReluDense/wo", s.width), path)
}

// decode builds one step of the decoder over a source of so many tokens: masked attention to
// itself, attention to the source, perceptron, logits.
func (s t5Shape) decode(b *step, tokens int64) {
	x, table := b.embed(b.ids("input_ids"), "/shared", t5Vocabulary, s.width)
	source := b.source(tokens, s.width)
	mask := extendedMask(b.builder, b.input("encoder_attention_mask", dtype.Int64, b.v.batch(), tokens))
	self, cross := s.attender(b.builder), s.attender(b.builder)
	bias := b.causal(tensor{s.distances(b.builder, "/decoder", b.seq, b.past+b.seq), 0}, "/decoder")
	self.bias = func(scores tensor, path string) tensor { return b.binary("Add", scores, bias, path) }
	cross.bias = func(scores tensor, path string) tensor { return b.binary("Add", scores, tensor{mask, 0}, path) }
	for i := range s.depth {
		p := fmt.Sprintf("/decoder/block.%d", i)
		x = b.binary("Add", x, self.cached(b, b.rmsNorm(x, p+"/layer.0/layer_norm", t5Eps), p+"/layer.0/SelfAttention", i), p)
		x = b.binary("Add", x, cross.cross(b, b.rmsNorm(x, p+"/layer.1/layer_norm", t5Eps), source, p+"/layer.1/EncDecAttention", i, tokens), p)
		x = s.perceptron(b.builder, x, p+"/layer.2")
	}
	x = b.scale(b.rmsNorm(x, "/decoder/final_layer_norm", t5Eps), "/decoder", float32(math.Pow(float64(s.width), -0.5)))
	b.tiedLogits(x, table, t5Vocabulary)
}
