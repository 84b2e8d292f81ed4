package roofline

import (
	"fmt"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A Tuner knows what runtimes achieve on devices: it turns a speed of light into an expected latency.
// What is nil is not used; where no runtime is left, there is no expectation.
type Tuner struct {
	Runtimes     *runtimes.Set
	Calibrations *runtimes.Calibrations
	Corrections  *runtimes.Corrections // by what the same network did elsewhere
	Runtime      *runtimes.Runtime     // nil: the default of the device's class
	Threads      int                   // 0: all
}

// The tiers of an expectation, the best first.
const (
	TierSlice = "slice"        // calibrated on this device, runtime, precision and number of threads
	TierClass = "device class" // calibrated on other devices of the class with this runtime
	TierPrior = "class prior"  // what is believed of the runtime on the class
)

// A Tuning is what a runtime is taken to achieve on a device at a precision, and how sure that is.
type Tuning struct {
	Runtime     *runtimes.Runtime
	Slice       runtimes.Slice
	Tier        string
	Values      timing.Params
	Low, High   float64               // 90 % of measured over predicted
	Calibration *runtimes.Calibration // of tier slice, else nil
	Devices     []string              // whose calibrations were averaged, of tier device class
	Correction  *runtimes.Correction  // by the same network on other slices; nil where there is none
	TF32        bool                  // fp32 matrix work runs in TF32, as the runtime does by default
	recipe      lower.Recipe
}

// Notes are the tuning in a sentence or two, for footnotes.
func (t *Tuning) Notes() []string {
	notes := []string{t.Note()}
	if t.Correction != nil {
		notes = append(notes, correctionNote(t.Correction))
	}
	if t.TF32 {
		notes = append(notes, fmt.Sprintf("fp32 matrix work is taken in TF32, which %s uses by default where the device has it", t.Runtime.ID))
	}
	return notes
}

// Note is what the tuning rests on, without the evidence, in a sentence.
func (t *Tuning) Note() string {
	switch t.Tier {
	case TierSlice:
		c := t.Calibration
		return fmt.Sprintf("expected: calibrated on %d measurements of %s (%s); held-out error %.1f %% median, %.1f %% p90", c.N, t.Slice, c.Source, 100*c.Median, 100*c.P90)
	case TierClass:
		return fmt.Sprintf("expected: %s is not calibrated; taken from %s on %v, with a wider interval", t.Slice, t.Runtime.ID, t.Devices)
	}
	return fmt.Sprintf("expected: %s is not calibrated; taken from what is believed of %s on its class, with a wide interval", t.Slice, t.Runtime.ID)
}

// spreads are the 90 % factors of the tiers without a calibration of their own: the quantiles of measured over
// predicted when each calibrated device is predicted from the others, and from the prior (docs/accuracy.md); the latter somewhat
// wider, since priors have seen these devices.
var spreads = map[string][2]float64{TierClass: {0.76, 1.6}, TierPrior: {0.6, 1.8}}

// runtimeOf is the runtime asked for, else the default of the device's class, nil where that has none.
func (t *Tuner) runtimeOf(d *hwprofiles.Device) *runtimes.Runtime {
	if t.Runtime != nil {
		return t.Runtime
	}
	return t.Runtimes.For(d.Class)
}

// Tune finds the best that is known of a device at a precision; nil where its class has no runtime.
func (t *Tuner) Tune(d *hwprofiles.Device, precision dtype.Type) (*Tuning, error) {
	r := t.runtimeOf(d)
	if r == nil {
		return nil, nil
	}
	if len(r.Priors) == 0 {
		return nil, fmt.Errorf("runtime %q: found no priors, expected those of a class of devices at least", r.ID)
	}
	recipe, err := lower.NewRecipe(r.RuleNames(d.Class))
	if err != nil {
		return nil, fmt.Errorf("runtime %s: %w", r.ID, err)
	}
	out := &Tuning{Runtime: r, recipe: recipe, Slice: runtimes.Slice{Device: d.ID, Runtime: r.ID, Precision: precision.Short(), Threads: t.Threads}}
	var v params.Values
	if p, ok := d.Peak(cost.Matrix, dtype.TF32); ok && p.Type == dtype.TF32 {
		out.TF32 = r.TF32 && precision == dtype.Float32
	}
	if c := t.Calibrations.Find(out.Slice); c != nil {
		v, out.Tier, out.Calibration, out.Low, out.High = c.Parameters, TierSlice, c, c.Low, c.High
	} else if others := t.Calibrations.Of(out.Slice, d.Class); len(others) > 0 {
		v, out.Tier = Average(others, r.Prior(d.Class)), TierClass
		for _, c := range others {
			out.Devices = append(out.Devices, c.Device)
		}
	} else {
		v, out.Tier = r.Prior(d.Class).Values, TierPrior
	}
	if out.Tier != TierSlice {
		out.Low, out.High = spreads[out.Tier][0], spreads[out.Tier][1]
	}
	r.Prior(d.Class).Hold(&v)
	out.Values = timing.Params(v)
	return out, nil
}

// believed is how many measurements the prior of a runtime counts as beside calibrations of other devices: a few devices of a class,
// one of them short of power, say less of another than what is believed of the runtime. Leaving one device out found it (docs/accuracy.md).
const believed = 60

// Average is the geometric mean of calibrations' parameters, weighted by their measurements, and of the prior, by which a device that was
// never measured is expected to behave like the others of its class in proportion to its peaks. What is paid once per inference
// belongs to the harness more than to the device, and is the median: one slow harness does not move it.
func Average(cs []*runtimes.Calibration, prior *runtimes.ClassPrior) params.Values {
	var v params.Values
	for i := range v {
		if params.Param(i) == params.Fixed {
			v[i] = medianFixed(cs)
			continue
		}
		sum, weight := believed*math.Log(prior.Values[i]), float64(believed)
		for _, c := range cs {
			sum += float64(c.N) * math.Log(c.Parameters[i])
			weight += float64(c.N)
		}
		v[i] = math.Exp(sum / weight)
	}
	prior.Hold(&v)
	return v
}

func medianFixed(cs []*runtimes.Calibration) float64 {
	all := make([]float64, len(cs))
	for i, c := range cs {
		all[i] = c.Parameters[params.Fixed]
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}

// hostSpread is 90 % of measured over predicted where the host's issuing of kernels sets the pace: the same software took
// 34 µs a kernel on one host and 55 µs on another (docs/accuracy.md), and no profile tells the host.
var hostSpread = [2]float64{0.6, 1.6}

// latency is the expectation of a model whose so many kernels keep the device busy for so many seconds, never below its speed of light.
func (t *Tuning) latency(light, device, kernels float64) Latency {
	f := new([3]float64)
	f[0] = max(t.Values.Whole(device, kernels), light)
	low, high := t.Low, t.High
	if t.hostBound(device, kernels) {
		low, high = min(low, hostSpread[0]), max(high, hostSpread[1])
	}
	f[1], f[2] = max(f[0]*low, light), max(f[0]*high, f[0])
	return Latency{SpeedOfLight: light, Expected: &f[0], Low: &f[1], High: &f[2]}
}

// hostBound reports whether issuing so many kernels takes longer than the device is busy with them.
func (t *Tuning) hostBound(device, kernels float64) bool {
	return t.Values[params.Dispatch]*kernels > device
}

// A subject is what a tuning needs to know of a model.
type subject struct {
	precision dtype.Type // of most of its matrix work
	network   string     // its fingerprint
}

func (s *Session) subject(res *infer.Result) subject {
	return subject{s.ownPrecision(res), Fingerprint(res)}
}

// ownPrecision is the type of most of a model's matrix work, fp32 where it has none.
func (s *Session) ownPrecision(res *infer.Result) dtype.Type {
	return mostOf(s.lower.Lower(res, lower.Full.Recipe()))
}

// mostOf is the type of most of the matrix work of kernels, fp32 where they have none.
func mostOf(kernels []kernel.Kernel) dtype.Type {
	var ops [numTypes]int64
	best := dtype.Float32
	for i := range kernels {
		w := &kernels[i].Cost.Work[cost.Matrix]
		ops[w.Type] += w.Ops
		if w.Ops > 0 && ops[w.Type] > ops[best] {
			best = w.Type
		}
	}
	return best
}

// adopt gives the machine the tuning for the precision that a model's matrix work has on it.
func (m *Machine) adopt(tuner *Tuner, of subject) error {
	p := m.Precision.matrix
	if m.Precision.Want == dtype.Undefined {
		p = of.precision
	}
	t, err := tuner.Tune(m.Device, p)
	if err == nil && t != nil {
		t, err = tuner.correct(t, of.network, m.Device.Class)
	}
	m.Tune(t)
	return err
}

// Tune gives the machine a tuning, by which Expected works; nil is none. A machine is tuned once, before it is used.
func (m *Machine) Tune(t *Tuning) {
	if m.tuning = t; t == nil || !t.TF32 {
		return
	}
	peak, ok := m.Device.Peak(cost.Matrix, dtype.TF32)
	if !ok {
		return
	}
	for i := range m.rates[cost.Matrix] {
		if r := &m.rates[cost.Matrix][i]; r.peak != nil && r.peak.Type == dtype.Float32 {
			*r = rate{1 / peak.Rate.Value, peak.Engine, peak}
		}
	}
}

// Expected is the calibrated time of one execution of a kernel. Only the whole is kept from falling below its speed of light: caches
// can serve a kernel faster than main memory.
func (m *Machine) Expected(k *kernel.Kernel) Timing {
	term := m.term(k)
	return m.tuning.time(&term)
}

func (t *Tuning) time(term *timing.Term) Timing {
	at := t.Values.At(term)
	scale := t.Values[params.Scale]
	out := Timing{Compute: scale * max(at.Compute, at.Vector), Memory: scale * at.Memory, Overhead: scale * at.Overhead, Total: scale * at.Total}
	out.Bound = Compute
	if out.Memory > out.Compute {
		out.Bound = Memory
	}
	if out.Overhead > max(out.Compute, out.Memory) {
		out.Bound = Overhead
	}
	return out
}
