package ggufread

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// A Model is a decoder as a file holds it.
type Model struct {
	Name    string           // as the file names it; may be empty
	Quant   string           // of most of its weights
	Shape   decoder.Shape    // of the decoder
	Tensors []decoder.Stored // with their formats
}

// kinds lists the formats of tensors by ggml's number.
var kinds = map[uint32]string{
	0: "f32", 1: "f16", 2: "q4_0", 3: "q4_1", 6: "q5_0", 7: "q5_1", 8: "q8_0", 10: "q2_k", 11: "q3_k", 12: "q4_k", 13: "q5_k",
	14: "q6_k", 16: "iq2_xxs", 17: "iq2_xs", 18: "iq3_xxs", 19: "iq1_s", 20: "iq4_nl", 21: "iq3_s", 22: "iq2_s", 23: "iq4_xs",
	24: "int8", 29: "iq1_m", 30: "bf16", 34: "tq1_0", 35: "tq2_0", 39: "mxfp4", 40: "nvfp4",
}

// families lists the architectures whose decoders are known, with what their files do not say: which layers have a
// window.
var families = map[string]int64{
	"llama": 0, "llama4": 4, "mistral3": 0, "qwen2": 0, "qwen2moe": 0, "qwen3": 0, "qwen3moe": 0, "gemma": 0, "gemma2": 2, "gemma3": 6, "phi3": 0,
	"gpt-oss": 2, "deepseek2": 0, "glm4": 0, "glm4moe": 0, "chatglm": 0, "gptj": 0, "falcon": 0, "starcoder": 0, "starcoder2": 0, "smollm3": 0,
	"stablelm": 0, "command-r": 0, "olmo2": 0, "granite": 0,
	// Hybrids: layers that are no attention are known by their weights.
	"jamba": 0, "qwen3next": 0, "qwen35": 0, "qwen35moe": 0, "granitehybrid": 0, "falcon-h1": 0, "lfm2": 0, "lfm2moe": 0,
	"plamo2": 0, "nemotron_h": 0, "nemotron_h_moe": 0,
}

// recurrent lists architectures without any attention, whose work is not known.
var recurrent = []string{"mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"}

// reader reads numbers of metadata, and keeps the first fault.
type reader struct {
	h    *header // the file's header
	arch string  // general.architecture, the prefix of its keys
	name string  // of the file, for errors
	err  error   // the first
}

// fail keeps the first error, with the file's name.
func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%s: %s", r.name, fmt.Sprintf(format, args...))
	}
}

// number returns a number of the architecture, 0 where the file has none; of a list the largest.
func (r *reader) number(key string) int64 {
	n := int64(0)
	switch v := r.h.meta[r.arch+"."+key].(type) {
	case nil:
		return 0
	case int64:
		n = v
	case []int64:
		for _, x := range v {
			n = max(n, x)
		}
	default:
		r.fail("%s.%s: found no whole number, expected one", r.arch, key)
		return 0
	}
	if n < 0 || n > 1<<32 {
		r.fail("%s.%s: found %d, expected a number up to 2^32", r.arch, key, n)
		return 0
	}
	return n
}

// need returns a number that every decoder has.
func (r *reader) need(key string, most int64) int64 {
	n := r.number(key)
	if n < 1 || n > most {
		r.fail("%s.%s: found %d, expected 1 to %d", r.arch, key, n, most)
		return 1
	}
	return n
}

// model interprets a header.
func (h *header) model(name string) (*Model, error) {
	arch, _ := h.meta["general.architecture"].(string)
	r := &reader{h: h, arch: arch, name: name}
	full, known := families[arch]
	switch {
	case arch == "":
		return nil, fmt.Errorf("%s: found no general.architecture, expected a language model", name)
	case slices.Contains(recurrent, arch):
		return nil, fmt.Errorf("%s: found the architecture %s, which has no attention; its work is not known", name, arch)
	case !known:
		var names []string
		for f := range families {
			names = append(names, f)
		}
		slices.Sort(names)
		what, near := "the nearest are", spelling.Nearest(arch, names, 3)
		if len(near) == 0 {
			what, near = "expected one of", names
		}
		return nil, fmt.Errorf("%s: found the architecture %q, which is not known; %s %s", name, spelling.Clip(arch), what,
			strings.Join(near, ", "))
	case len(h.tensors) == 0 && h.meta["split.count"] == nil:
		return nil, fmt.Errorf("%s: found a vocabulary and no weights, expected the file of a whole model", name)
	}
	m := &Model{}
	m.Name, _ = h.meta["general.name"].(string)
	s := &m.Shape
	s.Arch = arch
	s.Layers, s.Width = r.need("block_count", 1<<12), r.need("embedding_length", 1<<20)
	s.Heads, s.Context = r.need("attention.head_count", 1<<14), r.number("context_length")
	if s.KV = r.number("attention.head_count_kv"); s.KV == 0 {
		s.KV = s.Heads
	}
	s.FFN, s.Head, s.Value = r.number("feed_forward_length"), r.number("attention.key_length"), r.number("attention.value_length")
	s.Experts, s.Active = r.number("expert_count"), r.number("expert_used_count")
	s.ExpertFFN, s.Dense = r.number("expert_feed_forward_length"), r.number("leading_dense_block_count")
	s.Shared = cmp.Or(r.number("expert_shared_feed_forward_length"), sat.Mul(r.number("expert_shared_count"), s.ExpertFFN))
	if s.Window = r.number("attention.sliding_window"); s.Window > 0 {
		s.Full = full
	}
	r.latent(s)
	r.tensors(m)
	if r.err != nil {
		return nil, r.err
	}
	if err := s.Check(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return m, nil
}

// latent reads the ranks of compressed keys and values.
func (r *reader) latent(s *decoder.Shape) {
	rank := r.number("attention.kv_lora_rank")
	if rank == 0 {
		return
	}
	l := &decoder.Latent{Query: r.number("attention.q_lora_rank"), KV: rank, RoPE: r.need("rope.dimension_count", 1<<12)}
	key, value := r.number("attention.key_length_mla"), r.number("attention.value_length_mla")
	if key == 0 {
		key, value = s.Head, s.Value
	}
	if l.NoPE, l.Value = key-l.RoPE, value; l.NoPE < 1 || l.Value < 1 {
		r.fail("found keys of %d and values of %d beside a rotary part of %d", key, value, l.RoPE)
		return
	}
	s.Latent = l
	s.KV = s.Heads
}

// tensors turns the list of tensors into those of a decoder, which is the truth about bytes and the vocabulary.
func (r *reader) tensors(m *Model) {
	output, weights := false, int64(0)
	bytes := map[string]int64{}
	for i := range r.h.tensors {
		t := &r.h.tensors[i]
		name, ok := kinds[t.kind]
		if !ok {
			r.fail("found type %d of tensor %q, which is not known", t.kind, spelling.Clip(t.name))
			return
		}
		b, _ := dtype.BlockOf(name)
		s := decoder.Stored{Tensor: tensorOf(t, m.Shape.Layers), Format: b}
		if weights += s.Elems(); weights > mostWeights {
			r.fail("found tensors of more than 2^50 elements")
			return
		}
		m.Tensors = append(m.Tensors, s)
		bytes[name] += s.Bytes()
		switch s.Role {
		case decoder.Embedding:
			m.Shape.Vocabulary = s.Out
		case decoder.Output:
			output = true
		}
	}
	m.Shape.Tied = !output
	r.style(&m.Shape)
	m.Shape.Mixers = r.mixers(&m.Shape)
	if r.err == nil && m.Shape.Vocabulary == 0 {
		r.fail("found no tensor token_embd.weight among %d; expected the first of all parts of the file", len(r.h.tensors))
	}
	most := int64(-1)
	for _, name := range kinds {
		if n, ok := bytes[name]; ok && (n > most || n == most && name < m.Quant) {
			most, m.Quant = n, name
		}
	}
}

// mixerParts lists the beginnings of the names of what mixes tokens in another way than attention.
var mixerParts = []string{"ssm_", "shortconv"}

// mixers returns the layers with a recurrence or a convolution, and what its matrices weigh. Where a layer has no keys
// of its own, all that is called after attention belongs to it too. Of a hybrid a layer may have neither, and weighs
// nothing here.
func (r *reader) mixers(s *decoder.Shape) (out []decoder.Mixer) {
	other, near := make([]int64, s.Layers), make([]int64, s.Layers)
	attends, mixes := make([]bool, s.Layers), make([]bool, s.Layers)
	for i := range r.h.tensors {
		t := &r.h.tensors[i]
		number, tail, ok := strings.Cut(strings.TrimPrefix(t.name, "blk."), ".")
		layer, err := strconv.ParseInt(number, 10, 64)
		if !ok || err != nil || layer < 0 || layer >= s.Layers {
			continue
		}
		elems := int64(0)
		if len(t.dims) > 1 {
			elems = int64(t.dims[0] * t.dims[1])
		}
		switch {
		case slices.ContainsFunc(mixerParts, func(p string) bool { return strings.HasPrefix(tail, p) }):
			mixes[layer] = true
			other[layer] += elems
		case strings.HasPrefix(tail, "attn_"):
			attends[layer] = attends[layer] || strings.HasPrefix(tail, "attn_k")
			near[layer] += elems
		}
	}
	if !slices.Contains(mixes, true) {
		return nil
	}
	state := r.state(s)
	for layer := range s.Layers {
		if attends[layer] && !mixes[layer] {
			continue
		}
		m := decoder.Mixer{Layer: layer, Elems: other[layer], Beside: attends[layer]}
		if !m.Beside {
			m.Elems += near[layer]
		}
		if mixes[layer] {
			m.State = state
		}
		out = append(out, m)
	}
	return out
}

// state returns the numbers that a recurrence or a convolution keeps of a sequence: of each inner channel a state and
// what the filter looks back on.
func (r *reader) state(s *decoder.Shape) int64 {
	if n := r.number("shortconv.l_cache"); n > 1 {
		return sat.Mul(n-1, s.Width)
	}
	inner, size := r.number("ssm.inner_size"), r.number("ssm.state_size")
	filtered := sat.Add(inner, sat.Mul(2*r.number("ssm.group_count"), size))
	return sat.Add(sat.Mul(inner, size), sat.Mul(max(r.number("ssm.conv_kernel")-1, 0), filtered))
}

// tensorOf reads a name such as blk.3.ffn_down_exps.weight.
func tensorOf(t *tensor, layers int64) decoder.Tensor {
	out := decoder.Tensor{Layer: -1, In: 1, Out: 1}
	parts := strings.Split(t.name, ".")
	if len(parts) > 2 && parts[0] == "blk" {
		if n, err := strconv.ParseInt(parts[1], 10, 64); err == nil && n >= 0 && n < layers {
			out.Layer = n
		}
		parts = parts[2:]
	}
	out.Role = decoder.Role(strings.TrimSuffix(strings.TrimSuffix(parts[0], "_exps"), "_shexp"))
	switch len(t.dims) {
	case 0:
	case 1:
		out.Out, out.Role = int64(t.dims[0]), decoder.Norm
	default:
		out.In, out.Out = int64(t.dims[0]), int64(t.dims[1])
		rest := int64(1)
		for _, d := range t.dims[2:] {
			rest *= int64(d)
		}
		switch {
		case strings.HasSuffix(parts[0], "_exps"):
			out.Experts = rest
		default:
			out.Out *= rest
		}
	}
	if parts[len(parts)-1] == "bias" {
		out.In, out.Out, out.Role, out.Experts = 1, out.Elems(), decoder.Norm, 0
	}
	return out
}
