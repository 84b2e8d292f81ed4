package roofline

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// numTypes stands above every dtype.Type, TF32 included.
const numTypes = int(dtype.TF32) + 1

// A rate is how fast one engine works on one element type.
type rate struct {
	perOp  float64          // seconds per operation; +Inf where the device cannot run the type
	engine cost.Engine      // the unit it runs on, which may be another engine's
	peak   *hwprofiles.Peak // that it is of; nil: the device has none
	share  float64          // of the peak that the threads have
	uneven float64          // times longer that the runtime takes for sharing work without regard to what cores do
}

// rates are the rates of all engines by the element type that the model has.
type rates [cost.NumEngines][numTypes]rate

// A Machine is a device at a precision, with its rates looked up, and with what a runtime achieves of them where it is
// tuned. It never changes, so machines share their tables and goroutines share machines.
type Machine struct {
	device    *hwprofiles.Device // in its power mode
	runtime   *runtimes.Runtime  // nil: none
	precision precision          // of tensors and work
	rates     *rates             // by engine and type
	convRates *rates             // of convolutions; nil: as rates
	throttle  *[numTypes]float64 // how many times slower matrix work is in the long run
	perByte   float64            // seconds
	usable    int64              // B of the memory that a model can have; 0: unknown
	taken     int64              // B of the memory that others have; 0: unknown
	threads   int                // of a CPU that work; 0: all
	looked    looked             // up, as rates are
	tuning    *Tuning            // nil: the speed of light only
	subject   subject            // what the tuning was found for
	bag       kernel.Bag         // what its network is made of, where the tuning rests on that
}

// A looked is what the time of every kernel asks of a device.
type looked struct {
	cpu             bool    // kernels run on its cores
	streams         bool    // weights that do not stay on the chip come from the host
	boosted         float64 // times the clock of the profile that the threads run at
	boost           float64 // at most
	cached, fastest float64 // B of all inner levels of memory; B/s that none of them exceeds
}

// look looks up what the time of every kernel asks of a device with so many threads.
func look(d *hwprofiles.Device, threads int) looked {
	l := looked{cpu: d.Class.Cores(), streams: d.Streams(), boosted: d.Boosted(threads), boost: d.MaxBoost()}
	l.fastest = fastestCache * d.DRAM().Bandwidth.Value
	for i := range d.Memory[1:] {
		inner := &d.Memory[1+i]
		l.cached += inner.Capacity.Value
		l.fastest = max(l.fastest, inner.Bandwidth.Value)
	}
	return l
}

// NewMachine returns a device at a precision: Undefined, the model's own, or the type that the work is wanted in.
// A tuning, such as that of an Estimate, adds expected times; nil leaves the speed of light. NewMachine fails if the
// device is not valid or cannot do matrix work in that type. All threads of a CPU work.
func NewMachine(d *hwprofiles.Device, want dtype.Type, tuning *Tuning) (*Machine, error) {
	if tuning != nil && tuning.Runtime == nil {
		return nil, errors.New("found a tuning without a runtime, expected one from an Estimate, or nil")
	}
	var r *runtimes.Runtime
	if tuning != nil {
		r = tuning.Runtime
	}
	m, err := newMachine(d, r, want, 0)
	if err != nil {
		return nil, err
	}
	return m.tuned(tuning, subject{}), nil
}

// newMachine looks up the rates of a machine without a tuning, for a runtime, nil for none, and for so many threads
// where it is a CPU; 0 are all.
func newMachine(d *hwprofiles.Device, r *runtimes.Runtime, want dtype.Type, threads int) (*Machine, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	p, err := precisionOf(d, r, want)
	if err != nil {
		return nil, err
	}
	m := &Machine{device: d, runtime: r, precision: p, rates: new(rates), throttle: new([numTypes]float64)}
	if m.threads, err = d.NormalThreads(threads); err != nil {
		return nil, err
	}
	m.perByte = 1 / bandwidth(d, m.threads)
	m.looked = look(d, m.threads)
	m.usable, m.taken = usable(d)
	for e := range m.rates {
		for t := range m.rates[e] {
			m.rates[e][t] = rate{perOp: math.Inf(1), engine: cost.Engine(e), share: 1, uneven: 1}
			run := p.work(cost.Engine(e), dtype.Type(t))
			peak, ok := r.Peak(d, cost.Engine(e), run)
			if !ok && run == dtype.Type(t) && run.IsFloat() { // what the model alone asks for is computed in fp32
				peak, ok = d.Peak(cost.Engine(e), dtype.Float32)
			}
			if ok && peak.Rate.Value > 0 {
				share := d.PeakShare(peak.Engine, peak.Type, m.threads)
				m.rates[e][t] = rate{1 / (peak.Rate.Value * share), peak.Engine, peak, share,
					r.Uneven(d, peak.Engine, peak.Type, m.threads)}
			}
		}
	}
	if tf32, ok := d.Peak(cost.Matrix, dtype.TF32); ok && r != nil && r.TF32Conv {
		m.convRates = m.rates.tf32(tf32)
	}
	for t := range m.throttle {
		m.throttle[t], _ = d.Throttle(p.work(cost.Matrix, dtype.Type(t)))
	}
	return m, nil
}

// tuned returns the machine with a tuning, nil for none, that was found for a subject.
func (m *Machine) tuned(t *Tuning, of subject) *Machine {
	c := *m
	c.tuning, c.subject = t, of
	if t == nil || !t.TF32 {
		return &c
	}
	if peak, ok := m.device.Peak(cost.Matrix, dtype.TF32); ok {
		c.rates = m.rates.tf32(peak)
	}
	return &c
}

// tf32 returns the rates with fp32 matrix work at the peak of TF32.
func (r *rates) tf32(peak *hwprofiles.Peak) *rates {
	c := *r
	for i := range c[cost.Matrix] {
		if r := &c[cost.Matrix][i]; r.peak != nil && r.peak.Type == dtype.Float32 {
			*r = rate{1 / (peak.Rate.Value * r.share), peak.Engine, peak, r.share, r.uneven}
		}
	}
	return &c
}

// scaled returns the machine with all rates times one factor and the bandwidth times another.
func (m *Machine) scaled(rate, band float64) *Machine {
	c := *m
	c.perByte /= band
	c.rates = m.rates.scaled(rate)
	if m.convRates != nil {
		c.convRates = m.convRates.scaled(rate)
	}
	return &c
}

// scaled returns rates that are by times as fast.
func (r *rates) scaled(by float64) *rates {
	c := *r
	for e := range c {
		for t := range c[e] {
			c[e][t].perOp /= by
		}
	}
	return &c
}

// ratesOf returns the rates of a kernel's class.
func (m *Machine) ratesOf(k *kernel.Kernel) *rates {
	if m.convRates != nil && k.Class.Convolves() {
		return m.convRates
	}
	return m.rates
}

// check reports work in a type that the device has no peak for, but for what its fallback unit does.
func (m *Machine) check(kernels []kernel.Kernel) error {
	p := m.placer()
	for i := range kernels {
		if p.next(&kernels[i]).falls {
			continue
		}
		for e := range kernels[i].Cost.Work {
			w := &kernels[i].Cost.Work[e]
			if w.Ops > 0 && m.rates[e][w.Type].peak == nil {
				return missing(m.device, m.precision.work(cost.Engine(e), w.Type), kernels[i].Name)
			}
		}
	}
	return nil
}

// A TypeError says that a device does no work in a type.
type TypeError struct {
	Device string       // its id
	Type   dtype.Type   // that it lacks
	Node   string       // that needs it, "" if none does in particular
	Runs   []dtype.Type // what the device does work in
	Matrix []dtype.Type // what its matrix units do work in
}

// Error names the device, the type and what the device can run.
func (e *TypeError) Error() string {
	at := ""
	if e.Node != "" {
		at = fmt.Sprintf(", which %q needs", e.Node)
	}
	var names []string
	for _, t := range e.Runs {
		names = append(names, t.Short())
	}
	return fmt.Sprintf("%s has no %s matrix or vector peak%s; it can run %s", e.Device, e.Type.Short(), at,
		strings.Join(names, ", "))
}

// Instead returns the precision nearest to fp32 that the device can run a model in, of those of its matrix units where
// it has some; "" if there is none, and for work that no precision moves: whole and complex numbers, and what a model
// holds in fewer than 16 bits.
func (e *TypeError) Instead() string {
	if !e.Type.IsFloat() || e.Narrow() {
		return ""
	}
	for _, have := range [][]dtype.Type{e.Matrix, e.Runs} {
		for i := range precisionRows {
			if t := precisionRows[i].want; t != dtype.Float64 && t != e.Type && slices.Contains(have, t) {
				return t.Short()
			}
		}
	}
	return ""
}

// Narrow reports whether the type is a floating-point type of the model's own that no precision changes.
func (e *TypeError) Narrow() bool { return e.Node != "" && e.Type.IsFloat() && !kernel.Wide(e.Type) }

// missing returns the error that a device has no peak in a type that a node needs.
func missing(d *hwprofiles.Device, t dtype.Type, node string) error {
	return &TypeError{Device: d.ID, Type: t, Node: node, Runs: Runs(d), Matrix: typesOf(d, cost.Matrix)}
}

// Runs lists the types that a device can do matrix work in.
func Runs(d *hwprofiles.Device) []dtype.Type { return typesOf(d, cost.Matrix, cost.Vector) }

// typesOf lists the types that some engines of a device have a peak of.
func typesOf(d *hwprofiles.Device, engines ...cost.Engine) []dtype.Type {
	var have [numTypes]bool
	var list []dtype.Type
	for i := range d.Peaks {
		if p := &d.Peaks[i]; slices.Contains(engines, p.Engine) && !have[p.Type] {
			have[p.Type] = true
			list = append(list, p.Type)
		}
	}
	return list
}
