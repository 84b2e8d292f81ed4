package roofline

import (
	"fmt"
	"math"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// numTypes is above every dtype.Type, TF32 included.
const numTypes = int(dtype.TF32) + 1

// A rate is how fast one engine works on one element type.
type rate struct {
	perOp  float64     // seconds per operation; +Inf where the device cannot run the type
	engine cost.Engine // the unit it runs on, which may be another engine's
	peak   *hwprofiles.Peak
}

// A Machine is a device at a precision, its rates looked up. It is immutable.
type Machine struct {
	Device    *hwprofiles.Device
	Precision Precision
	rates     [cost.NumEngines][numTypes]rate
	throttle  [numTypes]float64 // how many times slower matrix work is in the long run
	perByte   float64           // seconds
	tuning    *Tuning           // nil: the speed of light only
}

// NewMachine looks up a device's rates for a precision: Undefined, the model's
// own, or a type that it is wanted in. It fails if the device is not valid or
// cannot do matrix work in that type.
func NewMachine(d *hwprofiles.Device, want dtype.Type) (*Machine, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	p, err := precisionOf(d, want)
	if err != nil {
		return nil, err
	}
	m := &Machine{Device: d, Precision: p, perByte: 1 / d.DRAM().Bandwidth.Value}
	for e := range m.rates {
		for t := range m.rates[e] {
			m.rates[e][t] = rate{perOp: math.Inf(1), engine: cost.Engine(e)}
			run := p.work(cost.Engine(e), dtype.Type(t))
			if peak, ok := d.Peak(cost.Engine(e), run); ok && peak.Rate.Value > 0 {
				m.rates[e][t] = rate{1 / peak.Rate.Value, peak.Engine, peak}
			}
		}
	}
	for t := range m.throttle {
		m.throttle[t], _ = d.Throttle(p.work(cost.Matrix, dtype.Type(t)))
	}
	return m, nil
}

// Check reports work in a type that the device has no peak for.
func (m *Machine) Check(kernels []kernel.Kernel) error {
	for i := range kernels {
		for e := range kernels[i].Cost.Work {
			w := &kernels[i].Cost.Work[e]
			if w.Ops > 0 && m.rates[e][w.Type].peak == nil {
				return missing(m.Device, m.Precision.work(cost.Engine(e), w.Type), kernels[i].Name)
			}
		}
	}
	return nil
}

// missing is the error for a type without a peak. It says what would run.
func missing(d *hwprofiles.Device, t dtype.Type, node string) error {
	at := ""
	if node != "" {
		at = fmt.Sprintf(", which %q needs", node)
	}
	var names []string
	for _, t := range Runs(d) {
		names = append(names, t.Short())
	}
	return fmt.Errorf("%s has no %s matrix or vector peak%s; it can run %s", d.ID, t.Short(), at, strings.Join(names, ", "))
}

// Runs lists the types that a device can do matrix work in.
func Runs(d *hwprofiles.Device) []dtype.Type {
	var have [numTypes]bool
	var list []dtype.Type
	for i := range d.Peaks {
		if p := &d.Peaks[i]; p.Engine != cost.Special && !have[p.Type] {
			have[p.Type] = true
			list = append(list, p.Type)
		}
	}
	return list
}
