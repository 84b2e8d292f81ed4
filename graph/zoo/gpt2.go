package zoo

import "fmt"

// A gpt2Shape is one size of GPT-2.
type gpt2Shape struct {
	depth        int
	width, heads int64
}

// gpt2 returns the Entry of a GPT-2 that decodes: one token after 512 by default. perplexity is
// WikiText-2's.
func gpt2(name string, params, macs int64, perplexity float64, s gpt2Shape) Entry {
	return Entry{
		Name: name, Family: "GPT-2", Task: "text generation", Doc: "GPT-2, one decode step with key-value cache unless seq says otherwise",
		Params: params, MACs: macs, License: "MIT",
		Source:   "openai-community on Hugging Face (parameters, output layer tied to the embeddings); multiply-adds by the formula layers x (12 width^2 + 2 width (past + seq)) + vocabulary x width for each token",
		Accuracy: Accuracy{"WikiText-2 perplexity", perplexity, "", "Radford et al. 2019, table 3"}, Options: stepOptions(1024, 512),
		build: func(b *builder, v values) { s.build(newStep(b, v)) },
	}
}

// gpt2s returns the four sizes of GPT-2. Parameters count the embeddings once, since the output
// layer shares them.
func gpt2s() []Entry {
	return []Entry{
		gpt2("gpt2", 124_439_808, 132_987_648, 29.41, gpt2Shape{12, 768, 12}),
		gpt2("gpt2-medium", 354_823_168, 378_668_032, 22.76, gpt2Shape{24, 1024, 16}),
		gpt2("gpt2-large", 774_030_080, 819_395_840, 19.93, gpt2Shape{36, 1280, 20}),
		gpt2("gpt2-xl", 1_557_611_200, 1_633_768_000, 18.34, gpt2Shape{48, 1600, 25}),
	}
}

const gpt2Vocabulary = 50257

// build builds the network of Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", as
// transformers exports it.
func (s gpt2Shape) build(b *step) {
	const positions, eps = 1024, 1e-5
	x, table := b.embed(b.ids("input_ids"), "/transformer/wte", gpt2Vocabulary, s.width)
	place, _ := b.embed(b.ids("position_ids"), "/transformer/wpe", positions, s.width)
	x = b.binary("Add", x, place, "/transformer")
	for i := range s.depth {
		p := fmt.Sprintf("/transformer/h.%d", i)
		x = b.binary("Add", s.attention(b, b.layerNorm(x, p+"/ln_1", eps), p+"/attn", i), x, p)
		y := b.tanhGELU(b.linear(b.layerNorm(x, p+"/ln_2", eps), p+"/mlp/c_fc", 4*s.width), p+"/mlp/act")
		x = b.binary("Add", x, b.linear(y, p+"/mlp/c_proj", s.width), p)
	}
	b.tiedLogits(b.layerNorm(x, "/transformer/ln_f", eps), table, gpt2Vocabulary)
}

// attention adds causal attention of one layer to x [batch, seq, width]. Keys and values of past
// tokens come from the cache, and those of the new ones go to it.
func (s gpt2Shape) attention(b *step, x tensor, path string, layer int) tensor {
	size := s.width / s.heads
	parts := b.nodeN("Split", path, 3, []string{b.linear(x, path+"/c_attn", 3*s.width).name, b.ints(path, s.width, s.width, s.width)}, attr{"axis", int64(2)})
	heads := func(i int) tensor {
		return b.transpose(b.reshape(tensor{parts[i], s.width}, path, size, 0, b.seq, s.heads, size), path, 0, 2, 1, 3)
	}
	q, k, v := heads(0), b.cache(heads(1), path, "key", layer, s.heads), b.cache(heads(2), path, "value", layer, s.heads)
	y := b.transpose(b.attend(path, q, b.transpose(k, path, 0, 1, 3, 2), v, size), path, 0, 2, 1, 3)
	return b.linear(b.reshape(y, path, s.width, 0, b.seq, s.width), path+"/c_proj", s.width)
}

// tanhGELU adds x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))): Hendrycks and Gimpel 2016 (arXiv 1606.08415).
func (b *builder) tanhGELU(x tensor, path string) tensor {
	cube := tensor{b.node("Pow", path, []string{x.name, b.scalar(path, 3)}), x.c}
	inner := b.scale(b.binary("Add", x, b.scale(cube, path, 0.044715), path), path, 0.7978846)
	sum := b.node("Add", path, []string{b.unary("Tanh", inner, path).name, b.scalar(path, 1)})
	return b.binary("Mul", b.scale(x, path, 0.5), tensor{sum, x.c}, path)
}
