// Package hfread reads the config.json of a language model on Hugging Face: what decoder it is, and how its weights are
// stored.
package hfread

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// MostBytes bounds a config.json; published ones have some 2 KB.
const MostBytes = 1 << 20

// A Model is a decoder as its configuration describes it.
type Model struct {
	Quant   string           // how weights are stored; "" where Unsaid is set
	Unsaid  error            // why the configuration does not tell how they are stored; nil where it does
	Shape   decoder.Shape    // of the decoder
	Tensors []decoder.Stored // weights as safetensors beside it hold them; nil without
}

// config are the keys that are used. Those of several names have the name of their meaning here.
type config struct {
	Type        string          `json:"model_type"`
	Text        json.RawMessage `json:"text_config"`
	Layers      int64           `json:"num_hidden_layers"`
	Width       int64           `json:"hidden_size"`
	Heads       int64           `json:"num_attention_heads"`
	KV          int64           `json:"num_key_value_heads"`
	MultiQuery  bool            `json:"multi_query"`
	NewFalcon   bool            `json:"new_decoder_architecture"`
	HeadNorms   bool            `json:"use_qk_norm"`
	Head        int64           `json:"head_dim"`
	FFN         int64           `json:"intermediate_size"`
	Vocabulary  int64           `json:"vocab_size"`
	PaddedVocab int64           `json:"padded_vocab_size"`
	Context     int64           `json:"max_position_embeddings"`
	Tied        *bool           `json:"tie_word_embeddings"`
	Window      *int64          `json:"sliding_window"`
	UseWindow   *bool           `json:"use_sliding_window"`
	Pattern     int64           `json:"sliding_window_pattern"`
	Bias        bool            `json:"attention_bias"`
	Experts     int64           `json:"num_local_experts"`
	Active      int64           `json:"num_experts_per_tok"`
	ExpertFFN   int64           `json:"moe_intermediate_size"`
	Shared      int64           `json:"n_shared_experts"`
	SharedFFN   int64           `json:"shared_expert_intermediate_size"`
	Dense       int64           `json:"first_k_dense_replace"`
	ExpertEvery int64           `json:"interleave_moe_layer_step"`
	DenseFFN    int64           `json:"intermediate_size_mlp"`
	Chunk       int64           `json:"attention_chunk_size"`
	QRank       *int64          `json:"q_lora_rank"`
	KVRank      int64           `json:"kv_lora_rank"`
	NoPE        int64           `json:"qk_nope_head_dim"`
	RoPE        int64           `json:"qk_rope_head_dim"`
	Value       int64           `json:"v_head_dim"`
	DType       string          `json:"torch_dtype"`
	DTypeNew    string          `json:"dtype"`
	Quant       struct {
		Method string `json:"quant_method"`
		Bits   int    `json:"bits"`
		Group  int    `json:"group_size"`
	} `json:"quantization_config"`
	mixing
}

// families set what a family of decoders has beside its sizes.
var families = map[string]func(*config, *decoder.Shape){
	"llama": nothing, "mistral": nothing, "mistral3": nothing, "smollm3": nothing, "granite": nothing,
	"mixtral":   nothing,
	"qwen2":     func(_ *config, s *decoder.Shape) { s.QKVBias = true },
	"qwen2_moe": func(_ *config, s *decoder.Shape) { s.QKVBias, s.SharedGate = true, true },
	"qwen3":     headNorms, "qwen3_vl": headNorms, "qwen3_vl_text": headNorms,
	"qwen3_moe": headNorms, "qwen3_vl_moe": headNorms, "qwen3_vl_moe_text": headNorms,
	"llama4": llama4, "llama4_text": llama4,
	"gemma":       func(_ *config, s *decoder.Shape) { s.Gemma, s.Norms, s.Tied = true, 2, true },
	"gemma2":      func(_ *config, s *decoder.Shape) { s.Gemma, s.Full, s.Tied = true, 2, true },
	"gemma3_text": gemma3, "gemma3": gemma3,
	"phi3":        func(_ *config, s *decoder.Shape) { s.Packed = true },
	"gpt_oss":     oss,
	"deepseek_v2": nothing,
	"deepseek_v3": routerBias, "kimi_k2": routerBias,
	"glm4_moe":      glmMoE,
	"glm4_moe_lite": routerBias,
	"glm":           func(_ *config, s *decoder.Shape) { s.OutBias = false },
	"glm4":          func(_ *config, s *decoder.Shape) { s.Norms, s.OutBias = 4, false },
	"chatglm":       func(_ *config, s *decoder.Shape) { s.QKVBias, s.Packed = true, true },
	"gptj": func(_ *config, s *decoder.Shape) {
		s.Ungated, s.FFNBias, s.NormBias, s.Norms, s.LogitBias, s.Tied = true, true, true, 1, true, false
	},
	"falcon": func(c *config, s *decoder.Shape) {
		s.Ungated, s.Packed, s.NormBias, s.Norms, s.Tied = true, true, true, 1, true
		if c.NewFalcon { // attention and perceptron have norms of their own
			s.Norms = 0
		}
	},
	"gpt_bigcode": bigCode, "gpt2": bigCode,
	"gpt_neox": func(_ *config, s *decoder.Shape) { ungatedWithBiases(s) },
	"phi": func(_ *config, s *decoder.Shape) {
		ungatedWithBiases(s)
		s.Norms, s.LogitBias = 1, true
	},
	"opt": func(_ *config, s *decoder.Shape) {
		ungatedWithBiases(s)
		s.Tied, s.Positions = true, sat.Add(s.Context, 2)
	},
	"mpt":      func(_ *config, s *decoder.Shape) { s.Ungated, s.Packed, s.Tied = true, true, true },
	"stablelm": func(_ *config, s *decoder.Shape) { s.NormBias = true },
	"jamba":    jamba, "bamba": bamba, "falcon_h1": falconH1, "nemotron_h": nemotronH, "lfm2": lfm2, "lfm2_moe": lfm2,
	"qwen3_next": qwenNext, "qwen3_5": qwenNext, "qwen3_5_text": qwenNext, "qwen3_5_moe": qwenNext,
	"qwen3_5_moe_text": qwenNext, "granitemoehybrid": graniteHybrid, "granitemoehybrid_text": graniteHybrid,
	"starcoder2": func(c *config, s *decoder.Shape) {
		s.Ungated, s.QKVBias, s.OutBias, s.FFNBias, s.NormBias = true, true, true, true, true
		s.Tied = c.Tied == nil || *c.Tied
	},
}

// nothing leaves the shape as the configuration's numbers make it.
func nothing(*config, *decoder.Shape) {}

// headNorms sets norms of queries and keys.
func headNorms(_ *config, s *decoder.Shape) { s.HeadNorms = true }

// routerBias sets the bias of the router.
func routerBias(_ *config, s *decoder.Shape) { s.RouterBias = true }

// glmMoE sets a bias where the configuration says so, on queries, keys and values alone.
func glmMoE(c *config, s *decoder.Shape) {
	s.RouterBias, s.HeadNorms, s.OutBias = true, c.HeadNorms, false
}

// ungatedWithBiases sets a perceptron of two matrices, and biases on all of them and in norms.
func ungatedWithBiases(s *decoder.Shape) {
	s.Ungated, s.QKVBias, s.OutBias, s.FFNBias, s.NormBias = true, true, true, true, true
}

// bigCode sets what GPT-2 and the first StarCoder have: learned positions, and a table that is the output layer too.
func bigCode(c *config, s *decoder.Shape) {
	ungatedWithBiases(s)
	s.Tied = true
	s.Positions = c.Context
}

// gemma3 sets what Gemma 3's configurations leave out: norms of heads and every sixth layer with
// full attention.
func gemma3(c *config, s *decoder.Shape) {
	s.Gemma, s.HeadNorms, s.Tied, s.Full = true, true, true, 6
	if c.Pattern > 0 {
		s.Full = c.Pattern
	}
}

// llama4 has one shared expert beside those that are chosen, and chunks on three of four layers.
func llama4(c *config, s *decoder.Shape) {
	s.ExpertFFN, s.Shared, s.ExpertEvery = s.FFN, s.FFN, c.ExpertEvery
	s.FFN = first(c.DenseFFN, s.FFN)
	s.Window, s.Full = c.Chunk, 4
}

// oss sets what gpt-oss's configurations leave out: biases, sinks and windows in every other layer.
func oss(_ *config, s *decoder.Shape) {
	s.QKVBias, s.OutBias, s.FFNBias, s.Sinks, s.RouterBias, s.Full = true, true, true, true, true, 2
	s.ExpertFFN = s.FFN
}

// hybrids lists types with layers that are no attention, whose weights are not known here.
var hybrids = []string{"mamba", "mamba2", "rwkv", "rwkv7", "zamba", "zamba2", "kimi_linear",
	"minimax_m1", "recurrent_gemma"}

// Open reads a config.json, or that of a folder.
func Open(path string) (*Model, error) {
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		path = filepath.Join(path, "config.json")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadBeside(path, f, path)
}

// Read reads a config.json by itself.
func Read(name string, r io.Reader) (*Model, error) { return ReadBeside(name, r, "") }

// ReadBeside reads a config.json, which messages call name, and the headers of the safetensors that lie beside path;
// without a path it reads the configuration alone.
func ReadBeside(name string, r io.Reader, path string) (*Model, error) {
	data, err := io.ReadAll(io.LimitReader(r, MostBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > MostBytes {
		return nil, fmt.Errorf("%s: found more than %d KiB, expected a config.json", name, MostBytes>>10)
	}
	data = plain(data)
	c := new(config)
	if err := c.read(data); err != nil {
		return nil, fmt.Errorf("%s: found no JSON of a configuration: %w; expected a config.json", name, err)
	}
	if len(c.Text) > 0 && c.Layers == 0 { // the decoder of a model that sees images too
		outer := *c
		c = new(config)
		if err := c.read(outer.Text); err != nil {
			return nil, fmt.Errorf("%s: text_config: found no JSON of a configuration: %w", name, err)
		}
		if c.Type == "" {
			c.Type = outer.Type
		}
		if outer.Quant.Method != "" {
			c.Quant = outer.Quant
		}
	}
	m, err := c.model(name)
	if err != nil || path == "" {
		return m, err
	}
	if m.Tensors, err = beside(path, &m.Shape); err != nil {
		return nil, err
	}
	if m.Tensors != nil && m.Unsaid != nil {
		m.Quant, m.Unsaid = c.Quant.Method, nil
	}
	return m, nil
}

// notJSON lists numbers that Python writes into JSON, the longest first.
var notJSON = []string{"-Infinity", "Infinity", "NaN"}

// plain replaces what Python writes for numbers that JSON lacks by null; none of the keys that are used has them.
func plain(data []byte) []byte {
	var out []byte
	quoted := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\' && i+1 < len(data):
			out = append(out, c)
			i++
		case !quoted && (c == '-' || c == 'I' || c == 'N'):
			if k := slices.IndexFunc(notJSON, func(w string) bool { return bytes.HasPrefix(data[i:], []byte(w)) }); k >= 0 {
				out = append(out, "null"...)
				i += len(notJSON[k]) - 1
				continue
			}
		}
		out = append(out, data[i])
	}
	return out
}

// first returns the first number that is not 0.
func first(list ...int64) int64 {
	for _, v := range list {
		if v != 0 {
			return v
		}
	}
	return 0
}

// model returns the decoder that the configuration describes. Unknown and hybrid types are errors.
func (c *config) model(name string) (*Model, error) {
	set, ok := families[c.Type]
	switch {
	case slices.Contains(hybrids, c.Type):
		return nil, fmt.Errorf("%s: found the type %s, whose layers are not all attention; what they weigh is not known,"+
			" a .gguf file of it tells it", name, c.Type)
	case !ok:
		var names []string
		for f := range families {
			names = append(names, f)
		}
		slices.Sort(names)
		which, near := "nearest", spelling.Nearest(c.Type, names, 3)
		if len(near) == 0 {
			which, near = "known", names
		}
		return nil, fmt.Errorf("%s: found model_type %q, expected a decoder, or another network as ONNX; %s are %s", name,
			spelling.Clip(c.Type), which, strings.Join(near, ", "))
	}
	s := decoder.Shape{
		Arch: c.Type, Layers: c.Layers, Width: c.Width, Heads: c.Heads, Head: c.Head, FFN: c.FFN,
		Vocabulary: first(c.PaddedVocab, c.Vocabulary), Context: c.Context,
		QKVBias: c.Bias, OutBias: c.Bias, Experts: c.Experts, Active: c.Active, ExpertFFN: c.ExpertFFN, Dense: c.Dense,
	}
	s.Shared = first(c.SharedFFN, sat.Mul(c.Shared, c.ExpertFFN))
	s.KV = first(c.KV, s.Heads)
	if c.MultiQuery && c.KV == 0 {
		s.KV = 1
	}
	if s.FFN == 0 { // of types that do not say: four times the width
		s.FFN = sat.Mul(4, s.Width)
	}
	s.Tied = c.Tied != nil && *c.Tied
	if c.Window != nil && (c.UseWindow == nil || *c.UseWindow) {
		s.Window = *c.Window
	}
	if c.KVRank > 0 {
		s.Latent = &decoder.Latent{KV: c.KVRank, NoPE: c.NoPE, RoPE: c.RoPE, Value: c.Value}
		if c.QRank != nil {
			s.Latent.Query = *c.QRank
		}
	}
	set(c, &s)
	if err := c.whole(name, &s); err != nil {
		return nil, err
	}
	if err := s.Check(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	m := &Model{Shape: s}
	quant, err := c.quant()
	if err != nil {
		m.Unsaid = fmt.Errorf("%s: %w", name, err)
	}
	m.Quant = quant
	return m, nil
}

// quant returns how weights are stored.
func (c *config) quant() (string, error) {
	q := &c.Quant
	switch q.Method {
	case "":
		if c.DType == "float32" || c.DTypeNew == "float32" {
			return "f32", nil
		}
		return "f16", nil
	case "fp8", "fbgemm_fp8":
		return "fp8", nil
	case "mxfp4":
		return "mxfp4", nil
	case "gptq", "awq":
		name := fmt.Sprintf("w%dg%d", q.Bits, q.Group)
		if q.Group <= 0 {
			name = fmt.Sprintf("w%d", q.Bits)
		}
		return decoder.ParseQuant(name)
	case "compressed-tensors", "modelopt":
		return "", fmt.Errorf("quantization_config: found %s, whose tensors may differ; say how the weights are stored, as in w4g128, or put the safetensors beside it", q.Method)
	}
	return "", fmt.Errorf("quantization_config: found %q, known are gptq, awq, fp8 and mxfp4; say how the weights are stored, as in w4g128, or put the safetensors beside it", spelling.Clip(q.Method))
}
