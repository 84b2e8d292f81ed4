package hfread_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/hfread"
	"github.com/ridgepoint/ridgepoint/internal/allocated"
	"github.com/ridgepoint/ridgepoint/internal/errtext"
)

// configs are the sizes that the configurations of published models state.
var configs = map[string]string{
	"llama3-8b":     `{"model_type":"llama","num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,"num_key_value_heads":8,"intermediate_size":14336,"vocab_size":128256,"tie_word_embeddings":false,"torch_dtype":"bfloat16"}`,
	"llama3.2-1b":   `{"model_type":"llama","num_hidden_layers":16,"hidden_size":2048,"num_attention_heads":32,"num_key_value_heads":8,"head_dim":64,"intermediate_size":8192,"vocab_size":128256,"tie_word_embeddings":true}`,
	"qwen2.5-7b":    `{"model_type":"qwen2","num_hidden_layers":28,"hidden_size":3584,"num_attention_heads":28,"num_key_value_heads":4,"intermediate_size":18944,"vocab_size":152064,"tie_word_embeddings":false,"use_sliding_window":false,"sliding_window":131072}`,
	"qwen3-30b-a3b": `{"model_type":"qwen3_moe","num_hidden_layers":48,"hidden_size":2048,"num_attention_heads":32,"num_key_value_heads":4,"head_dim":128,"intermediate_size":6144,"moe_intermediate_size":768,"num_experts":128,"num_experts_per_tok":8,"vocab_size":151936,"tie_word_embeddings":false,"sliding_window":null}`,
	"mixtral-8x7b":  `{"model_type":"mixtral","num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,"num_key_value_heads":8,"intermediate_size":14336,"num_local_experts":8,"num_experts_per_tok":2,"vocab_size":32000,"sliding_window":null}`,
	"gpt-oss-20b":   `{"model_type":"gpt_oss","num_hidden_layers":24,"hidden_size":2880,"num_attention_heads":64,"num_key_value_heads":8,"head_dim":64,"intermediate_size":2880,"num_local_experts":32,"num_experts_per_tok":4,"vocab_size":201088,"sliding_window":128,"attention_bias":true,"quantization_config":{"quant_method":"mxfp4"}}`,
	"deepseek-v3":   `{"model_type":"deepseek_v3","num_hidden_layers":61,"hidden_size":7168,"num_attention_heads":128,"num_key_value_heads":128,"intermediate_size":18432,"moe_intermediate_size":2048,"n_routed_experts":256,"n_shared_experts":1,"num_experts_per_tok":8,"first_k_dense_replace":3,"q_lora_rank":1536,"kv_lora_rank":512,"qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,"vocab_size":129280,"quantization_config":{"quant_method":"fp8"}}`,
	"gemma3-4b":     `{"model_type":"gemma3","text_config":{"model_type":"gemma3_text","num_hidden_layers":34,"hidden_size":2560,"num_attention_heads":8,"num_key_value_heads":4,"head_dim":256,"intermediate_size":10240,"vocab_size":262208,"sliding_window":1024}}`,
	"llama4-scout":  `{"model_type":"llama4","text_config":{"model_type":"llama4_text","num_hidden_layers":48,"hidden_size":5120,"num_attention_heads":40,"num_key_value_heads":8,"head_dim":128,"intermediate_size":8192,"intermediate_size_mlp":16384,"num_local_experts":16,"num_experts_per_tok":1,"interleave_moe_layer_step":1,"attention_chunk_size":8192,"vocab_size":202048}}`,
	"gemma-7b":      `{"model_type":"gemma","num_hidden_layers":28,"hidden_size":3072,"num_attention_heads":16,"num_key_value_heads":16,"head_dim":256,"intermediate_size":24576,"vocab_size":256000}`,
	"phi3-mini":     `{"model_type":"phi3","num_hidden_layers":32,"hidden_size":3072,"num_attention_heads":32,"num_key_value_heads":32,"intermediate_size":8192,"vocab_size":32064,"sliding_window":null}`,
	"gptj-6b":       `{"model_type":"gptj","n_layer":28,"n_embd":4096,"n_head":16,"n_inner":null,"vocab_size":50400,"tie_word_embeddings":false}`,
	"falcon-7b":     `{"model_type":"falcon","num_hidden_layers":32,"hidden_size":4544,"num_attention_heads":71,"multi_query":true,"vocab_size":65024}`,
	"chatglm2-6b":   `{"model_type":"chatglm","num_layers":28,"hidden_size":4096,"num_attention_heads":32,"multi_query_group_num":2,"kv_channels":128,"ffn_hidden_size":13696,"padded_vocab_size":65024}`,
}

// published are configurations by the sizes that Hugging Face has of them, with the parameters that are published for
// the decoder alone.
var published = map[string]struct {
	text   string
	params int64
}{
	"mistral-7b":       {`{"model_type":"mistral","num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,"num_key_value_heads":8,"intermediate_size":14336,"vocab_size":32000,"sliding_window":4096}`, 7_241_732_096},
	"mistral-nemo":     {`{"model_type":"mistral","num_hidden_layers":40,"hidden_size":5120,"num_attention_heads":32,"num_key_value_heads":8,"head_dim":128,"intermediate_size":14336,"vocab_size":131072,"sliding_window":null}`, 12_247_782_400},
	"llama3.1-405b":    {`{"model_type":"llama","num_hidden_layers":126,"hidden_size":16384,"num_attention_heads":128,"num_key_value_heads":8,"intermediate_size":53248,"vocab_size":128256}`, 405_853_388_800},
	"mixtral-8x22b":    {`{"model_type":"mixtral","num_hidden_layers":56,"hidden_size":6144,"num_attention_heads":48,"num_key_value_heads":8,"intermediate_size":16384,"num_local_experts":8,"num_experts_per_tok":2,"vocab_size":32768}`, 140_630_071_296},
	"qwen3-8b":         {`{"model_type":"qwen3","num_hidden_layers":36,"hidden_size":4096,"num_attention_heads":32,"num_key_value_heads":8,"head_dim":128,"intermediate_size":12288,"vocab_size":151936,"tie_word_embeddings":false}`, 8_190_735_360},
	"qwen3-vl-8b":      {`{"model_type":"qwen3_vl","text_config":{"model_type":"qwen3_vl_text","num_hidden_layers":36,"hidden_size":4096,"num_attention_heads":32,"num_key_value_heads":8,"head_dim":128,"intermediate_size":12288,"vocab_size":151936}}`, 8_190_735_360},
	"qwen3-235b-a22b":  {`{"model_type":"qwen3_moe","num_hidden_layers":94,"hidden_size":4096,"num_attention_heads":64,"num_key_value_heads":4,"head_dim":128,"intermediate_size":12288,"moe_intermediate_size":1536,"num_experts":128,"num_experts_per_tok":8,"vocab_size":151936}`, 235_093_634_560},
	"gemma2-9b":        {`{"model_type":"gemma2","num_hidden_layers":42,"hidden_size":3584,"num_attention_heads":16,"num_key_value_heads":8,"head_dim":256,"intermediate_size":14336,"vocab_size":256000,"sliding_window":4096}`, 9_241_705_984},
	"gemma3-1b":        {`{"model_type":"gemma3_text","num_hidden_layers":26,"hidden_size":1152,"num_attention_heads":4,"num_key_value_heads":1,"head_dim":256,"intermediate_size":6912,"vocab_size":262144,"sliding_window":512,"sliding_window_pattern":6}`, 999_885_952},
	"phi4":             {`{"model_type":"phi3","num_hidden_layers":40,"hidden_size":5120,"num_attention_heads":40,"num_key_value_heads":10,"intermediate_size":17920,"vocab_size":100352,"tie_word_embeddings":false}`, 14_659_507_200},
	"phi4-mini":        {`{"model_type":"phi3","num_hidden_layers":32,"hidden_size":3072,"num_attention_heads":24,"num_key_value_heads":8,"intermediate_size":8192,"vocab_size":200064,"tie_word_embeddings":true}`, 3_836_021_760},
	"deepseek-v2-lite": {`{"model_type":"deepseek_v2","num_hidden_layers":27,"hidden_size":2048,"num_attention_heads":16,"num_key_value_heads":16,"intermediate_size":10944,"moe_intermediate_size":1408,"n_routed_experts":64,"n_shared_experts":2,"num_experts_per_tok":6,"first_k_dense_replace":1,"kv_lora_rank":512,"q_lora_rank":null,"qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,"vocab_size":102400}`, 15_706_484_224},
	"kimi-k2":          {`{"model_type":"kimi_k2","num_hidden_layers":61,"hidden_size":7168,"num_attention_heads":64,"num_key_value_heads":64,"intermediate_size":18432,"moe_intermediate_size":2048,"n_routed_experts":384,"n_shared_experts":1,"num_experts_per_tok":8,"first_k_dense_replace":1,"kv_lora_rank":512,"q_lora_rank":1536,"qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,"vocab_size":163840}`, 1_026_408_232_448},
	"glm4-9b":          {`{"model_type":"glm","num_hidden_layers":40,"hidden_size":4096,"num_attention_heads":32,"num_key_value_heads":2,"head_dim":128,"intermediate_size":13696,"vocab_size":151552,"attention_bias":true}`, 9_399_951_360},
	"glm4-32b":         {`{"model_type":"glm4","num_hidden_layers":61,"hidden_size":6144,"num_attention_heads":48,"num_key_value_heads":2,"head_dim":128,"intermediate_size":23040,"vocab_size":151552,"attention_bias":false}`, 32_566_081_536},
	"starcoder2-15b":   {`{"model_type":"starcoder2","num_hidden_layers":40,"hidden_size":6144,"num_attention_heads":48,"num_key_value_heads":4,"intermediate_size":24576,"vocab_size":49152,"tie_word_embeddings":false}`, 15_957_889_024},
	"starcoder":        {`{"model_type":"gpt_bigcode","n_layer":40,"n_embd":6144,"n_head":48,"n_inner":24576,"n_positions":8192,"multi_query":true,"vocab_size":49152}`, 15_517_456_384},
	"smollm2-135m":     {`{"model_type":"llama","num_hidden_layers":30,"hidden_size":576,"num_attention_heads":9,"num_key_value_heads":3,"intermediate_size":1536,"vocab_size":49152,"tie_word_embeddings":true}`, 134_515_008},
	"smollm3-3b":       {`{"model_type":"smollm3","num_hidden_layers":36,"hidden_size":2048,"num_attention_heads":16,"num_key_value_heads":4,"intermediate_size":11008,"vocab_size":128256,"tie_word_embeddings":true}`, 3_075_098_624},
	"falcon-40b":       {`{"model_type":"falcon","num_hidden_layers":60,"hidden_size":8192,"num_attention_heads":128,"num_kv_heads":8,"new_decoder_architecture":true,"multi_query":true,"vocab_size":65024}`, 41_303_293_952},
}

// TestPublished: configurations give the parameters that are published.
func TestPublished(t *testing.T) {
	for name, c := range published {
		m, err := hfread.Read(name, strings.NewReader(c.text))
		if err != nil {
			t.Error(err)
			continue
		}
		if got := m.Shape.Params(); got != c.params {
			t.Errorf("%s: %d parameters, published are %d: %d apart", name, got, c.params, got-c.params)
		}
	}
}

// TestPython: numbers that Python writes and JSON lacks are read over, in strings they stay.
func TestPython(t *testing.T) {
	for _, word := range []string{"NaN", "Infinity", "-Infinity"} {
		text := strings.TrimSuffix(configs["llama3-8b"], "}") + `,"limit":[0.0,` + word + `],"name":"a\"` + word + `"}`
		if m, err := hfread.Read("x", strings.NewReader(text)); err != nil || m.Shape.Layers != 32 {
			t.Errorf("%s: %v, %v", word, m, err)
		}
	}
}

// TestFamilies: a configuration gives the parameters and the cache of the decoder that it is published for.
func TestFamilies(t *testing.T) {
	for name, text := range configs {
		m, err := hfread.Read(name, strings.NewReader(text))
		if err != nil {
			t.Error(err)
			continue
		}
		k, err := decoder.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		if m.Shape.Params() != k.Params() || m.Shape.Cached(9000) != k.Cached(9000) || m.Shape.Touched(3) != k.Touched(3) {
			t.Errorf("%s: %d parameters and %d elements of cache, expected %d and %d", name, m.Shape.Params(), m.Shape.Cached(9000), k.Params(), k.Cached(9000))
		}
		if want := map[string]string{"gpt-oss-20b": "mxfp4", "deepseek-v3": "fp8"}[name]; want != "" && m.Quant != want || want == "" && m.Quant != "f16" {
			t.Errorf("%s is stored as %s", name, m.Quant)
		}
	}
}

// TestQuant reads how weights are stored.
func TestQuant(t *testing.T) {
	for quant, want := range map[string]string{
		`{"quant_method":"gptq","bits":4,"group_size":128}`: "w4g128", `{"quant_method":"awq","bits":4,"group_size":128}`: "w4g128",
		`{"quant_method":"gptq","bits":8,"group_size":-1}`: "w8", `{"quant_method":"compressed-tensors"}`: "", `{"quant_method":"hqq"}`: "",
	} {
		m, err := hfread.Read("x", strings.NewReader(strings.TrimSuffix(configs["llama3-8b"], "}")+`,"quantization_config":`+quant+"}"))
		if err == nil && want == "" {
			if m.Unsaid == nil || m.Quant != "" || !strings.Contains(m.Unsaid.Error(), "say how the weights are stored") {
				t.Errorf("%s: %q, %v; want an error that says what to do", quant, m.Quant, m.Unsaid)
			}
		} else if err != nil || m.Quant != want {
			t.Errorf("%s: %v, %v; want %s", quant, m, err, want)
		}
	}
}

// TestErrors: what is no known decoder is an error that says why; one cut anywhere is an error.
func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		`{"model_type":"qwen4"}`: "qwen3", `{"model_type":"zamba2"}`: "not all attention",
		`{"model_type":"kimi_linear"}`: "not all attention", `{}`: "model_type", `[]`: "expected a config.json",
		`{"model_type":"llama"}`: "layers", strings.Replace(configs["llama3-8b"], "4096", "-1", 1): "width",
		strings.Replace(configs["llama3-8b"], `"num_attention_heads":32`, `"num_attention_heads":0`, 1): "heads",
	} {
		if _, err := hfread.Read("x", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: error %v, want one that says %q", text, err, want)
		}
	}
	whole := configs["llama3-8b"]
	for n := range whole {
		if _, err := hfread.Read("cut", strings.NewReader(whole[:n])); err == nil {
			t.Fatalf("%d of %d bytes are read", n, len(whole))
		}
	}
	if _, err := hfread.Read("long", strings.NewReader(strings.Repeat(" ", 2<<20))); err == nil {
		t.Error("2 MiB are read")
	}
}

// TestOpen: a folder stands for its config.json.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(configs["llama3-8b"]), 0o644); err != nil {
		t.Fatal(err)
	}
	if m, err := hfread.Open(dir); err != nil || m.Shape.Layers != 32 {
		t.Errorf("%v, %v", m, err)
	}
	if _, err := hfread.Open(filepath.Join(dir, "none")); err == nil {
		t.Error("a missing file is no error")
	}
}

// bound is the memory that reading may allocate.
var bound = allocated.Bound{PerByte: 60, AtLeast: 1 << 20}

// TestHostile refuses sizes that no decoder has, and says so in our words.
func TestHostile(t *testing.T) {
	base := configs["deepseek-v3"]
	for name, c := range map[string]struct{ from, to, want string }{
		"a negative key":        {`"qk_nope_head_dim":128`, `"qk_nope_head_dim":-128`, "without position"},
		"a rank of 2^62":        {`"kv_lora_rank":512`, `"kv_lora_rank":4611686018427387904`, "rank of keys"},
		"negative dense layers": {`"first_k_dense_replace":3`, `"first_k_dense_replace":-3`, "layers without experts"},
		"shared experts":        {`"n_shared_experts":1`, `"n_shared_experts":4611686018427387904`, "shared experts"},
		"a text as a size":      {`"hidden_size":7168`, `"hidden_size":"7168"`, "found no JSON of a configuration"},
		"no JSON":               {`"hidden_size":7168`, `hidden`, "found no JSON of a configuration"},
		"beyond a number":       {`"hidden_size":7168`, `"hidden_size":1e400`, "found no JSON of a configuration"},
		"parameters": {`"num_hidden_layers":61,"hidden_size":7168`, `"num_hidden_layers":4096,"hidden_size":1048576`,
			"parameters"},
		"nested text": {`"model_type"`, `"text_config":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) +
			`,"model_type"`, ""},
	} {
		text := strings.Replace(base, c.from, c.to, 1)
		var err error
		bound.Hold(t, len(text), func() { _, err = hfread.Read("x", strings.NewReader(text)) })
		if c.want == "" {
			continue
		}
		if err == nil {
			t.Errorf("%s: read", name)
			continue
		}
		said := errtext.Text(err)
		if !strings.Contains(said, c.want) || strings.Contains(said, "json:") || strings.Contains(said, "invalid character") {
			t.Errorf("%s: found %q, want our words and %q", name, said, c.want)
		}
	}
}

// FuzzRead: no configuration panics or takes more memory than it is worth, and one that is read can be counted.
func FuzzRead(f *testing.F) {
	for _, text := range configs {
		f.Add(text)
	}
	for _, c := range hybrids {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var m *hfread.Model
		bound.Hold(t, len(text), func() { m, _ = hfread.Read("fuzz", strings.NewReader(text)) })
		if m == nil {
			return
		}
		s := &m.Shape
		if s.HeadSize() < 1 || s.Cached(1<<20) < 0 || s.Params() < 1 || s.ActiveParams() < 0 {
			t.Errorf("%+v", m.Shape)
		}
		if _, err := s.Store(m.Quant); err != nil && m.Unsaid == nil {
			t.Errorf("%s: %v", m.Quant, err)
		}
	})
}

// ExampleRead counts the parameters of a configuration.
func ExampleRead() {
	m, err := hfread.Read("config.json", strings.NewReader(configs["llama3.2-1b"]))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Shape.Params(), m.Quant)
	// Output: 1235814400 f16
}
