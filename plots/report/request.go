package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// Requests describes whole requests of a generator, network by network.
func Requests(all []*serve.Request) *Document {
	var tables []Table
	var results []any
	rows := Table{Columns: slices.Concat(texts("model", "device", "part", "network"), counts("times"),
		quantities(units.Seconds, "each", "low", "high"), texts("runtime", "precision", "basis"))}
	for _, r := range all {
		tables = append(tables, requestTable(r))
		results = append(results, requestJSON(r))
		for i := range r.Parts {
			p := &r.Parts[i]
			rows.Rows = append(rows.Rows, []any{r.Model, r.Device.ID, p.Name, p.Model, p.Times, p.Each.Expected, p.Each.Low,
				p.Each.High, p.Runtime, p.Precision, p.Basis})
		}
	}
	return document("request", tables, nil, results...).rows(rows)
}

// requestTable returns the table of a request's parts with a lead on the whole.
func requestTable(r *serve.Request) Table {
	whole := r.Whole()
	show := func(s float64) string { return units.Short(s, units.Seconds) }
	t := Table{
		Title: r.Model + " on " + r.Device.Name,
		Columns: slices.Concat(texts("part"), counts("times"), quantities(units.Seconds, "each", "all", "low", "high"),
			texts("runs as", "basis", "network")),
		Lead: []string{
			fmt.Sprintf("whole request   %s, 90 %% between %s and %s, for %.4g %s", show(whole.Expected), show(whole.Low),
				show(whole.High), r.Units, r.Unit),
			fmt.Sprintf("rate            %.3g %s for each second", r.Units/whole.Expected, r.Unit),
			"taken           " + strings.Join(r.Notes, "; "),
		},
	}
	for i := range r.Parts {
		p := &r.Parts[i]
		n := float64(p.Times)
		t.Rows = append(t.Rows, []any{p.Name, p.Times, p.Each.Expected, n * p.Each.Expected, n * p.Each.Low, n * p.Each.High,
			p.Runtime + " " + p.Precision, basisMarks[p.Basis], p.Model})
	}
	return t
}

// requestJSON returns a request as the schema has it: milliseconds, and units a second.
func requestJSON(r *serve.Request) *schema.Request {
	ms := func(t serve.Time) schema.LLMTime {
		return schema.LLMTime{SpeedOfLight: 1e3 * t.SpeedOfLight, Expected: 1e3 * t.Expected, Low: 1e3 * t.Low,
			High: 1e3 * t.High}
	}
	whole := r.Whole()
	out := &schema.Request{Model: r.Model, Device: deviceRef(r.Device), Whole: ms(whole), Units: r.Units, Unit: r.Unit,
		Rate:  schema.LLMRange{Expected: r.Units / whole.Expected, Low: r.Units / whole.High, High: r.Units / whole.Low},
		Notes: append([]string{}, r.Notes...)}
	for i := range r.Parts {
		p := &r.Parts[i]
		out.Parts = append(out.Parts, schema.RequestPart{Name: p.Name, Model: p.Model, Times: p.Times, Each: ms(p.Each),
			Runtime: p.Runtime, Precision: p.Precision, Basis: p.Basis})
	}
	return out
}
