package roofline

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// Time is the speed of light of one execution of a kernel: no machine with
// these peaks and this bandwidth can be faster. Engines that are different units
// overlap, so compute is the maximum over them; work that falls back to another
// engine's units adds to what those do. Compute overlaps memory traffic as well.
func (m *Machine) Time(k *kernel.Kernel) Timing {
	var busy [cost.NumEngines]float64
	for e := range k.Cost.Work {
		if w := &k.Cost.Work[e]; w.Ops > 0 {
			r := &m.rates[e][w.Type]
			busy[r.engine] += float64(w.Ops) * r.perOp
		}
	}
	var t Timing
	t.Compute = max(busy[cost.Matrix], busy[cost.Vector], busy[cost.Special])
	read, weights, written := m.Precision.bytes(k)
	t.Memory = (float64(read) + float64(weights) + float64(written)) * m.perByte
	t.Total, t.Bound = t.Compute, Compute
	if t.Memory > t.Compute {
		t.Total, t.Bound = t.Memory, Memory
	}
	return t
}

// Total is the latency of all kernels, one after the other, and the share of each bound in the best that is known of it.
func (m *Machine) Total(kernels []kernel.Kernel) (l Latency, share [NumBounds]float64) {
	var spent, light, launches float64
	for i := range kernels {
		k := &kernels[i]
		t := m.Time(k)
		light += t.Total * float64(k.Times)
		if m.tuning != nil {
			t = m.Expected(k)
		}
		total := t.Total * float64(k.Times)
		share[t.Bound] += total
		spent += total
		launches += float64(k.Times)
	}
	if m.tuning != nil {
		l = m.tuning.latency(light, spent, launches)
		whole := m.tuning.Values.Whole(spent, launches)
		share[Overhead] += whole - spent
		spent = whole
	}
	if spent > 0 {
		for b := range share {
			share[b] /= spent
		}
	}
	l.SpeedOfLight = light
	return l, share
}

// attainable is the roof over a kernel of a cost, in FLOP/s: min(peak of its main engine, intensity x bandwidth).
func (m *Machine) attainable(c *cost.Cost, k *kernel.Kernel) float64 {
	for e := range k.Cost.Work {
		if w := &k.Cost.Work[e]; w.Ops > 0 {
			return min(1/m.rates[e][w.Type].perOp, c.Intensity()/m.perByte)
		}
	}
	return 0
}
