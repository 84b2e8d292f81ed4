package hfread_test

import (
	"math"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/hfread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
)

// hybrids are configurations by the sizes that Hugging Face has of them, with the parameters that are published, a
// share that those figures may be rounded by, and what one sequence keeps.
var hybrids = map[string]struct {
	text          string
	params        int64
	within        float64
	mixing        int64 // layers with a recurrence or a convolution
	cached, state int64 // elements of a token in all layers with attention, and bytes however long the sequence is
}{
	"jamba": {`{"model_type":"jamba","num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,
"num_key_value_heads":8,"intermediate_size":14336,"num_experts":16,"num_experts_per_tok":2,
"attn_layer_period":8,"attn_layer_offset":4,"expert_layer_period":2,"expert_layer_offset":1,"mamba_d_state":16,
"mamba_d_conv":4,"mamba_expand":2,"mamba_dt_rank":256,"vocab_size":65536}`,
		51_570_323_328, 0, 28, 4 * 2048, 28 * 4 * 8192 * (16 + 3)},
	"lfm2-1.2b": {`{"model_type":"lfm2","num_hidden_layers":16,"hidden_size":2048,"num_attention_heads":32,
"num_key_value_heads":8,"block_ff_dim":12288,"block_auto_adjust_ff_dim":true,"block_multiple_of":256,
"block_ffn_dim_multiplier":1.0,"conv_L_cache":3,"full_attn_idxs":[2,5,8,10,12,14],"vocab_size":65536}`,
		1_170_340_608, 0, 10, 6 * 1024, 10 * 4 * 2 * 2048},
	"qwen3-next-80b": {`{"model_type":"qwen3_next","num_hidden_layers":48,"hidden_size":2048,
"num_attention_heads":16,"num_key_value_heads":2,"head_dim":256,"full_attention_interval":4,
"linear_num_key_heads":16,"linear_num_value_heads":32,"linear_key_head_dim":128,"linear_value_head_dim":128,
"linear_conv_kernel_dim":4,"num_experts":512,"num_experts_per_tok":10,"moe_intermediate_size":512,
"shared_expert_intermediate_size":512,"intermediate_size":5120,"vocab_size":151936,"tie_word_embeddings":false}`,
		79_674_391_296, 0, 36, 12 * 1024, 36 * 4 * (32*128*128 + 3*8192)},
	"granite-4.0-h-tiny": {`{"model_type":"granitemoehybrid","num_hidden_layers":40,"hidden_size":1536,
"num_attention_heads":12,"num_key_value_heads":4,"intermediate_size":512,"shared_intermediate_size":1024,
"num_local_experts":64,"num_experts_per_tok":6,"mamba_d_state":128,"mamba_d_conv":4,"mamba_expand":2,
"mamba_n_heads":48,"mamba_d_head":64,"mamba_n_groups":1,"layer_types":[` +
		strings.Repeat(`"mamba","mamba","mamba","mamba","mamba","attention","mamba","mamba","mamba","mamba",`, 3) + `"mamba",
"mamba","mamba","mamba","mamba","attention","mamba","mamba","mamba","mamba"],"vocab_size":100352,
"tie_word_embeddings":true}`,
		6_939_037_248, 0, 36, 4 * 1024, 36 * 4 * (3072*128 + 3*(3072+256))},
	"nemotron-3-nano": {`{"model_type":"nemotron_h","num_hidden_layers":52,"hidden_size":2688,
"num_attention_heads":32,"num_key_value_heads":2,"head_dim":128,"intermediate_size":1856,
"moe_intermediate_size":1856,"moe_shared_expert_intermediate_size":3712,"n_routed_experts":128,
"num_experts_per_tok":6,"mamba_num_heads":64,"mamba_head_dim":64,"ssm_state_size":128,"n_groups":8,
"conv_kernel":4,"hybrid_override_pattern":"MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME",
"vocab_size":131072,"tie_word_embeddings":false}`,
		31_577_937_344 + 23*128, 0, 23, 6 * 512,
		23 * 4 * (4096*128 + 3*(4096+2048))}, // routers have biases beside what is published
	"nemotron-h-8b": {`{"model_type":"nemotron_h","num_hidden_layers":52,"hidden_size":4096,
"num_attention_heads":32,"num_key_value_heads":8,"attention_head_dim":128,"intermediate_size":21504,
"mamba_num_heads":128,"mamba_head_dim":64,"ssm_state_size":128,"n_groups":8,"conv_kernel":4,
"hybrid_override_pattern":"M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-","vocab_size":131072,
"tie_word_embeddings":false}`,
		8_100_000_000, 0.001, 24, 4 * 2048, 24 * 4 * (8192*128 + 3*(8192+2048))},
	"falcon-h1-7b": {`{"model_type":"falcon_h1","num_hidden_layers":44,"hidden_size":3072,"num_attention_heads":12,
"num_key_value_heads":2,"head_dim":128,"intermediate_size":12288,"mamba_d_ssm":3072,"mamba_n_heads":24,
"mamba_d_head":128,"mamba_n_groups":1,"mamba_d_state":256,"mamba_d_conv":4,"mamba_rms_norm":false,
"vocab_size":130049,"tie_word_embeddings":false}`,
		7_590_000_000, 0.001, 44, 44 * 512, 44 * 4 * (3072*256 + 3*(3072+512))},
	"bamba-9b": {`{"model_type":"bamba","num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,
"num_key_value_heads":8,"intermediate_size":14336,"mamba_d_state":128,"mamba_d_conv":4,"mamba_expand":2,
"mamba_n_heads":128,"mamba_d_head":"auto","mamba_n_groups":1,"attn_layer_indices":[9,18,27],"vocab_size":128256,
"tie_word_embeddings":false}`,
		9_780_000_000, 0.001, 29, 3 * 2048, 29 * 4 * (8192*128 + 3*(8192+256))},
	"qwen3.5-4b": {`{"model_type":"qwen3_5","text_config":{"model_type":"qwen3_5_text","num_hidden_layers":32,
"hidden_size":2560,"num_attention_heads":16,"num_key_value_heads":4,"head_dim":256,"intermediate_size":9216,
"linear_num_key_heads":16,"linear_num_value_heads":32,"linear_key_head_dim":128,"linear_value_head_dim":128,
"linear_conv_kernel_dim":4,"layer_types":[` +
		strings.Repeat(`"linear_attention","linear_attention","linear_attention","full_attention",`, 7) + `"linear_attention",
"linear_attention","linear_attention","full_attention"],"vocab_size":248320,"tie_word_embeddings":true}}`,
		4_200_000_000, 0.005, 24, 8 * 2048, 24 * 4 * (32*128*128 + 3*8192)},
}

// TestHybrids: of decoders whose layers are not all attention the weights are those that are published; layers with
// attention alone have a cache, the others a state.
func TestHybrids(t *testing.T) {
	for name, c := range hybrids {
		m, err := hfread.Read(name, strings.NewReader(c.text))
		if err != nil {
			t.Error(err)
			continue
		}
		s := &m.Shape
		if got := s.Params(); math.Abs(float64(got-c.params)) > c.within*float64(c.params) {
			t.Errorf("%s: %d parameters, published are %d: %d apart", name, got, c.params, got-c.params)
		}
		if s.Mixing() != c.mixing || s.Cached(1) != c.cached || s.State() != c.state {
			t.Errorf("%s: %d layers with a recurrence, %d elements a token, %d B of state; expected %d, %d, %d", name,
				s.Mixing(), s.Cached(1), s.State(), c.mixing, c.cached, c.state)
		}
	}
}

// TestHybridHostile: sizes of recurrences that no decoder has are errors.
func TestHybridHostile(t *testing.T) {
	for from, to := range map[string]string{
		`"mamba_d_state":16`: `"mamba_d_state":4611686018427387904`, `"mamba_expand":2`: `"mamba_expand":-2,"mamba_d_ssm":-5`,
		`"mamba_dt_rank":256`: `"mamba_dt_rank":-256`, `"num_hidden_layers":32`: `"num_hidden_layers":4611686018427387904`,
		`"mamba_d_conv":4`: `"mamba_d_conv":9223372036854775807`,
	} {
		text := strings.Replace(hybrids["jamba"].text, from, to, 1)
		bound.Hold(t, len(text), func() {
			if _, err := hfread.Read("x", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "expected") {
				t.Errorf("%s: %v", to, err)
			}
		})
	}
}

// TestHybridGraph: the graph of a hybrid holds the weights that its sizes tell, to half a per cent: filters are left
// out.
func TestHybridGraph(t *testing.T) {
	for name, c := range hybrids {
		m, err := hfread.Read(name, strings.NewReader(c.text))
		if err != nil {
			t.Error(err)
			continue
		}
		g, err := zoo.OpenDecoder(&zoo.Decoder{Name: name, Shape: m.Shape}, "")
		if err != nil {
			t.Error(err)
			continue
		}
		held := int64(0)
		for i := range g.Tensors {
			if init := g.Tensors[i].Init; init != nil && len(init.Shape) > 1 {
				held += init.Shape.Elems()
			}
		}
		if want := m.Shape.Params(); math.Abs(float64(held-want)) > 0.005*float64(want) {
			t.Errorf("%s: the graph holds %d weights, the sizes tell %d", name, held, want)
		}
	}
}
