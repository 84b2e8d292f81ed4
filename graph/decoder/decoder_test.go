package decoder_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
)

// shape returns a published decoder.
func shape(t *testing.T, name string) *decoder.Shape {
	t.Helper()
	k, err := decoder.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return &k.Shape
}

// TestPublishedCounts holds parameters and bytes of the cache of one token in fp16 to model cards.
func TestPublishedCounts(t *testing.T) {
	for _, c := range []struct {
		name       string
		params, kv int64
	}{
		{"llama-7b", 6_738_415_616, 524_288}, {"llama-13b", 13_015_864_320, 819_200},
		{"llama2-70b", 68_976_648_192, 327_680}, {"llama3-8b", 8_030_261_248, 131_072}, {"llama3-70b", 70_553_706_496,
			327_680},
		{"llama3.1-405b", 405_853_388_800, 516_096}, {"llama3.2-1b", 1_235_814_400, 32_768}, {"llama3.2-3b", 3_212_749_824,
			114_688},
		{"mistral-7b", 7_241_732_096, 131_072}, {"qwen2.5-7b", 7_615_616_512, 57_344}, {"qwen2.5-14b", 14_770_033_664,
			196_608},
		{"qwen3-4b", 4_022_468_096, 147_456}, {"phi3-mini", 3_821_079_552, 393_216}, {"mixtral-8x7b", 46_702_792_704,
			131_072},
		{"qwen3-30b-a3b", 30_532_122_624, 98_304}, {"gpt-oss-20b", 20_914_757_184, 49_152}, {"gpt-oss-120b",
			116_829_156_672, 73_728},
		{"deepseek-r1", 671_026_419_200, 70_272}, {"glm-4.7-flash", 29_943_393_920, 54_144}, {"gemma3-4b", 3_880_263_168,
			139_264},
		{"gemma3-12b", 11_766_034_176, 393_216}, {"gemma3-1b", 999_885_952, 26_624}, {"smollm2-135m", 134_515_008, 23_040},
		{"smollm2-360m", 361_821_120, 40_960}, {"smollm2-1.7b", 1_711_376_384, 196_608}, {"phi4", 14_659_507_200, 204_800},
		{"deepseek-v2-lite", 15_706_484_224, 31_104},
		{"gptj-6b", 6_050_882_784, 458_752}, {"falcon-7b", 6_921_720_704, 8_192}, {"chatglm2-6b", 6_243_584_000, 28_672},
		{"tinyllama-1.1b", 1_100_048_384, 22_528},
		{"qwen3-235b-a22b", 235_093_634_560, 192_512}, {"gemma2-27b", 27_227_128_320, 376_832},
		{"gemma-7b", 8_537_680_896, 458_752}, {"gemma-2b", 2_506_172_416, 18_432},
		{"starcoder2-3b", 3_030_371_328, 30_720}, {"starcoder2-7b", 7_173_923_840, 65_536},
		{"starcoder2-15b", 15_957_889_024, 81_920}, {"phi3-medium", 13_960_238_080, 204_800},
		{"phi4-mini", 3_836_021_760, 131_072}, {"smollm3-3b", 3_075_098_624, 73_728},
		{"mistral-small-24b", 23_572_403_200, 163_840}, {"mistral-nemo-12b", 12_247_782_400, 163_840},
		{"codestral-22b", 22_247_282_688, 229_376}, {"yi-34b", 34_388_917_248, 245_760},
		{"codellama-34b", 33_743_970_304, 196_608}, {"glm4-9b", 9_399_951_360, 40_960},
		{"gemma3-270m", 268_098_176, 18_432}, {"gemma3-27b", 27_009_346_304, 507_904},
		{"internlm2-1.8b", 1_889_110_016, 98_304}, {"falcon3-7b", 7_455_550_464, 114_688},
		{"qwen3-coder-480b-a35b", 480_154_875_392, 253_952}, {"baichuan2-7b", 7_505_973_248, 524_288},
		{"mixtral-8x22b", 140_630_071_296, 229_376},
	} {
		s := shape(t, c.name)
		if got := s.Params(); got != c.params {
			t.Errorf("%s: %d parameters, published are %d: %d apart", c.name, got, c.params, got-c.params)
		}
		if got := 2 * s.Cached(1); got != c.kv {
			t.Errorf("%s: %d bytes of cache a token, expected %d", c.name, got, c.kv)
		}
	}
	moe := shape(t, "qwen3-30b-a3b")
	if got := moe.ActiveParams(); got != 3_041_656_832 {
		t.Errorf("qwen3-30b-a3b: %d active parameters, published are 3041656832", got)
	}
}

// TestWindow: beyond the window of every second layer of gpt-oss a token adds to half of the layers.
func TestWindow(t *testing.T) {
	for name, want := range map[string]int64{"gpt-oss-20b": 24_576, "gpt-oss-120b": 36_864} {
		s := shape(t, name)
		if got := 2 * (s.Cached(2001) - s.Cached(2000)); got != want {
			t.Errorf("%s: %d bytes a token beyond 128, expected %d", name, got, want)
		}
	}
}

// TestCacheOfLlama31: Hugging Face prints GiB of cache at three contexts (huggingface/blog#2345).
func TestCacheOfLlama31(t *testing.T) {
	for name, want := range map[string][3]float64{"llama3-8b": {0.125, 1.95, 15.62}, "llama3-70b": {0.313, 4.88,
		39.06}} {
		s := shape(t, name)
		for i, context := range []int64{1024, 16000, 128000} {
			if got := float64(2*s.Cached(context)) / (1 << 30); math.Abs(got-want[i]) > 0.006 {
				t.Errorf("%s at %d: %.3f GiB, published are %.3f", name, context, got, want[i])
			}
		}
	}
}

// bytes returns the stored bytes of the table of embeddings and of all else.
func bytes(t *testing.T, name, quant string) (table, rest int64) {
	t.Helper()
	s := shape(t, name)
	tensors, err := s.Store(quant)
	if err != nil {
		t.Fatal(err)
	}
	for i := range tensors {
		if tensors[i].Role == decoder.Embedding {
			table += tensors[i].Bytes()
		} else {
			rest += tensors[i].Bytes()
		}
	}
	return table, rest
}

// TestDeviceBytes: llama.cpp logs what it puts on the device, to a hundredth of a MiB, the table of embeddings left on
// the host; and the cache of 512 tokens.
func TestDeviceBytes(t *testing.T) {
	for _, c := range []struct {
		name, quant string
		want        float64
	}{
		{"llama-7b", "q4_0", 3577.55}, {"llama-7b", "f16", 12603.02}, {"llama-13b", "q4_0", 6936.01}, {"llama-13b", "f16",
			24514.08},
		{"llama-30b", "q4_0", 17390.64}, {"llama-30b", "f16", 61639.32}, {"llama-65b", "q4_0", 34950.11}, {"llama-65b",
			"f16", 124025.03},
		{"llama2-70b", "q4_0", 36930.11}, {"llama2-70b", "f16", 131065.03}, {"llama3-8b", "q4_k_m", 4403.49},
	} {
		if _, rest := bytes(t, c.name, c.quant); math.Abs(float64(rest)/(1<<20)-c.want) > 0.0051 {
			t.Errorf("%s %s: %.3f MiB on the device, logged are %.2f", c.name, c.quant, float64(rest)/(1<<20), c.want)
		}
	}
	if table, _ := bytes(t, "llama3-8b", "q4_k_m"); math.Abs(float64(table)/(1<<20)-281.81) > 0.0051 {
		t.Errorf("llama3-8b q4_k_m: %.3f MiB on the host, logged are 281.81", float64(table)/(1<<20))
	}
	for name, want := range map[string]int64{"llama-7b": 256, "llama-13b": 400, "llama-30b": 780, "llama-65b": 1280,
		"llama2-70b": 160} {
		s := shape(t, name)
		if got := 2 * s.Cached(512) >> 20; got != want {
			t.Errorf("%s: cache of 512 tokens is %d MiB, logged are %d", name, got, want)
		}
	}
}

// TestFileSizes: sizes of published GGUF files in GiB, to half a per cent where headers and metadata are added.
func TestFileSizes(t *testing.T) {
	for _, c := range []struct {
		name, quant string
		want        float64
	}{
		{"llama3-8b", "q4_k_m", 4.58}, {"llama3-8b", "f16", 14.96}, {"llama3-70b", "q4_k_m", 39.59}, {"llama3-70b", "f16",
			131.42},
		{"llama2-70b", "q4_0", 36.20}, {"llama2-70b", "q4_k_m", 38.54}, {"qwen2.5-7b", "q8_0", 7.54}, {"qwen3-30b-a3b",
			"q8_0", 30.25},
		{"glm-4.7-flash", "q8_0", 29.65}, {"gpt-oss-20b", "mxfp4", 11.27}, {"gpt-oss-120b", "mxfp4", 59.02},
	} {
		table, rest := bytes(t, c.name, c.quant)
		if got := float64(table+rest) / (1 << 30); math.Abs(got/c.want-1) > 0.005 {
			t.Errorf("%s %s: %.3f GiB, the file has %.2f", c.name, c.quant, got, c.want)
		}
	}
	for name, want := range map[string]float64{"llama-7b": 4.84, "llama-13b": 4.83, "llama2-70b": 4.80} {
		table, rest := bytes(t, name, "q4_k_m")
		s := shape(t, name)
		if got := 8 * float64(table+rest) / float64(s.Params()); math.Abs(got-want) > 0.0051 {
			t.Errorf("%s: %.3f bits a weight in q4_k_m, published are %.2f", name, got, want)
		}
	}
}

// TestTouched: Mixtral reads 2, 3.5, 5.469 and 7.199 of its experts at 1, 2, 4 and 8 tokens.
func TestTouched(t *testing.T) {
	s := shape(t, "mixtral-8x7b")
	for tokens, want := range map[float64]float64{1: 2, 2: 3.5, 4: 5.469, 8: 7.199, 1e6: 8, 0: 0} {
		if got := s.Touched(tokens); math.Abs(got-want) > 0.0006 {
			t.Errorf("%g tokens: %.4f experts, expected %.3f", tokens, got, want)
		}
	}
	dense := shape(t, "llama3-8b")
	if got := dense.Touched(4); got != 0 {
		t.Errorf("a decoder without experts touches %g", got)
	}
}

// TestLookup: names are found without their punctuation, and an unknown one names the nearest.
func TestLookup(t *testing.T) {
	for name, want := range map[string]string{"zoo:llama3-8b": "llama3-8b", "Llama3.1 8B": "llama3.1-8b",
		"qwen3moe 30B.A3B": "qwen3-30b-a3b"} {
		if got, err := decoder.Lookup(name); err != nil || got.Name != want {
			t.Errorf("Lookup(%q) = %v, %v; want %s", name, got, err, want)
		}
	}
	for _, k := range decoder.Catalogue() {
		if got, err := decoder.Lookup(k.Name); err != nil || got.Name != k.Name {
			t.Errorf("Lookup(%q) = %v, %v", k.Name, got, err)
		}
	}
	if _, err := decoder.Lookup("llama3-9b"); err == nil || !strings.Contains(err.Error(), "llama3-8b") {
		t.Errorf("llama3-9b: %v, want an error that names llama3-8b", err)
	}
}

// TestLookupAsPeopleWrite: names of repositories and tags, and of models that were trained further, find their decoder.
func TestLookupAsPeopleWrite(t *testing.T) {
	for name, want := range map[string]string{
		"meta-llama/Llama-3.1-8B-Instruct": "llama3.1-8b", "meta-llama/Meta-Llama-3-70B": "llama3-70b", "llama3.1:8b": "llama3.1-8b",
		"llama3.3:70b": "llama3.1-70b", "qwen3:30b": "qwen3-30b-a3b", "qwen3-coder:30b": "qwen3-30b-a3b",
		"Qwen/Qwen3-30B-A3B-Instruct-2507": "qwen3-30b-a3b", "Qwen/Qwen2.5-Coder-32B-Instruct": "qwen2.5-32b",
		"google/gemma-3-27b-it": "gemma3-27b", "gemma3:27b-it-qat": "gemma3-27b", "gpt-oss:20b": "gpt-oss-20b",
		"openai/gpt-oss-120b": "gpt-oss-120b", "deepseek-r1:32b": "qwen2.5-32b", "deepseek-r1:671b": "deepseek-r1",
		"deepseek-ai/DeepSeek-R1-Distill-Llama-8B": "llama3.1-8b", "mistralai/Mistral-7B-Instruct-v0.3": "mistral-7b",
		"mistralai/Mistral-Small-3.2-24B-Instruct-2506": "mistral-small-24b", "microsoft/phi-4": "phi4",
		"TinyLlama/TinyLlama-1.1B-Chat-v1.0": "tinyllama-1.1b", "Qwen/QwQ-32B": "qwen2.5-32b",
	} {
		if k, err := decoder.Lookup(name); err != nil || k.Name != want {
			t.Errorf("Lookup(%q) = %v, %v, want %s", name, k, err, want)
		}
	}
	for name, want := range map[string]string{
		"phi5": "phi4", "qwen3-next": "not all layers of qwen3-next are attention", "granite-4.0-h-small": "granite-4",
		"qwen3-vl-9000b": "begin alike are qwen3", "zzz": "there are",
	} {
		if k, err := decoder.Lookup(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Lookup(%q) = %v, %v, want an error that says %q", name, k, err, want)
		}
	}
}

// TestParseQuant: every listed name and its usual spellings are accepted; others name the nearest.
func TestParseQuant(t *testing.T) {
	for _, q := range decoder.Quants() {
		if got, err := decoder.ParseQuant(strings.ToUpper(q)); err != nil || got != q {
			t.Errorf("ParseQuant(%q) = %q, %v", q, got, err)
		}
	}
	for q, want := range map[string]string{"Q4_K": "q4_k_m", "fp16": "f16", "w4a16g128": "w4g128", "w8a8": "w8",
		"W4A16": "w4", "mxfp4_moe": "mxfp4"} {
		if got, err := decoder.ParseQuant(q); err != nil || got != want {
			t.Errorf("ParseQuant(%q) = %q, %v; want %s", q, got, err, want)
		}
	}
	if _, err := decoder.ParseQuant("q4_k_x"); err == nil || !strings.Contains(err.Error(), "q4_k_m") {
		t.Errorf("q4_k_x: %v, want an error that names q4_k_m", err)
	}
}

// TestEveryQuantStoresAll: no quantisation leaves a tensor without a format, and fewer bits never take more bytes.
func TestEveryQuantStoresAll(t *testing.T) {
	for _, name := range []string{"llama3.2-1b", "mixtral-8x7b", "falcon-7b", "gpt-oss-20b", "glm-4.7-flash"} {
		s := shape(t, name)
		for _, q := range decoder.Quants() {
			tensors, err := s.Store(q)
			if err != nil {
				t.Fatal(err)
			}
			for i := range tensors {
				if tensors[i].Bytes() <= 0 {
					t.Fatalf("%s %s: %v has no bytes", name, q, tensors[i])
				}
			}
		}
		order, last := []string{"q2_k", "q3_k_m", "q4_k_s", "q4_k_m", "q5_k_m", "q6_k", "q8_0", "f16", "f32"}, int64(0)
		for _, q := range order {
			table, rest := bytes(t, name, q)
			if table+rest < last {
				t.Errorf("%s: %s takes %d bytes, the next smaller %d", name, q, table+rest, last)
			}
			last = table + rest
		}
	}
}

// ExampleShape_Store counts the bytes of Llama 3 8B in Q4_K_M.
func ExampleShape_Store() {
	s := decoder.Shape{Layers: 32, Width: 4096, Heads: 32, KV: 8, FFN: 14336, Vocabulary: 128256}
	tensors, err := s.Store("q4_k_m")
	if err != nil {
		fmt.Println(err)
		return
	}
	sum := int64(0)
	for i := range tensors {
		sum += tensors[i].Bytes()
	}
	fmt.Printf("%d parameters, %.2f GiB, %d bytes of cache a token\n", s.Params(), float64(sum)/(1<<30), 2*s.Cached(1))
	// Output: 8030261248 parameters, 4.58 GiB, 131072 bytes of cache a token
}
