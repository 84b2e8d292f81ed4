// Package params names the parameters of the timing model: what a runtime achieves of a device's
// peaks, and what it costs to start things. Runtime profiles hold their priors, calibrations their fitted values.
package params

import "math"

// A Param is one parameter of the model. All are positive and fitted in their logarithm.
type Param uint8

// The parameters.
const (
	EffMatrix    Param = iota // share of the peak that dense convolutions reach
	Product                   // how many times that share matrix products and attention reach, up to the peak
	EffGroup                  // the same of grouped convolutions
	EffDepthwise              // the same of depthwise convolutions
	EffVector                 // share of the vector and special-function peak of everything else
	BandMatrix                // share of the memory bandwidth that matrix work reaches
	BandDepthwise
	BandPointwise
	BandNorm
	BandMove
	BandBatchNorm
	HalfN    // columns of a matrix product at which half its efficiency is reached
	HalfK    // its inner dimension, likewise
	HalfTile // outputs per compute unit, likewise
	Unfold   // columns of a convolution with wide windows at which unfolding them takes as long as the product
	Pool     // times as efficient as other vector work: windows of pooling
	Winograd // how many times fewer multiply-adds a 3x3 convolution of stride 1 needs
	InOrder  // share of what an out-of-order core achieves that an in-order one does
	Parallel // exponent of the number of threads: T threads take T^Parallel times as long as a perfect share of a kernel
	Repack   // share of the bandwidth at which convolution weights are rearranged at every call
	Launch   // s, to start one kernel
	Dispatch // s, for the host to issue one kernel while the device works; 0: it never waits for the host
	Step     // s, of one time step of a recurrent layer
	Scale    // factor on the sum of all kernels: the device's own
	Fixed    // s, per inference
	Transfer // B/s, of copies between host and device
	NumParams
)

// A Spec describes a parameter: its key in files, its unit and what limits it.
type Spec struct {
	Key    string
	Unit   string  // "" for a ratio, s, or a count
	Prior  float64 // where a runtime says nothing; 0: without effect, and not fitted
	Sigma  float64 // of the prior, in natural logarithms
	Lo, Hi float64 // hard limits
	Doc    string
	// Neutral is the value at which the parameter has no effect, for runtimes that it means nothing to; NaN where there is
	// none: the parameter cannot be held.
	Neutral float64
}

// never holds the Neutral value of a parameter that always has an effect.
var never = math.NaN()

// Specs lists the parameters in their order. Priors and limits are those of a study of 166 published
// models on fifteen slices; ratios end at 1, so that nothing beats its speed of light.
var Specs = [NumParams]Spec{
	EffMatrix:     {"matrix", "", 0.55, 0.35, 0.02, 1, "of peak: dense convolutions", never},
	Product:       {"product", "", 1, 0.2, 0.3, 3, "times as efficient as convolutions: matrix products and attention", 1},
	EffGroup:      {"group", "", 0.3, 0.35, 0.01, 1, "of peak: grouped convolutions", never},
	EffDepthwise:  {"depthwise", "", 0.07, 0.35, 0.003, 1, "of peak: depthwise convolutions", never},
	EffVector:     {"vector", "", 0.4, 0.5, 0.01, 1, "of the vector or special-function peak: everything else", never},
	BandMatrix:    {"band_matrix", "", 0.7, 0.25, 0.05, 1, "of bandwidth: matrix work", never},
	BandDepthwise: {"band_depthwise", "", 0.7, 0.25, 0.05, 1, "of bandwidth: depthwise convolutions", never},
	BandPointwise: {"band_pointwise", "", 0.85, 0.25, 0.05, 1, "of bandwidth: elementwise chains", never},
	BandNorm:      {"band_norm", "", 0.75, 0.25, 0.05, 1, "of bandwidth: normalisation, softmax, reductions", never},
	BandMove:      {"band_move", "", 0.6, 0.25, 0.05, 1, "of bandwidth: copies, pooling, resizing", never},
	BandBatchNorm: {"band_batchnorm", "", 0.9, 0.25, 0.05, 1, "of bandwidth: batch normalisation by itself", never},
	HalfN:         {"half_n", "columns", 8, 0.7, 0.1, 400, "columns at which a product is half as efficient", never},
	HalfK:         {"half_k", "elements", 15, 0.7, 0.1, 400, "inner dimension at which a product is half as efficient", never},
	HalfTile:      {"half_tile", "outputs per unit", 100, 0.7, 1, 4000, "outputs per compute unit at which a product is half as efficient", 0},
	Unfold:        {"unfold", "columns", 0, 0.7, 0.1, 1000, "columns at which unfolding windows takes as long as the product", 0},
	Pool:          {"pool", "", 0, 0.7, 0.002, 1, "times as efficient as other vector work: windows of pooling", 1},
	Winograd:      {"winograd", "", 1.7, 0.25, 1, 4, "times fewer multiply-adds in a 3x3 convolution of stride 1", 1},
	InOrder:       {"in_order", "", 1, 0, 0.1, 1, "of what an out-of-order core achieves of its peak: an in-order one", 1},
	Parallel:      {"parallel", "", 0, 0, 0, 1, "exponent of the number of threads, by which a kernel takes longer than a perfect share", 0},
	Repack:        {"repack", "", 0.28, 0.7, 0.01, 5, "of bandwidth: convolution weights rearranged at every call", math.Inf(1)},
	Launch:        {"launch", "s", 5e-6, 0.7, 2e-8, 5e-4, "to start one kernel", never},
	Dispatch:      {"dispatch", "s", 0, 0.4, 1e-7, 1e-3, "for the host to issue one kernel, while the device works", 0},
	Step:          {"step", "s", 30e-6, 0.7, 5e-7, 2e-3, "one time step of a recurrent layer", never},
	Scale:         {"scale", "", 1, 0.001, 0.05, 20, "factor of the device on all its kernels", 1},
	Fixed:         {"fixed", "s", 60e-6, 1, 1e-7, 0.1, "once per inference", never},
	Transfer:      {"transfer", "B/s", 3.1e9, 0.5, 1e8, 1e12, "copies of inputs and outputs between host and device", math.Inf(1)},
}

// Values are values of all parameters, in base units.
type Values [NumParams]float64

// Priors returns the values to start from where nothing is known.
func Priors() Values {
	var p Values
	for i := range Specs {
		p[i] = Specs[i].Prior
	}
	return p
}

// CanHold reports whether the parameter has a value without effect.
func (p Param) CanHold() bool { return !math.IsNaN(Specs[p].Neutral) }

// Holdable returns the keys of the parameters that can be held at a value without effect.
func Holdable() []string {
	var keys []string
	for p := range NumParams {
		if p.CanHold() {
			keys = append(keys, Specs[p].Key)
		}
	}
	return keys
}

// Of finds a parameter by its key.
func Of(key string) (Param, bool) {
	for i := range Specs {
		if Specs[i].Key == key {
			return Param(i), true
		}
	}
	return NumParams, false
}

// Clamp moves a value into the parameter's limits.
func (p Param) Clamp(v float64) float64 { return math.Min(math.Max(v, Specs[p].Lo), Specs[p].Hi) }

// Valid reports whether a value is within the parameter's limits.
func (p Param) Valid(v float64) bool { return v >= Specs[p].Lo && v <= Specs[p].Hi }
