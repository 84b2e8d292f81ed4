package roofline

import (
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// Spent is what the time of one inference is spent on, in seconds: expected where there is a tuning, else at the speed
// of light. It is the only sum of kernel times. Of some of the kernels, such as a Group, Host and Fixed are 0.
type Spent struct {
	Kernels int64              // launches
	Device  float64            // the device runs kernels
	Host    float64            // the host issues kernels while the device works; 0 at the speed of light
	Fixed   float64            // paid once per inference, with copies from and to the host; 0 at the speed of light
	ByBound [NumBounds]float64 // Total by what limits it: host and fixed time beyond Device are overhead
}

// Total returns the time of the inference: the slower of device and host, with a rounded corner, and the fixed cost.
func (s *Spent) Total() float64 { return timing.Inference(s.Device, s.Host, s.Fixed) }

// Share returns the share of the total that a bound limits, 0 where nothing takes any time.
func (s *Spent) Share(b Bound) float64 {
	if t := s.Total(); t > 0 {
		return s.ByBound[b] / t
	}
	return 0
}

// Bound returns what limits most of the time.
func (s *Spent) Bound() Bound {
	best := Compute
	for b := range NumBounds {
		if s.ByBound[b] > s.ByBound[best] {
			best = b
		}
	}
	return best
}

// Add adds the time of other kernels.
func (s *Spent) Add(o *Spent) {
	s.Kernels = sat.Add(s.Kernels, o.Kernels)
	s.Device += o.Device
	s.Host += o.Host
	s.Fixed += o.Fixed
	for b := range s.ByBound {
		s.ByBound[b] += o.ByBound[b]
	}
}

// addRuns adds so many executions of a kernel.
func (s *Spent) addRuns(t *Timing, times int64) {
	seconds := t.seconds(times)
	s.Kernels = sat.Add(s.Kernels, times)
	s.Device += seconds
	s.ByBound[t.Bound] += seconds
}

// seconds returns the time of so many executions.
func (t *Timing) seconds(times int64) float64 { return t.Total * float64(times) }

// Seconds returns the time of all executions of a layer in one inference.
func (l *Layer) Seconds() float64 { return l.Timing.seconds(l.Times) }

// ByClass returns the time of the kernels of each class.
func (e *Estimate) ByClass() (by [kernel.NumClasses]Spent) {
	for i := range e.Layers {
		l := &e.Layers[i]
		by[l.Class].addRuns(&l.Timing, l.Times)
	}
	return by
}

// Retimed returns the estimate with other times of its layers, such as measured ones: seconds per inference, one for
// each layer. Layers that take no time are left out.
func (e *Estimate) Retimed(seconds []float64) *Estimate {
	out := *e
	out.Layers, out.Spent = nil, Spent{}
	for i := range e.Layers {
		l := e.Layers[i]
		if l.Times == 0 || seconds[i] <= 0 {
			continue
		}
		l.Timing.Total = seconds[i] / float64(l.Times)
		out.Layers = append(out.Layers, l)
		out.Spent.addRuns(&l.Timing, l.Times)
	}
	return &out
}

// A tally sums kernels that run one after the other, at the speed of light and with the best timing known.
type tally struct {
	light float64      // seconds
	spent Spent        // so far
	slope timing.Slope // of the expected time
}

// addRuns adds so many executions of a kernel.
func (a *tally) addRuns(of *timed, times int64) {
	a.light += of.light * float64(times)
	a.spent.addRuns(&of.best, times)
	a.slope.Include(&of.share)
}

// done adds what a tuning's host and harness take, and returns the latency of the kernels and what it is spent on.
func (a *tally) done(t *Tuning) (Latency, Spent) {
	if t == nil {
		return Latency{SpeedOfLight: a.light}, a.spent
	}
	s := &a.spent
	s.Host = t.Values[params.Dispatch] * float64(s.Kernels)
	s.Fixed = t.Values[params.Fixed] + a.slope.Copies(&t.Values)
	s.ByBound[Overhead] += s.Total() - s.Device
	return t.latency(a), *s
}

// Total returns the latency of kernels that run one after the other, and what it is spent on.
func (m *Machine) Total(kernels []kernel.Kernel) (Latency, Spent) {
	var sum tally
	m.run(kernels, &sum)
	return sum.done(m.tuning)
}

// run adds the times of kernels that run one after the other.
func (m *Machine) run(kernels []kernel.Kernel, sum *tally) {
	var term timing.Term
	var one timed
	where := m.placer()
	for i := range kernels {
		k := &kernels[i]
		m.time(k, m.precision.traffic(k), where.next(k), &term, &sum.slope, &one)
		sum.addRuns(&one, k.Times)
	}
}

// total does as Machine.Total for the session's kernels.
func (s *session) total(m *Machine) (Latency, Spent) {
	var sum tally
	s.run(m, &sum)
	return sum.done(m.tuning)
}

// run adds the times of the session's kernels on a machine, in their order. Those that are alike are timed once, but
// where units of the device share the work: there it matters what came before.
func (s *session) run(m *Machine, sum *tally) {
	if m.device.Fallback != nil {
		m.run(s.kernels, sum)
		return
	}
	var term timing.Term
	known := s.times[:0]
	for i, number := range s.numbers {
		k := &s.kernels[i]
		if int(number) == len(known) {
			known = append(known, timed{})
			m.time(k, m.precision.traffic(k), place{}, &term, &sum.slope, &known[number])
		}
		sum.addRuns(&known[number], k.Times)
	}
	s.times = known
}

// timeLayers sets the times of an estimate's layers, which are those of the kernels, and sums them.
func (e *Estimate) timeLayers(kernels []kernel.Kernel, m *Machine, copied int64) {
	var sum tally
	var one timed
	where := m.placer()
	for i := range kernels {
		k, l := &kernels[i], &e.Layers[i]
		at := where.next(k)
		l.Falls = at.falls || at.partly
		m.time(k, trafficOf(&l.Cost), at, &l.term, &sum.slope, &one)
		l.SpeedOfLight, l.Timing = one.light, one.best
		l.Attainable, l.Peak = m.attainable(&l.Cost, k)
		sum.addRuns(&one, l.Times)
	}
	if copied > 0 && m.tuning != nil {
		sum.slope.Add(&m.tuning.Values, m.copying(copied))
		e.Notes = append(e.Notes, copiesNote(copied, &sum.slope, &m.tuning.Values))
	}
	if m.tuning != nil {
		e.slope = m.tuning.gradient(&sum)
	}
	e.Latency, e.Spent = sum.done(m.tuning)
}
