package zoo

import "fmt"

// A llamaShape is one size of a decoder with rotary positions, RMS normalisation, gated perceptrons and keys and
// values shared by groups of heads.
type llamaShape struct {
	depth                    int
	width, heads, kv, hidden int64
	vocabulary               int64
	tied                     bool // the output layer is the table of embeddings
}

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

var llamas = []Entry{
	llama("tinyllama-1.1b", "Llama", "TinyLlama 1.1B", 1_100_048_384, 1_126_785_024, 2048, Accuracy{"HellaSwag", 59.20, "%", "project README"}, "TinyLlama/TinyLlama-1.1B-intermediate-step-1431k-3T", "Apache-2.0",
		llamaShape{22, 2048, 32, 4, 5632, 32000, false}),
	llama("llama2-7b", "Llama", "Llama 2 7B", 6_738_415_616, 6_875_774_976, 4096, Accuracy{"MMLU 5-shot", 45.3, "%", "Touvron et al. 2023, table 3"}, "meta-llama/Llama-2-7b-hf", "LicenseRef-Llama-2",
		llamaShape{32, 4096, 32, 32, 11008, 32000, false}),
	llama("llama2-13b", "Llama", "Llama 2 13B", 13_015_864_320, 13_271_449_600, 4096, Accuracy{"MMLU 5-shot", 54.8, "%", "Touvron et al. 2023, table 3"}, "meta-llama/Llama-2-13b-hf", "LicenseRef-Llama-2",
		llamaShape{40, 5120, 40, 40, 13824, 32000, false}),
	llama("llama3-8b", "Llama", "Llama 3 8B", 8_030_261_248, 7_773_356_032, 8192, Accuracy{"MMLU 5-shot", 66.6, "%", "model card"}, "meta-llama/Meta-Llama-3-8B", "LicenseRef-Llama-3",
		llamaShape{32, 4096, 32, 8, 14336, 128256, false}),
	llama("llama3-70b", "Llama", "Llama 3 70B", 70_553_706_496, 70_845_202_432, 8192, Accuracy{"MMLU 5-shot", 79.5, "%", "model card"}, "meta-llama/Meta-Llama-3-70B", "LicenseRef-Llama-3",
		llamaShape{80, 8192, 64, 8, 28672, 128256, false}),
	llama("llama3.2-1b", "Llama", "Llama 3.2 1B", 1_235_814_400, 1_302_921_216, 131072, Accuracy{"MMLU 5-shot", 32.2, "%", "model card"}, "meta-llama/Llama-3.2-1B", "LicenseRef-Llama-3.2",
		llamaShape{16, 2048, 32, 8, 8192, 128256, true}),
	llama("llama3.2-3b", "Llama", "Llama 3.2 3B", 3_212_749_824, 3_388_907_520, 131072, Accuracy{"MMLU 5-shot", 58, "%", "model card"}, "meta-llama/Llama-3.2-3B", "LicenseRef-Llama-3.2",
		llamaShape{28, 3072, 24, 8, 8192, 128256, true}),
	llama("mistral-7b", "Mistral", "Mistral 7B v0.1", 7_241_732_096, 7_379_091_456, 4096, Accuracy{"MMLU 5-shot", 60.1, "%", "Jiang et al. 2023, table 2"}, "mistralai/Mistral-7B-v0.1", "Apache-2.0",
		llamaShape{32, 4096, 32, 8, 14336, 32000, false}),
}

// build is Touvron et al. 2023 (arXiv 2302.13971, 2307.09288), as transformers exports it.
func (s llamaShape) build(b *step) {
	const eps = 1e-5
	size := s.width / s.heads
	x, table := b.embed(b.ids("input_ids"), "/model/embed_tokens", s.vocabulary, s.width)
	cos, sin := b.table("/model/rotary_emb", b.seq, size), b.table("/model/rotary_emb", b.seq, size)
	rotate := func(x tensor, path string) tensor { return b.rotate(x, path, cos, sin) }
	for i := range s.depth {
		p := fmt.Sprintf("/model/layers.%d", i)
		y := s.attention(b, b.rmsNorm(x, p+"/input_layernorm", eps), p+"/self_attn", i, rotate)
		x = b.binary("Add", x, y, p)
		y = b.rmsNorm(x, p+"/post_attention_layernorm", eps)
		gate := b.silu(b.project(y, p+"/mlp/gate_proj", s.hidden), p+"/mlp/act_fn")
		y = b.binary("Mul", gate, b.project(y, p+"/mlp/up_proj", s.hidden), p+"/mlp")
		x = b.binary("Add", x, b.project(y, p+"/mlp/down_proj", s.width), p)
	}
	x = b.rmsNorm(x, "/model/norm", eps)
	if s.tied {
		b.tiedLogits(x, table, s.vocabulary)
		return
	}
	b.output(b.project(x, "/lm_head", s.vocabulary).name, b.seq, s.vocabulary)
}

// attention gives each head of keys and values, N x kv x 1 x tokens x size, a group of query heads,
// N x kv x group x seq x size: what is shared is not copied.
func (s llamaShape) attention(b *step, x tensor, path string, layer int, rotate func(tensor, string) tensor) tensor {
	size, group := s.width/s.heads, s.heads/s.kv
	q := b.reshape(b.project(x, path+"/q_proj", s.width), path, size, 0, b.seq, s.kv, group, size)
	q = rotate(b.transpose(q, path, 0, 2, 3, 1, 4), path)
	shared := func(name string) tensor {
		y := b.reshape(b.project(x, path+"/"+name, s.kv*size), path, size, 0, b.seq, s.kv, size)
		return b.transpose(y, path, 0, 2, 1, 3)
	}
	k := b.cache(rotate(shared("k_proj"), path), path, "key", layer, s.kv)
	v := b.cache(shared("v_proj"), path, "value", layer, s.kv)
	k = b.transpose(k, path, 0, 1, 3, 2)
	for _, t := range []*tensor{&k, &v} {
		t.name = b.node("Unsqueeze", path, []string{t.name, b.ints(path, 2)})
	}
	y := b.transpose(b.attend(path, q, k, v, size), path, 0, 3, 1, 2, 4)
	return b.project(b.reshape(y, path, s.width, 0, b.seq, s.width), path+"/o_proj", s.width)
}

// rotate is the rotary position embedding, Su et al. 2021 (arXiv 2104.09864): x cos + half-turned x sin.
func (s *step) rotate(x tensor, path, cos, sin string) tensor {
	half := x.c / 2
	parts := s.nodeN("Split", path, 2, []string{x.name, s.ints(path, half, half)}, attr{"axis", int64(-1)})
	turned := s.node("Concat", path, []string{s.node("Neg", path, parts[1:]), parts[0]}, attr{"axis", int64(-1)})
	straight := s.node("Mul", path, []string{x.name, cos})
	return tensor{s.node("Add", path, []string{straight, s.node("Mul", path, []string{turned, sin})}), x.c}
}

// rmsNorm is x w / sqrt(mean x^2 + eps), Zhang and Sennrich 2019 (arXiv 1910.07467).
func (b *builder) rmsNorm(x tensor, path string, eps float32) tensor {
	square := b.node("Pow", path, []string{x.name, b.scalar(path, 2)})
	mean := b.node("ReduceMean", path, []string{square}, attr{"axes", []int64{-1}}, attr{"keepdims", int64(1)})
	root := b.node("Sqrt", path, []string{b.node("Add", path, []string{mean, b.scalar(path, eps)})})
	y := b.node("Div", path, []string{x.name, root})
	return tensor{b.node("Mul", path, []string{b.weight(weightName(path), x.c), y}), x.c}
}
