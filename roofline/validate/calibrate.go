package validate

import (
	"fmt"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A Sample is a case made ready for a fit.
type Sample struct {
	*Case
	Terms    []timing.Term // of its kernels
	Measured float64       // s
	Network  string        // its fingerprint
	Bag      kernel.Bag    // of its kernels
	Unfused  float64       // s: speed of light of the graph as exported, one kernel for every node
	Fused    float64       // s: speed of light of the kernels of the runtime
}

// Joint returns the sample as the joint model takes it, by a source or, of a user's own, by none.
func (s *Sample) Joint(source string) *joint.Sample {
	return &joint.Sample{
		Setting: joint.SettingOf(s.Device, s.Runtime, s.Precision, s.Threads, source),
		Network: s.Network, Model: s.Row.Model, Family: s.Family, Precision: s.Precision.Short(), Batch: s.Row.Batch,
		Bag:   s.Bag,
		Terms: joint.Merge(s.Terms), Measured: s.Measured,
	}
}

// Prepare infers and lowers a case. Terms do not depend on any calibration.
func Prepare(c *Case) (*Sample, error) {
	res, err := c.Run()
	if err != nil {
		return nil, err
	}
	m, err := roofline.NewMachine(c.Device, c.Runtime.RunsAs(c.Device, c.Precision), nil)
	if err != nil {
		return nil, err
	}
	unfused, _ := m.Total(lower.Lower(res, lower.None.Recipe()))
	s := &Sample{Case: c, Network: roofline.Fingerprint(res), Unfused: unfused.SpeedOfLight}
	opt := c.Options()
	opt.Tuner = &roofline.Tuner{Runtime: c.Runtime}
	var kernels []kernel.Kernel
	if s.Terms, kernels, err = roofline.Terms(res, c.Device, opt); err != nil {
		return nil, err
	}
	s.Bag = kernel.NewBag(kernels)
	s.Measured = c.Measured()
	for i := range s.Terms {
		k := &s.Terms[i]
		s.Fused += max(k.Compute, k.Vector, k.Memory) * k.Times
	}
	if !(s.Fused > 0) || math.IsInf(s.Fused, 1) {
		return nil, fmt.Errorf("%s on %s: the kernels take %g s, expected a time above 0", c.Row.Graph, c.Device.ID, s.Fused)
	}
	return s, nil
}

// folds gives the number of parts that families are split into for held-out errors.
const folds = 10

// A Fit is a calibration and the held-out predictions that its figures come from.
type Fit struct {
	Calibration runtimes.Calibration // that was fitted
	HeldOut     Errors               // errors on families that it had not seen
	Before      Errors               // with what was known of the runtime and the device
	Unfused     Errors               // the speed of light of the graph as exported
	Fused       Errors               // the speed of light of the runtime's kernels
	Coverage    float64              // share of the measurements inside their held-out intervals
	Ratios      []float64            // by sample: held-out predicted over measured
	Misses      []Miss               // rows left out, those of other devices and runtimes aside
}

// A fitter conditions a model on the samples of one slice.
type fitter struct {
	model   *joint.Model    // that is conditioned
	samples []*Sample       // measurements
	joint   []*joint.Sample // the same for the model
	rows    []joint.Row     // their slopes
	before  *joint.Known    // what was known
}

// Calibrate conditions what a model knows on the samples of one slice, and judges it on families of networks that were
// left out, or on single measurements where there is but one family.
func Calibrate(m *joint.Model, samples []*Sample) (*Fit, error) {
	if len(samples) == 0 {
		return nil, fmt.Errorf("found no measurement that can be used, expected at least one")
	}
	f := &fitter{model: m, samples: samples}
	for _, s := range samples {
		f.joint = append(f.joint, s.Joint(""))
	}
	f.before = m.Known(&f.joint[0].Setting)
	for _, s := range f.joint {
		f.rows = append(f.rows, f.before.Row(s))
	}
	after, err := m.Condition(f.before, f.rows)
	if err != nil {
		return nil, err
	}
	first := samples[0]
	out := &Fit{Calibration: runtimes.Calibration{
		Slice: first.Slice(), Class: first.Device.Class, Parameters: after.Values(), Version: first.Row.Version,
		Source: first.Row.Source, N: len(samples), Families: len(byFamily(samples)),
	}}
	for i, r := range f.rows {
		out.Calibration.Rows = append(out.Calibration.Rows, runtimes.MeasuredRow{
			Model: samples[i].Row.Model, Network: r.Print, Batch: r.Batch, Ratio: math.Exp(r.Log), Slope: r.Slope})
	}
	return out, f.judge(out)
}

// byFamily returns the samples by family, in the order of names.
func byFamily(samples []*Sample) [][]int {
	at := map[string]int{}
	var out [][]int
	for i, s := range samples {
		k, ok := at[s.Family]
		if !ok {
			k = len(out)
			at[s.Family], out = k, append(out, nil)
		}
		out[k] = append(out[k], i)
	}
	return out
}

// groups returns what is left out at a time: families, or single samples of one family.
func groups(samples []*Sample) [][]int {
	all := byFamily(samples)
	if len(all) == 1 {
		all = nil
		for i := range samples {
			all = append(all, []int{i})
		}
	}
	out := make([][]int, min(folds, len(all)))
	for i, g := range all {
		out[i%len(out)] = append(out[i%len(out)], g...)
	}
	return out
}

// heldOut returns the forecast of every sample by a model that has not seen its group.
func (f *fitter) heldOut() ([]joint.Forecast, error) {
	out := make([]joint.Forecast, len(f.samples))
	for _, group := range groups(f.samples) {
		var rows []joint.Row
		for i := range f.rows {
			if !slices.Contains(group, i) {
				rows = append(rows, f.rows[i])
			}
		}
		known, err := f.model.Condition(f.before, rows)
		if err != nil {
			return nil, err
		}
		for _, i := range group {
			out[i] = known.Forecast(f.joint[i].Terms, f.joint[i].Asked())
		}
	}
	return out, nil
}

// judge fills the figures of a fit.
func (f *fitter) judge(out *Fit) error {
	held, err := f.heldOut()
	if err != nil {
		return err
	}
	var pred, meas, old, unfused, fused, widths []float64
	for i, s := range f.samples {
		t := math.Exp(held[i].Log)
		reach := joint.Reach(held[i].Variance)
		if math.Abs(math.Log(s.Measured/t)) <= reach {
			out.Coverage += 1 / float64(len(f.samples))
		}
		out.Ratios = append(out.Ratios, t/s.Measured)
		pred, meas, widths = append(pred, t), append(meas, s.Measured), append(widths, reach)
		old = append(old, math.Exp(f.before.Forecast(f.joint[i].Terms, f.joint[i].Asked()).Log))
		unfused, fused = append(unfused, s.Unfused), append(fused, s.Fused)
	}
	out.HeldOut, out.Before, out.Unfused, out.Fused = Judge(pred, meas), Judge(old, meas), Judge(unfused,
		meas), Judge(fused, meas)
	c := &out.Calibration
	c.Median, c.Mean, c.P90 = out.HeldOut.Median, out.HeldOut.Mean, out.HeldOut.P90
	slices.Sort(widths)
	c.High = math.Exp(quantile(widths, 0.5))
	c.Low = 1 / c.High
	return nil
}
