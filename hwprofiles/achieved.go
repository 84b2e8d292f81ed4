package hwprofiles

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// Achieved is what was measured on a device, beside what it promises. Nothing is estimated from it: calibrations
// were fitted on the promises, and would count the same loss twice.
type Achieved struct {
	DRAM        *Quantity // B/s of a long read and write of the main memory; nil where not measured
	Matmul      []Peak    // FLOP/s or OP/s of a large matrix product, by element type
	GraphLaunch *Quantity // s for each kernel of a captured graph; nil where not measured
}

var achievedFields = []strictyaml.Field[Device]{
	{Key: "dram", Read: func(v strictyaml.Value, dev *Device) {
		optional(v, &dev.Achieved.DRAM, units.ByteRate)
	}},
	{Key: "matmul", Read: func(v strictyaml.Value, dev *Device) {
		rates(v, cost.Matrix, &dev.Achieved.Matmul)
	}},
	{Key: "graph_launch", Read: func(v strictyaml.Value, dev *Device) {
		optional(v, &dev.Achieved.GraphLaunch, units.Seconds)
	}},
}

// overPeak says how far a measured rate may exceed a peak: a clock may boost above the one that the peak is given at.
const overPeak = 1.1

// achieved reports what was measured to be faster than it can be.
func (l *linter) achieved() {
	a := &l.device.Achieved
	if spec := l.device.DRAM().Bandwidth; a.DRAM != nil && a.DRAM.Value > spec.Value {
		l.report(a.DRAM.Path, "found %s, expected no more than the %s of %s: caches may have helped",
			a.DRAM.Text, spec.Text, spec.Path)
	}
	for _, m := range a.Matmul {
		if top := l.device.fastest(m.Type); top == nil || m.Rate.Value > overPeak*top.Rate.Value {
			l.report(m.Rate.Path, "found %s, expected a peak for %s of at least that", m.Rate.Text, m.Type.Short())
		}
	}
}

// fastest returns the peak of an element type on the faster of the matrix and vector engines; nil where there is none.
func (d *Device) fastest(t dtype.Type) *Peak {
	m, v := d.find(cost.Matrix, t), d.find(cost.Vector, t)
	if m == nil || v != nil && v.Rate.Value > m.Rate.Value {
		return v
	}
	return m
}
