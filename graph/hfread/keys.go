package hfread

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
)

// spellings lists the keys of a number: the usual one first, then those of GPT-2, MPT, Falcon, OPT, ChatGLM, Qwen,
// DeepSeek and of Mistral's and Meta's own files.
var spellings = [][]string{
	{"num_hidden_layers", "n_layer", "n_layers", "num_layers"},
	{"hidden_size", "n_embd", "d_model", "n_embed", "dim"},
	{"num_attention_heads", "n_head", "n_heads", "num_heads"},
	{"num_key_value_heads", "num_kv_heads", "n_head_kv", "n_kv_heads", "multi_query_group_num"},
	{"head_dim", "kv_channels", "d_head"},
	{"intermediate_size", "n_inner", "ffn_hidden_size", "ffn_dim", "d_ff", "hidden_dim"},
	{"vocab_size", "n_vocab"},
	{"max_position_embeddings", "n_positions", "max_seq_len", "max_sequence_length", "n_ctx", "seq_length"},
	{"num_local_experts", "num_experts", "n_routed_experts"},
}

// read decodes a configuration. A number that has another key than the usual one is read under that.
func (c *config) read(data []byte) error {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(data, &keys); err != nil {
		return err
	}
	for _, names := range spellings {
		if said(keys[names[0]]) {
			continue
		}
		if i := slices.IndexFunc(names, func(n string) bool { return said(keys[n]) }); i > 0 {
			keys[names[0]] = keys[names[i]]
		}
	}
	data, err := json.Marshal(keys)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, c)
}

// said reports whether a configuration tells a number.
func said(v json.RawMessage) bool { return len(v) > 0 && string(v) != "null" && string(v) != "0" }

// whole reports which number of a decoder the configuration lacks, under which keys it is looked for.
func (c *config) whole(name string, s *decoder.Shape) error {
	needed := map[string]int64{"num_hidden_layers": s.Layers, "hidden_size": s.Width,
		"num_attention_heads": s.Heads, "vocab_size": s.Vocabulary}
	for _, names := range spellings {
		if v, ok := needed[names[0]]; ok && v == 0 {
			return fmt.Errorf("%s: found no %s, expected it or %s; add it, or take the config.json that was published with the weights",
				name, names[0], strings.Join(names[1:], ", "))
		}
	}
	return nil
}
