package zoo

import "fmt"

// generics returns architectures whose sizes are options.
func generics() []Entry {
	return []Entry{{
		Name: "llama", Family: "Llama", Task: "text generation",
		Doc:    "any decoder of Llama's kind, by its sizes; by default those of Llama 3 8B, one decode step with key-value cache",
		Params: 8_030_261_248, MACs: 7_773_356_032, License: "LicenseRef-Llama-3",
		Source:   "meta-llama/Meta-Llama-3-8B on Hugging Face (parameters, at the default sizes); multiply-adds are for each token one per weight of a matrix product, plus 2 x layers x heads x head x (past + seq)",
		Accuracy: Accuracy{"MMLU 5-shot at the default sizes", 66.6, "%", "model card of Llama 3 8B"},
		Options: append([]Option{
			{"layers", 32, 1, 256, 1, "blocks"},
			{"dim", 4096, 64, 65536, 64, "width of the residual stream (hidden_size)"},
			{"heads", 32, 8, 1024, 1, "query heads"},
			{"kv", 8, 1, 1024, 1, "heads of keys and values, a divisor of heads"},
			{"ffn", 14336, 1, 1 << 20, 1, "inner width of the gated perceptron (intermediate_size)"},
			{"vocab", 128256, 1, 1 << 22, 1, "rows of the table of embeddings"},
			{"head", 0, 0, 1024, 2, "size of a head; 0: dim / heads"},
			{"bias", 0, 0, 1, 1, "1: queries, keys and values have biases, as in Qwen 2"},
			{"tied", 0, 0, 1, 1, "1: the output layer is the table of embeddings"},
		}, stepOptions(1<<20, 1024)...),
		check: checkLlama,
		build: func(b *builder, v values) { genericLlama(v).build(newStep(b, v)) },
	}}
}

// genericLlama returns the shape that options spell: layers, widths in channels, heads and
// vocabulary in tokens.
func genericLlama(v values) llamaShape {
	return llamaShape{
		depth: int(v["layers"]), width: v["dim"], heads: v["heads"], kv: v["kv"], hidden: v["ffn"], vocabulary: v["vocab"],
		tied: v["tied"] == 1, llamaStyle: llamaStyle{head: v["head"], bias: v["bias"] == 1},
	}
}

// checkLlama refuses sizes that fit no tensor: rotary positions need heads of even size.
func checkLlama(v values) error {
	switch {
	case v["head"] == 0 && v["dim"]%(2*v["heads"]) != 0:
		return fmt.Errorf("dim %d is no multiple of 2 x heads %d: set head to the size of one", v["dim"], v["heads"])
	case v["heads"]%v["kv"] != 0:
		return fmt.Errorf("heads %d is no multiple of kv %d", v["heads"], v["kv"])
	}
	return nil
}
