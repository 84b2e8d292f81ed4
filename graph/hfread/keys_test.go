package hfread_test

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/hfread"
)

// TestOlder: decoders whose files name their sizes in other ways have the parameters that are published.
func TestOlder(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		params int64
	}{
		"gpt2": {`{"model_type":"gpt2","n_embd":768,"n_head":12,"n_layer":12,"n_inner":null,"vocab_size":50257,"n_positions":1024}`, 124_439_808},
		"pythia-1.4b": {`{"model_type":"gpt_neox","hidden_size":2048,"num_hidden_layers":24,"num_attention_heads":16,
"intermediate_size":8192,"vocab_size":50304,"max_position_embeddings":2048,"tie_word_embeddings":false}`, 1_414_647_808},
		"phi-2": {`{"model_type":"phi","hidden_size":2560,"num_hidden_layers":32,"num_attention_heads":32,"intermediate_size":10240,
"vocab_size":51200,"max_position_embeddings":2048,"tie_word_embeddings":false}`, 2_779_683_840},
		"opt-1.3b": {`{"model_type":"opt","hidden_size":2048,"num_hidden_layers":24,"num_attention_heads":32,"ffn_dim":8192,
"vocab_size":50272,"max_position_embeddings":2048}`, 1_315_758_080},
		"mpt-7b": {`{"model_type":"mpt","d_model":4096,"n_heads":32,"n_layers":32,"max_seq_len":2048,"vocab_size":50432}`, 6_649_286_656},
		"stablelm-3b": {`{"model_type":"stablelm","hidden_size":2560,"num_hidden_layers":32,"num_attention_heads":32,
"num_key_value_heads":32,"intermediate_size":6912,"vocab_size":50304,"max_position_embeddings":4096,"tie_word_embeddings":false}`, 2_795_443_200},
		"llama-7b, as its first release names it": {`{"model_type":"llama","dim":4096,"n_heads":32,"n_layers":32,"hidden_dim":11008,"vocab_size":32000}`,
			6_738_415_616},
	} {
		m, err := hfread.Read(name, strings.NewReader(c.text))
		if err != nil {
			t.Error(err)
			continue
		}
		if n := m.Shape.Params(); n != c.params {
			t.Errorf("%s: %d parameters, published are %d", name, n, c.params)
		}
	}
}

// TestMissing: a number that a decoder cannot do without is named, with the keys that it is looked for under.
func TestMissing(t *testing.T) {
	whole := map[string]string{"num_hidden_layers": "32", "hidden_size": "4096", "num_attention_heads": "32",
		"vocab_size": "32000"}
	for key := range whole {
		text := `{"model_type":"llama"`
		for k, v := range whole {
			if k != key {
				text += `,"` + k + `":` + v
			}
		}
		_, err := hfread.Read("config.json", strings.NewReader(text+"}"))
		if err == nil || !strings.Contains(err.Error(), "config.json: found no "+key+", expected it or ") ||
			!strings.Contains(err.Error(), "; add it, or take") {
			t.Errorf("without %s: %v", key, err)
		}
	}
}
