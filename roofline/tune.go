package roofline

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A Tuner knows what runtimes achieve on devices: it turns a speed of light into an expected latency.
// What is nil is not used; where no runtime is left, there is no expectation.
type Tuner struct {
	Runtimes     *runtimes.Set          // that can be asked for
	Model        *joint.Model           // what measurements say of runtimes on devices; nil: priors alone
	Calibrations *runtimes.Calibrations // a user's own
	Runtime      *runtimes.Runtime      // nil: the default of the device
	Namesakes    []*runtimes.Runtime    // of Runtime, in its stead on devices that it does not run on
	Uncorrected  bool                   // what a network's own measurements say is left out
}

// A Tier says what an expectation rests on.
type Tier string

// The tiers, the best first.
const (
	TierSlice Tier = "slice"        // measured on this device with this runtime, precision and number of threads
	TierClass Tier = "device class" // measured on related devices, or otherwise on this one
	TierPrior Tier = "class prior"  // the prior of the runtime for the class
)

// enough gives the least number of measured networks for the basis "calibrated".
const enough = 3

// A Tuning is what a runtime is taken to achieve on a device at a precision, and how sure that is.
type Tuning struct {
	Runtime     *runtimes.Runtime     // that runs the model
	Slice       runtimes.Slice        // that is forecast
	Tier        Tier                  // what it rests on
	Values      params.Values         // parameters of the timing model
	Calibration *runtimes.Calibration // a user's own fit to the slice; nil where there is none
	Evidence    joint.Evidence        // what was measured
	Correction  *Correction           // by what is known of the network; nil where that is nothing
	Adapted     []note.Note           // how the parameters were made to fit other threads or another power mode
	Foreign     bool                  // the slice was measured, but no network made like this one
	Stored      dtype.Type            // of weights, where those of what was measured are wider; else Undefined
	TF32        bool                  // fp32 matrix work runs in TF32, as the runtime does by default

	known    *joint.Known // nil where Calibration alone decides
	variance float64      // of the logarithm of a measurement, beside what known says of the parameters
	spread   float64      // how many times that, with what known says, the variance is
	// uncorrected says that what the network's own measurements say is left out
	uncorrected bool
	seen        bool // the network was measured with a runtime of the family: its batch matters
}

// A Correction is what measurements of a network, or of networks made alike, say of its latency.
type Correction struct {
	Factor float64  // on the latency
	Model  string   // as published
	Here   int      // measurements of the network on this very slice
	Where  []string // slices on which it was measured
	Alike  []string // networks made alike that stand for it, where it was not measured, with how alike they are
}

// runtime returns the runtime asked for, else the default of a device, nil where that has none. A nil device is any.
// The error is a runtimes.MismatchError where the device does not run what is asked for.
func (t *Tuner) runtime(d *hwprofiles.Device) (*runtimes.Runtime, error) {
	switch {
	case t == nil:
		return nil, nil
	case t.Runtime == nil && d == nil:
		return nil, nil
	case t.Runtime == nil:
		return t.Runtimes.For(d), nil
	case len(t.Runtime.Priors) == 0:
		return nil, fmt.Errorf("runtime %q: found no priors, expected those of a class of devices at least", t.Runtime.ID)
	case d == nil:
		return t.Runtime, nil
	}
	return t.Runtimes.Choose(d, append([]*runtimes.Runtime{t.Runtime}, t.Namesakes...)...)
}

// Check reports why a device cannot run a model so: the error is a runtimes.MismatchError where it is the runtime,
// another one where it is the precision.
func (o *Options) Check(d *hwprofiles.Device) error {
	_, err := o.target(d)
	return err
}

// model returns the model of the tuner, one without measurements where it has none.
func (t *Tuner) model() *joint.Model {
	if t.Model == nil {
		return new(joint.Model)
	}
	return t.Model
}

// A rest is what of a subject decides what its tuning rests on, whatever the network is.
type rest struct {
	precision, asked dtype.Type
	threads          int
}

// tune returns the best that is known of the target's runtime for a subject. bag says what the network is made of; it
// is asked where the network was not measured.
func (t *target) tune(of subject, bag func() kernel.Bag) (*Tuning, error) {
	on := rest{of.precision, of.asked, of.threads}
	known := t.rests[on]
	if known == nil {
		var err error
		if known, err = t.tuner.rest(t.runtime, t.device, on); err != nil {
			return nil, err
		}
		if t.rests == nil {
			t.rests = make(map[rest]*Tuning)
		}
		t.rests[on] = known
	}
	return t.tuner.tune(known, t.device, of, bag), nil
}

// rest returns the best that is known of a runtime on a device, whatever the network is.
func (t *Tuner) rest(r *runtimes.Runtime, d *hwprofiles.Device, of rest) (*Tuning, error) {
	out := &Tuning{Runtime: r, Slice: runtimes.Slice{Device: d.MeasuredAs(), Runtime: r.ID,
		Precision: of.precision.Short(), Threads: of.threads}}
	if p, ok := d.Peak(cost.Matrix, dtype.TF32); ok && p.Type == dtype.TF32 {
		out.TF32 = r.TF32 && of.precision == dtype.Float32
	}
	if out.fixed(t.Calibrations, of, r.PriorOn(d, of.precision)) {
		return out, nil
	}
	s := joint.SettingOf(d, r, of.precision, of.threads, "")
	known, err := t.known(&s, r, d)
	if err != nil {
		return nil, err
	}
	out.known, out.Evidence, out.Values = known, known.Evidence, known.Values()
	out.Tier = tierOf(&known.Evidence)
	if out.Evidence.Samples > 0 {
		precision := out.Slice.Precision
		out.Slice = out.Evidence.Slice
		out.Slice.Precision = cmp.Or(out.Slice.Precision, precision)
	}
	out.adapted(d, of.threads)
	out.Adapted, out.uncorrected = slices.Clip(out.Adapted), t.Uncorrected
	return out, nil
}

// tune returns what a runtime on a device rests on with what is known of a network.
func (t *Tuner) tune(on *Tuning, d *hwprofiles.Device, of subject, bag func() kernel.Bag) *Tuning {
	out := new(Tuning)
	*out = *on
	if known := out.known; known != nil {
		asked := joint.Network{Batch: of.batch}
		if !t.Uncorrected {
			asked.Print, out.seen = of.network, known.Seen(of.network)
			if !out.seen {
				asked.Bag = bag()
			}
		}
		out.correct(&asked)
		if c := out.Correction; out.Tier == TierSlice && (c == nil || c.Here == 0) && !t.Uncorrected &&
			known.Foreign(bag()) {
			out.Tier, out.Foreign = TierClass, true
		}
	}
	t.narrowed(out, d, of.stored)
	return out
}

// fixed takes the parameters of a user's calibration that says nothing of single measurements. It reports whether there
// is one, of the type asked for or else of the one that runs.
func (t *Tuning) fixed(cs *runtimes.Calibrations, of rest, prior *runtimes.ClassPrior) bool {
	s := t.Slice
	for _, p := range []dtype.Type{of.asked, of.precision} {
		s.Precision = p.Short()
		if c := cs.Find(s); c != nil && len(c.Rows) == 0 {
			t.Slice, t.Tier, t.Calibration, t.Values = s, TierSlice, c, c.Parameters
			prior.Hold(&t.Values)
			t.Evidence = joint.Evidence{Samples: c.N, Networks: c.N, Sources: []string{c.Source}}
			return true
		}
	}
	return false
}

// known returns what the model knows of a setting after the user's own measurements of the device.
func (t *Tuner) known(s *joint.Setting, r *runtimes.Runtime, d *hwprofiles.Device) (*joint.Known, error) {
	var rows []joint.Row
	for _, c := range t.Calibrations.Of(d.MeasuredAs()) {
		own := r
		if c.Runtime != r.ID {
			var err error
			if own, err = t.Runtimes.Get(c.Runtime); err != nil || !own.RunsOn(d) {
				continue
			}
		}
		precision, ok := dtype.Parse(c.Precision)
		if !ok {
			continue
		}
		at := joint.SettingOf(d, own, precision, c.Threads, "")
		if at.RuntimeFamily != s.RuntimeFamily {
			continue
		}
		for i := range c.Rows {
			m := &c.Rows[i]
			rows = append(rows, joint.Row{Setting: at, Network: joint.Network{Print: m.Network, Batch: m.Batch},
				Publisher: c.Source, Slope: m.Slope, Log: math.Log(m.Ratio)})
		}
	}
	return t.model().Condition(t.model().Known(s), rows)
}

// tierOf returns what a forecast rests on: the slice, its class, or the prior.
func tierOf(e *joint.Evidence) Tier {
	switch {
	case e.Networks >= enough:
		return TierSlice
	case len(e.Related) > 0 || e.Samples > 0:
		return TierClass
	}
	return TierPrior
}

// adapted says what was not measured of the threads or of the power mode.
func (t *Tuning) adapted(d *hwprofiles.Device, threads int) {
	if t.Slice.Threads != threads {
		t.Adapted = append(t.Adapted, note.New(note.ThreadsShared, d.Units, d.ID, threads))
	}
	if t.Slice.Device != d.MeasuredAs() {
		t.Adapted = append(t.Adapted, note.New(note.ModeScaled, 1/d.Slowed))
	}
}

// correct takes what is known of a network, or of networks made alike, into the parameters.
func (t *Tuning) correct(asked *joint.Network) {
	by := t.known.Network(asked)
	t.variance, t.spread = by.Variance, by.Spread
	c := &Correction{Factor: math.Exp(by.Mean), Model: by.Model, Here: by.Here, Where: by.Elsewhere}
	for _, n := range by.Alike.Neighbours {
		c.Alike = append(c.Alike, fmt.Sprintf("%s (%.2f)", n.Model, n.Similarity))
	}
	if c.Here == 0 && len(c.Where) == 0 && len(c.Alike) == 0 {
		return
	}
	*t = *t.slower(c.Factor)
	t.Correction = c
}

// narrowed takes measurements of work in a type for related ones where weights are stored in a narrower one: none of
// them read such weights, unless the user's own did.
func (t *Tuner) narrowed(out *Tuning, d *hwprofiles.Device, stored dtype.Type) {
	if stored == dtype.Undefined {
		return
	}
	for _, c := range t.Calibrations.Of(d.MeasuredAs()) {
		if p, _ := dtype.Parse(c.Precision); p == stored && c.Runtime == out.Runtime.ID {
			return
		}
	}
	if c := out.Correction; c != nil && c.Here > 0 {
		elsewhere := *c
		elsewhere.Here = 0
		out.Correction, out.Stored = &elsewhere, stored
	}
	if out.Tier == TierSlice {
		out.Tier, out.Stored = TierClass, stored
	}
}

// slower returns a tuning of which everything takes f times as long.
func (t *Tuning) slower(f float64) *Tuning {
	c := *t
	for _, p := range []params.Param{params.Scale, params.Dispatch, params.Fixed} {
		c.Values[p] *= f
	}
	return &c
}

// hostSpread gives the standard deviation of the logarithm of latencies where the host's issuing of kernels sets the
// pace: the same software took 34 µs a kernel on one host and 55 µs on another (docs/experiments.md), and no profile
// tells the host.
const hostSpread = 0.286

// latency returns the expected latency and its interval, never below the speed of light.
func (t *Tuning) latency(a *tally) Latency {
	f := new([3]float64)
	f[0] = max(a.spent.Total(), a.light)
	low, high := t.interval(a)
	f[1], f[2] = max(f[0]*low, a.light), f[0]*high
	return Latency{SpeedOfLight: a.light, Expected: &f[0], Low: &f[1], High: &f[2]}
}

// interval returns the ends of 90 % of measured over expected.
func (t *Tuning) interval(a *tally) (low, high float64) {
	if t.known == nil {
		if t.Calibration == nil {
			return 1, 1
		}
		return min(t.Calibration.Low, 1), max(t.Calibration.High, 1)
	}
	g := t.gradient(a)
	variance := (t.known.Variance(&g) + t.variance) * t.spread
	if a.spent.hostBound() && (t.Correction == nil || t.Correction.Here == 0) {
		variance = max(variance, hostSpread*hostSpread)
	}
	reach := math.Exp(joint.Reach(variance))
	return 1 / reach, reach
}

// gradient returns the derivative of the logarithm of a time by those of the parameters.
func (t *Tuning) gradient(a *tally) (g params.Values) {
	total := a.slope.Inference(&t.Values, &g)
	for p := range g {
		g[p] /= total
	}
	return g
}

// hostBound reports whether the host issues kernels for longer than the device runs them.
func (s *Spent) hostBound() bool { return s.Host > s.Device }

// timing returns the expected timing of one execution of a kernel.
func (t *Tuning) timing(at *timing.Time) Timing {
	scale := t.Values[params.Scale]
	out := Timing{Compute: scale * max(at.Compute, at.Vector), Memory: scale * at.Memory, Overhead: scale * at.Overhead,
		Total: scale * at.Total}
	out.Bound = Compute
	if out.Memory > out.Compute {
		out.Bound = Memory
	}
	if out.Overhead > max(out.Compute, out.Memory) {
		out.Bound = Overhead
	}
	return out
}
