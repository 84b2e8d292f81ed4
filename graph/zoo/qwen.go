package zoo

// Qwen 2.5 and Qwen 3: the blocks of Llama with biases or norms on what makes queries and keys.

// qwen25 returns the Entry of a Qwen2.5: a Llama with biases on queries, keys and values. mmlu is
// in per cent.
func qwen25(name, size string, params, macs, context int64, mmlu float64, license string, s llamaShape) Entry {
	s.vocabulary, s.bias = max(s.vocabulary, 151936), true
	return llama(name, "Qwen", "Qwen2.5 "+size, params, macs, context, Accuracy{"MMLU 5-shot", mmlu, "%", "Qwen2.5 technical report (arXiv 2412.15115), base models"},
		"Qwen/Qwen2.5-"+size, license, s)
}

// qwen3 returns the Entry of a Qwen3: a Llama with heads of 128 channels that are normalised. mmlu
// is in per cent.
func qwen3(name, size string, params, macs int64, mmlu float64, s llamaShape) Entry {
	s.vocabulary, s.head, s.headNorms = 151936, 128, true
	return llama(name, "Qwen", "Qwen3 "+size, params, macs, 32768, Accuracy{"MMLU 5-shot", mmlu, "%", "Qwen3 technical report (arXiv 2505.09388), base models"},
		"Qwen/Qwen3-"+size, "Apache-2.0", s)
}

// qwens returns the decoders of Qwen. The larger ones of Qwen 2.5 pad the same vocabulary to 152064.
func qwens() []Entry {
	return []Entry{
		qwen25("qwen2.5-0.5b", "0.5B", 494_032_768, 538_044_416, 32768, 47.5, "Apache-2.0", llamaShape{depth: 24, width: 896, heads: 14, kv: 2, hidden: 4864, tied: true}),
		qwen25("qwen2.5-1.5b", "1.5B", 1_543_714_304, 1_631_735_808, 131072, 60.9, "Apache-2.0", llamaShape{depth: 28, width: 1536, heads: 12, kv: 2, hidden: 8960, tied: true}),
		qwen25("qwen2.5-3b", "3B", 3_085_938_688, 3_236_839_424, 32768, 65.6, "LicenseRef-Qwen-Research", llamaShape{depth: 36, width: 2048, heads: 16, kv: 2, hidden: 11008, tied: true}),
		qwen25("qwen2.5-7b", "7B", 7_615_616_512, 7_276_007_424, 131072, 74.2, "Apache-2.0", llamaShape{depth: 28, width: 3584, heads: 28, kv: 4, hidden: 18944, vocabulary: 152064}),
		qwen25("qwen2.5-14b", "14B", 14_770_033_664, 14_494_433_280, 131072, 79.7, "Apache-2.0", llamaShape{depth: 48, width: 5120, heads: 40, kv: 8, hidden: 13824, vocabulary: 152064}),
		qwen25("qwen2.5-32b", "32B", 32_763_876_352, 32_655_933_440, 131072, 83.3, "Apache-2.0", llamaShape{depth: 64, width: 5120, heads: 40, kv: 8, hidden: 27648, vocabulary: 152064}),
		qwen25("qwen2.5-72b", "72B", 72_706_203_648, 72_801_845_248, 131072, 86.1, "LicenseRef-Qwen", llamaShape{depth: 80, width: 8192, heads: 64, kv: 8, hidden: 29568, vocabulary: 152064}),
		qwen3("qwen3-0.6b", "0.6B", 596_049_920, 713_539_584, 52.81, llamaShape{depth: 28, width: 1024, heads: 16, kv: 8, hidden: 3072, tied: true}),
		qwen3("qwen3-1.7b", "1.7B", 1_720_574_976, 1_838_006_272, 62.63, llamaShape{depth: 28, width: 2048, heads: 16, kv: 8, hidden: 6144, tied: true}),
		qwen3("qwen3-4b", "4B", 4_022_468_096, 4_324_556_800, 72.99, llamaShape{depth: 36, width: 2560, heads: 32, kv: 8, hidden: 9728, tied: true}),
		qwen3("qwen3-8b", "8B", 8_190_735_360, 7_870_382_080, 76.89, llamaShape{depth: 36, width: 4096, heads: 32, kv: 8, hidden: 12288}),
		qwen3("qwen3-14b", "14B", 14_768_307_200, 14_409_809_920, 81.05, llamaShape{depth: 40, width: 5120, heads: 40, kv: 8, hidden: 17408}),
		qwen3("qwen3-32b", "32B", 32_762_123_264, 33_058_324_480, 83.61, llamaShape{depth: 64, width: 5120, heads: 64, kv: 8, hidden: 25600}),
	}
}
