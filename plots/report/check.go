package report

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/gate"
)

// Check describes the outcome of a budget file.
func Check(r *gate.Result) *Document {
	notes := gateNotes(r)
	out := &schema.Check{File: r.File.Path, Verdict: string(r.Verdict()), Checks: []schema.Limit{},
		Counts: schema.Counts{Pass: r.Count(gate.Pass, ""), Uncertain: r.Count(gate.Uncertain, ""),
			Fail: r.Count(gate.Fail, "")}, Remarks: remarks(notes)}
	if r.Baseline != "" {
		out.Baseline = &r.Baseline
	}
	if r.BaselineVersion != "" {
		out.BaselineVersion = &r.BaselineVersion
	}
	t := Table{Title: headlineOf(r), Columns: []Column{{Name: "verdict"}, {Name: "model"}, {Name: "device"}, {Name: "runs as"},
		{Name: "limit"}, {Name: "allowed", Kind: Quantity}, {Name: "figure", Kind: Quantity}, {Name: "why"}}}
	rows := Table{Columns: runColumns(texts("rule", "level", "verdict"), numbers("limit", "figure", "low", "high"),
		counts("line"), texts("why"))}
	for _, c := range worstFirst(r) {
		t.Rows = append(t.Rows, []any{verdictText(c), c.Model, c.Device, runsText(c.Estimate), c.Key, c.Show(c.Value),
			figureText(c), c.Why})
	}
	for i := range r.Checks {
		c := &r.Checks[i]
		e := c.Estimate
		j := schema.Limit{Model: c.Model, Device: deviceRef(e.Device), Named: c.Device, Setting: c.Setting,
			Batch: max(e.Batch, 1), Conditions: conditions(e.Precision, e.Asked, e.Ran, e.Tuning), Rule: c.Key,
			Level: string(c.Level), Verdict: string(c.Verdict), Limit: c.Value, Figure: c.Figure, Low: c.Low, High: c.High,
			Line: c.Line, Why: c.Why}
		if c.Base != nil {
			base := c.Base.Best()
			j.Base = &base
		}
		out.Checks = append(out.Checks, j)
		rows.Rows = append(rows.Rows, runValues(c.Model, e.Device.ID, &j.Conditions, e.Batch, c.Key, string(c.Level),
			string(c.Verdict), c.Value, c.Figure, c.Low, c.High, c.Line, c.Why))
	}
	warnings := slices.DeleteFunc(notes, func(f Footnote) bool { return f.Level() != note.Warning })
	return document("check", []Table{t}, warnings, out).rows(rows)
}

// worstFirst returns all limits, those first that are not kept.
func worstFirst(r *gate.Result) []*gate.Check {
	out := worst(r)
	for i := range r.Checks {
		if c := &r.Checks[i]; c.Verdict == gate.Pass {
			out = append(out, c)
		}
	}
	return out
}

// headlineOf returns the outcome in a sentence.
func headlineOf(r *gate.Result) string {
	name := filepath.Base(r.File.Path)
	n := len(r.Checks)
	broken, unsure := r.Count(gate.Fail, ""), r.Count(gate.Uncertain, "")
	rest := ""
	if warned := r.Count(gate.Fail, gate.Warn); warned > 0 {
		rest = fmt.Sprintf(", %d of them warnings", warned)
	}
	unsureText := ""
	if unsure > 0 {
		unsureText = fmt.Sprintf("; %d uncertain", unsure)
	}
	switch {
	case n == 0:
		return name + ": no limit is looked at"
	case broken == 0:
		return fmt.Sprintf("%s: none of %d limits is broken%s", name, n, unsureText)
	}
	return fmt.Sprintf("%s: %d of %d limits broken%s%s", name, broken, n, rest, unsureText)
}

// verdictText returns the verdict, with the level of a limit that only warns.
func verdictText(c *gate.Check) string {
	if c.Level == gate.Warn && c.Verdict != gate.Pass {
		return string(c.Verdict) + " (warn)"
	}
	return string(c.Verdict)
}

// runsText returns how a model is run: runtime and precision.
func runsText(e *roofline.Estimate) string {
	text := e.Ran.Short()
	if e.Tuning != nil {
		text = e.Tuning.Runtime.ID + " " + text
	}
	if e.Batch > 1 {
		text += fmt.Sprintf(" ×%d", e.Batch)
	}
	return text
}

// figureText returns a figure with its interval.
func figureText(c *gate.Check) string {
	text := c.Show(c.Figure)
	if c.Low == c.High {
		return text
	}
	if c.Key == gate.MaxExpected {
		return Span{&c.Figure, &c.Low, &c.High, 0}.format(units.Seconds)
	}
	ends := func(v float64) string { return strings.TrimSuffix(c.Show(v), " FPS") }
	number, unit, _ := strings.Cut(text, " ")
	return fmt.Sprintf("%s %s [%s–%s]", number, unit, ends(c.Low), ends(c.High))
}

// gateNotes returns the notes on the models of a budget file, each with the models and devices that it is about.
func gateNotes(r *gate.Result) []Footnote {
	var es []*roofline.Estimate
	for i := range r.Checks {
		if e := r.Checks[i].Estimate; !slices.Contains(es, e) {
			es = append(es, e)
		}
	}
	return estimateNotes(es)
}

// Baseline describes what the models of a budget file are estimated at, for later comparison.
func Baseline(file string, targets []gate.Target) *Document {
	var es []*roofline.Estimate
	out := &schema.Baseline{File: file, Estimates: []schema.BaseEstimate{}}
	t := Table{Title: "Baseline of " + filepath.Base(file), Columns: []Column{{Name: "model"}, {Name: "device"},
		{Name: "runs as"}, {Name: "latency", Kind: Quantity, Dim: units.Seconds},
		{Name: "memory", Kind: Quantity, Dim: units.Capacity}, {Name: "work", Kind: Quantity, Dim: units.FLOPs},
		{Name: "basis"}}}
	rows := Table{Columns: runColumns(latencyMembers(), quantities(units.Bytes, "memory"), quantities(units.FLOPs, "work"),
		counts("parameters"), numbers("coverage"))}
	for i := range targets {
		x, e := &targets[i], targets[i].Estimate
		es = append(es, e)
		c := conditions(e.Precision, e.Asked, e.Ran, e.Tuning)
		cover := 1.0
		if e.Coverage.Nodes > 0 {
			cover = float64(e.Coverage.Known) / float64(e.Coverage.Nodes)
		}
		out.Estimates = append(out.Estimates, schema.BaseEstimate{Model: x.Model, Device: deviceRef(e.Device),
			Named: x.Device, Setting: x.Setting, Batch: max(e.Batch, 1), Runtime: c.Runtime, Ran: c.PrecisionRun,
			Basis: gate.Basis(e), Latency: latency(&e.Latency), Memory: e.MemoryBytes, FLOPs: e.FLOPs(), Params: e.Params,
			Coverage: cover})
		l := &e.Latency
		t.Rows = append(t.Rows, []any{x.Model, x.Device, runsText(e), Span{l.Expected, l.Low, l.High, l.SpeedOfLight},
			float64(e.MemoryBytes), float64(e.FLOPs()), basisText(e.Tuning)})
		row := append(latencyValues(l), float64(e.MemoryBytes), float64(e.FLOPs()), e.Params, cover)
		rows.Rows = append(rows.Rows, runValues(x.Model, e.Device.ID, &c, e.Batch, row...))
	}
	notes := estimateNotes(es)
	out.Remarks = remarks(notes)
	return document("baseline", []Table{t}, notes, out).rows(rows)
}
