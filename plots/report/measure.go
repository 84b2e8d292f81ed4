package report

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/timing"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/measure"
	"github.com/ridgepoint/ridgepoint/roofline/trace"
)

// Measure describes a measurement beside its prediction, by class of kernel.
func Measure(m *measure.Measurement) *Document {
	e := m.Estimate
	out := &schema.Measure{Model: m.Model, Runtime: m.Runtime, Threads: m.Threads, Batch: max(e.Batch, 1),
		Precision: e.Precision.Short(), PrecisionAsked: askedFor(e.Asked), PrecisionRun: e.Ran.Short(),
		Classes: []schema.MeasureClass{}, Kernels: []schema.MeasureClass{}}
	notes := slices.Clone(m.Notes)
	lead := []string{}
	if s := m.Stats; s != nil {
		out.Latency = statsJSON(s)
		lead = append(lead, fmt.Sprintf("measured   %s median of %d runs, 95 %% interval %s to %s", units.Format(s.Median, units.Seconds), s.Runs, units.Format(s.MedianLow, units.Seconds), units.Format(s.MedianHigh, units.Seconds)),
			fmt.Sprintf("spread     min %s, p10 %s, quartiles %s to %s (%.1f %% of the median)", units.Format(s.Min, units.Seconds), units.Format(s.Low, units.Seconds), units.Format(s.Q1, units.Seconds), units.Format(s.Q3, units.Seconds), 100*s.Spread()))
		if !s.Settled {
			notes = append(notes, note.New(note.MedianUnsettled))
		}
	}
	if d := e.Device; d != nil {
		l := latency(&e.Latency)
		ref, at := deviceRef(d), conditions(e.Precision, e.Asked, e.Ran, e.Tuning)
		out.Device, out.Predicted, out.PredictedRuntime, out.Basis = &ref, &l, at.Runtime, at.Basis
		what := "lower bound"
		if e.Latency.Expected != nil {
			what = "expected"
		}
		text := fmt.Sprintf("predicted  %s %s on %s", units.Format(e.Latency.Best(), units.Seconds), what, d.Name)
		if m.Stats != nil {
			text += fmt.Sprintf("; measured / predicted %.2f", m.Stats.Median/e.Latency.Best())
		}
		lead = append(lead, text)
	}
	title := fmt.Sprintf("%s in %s, %s, batch %d", m.Model, m.Runtime, e.Precision.Short(), max(e.Batch, 1))
	if m.Threads > 0 {
		title += fmt.Sprintf(", %d threads", m.Threads)
	}
	t := Table{Title: title, Lead: lead}
	if m.Match != nil {
		classes(m, &t, out)
	}
	foot := footnotes(notes...)
	out.Remarks = remarks(foot)
	return document("measure", []Table{t}, foot, out).rows(measureRows(m, out))
}

// measureRows returns the whole inference, the classes of kernels and what is in none, for CSV.
func measureRows(m *measure.Measurement, out *schema.Measure) Table {
	t := Table{Columns: runColumns(counts("threads"), texts("part"), counts("kernels"), quantities(units.Seconds, "measured", "predicted"))}
	c := &schema.Conditions{Runtime: &out.Runtime, Precision: out.Precision, Basis: out.Basis}
	device := ""
	if out.Device != nil {
		device = out.Device.ID
	}
	row := func(part string, kernels, measured, predicted any) {
		t.Rows = append(t.Rows, runValues(out.Model, device, c, out.Batch, m.Threads, part, kernels, measured,
			predicted))
	}
	if m.Stats != nil {
		var predicted any
		if out.Device != nil {
			predicted = m.Estimate.Latency.Best()
		}
		row("inference", nil, m.Stats.Median, predicted)
	}
	for i := range out.Classes {
		k := &out.Classes[i]
		row(k.Class, k.Kernels, k.Measured/1e3, seconds(k.Predicted))
	}
	if out.Outside > 0 {
		row("in no kernel", len(m.Match.Outside), out.Outside/1e3, nil)
	}
	return t
}

// seconds returns milliseconds in seconds, nothing for nil.
func seconds(ms *float64) any {
	if ms == nil {
		return nil
	}
	return *ms / 1e3
}

// statsJSON returns the statistics of runs in milliseconds.
func statsJSON(s *timing.Stats) *schema.Stats {
	return &schema.Stats{Runs: s.Runs, Min: 1e3 * s.Min, Low: 1e3 * s.Low, Median: 1e3 * s.Median, Q1: 1e3 * s.Q1,
		Q3:        1e3 * s.Q3,
		MedianLow: 1e3 * s.MedianLow, MedianHigh: 1e3 * s.MedianHigh, Settled: s.Settled}
}

// classes fills the table by class of kernel, and the kernels one by one for JSON.
func classes(m *measure.Measurement, t *Table, out *schema.Measure) {
	t.Columns = []Column{{Name: "kernels of class"}, {Name: "kernels", Kind: Count}, {Name: "measured", Kind: Quantity, Dim: units.Seconds}, {Name: "share", Kind: Percent},
		{Name: "predicted", Kind: Quantity, Dim: units.Seconds}, {Name: "measured/predicted", Kind: Number}, {Name: "achieved", Kind: Quantity, Dim: units.FLOPRate}}
	var took, work [kernel.NumClasses]float64
	said := m.Estimate.ByClass()
	total := m.Match.Measured()
	for _, n := range m.Match.Outside {
		total += n.Seconds
		out.Outside += 1e3 * n.Seconds
	}
	known := m.Estimate.Device != nil
	for i := range m.Estimate.Layers {
		l := &m.Estimate.Layers[i]
		took[l.Class] += m.Match.Layers[i]
		work[l.Class] += float64(l.Cost.FLOPs()) * float64(l.Times)
		out.Kernels = append(out.Kernels, pairJSON(l.Name, l.Class.String(), l.Times, m.Match.Layers[i], l.Seconds(), known))
	}
	for c := range kernel.NumClasses {
		count, predicted := said[c].Kernels, said[c].Device
		if count == 0 {
			continue
		}
		out.Classes = append(out.Classes, pairJSON(c.String(), c.String(), count, took[c], predicted, known))
		row := []any{c.String(), count, took[c], ratio(took[c], total), nil, nil, ratio(work[c], took[c])}
		if known {
			row[4], row[5] = predicted, ratio(took[c], predicted)
		}
		t.Rows = append(t.Rows, row)
	}
	if out.Outside > 0 {
		t.Rows = append(t.Rows, []any{"in no kernel: the runtime's own", int64(len(m.Match.Outside)), out.Outside / 1e3, ratio(out.Outside/1e3, total), nil, nil, nil})
	}
	t.Rows = append(t.Rows, []any{"all nodes", nil, total, ratio(total, total), nil, nil, nil})
}

// pairJSON returns measured and predicted milliseconds of a group of kernels; predicted is absent
// where it is not known.
func pairJSON(name, class string, kernels int64, took, said float64, known bool) schema.MeasureClass {
	j := schema.MeasureClass{Name: name, Class: class, Kernels: kernels, Measured: 1e3 * took}
	if ms := 1e3 * said; known {
		j.Predicted = &ms
	}
	return j
}

// ratio returns a/b, nil where there is none.
func ratio(a, b float64) any {
	if b > 0 && a > 0 {
		return a / b
	}
	return nil
}

// profileRows returns the models or the nodes of a profile, for CSV.
func profileRows(p *trace.Trace) Table {
	t := Table{Columns: slices.Concat(texts("format", "model", "node", "operator"), quantities(units.Seconds, "time"), numbers("samples/s"))}
	for i := range p.Rows {
		r := &p.Rows[i]
		t.Rows = append(t.Rows, []any{p.Format, r.Model, nil, nil, ratio(r.Latency, 1), ratio(r.Throughput, 1)})
	}
	for _, n := range p.Nodes {
		t.Rows = append(t.Rows, []any{p.Format, nil, n.Name, n.Op, n.Seconds, nil})
	}
	return t
}

// Profile describes a profile of which no model is known: its nodes, or its models.
func Profile(p *trace.Trace) *Document {
	notes := footnotes(p.Notes...)
	out := &schema.Profile{Format: p.Format, Nodes: []schema.ProfileNode{}, Models: []schema.ProfileModel{},
		Remarks: remarks(notes)}
	t := Table{Title: "Read from " + p.Format}
	if len(p.Times) > 0 {
		s := timing.Of(p.Times)
		out.Latency = statsJSON(s)
		t.Lead = append(t.Lead, fmt.Sprintf("measured   %s median of %d runs, min %s", units.Format(s.Median, units.Seconds), s.Runs, units.Format(s.Min, units.Seconds)))
	}
	if len(p.Rows) > 0 {
		t.Columns = []Column{{Name: "model"}, {Name: "latency", Kind: Quantity, Dim: units.Seconds}, {Name: "per second", Kind: Number}, {Name: "notes"}}
	} else if len(p.Nodes) > 0 {
		t.Columns = []Column{{Name: "node"}, {Name: "operator"}, {Name: "time", Kind: Quantity, Dim: units.Seconds}, {Name: "share", Kind: Percent}}
	}
	for i := range p.Rows {
		r := &p.Rows[i]
		out.Models = append(out.Models, schema.ProfileModel{Model: r.Model, Latency: 1e3 * r.Latency,
			Throughput: r.Throughput, Notes: r.Notes})
		t.Rows = append(t.Rows, []any{r.Model, ratio(r.Latency, 1), ratio(r.Throughput, 1), r.Notes})
	}
	for _, n := range p.Nodes {
		out.Nodes = append(out.Nodes, schema.ProfileNode{Name: n.Name, Op: n.Op, Time: 1e3 * n.Seconds})
		t.Rows = append(t.Rows, []any{n.Name, n.Op, n.Seconds, ratio(n.Seconds, p.Total)})
	}
	return document("profile", []Table{t}, notes, out).rows(profileRows(p))
}
