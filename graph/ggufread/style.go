package ggufread

import (
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
)

// A layout is what the names of tensors tell about a decoder: which a layer has, and which layers have experts.
type layout struct {
	has    map[string]int64 // width of what a tensor makes, by its name without the layer
	sparse []int64          // layers with experts
}

// routerTensor stands in each layer with experts.
const routerTensor = "ffn_gate_inp.weight"

// layout counts tensors by the word of their name, over all layers.
func (r *reader) layout() layout {
	l := layout{has: map[string]int64{}}
	for i := range r.h.tensors {
		t := &r.h.tensors[i]
		name := t.name
		if rest, ok := strings.CutPrefix(name, "blk."); ok {
			number, tail, _ := strings.Cut(rest, ".")
			name = tail
			if n, err := strconv.ParseInt(number, 10, 64); err == nil && tail == routerTensor {
				l.sparse = append(l.sparse, n)
			}
		}
		out := int64(1)
		if n := len(t.dims); n > 0 {
			out = int64(t.dims[min(n-1, 1)])
		}
		l.has[name] = out
	}
	return l
}

// any reports whether the file has a tensor of one of the names.
func (l *layout) any(names ...string) bool {
	for _, n := range names {
		if l.has[n] > 0 {
			return true
		}
	}
	return false
}

// style sets what the names of tensors say about the parts of a layer.
func (r *reader) style(s *decoder.Shape) {
	l := r.layout()
	s.Packed = l.any("attn_qkv.weight") && !l.any("attn_k.weight") // of a hybrid they stand in different layers
	s.HeadNorms = l.any("attn_q_norm.weight")
	s.QKVBias = l.any("attn_q.bias", "attn_qkv.bias")
	s.OutBias, s.FFNBias = l.any("attn_output.bias"), l.any("ffn_down.bias", "ffn_down_exps.bias")
	s.NormBias, s.LogitBias = l.any("attn_norm.bias"), l.any("output.bias")
	s.Sinks = l.any("attn_sinks.weight", "attn_sinks")
	s.RouterBias, s.SharedGate = l.any("ffn_gate_inp.bias", "exp_probs_b.bias"), l.any("ffn_gate_inp_shexp.weight")
	s.Positions = l.has["position_embd.weight"]
	s.Gemma = s.Arch == "gemma2" || s.Arch == "gemma3"
	if n := l.has["ffn_up_shexp.weight"]; n > 0 {
		s.Shared = n
	}
	s.Ungated = !l.any("ffn_gate.weight", "ffn_gate_exps.weight", "ffn_gate_up_exps.weight") &&
		l.any("ffn_up.weight") && l.has["ffn_up.weight"] == s.FFN
	switch l.norms() {
	case 1:
		s.Norms = 1
	case 4:
		s.Norms = 4
	}
	l.layers(s)
}

// norms counts the norms of a layer's input and output, beside those of heads.
func (l *layout) norms() int {
	n := 0
	for _, name := range []string{"attn_norm.weight", "ffn_norm.weight", "post_attention_norm.weight", "post_ffw_norm.weight"} {
		if l.has[name] > 0 {
			n++
		}
	}
	return n
}

// layers sets which layers have experts: all behind the first, or every so many.
func (l *layout) layers(s *decoder.Shape) {
	if s.Experts == 0 || len(l.sparse) == 0 {
		return
	}
	first := l.sparse[0]
	for _, n := range l.sparse {
		first = min(first, n)
	}
	n := int64(len(l.sparse))
	switch every := first + 1; {
	case first+n >= s.Layers || every <= 1:
		s.Dense = first
	case s.Layers/every == n:
		s.Dense, s.ExpertEvery = 0, every
	}
}
