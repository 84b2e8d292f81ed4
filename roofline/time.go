package roofline

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A timed is what a kernel takes on a machine.
type timed struct {
	light float64      // s of one execution at the speed of light
	best  Timing       // the best timing that is known
	share timing.Share // of the expected time, if the machine is tuned
}

// time sets out to what a kernel takes: the speed of light of one execution, and the best timing that is known, the
// expected one, whose term it sets, if the machine is tuned. Only the total of all kernels is kept from falling below
// the speed of light: caches can serve a kernel faster than main memory. Kernels that are alike take equally long in
// places that are.
//
// No machine with these peaks and this bandwidth is faster than the speed of light. Engines that are different units
// overlap, so compute is the maximum over them; work that falls back to another engine's units adds to what those do.
// Compute overlaps memory traffic as well. A runtime may hold tensors in caches and convolve with fewer
// multiplications.
func (m *Machine) time(k *kernel.Kernel, b traffic, at place, term *timing.Term, slope *timing.Slope, out *timed) {
	var t Timing
	var busy [cost.NumEngines]float64
	rates := m.ratesOf(k)
	for e := range k.Cost.Work {
		if w := &k.Cost.Work[e]; w.Ops > 0 {
			r := &rates[e][w.Type]
			s := float64(w.Ops) * r.perOp
			if at.falls && r.peak == nil { // only that unit can
				s = float64(w.Ops) / m.device.Fallback.Rate.Value
			}
			if cost.Engine(e) == cost.Matrix {
				s /= m.saves(k, r, w.Type)
			}
			busy[r.engine] += s
		}
	}
	t.Compute = max(busy[cost.Matrix], busy[cost.Vector], busy[cost.Special])
	t.Memory = (float64(b.read) + float64(b.weights) + float64(b.written)) * m.perByte
	t.Total, t.Bound = t.Compute, Compute
	if t.Memory > t.Compute {
		t.Total, t.Bound = t.Memory, Memory
	}
	out.light = t.Total
	if m.runtime != nil {
		out.light = max(t.Compute/m.looked.boost, m.leastMemory(k, m.precision.least(k, b)))
	}
	if m.tuning != nil {
		*term = m.termAt(k, b, at)
		slope.Share(&m.tuning.Values, term, &out.share)
		t = m.tuning.timing(&out.share.At)
		if at.falls { // that unit computes
			t.Compute, t.Overhead, t.Bound = t.Overhead, 0, Compute
		}
	}
	out.best = t
}

// attainable returns the roof over a kernel of a cost, in FLOP/s: min(peak of its main engine, intensity x bandwidth),
// and that peak; 0 and nil for a kernel without work.
func (m *Machine) attainable(c *cost.Cost, k *kernel.Kernel) (float64, *hwprofiles.Peak) {
	rates := m.ratesOf(k)
	for e := range k.Cost.Work {
		if w := &k.Cost.Work[e]; w.Ops > 0 {
			r := &rates[e][w.Type]
			return min(1/r.perOp, c.Intensity()/m.perByte), r.peak
		}
	}
	return 0, nil
}

// saves returns how many times fewer multiplications the runtime may need for the matrix work of a kernel at a rate.
func (m *Machine) saves(k *kernel.Kernel, r *rate, t dtype.Type) float64 {
	if m.runtime == nil || !k.Winograd {
		return 1
	}
	t = m.precision.work(cost.Matrix, t)
	if r.engine == cost.Matrix && !m.looked.cpu {
		return m.runtime.SavesOnMatrix(t)
	}
	return m.runtime.Saves(t)
}
