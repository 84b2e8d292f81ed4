package hwprofiles

import (
	"iter"
	"maps"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

// Figures lists every quantity of the device with its path, text and source,
// in the order of the schema. Absent ones are left out.
func (d *Device) Figures() []Quantity {
	var qs []Quantity
	for q := range d.figures() {
		qs = append(qs, *q)
	}
	return qs
}

// figures yields the quantities that are there.
func (d *Device) figures() iter.Seq[*Quantity] {
	return func(yield func(*Quantity) bool) {
		for q := range d.quantities() {
			if q.Source != nil && !yield(q) {
				return
			}
		}
	}
}

// quantities yields all quantities, empty ones included.
func (d *Device) quantities() iter.Seq[*Quantity] {
	return func(yield func(*Quantity) bool) {
		qs := []*Quantity{d.Clock, d.Boost}
		for i := range d.Clusters {
			qs = append(qs, d.Clusters[i].Clock)
			for j := range d.Clusters[i].PerCore {
				qs = append(qs, &d.Clusters[i].PerCore[j].Rate)
			}
		}
		for p := range d.rates() {
			qs = append(qs, &p.Rate)
		}
		for i := range d.Memory {
			qs = append(qs, &d.Memory[i].Capacity, &d.Memory[i].Visible, &d.Memory[i].Bandwidth)
		}
		qs = append(qs, d.beside()...)
		for i := range d.Sustained {
			qs = append(qs, &d.Sustained[i].Rate)
		}
		qs = append(qs, d.Launch, d.Achieved.DRAM)
		for i := range d.Achieved.Matmul {
			qs = append(qs, &d.Achieved.Matmul[i].Rate)
		}
		qs = append(qs, d.Achieved.GraphLaunch, d.TDP)
		qs = append(qs, d.Power.quantities()...)
		for i := range d.Modes {
			qs = append(qs, d.Modes[i].Clock, d.Modes[i].Bandwidth, d.Modes[i].TDP)
		}
		for _, q := range qs {
			if q != nil && !yield(q) {
				return
			}
		}
	}
}

// byClock yields the figures that follow the clock but not the number of units, with their dimensions: those of single
// cores, and the bandwidths of inner memories.
func (d *Device) byClock() iter.Seq2[*Quantity, units.Dim] {
	return func(yield func(*Quantity, units.Dim) bool) {
		if d.Boost != nil && !yield(d.Boost, units.Hertz) {
			return
		}
		for i := range d.Clusters {
			c := &d.Clusters[i]
			if c.Clock != nil && !yield(c.Clock, units.Hertz) {
				return
			}
			for j := range c.PerCore {
				if p := &c.PerCore[j]; !yield(&p.Rate, rateDim(p.Engine, p.Type)) {
					return
				}
			}
		}
		for i := range d.Memory[1:] {
			if b := &d.Memory[1+i].Bandwidth; b.Value > 0 && !yield(b, units.ByteRate) {
				return
			}
		}
	}
}

// derive copies the device without what was measured on it: another device that begins as this one.
func (d *Device) derive() *Device {
	c := d.clone()
	c.Achieved = Achieved{}
	return c
}

// clone copies the device so far that changing the copy's figures leaves the original alone.
func (d *Device) clone() *Device {
	c := *d
	c.Systems = slices.Clone(d.Systems)
	c.Aliases, c.Notes, c.Sources = slices.Clone(d.Aliases), slices.Clone(d.Notes), slices.Clone(d.Sources)
	c.Sustained = slices.Clone(d.Sustained)
	c.Peaks, c.Memory, c.Modes = slices.Clone(d.Peaks), slices.Clone(d.Memory), slices.Clone(d.Modes)
	c.Flash, c.Link, c.Fallback = copyOf(d.Flash), copyOf(d.Link), copyOf(d.Fallback)
	c.Clusters = slices.Clone(d.Clusters)
	for i := range c.Clusters {
		c.Clusters[i].Clock = clone(d.Clusters[i].Clock)
		c.Clusters[i].PerCore = slices.Clone(d.Clusters[i].PerCore)
	}
	c.OptIn = slices.Clone(d.OptIn)
	for i := range c.OptIn {
		c.OptIn[i].Peaks = slices.Clone(c.OptIn[i].Peaks)
	}
	c.Emulate = maps.Clone(d.Emulate)
	c.Achieved = Achieved{clone(d.Achieved.DRAM), slices.Clone(d.Achieved.Matmul), clone(d.Achieved.GraphLaunch)}
	c.Clock, c.Boost, c.Launch, c.TDP = clone(d.Clock), clone(d.Boost), clone(d.Launch), clone(d.TDP)
	c.Power = d.Power.clone()
	for i := range c.Modes {
		m := &c.Modes[i]
		m.Clock, m.Bandwidth, m.TDP = clone(m.Clock), clone(m.Bandwidth), clone(m.TDP)
	}
	return &c
}

// A Difference is one figure on which two devices differ. One side may be nil.
type Difference struct {
	Path  string    // of the figure
	A, B  *Quantity // nil where it is not given
	Ratio float64   // B over A; 0 where one is missing
}

// Diff lists the figures on which a and b differ, in a's order and then those only b has.
func Diff(a, b *Device) []Difference {
	var out []Difference
	other := map[string]*Quantity{}
	for q := range b.figures() {
		other[q.Path] = clone(q)
	}
	for q := range a.figures() {
		o := other[q.Path]
		delete(other, q.Path)
		switch {
		case o == nil:
			out = append(out, Difference{Path: q.Path, A: clone(q)})
		case o.Value != q.Value:
			out = append(out, Difference{Path: q.Path, A: clone(q), B: o, Ratio: o.Value / q.Value})
		}
	}
	for q := range b.figures() {
		if o := other[q.Path]; o != nil {
			out = append(out, Difference{Path: q.Path, B: o})
		}
	}
	return out
}
