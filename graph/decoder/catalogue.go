package decoder

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// A Known is a published decoder under the name that built-in models have.
type Known struct {
	Name    string
	Aliases []string // other names in tables of measurements and files, squashed
	Shape
}

// Catalogue lists published decoders; sizes are those of config.json on Hugging Face.
func Catalogue() []Known { return slices.Clone(catalogue) }

// Lookup finds a published decoder by its name; the error names the nearest.
func Lookup(name string) (*Known, error) {
	name = strings.ToLower(strings.TrimPrefix(name, "zoo:"))
	squashed := spelling.Squash(name)
	names := make([]string, len(catalogue))
	for i := range catalogue {
		names[i] = catalogue[i].Name
		if names[i] == name || spelling.Squash(names[i]) == squashed || slices.Contains(catalogue[i].Aliases, squashed) {
			return &catalogue[i], nil
		}
	}
	near := spelling.Nearest(name, names, 3)
	if len(near) == 0 {
		near = names[:3]
	}
	return nil, fmt.Errorf("there is no built-in language model %q; the nearest are %s", spelling.Clip(name),
		strings.Join(near, ", "))
}

var catalogue = slices.Concat(llamaRows, qwenRows, gemmaRows, mixtureRows, otherRows)

var llamaRows = []Known{
	{"tinyllama-1.1b", nil, gqa(22, 2048, 32, 4, 5632, 32000, 2048)},
	{"llama-7b", []string{"llama1-7b", "llama7b"}, gqa(32, 4096, 32, 32, 11008, 32000, 2048)},
	{"llama-13b", nil, gqa(40, 5120, 40, 40, 13824, 32000, 2048)},
	{"llama-30b", []string{"llama33b"}, gqa(60, 6656, 52, 52, 17920, 32000, 2048)},
	{"llama-65b", nil, gqa(80, 8192, 64, 64, 22016, 32000, 2048)},
	{"llama2-7b", []string{"vicuna7b"}, gqa(32, 4096, 32, 32, 11008, 32000, 4096)},
	{"llama2-13b", []string{"vicuna13b"}, gqa(40, 5120, 40, 40, 13824, 32000, 4096)},
	{"llama2-70b", nil, gqa(80, 8192, 64, 8, 28672, 32000, 4096)},
	{"llama3-8b", nil, gqa(32, 4096, 32, 8, 14336, 128256, 8192)},
	{"llama3-70b", nil, gqa(80, 8192, 64, 8, 28672, 128256, 8192)},
	{"llama3.1-8b", nil, gqa(32, 4096, 32, 8, 14336, 128256, 131072)},
	{"llama3.1-70b", []string{"llama3370b"}, gqa(80, 8192, 64, 8, 28672, 128256, 131072)},
	{"llama3.1-405b", nil, gqa(126, 16384, 128, 8, 53248, 128256, 131072)},
	{"llama3.2-1b", nil, tied(gqa(16, 2048, 32, 8, 8192, 128256, 131072))},
	{"llama3.2-3b", nil, tied(gqa(28, 3072, 24, 8, 8192, 128256, 131072))},
	{"mistral-7b", nil, gqa(32, 4096, 32, 8, 14336, 32000, 32768)},
	{"smollm2-135m", nil, tied(gqa(30, 576, 9, 3, 1536, 49152, 8192))},
	{"smollm2-360m", nil, tied(gqa(32, 960, 15, 5, 2560, 49152, 8192))},
	{"smollm2-1.7b", nil, tied(gqa(24, 2048, 32, 32, 8192, 49152, 8192))},
}

var qwenRows = []Known{
	{"qwen2.5-0.5b", nil, tied(qwen2(24, 896, 14, 2, 4864, 151936, 32768))},
	{"qwen2.5-1.5b", []string{"qwen215b"}, tied(qwen2(28, 1536, 12, 2, 8960, 151936, 131072))},
	{"qwen2.5-3b", nil, tied(qwen2(36, 2048, 16, 2, 11008, 151936, 32768))},
	{"qwen2.5-7b", []string{"qwen27b"}, qwen2(28, 3584, 28, 4, 18944, 152064, 131072)},
	{"qwen2.5-14b", nil, qwen2(48, 5120, 40, 8, 13824, 152064, 131072)},
	{"qwen2.5-32b", nil, qwen2(64, 5120, 40, 8, 27648, 152064, 131072)},
	{"qwen2.5-72b", []string{"qwen272b"}, qwen2(80, 8192, 64, 8, 29568, 152064, 131072)},
	{"qwen3-0.6b", nil, tied(qwen3(28, 1024, 16, 8, 3072))},
	{"qwen3-1.7b", nil, tied(qwen3(28, 2048, 16, 8, 6144))},
	{"qwen3-4b", nil, tied(qwen3(36, 2560, 32, 8, 9728))},
	{"qwen3-8b", nil, qwen3(36, 4096, 32, 8, 12288)},
	{"qwen3-14b", nil, qwen3(40, 5120, 40, 8, 17408)},
	{"qwen3-32b", nil, qwen3(64, 5120, 64, 8, 25600)},
}

var gemmaRows = []Known{
	{"gemma2-2b", nil, gemma(26, 2304, 8, 4, 9216, 256000, 8192, 4096, 2)},
	{"gemma2-9b", nil, gemma(42, 3584, 16, 8, 14336, 256000, 8192, 4096, 2)},
	{"gemma3-1b", nil, normed(gemma(26, 1152, 4, 1, 6912, 262144, 32768, 512, 6))},
	{"gemma3-4b", nil, normed(gemma(34, 2560, 8, 4, 10240, 262208, 131072, 1024, 6))},
	{"gemma3-12b", nil, normed(gemma(48, 3840, 16, 8, 15360, 262208, 131072, 1024, 6))},
}

var mixtureRows = []Known{
	{"mixtral-8x7b", nil, Shape{Arch: "llama", Layers: 32, Width: 4096, Heads: 32, KV: 8, FFN: 14336, Vocabulary: 32000,
		Context: 32768, Experts: 8, Active: 2}},
	{"qwen3-30b-a3b", []string{"qwen3moe30ba3b", "qwen3coder30ba3b"}, Shape{Arch: "qwen3moe", Layers: 48, Width: 2048,
		Heads: 32, KV: 4, Head: 128, Vocabulary: 151936, Context: 40960, HeadNorms: true, Experts: 128, Active: 8,
		ExpertFFN: 768}},
	{"gpt-oss-20b", nil, oss(24, 32)},
	{"gpt-oss-120b", nil, oss(36, 128)},
	{"deepseek-v2-lite", []string{"deepseek216b"}, Shape{Arch: "deepseek2", Layers: 27, Width: 2048, Heads: 16, KV: 16,
		FFN: 10944, Vocabulary: 102400, Context: 163840, Experts: 64, Active: 6, ExpertFFN: 1408, Shared: 2816, Dense: 1,
		Latent: &Latent{KV: 512, NoPE: 128, RoPE: 64, Value: 128}}},
	{"deepseek-v3", []string{"deepseek2671b"}, deepseek},
	{"deepseek-r1", nil, deepseek},
	{"glm-4.7-flash", nil, Shape{Arch: "deepseek2", Layers: 47, Width: 2048, Heads: 20, KV: 20, FFN: 10240,
		Vocabulary: 154880,
		Context:    202752, Experts: 64, Active: 4, ExpertFFN: 1536, Shared: 1536, Dense: 1, RouterBias: true,
		Latent: &Latent{Query: 768, KV: 512, NoPE: 192, RoPE: 64, Value: 256}}},
}

var otherRows = []Known{
	{"phi3-mini", []string{"phi3mini4k"}, Shape{Arch: "phi3", Layers: 32, Width: 3072, Heads: 32, KV: 32, FFN: 8192,
		Vocabulary: 32064, Context: 4096, Packed: true}},
	{"phi4", []string{"phi414b"}, Shape{Arch: "phi3", Layers: 40, Width: 5120, Heads: 40, KV: 10, FFN: 17920,
		Vocabulary: 100352, Context: 16384, Packed: true}},
	{"gptj-6b", nil, Shape{Arch: "gptj", Layers: 28, Width: 4096, Heads: 16, KV: 16, FFN: 16384, Vocabulary: 50400,
		Context: 2048,
		Ungated: true, FFNBias: true, NormBias: true, Norms: 1, LogitBias: true}},
	{"falcon-7b", nil, Shape{Arch: "falcon", Layers: 32, Width: 4544, Heads: 71, KV: 1, FFN: 18176, Vocabulary: 65024,
		Context: 2048,
		Tied:    true, Ungated: true, Packed: true, NormBias: true, Norms: 1}},
	{"chatglm2-6b", []string{"chatglm6b", "chatglm36b"}, Shape{Arch: "chatglm", Layers: 28, Width: 4096, Heads: 32,
		KV:  2,
		FFN: 13696, Vocabulary: 65024, Context: 32768, QKVBias: true, Packed: true}},
}

// gqa returns a decoder of Llama's kind.
func gqa(layers, width, heads, kv, ffn, vocabulary, context int64) Shape {
	return Shape{Arch: "llama", Layers: layers, Width: width, Heads: heads, KV: kv, FFN: ffn, Vocabulary: vocabulary,
		Context: context}
}

func tied(s Shape) Shape {
	s.Tied = true
	return s
}

func normed(s Shape) Shape {
	s.Arch, s.HeadNorms = "gemma3", true
	return s
}

func qwen2(layers, width, heads, kv, ffn, vocabulary, context int64) Shape {
	s := gqa(layers, width, heads, kv, ffn, vocabulary, context)
	s.Arch, s.QKVBias = "qwen2", true
	return s
}

func qwen3(layers, width, heads, kv, ffn int64) Shape {
	s := gqa(layers, width, heads, kv, ffn, 151936, 40960)
	s.Arch, s.Head, s.HeadNorms = "qwen3", 128, true
	return s
}

func gemma(layers, width, heads, kv, ffn, vocabulary, context, window, full int64) Shape {
	s := tied(gqa(layers, width, heads, kv, ffn, vocabulary, context))
	s.Arch, s.Head, s.Gemma, s.Window, s.Full = "gemma2", 256, true, window, full
	return s
}

// oss returns gpt-oss: a window of 128 tokens on every second layer.
func oss(layers, experts int64) Shape {
	return Shape{Arch: "gpt-oss", Layers: layers, Width: 2880, Heads: 64, KV: 8, Head: 64, Vocabulary: 201088,
		Context: 131072,
		QKVBias: true, OutBias: true, FFNBias: true, Sinks: true, RouterBias: true,
		Experts: experts, Active: 4, ExpertFFN: 2880, Window: 128, Full: 2}
}

var deepseek = Shape{Arch: "deepseek2", Layers: 61, Width: 7168, Heads: 128, KV: 128, FFN: 18432, Vocabulary: 129280,
	Context: 163840,
	Experts: 256, Active: 8, ExpertFFN: 2048, Shared: 2048, Dense: 3, RouterBias: true,
	Latent: &Latent{Query: 1536, KV: 512, NoPE: 128, RoPE: 64, Value: 128}}
