package llm

// A Param is one number of a backend. All are positive and fitted in their logarithm.
type Param uint8

// The parameters: of writing tokens, of reading prompts, and of several devices.
const (
	Band    Param = iota // share of the memory bandwidth that reading weights and cache reaches
	UnitF16              // bytes of weights a clock that one compute unit takes in, by how they are stored
	UnitQ8
	UnitQ4
	UnitQ4K
	UnitMX
	UnitIQ
	UnitCache   // the same of the key-value cache
	CacheBand   // share of the bandwidth that reading the cache reaches, where it is another
	Layer       // s, of starting the kernels of a layer
	ExpertLayer // s, more for a layer with experts
	HalfBatch   // sequences at which a step of several reaches half of the compute rate
	EffF16      // share of the peak that matrix products of a prompt reach, by how weights are stored
	EffQ8
	EffQ4
	EffQ4K
	EffMX
	EffIQ
	Expert      // times as much of it that products of experts reach
	Attention   // share of the peak that attention of a prompt reaches
	HalfM       // tokens of a chunk at which half of it is reached
	PromptLayer // s, of a layer and chunk
	Power       // FLOP/s of matrix work for each watt of the device's limit
	UnitBlocks  // FLOP a clock that products with blocks of a prompt reach in one compute unit
	Dequant     // bytes moved a weight and chunk where weights are unpacked before a product
	Reduce      // s, of adding up a layer's results across devices
	Sequence    // s, of each sequence and step: scheduling and sampling on the host
	NumParams
)

// A Spec describes a parameter.
type Spec struct {
	Key    string
	Unit   string  // "" for a ratio or count, else s, FLOP/s/W or B
	Sigma  float64 // of the prior, in natural logarithms; 0: it is not fitted
	Lo, Hi float64
	Doc    string
	Phase  Phase
}

// A Phase is the part of serving that a parameter acts in.
type Phase uint8

// The phases.
const (
	Writing Phase = iota
	Reading
	Several
	Serving
)

// Specs lists the parameters in their order.
var Specs = [NumParams]Spec{
	Band:        {"band", "", 0.1, 0.02, 1, "of bandwidth: weights and cache", Writing},
	UnitF16:     {"unit_f16", "B", 0.5, 0.05, 10000, "bytes a clock and unit: weights of 16 and 32 bits", Writing},
	UnitQ8:      {"unit_q8", "B", 0.5, 0.05, 10000, "bytes a clock and unit: weights of 8 bits", Writing},
	UnitQ4:      {"unit_q4", "B", 0.5, 0.05, 10000, "bytes a clock and unit: blocks of 4 and 5 bits", Writing},
	UnitQ4K:     {"unit_q4k", "B", 0.5, 0.05, 10000, "bytes a clock and unit: super-blocks", Writing},
	UnitMX:      {"unit_mx", "B", 0.5, 0.05, 10000, "bytes a clock and unit: four-bit floats", Writing},
	UnitIQ:      {"unit_iq", "B", 0.5, 0.05, 10000, "bytes a clock and unit: codebooks, where they are unlike super-blocks", Writing},
	UnitCache:   {"unit_cache", "B", 0.5, 0.01, 10000, "bytes a clock and unit: key-value cache", Writing},
	CacheBand:   {"cache_band", "", 0.7, 0.005, 1, "of bandwidth: key-value cache, where it is another", Writing},
	Layer:       {"layer", "s", 0.5, 1e-7, 1e-2, "starting the kernels of a layer", Writing},
	ExpertLayer: {"expert_layer", "s", 0.5, 1e-7, 1e-2, "more for a layer with experts", Writing},
	HalfBatch:   {"half_batch", "", 0.5, 0.01, 1000, "sequences at which half of the compute rate is reached", Writing},
	EffF16:      {"eff_f16", "", 0.4, 0.005, 1, "of peak: products with weights of 16 and 32 bits", Reading},
	EffQ8:       {"eff_q8", "", 0.4, 0.005, 1, "of peak: products with weights of 8 bits", Reading},
	EffQ4:       {"eff_q4", "", 0.4, 0.005, 1, "of peak: products with blocks of 4 and 5 bits", Reading},
	EffQ4K:      {"eff_q4k", "", 0.4, 0.005, 1, "of peak: products with super-blocks", Reading},
	EffMX:       {"eff_mx", "", 0.4, 0.005, 1, "of peak: products with four-bit floats", Reading},
	EffIQ:       {"eff_iq", "", 0.4, 0.005, 1, "of peak: products with codebooks, where they are unlike super-blocks", Reading},
	Expert:      {"expert", "", 0.3, 0.05, 2, "times as efficient: products of experts", Reading},
	Attention:   {"attention", "", 0.4, 0.005, 1, "of peak: attention of a prompt", Reading},
	HalfM:       {"half_m", "", 0.4, 0.01, 2000, "tokens of a chunk at which half of the efficiency is reached", Reading},
	PromptLayer: {"prompt_layer", "s", 0.6, 1e-7, 1e-1, "of a layer and chunk of a prompt", Reading},
	Power:       {"power", "FLOP/s/W", 0.2, 1e9, 1e13, "matrix work for each watt of the device's limit", Reading},
	UnitBlocks: {"unit_blocks", "FLOP", 0.4, 0, 10000, "FLOP a clock and unit: products with blocks of integers",
		Reading},
	Dequant:  {"dequant", "B", 0, 0, 16, "bytes moved a weight and chunk to unpack it", Reading},
	Reduce:   {"reduce", "s", 0.5, 1e-7, 1e-2, "of adding up across devices, twice a layer", Several},
	Sequence: {"sequence", "s", 0.7, 1e-8, 1e-2, "of each sequence and step: scheduling and sampling", Serving},
}

// Values are values of all parameters in base units; 0: it has no effect.
type Values [NumParams]float64

// Clamp moves a value into the parameter's limits.
func (p Param) Clamp(v float64) float64 { return min(max(v, Specs[p].Lo), Specs[p].Hi) }
