package zoo

import "strings"

// Families whose blocks are those of Llama with one or two changes.

const gemmaVocabulary = 256000

// llamaLikes returns Phi, Gemma, Mixtral and other decoders that are Llama's with a few changes.
func llamaLikes() []Entry {
	return []Entry{
		llama("phi3-mini", "Phi", "Phi-3 mini, 4096 tokens", 3_821_079_552, 3_923_902_464, 4096, Accuracy{"MMLU 5-shot", 68.8, "%", "Abdin et al. 2024 (arXiv 2404.14219)"}, "microsoft/Phi-3-mini-4k-instruct", "MIT",
			llamaShape{32, 3072, 32, 32, 8192, 32064, false, llamaStyle{packed: true}}),
		llama("gemma2-2b", "Gemma", "Gemma 2 2B", 2_614_341_888, 2_723_258_368, 8192, Accuracy{"MMLU 5-shot", 51.3, "%", "model card"}, "google/gemma-2-2b", "LicenseRef-Gemma",
			llamaShape{26, 2304, 8, 4, 9216, gemmaVocabulary, true, llamaStyle{head: 256, gemma: true, window: 4096, full: 2}}),
		llama("gemma2-9b", "Gemma", "Gemma 2 9B", 9_241_705_984, 9_593_765_888, 8192, Accuracy{"MMLU 5-shot", 71.3, "%", "model card"}, "google/gemma-2-9b", "LicenseRef-Gemma",
			llamaShape{42, 3584, 16, 8, 14336, gemmaVocabulary, true, llamaStyle{head: 256, gemma: true, window: 4096, full: 2}}),
		llama("mixtral-8x7b", "Mixtral", "Mixtral 8x7B, two of eight experts for each token", 46_702_792_704, 13_017_284_608, 32768, Accuracy{"MMLU 5-shot", 70.6, "%", "Jiang et al. 2024 (arXiv 2401.04088), table 2"}, "mistralai/Mixtral-8x7B-v0.1", "Apache-2.0",
			llamaShape{32, 4096, 32, 8, 14336, 32000, false, llamaStyle{experts: 8, active: 2}}),
	}
}

// mixture sends each token to its active experts, Shazeer et al. 2017 (arXiv 1701.06538), as ONNX Runtime's MoE
// operator: transformers' own loop over experts cannot be exported with a fixed shape. All experts' weights are
// present. What all tokens see beside them is a perceptron of its own.
func (s llamaShape) mixture(b *step, x tensor, path string) tensor {
	rows := b.reshape(x, path, s.width, -1, s.width)
	project, hidden := b.project, s.expertWidth()
	if s.routerBias {
		project = b.linear
	}
	router := project(rows, path+"/gate", s.experts)
	expert := func(name string, out, in int64) string {
		return b.weight(weightName(path+"/experts/"+name), s.experts, out, in)
	}
	bias := func(name string, out int64) string {
		if !s.perceptronBias {
			return ""
		}
		return b.weight(strings.TrimSuffix(weightName(path+"/experts/"+name), "weight")+"bias", s.experts, out)
	}
	in := []string{rows.name, router.name, expert("w1", hidden, s.width), bias("w1", hidden), expert("w2", s.width, hidden),
		bias("w2", s.width)}
	if !s.ungated {
		in = append(in, expert("w3", hidden, s.width))
	}
	if s.perceptronBias && !s.ungated {
		in = append(in, bias("w3", hidden))
	}
	y := tensor{b.node("MoE", path, in, attr{"activation_type", "silu"}, attr{"k", s.active}, attr{"normalize_routing_weights", int64(1)}), s.width}
	if s.shared > 0 {
		y = b.binary("Add", y, s.common(b, rows, path), path)
	}
	return b.reshape(y, path, s.width, -1, b.seq, s.width)
}

// common returns what all tokens see beside their experts.
func (s llamaShape) common(b *step, rows tensor, path string) tensor {
	y := s.perceptron(b, rows, path+"/shared_experts", s.shared)
	if !s.sharedGate {
		return y
	}
	open := b.unary("Sigmoid", b.project(rows, path+"/shared_expert_gate", 1), path)
	return tensor{b.node("Mul", path, []string{y.name, open.name}), y.c}
}
