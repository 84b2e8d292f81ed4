package report

import (
	"fmt"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/diff"
)

// Diff describes a new estimate beside an old one: the heaviest top changes of kernels, all of them for 0.
func Diff(d *diff.Diff, top int) *Document {
	rows := Table{Columns: slices.Concat(texts("change", "old", "new", "old operators", "new operators"),
		quantities(units.Seconds, "old time", "new time", "delta"))}
	for i := range d.Rows {
		r := &d.Rows[i]
		row := []any{r.Kind.String(), nil, nil, nil, nil, nil, nil, r.Delta()}
		for k, l := range []*roofline.Layer{r.Old, r.New} {
			if l != nil {
				row[1+k], row[3+k], row[5+k] = l.Name, l.Op, l.Seconds()
			}
		}
		rows.Rows = append(rows.Rows, row)
	}
	notes := slices.DeleteFunc(estimateNotes([]*roofline.Estimate{d.Old, d.New}), onBasis)
	return document("diff", []Table{diffSummary(d), diffChanges(d, top)}, notes, diffJSON(d, notes)).rows(rows)
}

// ratioVerdict says which of two estimates is faster.
func ratioVerdict(r *roofline.Ratio) string {
	switch {
	case r.Value == 1:
		return "same"
	case r.Low != nil && !r.Sure():
		return "uncertain"
	case r.Value > 1:
		return "slower"
	}
	return "faster"
}

// headlines lists the beginnings of the verdict by ratioVerdict.
var headlines = map[string]string{
	"same": "%s is as fast as %s", "slower": "%s is slower than %s", "faster": "%s is faster than %s",
	"uncertain": "%s may be as fast as %s",
}

// diffHeadline returns the verdict in a sentence.
func diffHeadline(d *diff.Diff) string {
	oldName, newName := diffName(d.Old, d.New), diffName(d.New, d.Old)
	if oldName == newName {
		oldName, newName = "the old one", "the new one"
	}
	old, new := d.Old.Latency.Best(), d.New.Latency.Best()
	text := fmt.Sprintf(headlines[ratioVerdict(&d.Ratio)], newName, oldName) + ": "
	if old == new {
		text += units.Short(new, units.Seconds)
	} else {
		text += units.Short(old, units.Seconds) + " → " + units.Short(new, units.Seconds) + ", " + changeText(old, new)
	}
	if d.Ratio.Low == nil {
		text += "; lower bounds only"
	}
	return text
}

// diffName names an estimate by what tells it from another one.
func diffName(e, other *roofline.Estimate) string {
	for _, of := range traitsOf {
		if of(e) != of(other) {
			return of(e)
		}
	}
	return e.Model
}

// changeText returns by how much a figure changes: +9 %, ×2.4, or no change.
func changeText(old, new float64) string {
	switch {
	case old == new:
		return "unchanged"
	case old == 0:
		return "from 0"
	case new/old >= 2:
		return "×" + short(new/old)
	}
	return signed(100*(new/old-1)) + " %"
}

// signed returns a number in two digits with its sign.
func signed(f float64) string {
	sign := "+"
	if f < 0 {
		sign = "−"
	}
	return sign + rough(math.Abs(f))
}

// diffSummary returns a table of the figures of both.
func diffSummary(d *diff.Diff) Table {
	t := Table{Title: diffHeadline(d), Columns: texts("figure", "old", "new", "change")}
	switch r := &d.Ratio; {
	case r.Low == nil:
	case *r.Low == *r.High:
		t.Lead = append(t.Lead, fmt.Sprintf("ratio      %s: both do the same work in the same setting", short(r.Value)))
	default:
		t.Lead = append(t.Lead, fmt.Sprintf("ratio      %s, 90 %% between %s and %s; what both may be off by cancels",
			short(r.Value), short(*r.Low), short(*r.High)))
	}
	c := d.Count
	t.Lead = append(t.Lead, fmt.Sprintf("kernels    %d slower, %d faster, %d added, %d removed, %d the same; %d renamed",
		c[diff.Slower], c[diff.Faster], c[diff.Added], c[diff.Removed], c[diff.Same], d.Renamed))
	for _, f := range diffFigures {
		old, new := f.of(d.Old), f.of(d.New)
		unit := func(e *roofline.Estimate) string { return "" }
		if f.name == "throughput" {
			unit = func(e *roofline.Estimate) string { return " " + roofline.Read(e.Inferred).Unit }
		}
		t.Rows = append(t.Rows, []any{f.name, f.text(old) + unit(d.Old), f.text(new) + unit(d.New), changeText(old, new)})
	}
	for _, f := range diffWords {
		if old, new := f.of(d.Old), f.of(d.New); old != new || f.always {
			change := ""
			if old != new {
				change = "changed"
			}
			t.Rows = append(t.Rows, []any{f.name, old, new, change})
		}
	}
	return t
}

// A diffFigure is a number of an estimate, and how it is printed.
type diffFigure struct {
	name string
	of   func(*roofline.Estimate) float64
	text func(float64) string
}

// inUnits returns a function that writes numbers of a dimension with unit and prefix.
func inUnits(dim units.Dim) func(float64) string {
	return func(v float64) string { return units.Short(v, dim) }
}

var diffFigures = []diffFigure{
	{"latency", func(e *roofline.Estimate) float64 { return e.Latency.Best() }, inUnits(units.Seconds)},
	{"lower bound", func(e *roofline.Estimate) float64 { return e.Latency.SpeedOfLight }, inUnits(units.Seconds)},
	{"throughput", func(e *roofline.Estimate) float64 { return roofline.Read(e.Inferred).Rate(e.Latency.Best()) }, rough},
	{"work", func(e *roofline.Estimate) float64 { return float64(e.FLOPs()) }, inUnits(units.FLOPs)},
	{"traffic", func(e *roofline.Estimate) float64 { return float64(e.Total.Bytes()) }, inUnits(units.Bytes)},
	{"parameters", func(e *roofline.Estimate) float64 { return float64(e.Params) },
		func(v float64) string { return si(int64(v)) }},
	{"memory", func(e *roofline.Estimate) float64 { return float64(e.MemoryBytes) }, inUnits(units.Capacity)},
	{"kernels", func(e *roofline.Estimate) float64 { return float64(e.Spent.Kernels) },
		func(v float64) string { return fmt.Sprint(int64(v)) }},
}

// diffWords lists the figures that are no numbers. Some stand in the table where they differ alone.
var diffWords = []struct {
	name   string
	always bool
	of     func(*roofline.Estimate) string
}{
	{"bound by", true, func(e *roofline.Estimate) string { return e.Spent.Bound().String() }},
	{"model", false, func(e *roofline.Estimate) string { return e.Model }},
	{"device", false, func(e *roofline.Estimate) string { return e.Device.ID }},
	{"runtime", false, func(e *roofline.Estimate) string { return fmt.Sprint(engineOf(e.Tuning)) }},
	{"precision", false, func(e *roofline.Estimate) string { return e.Precision.Short() }},
	{"batch", false, func(e *roofline.Estimate) string { return fmt.Sprint(max(e.Batch, 1)) }},
	{"in memory", false, func(e *roofline.Estimate) string { return e.Room.String() }},
}

// diffChanges returns a table of the kernels that change, the largest change first.
func diffChanges(d *diff.Diff, top int) Table {
	t := Table{Title: "Changes by kernel", Folded: true, Columns: slices.Concat(texts("change", "layer", "bound"),
		quantities(units.Seconds, "old", "new"), texts("by"))}
	heaviest := d.Heaviest()
	if top <= 0 || top > len(heaviest) {
		top = len(heaviest)
	}
	for i := range heaviest[:top] {
		r := &heaviest[i]
		t.Rows = append(t.Rows, []any{r.Kind.String(), r.Name(), boundText(r), timeOf(r.Old), timeOf(r.New),
			delta(r.Delta())})
	}
	if rest := heaviest[top:]; len(rest) > 0 {
		var old, new float64
		for i := range rest {
			old, new = old+secondsOf(rest[i].Old), new+secondsOf(rest[i].New)
		}
		t.Rows = append(t.Rows, []any{"", fmt.Sprintf("%d others", len(rest)), "", old, new, delta(new - old)})
	}
	if m := &d.SameWork; m.Kernels > 0 {
		t.Lead = append(t.Lead, fmt.Sprintf("%d kernels do the same work as before; what is known of the two networks moves "+
			"them by ×%s", m.Kernels, short(m.New/m.Old)))
		t.Rows = append(t.Rows, []any{"", fmt.Sprintf("%d of the same work", m.Kernels), "", m.Old, m.New,
			delta(m.New - m.Old)})
	}
	if least := 1e-6 * d.Old.Latency.Best(); math.Abs(d.Host) > least {
		old := d.Old.Latency.Best() - d.Old.Spent.Device
		t.Rows = append(t.Rows, []any{"", "host and fixed time", "", old, old + d.Host, delta(d.Host)})
	}
	if len(t.Rows) == 0 {
		return Table{Title: "No kernel takes longer or shorter"}
	}
	return t
}

// boundText returns the bound of a kernel, or "old → new" where it changed.
func boundText(r *diff.Row) string {
	switch {
	case r.Old == nil:
		return r.New.Bound.String()
	case r.New == nil || r.Old.Bound == r.New.Bound:
		return r.Old.Bound.String()
	}
	return r.Old.Bound.String() + " → " + r.New.Bound.String()
}

// timeOf returns the time of a kernel, nothing where there is none.
func timeOf(l *roofline.Layer) any {
	if l == nil {
		return nil
	}
	return l.Seconds()
}

// secondsOf returns the time of a kernel in seconds, 0 where one side lacks it.
func secondsOf(l *roofline.Layer) float64 {
	if l == nil {
		return 0
	}
	return l.Seconds()
}

// delta returns a difference of times with its sign.
func delta(seconds float64) string {
	if seconds < 0 {
		return "−" + units.Short(-seconds, units.Seconds)
	}
	return "+" + units.Short(seconds, units.Seconds)
}

// diffJSON returns a diff as the schema has it; times are milliseconds.
func diffJSON(d *diff.Diff, notes []Footnote) *schema.Diff {
	c := d.Count
	out := &schema.Diff{Old: diffSide(d.Old), New: diffSide(d.New),
		Ratio: schema.DiffRatio{Value: d.Ratio.Value, Low: d.Ratio.Low, High: d.Ratio.High, Verdict: ratioVerdict(&d.Ratio)},
		Delta: d.New.Milliseconds() - d.Old.Milliseconds(), Host: 1e3 * d.Host,
		Counts: schema.DiffCounts{Same: c[diff.Same], Slower: c[diff.Slower], Faster: c[diff.Faster],
			Added: c[diff.Added], Removed: c[diff.Removed], Renamed: d.Renamed},
		Kernels: []schema.DiffLayer{}, Remarks: remarks(notes)}
	if m := &d.SameWork; m.Kernels > 0 {
		out.SameWork = &schema.DiffMoved{Kernels: m.Kernels, Old: 1e3 * m.Old, New: 1e3 * m.New}
	}
	for i := range d.Rows {
		r := &d.Rows[i]
		out.Kernels = append(out.Kernels, schema.DiffLayer{Change: r.Kind.String(), Old: diffLayer(r.Old),
			New: diffLayer(r.New), Delta: 1e3 * r.Delta()})
	}
	return out
}

// diffSide returns one of the two estimates: model, device, conditions and totals.
func diffSide(e *roofline.Estimate) schema.DiffSide {
	return schema.DiffSide{Model: e.Model, Device: deviceRef(e.Device), Batch: max(e.Batch, 1), Total: total(e),
		Conditions: conditions(e.Precision, e.Asked, e.Ran, e.Tuning)}
}

// diffLayer returns one side of a kernel, over all of its launches; nil where that side lacks it.
func diffLayer(l *roofline.Layer) *schema.DiffLayerSide {
	if l == nil {
		return nil
	}
	c := l.Cost.Times(l.Times)
	return &schema.DiffLayerSide{Name: l.Name, Op: l.Op, Time: 1e3 * l.Seconds(), Bound: l.Bound.String(),
		FLOPs: c.FLOPs(), Bytes: c.Bytes()}
}
