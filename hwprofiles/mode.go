package hwprofiles

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// inMode returns the device in a power mode: peaks in proportion to units times
// clock, and the mode's memory bandwidth. Rates of inner memories follow the clock.
func (d *Device) inMode(id string) (*Device, error) {
	var known []string
	for i := range d.Modes {
		m := &d.Modes[i]
		if strings.EqualFold(m.ID, id) {
			if !m.Known() {
				return nil, fmt.Errorf("device %s@%s: the limits of this power mode are not known (%s)", d.ID, m.ID, m.Note)
			}
			return d.scaled(m), nil
		}
		known = append(known, m.ID)
	}
	if len(known) == 0 {
		return nil, fmt.Errorf("device %s@%s: %s has no power modes", d.ID, spelling.Clip(id), d.ID)
	}
	return nil, fmt.Errorf("device %s@%s: found no such power mode, expected one of %s", d.ID, spelling.Clip(id),
		strings.Join(known, ", "))
}

// scaled returns the device in power mode m: peaks in proportion to clock and units, and what the
// mode itself says.
func (d *Device) scaled(m *Mode) *Device {
	c := d.derive()
	c.ID, c.Name, c.Modes, c.DefaultMode = d.ID+"@"+m.ID, d.Name+" ("+m.ID+")", nil, ""
	if m.Note != "" {
		c.Notes = append(c.Notes, "power mode "+m.ID+": "+m.Note)
	}
	if m.ID == d.DefaultMode { // its figures are the device's, to the last digit
		return c
	}
	clock, share := 1.0, 1.0
	if m.Clock != nil {
		clock = m.Clock.Value / d.Clock.Value
		c.Clock, c.Boost = clone(m.Clock), nil
	}
	c.Slowed = d.launchClock(m)
	if m.Units != 0 {
		share = float64(m.Units) / float64(d.Units)
		c.Units, c.Threads = m.Units, d.Threads*m.Units/d.Units
	}
	source := &provenance.Source{ID: "mode", Kind: provenance.Derived, Title: "peak of " + d.ID + " x units x clock of mode " + m.ID}
	c.Sources = append(c.Sources, source)
	scale := func(q *Quantity, dim units.Dim, f float64) {
		if q.Value == 0 || f == 1 {
			return
		}
		q.Value *= f
		q.Text = units.Format(q.Value, dim)
		if q.Source.Kind < provenance.Derived { // an assumed figure stays assumed
			q.Source = source
		}
	}
	for p := range c.rates() {
		scale(&p.Rate, rateDim(p.Engine, p.Type), clock*share)
	}
	for q, dim := range c.byClock() {
		scale(q, dim, clock)
	}
	if m.Bandwidth != nil {
		c.Memory[0].Bandwidth = *m.Bandwidth
		c.Memory[0].Bandwidth.Path = "memory." + c.Memory[0].Name + ".bandwidth"
	}
	if m.TDP != nil {
		c.TDP = clone(m.TDP)
	}
	c.Power = d.Power.inMode(d, c, m)
	return c
}

// launchClock returns the clock that launches go by in a mode, over the device's own. More power is taken to launch no
// slower: where a mode of less power runs fewer units at a higher clock, that clock counts.
func (d *Device) launchClock(m *Mode) float64 {
	ratio := func(m *Mode) float64 {
		if m.Clock == nil || d.Clock == nil {
			return 1
		}
		return m.Clock.Value / d.Clock.Value
	}
	r, most := ratio(m), math.Inf(1)
	for i := range d.Modes {
		o := &d.Modes[i]
		switch {
		case m.TDP == nil:
		case o.TDP != nil && o.TDP.Value < m.TDP.Value:
			r = max(r, ratio(o))
		case o.ID == d.DefaultMode && (o.TDP == nil || o.TDP.Value > m.TDP.Value):
			most = 1
		}
	}
	return min(r, most)
}

// checkModes reports modes that set a clock or units where the device has none to scale from.
func checkModes(root strictyaml.Value, dev *Device) {
	v, ok := root.Key("modes")
	if !ok { // those of the base
		return
	}
	for i := range dev.Modes {
		m := &dev.Modes[i]
		if m.Clock != nil && dev.Clock == nil || m.Units != 0 && dev.Units == 0 {
			v.Child(m.ID).Errorf("give the device's own clock and units",
				"found a mode with clock or units, expected the device to have them too")
		}
		if m.Units != 0 && len(dev.Clusters) > 0 {
			v.Child(m.ID).Child("units").Errorf("a profile of its own can tell which cores are left",
				"found units, expected none: the device has cores of several kinds")
		}
	}
}

// checkDefaultMode holds that the default mode is one of the modes, and that its figures are the device's. One that a
// base names is dropped where the device differs from it.
func checkDefaultMode(root strictyaml.Value, dev *Device) {
	v, given := root.Key("default_mode")
	i := slices.IndexFunc(dev.Modes, func(m Mode) bool { return m.ID == dev.DefaultMode })
	switch {
	case !root.Sound() || dev.DefaultMode == "" || i >= 0 && dev.isIn(&dev.Modes[i]):
	case !given:
		dev.DefaultMode = ""
	case i < 0:
		v.Errorf("", "found %q, expected one of the modes", spelling.Clip(dev.DefaultMode))
	default:
		v.Errorf("name another one, or correct the mode or the device",
			"found %q, expected a mode of the device's own units, clock, bandwidth and tdp", dev.DefaultMode)
	}
}

// isIn reports whether a mode has no figure other than the device's.
func (d *Device) isIn(m *Mode) bool {
	const slack = 1e-9 // 1.02 GHz and 1020 MHz are the same
	same := func(a, b *Quantity) bool { return a == nil || b != nil && math.Abs(a.Value/b.Value-1) < slack }
	return (m.Units == 0 || m.Units == d.Units) && same(m.Clock, d.Clock) &&
		same(m.Bandwidth, &d.DRAM().Bandwidth) && same(m.TDP, d.TDP)
}

// modes holds that a mode of less power is faster in nothing than one of more, and that Jetsons name the default one.
func (l *linter) modes() {
	d := l.device
	if d.Class == Jetson && len(d.Modes) > 0 && d.DefaultMode == "" {
		l.report("default_mode", "found none, expected the mode whose figures the profile has")
	}
	for i := range d.Modes {
		for j := range d.Modes {
			low, high := &d.Modes[i], &d.Modes[j]
			if !low.Known() || !high.Known() || low.TDP == nil || high.TDP == nil || low.TDP.Value >= high.TDP.Value {
				continue
			}
			if a, b := d.scaled(low), d.scaled(high); faster(a, b) {
				l.report("modes."+low.ID, "found it faster than %s, which has more power, expected it in nothing", high.ID)
			}
		}
	}
}

// faster reports whether a device has a peak or a bandwidth above that of another.
func faster(a, b *Device) bool {
	const slack = 1 + 1e-9
	for i := range a.Peaks {
		if a.Peaks[i].Rate.Value > slack*b.Peaks[i].Rate.Value {
			return true
		}
	}
	return a.DRAM().Bandwidth.Value > slack*b.DRAM().Bandwidth.Value
}

// rateDim returns the dimension of a peak: FLOP/s for floats on the matrix and vector engines, OP/s otherwise.
func rateDim(e cost.Engine, t dtype.Type) units.Dim {
	if e == cost.Special || !t.IsFloat() {
		return units.OpRate
	}
	return units.FLOPRate
}
