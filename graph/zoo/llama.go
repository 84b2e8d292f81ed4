package zoo

import (
	"fmt"
	"math"
)

// A llamaShape is one size of a decoder with rotary positions, RMS normalisation, gated perceptrons and keys and
// values shared by groups of heads.
type llamaShape struct {
	depth                    int
	width, heads, kv, hidden int64
	vocabulary               int64
	tied                     bool // the output layer is the table of embeddings
	llamaStyle
}

// A llamaStyle is what later families change in the block of Llama; the zero value is Llama itself.
type llamaStyle struct {
	head      int64 // size of a head; 0: width / heads
	bias      bool  // queries, keys and values have one: Qwen 2
	headNorms bool  // each head's query and key are normalised: Qwen 3
	packed    bool  // one product for queries, keys and values, one for gate and up: Phi 3
	gemma     bool  // norms before and behind, GELU for SiLU, capped scores and logits: Gemma 2
	experts   int64 // gated perceptrons of which active ones see each token: Mixtral; 0: one
	active    int64
	window    int64 // tokens that a layer looks back: Gemma 2; 0: all
	full      int64 // every so many layers look back all tokens
	further
}

// llama returns the Entry of a decoder. macs are those of one token after 1,024 others; context is
// the longest sequence that the model was trained for, in tokens.
func llama(name, family, doc string, params, macs, context int64, accuracy Accuracy, source, license string, s llamaShape) Entry {
	return Entry{
		Name: name, Family: family, Task: "text generation",
		Doc:    doc + ", one decode step with key-value cache unless seq says otherwise",
		Params: params, MACs: macs, License: license,
		Source:   source + " on Hugging Face (parameters); multiply-adds are for each token one per weight of a matrix product, plus 2 x layers x width x (past + seq)",
		Accuracy: accuracy, Options: stepOptions(context, 1024),
		build: func(b *builder, v values) { s.build(newStep(b, v)) },
	}
}

// llamas returns Llama 2 to 3.2, TinyLlama and Mistral 7B. Parameters are those of the checkpoints
// on Hugging Face.
func llamas() []Entry {
	return []Entry{
		llama("tinyllama-1.1b", "Llama", "TinyLlama 1.1B", 1_100_048_384, 1_126_785_024, 2048, Accuracy{"HellaSwag", 59.20, "%", "project README"}, "TinyLlama/TinyLlama-1.1B-intermediate-step-1431k-3T", "Apache-2.0",
			llamaShape{22, 2048, 32, 4, 5632, 32000, false, llamaStyle{}}),
		llama("llama2-7b", "Llama", "Llama 2 7B", 6_738_415_616, 6_875_774_976, 4096, Accuracy{"MMLU 5-shot", 45.3, "%", "Touvron et al. 2023, table 3"}, "meta-llama/Llama-2-7b-hf", "LicenseRef-Llama-2",
			llamaShape{32, 4096, 32, 32, 11008, 32000, false, llamaStyle{}}),
		llama("llama2-13b", "Llama", "Llama 2 13B", 13_015_864_320, 13_271_449_600, 4096, Accuracy{"MMLU 5-shot", 54.8, "%", "Touvron et al. 2023, table 3"}, "meta-llama/Llama-2-13b-hf", "LicenseRef-Llama-2",
			llamaShape{40, 5120, 40, 40, 13824, 32000, false, llamaStyle{}}),
		llama("llama2-70b", "Llama", "Llama 2 70B", 68_976_648_192, 70_056_673_280, 4096, Accuracy{"MMLU 5-shot", 68.9, "%", "Touvron et al. 2023, table 3"}, "meta-llama/Llama-2-70b-hf", "LicenseRef-Llama-2",
			llamaShape{80, 8192, 64, 8, 28672, 32000, false, llamaStyle{}}),
		llama("llama3-8b", "Llama", "Llama 3 8B", 8_030_261_248, 7_773_356_032, 8192, Accuracy{"MMLU 5-shot", 66.6, "%", "model card"}, "meta-llama/Meta-Llama-3-8B", "LicenseRef-Llama-3",
			llamaShape{32, 4096, 32, 8, 14336, 128256, false, llamaStyle{}}),
		llama("llama3-70b", "Llama", "Llama 3 70B", 70_553_706_496, 70_845_202_432, 8192, Accuracy{"MMLU 5-shot", 79.5, "%", "model card"}, "meta-llama/Meta-Llama-3-70B", "LicenseRef-Llama-3",
			llamaShape{80, 8192, 64, 8, 28672, 128256, false, llamaStyle{}}),
		llama("llama3.1-8b", "Llama", "Llama 3.1 8B", 8_030_261_248, 7_773_356_032, 131072, Accuracy{"MMLU 5-shot", 66.7, "%", "model card"}, "meta-llama/Llama-3.1-8B", "LicenseRef-Llama-3.1",
			llamaShape{32, 4096, 32, 8, 14336, 128256, false, llamaStyle{}}),
		llama("llama3.1-70b", "Llama", "Llama 3.1 70B", 70_553_706_496, 70_845_202_432, 131072, Accuracy{"MMLU 5-shot", 79.3, "%", "model card"}, "meta-llama/Llama-3.1-70B", "LicenseRef-Llama-3.1",
			llamaShape{80, 8192, 64, 8, 28672, 128256, false, llamaStyle{}}),
		llama("llama3.2-1b", "Llama", "Llama 3.2 1B", 1_235_814_400, 1_302_921_216, 131072, Accuracy{"MMLU 5-shot", 32.2, "%", "model card"}, "meta-llama/Llama-3.2-1B", "LicenseRef-Llama-3.2",
			llamaShape{16, 2048, 32, 8, 8192, 128256, true, llamaStyle{}}),
		llama("llama3.2-3b", "Llama", "Llama 3.2 3B", 3_212_749_824, 3_388_907_520, 131072, Accuracy{"MMLU 5-shot", 58, "%", "model card"}, "meta-llama/Llama-3.2-3B", "LicenseRef-Llama-3.2",
			llamaShape{28, 3072, 24, 8, 8192, 128256, true, llamaStyle{}}),
		llama("mistral-7b", "Mistral", "Mistral 7B v0.1", 7_241_732_096, 7_379_091_456, 4096, Accuracy{"MMLU 5-shot", 60.1, "%", "Jiang et al. 2023, table 2"}, "mistralai/Mistral-7B-v0.1", "Apache-2.0",
			llamaShape{32, 4096, 32, 8, 14336, 32000, false, llamaStyle{}}),
	}
}

// size returns that of a head.
func (s llamaShape) size() int64 {
	if s.head > 0 {
		return s.head
	}
	return s.width / s.heads
}

// build builds the network of Touvron et al. 2023 (arXiv 2302.13971, 2307.09288), as transformers exports it.
func (s llamaShape) build(b *step) {
	size := s.rotary()
	x, table := b.embed(b.ids("input_ids"), "/model/embed_tokens", s.vocabulary, s.width)
	if s.gemma {
		x = b.scale(x, "/model", float32(math.Sqrt(float64(s.width))))
	}
	if s.positions > 0 {
		place, _ := b.embed(b.ids("position_ids"), "/model/embed_positions", s.positions, s.width)
		x = b.binary("Add", x, place, "/model")
	}
	cos, sin := b.table("/model/rotary_emb", b.seq, size), b.table("/model/rotary_emb", b.seq, size)
	rotate := func(x tensor, path string) tensor { return b.rotate(x, path, cos, sin) }
	for i := range s.depth {
		x = s.block(b, x, fmt.Sprintf("/model/layers.%d", i), i, rotate)
	}
	x = s.norm(b, x, "/model/norm")
	switch {
	case s.gemma && !s.twice:
		b.output(b.softCap(b.logits(x, table, s.vocabulary), "/lm_head", 30).name, b.seq, s.vocabulary)
	case s.tied:
		b.tiedLogits(x, table, s.vocabulary)
	case s.logitBias:
		b.output(b.linear(x, "/lm_head", s.vocabulary).name, b.seq, s.vocabulary)
	default:
		b.output(b.project(x, "/lm_head", s.vocabulary).name, b.seq, s.vocabulary)
	}
}

const llamaEps = 1e-5

// block adds to x what attention sees in it, then what the perceptron does.
func (s llamaShape) block(b *step, x tensor, path string, layer int, rotate func(tensor, string) tensor) tensor {
	in := s.norm(b, x, path+"/input_layernorm")
	y := in
	if s.sizes == nil || s.sizes.Attends(int64(layer)) {
		y = s.attends(s.within(b, layer), in, path+"/self_attn", layer, rotate)
	}
	s.mixes(b, in, path+"/mixer", layer)
	if s.parallel {
		return b.binary("Add", b.binary("Add", x, y, path), s.perceptron(b, in, path+"/mlp", s.hidden), path)
	}
	before := path + "/post_attention_layernorm"
	if s.fourNorms() {
		y = s.norm(b, y, before)
		before = path + "/pre_feedforward_layernorm"
	}
	x = b.binary("Add", x, y, path)
	if s.sizes != nil && s.sizes.Alone(int64(layer)) {
		return x
	}
	y = s.norm(b, x, before)
	if s.sparse(layer) {
		return b.binary("Add", x, s.mixture(b, y, path+"/block_sparse_moe"), path)
	}
	y = s.perceptron(b, y, path+"/mlp", s.hidden)
	if s.fourNorms() {
		y = s.norm(b, y, path+"/post_feedforward_layernorm")
	}
	return b.binary("Add", x, y, path)
}

// fourNorms reports whether norms stand before and behind attention and perceptron.
func (s llamaShape) fourNorms() bool { return s.gemma && !s.twice || s.around }

// perceptron returns Shazeer 2020 (arXiv 2002.05202): one half gates the other. Without a gate it is two matrices with
// a GELU between them.
func (s llamaShape) perceptron(b *step, x tensor, path string, hidden int64) tensor {
	project := b.project
	if s.perceptronBias {
		project = b.linear
	}
	if s.ungated {
		return project(b.tanhGELU(project(x, path+"/up_proj", hidden), path+"/act_fn"), path+"/down_proj", s.width)
	}
	var gate, up tensor
	if s.packed && hidden == s.hidden {
		both := project(x, path+"/gate_up_proj", 2*hidden)
		parts := b.nodeN("Split", path, 2, []string{both.name, b.ints(path, hidden, hidden)}, attr{"axis", int64(-1)})
		gate, up = tensor{parts[0], hidden}, tensor{parts[1], hidden}
	} else {
		gate, up = project(x, path+"/gate_proj", hidden), project(x, path+"/up_proj", hidden)
	}
	if s.gemma {
		gate = b.tanhGELU(gate, path+"/act_fn")
	} else {
		gate = b.silu(gate, path+"/act_fn")
	}
	return project(b.binary("Mul", gate, up, path), path+"/down_proj", s.width)
}

// attention gives each head of keys and values, N x kv x 1 x tokens x size, a group of query heads,
// N x kv x group x seq x size: what is shared is not copied.
func (s llamaShape) attention(b *step, x tensor, path string, layer int, rotate func(tensor, string) tensor) tensor {
	size, value, group := s.size(), s.valueSize(), s.heads/s.kv
	q, k, v := s.queries(b, x, path)
	q = b.reshape(q, path, size, 0, b.seq, s.kv, group, size)
	q = rotate(b.transpose(s.headNorm(b, q, path+"/q_norm"), path, 0, 2, 3, 1, 4), path)
	k = s.headNorm(b, b.reshape(k, path, size, 0, b.seq, s.kv, size), path+"/k_norm")
	k = b.cache(rotate(b.transpose(k, path, 0, 2, 1, 3), path), path, "key", layer, s.kv)
	v = b.transpose(b.reshape(v, path, value, 0, b.seq, s.kv, value), path, 0, 2, 1, 3)
	v = b.cache(v, path, "value", layer, s.kv)
	k = b.transpose(k, path, 0, 1, 3, 2)
	for _, t := range []*tensor{&k, &v} {
		t.name = b.node("Unsqueeze", path, []string{t.name, b.ints(path, 2)})
	}
	limit := float32(0)
	if s.gemma && !s.twice {
		limit = 50
	}
	y := b.attendCapped(path, q, k, v, size, limit)
	y.c = value
	y = b.transpose(y, path, 0, 3, 1, 2, 4)
	y = b.reshape(y, path, s.heads*value, 0, b.seq, s.heads*value)
	if s.sizes != nil && s.sizes.QueryGate {
		y = b.binary("Mul", y, b.unary("Sigmoid", b.project(x, path+"/q_gate_proj", s.heads*value), path), path)
	}
	return s.leaves(b, y, path)
}

// queries returns those with the keys and values of the new tokens, heads side by side.
func (s llamaShape) queries(b *step, x tensor, path string) (q, k, v tensor) {
	all, keys, values := s.heads*s.size(), s.kv*s.size(), s.kv*s.valueSize()
	project := b.project
	if s.bias {
		project = b.linear
	}
	if s.packed {
		both := project(x, path+"/qkv_proj", all+keys+values)
		parts := b.nodeN("Split", path, 3, []string{both.name, b.ints(path, all, keys, values)}, attr{"axis", int64(-1)})
		return tensor{parts[0], all}, tensor{parts[1], keys}, tensor{parts[2], values}
	}
	return project(x, path+"/q_proj", all), project(x, path+"/k_proj", keys), project(x, path+"/v_proj", values)
}

// headNorm normalises each head of x by its root mean square where the network does, as Qwen3 does.
func (s llamaShape) headNorm(b *step, x tensor, path string) tensor {
	if !s.headNorms {
		return x
	}
	return b.rmsNorm(x, path, llamaEps)
}

// rotate returns the rotary position embedding, Su et al. 2021 (arXiv 2104.09864): x cos + half-turned x sin.
func (s *step) rotate(x tensor, path, cos, sin string) tensor {
	half := x.c / 2
	parts := s.nodeN("Split", path, 2, []string{x.name, s.ints(path, half, half)}, attr{"axis", int64(-1)})
	turned := s.node("Concat", path, []string{s.node("Neg", path, parts[1:]), parts[0]}, attr{"axis", int64(-1)})
	straight := s.node("Mul", path, []string{x.name, cos})
	return tensor{s.node("Add", path, []string{straight, s.node("Mul", path, []string{turned, sin})}), x.c}
}

// rmsNorm adds x w / sqrt(mean x^2 + eps), Zhang and Sennrich 2019 (arXiv 1910.07467).
func (b *builder) rmsNorm(x tensor, path string, eps float32) tensor {
	square := b.node("Pow", path, []string{x.name, b.scalar(path, 2)})
	mean := b.node("ReduceMean", path, []string{square}, attr{"axes", []int64{-1}}, attr{"keepdims", int64(1)})
	root := b.node("Sqrt", path, []string{b.node("Add", path, []string{mean, b.scalar(path, eps)})})
	y := b.node("Div", path, []string{x.name, root})
	return tensor{b.node("Mul", path, []string{b.weight(weightName(path), x.c), y}), x.c}
}
