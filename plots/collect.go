package plots

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// A roof is the peak rate of one engine for one or several element types.
type roof struct {
	name  string
	rate  float64 // FLOP/s or OP/s
	dim   units.Dim
	share float64 // of the time, spent in kernels under it
	types map[string]bool
}

// A machine is a device with the roofs that some estimate's kernels run under.
type machine struct {
	device *hwprofiles.Device
	roofs  []roof // highest first
}

// A dot is one kernel, or several that do the same work at the same rate.
type dot struct {
	x, y    float64 // FLOP/B, FLOP/s
	share   float64 // of the estimate's time
	class   kernel.Class
	series  int // which estimate
	name    string
	kernels int64
	label   string // in place of name and share
	hollow  bool   // overhead decides, not a roof
}

// hidden counts what cannot be drawn on logarithmic axes.
type hidden struct {
	kernels int64
	share   float64
}

// minShare gives the share of time below which a type gets no roof of its own:
// integer arithmetic on shapes would add roofs that nothing of weight is under.
const minShare = 0.005

// collect gathers the machines, the dots and what is left out of each estimate.
func collect(es []*roofline.Estimate) (machines []*machine, dots []dot, left []hidden) {
	left = make([]hidden, len(es))
	for i, e := range es {
		m := machineOf(&machines, e.Device)
		same := make(map[dot]int)
		for k := range e.Layers {
			l := &e.Layers[k]
			d, ok := dotOf(l, i, e.Spent.Device)
			if !ok {
				left[i].kernels += l.Times
				left[i].share += d.share
				continue
			}
			m.under(l, d.share)
			key := dot{x: d.x, y: d.y, class: d.class}
			if at, ok := same[key]; ok {
				dots[at].share += d.share
				dots[at].kernels += d.kernels
				continue
			}
			same[key] = len(dots)
			dots = append(dots, d)
		}
	}
	for _, m := range machines {
		m.settle()
	}
	slices.SortStableFunc(dots, func(a, b dot) int { return cmp.Compare(b.share, a.share) })
	return machines, dots, left
}

// machineOf returns the entry of a device, adding it where it is new. Two profiles of one id differ
// by their hash.
func machineOf(machines *[]*machine, d *hwprofiles.Device) *machine {
	for _, m := range *machines {
		if m.device.ID == d.ID && m.device.Hash == d.Hash {
			return m
		}
	}
	m := &machine{device: d}
	*machines = append(*machines, m)
	return m
}

// dotOf returns a kernel's place where all kernels take total seconds. It reports false if a logarithmic axis has none
// for it.
func dotOf(l *roofline.Layer, series int, total float64) (dot, bool) {
	d := dot{class: l.Class, series: series, name: l.Name, kernels: l.Times, x: l.Cost.Intensity(),
		y: float64(l.Cost.FLOPs()) / l.Timing.Total, hollow: l.Timing.Bound == roofline.Overhead}
	if total > 0 {
		d.share = l.Seconds() / total
	}
	return d, l.Times > 0 && positive(d.x) && positive(d.y)
}

// positive reports whether a logarithmic axis has a place for a figure. The
// limits are far beyond any kernel or machine; they keep an axis from overflowing where a time is hardly above zero.
func positive(v float64) bool { return v > 1e-30 && v < 1e30 } // false for NaN

// under notes the roof that a kernel runs under: that of its first engine with work.
func (m *machine) under(l *roofline.Layer, share float64) {
	p := l.Peak
	if p == nil || !positive(p.Rate.Value) {
		return
	}
	dim := units.FLOPRate
	if p.Engine == cost.Special || p.Type.IsInteger() {
		dim = units.OpRate
	}
	for i := range m.roofs {
		r := &m.roofs[i]
		if r.rate == p.Rate.Value && r.dim == dim && r.name == p.Engine.String() {
			r.share += share
			r.types[p.Type.Short()] = true
			return
		}
	}
	m.roofs = append(m.roofs, roof{p.Engine.String(), p.Rate.Value, dim, share, map[string]bool{p.Type.Short(): true}})
}

// settle drops the roofs that matter to nothing, names the rest after their types and sorts them.
func (m *machine) settle() {
	slices.SortStableFunc(m.roofs, func(a, b roof) int { return cmp.Compare(b.share, a.share) })
	for i := range m.roofs {
		r := &m.roofs[i]
		if i > 0 && r.share < minShare {
			m.roofs = m.roofs[:i]
			break
		}
		var types []string
		for t := range r.types {
			types = append(types, t)
		}
		slices.Sort(types)
		r.name = strings.Join(types, ", ") + " " + r.name
	}
	slices.SortStableFunc(m.roofs, func(a, b roof) int { return cmp.Compare(b.rate, a.rate) })
}

// busiest returns the roof that most of the time is spent under, nil if there is none.
func (m *machine) busiest() *roof {
	var best *roof
	for i := range m.roofs {
		if best == nil || m.roofs[i].share > best.share {
			best = &m.roofs[i]
		}
	}
	return best
}

// ridge returns the intensity at which a roof meets the main memory's slope, in FLOP/B.
func (m *machine) ridge(r *roof) float64 { return r.rate / m.device.DRAM().Bandwidth.Value }

// levels lists the memory levels whose bandwidth is known, the main memory first.
func (m *machine) levels() []*hwprofiles.MemoryLevel {
	var out []*hwprofiles.MemoryLevel
	for i := range m.device.Memory {
		if l := &m.device.Memory[i]; positive(l.Bandwidth.Value) {
			out = append(out, l)
		}
	}
	return out
}

// A span is the part of the plane that a chart shows.
type span struct{ x0, x1, y0, y1 float64 }

// inFrame gives the share of the time whose kernels the frame holds; the least ones may be outside it, and are counted.
const inFrame = 0.999

// frame returns a span with the dots that matter, the heaviest of which come first, the ridge points and some room for
// labels.
func frame(machines []*machine, dots []dot) span {
	s := span{math.Inf(1), 0, math.Inf(1), 0}
	total, sum := 0.0, 0.0
	for i := range dots {
		total += dots[i].share
	}
	for i := range dots {
		d := &dots[i]
		if i > 0 && sum >= inFrame*total {
			break
		}
		sum += d.share
		s.x0, s.x1, s.y0, s.y1 = min(s.x0, d.x), max(s.x1, d.x), min(s.y0, d.y), max(s.y1, d.y)
	}
	for _, m := range machines {
		for i := range m.roofs {
			r := &m.roofs[i]
			x := m.ridge(r)
			s.x0, s.x1 = min(s.x0, x/4), max(s.x1, 6*x)
			s.y0, s.y1 = min(s.y0, r.rate/8), max(s.y1, r.rate)
		}
	}
	return span{s.x0 / 1.7, s.x1 * 1.7, s.y0 / 2, s.y1 * 3}
}

// holds reports whether a dot lies within the span.
func (s span) holds(d *dot) bool { return d.x >= s.x0 && d.x <= s.x1 && d.y >= s.y0 && d.y <= s.y1 }

// mostNotes says how many estimates have footnotes of their own.
const mostNotes = 4

// footnotes says what the chart does not show.
func footnotes(es []*roofline.Estimate, left []hidden, dots []dot, s span) []string {
	var notes []string
	for i, e := range es {
		var out hidden
		for k := range dots {
			if d := &dots[k]; d.series == i && !s.holds(d) {
				out.kernels += d.kernels
				out.share += d.share
			}
		}
		var parts []string
		if h := left[i]; h.kernels > 0 {
			parts = append(parts, fmt.Sprintf("without FLOPs or traffic, so without a place on these axes: %s (%s of the time)",
				plural(h.kernels),
				percent(h.share)))
		}
		if out.kernels > 0 {
			parts = append(parts, fmt.Sprintf("%s outside the frame (%s of the time)", plural(out.kernels), percent(out.share)))
		}
		switch note := strings.Join(parts, "; "); {
		case note == "":
		case len(notes) == mostNotes:
			return append(notes, "and likewise for others")
		case len(es) > 1:
			notes = append(notes, seriesName(e)+": "+note)
		default:
			notes = append(notes, note)
		}
	}
	return notes
}

// plural returns n kernels as text.
func plural(n int64) string {
	if n == 1 {
		return "1 kernel"
	}
	return fmt.Sprintf("%d kernels", n)
}

// percent returns a share as text, with a decimal below 10 %.
func percent(share float64) string {
	switch {
	case share <= 0:
		return "0 %"
	case share < 0.001:
		return "< 0.1 %"
	case share < 0.0995:
		return fmt.Sprintf("%.1f %%", 100*share)
	}
	return fmt.Sprintf("%.0f %%", 100*share)
}

// seriesName returns the legend's name of an estimate.
func seriesName(e *roofline.Estimate) string { return e.Model + " on " + e.Device.ID }
