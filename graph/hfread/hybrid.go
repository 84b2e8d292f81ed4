package hfread

import (
	"encoding/json"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// mostLayers bounds the layers whose mixers are listed; more are refused when the sizes are checked.
const mostLayers = 1 << 12

// A mixing holds the keys of decoders whose layers are not all attention.
type mixing struct {
	Kinds        []string `json:"layer_types"`             // of each layer
	FullIDs      []int64  `json:"full_attn_idxs"`          // layers with attention: LFM2
	AttnIDs      []int64  `json:"attn_layer_indices"`      // the same: Bamba
	Letters      string   `json:"hybrid_override_pattern"` // one a layer: Nemotron-H
	FullEvery    int64    `json:"full_attention_interval"`
	AttnPeriod   int64    `json:"attn_layer_period"`
	AttnOffset   int64    `json:"attn_layer_offset"`
	ExpertPeriod int64    `json:"expert_layer_period"`

	StateSize   int64   `json:"mamba_d_state"`
	StateSizeN  int64   `json:"ssm_state_size"`
	Filter      int64   `json:"mamba_d_conv"`
	FilterN     int64   `json:"conv_kernel"`
	Expand      float64 `json:"mamba_expand"`
	Inner       int64   `json:"mamba_d_ssm"`
	Rank        auto    `json:"mamba_dt_rank"`
	ScanHeads   int64   `json:"mamba_n_heads"`
	ScanHeadsN  int64   `json:"mamba_num_heads"`
	ScanHead    auto    `json:"mamba_d_head"`
	ScanHeadN   int64   `json:"mamba_head_dim"`
	Groups      int64   `json:"mamba_n_groups"`
	GroupsN     int64   `json:"n_groups"`
	ScanNorm    *bool   `json:"mamba_rms_norm"`
	SharedInner int64   `json:"shared_intermediate_size"`
	SharedN     int64   `json:"moe_shared_expert_intermediate_size"`
	AttnHead    int64   `json:"attention_head_dim"`

	LinearKeys   int64 `json:"linear_num_key_heads"`
	LinearValues int64 `json:"linear_num_value_heads"`
	LinearKey    int64 `json:"linear_key_head_dim"`
	LinearValue  int64 `json:"linear_value_head_dim"`
	LinearFilter int64 `json:"linear_conv_kernel_dim"`

	ConvCache  int64   `json:"conv_L_cache"`
	BlockFFN   int64   `json:"block_ff_dim"`
	BlockAuto  bool    `json:"block_auto_adjust_ff_dim"`
	BlockOf    int64   `json:"block_multiple_of"`
	BlockTimes float64 `json:"block_ffn_dim_multiplier"`
}

// An auto is a number, or 0 where a file says "auto".
type auto int64

// UnmarshalJSON reads a number, or a text for none.
func (a *auto) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return nil
	}
	return json.Unmarshal(data, (*int64)(a))
}

// A scan is the sizes of a recurrence over inner channels.
type scan struct{ inner, state, filter, heads, groups int64 }

// scan returns the sizes of Mamba that a configuration states, of either version.
func (c *config) scan(width int64) scan {
	s := scan{inner: c.Inner, state: first(c.StateSize, c.StateSizeN), filter: first(c.Filter, c.FilterN),
		heads: first(c.ScanHeads, c.ScanHeadsN), groups: first(c.Groups, c.GroupsN)}
	if n := sat.Mul(s.heads, first(int64(c.ScanHead), c.ScanHeadN)); s.inner == 0 {
		s.inner = n
	}
	if s.inner == 0 && c.Expand > 0 && c.Expand < 64 {
		s.inner = int64(c.Expand * float64(width))
	}
	return s
}

// sum adds numbers without overflow.
func sum(list ...int64) (n int64) {
	for _, v := range list {
		n = sat.Add(n, v)
	}
	return n
}

// first returns the mixer of Mamba's first version (arXiv 2312.00752), with the three norms that Jamba adds.
func (s scan) first(width, rank int64) decoder.Mixer {
	if rank == 0 {
		rank = (width + 15) / 16
	}
	return decoder.Mixer{
		Elems: sum(sat.Mul(sat.Mul(3, s.inner), width), sat.Mul(s.inner, sum(rank, s.state, s.state, rank))),
		// the filter and its bias, the bias of steps, decays, what passes by, and norms
		Vectors: sum(sat.Mul(s.inner, sum(s.filter, 1, 1, s.state, 1)), rank, s.state, s.state),
		State:   sat.Mul(s.inner, sum(s.state, max(s.filter-1, 0))),
	}
}

// second returns the mixer of Mamba's second version (arXiv 2405.21060); normed says whether its output is normalised.
func (s scan) second(width int64, normed bool) decoder.Mixer {
	filtered := sum(s.inner, sat.Mul(sat.Mul(2, s.groups), s.state))
	m := decoder.Mixer{
		Elems:   sat.Mul(width, sum(s.inner, filtered, s.heads, s.inner)),
		Vectors: sum(sat.Mul(filtered, sum(s.filter, 1)), sat.Mul(3, s.heads)),
		State:   sum(sat.Mul(s.inner, s.state), sat.Mul(filtered, max(s.filter-1, 0))),
	}
	if normed {
		m.Vectors = sum(m.Vectors, s.inner)
	}
	return m
}

// delta returns the mixer of a gated delta network (arXiv 2412.06464), as Qwen3-Next has it.
func (c *config) delta(width int64) decoder.Mixer {
	keys, values := sat.Mul(c.LinearKeys, c.LinearKey), sat.Mul(c.LinearValues, c.LinearValue)
	filtered := sum(sat.Mul(2, keys), values)
	return decoder.Mixer{
		Elems:   sat.Mul(width, sum(filtered, values, c.LinearValues, c.LinearValues, values)),
		Vectors: sum(sat.Mul(filtered, c.LinearFilter), c.LinearValues, c.LinearValues, c.LinearValue),
		State:   sum(sat.Mul(values, c.LinearKey), sat.Mul(filtered, max(c.LinearFilter-1, 0))),
	}
}

// mix gives a mixer to the layers that a condition takes.
func mix(s *decoder.Shape, m decoder.Mixer, takes func(layer int64) bool) {
	for l := int64(0); l < s.Layers && s.Layers <= mostLayers; l++ {
		if m.Layer = l; takes(l) {
			s.Mixers = append(s.Mixers, m)
		}
	}
}

// without reports which layers are not of one of some kinds; a list that is short says nothing of the others.
func (c *config) without(kinds ...string) func(int64) bool {
	return func(l int64) bool { return l < int64(len(c.Kinds)) && !slices.Contains(kinds, c.Kinds[l]) }
}

// jamba sets every so many layers with attention, and every so many with experts.
func jamba(c *config, s *decoder.Shape) {
	s.ExpertEvery = c.ExpertPeriod
	if s.Experts == 1 {
		s.Experts, s.Active = 0, 0
	}
	mix(s, c.scan(s.Width).first(s.Width, int64(c.Rank)), func(l int64) bool {
		return c.AttnPeriod < 1 || l%c.AttnPeriod != c.AttnOffset
	})
}

// qwenNext sets a delta network on three of four layers, and a gate behind attention.
func qwenNext(c *config, s *decoder.Shape) {
	s.HeadNorms, s.QueryGate, s.SharedGate = true, true, s.Shared > 0
	takes := c.without("full_attention")
	if len(c.Kinds) == 0 {
		every := first(c.FullEvery, 4)
		takes = func(l int64) bool { return (l+1)%every != 0 }
	}
	mix(s, c.delta(s.Width), takes)
}

// graniteHybrid sets Mamba on the layers that are called so. Its dense perceptron is what all tokens see beside
// experts.
func graniteHybrid(c *config, s *decoder.Shape) {
	if s.Experts > 0 {
		s.ExpertFFN, s.Shared = s.FFN, c.SharedInner
	} else {
		s.Active, s.FFN = 0, first(c.SharedInner, s.FFN)
	}
	mix(s, c.scan(s.Width).second(s.Width, true), c.without("attention"))
}

// bamba sets Mamba on all layers but those that are listed.
func bamba(c *config, s *decoder.Shape) {
	mix(s, c.scan(s.Width).second(s.Width, true), func(l int64) bool { return !slices.Contains(c.AttnIDs, l) })
}

// falconH1 sets Mamba beside attention in each layer.
func falconH1(c *config, s *decoder.Shape) {
	m := c.scan(s.Width).second(s.Width, c.ScanNorm != nil && *c.ScanNorm)
	m.Beside = true
	mix(s, m, func(int64) bool { return true })
}

// nemotronH sets one part a layer: Mamba, attention, a perceptron or experts, without gates.
func nemotronH(c *config, s *decoder.Shape) {
	s.Ungated, s.Norms, s.Head, s.Shared = true, 1, first(c.Head, c.AttnHead), first(c.SharedN, s.Shared)
	s.RouterBias = s.Experts > 0
	recurrent := c.scan(s.Width).second(s.Width, true)
	for l, letter := range c.Letters {
		m := decoder.Mixer{}
		switch letter {
		case 'M':
			m = recurrent
			m.Alone = true
		case '*':
			m.Beside, m.Alone = true, true
		}
		m.Layer = int64(l)
		if m.Layer < s.Layers && s.Layers <= mostLayers {
			s.Mixers = append(s.Mixers, m)
		}
	}
}

// lfm2 sets short convolutions on the layers without attention; its perceptron may be two thirds of what is stated.
func lfm2(c *config, s *decoder.Shape) {
	s.HeadNorms = true
	s.Tied = c.Tied == nil || *c.Tied
	if f := first(c.BlockFFN, s.FFN); c.BlockAuto && f > 0 && f < math.MaxInt32 {
		f = 2 * f / 3
		if c.BlockTimes > 0 && c.BlockTimes < 64 {
			f = int64(c.BlockTimes * float64(f))
		}
		if n := c.BlockOf; n > 0 && n < math.MaxInt32 {
			f = (f + n - 1) / n * n
		}
		s.FFN = f
	}
	m := decoder.Mixer{Elems: sat.Mul(sat.Mul(4, s.Width), s.Width), Vectors: sat.Mul(s.Width, c.ConvCache),
		State: sat.Mul(s.Width, max(c.ConvCache-1, 0))}
	takes := c.without("full_attention")
	if len(c.Kinds) == 0 {
		takes = func(l int64) bool { return !slices.Contains(c.FullIDs, l) }
	}
	mix(s, m, takes)
}
