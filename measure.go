package ridgepoint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/measure"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/ort"
	"github.com/ridgepoint/ridgepoint/roofline/trace"
)

// HostID gives the id of the profile of this machine that Host makes.
const HostID = "host"

// LibraryVariable gives the environment variable that names ONNX Runtime's shared library.
const LibraryVariable = ort.Env

// A Trace is what another tool recorded of a model, by node or in total.
type Trace = trace.Trace

// A Measurement is a model that was run, and what was predicted for it.
type Measurement = measure.Measurement

// MeasureOptions say how a model is measured.
type MeasureOptions struct {
	Trace  *Trace // take the times of this trace; nil: run the model in ONNX Runtime
	Ref    string // where the trace is from, for the table of measurements
	Device string // device to predict for; "": the profile HostID, where there is one
	// path of ONNX Runtime's shared library or its folder; "": LibraryVariable, then the usual places
	Library string
	Limit   time.Duration // no further run begins after it; 0: ten seconds
	Source  string        // what the table names as the source; "": "own measurement"
	Shared  bool          // other work uses this machine: the 10 % quantile counts, not the median
}

// TraceFormats returns the formats that OpenTrace reads.
func TraceFormats() []string { return trace.Formats() }

// OpenTrace reads a trace from a file, or from Config.Stdin where path is "-"; the content says which tool wrote it.
func (e *Estimator) OpenTrace(path string) (*Trace, error) {
	if path != readers.Stdin {
		return trace.Open(path)
	}
	if e == nil || e.config.Stdin == nil {
		return nil, errors.New("standard input is not connected; give the path of a trace")
	}
	return trace.Read("standard input", e.config.Stdin)
}

// Measure runs a model in ONNX Runtime on this machine, or takes its times from a trace, and lays them beside the
// prediction.
func (e *Estimator) Measure(ctx context.Context, m *Model, how MeasureOptions, opt *Options) (*Measurement, error) {
	if err := e.check(m); err != nil {
		return nil, err
	}
	b, err := opt.bindings()
	if err != nil {
		return nil, err
	}
	res, err := m.infer(b)
	if err != nil {
		return nil, err
	}
	if res.Scale != 1 {
		return nil, fmt.Errorf("%s: the model fixes its batch at %d inside the graph, so it cannot be run at another; "+
			"leave the batch out", m.Spec, int64(float64(max(res.Batch, 1))/res.Scale))
	}
	if how.Trace != nil && len(how.Trace.Rows) > 0 {
		return nil, fmt.Errorf("%s holds whole models by their own names: leave the model out", how.Ref)
	}
	est, err := e.predicted(res, &how, opt)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Spec, err)
	}
	est.Model = m.Name
	out, err := e.measure(ctx, m, how, opt, est, res)
	if err != nil {
		return nil, err
	}
	out.Row.Source = cmp.Or(how.Source, measured.Own)
	if how.Shared {
		out.Undisturbed()
	}
	return out, nil
}

// measure runs a model on this machine, or reads a trace, and lays it beside an estimate.
func (e *Estimator) measure(ctx context.Context, m *Model, how MeasureOptions, opt *Options, est *roofline.Estimate,
	res *infer.Result) (*Measurement, error) {
	threads := 0
	if opt != nil {
		threads = opt.Threads
	}
	if how.Trace != nil {
		out := measure.From(m.Spec, how.Ref, how.Trace, est, res)
		out.Threads = threads
		return out, nil
	}
	run := measure.Run{
		Spec: m.Spec, Stdin: e.config.Stdin, Library: how.Library, Getenv: os.Getenv,
		Threads: threads, Limit: cmp.Or(how.Limit, 10*time.Second),
	}
	return run.Do(ctx, est, res)
}

// predicted estimates an inferred model on the device to compare with. Without a device it makes the kernels alone.
func (e *Estimator) predicted(res *infer.Result, how *MeasureOptions, opt *Options) (*roofline.Estimate, error) {
	dev, err := e.compared(how, opt)
	if err != nil {
		return nil, err
	}
	opts, err := e.how(opt)
	if err != nil {
		return nil, err
	}
	if opts.Tuner != nil && opts.Tuner.Runtime == nil {
		if err := e.ran(opts.Tuner, how.Trace, dev); err != nil {
			return nil, err
		}
	}
	if dev == nil {
		est, err := roofline.Kernels(res, opts)
		if err == nil {
			est.Notes = append(est.Notes, note.New(note.NothingToCompare))
		}
		return est, err
	}
	return roofline.Run(res, dev, opts)
}

// compared returns the device to compare with; nil where none is named and this machine has no profile.
func (e *Estimator) compared(how *MeasureOptions, opt *Options) (*Device, error) {
	if how.Device != "" {
		return e.Device(how.Device)
	}
	if opt != nil && opt.Threads == 1 && opt.Runtime == NoRuntime {
		if d, err := e.Device(HostID + "@1t"); err == nil { // a machine of one core has no such mode
			return d, nil
		}
	}
	if d, err := e.Device(HostID); err == nil {
		return d, nil
	}
	return nil, nil
}

// ran sets the runtime of a tuner to the one that made a trace, or is going to run the model: the first of those
// possible that runs on the device.
func (e *Estimator) ran(t *roofline.Tuner, trace *Trace, dev *Device) (err error) {
	ids := []string{measure.Runtime}
	if trace != nil {
		ids = trace.Runtimes
	}
	for _, id := range ids {
		if t.Runtime, err = t.Runtimes.Get(id); err != nil {
			return err
		}
		if dev == nil || t.Runtime.RunsOn(dev) {
			break
		}
	}
	return nil
}

// Keep appends a measurement to a table of measurements, a CSV file that need not exist. On a shared machine the faster
// of two measurements of the same thing is kept. It fails where the measurement does not say which machine it is of.
func Keep(path string, m *Measurement, shared bool) error {
	if m == nil || m.Row.Device == "" {
		return errors.New("the measurement does not say which machine it is from: name its device")
	}
	if shared {
		return measure.AppendFastest(path, m.Row)
	}
	return measure.Append(path, m.Row)
}

// KeepRows appends the rows of a trace of whole models to a table of measurements. device names the machine where the
// trace does not; source is who measured.
func (e *Estimator) KeepRows(path string, t *Trace, ref, device, source string) error {
	if t == nil || len(t.Rows) == 0 {
		return fmt.Errorf("%s does not say which model it is of: name the model", ref)
	}
	var dev *Device
	if device != "" {
		var err error
		if dev, err = e.Device(device); err != nil {
			return err
		}
	}
	rows := make([]measured.Row, len(t.Rows))
	for i, r := range t.Rows {
		r.Source, r.Ref = source, ref
		if dev != nil {
			r.Device, r.Class = dev.Name, string(dev.Class)
		} else if r.Device == "" {
			return fmt.Errorf("%s does not say which machine it is from: name its device", ref)
		}
		rows[i] = r
	}
	return measure.Append(path, rows...)
}

// PlotMeasured draws the measured kernels under the roofline. It needs a device, and times by node.
func PlotMeasured(m *Measurement) (*Figure, error) {
	switch {
	case m == nil || m.Estimate == nil || m.Estimate.Device == nil:
		return nil, errors.New("a picture needs a device whose roofline to draw: name one, or write this machine's profile " +
			"with \"ridgepoint host\"")
	case m.Match == nil:
		return nil, errors.New("a picture needs times by node, which this measurement does not have")
	}
	return plots.Measured(m.Estimate, m.Match.Layers, m.Row.Latency, m.Runtime)
}
