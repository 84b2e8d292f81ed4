package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// ValidateJSON is a validation in schema ridgepoint/validate/v1. Errors and shares are fractions.
type ValidateJSON struct {
	Schema    string              `json:"schema"`
	Rows      int                 `json:"rows"`
	Matched   int                 `json:"matched"`
	Slices    []ValidateSliceJSON `json:"slices"`
	Unmatched []MissJSON          `json:"unmatched"`
}

// ValidateSliceJSON is how far the predictions of one slice are off.
type ValidateSliceJSON struct {
	Device    string  `json:"device"`
	Runtime   string  `json:"runtime"`
	Precision string  `json:"precision"`
	Threads   int     `json:"threads"`
	Tier      string  `json:"tier"`
	N         int     `json:"n"`
	Matched   int     `json:"matched"`
	Coverage  float64 `json:"interval_coverage"`
	ErrorsJSON
	SpeedOfLight ErrorsJSON `json:"speed_of_light"`
}

// ErrorsJSON is what predictions are judged by.
type ErrorsJSON struct {
	Median   float64 `json:"median_ape"`
	Mean     float64 `json:"mean_ape"`
	P90      float64 `json:"p90_ape"`
	Within10 float64 `json:"within_10"`
	Within20 float64 `json:"within_20"`
	Spearman float64 `json:"spearman"`
	Kendall  float64 `json:"kendall"`
}

// MissJSON is a row that could not be used, and why.
type MissJSON struct {
	Line   int    `json:"line"`
	Model  string `json:"model"`
	Device string `json:"device"`
	Reason string `json:"reason"`
}

func errorsJSON(e *validate.Errors) ErrorsJSON {
	return ErrorsJSON{e.Median, e.Mean, e.P90, e.Within10, e.Within20, e.Spearman, e.Kendall}
}

// Validation describes how far predictions are off, slice by slice, the worst cases, and the rows that were not used.
func Validation(r *validate.Report) *Document {
	matched := r.Rows - len(r.Misses)
	out := &ValidateJSON{Schema: "ridgepoint/validate/v1", Rows: r.Rows, Matched: matched, Slices: []ValidateSliceJSON{}, Unmatched: []MissJSON{}}
	t := Table{
		Title: fmt.Sprintf("%d of %d measurements matched, in %d slices", matched, r.Rows, len(r.Slices)),
		Columns: []Column{{"slice", Text, 0}, {"tier", Text, 0}, {"n", Count, 0}, {"median", Percent, 0}, {"mean", Percent, 0}, {"p90", Percent, 0}, {"within 10 %", Percent, 0},
			{"within 20 %", Percent, 0}, {"Spearman", Number, 0}, {"Kendall", Number, 0}, {"in interval", Percent, 0}, {"speed of light, median", Percent, 0}},
	}
	for i := range r.Slices {
		s := &r.Slices[i]
		e := &s.Expected
		out.Slices = append(out.Slices, ValidateSliceJSON{s.Slice.Device, s.Slice.Runtime, s.Slice.Precision, s.Slice.Threads, s.Tier, s.Rows, s.Rows, s.Coverage, errorsJSON(e), errorsJSON(&s.SpeedOfLight)})
		t.Rows = append(t.Rows, []any{s.Slice.String(), s.Tier, int64(e.N), e.Median, e.Mean, e.P90, e.Within10, e.Within20, e.Spearman, e.Kendall, s.Coverage, s.SpeedOfLight.Median})
	}
	for _, m := range r.Misses {
		out.Unmatched = append(out.Unmatched, MissJSON{m.Line, m.Model, m.Device, m.Reason})
	}
	tables := []Table{t}
	if matched > 0 {
		tables = append(tables, furthest(r))
	}
	return &Document{Tables: append(tables, reasons(r)...), Notes: []string{"errors are |expected/measured - 1|; measurements that a calibration was fitted to are no test of it: docs/accuracy.md has held-out figures"}, JSON: out}
}

// worstCases is how many are listed.
const worstCases = 10

// furthest is the predictions that are furthest off, with the kernels that they mostly consist of.
func furthest(r *validate.Report) Table {
	var all []*validate.Prediction
	for i := range r.Slices {
		for k := range r.Slices[i].Predictions {
			all = append(all, &r.Slices[i].Predictions[k])
		}
	}
	off := func(p *validate.Prediction) float64 { return math.Abs(math.Log(p.Expected / p.Measured)) }
	slices.SortStableFunc(all, func(a, b *validate.Prediction) int { return cmp.Compare(off(b), off(a)) })
	t := Table{Title: "Furthest off", Columns: []Column{{"model", Text, 0}, {"slice", Text, 0}, {"batch", Count, 0}, {"measured", Each, units.Seconds}, {"expected", Each, units.Seconds}, {"expected/measured", Number, 0}, {"mostly", Text, 0}}}
	for _, p := range all[:min(worstCases, len(all))] {
		t.Rows = append(t.Rows, []any{p.Row.Model, p.Slice.String(), max(p.Row.Batch, 1), p.Measured, p.Expected, p.Expected / p.Measured, p.Heaviest})
	}
	return t
}

// reasons counts why rows were not used.
func reasons(r *validate.Report) []Table {
	count := map[string]int64{}
	for _, m := range r.Misses {
		count[m.Reason]++
	}
	if len(count) == 0 {
		return nil
	}
	var texts []string
	for text := range count {
		texts = append(texts, text)
	}
	slices.SortFunc(texts, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	t := Table{Title: "Not used", Columns: []Column{{"rows", Count, 0}, {"because", Text, 0}}}
	for _, text := range texts[:min(20, len(texts))] {
		t.Rows = append(t.Rows, []any{count[text], text})
	}
	return []Table{t}
}
