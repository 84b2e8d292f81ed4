package hwprofiles

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
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

func (d *Device) scaled(m *Mode) *Device {
	c := d.derive()
	c.ID, c.Name, c.Modes = d.ID+"@"+m.ID, d.Name+" ("+m.ID+")", nil
	clock, share := 1.0, 1.0
	if m.Clock != nil {
		clock = m.Clock.Value / d.Clock.Value
		c.Clock = clone(m.Clock)
	}
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
	if m.Note != "" {
		c.Notes = append(c.Notes, "power mode "+m.ID+": "+m.Note)
	}
	return c
}

// rateDim returns the dimension of a peak: FLOP/s for floats on the matrix and vector engines, OP/s otherwise.
func rateDim(e cost.Engine, t dtype.Type) units.Dim {
	if e == cost.Special || !t.IsFloat() {
		return units.OpRate
	}
	return units.FLOPRate
}
