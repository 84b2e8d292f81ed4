package judge

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// A law compares cells that differ in one thing.
type law struct {
	name  string
	ratio func(g *Grid, c cell, a *answer) (by float64, applies bool) // above 1 where the law is broken
}

// The laws that are known to be broken.
const (
	engineLaw = "TensorRT takes no longer than torch.compile on CNNs"
	betterLaw = "a device better in every figure takes no longer than another of its architecture"
)

var laws = []law{
	{"fp16 takes no longer than fp32", narrower(dtype.Float16, dtype.Float32)},
	{"int8 takes no longer than fp16, but in ncnn", narrower(dtype.Int8, dtype.Float16, "ncnn")},
	{"int8 takes no longer than fp32, but in ncnn", narrower(dtype.Int8, dtype.Float32, "ncnn")},
	{"bf16 takes as long as fp16 at equal peaks", sameBrain},
	{"a larger batch takes no less", batchGrows},
	{"on accelerators throughput falls by no more than 10 % with the batch", throughputHolds},
	{"a larger image takes no less", sizeGrows},
	{"a step of a size sweep is no more than a third above the step of work", stepHolds},
	{"lower bound ≤ low ≤ expected ≤ high", ordered},
	{engineLaw, engineNoSlower},
	{betterLaw, betterNoSlower},
}

// narrower returns the law that a precision takes no longer than a wider one where its rates are at least as high. It
// does not hold of the runtimes named.
func narrower(narrow, wide dtype.Type, but ...string) func(*Grid, cell, *answer) (float64, bool) {
	return func(g *Grid, c cell, a *answer) (float64, bool) {
		if c.precision != narrow || slices.Contains(but, c.runtime) {
			return 0, false
		}
		o := c
		o.precision = wide
		slow, ok := g.answers[o]
		if !ok || g.rate(c) < g.rate(o)*(1-rounding) || g.vector(c) < g.vector(o)*(1-rounding) {
			return 0, false
		}
		return a.latency / slow.latency, true
	}
}

// sameBrain returns the ratio of bf16 to fp16 where a device runs both at one rate: they should
// agree.
func sameBrain(g *Grid, c cell, a *answer) (float64, bool) {
	o := c
	o.precision = dtype.Float16
	half, ok := g.answers[o]
	if !ok || c.precision != dtype.BFloat16 {
		return 0, false
	}
	if a.setting.Rates != half.setting.Rates || g.vector(c) != g.vector(o) {
		return 0, false
	}
	return max(a.latency/half.latency, half.latency/a.latency), true
}

// before returns the answer of the next smaller batch.
func (g *Grid) before(c cell) (answer, float64, bool) {
	i := slices.Index(gridBatches, c.batch)
	if i < 1 {
		return answer{}, 0, false
	}
	o := c
	o.batch = gridBatches[i-1]
	a, ok := g.answers[o]
	return a, float64(c.batch) / float64(o.batch), ok
}

// batchGrows returns the ratio of a smaller batch's latency: a larger one takes no less.
func batchGrows(g *Grid, c cell, a *answer) (float64, bool) {
	less, _, ok := g.before(c)
	return less.latency / a.latency, ok
}

// throughputHolds returns how much of a smaller batch's throughput is lost, beyond a tenth. CPUs
// and NPUs may lose it to caches.
func throughputHolds(g *Grid, c cell, a *answer) (float64, bool) {
	less, times, ok := g.before(c)
	if !ok || g.devices[c.device].Class.Cores() || g.devices[c.device].Class == hwprofiles.NPU {
		return 0, false
	}
	return a.latency / (less.latency * times) * 0.9, true
}

// sizeGrows returns the ratio of the smaller network's latency: a larger one of the family takes no
// less.
func sizeGrows(g *Grid, c cell, a *answer) (float64, bool) {
	small, ok := g.smaller(c)
	return small.latency / a.latency, ok
}

// smaller returns the answer for the next smaller network of the family.
func (g *Grid) smaller(c cell) (answer, bool) {
	o := c
	o.network = larger[c.network]
	a, ok := g.answers[o]
	return a, ok
}

// stepHolds returns how much faster than work a latency grows with size, beyond a third.
func stepHolds(g *Grid, c cell, a *answer) (float64, bool) {
	small, ok := g.smaller(c)
	d := g.devices[c.device]
	if !ok || d.Class.Cores() || d.Scratch() != nil || d.Streams() {
		return 0, false // what is on the chip, as the caches of cores, may hold the small and not the large
	}
	work := float64(a.macs) / float64(small.macs)
	return a.latency / small.latency / work * 3 / 4, true
}

// ordered returns the worst of the ratios between lower bound, low end, expected and high end.
func ordered(_ *Grid, _ cell, a *answer) (float64, bool) {
	return max(a.light/a.low, a.low/a.latency, a.latency/a.high), true
}

// engineNoSlower returns the ratio of TensorRT to torch.compile on one device.
func engineNoSlower(g *Grid, c cell, a *answer) (float64, bool) {
	o := c
	o.runtime = "torch-compile"
	slow, ok := g.answers[o]
	if !ok || c.runtime != "tensorrt" || c.network == "zoo:bert-base" {
		return 0, false
	}
	return a.latency / slow.latency, true
}

// rounding says by what rates differ that count as equal.
const rounding = 1e-9

// slack says by what two ways to the same latency may differ.
const slack = 1e-6

// A Verdict says how often a law is broken.
type Verdict struct {
	Law        string
	Broken, Of int     // cells
	Worst      float64 // ratio
	where      string  // of the worst
}

// String returns the verdict in a line.
func (v Verdict) String() string {
	line := fmt.Sprintf("%s: broken in %d of %d cells", v.Law, v.Broken, v.Of)
	if v.Broken > 0 {
		line += fmt.Sprintf(", up to x%.2f by %s", v.Worst, v.where)
	}
	return line
}

// add counts a cell whose ratio is by.
func (v *Verdict) add(by float64, c *cell) {
	v.Of++
	if by > 1+slack {
		v.Broken++
	}
	if by > v.Worst {
		v.Worst, v.where = by, c.String()
	}
}

// Verdicts tries all laws.
func (g *Grid) Verdicts() []Verdict {
	var cells []cell
	for c := range g.answers {
		cells = append(cells, c)
	}
	slices.SortFunc(cells, func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.device, b.device), cmp.Compare(a.runtime, b.runtime), cmp.Compare(a.network, b.network),
			cmp.Compare(a.precision, b.precision), cmp.Compare(a.batch, b.batch))
	})
	var out []Verdict
	for _, l := range laws {
		v := Verdict{Law: l.name}
		for _, c := range cells {
			a := g.answers[c]
			if by, applies := l.ratio(g, c, &a); applies {
				v.add(by, &c)
			}
		}
		out = append(out, v)
	}
	return out
}
