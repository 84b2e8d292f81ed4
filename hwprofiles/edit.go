package hwprofiles

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// With returns the device with figures changed, each change PATH=VALUE with a path of Figures such as
// memory.dram.bandwidth. A value is a factor (x2), a percentage (+50%, -20%) or a figure with its unit (504GB/s). The
// peaks hold at the clock, so a changed clock changes them and inner memories' rates in proportion. Changed figures
// are assumed.
func (d *Device) With(changes ...string) (*Device, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	c := d.derive()
	source := &provenance.Source{ID: "what-if", Kind: provenance.Assumed, Title: "changed by what if"}
	for _, change := range changes {
		path, value, ok := strings.Cut(change, "=")
		if !ok {
			return nil, fmt.Errorf("change %q: expected PATH=VALUE, for example memory.dram.bandwidth=x2", change)
		}
		q, dim := c.figure(path)
		if q == nil {
			return nil, fmt.Errorf("change %q: %s has no figure %q; the nearest are %s; \"ridgepoint devices show %s\" lists all",
				change, d.ID, path, strings.Join(c.nearestPaths(path), ", "), d.ID)
		}
		v, err := changed(q.Value, value, dim)
		if err != nil {
			return nil, fmt.Errorf("change %q: %w", change, err)
		}
		if path == "clock" {
			c.reclock(v/q.Value, source)
		}
		if m := c.DRAM(); q == &m.Capacity && m.Visible.Value > 0 {
			m.Visible.set(m.Visible.Value*v/q.Value, units.Capacity, source)
		}
		q.set(v, dim, source)
	}
	return c, nil
}

// figure finds a figure that may be changed, and its dimension; nil if there is none. Power modes are no part of it.
func (d *Device) figure(path string) (*Quantity, units.Dim) {
	if d.Clock != nil && path == d.Clock.Path {
		return d.Clock, units.Hertz
	}
	for i := range d.Peaks {
		if p := &d.Peaks[i]; p.Rate.Path == path {
			return &p.Rate, rateDim(p.Engine, p.Type)
		}
	}
	for i := range d.Memory {
		m := &d.Memory[i]
		if m.Bandwidth.Path == path && m.Bandwidth.Value > 0 {
			return &m.Bandwidth, units.ByteRate
		}
		if m.Capacity.Path == path && m.Capacity.Value > 0 {
			return &m.Capacity, units.Capacity
		}
	}
	return nil, 0
}

// nearestPaths returns the three paths of figures that are spelled most like path.
func (d *Device) nearestPaths(path string) []string {
	var paths []string
	for q := range d.figures() {
		if f, _ := d.figure(q.Path); f != nil {
			paths = append(paths, q.Path)
		}
	}
	slices.SortStableFunc(paths, func(a, b string) int { return spelling.Distance(path, a) - spelling.Distance(path, b) })
	return paths[:min(3, len(paths))]
}

// reclock changes what follows the clock.
func (d *Device) reclock(f float64, s *provenance.Source) {
	for p := range d.rates() {
		p.Rate.set(p.Rate.Value*f, rateDim(p.Engine, p.Type), s)
	}
	for q, dim := range d.byClock() {
		q.set(q.Value*f, dim, s)
	}
}

// changed returns a value after a change: x2, +50%, -20% or a figure with its unit.
func changed(old float64, text string, dim units.Dim) (float64, error) {
	var v float64
	var err error
	factor, isFactor := strings.CutPrefix(text, "x")
	percent, isPercent := strings.CutSuffix(text, "%")
	switch {
	case isFactor:
		v, err = strconv.ParseFloat(factor, 64)
		v *= old
	case isPercent:
		v, err = strconv.ParseFloat(percent, 64)
		v = old * (1 + v/100)
	default:
		v, _, err = units.Parse(text, dim)
		if err != nil {
			return 0, err
		}
	}
	if err != nil || !(v > 0) || v > 1e30 {
		return 0, fmt.Errorf("found %q, expected a factor such as x2, a percentage such as +50%% or -20%%, "+
			"or a figure with its unit, above zero", text)
	}
	return v, nil
}
