package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// outlier gives the factor beyond which a measurement is named as one.
const outlier = 1.5

// Calibration describes a fit: errors before and after, parameters, and the measurements that do not fit.
func Calibration(f *validate.Fit, samples []*validate.Sample) *Document {
	c := &f.Calibration
	out := &schema.Calibration{Slice: c.Slice.String(), N: c.N, Families: c.Families, Before: errorsJSON(&f.Before),
		HeldOut: errorsJSON(&f.HeldOut),
		Low:     c.Low, High: c.High, Parameters: map[string]float64{}, Outliers: []string{}}
	errs := Table{
		Title: fmt.Sprintf("%s: %s of %s", c.Slice, some(c.N, "measurement", "measurements"),
			some(c.Families, "model family", "model families")),
		Lead:    []string{fmt.Sprintf("interval  90 %% of measurements lie between %.2f and %.2f times the expected latency", c.Low, c.High)},
		Columns: []Column{{Name: ""}, {Name: "median", Kind: Percent}, {Name: "mean", Kind: Percent}, {Name: "p90", Kind: Percent}, {Name: "within 10 %", Kind: Percent}, {Name: "within 20 %", Kind: Percent}, {Name: "Kendall", Kind: Number}},
	}
	for _, r := range []struct {
		name string
		e    *validate.Errors
	}{{"lower bound", &f.Fused}, {"before", &f.Before}, {"after, families held out", &f.HeldOut}} {
		errs.Rows = append(errs.Rows, []any{r.name, r.e.Median, r.e.Mean, r.e.P90, r.e.Within10, r.e.Within20, r.e.Kendall})
	}
	fitted := Table{Title: "Parameters", Columns: []Column{{Name: "parameter"}, {Name: "value"}, {Name: "what it is"}}}
	rows := Table{Columns: slices.Concat(texts("device", "runtime", "precision"), counts("threads"), texts("parameter"), numbers("value"), texts("unit"))}
	for i, s := range params.Specs {
		if p := params.Param(i); p.Valid(c.Parameters[i]) {
			out.Parameters[s.Key] = c.Parameters[i]
			rows.Rows = append(rows.Rows, []any{c.Device, c.Runtime, c.Precision, c.Threads, s.Key, c.Parameters[i],
				s.Unit})
			fitted.Rows = append(fitted.Rows, []any{s.Key, value(p, c.Parameters[i]), s.Doc})
		}
	}
	var notes []note.Note
	for i, r := range f.Ratios {
		if math.Abs(math.Log(r)) > math.Log(outlier) {
			out.Outliers = append(out.Outliers, samples[i].Row.Model)
			if len(notes) < 20 {
				notes = append(notes, note.New(note.CalibrationOutlier, rowName(&samples[i].Row), r))
			}
		}
	}
	foot := footnotes(notes...)
	out.Remarks = remarks(foot)
	return document("calibration", []Table{errs, fitted}, foot, out).rows(rows)
}

// some returns a number with what is counted.
func some(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", more)
}

// rowName returns the model of a row, or the row's line where it names none.
func rowName(r *measured.Row) string { return cmp.Or(r.Model, r.Graph, fmt.Sprintf("line %d", r.Line)) }
