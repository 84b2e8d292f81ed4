// Package energy turns a latency and the power of a device into joules.
//
// The model has three powers: waiting, bound by memory, bound by arithmetic. An inference draws each for the share of
// its time that the bound holds, and the mean of waiting and memory while it is bound by overhead.
package energy

import (
	"math"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Basis says what a power rests on.
type Basis uint8

// The bases, the surest first.
const (
	Measured  Basis = iota // the device was measured at work
	Published              // the maker or a document says so
	Class                  // a share of the thermal design power, by class
)

// bases lists the words for the bases, and the factor between an expected power and the ends of its 90 % interval.
// docs/energy.md says how many readings of devices left out are inside.
var bases = [...]struct {
	name   string
	spread float64
}{{"measured", 1.5}, {"published", 1.6}, {"power class", 2}}

// String returns measured, published or power class.
func (b Basis) String() string { return bases[b].name }

// Spread returns the factor between an expected power and the ends of its 90 % interval.
func (b Basis) Spread() float64 { return bases[b].spread }

// A Range is an expected figure with the ends of its 90 % interval.
type Range struct{ Expected, Low, High float64 }

// Over returns the joules of a time with a 90 % interval of its own: the errors of time and power are independent.
func (p *Power) Over(expected, low, high float64) Range {
	x, o := p.Watts*expected, math.Log(p.Basis.Spread())
	return Range{x, x * math.Exp(-math.Hypot(math.Log(expected/low), o)),
		x * math.Exp(math.Hypot(math.Log(high/expected), o))}
}

// A Power is what a device draws during a kind of work.
type Power struct {
	Watts  float64            // on average
	Idle   float64            // while it waits; 0 where unknown
	Basis  Basis              // what the figures rest on
	Covers string             // device, module, board or computer
	Source *provenance.Source // of the figure that most of the power is from
}

// An Energy is what one inference of the whole batch takes.
type Energy struct {
	Power
	Joules Range // of a batch
	Batch  int64 // samples
}

// PerSample returns the joules of one sample.
func (e *Energy) PerSample() float64 { return e.Joules.Expected / float64(e.Batch) }

// PerWh returns the samples that a watt-hour pays for.
func (e *Energy) PerWh() float64 { return 3600 / e.PerSample() }

// Shares are the shares of a time that the bounds hold, compute, memory and overhead in the order of the bounds.
type Shares [roofline.NumBounds]float64

// SharesOf returns what a time was spent on.
func SharesOf(s *roofline.Spent) (out Shares) {
	for b := range out {
		out[b] = s.Share(roofline.Bound(b))
	}
	return out
}

// PowerOf returns what a device draws for work of such shares, nil where its power is not known.
func PowerOf(d *hwprofiles.Device, s Shares) *Power {
	p := d.Draws()
	if p == nil {
		return nil
	}
	compute, memory := p.ComputeBound.Value, p.MemoryBound.Value
	wait := memory
	out := &Power{Covers: p.Covers, Source: p.MemoryBound.Source}
	if p.Idle != nil {
		out.Idle = p.Idle.Value
		wait = (p.Idle.Value + memory) / 2
	}
	if s[roofline.Compute] > s[roofline.Memory]+s[roofline.Overhead] {
		out.Source = p.ComputeBound.Source
	}
	out.Basis = basisOf(out.Source)
	rest := max(0, 1-s[roofline.Compute]-s[roofline.Memory])
	out.Watts = compute*s[roofline.Compute] + memory*s[roofline.Memory] + wait*rest
	return out
}

// basisOf returns what a power rests on, by its source.
func basisOf(s *provenance.Source) Basis {
	switch s.Kind {
	case provenance.Measured:
		return Measured
	case provenance.Assumed:
		return Class
	}
	return Published
}

// Of returns the energy of an inference of a latency that is spent on something, nil where nothing is expected of the
// latency or the power is not known.
func Of(d *hwprofiles.Device, l *roofline.Latency, s *roofline.Spent, batch int64) *Energy {
	if d == nil || l.Expected == nil || *l.Expected <= 0 {
		return nil
	}
	p := PowerOf(d, SharesOf(s))
	if p == nil {
		return nil
	}
	return &Energy{Power: *p, Batch: max(batch, 1), Joules: p.Over(*l.Expected, *l.Low, *l.High)}
}

// OfEstimate returns the energy of an estimate, nil as Of does.
func OfEstimate(e *roofline.Estimate) *Energy { return Of(e.Device, &e.Latency, &e.Spent, e.Batch) }

// OfCell returns the energy of an outcome on a device, nil as Of does.
func OfCell(d *hwprofiles.Device, c *roofline.Cell) *Energy {
	if c.Err != nil {
		return nil
	}
	return Of(d, &c.Latency, &c.Spent, c.Batch)
}
