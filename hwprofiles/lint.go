package hwprofiles

import (
	"fmt"
	"math"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

// A Finding is something in a profile that can be read but is hard to believe.
type Finding struct {
	Path string // of the figure
	Msg  string // what can hardly be
}

// String returns path: message.
func (f Finding) String() string { return f.Path + ": " + f.Msg }

// Lint checks a device against physics and good manners. A finding is a
// warning for a user's profile; a shipped profile has none.
func Lint(d *Device) []Finding {
	l := &linter{device: d}
	for _, rule := range lintRules {
		rule(l)
	}
	return l.findings
}

// lintRules lists what is looked at.
var lintRules = []func(*linter){
	(*linter).ridge, (*linter).matrixVector, (*linter).narrower, (*linter).sparsity,
	(*linter).architecture, (*linter).optIn,
	(*linter).hierarchy, (*linter).achieved, (*linter).sustained,
	(*linter).emulation, (*linter).modes, (*linter).power, (*linter).provenance,
}

// linter collects findings on a device.
type linter struct {
	device   *Device   // that is looked at
	findings []Finding // so far
}

// report adds a finding about the figure at path.
func (l *linter) report(path, format string, args ...any) {
	l.findings = append(l.findings, Finding{path, fmt.Sprintf(format, args...)})
}

// ridge holds the ridge point of the fastest type of 8 bits or more between 0.2 and 2500 FLOP/B.
// Real machines lie between 0.25 (a microcontroller without DSP instructions) and 2400 (an early inference chip in
// int8); outside, a prefix is usually wrong.
func (l *linter) ridge() {
	const low, high = 0.2, 2500
	var top *Peak
	for i := range l.device.Peaks {
		p := &l.device.Peaks[i]
		if p.Engine != cost.Special && p.Type.Bits() >= 8 && (top == nil || p.Rate.Value > top.Rate.Value) {
			top = p
		}
	}
	if top == nil {
		return
	}
	band := &l.device.DRAM().Bandwidth
	if s := l.device.Scratch(); s != nil { // what feeds the multipliers
		band = &s.Bandwidth
	}
	ridge := top.Rate.Value / band.Value
	if ridge < low || ridge > high {
		l.report(top.Rate.Path, "found a ridge point of %s (%s over %s), expected %g to %g",
			units.Format(ridge, units.Intensity), top.Rate.Text, band.Text, low, float64(high))
	}
}

// matrixVector holds that the matrix unit is not slower than the vector unit at the same type.
func (l *linter) matrixVector() {
	for _, m := range l.device.Peaks {
		if v := l.device.find(cost.Vector, m.Type); m.Engine == cost.Matrix && v != nil && m.Rate.Value < v.Rate.Value {
			l.report(m.Rate.Path, "found %s, expected no less than the vector unit's %s", m.Rate.Text, v.Rate.Text)
		}
	}
}

// narrower holds that within the floats of one engine a narrower type is not slower.
func (l *linter) narrower() {
	const slack = 0.99 // published figures are rounded
	for _, wide := range l.device.Peaks {
		for _, p := range l.device.Peaks {
			if p.Engine == wide.Engine && p.Type.IsFloat() && wide.Type.IsFloat() && p.Type.Bits() < wide.Type.Bits() && p.Rate.Value < slack*wide.Rate.Value {
				l.report(p.Rate.Path, "found %s, expected no less than the %s of the wider %s", p.Rate.Text, wide.Rate.Text,
					wide.Type.Short())
			}
		}
	}
}

// sparsity suspects a matrix rate of twice what halving the width explains: vendors like
// to print the rate with structured sparsity. A note on either figure silences it.
func (l *linter) sparsity() {
	half := l.device.find(cost.Matrix, dtype.Float16)
	if half == nil {
		half = l.device.find(cost.Matrix, dtype.BFloat16)
	}
	if half == nil {
		return
	}
	for _, p := range l.device.Peaks {
		if p.Engine != cost.Matrix || p.Type.Bits() > 8 || own(p.Rate) || own(half.Rate) {
			continue
		}
		dense := half.Rate.Value * 16 / float64(p.Type.Bits())
		if math.Abs(p.Rate.Value/dense-2) < 0.02 {
			l.report(p.Rate.Path, "found %s, exactly twice what %s of %s suggests: it looks like the rate with sparsity; halve it, or say in a note why not",
				p.Rate.Text, half.Rate.Text, half.Type.Short())
		}
	}
}

// own reports whether the figure has a note of its own.
func own(q Quantity) bool { return q.Note != "" }

// hierarchy holds that towards the core memories get smaller and faster.
func (l *linter) hierarchy() {
	levels := l.device.Memory
	if m := &levels[0]; m.Capacity.Value > 0 && m.Visible.Value > m.Capacity.Value {
		l.report(m.Visible.Path, "found %s, expected no more than the capacity of %s", m.Visible.Text, m.Capacity.Text)
	}
	for i := 1; i < len(levels); i++ {
		outer, inner := levels[i-1], levels[i]
		if outer.Capacity.Value > 0 && inner.Capacity.Value > outer.Capacity.Value {
			l.report(inner.Capacity.Path, "found %s, expected no more than the %s of %s, which is farther from the core",
				inner.Capacity.Text, outer.Capacity.Text, outer.Name)
		}
		if outer.Bandwidth.Value > 0 && inner.Bandwidth.Value > 0 && inner.Bandwidth.Value <= outer.Bandwidth.Value {
			l.report(inner.Bandwidth.Path, "found %s, expected more than the %s of %s, which is farther from the core",
				inner.Bandwidth.Text, outer.Bandwidth.Text, outer.Name)
		}
	}
}

// emulation holds that a type is emulated only where it has no peak, by one that has.
func (l *linter) emulation() {
	for t := dtype.Type(0); t <= dtype.TF32; t++ {
		u, ok := l.device.Emulate[t]
		if !ok {
			continue
		}
		path := "emulate." + t.Short()
		if l.device.find(cost.Matrix, t) != nil {
			l.report(path, "found a type with a matrix peak, expected one without")
		}
		if l.device.find(cost.Matrix, u) == nil && l.device.find(cost.Vector, u) == nil {
			l.report(path, "found %s, expected a type with a peak", u.Short())
		}
	}
}

// provenance holds that what was measured can be looked up and what was assumed says why.
func (l *linter) provenance() {
	for _, s := range l.device.Sources {
		path := "sources." + s.ID
		switch {
		case s.Kind == provenance.Measured && s.URL == "":
			l.report(path, "found a measured source without a url, expected where it can be looked up")
		case s.Kind == provenance.Assumed && s.Note == "":
			l.report(path, "found an assumed source without a note, expected the reason")
		case s.URL != "" && !strings.HasPrefix(s.URL, "https://") && !strings.HasPrefix(s.URL, "http://"):
			l.report(path, "found the url %q, expected one that begins with https://", s.URL)
		}
	}
}
