package decoder

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// A mix is a decoder whose tensors are being given formats.
type mix struct{ *Shape }

// group returns how many query heads share one of keys.
func (m *mix) group() int64 {
	if m.KV == 0 {
		return 1
	}
	return m.Heads / m.KV
}

// more holds of the layers that llama.cpp gives more bits: the first and last eighths, and every third between them.
func (m *mix) more(layer int64) bool {
	n := m.Layers
	return layer < n/8 || layer >= 7*n/8 || (layer-n/8)%3 == 2
}

// first holds of the layers of the first part of so many.
func (m *mix) first(layer, part int64) bool { return layer < m.Layers/part }

// A mixRow gives tensors of some roles a format where its condition holds; the first row that fits is taken.
type mixRow struct {
	quants string                       // names between spaces
	roles  string                       // words of tensors that the row is for; all
	format string                       // that they get
	when   func(m *mix, t *Tensor) bool // also holds; nil: always
}

// falcon reports whether the decoder is a Falcon.
func falcon(m *mix, _ *Tensor) bool { return m.Arch == "falcon" }

// eight reports whether the decoder has eight experts.
func eight(m *mix, _ *Tensor) bool { return m.Experts == 8 }

// grouped reports whether four or more heads share keys and values.
func grouped(m *mix, _ *Tensor) bool { return m.group() >= 4 }

// more reports whether llama.cpp gives the tensor's layer more bits.
func more(m *mix, t *Tensor) bool { return m.more(t.Layer) }

// eighth reports whether the layer is in the first eighth.
func eighth(m *mix, t *Tensor) bool { return m.first(t.Layer, 8) }

// sixteenth reports whether the layer is in the first sixteenth.
func sixteenth(m *mix, t *Tensor) bool { return m.first(t.Layer, 16) }

// large reports whether the decoder is a Llama of 70 billion parameters.
func large(m *mix, _ *Tensor) bool { return m.Layers == 80 && m.group() == 8 }

// layersBelow returns a condition that holds in the first n layers.
func layersBelow(n int64) func(*mix, *Tensor) bool {
	return func(_ *mix, t *Tensor) bool { return t.Layer < n }
}

// most give the quantisations whose output layer has six bits.
const most = "q2_k q3_k_s q3_k_m q3_k_l q4_0 q4_1 q5_0 q5_1 q4_k_s q4_k_m q5_k_s q5_k_m q6_k iq4_nl iq4_xs iq3_s iq3_m"

// mixRows lists llama.cpp's published rules of which tensors get more bits than the name of a quantisation says
// (src/llama-quant.cpp). Rows of one role stand in the order in which they are tried.
var mixRows = []mixRow{
	{"mxfp4", "experts", "mxfp4", nil},
	{"mxfp4", "all", "q8_0", nil},
	{most, "output", "q8_0", falcon},
	{most, "output", "q6_k", nil},
	{"iq3_xxs", "output", "q5_k", nil},
	{"iq3_xxs", "token_embd", "iq3_s", nil},

	{most, "attn_v attn_k", "q8_0", eight},
	{"q4_k_m q5_k_m", "attn_v", "q6_k", more},
	{"q2_k q3_k_s q3_k_m q3_k_l q4_k_s q4_k_m iq3_s iq3_m iq3_xxs", "attn_v", "q5_k", large},
	{"q2_k", "attn_v", "q4_k", grouped},
	{"q2_k", "attn_v", "q3_k", nil},
	{"iq3_xxs", "attn_v", "q4_k", grouped},
	{"iq3_xxs", "attn_v", "iq3_s", nil},
	{"iq3_s", "attn_v", "q4_k", grouped},
	{"iq3_m", "attn_v", "q4_k", nil},
	{"q3_k_m", "attn_v", "q5_k", layersBelow(2)},
	{"q3_k_m", "attn_v", "q4_k", nil},
	{"q3_k_l", "attn_v", "q5_k", nil},
	{"iq4_nl iq4_xs", "attn_v", "q5_k", grouped},
	{"q4_k_s", "attn_v", "q5_k", layersBelow(4)},

	{"q2_k", "ffn_down", "q3_k", nil},
	{"iq3_xxs", "ffn_down", "q4_k", eighth},
	{"iq3_xxs", "ffn_down", "q3_k", nil},
	{"q3_k_m", "ffn_down", "q5_k", sixteenth},
	{"q3_k_m", "ffn_down", "q4_k", func(m *mix, t *Tensor) bool { return !falcon(m, t) || more(m, t) }},
	{"iq3_m", "ffn_down", "q4_k", func(m *mix, t *Tensor) bool { return eighth(m, t) || eight(m, t) && more(m, t) }},
	{"q3_k_l", "ffn_down", "q4_k", falcon},
	{"q3_k_l", "ffn_down", "q5_k", nil},
	{"q4_k_m", "ffn_down", "q6_k", func(m *mix, t *Tensor) bool { return falcon(m, t) && sixteenth(m, t) }},
	{"q4_k_m", "ffn_down", "q5_k", func(m *mix, t *Tensor) bool { return falcon(m, t) && more(m, t) }},
	{"q4_k_m", "ffn_down", "q6_k", func(m *mix, t *Tensor) bool { return !falcon(m, t) && more(m, t) }},
	{"iq4_nl iq4_xs", "ffn_down", "q5_k", eighth},
	{"q5_k_m", "ffn_down", "q6_k", more},
	{"q4_k_s", "ffn_down", "q5_k", func(m *mix, t *Tensor) bool { return !falcon(m, t) && eighth(m, t) }},

	{"q2_k q3_k_s q3_k_m q4_k_s q4_k_m iq4_nl iq4_xs iq3_s iq3_m iq3_xxs", "attn_output", "q5_k", eight},
	{"q2_k", "attn_output", "q3_k", func(m *mix, t *Tensor) bool { return !falcon(m, t) }},
	{"q3_k_m iq3_m", "attn_output", "q4_k", func(m *mix, t *Tensor) bool { return !falcon(m, t) }},
	{"iq3_xxs", "attn_output", "iq3_s", func(m *mix, t *Tensor) bool { return !falcon(m, t) }},
	{"q3_k_l", "attn_output", "q4_k", falcon},
	{"q3_k_l", "attn_output", "q5_k", nil},
	{"q3_k_m q3_k_l iq3_m", "attn_qkv", "q4_k", nil},
	{"q4_k_m", "attn_qkv", "q5_k", nil},
	{"q5_k_m", "attn_qkv", "q6_k", nil},
}

// bases lists the formats of the tensors that no row names.
var bases = map[string]string{
	"f32": "f32", "f16": "f16", "bf16": "bf16", "q8_0": "q8_0", "mxfp4": "q8_0",
	"q2_k": "q2_k", "q3_k_s": "q3_k", "q3_k_m": "q3_k", "q3_k_l": "q3_k", "q4_0": "q4_0", "q4_1": "q4_1", "q5_0": "q5_0",
	"q5_1": "q5_1", "q4_k_s": "q4_k", "q4_k_m": "q4_k", "q5_k_s": "q5_k", "q5_k_m": "q5_k", "q6_k": "q6_k",
	"iq4_nl": "iq4_nl", "iq4_xs": "iq4_xs", "iq3_s": "iq3_s", "iq3_m": "iq3_s", "iq3_xxs": "iq3_xxs",
}

// narrow names what is stored instead where a row is no multiple of a super-block of 256.
var narrow = map[string]string{
	"q2_k": "iq4_nl", "q3_k": "iq4_nl", "iq3_s": "iq4_nl", "iq3_xxs": "iq4_nl", "iq4_xs": "iq4_nl",
	"q4_k": "q5_0", "q5_k": "q5_1", "q6_k": "q8_0",
}

// aliases lists other names of quantisations.
var aliases = map[string]string{
	"q4_k": "q4_k_m", "q5_k": "q5_k_m", "q3_k": "q3_k_m", "fp16": "f16", "fp32": "f32", "q8": "q8_0", "q4": "q4_0",
	"int8": "w8", "int4": "w4", "mxfp4_moe": "mxfp4", "w8a8": "w8", "w4a8": "w4",
	"4bit": "w4", "4-bit": "w4", "8bit": "w8", "8-bit": "w8", "nf4": "w4g64", "bnb-4bit": "w4g64", "float16": "f16", "bfloat16": "f16",
}

// plain quantisations store all matrices of the layers in one format, table and output layer in 16 bits: the weights'
// width, and the size of the groups that share a scale where one is given.
var plain = map[string]string{
	"w8": "int8", "w4": "int4", "w3": "int3", "w2": "int2", "fp8": "fp8", "nvfp4": "nvfp4",
	"w4g32": "int4 g32", "w4g64": "int4 g64", "w4g128": "int4 g128", "w8g64": "int8 g64", "w8g128": "int8 g128",
	"w3g128": "int3 g128",
	"awq":    "int4 g128", "gptq": "int4 g128",
}

// Quants lists the names of quantisations that can be asked for.
func Quants() []string {
	var out []string
	for _, table := range []map[string]string{bases, plain} {
		for name := range table {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// ParseQuant returns the canonical name of a quantisation.
func ParseQuant(name string) (string, error) {
	q := strings.ToLower(strings.TrimSpace(name))
	q = strings.TrimSuffix(strings.TrimSuffix(q, "a16"), "a8")
	if base, rest, ok := strings.Cut(q, "a16g"); ok {
		q = base + "g" + rest
	}
	if to, ok := aliases[q]; ok {
		q = to
	}
	if bases[q] != "" || plain[q] != "" {
		return q, nil
	}
	if near := nearest(q); near != "" {
		return near, nil
	}
	return "", fmt.Errorf("there is no quantisation %q; %s", spelling.Clip(name), spelling.Suggest(q, Quants(), 3))
}

// nearest returns the published mix that a file of an own mix is nearest to in size, as people name those: Q4_K_L has
// a wider table and output layer than Q4_K_M, UD-Q4_K_XL more bits in some layers and fewer in others.
func nearest(name string) string {
	q := strings.TrimPrefix(strings.ReplaceAll(name, "-", "_"), "ud_")
	base := strings.TrimSuffix(strings.TrimSuffix(q, "_xl"), "_l")
	for _, to := range []string{q, base + "_m", base, strings.TrimSuffix(base, "_k") + "_0"} {
		if bases[to] != "" {
			return to
		}
	}
	return ""
}

// has reports whether names, between spaces, hold one.
func has(names, one string) bool { return slices.Contains(strings.Fields(names), one) }

// format returns the format of one tensor.
func (m *mix) format(quant string, t *Tensor) string {
	if f, ok := plain[quant]; ok {
		if t.Layer < 0 || t.Role == Router || t.Vector() {
			return "f16"
		}
		return f
	}
	if t.Vector() || t.Role == Router {
		return "f32" // llama.cpp keeps vectors and routers in 32 bits
	}
	format := bases[quant]
	for _, row := range mixRows {
		if has(row.quants, quant) && m.meets(row.roles, t) && (row.when == nil || row.when(m, t)) {
			format = row.format
			break
		}
	}
	if b, ok := dtype.BlockOf(format); ok && b.Elements == 256 && t.In%256 != 0 {
		return narrow[format]
	}
	return format
}

// meets reports whether a tensor has one of the roles. Shared embeddings count as the output layer.
func (m *mix) meets(roles string, t *Tensor) bool {
	role := t.Role
	if role == Embedding && m.Tied {
		role = Output
	}
	return roles == "all" || roles == "experts" && t.Experts > 0 || has(roles, string(role))
}

// A Stored is a tensor in the format in which it is kept.
type Stored struct {
	Tensor
	Format dtype.Block // of its numbers
}

// Bytes returns what a tensor occupies.
func (s *Stored) Bytes() int64 { return s.Format.Bytes(s.Elems()) }

// Store gives each tensor of a decoder the format that a quantisation keeps it in.
func (s *Shape) Store(quant string) ([]Stored, error) {
	name, err := ParseQuant(quant)
	if err != nil {
		return nil, err
	}
	m := &mix{s}
	tensors := s.Tensors()
	out := make([]Stored, len(tensors))
	for i, t := range tensors {
		b, _ := dtype.BlockOf(m.format(name, &t))
		out[i] = Stored{t, b}
	}
	return out, nil
}
