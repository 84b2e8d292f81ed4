package ridgepoint

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// A Table is a table of measured latencies and the models that it is about.
type Table struct {
	Path   string // .csv or .csv.gz
	Models string // folder of the models that the column graph names; built-in ones need none
	rows   []measured.Row
}

// OpenTable reads a table of measurements.
func OpenTable(path, models string) (*Table, error) {
	rows, err := measured.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return &Table{path, models, rows}, nil
}

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// matcher returns what finds the device, runtime and model of the rows of a table.
func (e *Estimator) matcher(t *Table, devices *hwprofiles.Catalog) *validate.Matcher {
	_, broken := devices.List()
	e.warn(broken) // of devices that no row can mean
	return &validate.Matcher{Devices: devices, Runtimes: e.tuner.Runtimes, Models: t.Models}
}

// A Validation compares expected latencies with measured ones, slice by slice.
type Validation = validate.Report

// Validate predicts every row of a table that can be matched and says how far the predictions are off. step is called
// for every row; it may be nil.
func (e *Estimator) Validate(ctx context.Context, t *Table, step func()) (*Validation, error) {
	if t == nil {
		return nil, fmt.Errorf("found no table, expected one of OpenTable")
	}
	if _, err := e.Runtimes(); err != nil {
		return nil, err
	}
	if step == nil {
		step = func() {}
	}
	tuner := e.tuner
	return validate.Run(ctx, t.rows, e.matcher(t, e.devices), tuner, step)
}

// PlotValidation draws what is expected over what was measured.
func PlotValidation(v *Validation) (*Figure, error) { return plots.Validation(v) }

// A Slice is what one calibration is about: a device, a runtime, a precision and a number of threads.
type Slice = runtimes.Slice

// A Fit is a calibration of a slice and how far it is off.
type Fit struct {
	*validate.Fit
	Samples []*validate.Sample
}

// Calibrate fits the parameters of one slice to the rows of a table that are of it. The slice's device and runtime may
// be aliases, and the device the path of a profile: rows name it by its id or name. date is that of the fit, today
// where it is "". step is called for every row; it may be nil.
func (e *Estimator) Calibrate(ctx context.Context, t *Table, of Slice, date string, step func()) (*Fit, error) {
	if t == nil {
		return nil, fmt.Errorf("found no table, expected one of OpenTable")
	}
	if err := e.init(); err != nil {
		return nil, err
	}
	devices, err := e.devices.With(of.Device)
	if err != nil {
		return nil, err
	}
	if of, err = e.resolve(of); err != nil {
		return nil, err
	}
	samples, err := e.samples(ctx, e.matcher(t, devices), t, of, step)
	if err != nil {
		return nil, err
	}
	fit, err := validate.Calibrate(e.tuner.Model, samples)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", of, err)
	}
	fit.Calibration.Date = cmp.Or(date, time.Now().Format(time.DateOnly))
	return &Fit{fit, samples}, nil
}

// resolve turns the names of a slice into ids.
func (e *Estimator) resolve(s Slice) (Slice, error) {
	d, err := e.Device(s.Device)
	if err != nil {
		return s, err
	}
	r, err := e.Runtime(s.Runtime)
	if err != nil {
		return s, err
	}
	t, err := roofline.ParsePrecision(s.Precision)
	if err != nil {
		return s, err
	}
	if t == dtype.Undefined {
		return s, fmt.Errorf("found no precision, expected one of %v", Precisions())
	}
	s.Device, s.Runtime, s.Precision = d.MeasuredAs(), r.ID, t.Short()
	s.Threads, err = d.NormalThreads(s.Threads)
	return s, err
}

// samples returns the rows of a slice, made ready for the fit. One table may hold several sources and versions.
func (e *Estimator) samples(ctx context.Context, m *validate.Matcher, t *Table, want Slice,
	step func()) ([]*validate.Sample, error) {
	var out []*validate.Sample
	reason := "none of its rows is of the slice"
	for i := range t.rows {
		row := &t.rows[i]
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if step != nil {
			step()
		}
		c, err := m.Match(row)
		if err != nil {
			reason = fmt.Sprintf("line %d, %s: %v", row.Line, row.Model, err)
			continue
		}
		if c.Slice() != want {
			continue
		}
		s, err := validate.Prepare(c)
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %s: %w", t.Path, row.Line, row.Model, err)
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: found no measurement of %s that can be used (%s), expected at least one", t.Path, want,
			reason)
	}
	return out, nil
}
