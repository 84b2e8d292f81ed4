package zoo

// Families whose blocks are those of Llama with one or two changes.

const gemmaVocabulary = 256000

func llamaLikes() []Entry {
	return []Entry{
		llama("phi3-mini", "Phi", "Phi-3 mini, 4096 tokens", 3_821_079_552, 3_923_902_464, 4096, Accuracy{"MMLU 5-shot", 68.8, "%", "Abdin et al. 2024 (arXiv 2404.14219)"}, "microsoft/Phi-3-mini-4k-instruct", "MIT",
			llamaShape{32, 3072, 32, 32, 8192, 32064, false, llamaStyle{packed: true}}),
		llama("gemma2-2b", "Gemma", "Gemma 2 2B", 2_614_341_888, 2_723_258_368, 8192, Accuracy{"MMLU 5-shot", 51.3, "%", "model card"}, "google/gemma-2-2b", "LicenseRef-Gemma",
			llamaShape{26, 2304, 8, 4, 9216, gemmaVocabulary, true, llamaStyle{head: 256, gemma: true}}),
		llama("gemma2-9b", "Gemma", "Gemma 2 9B", 9_241_705_984, 9_593_765_888, 8192, Accuracy{"MMLU 5-shot", 71.3, "%", "model card"}, "google/gemma-2-9b", "LicenseRef-Gemma",
			llamaShape{42, 3584, 16, 8, 14336, gemmaVocabulary, true, llamaStyle{head: 256, gemma: true}}),
		llama("mixtral-8x7b", "Mixtral", "Mixtral 8x7B, two of eight experts for each token", 46_702_792_704, 13_017_284_608, 32768, Accuracy{"MMLU 5-shot", 70.6, "%", "Jiang et al. 2024 (arXiv 2401.04088), table 2"}, "mistralai/Mixtral-8x7B-v0.1", "Apache-2.0",
			llamaShape{32, 4096, 32, 8, 14336, 32000, false, llamaStyle{experts: 8, active: 2}}),
	}
}

// mixture sends each token to its active experts, Shazeer et al. 2017 (arXiv 1701.06538), as ONNX Runtime's MoE
// operator: transformers' own loop over experts cannot be exported with a fixed shape. All experts' weights are present.
func (s llamaShape) mixture(b *step, x tensor, path string) tensor {
	rows := b.reshape(x, path, s.width, -1, s.width)
	router := b.project(rows, path+"/gate", s.experts)
	expert := func(name string, out, in int64) string {
		return b.weight(weightName(path+"/experts/"+name), s.experts, out, in)
	}
	in := []string{rows.name, router.name, expert("w1", s.hidden, s.width), "", expert("w2", s.width, s.hidden), "", expert("w3", s.hidden, s.width)}
	y := b.node("MoE", path, in, attr{"activation_type", "silu"}, attr{"k", s.active}, attr{"normalize_routing_weights", int64(1)})
	return b.reshape(tensor{y, s.width}, path, s.width, -1, b.seq, s.width)
}
