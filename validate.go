package ridgepoint

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// A Table is a table of measured latencies and the models that it is about.
type Table struct {
	Path   string // .csv or .csv.gz
	Models string // folder of the models that the column graph names; built-in ones need none
	*measured.Table
}

// OpenTable reads a table of measurements.
func OpenTable(path, models string) (*Table, error) {
	t, err := measured.ReadTable(path)
	if err != nil {
		return nil, err
	}
	return &Table{path, models, t}, nil
}

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.Rows) }

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
	if err := t.Need("device", "runtime"); err != nil {
		return nil, fmt.Errorf("measurements %s: %w", t.Path, err)
	}
	if _, err := e.Runtimes(); err != nil {
		return nil, err
	}
	if step == nil {
		step = func() {}
	}
	tuner := e.tuner
	return validate.Run(ctx, t.Rows, e.matcher(t, e.devices), tuner, step)
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
// be aliases, and the device the path of a profile: rows name it by its id or name. Rows of a table without a column
// device, runtime or precision are of the slice. date is that of the fit, today where it is "". step is called for
// every row; it may be nil.
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
	samples, misses, err := e.samples(ctx, e.matcher(t, devices), t, of, step)
	if err != nil {
		return nil, err
	}
	fit, err := validate.Calibrate(e.tuner.Model, samples)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", of, err)
	}
	fit.Misses = misses
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

// samples returns the rows of a slice, made ready for the fit, and those that cannot be used. One table may hold
// several sources and versions.
func (e *Estimator) samples(ctx context.Context, m *validate.Matcher, t *Table, want Slice,
	step func()) (out []*validate.Sample, misses []validate.Miss, err error) {
	others := 0
	for i := range t.Rows {
		row := t.Rows[i]
		if ctx.Err() != nil {
			return nil, nil, context.Cause(ctx)
		}
		if step != nil {
			step()
		}
		t.complete(&row, &want)
		c, err := m.Match(&row)
		switch {
		case err == nil && c.Slice() != want, err != nil && m.Elsewhere(&row, &want):
			others++
			continue
		case err != nil:
			misses = append(misses,
				validate.Miss{Line: row.Line, Model: row.Model, Device: row.Device, Reason: err.Error()})
			continue
		}
		s, err := validate.Prepare(c)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: line %d: %s: %w", t.Path, row.Line, row.Model, err)
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, nil, &UnusedError{t.Path, want, misses, others}
	}
	return out, misses, nil
}

// complete fills what a table has no column for from the slice that it is of.
func (t *Table) complete(row *measured.Row, of *Slice) {
	for _, c := range []struct {
		name string
		cell *string
		is   string
	}{
		{"device", &row.Device, of.Device}, {"runtime", &row.Runtime, of.Runtime},
		{"precision", &row.Precision, of.Precision},
	} {
		if !t.Has(c.name) {
			*c.cell = c.is
		}
	}
	if of.Threads > 0 && !t.Has("notes") {
		row.Notes = fmt.Sprintf("threads=%d", of.Threads)
	}
}

// An UnusedError says why no row of a table is a measurement of a slice.
type UnusedError struct {
	Path   string // of the table
	Slice  Slice
	Misses []validate.Miss // rows that cannot be used
	Others int             // rows of other slices
}

// Lined says that the text has several lines.
func (e *UnusedError) Lined() {}

// Error returns a line for the table, and one for each of the first rows that cannot be used.
func (e *UnusedError) Error() string {
	text := fmt.Sprintf("%s: found no measurement of %s that can be used, expected at least one", e.Path, e.Slice)
	if e.Others > 0 {
		text += fmt.Sprintf("; rows of other slices: %d", e.Others)
	}
	if len(e.Misses) == 0 {
		return text
	}
	return text + "\n" + MissText(e.Misses)
}

// shownMisses says how many rows that cannot be used are listed.
const shownMisses = 10

// MissText returns a line for each of the first rows that cannot be used, and the number of the rest.
func MissText(misses []validate.Miss) string {
	var lines []string
	for _, m := range misses[:min(shownMisses, len(misses))] {
		at := fmt.Sprintf("line %d", m.Line)
		if m.Model != "" {
			at += ", " + visible.Text(m.Model)
		}
		lines = append(lines, "  "+at+": "+visible.Text(m.Reason))
	}
	if rest := len(misses) - shownMisses; rest > 0 {
		lines = append(lines, fmt.Sprintf("  and %d more", rest))
	}
	return strings.Join(lines, "\n")
}
