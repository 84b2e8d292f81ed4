package zoo

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A Decoder is a language model that a file describes by its sizes.
type Decoder struct {
	Name   string
	Shape  decoder.Shape
	Stored []decoder.Stored // weights as the file keeps them; nil: in Type
	Type   dtype.Type       // of activations, and of weights that Stored leaves out
}

// OpenDecoder builds the graph that built-in models of the family have, for the step that a query such as
// seq=1&past=4096 names; an empty query is one decode step.
func OpenDecoder(d *Decoder, query string) (*graph.Model, error) {
	s := &d.Shape
	context := s.Context
	if context < 2 {
		context = 1 << 20
	}
	e := Entry{Name: d.Name, Options: stepOptions(context, min(1024, context-1))}
	opts, err := e.options(query)
	if err != nil {
		return nil, err
	}
	if size := shapeOf(s).rotary(); size%2 != 0 || s.Heads%max(s.KV, 1) != 0 {
		return nil, fmt.Errorf("%s: found heads of %d and %d heads for %d of keys and values; expected an even size and a multiple",
			d.Name, size, s.Heads, s.KV)
	}
	b := newBuilder()
	shapeOf(s).build(newStep(b, opts))
	m, err := b.model(d.Name, d.Name)
	if err != nil {
		return nil, err
	}
	m.Producer = ""
	pack(m, d.Stored)
	retype(m, d.Type)
	return m, nil
}

// shapeOf returns the sizes of a decoder as the built-in models have them.
func shapeOf(s *decoder.Shape) llamaShape {
	return llamaShape{
		depth: int(s.Layers), width: s.Width, heads: s.Heads, kv: max(s.KV, 1), hidden: s.FFN, vocabulary: s.Vocabulary, tied: s.Tied,
		llamaStyle: llamaStyle{
			head: s.Head, bias: s.QKVBias, headNorms: s.HeadNorms, packed: s.Packed, gemma: s.Gemma, experts: s.Experts,
			active: s.Active, window: s.Window, full: s.Full,
			further: further{
				value: s.Value, outBias: s.OutBias, perceptronBias: s.FFNBias, logitBias: s.LogitBias, layerNorms: s.NormBias,
				ungated: s.Ungated, parallel: s.Norms == 1 && len(s.Mixers) == 0, around: s.Norms == 4 && !s.Gemma,
				twice: s.Gemma && s.Norms == 2, sinks: s.Sinks, positions: s.Positions,
				expertHidden: s.ExpertFFN, shared: s.Shared, sharedGate: s.SharedGate, routerBias: s.RouterBias, sizes: s, latent: s.Latent,
			},
		},
	}
}

// places lists the tensors of a file that hold a weight of the graph, by the last word of its name: the first list
// that the file has is taken.
var places = map[string][][]decoder.Role{
	"embed_tokens": {{decoder.Embedding}}, "embed_positions": {{decoder.Position}}, "lm_head": {{decoder.Output}},
	"q_proj": {{decoder.Query}, {decoder.QKV}}, "k_proj": {{decoder.Key}, {decoder.QKV}}, "v_proj": {{decoder.Value}, {decoder.QKV}},
	"qkv_proj": {{decoder.QKV}, {decoder.Query, decoder.Key, decoder.Value}}, "o_proj": {{decoder.AttnOut}},
	"q_gate_proj": {{decoder.Query}}, "q_a_proj": {{decoder.QueryDown}}, "q_b_proj": {{decoder.Query}},
	"kv_a_proj_with_mqa": {{decoder.KVDown}},
	"kv_b_proj":          {{decoder.KVUp}, {"attn_k_b", "attn_v_b"}},
	"gate_proj":          {{decoder.Gate}, {decoder.Up}}, "up_proj": {{decoder.Up}}, "down_proj": {{decoder.Down}},
	"gate_up_proj": {{decoder.Up}, {decoder.Gate, decoder.Up}}, "gate": {{decoder.Router}},
	"mixer_proj": {{"ssm_in", "ssm_out", "ssm_x", "ssm_dt", "ssm_ba", "ssm_alpha", "ssm_beta", "attn_qkv", "attn_gate", "shortconv"}},
	"w1":         {{decoder.Gate}, {decoder.Up}}, "w2": {{decoder.Down}}, "w3": {{decoder.Up}},
}

// A place is what tensors of one role share in a layer.
type place struct {
	layer   int64
	role    decoder.Role
	experts bool
}

// pack notes how many bytes each matrix of a graph takes as a file keeps it.
func pack(m *graph.Model, stored []decoder.Stored) {
	type sum struct{ elems, bytes int64 }
	sums := map[place]sum{}
	for i := range stored {
		t := &stored[i]
		at := place{t.Layer, t.Role, t.Experts > 0}
		s := sums[at]
		sums[at] = sum{s.elems + t.Elems(), s.bytes + t.Bytes()}
	}
	for i := range m.Tensors {
		c := m.Tensors[i].Init
		if c == nil || len(c.Shape) < 2 {
			continue
		}
		layer, word := wordsOf(m.Tensors[i].Name)
		for _, roles := range places[word] {
			var all sum
			for _, r := range roles {
				s := sums[place{layer, r, strings.Contains(m.Tensors[i].Name, ".experts.")}]
				all = sum{all.elems + s.elems, all.bytes + s.bytes}
			}
			if all.elems > 0 {
				c.Packed = int64(float64(c.Shape.Elems())*float64(all.bytes)/float64(all.elems) + 0.5)
				break
			}
		}
	}
}

// wordsOf returns the layer that a weight such as model.layers.3.self_attn.q_proj.weight is in, -1 if none, and the
// word before its last.
func wordsOf(name string) (layer int64, word string) {
	layer = -1
	if _, err := fmt.Sscanf(name, "model.layers.%d.", &layer); err != nil {
		layer = -1
	}
	parts := strings.Split(name, ".")
	if len(parts) < 2 || parts[len(parts)-1] != "weight" {
		return layer, ""
	}
	return layer, parts[len(parts)-2]
}

// retype makes the floats of a graph those of a file.
func retype(m *graph.Model, t dtype.Type) {
	if t == dtype.Undefined || t == dtype.Float32 {
		return
	}
	set := func(have *dtype.Type) {
		if *have == dtype.Float32 {
			*have = t
		}
	}
	for i := range m.Tensors {
		if d := m.Tensors[i].Decl; d != nil {
			set(&d.Elem)
		}
		if c := m.Tensors[i].Init; c != nil {
			set(&c.Type)
		}
	}
	for i := range m.Main.Nodes {
		for k := range m.Main.Nodes[i].Attrs {
			if c := m.Main.Nodes[i].Attrs[k].Tensor; c != nil {
				set(&c.Type)
			}
		}
	}
}
