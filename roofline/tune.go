package roofline

import (
	"fmt"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A Tuner knows what runtimes achieve on devices: it turns a speed of light into an expected latency.
// What is nil is not used; where no runtime is left, there is no expectation.
type Tuner struct {
	Runtimes     *runtimes.Set
	Calibrations *runtimes.Calibrations
	Corrections  *runtimes.Corrections // by what the same network did elsewhere
	Runtime      *runtimes.Runtime     // nil: the default of the device
	Namesakes    []*runtimes.Runtime   // of Runtime, in its stead on devices that it does not run on
}

// A Tier says what an expectation rests on.
type Tier string

// The tiers, the best first.
const (
	TierSlice Tier = "slice"        // calibrated on this device, runtime, precision and number of threads
	TierClass Tier = "device class" // calibrated on other devices of the class with this runtime
	TierPrior Tier = "class prior"  // the prior of the runtime for the class
)

// A Tuning is what a runtime is taken to achieve on a device at a precision, and how sure that is.
type Tuning struct {
	Runtime     *runtimes.Runtime
	Slice       runtimes.Slice
	Tier        Tier
	Values      params.Values
	Low, High   float64               // 90 % of measured over predicted
	Calibration *runtimes.Calibration // of tier slice, else nil
	Devices     []string              // whose calibrations were averaged, of tier device class
	Correction  *runtimes.Correction  // by the same network on other slices; nil where there is none
	Adapted     []note.Note           // how the parameters were made to fit other threads or another power mode
	TF32        bool                  // fp32 matrix work runs in TF32, as the runtime does by default
}

// spreads are the 90 % factors of the tiers without a calibration of their own: the quantiles of measured over
// predicted when each calibrated device is predicted from the others, and from the prior (docs/accuracy.md); the latter somewhat
// wider, since priors have seen these devices.
var spreads = map[Tier][2]float64{TierClass: {0.76, 1.6}, TierPrior: {0.6, 1.8}}

// runtime returns the runtime asked for, else the default of a device, nil where that has none. A nil device is any. The
// error is a runtimes.MismatchError where the device does not run what is asked for.
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

// Check reports why a device cannot run a model so: the error is a runtimes.MismatchError where it is the runtime, another
// one where it is the precision.
func (o *Options) Check(d *hwprofiles.Device) error {
	_, err := o.target(d)
	return err
}

// tune returns the best that is known of a runtime on a device for a subject.
func (t *Tuner) tune(r *runtimes.Runtime, d *hwprofiles.Device, of subject) (*Tuning, error) {
	out := &Tuning{Runtime: r}
	if p, ok := d.Peak(cost.Matrix, dtype.TF32); ok && p.Type == dtype.TF32 {
		out.TF32 = r.TF32 && of.precision == dtype.Float32
	}
	prior := r.PriorOn(d, of.precision)
	t.base(out, d, of, prior)
	if out.Tier != TierSlice {
		out.Low, out.High = spreads[out.Tier][0], spreads[out.Tier][1]
	}
	prior.Hold(&out.Values)
	out.adapt(d, of.threads)
	out, err := t.correct(out, of.network, d.Class)
	if err == nil {
		out.widen()
	}
	return out, err
}

// base finds the parameters that come nearest: of the device in its mode with as many threads; of its default mode; of
// all its threads; of other devices with as many threads, or all; and the prior. On the device itself those of the type
// asked for come before those of the type that runs.
func (t *Tuner) base(out *Tuning, d *hwprofiles.Device, of subject, prior *runtimes.ClassPrior) {
	asked := runtimes.Slice{Device: d.MeasuredAs(), Runtime: out.Runtime.ID, Precision: of.precision.Short(),
		Threads: of.threads}
	silicon := asked
	silicon.Device = d.Silicon
	whole := silicon
	whole.Threads = 0
	for _, p := range slices.Compact([]dtype.Type{of.asked, of.precision}) {
		for _, out.Slice = range []runtimes.Slice{asked, silicon, whole} {
			out.Slice.Precision = p.Short()
			if c := t.Calibrations.Find(out.Slice); c != nil {
				out.Values, out.Tier, out.Calibration, out.Low, out.High = c.Parameters, TierSlice, c, c.Low, c.High
				return
			}
		}
	}
	for _, out.Slice = range []runtimes.Slice{silicon, whole} {
		if others := t.Calibrations.Of(out.Slice, d.Class); len(others) > 0 {
			out.Values, out.Tier = Average(others, prior), TierClass
			for _, c := range others {
				out.Devices = append(out.Devices, c.Device)
			}
			return
		}
	}
	out.Values, out.Tier = prior.Values, TierPrior
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

// latency returns the expected latency and its interval, never below the speed of light.
func (t *Tuning) latency(light float64, s *Spent) Latency {
	f := new([3]float64)
	f[0] = max(s.Total(), light)
	low, high := t.Low, t.High
	if s.hostBound() {
		low, high = min(low, hostSpread[0]), max(high, hostSpread[1])
	}
	f[1], f[2] = max(f[0]*low, light), max(f[0]*high, f[0])
	return Latency{SpeedOfLight: light, Expected: &f[0], Low: &f[1], High: &f[2]}
}

// hostBound reports whether the host issues kernels for longer than the device runs them.
func (s *Spent) hostBound() bool { return s.Host > s.Device }

// time returns the expected time of one execution of a kernel.
func (t *Tuning) time(term *timing.Term) Timing {
	at := timing.At(&t.Values, term)
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
