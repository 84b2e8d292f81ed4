package judge

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A law compares two cells that differ in one thing.
type law struct {
	name  string
	ratio func(g *Grid, c cell, latency float64) (by float64, applies bool) // above 1 where the law is broken
}

// engineLaw is the law that the experiment is known to break: the two runtimes share no effect, and cards that no
// engine was measured on start from different priors.
const engineLaw = "TensorRT takes no longer than torch.compile on CNNs"

var laws = []law{
	{"fp16 takes no longer than fp32", narrower(dtype.Float16, dtype.Float32)},
	{
		"int8 takes no longer than fp16 in TensorRT and OpenVINO",
		narrower(dtype.Int8, dtype.Float16, "tensorrt", "openvino"),
	},
	{"bf16 takes as long as fp16 at equal peaks", sameBrain},
	{engineLaw, engineNoSlower},
}

// narrower returns the law that a precision takes no longer than a wider one where its rates are at least as high. It
// holds of the runtimes named, of all where none is.
func narrower(narrow, wide dtype.Type, of ...string) func(*Grid, cell, float64) (float64, bool) {
	return func(g *Grid, c cell, latency float64) (float64, bool) {
		if c.precision != narrow || len(of) > 0 && !slices.Contains(of, c.runtime) {
			return 0, false
		}
		o := c
		o.precision = wide
		slow, ok := g.latencies[o]
		if !ok || g.rate(c) < g.rate(o)*(1-rounding) || g.vector(c) < g.vector(o)*(1-rounding) {
			return 0, false
		}
		return latency / slow, true
	}
}

func sameBrain(g *Grid, c cell, latency float64) (float64, bool) {
	o := c
	o.precision = dtype.Float16
	half, ok := g.latencies[o]
	if !ok || c.precision != dtype.BFloat16 {
		return 0, false
	}
	if g.settings[c].Rates != g.settings[o].Rates || g.vector(c) != g.vector(o) {
		return 0, false
	}
	return max(latency/half, half/latency), true
}

func engineNoSlower(g *Grid, c cell, latency float64) (float64, bool) {
	o := c
	o.runtime = "torch-compile"
	slow, ok := g.latencies[o]
	if !ok || c.runtime != "tensorrt" || c.network == "zoo:bert-base" {
		return 0, false
	}
	return latency / slow, true
}

// rounding is by what rates differ that count as equal.
const rounding = 1e-9

// slack is by what two ways to the same latency may differ.
const slack = 1e-6

// A Verdict says how often a law is broken.
type Verdict struct {
	Law        string
	Broken, Of int     // cells
	Worst      float64 // ratio
	where      cell    // of the worst
}

// String returns the verdict in a line.
func (v Verdict) String() string {
	line := fmt.Sprintf("%s: broken in %d of %d cells", v.Law, v.Broken, v.Of)
	if v.Broken > 0 {
		w := &v.where
		line += fmt.Sprintf(", up to x%.2f by %s in %s on %s at batch %d",
			v.Worst, w.network, w.precision.Short(), w.device, w.batch)
	}
	return line
}

// Verdicts tries all laws.
func (g *Grid) Verdicts() []Verdict {
	var out []Verdict
	for _, l := range laws {
		v := Verdict{Law: l.name}
		for c, latency := range g.latencies {
			by, applies := l.ratio(g, c, latency)
			if !applies {
				continue
			}
			v.Of++
			if by > 1+slack {
				v.Broken++
			}
			if by > v.Worst {
				v.Worst, v.where = by, c
			}
		}
		out = append(out, v)
	}
	return out
}
