package roofline

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// time returns the speed of light of one execution of a kernel, in seconds, and the best timing that is known: the
// expected one, whose term it sets, if the machine is tuned. Only the total of all kernels is kept from falling below
// the speed of light: caches can serve a kernel faster than main memory.
//
// No machine with these peaks and this bandwidth is faster than the speed of light. Engines that are different units
// overlap, so compute is the maximum over them; work that falls back to another engine's units adds to what those do.
// Compute overlaps memory traffic as well.
func (m *Machine) time(k *kernel.Kernel, b traffic, term *timing.Term) (light float64, t Timing) {
	var busy [cost.NumEngines]float64
	for e := range k.Cost.Work {
		if w := &k.Cost.Work[e]; w.Ops > 0 {
			r := &m.rates[e][w.Type]
			busy[r.engine] += float64(w.Ops) * r.perOp
		}
	}
	t.Compute = max(busy[cost.Matrix], busy[cost.Vector], busy[cost.Special])
	t.Memory = (float64(b.read) + float64(b.weights) + float64(b.written)) * m.perByte
	t.Total, t.Bound = t.Compute, Compute
	if t.Memory > t.Compute {
		t.Total, t.Bound = t.Memory, Memory
	}
	light = t.Total
	if m.tuning != nil {
		*term = m.term(k, b)
		t = m.tuning.time(term)
	}
	return light, t
}

// attainable returns the roof over a kernel of a cost, in FLOP/s: min(peak of its main engine, intensity x bandwidth).
func (m *Machine) attainable(c *cost.Cost, k *kernel.Kernel) float64 {
	for e := range k.Cost.Work {
		if w := &k.Cost.Work[e]; w.Ops > 0 {
			return min(1/m.rates[e][w.Type].perOp, c.Intensity()/m.perByte)
		}
	}
	return 0
}
