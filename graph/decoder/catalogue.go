package decoder

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// A Known is a published decoder under the name that built-in models have.
type Known struct {
	Name    string   // as specs and users write it
	Aliases []string // other names in tables of measurements and files, squashed
	Shape
}

// Catalogue lists published decoders; sizes are those of config.json on Hugging Face.
func Catalogue() []Known { return slices.Clone(catalogue) }

// published lists the models whose weights were published in fewer than 16 bits (their config.json on Hugging Face).
var published = map[string]string{
	"gpt-oss-20b": "mxfp4", "gpt-oss-120b": "mxfp4", "deepseek-v3": "fp8", "deepseek-r1": "fp8", "kimi-k2": "fp8",
}

// Narrower returns a way of storing the weights, or the one that they were published in where that takes less.
func (k *Known) Narrower(usual string) string {
	own := published[k.Name]
	if own == "" || k.bytes(own) >= k.bytes(usual) {
		return usual
	}
	return own
}

// bytes returns what the weights take in a quantisation, as much as can be in an unknown one.
func (k *Known) bytes(quant string) (n int64) {
	tensors, err := k.Store(quant)
	if err != nil {
		return math.MaxInt64
	}
	for i := range tensors {
		n += tensors[i].Bytes()
	}
	return n
}

// Lookup finds a published decoder by its name, that of a repository or of a tag, as in
// meta-llama/Llama-3.1-8B-Instruct or llama3.1:8b; the error names the nearest.
func Lookup(name string) (*Known, error) {
	name = strings.ToLower(strings.TrimPrefix(name, "zoo:"))
	for _, try := range []string{name, untuned(name), strings.Replace(untuned(name), "-coder", "", 1)} {
		if k := named(try); k != nil {
			return k, nil
		}
	}
	names := make([]string, len(catalogue))
	for i := range catalogue {
		names[i] = catalogue[i].Name
	}
	if k := hybridName().FindString(name); k != "" {
		return nil, fmt.Errorf("there is no built-in language model %q: not all layers of %s are attention; its .gguf file"+
			" tells what they weigh",
			spelling.Clip(name), k)
	}
	return nil, fmt.Errorf("there is no built-in language model %q; %s", spelling.Clip(name), near(name, names))
}

// named returns the decoder of a name or an alias, nil where there is none.
func named(name string) *Known {
	squashed := spelling.Squash(name)
	for i := range catalogue {
		k := &catalogue[i]
		if k.Name == name || spelling.Squash(k.Name) == squashed || slices.Contains(k.Aliases, squashed) {
			return k
		}
	}
	return nil
}

var (
	trained    = lazyexp.New(`(-(instruct|chat|it|hf|base|thinking|preview|gguf|fp8|bf16|awq|gptq|int4|qat|v0\.\d|\d{4}))+$`)
	hybridName = lazyexp.New(`qwen3-next|qwen3\.5|granite-?4|jamba|mamba|rwkv|falcon-h1|lfm2|nemotron-h|nemotron-3|bamba|zamba`)
)

// untuned returns a name without its owner and what the model was trained further for.
func untuned(name string) string {
	name = strings.ReplaceAll(name[strings.LastIndex(name, "/")+1:], ":", "-")
	return trained().ReplaceAllString(strings.TrimPrefix(name, "meta-"), "")
}

// near names the models whose names are nearest: by their letters, else those that begin alike.
func near(name string, names []string) string {
	if found := spelling.Nearest(name, names, 3); len(found) > 0 {
		return "the nearest are " + strings.Join(found, ", ")
	}
	for n := min(len(name), 12); n >= 3; n-- {
		var alike []string
		for _, k := range names {
			if strings.HasPrefix(spelling.Squash(k), spelling.Squash(name[:n])) {
				alike = append(alike, k)
			}
		}
		if len(alike) > 0 {
			return "those that begin alike are " + strings.Join(alike[:min(len(alike), 6)], ", ")
		}
	}
	return spelling.Suggest(name, names, 3)
}

// catalogue lists the decoders whose sizes are known by name.
var catalogue = slices.Concat(llamaRows, qwenRows, gemmaRows, mixtureRows, otherRows)

// llamaRows lists Meta's decoders and those made alike.
var llamaRows = []Known{
	{"tinyllama-1.1b", []string{"tinyllama", "tinyllama11bchatv10"}, gqa(22, 2048, 32, 4, 5632, 32000, 2048)},
	{"llama-7b", []string{"llama1-7b", "llama7b"}, gqa(32, 4096, 32, 32, 11008, 32000, 2048)},
	{"llama-13b", nil, gqa(40, 5120, 40, 40, 13824, 32000, 2048)},
	{"llama-30b", []string{"llama33b"}, gqa(60, 6656, 52, 52, 17920, 32000, 2048)},
	{"llama-65b", nil, gqa(80, 8192, 64, 64, 22016, 32000, 2048)},
	{"llama2-7b", []string{"vicuna7b"}, gqa(32, 4096, 32, 32, 11008, 32000, 4096)},
	{"llama2-13b", []string{"vicuna13b"}, gqa(40, 5120, 40, 40, 13824, 32000, 4096)},
	{"llama2-70b", nil, gqa(80, 8192, 64, 8, 28672, 32000, 4096)},
	{"codellama-34b", nil, gqa(48, 8192, 64, 8, 22016, 32000, 16384)},
	{"yi-34b", nil, gqa(60, 7168, 56, 8, 20480, 64000, 4096)},
	{"llama3-8b", nil, gqa(32, 4096, 32, 8, 14336, 128256, 8192)},
	{"llama3-70b", nil, gqa(80, 8192, 64, 8, 28672, 128256, 8192)},
	{"llama3.1-8b", []string{"deepseekr1distillllama8b", "deepseekr18b"}, gqa(32, 4096, 32, 8, 14336, 128256, 131072)},
	{"llama3.1-70b", []string{"llama3370b", "deepseekr1distillllama70b", "deepseekr170b"}, gqa(80, 8192, 64, 8, 28672, 128256, 131072)},
	{"llama3.1-405b", nil, gqa(126, 16384, 128, 8, 53248, 128256, 131072)},
	{"llama3.2-1b", nil, tied(gqa(16, 2048, 32, 8, 8192, 128256, 131072))},
	{"llama3.2-3b", nil, tied(gqa(28, 3072, 24, 8, 8192, 128256, 131072))},
	{"mistral-7b", nil, gqa(32, 4096, 32, 8, 14336, 32000, 32768)},
	{"mistral-nemo-12b", []string{"mistralnemo", "nemo12b"}, headed(128, gqa(40, 5120, 32, 8, 14336, 131072, 131072))},
	{"mistral-small-24b", []string{"mistralsmall", "mistralsmall3124b", "mistralsmall3224b", "devstral24b", "devstralsmall24b",
		"magistral24b", "magistralsmall24b"}, headed(128, gqa(40, 5120, 32, 8, 32768, 131072, 131072))},
	{"codestral-22b", nil, gqa(56, 6144, 48, 8, 16384, 32768, 32768)},
	{"falcon3-7b", nil, headed(256, gqa(28, 3072, 12, 4, 23040, 131072, 32768))},
	{"baichuan2-7b", nil, gqa(32, 4096, 32, 32, 11008, 125696, 4096)},
	{"internlm2-1.8b", nil, gqa(24, 2048, 16, 8, 8192, 92544, 32768)},
	{"smollm3-3b", nil, tied(gqa(36, 2048, 16, 4, 11008, 128256, 65536))},
	{"smollm2-135m", nil, tied(gqa(30, 576, 9, 3, 1536, 49152, 8192))},
	{"smollm2-360m", nil, tied(gqa(32, 960, 15, 5, 2560, 49152, 8192))},
	{"smollm2-1.7b", nil, tied(gqa(24, 2048, 32, 32, 8192, 49152, 8192))},
}

// qwenRows lists Alibaba's dense decoders.
var qwenRows = []Known{
	{"qwen2.5-0.5b", []string{"qwen205b"}, tied(qwen2(24, 896, 14, 2, 4864, 151936, 32768))},
	{"qwen2.5-1.5b", []string{"qwen215b", "deepseekr115b", "deepseekr1distillqwen15b"}, tied(qwen2(28, 1536, 12, 2, 8960, 151936, 131072))},
	{"qwen2.5-3b", nil, tied(qwen2(36, 2048, 16, 2, 11008, 151936, 32768))},
	{"qwen2.5-7b", []string{"qwen27b", "deepseekr1distillqwen7b", "deepseekr17b"}, qwen2(28, 3584, 28, 4, 18944, 152064, 131072)},
	{"qwen2.5-14b", []string{"deepseekr1distillqwen14b", "deepseekr114b"}, qwen2(48, 5120, 40, 8, 13824, 152064, 131072)},
	{"qwen2.5-32b", []string{"qwq32b", "deepseekr1distillqwen32b", "deepseekr132b", "qwq"}, qwen2(64, 5120, 40, 8, 27648, 152064, 131072)},
	{"qwen2.5-72b", []string{"qwen272b"}, qwen2(80, 8192, 64, 8, 29568, 152064, 131072)},
	{"qwen3-0.6b", nil, tied(qwen3(28, 1024, 16, 8, 3072))},
	{"qwen3-1.7b", nil, tied(qwen3(28, 2048, 16, 8, 6144))},
	{"qwen3-4b", nil, tied(qwen3(36, 2560, 32, 8, 9728))},
	{"qwen3-8b", []string{"deepseekr10528qwen38b"}, qwen3(36, 4096, 32, 8, 12288)},
	{"qwen3-14b", nil, qwen3(40, 5120, 40, 8, 17408)},
	{"qwen3-32b", nil, qwen3(64, 5120, 64, 8, 25600)},
}

// gemmaRows lists Google's decoders.
var gemmaRows = []Known{
	{"gemma-2b", nil, twice(gemma(18, 2048, 8, 1, 16384, 256000, 8192, 0, 0))},
	{"gemma-7b", []string{"codegemma7b"}, twice(gemma(28, 3072, 16, 16, 24576, 256000, 8192, 0, 0))},
	{"gemma2-2b", nil, gemma(26, 2304, 8, 4, 9216, 256000, 8192, 4096, 2)},
	{"gemma2-9b", nil, gemma(42, 3584, 16, 8, 14336, 256000, 8192, 4096, 2)},
	{"gemma2-27b", nil, headed(128, gemma(46, 4608, 32, 16, 36864, 256000, 8192, 4096, 2))},
	{"gemma3-270m", nil, normed(gemma(18, 640, 4, 1, 2048, 262144, 32768, 512, 6))},
	{"gemma3-1b", nil, normed(gemma(26, 1152, 4, 1, 6912, 262144, 32768, 512, 6))},
	{"gemma3-4b", nil, normed(gemma(34, 2560, 8, 4, 10240, 262208, 131072, 1024, 6))},
	{"gemma3-12b", nil, normed(gemma(48, 3840, 16, 8, 15360, 262208, 131072, 1024, 6))},
	{"gemma3-27b", nil, headed(128, normed(gemma(62, 5376, 32, 16, 21504, 262208, 131072, 1024, 6)))},
}

// mixtureRows lists mixtures of experts.
var mixtureRows = []Known{
	{"mixtral-8x7b", nil, Shape{Arch: "llama", Layers: 32, Width: 4096, Heads: 32, KV: 8, FFN: 14336, Vocabulary: 32000,
		Context: 32768, Experts: 8, Active: 2}},
	{"qwen3-30b-a3b", []string{"qwen3moe30ba3b", "qwen3coder30ba3b", "qwen3coder30b", "qwen330b"}, Shape{Arch: "qwen3moe", Layers: 48, Width: 2048,
		Heads: 32, KV: 4, Head: 128, Vocabulary: 151936, Context: 40960, HeadNorms: true, Experts: 128, Active: 8,
		ExpertFFN: 768}},
	{"mixtral-8x22b", nil, Shape{Arch: "llama", Layers: 56, Width: 6144, Heads: 48, KV: 8, FFN: 16384,
		Vocabulary: 32768, Context: 65536, Experts: 8, Active: 2}},
	{"qwen3-235b-a22b", []string{"qwen3235b"}, Shape{Arch: "qwen3moe", Layers: 94, Width: 4096, Heads: 64, KV: 4, Head: 128,
		Vocabulary: 151936, Context: 40960, HeadNorms: true, Experts: 128, Active: 8, ExpertFFN: 1536}},
	{"qwen3-coder-480b-a35b", []string{"qwen3480ba35b", "qwen3coder480b"}, Shape{Arch: "qwen3moe", Layers: 62, Width: 6144, Heads: 96,
		KV: 8, Head: 128, Vocabulary: 151936, Context: 262144, HeadNorms: true, Experts: 160, Active: 8, ExpertFFN: 2560}},
	{"llama4-scout", []string{"llama4scout109b", "llama4scout17b16e", "llama4scout17b16einstruct"}, llama4(16, 1)},
	{"llama4-maverick", []string{"llama4maverick400b", "llama4maverick17b128e"}, llama4(128, 2)},
	{"glm-4.5-air", nil, Shape{Arch: "glm4moe", Layers: 46, Width: 4096, Heads: 96, KV: 8, Head: 128, FFN: 10944,
		Vocabulary: 151552, Context: 131072, QKVBias: true, RouterBias: true, Experts: 128, Active: 8, ExpertFFN: 1408,
		Shared: 1408, Dense: 1}},
	{"kimi-k2", nil, Shape{Arch: "deepseek2", Layers: 61, Width: 7168, Heads: 64, KV: 64, FFN: 18432,
		Vocabulary: 163840, Context: 131072, Experts: 384, Active: 8, ExpertFFN: 2048, Shared: 2048, Dense: 1,
		RouterBias: true, Latent: &Latent{Query: 1536, KV: 512, NoPE: 128, RoPE: 64, Value: 128}}},
	{"gpt-oss-20b", nil, oss(24, 32)},
	{"gpt-oss-120b", nil, oss(36, 128)},
	{"deepseek-v2-lite", []string{"deepseek216b"}, Shape{Arch: "deepseek2", Layers: 27, Width: 2048, Heads: 16, KV: 16,
		FFN: 10944, Vocabulary: 102400, Context: 163840, Experts: 64, Active: 6, ExpertFFN: 1408, Shared: 2816, Dense: 1,
		Latent: &Latent{KV: 512, NoPE: 128, RoPE: 64, Value: 128}}},
	{"deepseek-v3", []string{"deepseek2671b", "deepseekv3671b", "deepseekv30324", "deepseekv31"}, deepseek},
	{"deepseek-r1", []string{"deepseekr1671b", "deepseekr10528"}, deepseek},
	{"glm-4.7-flash", nil, Shape{Arch: "deepseek2", Layers: 47, Width: 2048, Heads: 20, KV: 20, FFN: 10240,
		Vocabulary: 154880,
		Context:    202752, Experts: 64, Active: 4, ExpertFFN: 1536, Shared: 1536, Dense: 1, RouterBias: true,
		Latent: &Latent{Query: 768, KV: 512, NoPE: 192, RoPE: 64, Value: 256}}},
}

// otherRows lists the decoders of other makers.
var otherRows = []Known{
	{"phi3-mini", []string{"phi3mini4k", "phi3mini4kinstruct", "phi34kmini", "phi35mini", "phi338b"}, Shape{Arch: "phi3", Layers: 32, Width: 3072, Heads: 32, KV: 32, FFN: 8192,
		Vocabulary: 32064, Context: 4096, Packed: true}},
	{"phi4", []string{"phi414b"}, Shape{Arch: "phi3", Layers: 40, Width: 5120, Heads: 40, KV: 10, FFN: 17920,
		Vocabulary: 100352, Context: 16384, Packed: true}},
	{"phi3-medium", nil, Shape{Arch: "phi3", Layers: 40, Width: 5120, Heads: 40, KV: 10, FFN: 17920,
		Vocabulary: 32064, Context: 4096, Packed: true}},
	{"phi4-mini", []string{"phi438b"}, Shape{Arch: "phi3", Layers: 32, Width: 3072, Heads: 24, KV: 8, FFN: 8192, Vocabulary: 200064,
		Context: 131072, Packed: true, Tied: true}},
	{"starcoder2-3b", nil, starcoder(30, 3072, 24, 2, true)},
	{"starcoder2-7b", nil, starcoder(32, 4608, 36, 4, true)},
	{"starcoder2-15b", nil, starcoder(40, 6144, 48, 4, false)},
	{"falcon-40b", nil, Shape{Arch: "falcon", Layers: 60, Width: 8192, Heads: 128, KV: 8, FFN: 32768,
		Vocabulary: 65024, Context: 2048, Tied: true, Ungated: true, Packed: true, NormBias: true}},
	{"falcon-180b", nil, Shape{Arch: "falcon", Layers: 80, Width: 14848, Heads: 232, KV: 8, FFN: 59392,
		Vocabulary: 65024, Context: 2048, Tied: true, Ungated: true, Packed: true, NormBias: true}},
	{"glm4-9b", []string{"glm49b"}, Shape{Arch: "chatglm", Layers: 40, Width: 4096, Heads: 32, KV: 2, FFN: 13696,
		Vocabulary: 151552, Context: 131072, QKVBias: true, Packed: true}},
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

// tied returns the shape with an output layer that shares the embeddings.
func tied(s Shape) Shape {
	s.Tied = true
	return s
}

// headed returns a decoder whose heads are not a share of its width.
func headed(size int64, s Shape) Shape {
	s.Head = size
	return s
}

// twice returns a decoder of the first Gemma: two norms a layer.
func twice(s Shape) Shape {
	s.Arch, s.Norms = "gemma", 2
	return s
}

// starcoder returns StarCoder2: biases everywhere, and no gates.
func starcoder(layers, width, heads, kv int64, tied bool) Shape {
	return Shape{Arch: "starcoder2", Layers: layers, Width: width, Heads: heads, KV: kv, FFN: 4 * width,
		Vocabulary: 49152, Context: 16384, Tied: tied,
		Ungated: true, QKVBias: true, OutBias: true, FFNBias: true, NormBias: true}
}

// llama4 returns Llama 4: one expert a token beside a shared one, on every layer or every second, and chunks of 8192
// tokens that a layer looks back on, but for every fourth.
func llama4(experts, every int64) Shape {
	return Shape{Arch: "llama4", Layers: 48, Width: 5120, Heads: 40, KV: 8, Head: 128, FFN: 16384, Vocabulary: 202048,
		Context: 1 << 20, Experts: experts, Active: 1, ExpertFFN: 8192, Shared: 8192, ExpertEvery: every,
		Window: 8192, Full: 4}
}

// normed returns the shape of Gemma 3: heads are normalised.
func normed(s Shape) Shape {
	s.Arch, s.HeadNorms = "gemma3", true
	return s
}

// qwen2 returns the shape of a Qwen2: biases on queries, keys and values.
func qwen2(layers, width, heads, kv, ffn, vocabulary, context int64) Shape {
	s := gqa(layers, width, heads, kv, ffn, vocabulary, context)
	s.Arch, s.QKVBias = "qwen2", true
	return s
}

// qwen3 returns the shape of a Qwen3: heads of 128 channels that are normalised.
func qwen3(layers, width, heads, kv, ffn int64) Shape {
	s := gqa(layers, width, heads, kv, ffn, 151936, 40960)
	s.Arch, s.Head, s.HeadNorms = "qwen3", 128, true
	return s
}

// gemma returns the shape of a Gemma 2: heads of 256 channels, shared embeddings, and a window in
// all but every full-th layer.
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

// deepseek holds the shape of DeepSeek V3 and R1.
var deepseek = Shape{Arch: "deepseek2", Layers: 61, Width: 7168, Heads: 128, KV: 128, FFN: 18432, Vocabulary: 129280,
	Context: 163840,
	Experts: 256, Active: 8, ExpertFFN: 2048, Shared: 2048, Dense: 3, RouterBias: true,
	Latent: &Latent{Query: 1536, KV: 512, NoPE: 128, RoPE: 64, Value: 128}}
