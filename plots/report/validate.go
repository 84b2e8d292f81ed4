package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// errorsJSON returns the errors of forecasts: shares of the measured time, and the agreement of
// orders.
func errorsJSON(e *validate.Errors) schema.Errors {
	return schema.Errors{Median: e.Median, Mean: e.Mean, P90: e.P90, Within10: e.Within10, Within20: e.Within20,
		Spearman: e.Spearman, Kendall: e.Kendall}
}

// Validation describes how far predictions are off, slice by slice, the worst cases, and the rows that were not used.
func Validation(r *validate.Report) *Document {
	matched := r.Rows - len(r.Misses)
	out := &schema.Validate{Rows: r.Rows, Matched: matched, Slices: []schema.ValidateSlice{}, Cases: []schema.Case{},
		Unmatched: []schema.Miss{}}
	t := Table{
		Title: fmt.Sprintf("%d of %s matched, in %s", matched, some(r.Rows, "measurement", "measurements"),
			some(len(r.Slices), "slice", "slices")),
		Columns: []Column{{Name: "slice"}, {Name: "metric"}, {Name: "tier"}, {Name: "n", Kind: Count}, {Name: "median", Kind: Percent}, {Name: "mean", Kind: Percent}, {Name: "p90", Kind: Percent}, {Name: "within 10 %", Kind: Percent},
			{Name: "within 20 %", Kind: Percent}, {Name: "Spearman", Kind: Number}, {Name: "Kendall", Kind: Number}, {"in interval", Percent,
				0}, {Name: "lower bound, median", Kind: Percent}},
	}
	for i := range r.Slices {
		s := &r.Slices[i]
		e := &s.Expected
		out.Slices = append(out.Slices, schema.ValidateSlice{
			Device: s.Slice.Device, Runtime: s.Slice.Runtime, Precision: s.Slice.Precision, Threads: s.Slice.Threads,
			Metric: string(s.Metric), Tier: string(s.Tier), N: s.Rows, Matched: s.Rows, Coverage: s.Coverage, Errors: errorsJSON(e),
			SpeedOfLight: errorsJSON(&s.SpeedOfLight),
		})
		for k := range s.Predictions {
			out.Cases = append(out.Cases, caseJSON(&s.Predictions[k]))
		}
		t.Rows = append(t.Rows, []any{s.Slice.String(), string(s.Metric), string(s.Tier), int64(e.N), e.Median, e.Mean, e.P90, e.Within10, e.Within20, e.Spearman, e.Kendall, s.Coverage, s.SpeedOfLight.Median})
	}
	for _, m := range r.Misses {
		out.Unmatched = append(out.Unmatched, schema.Miss{Line: m.Line, Model: m.Model, Device: m.Device,
			Reason: m.Reason})
	}
	tables := []Table{t}
	if matched > 0 {
		tables = append(tables, furthest(r))
	}
	slices.SortStableFunc(out.Cases, func(a, b schema.Case) int { return cmp.Compare(a.Line, b.Line) })
	notes := footnotes(note.New(note.ErrorsDefined))
	out.Remarks = remarks(notes)
	return document("validate", append(tables, reasons(r)...), notes, out).rows(caseRows(out.Cases))
}

// caseJSON returns one measurement beside its prediction.
func caseJSON(p *validate.Prediction) schema.Case {
	return schema.Case{
		Line: p.Row.Line, Model: p.Row.Model, Graph: p.Row.Graph, Family: p.Row.Family, Source: p.Row.Source,
		Device: p.Slice.Device, Runtime: p.Slice.Runtime, Precision: p.Slice.Precision, Threads: p.Slice.Threads,
		Metric: string(p.Metric), Batch: max(p.Row.Batch, 1), Tier: string(p.Tuning.Tier), Basis: Basis(p.Tuning), Heaviest: p.Heaviest,
		Measured: 1e3 * p.Measured, Expected: 1e3 * p.Expected, Low: 1e3 * p.Low, High: 1e3 * p.High,
		SpeedOfLight: 1e3 * p.SpeedOfLight, Ratio: p.Expected / p.Measured, Inside: p.Inside(),
	}
}

// caseRows returns the measurements one by one, for CSV.
func caseRows(cases []schema.Case) Table {
	t := Table{Columns: runColumns(counts("line"), texts("graph", "family"), counts("threads"), quantities(units.Seconds, "measured"),
		latencyMembers(), numbers("expected/measured"), texts("in interval", "mostly", "source"))}
	for i := range cases {
		c := &cases[i]
		at := &schema.Conditions{Runtime: &c.Runtime, Precision: c.Precision, Basis: &c.Basis}
		t.Rows = append(t.Rows, runValues(c.Model, c.Device, at, c.Batch, c.Line, c.Graph, c.Family, c.Threads,
			c.Measured/1e3,
			c.Expected/1e3, c.Low/1e3, c.High/1e3, c.SpeedOfLight/1e3, c.Ratio, c.Inside, c.Heaviest, c.Source))
	}
	return t
}

// worstCases says how many are listed.
const worstCases = 10

// furthest returns the predictions that are furthest off, with the kernels that they mostly consist of.
func furthest(r *validate.Report) Table {
	var all []*validate.Prediction
	for i := range r.Slices {
		for k := range r.Slices[i].Predictions {
			all = append(all, &r.Slices[i].Predictions[k])
		}
	}
	off := func(p *validate.Prediction) float64 { return math.Abs(math.Log(p.Expected / p.Measured)) }
	slices.SortStableFunc(all, func(a, b *validate.Prediction) int { return cmp.Compare(off(b), off(a)) })
	t := Table{Title: "Furthest off", Columns: []Column{{Name: "model"}, {Name: "slice"}, {Name: "batch", Kind: Count}, {Name: "measured", Kind: Quantity, Dim: units.Seconds}, {Name: "expected", Kind: Quantity, Dim: units.Seconds}, {Name: "expected/measured", Kind: Number}, {Name: "mostly"}}}
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
	t := Table{Title: "Not used", Columns: []Column{{Name: "rows", Kind: Count}, {Name: "because"}}}
	for _, text := range texts[:min(20, len(texts))] {
		t.Rows = append(t.Rows, []any{count[text], text})
	}
	return []Table{t}
}
