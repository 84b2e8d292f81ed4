package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline/advice"
)

// Advice describes what would make a model faster on a device.
func Advice(a *advice.Answer) *Document {
	base := a.Base
	notes := footnotes(base.Notes...)
	out := &schema.Advised{Model: base.Model, Device: deviceRef(base.Device), Batch: max(base.Batch, 1),
		Conditions: conditions(base.Precision, base.Asked, base.Ran, base.Tuning), Summary: summary(a),
		Latency: latency(&base.Latency), Shares: shares(base), Advice: []schema.Advice{},
		BoundShare: base.Latency.SpeedOfLight / base.Latency.Best(), Remarks: remarks(notes)}
	if limit := a.Question.Limit(base.Batch); !math.IsInf(limit, 1) {
		ms, meets := 1e3*limit, a.Question.Meets(base)
		out.Target, out.Meets = &ms, &meets
	}
	t := Table{Title: out.Summary, Lead: adviceLead(a), Columns: []Column{{Name: "advice"},
		{Name: "saves", Kind: Quantity, Dim: units.Seconds}, {Name: "new latency", Kind: Quantity, Dim: units.Seconds},
		{Name: "accuracy"}, {Name: "effort"}, {Name: "check it with"}}}
	rows := Table{Columns: runColumns(texts("advice", "category", "change"), quantities(units.Seconds, "saved", "saved low",
		"saved high", "new"), texts("accuracy may change", "effort", "verify"))}
	for i := range a.Advice {
		x := &a.Advice[i]
		t.Rows = append(t.Rows, adviceCells(x, x.What, x.Detail))
		j := schema.Advice{ID: x.ID, Category: x.Category, Severity: severityOf(x), Message: adviceText(x), Why: x.Doc,
			Source: x.Source, Affected: list(x.Affected), Saved: inMS(x.Saved), New: inMS(x.New),
			Per: max(x.Estimate.Batch, 1), Share: x.Share, Accuracy: x.Accuracy, Effort: x.Effort, Verify: x.Verify}
		if out.Target != nil {
			j.Meets = &x.Meets
		}
		out.Advice = append(out.Advice, j)
		rows.Rows = append(rows.Rows, estimateValues(base, x.ID, x.Category, x.What, x.Saved.Expected, x.Saved.Low,
			x.Saved.High, x.New.Expected, x.Accuracy, x.Effort, x.Verify))
	}
	if c := a.Combined; c != nil {
		t.Rows = append(t.Rows, adviceCells(c, "together", c.What))
		j := &schema.Combined{Message: adviceText(c), Saved: inMS(c.Saved), New: inMS(c.New), Share: c.Share,
			Accuracy: c.Accuracy, Verify: c.Verify}
		for _, x := range a.Together {
			j.IDs = append(j.IDs, x.ID)
		}
		if out.Target != nil {
			j.Meets = &c.Meets
		}
		out.Combined = j
	}
	if s := a.Smallest; s != nil {
		out.Smallest = &schema.SmallestOn{Device: deviceRef(s.Device), TDP: s.Device.TDP.Value, Latency: latency(&s.Latency)}
	}
	if c := a.Cheapest; c != nil {
		out.Cheapest = &schema.CheapestOn{Device: deviceRef(c.Device), Hour: c.Hour, Currency: c.Currency, Assumes: c.Assumes,
			Latency: latency(&c.Latency)}
	}
	if len(t.Rows) == 0 {
		t.Columns = nil
	}
	return document("explain", []Table{t}, notableNotes(notes), out).rows(rows)
}

// notableNotes returns the notes that warn.
func notableNotes(notes []Footnote) []Footnote {
	return slices.DeleteFunc(slices.Clone(notes), func(f Footnote) bool { return f.Level() != note.Warning })
}

// inMS returns a figure in milliseconds.
func inMS(s advice.Saving) schema.Interval {
	return schema.Interval{Expected: 1e3 * s.Expected, Low: 1e3 * s.Low, High: 1e3 * s.High}
}

// adviceCells returns the row of advice.
func adviceCells(x *advice.Advice, what, detail string) []any {
	accuracy := "same"
	if x.Accuracy {
		accuracy = "may change"
	}
	if per := perText(x); per != "" {
		what += "," + per
	}
	var more []string
	for _, text := range []string{detail, affected(x.Affected), unsure(x), x.Verify} {
		if text != "" {
			more = append(more, text)
		}
	}
	effort := x.Effort
	if effort == "" {
		effort = "all of these"
	}
	return []any{what, figureSpan(x.Saved), figureSpan(x.New), accuracy, effort, strings.Join(more, "; ")}
}

// unsure says where a change may not help.
func unsure(x *advice.Advice) string {
	if x.Saved.Low < 0 {
		return "may not help: the interval reaches below 0"
	}
	return ""
}

// affected returns the names of the first nodes of a list, and how many there are.
func affected(nodes []string) string {
	const most = 2
	switch n := len(nodes); {
	case n == 0:
		return ""
	case n > most:
		return fmt.Sprintf("%s and %d more", strings.Join(nodes[:most], ", "), n-most)
	}
	return strings.Join(nodes, ", ")
}

// figureSpan returns a saving with its interval, or without one where both ends agree. An end that
// rounds to zero is zero, not minus zero.
func figureSpan(s advice.Saving) Span {
	if s.Low == s.High {
		return Span{Expected: &s.Expected}
	}
	if s.Low < 0 && s.Low > -s.Expected/200 {
		s.Low = 0 // not -0
	}
	return Span{&s.Expected, &s.Low, &s.High, 0}
}

// heavy gives the share of the latency from which on a saving is a warning.
const heavy = 0.2

// severityOf returns "warning" for advice on a large share of the time that saves something even at
// its low end, "info" otherwise.
func severityOf(x *advice.Advice) string {
	if x.Share >= heavy && x.Saved.Low > 0 {
		return "warning"
	}
	return "info"
}

// adviceText returns advice in a sentence.
func adviceText(x *advice.Advice) string {
	text := fmt.Sprintf("%s saves %s of %s", x.What, units.Short(x.Saved.Expected, units.Seconds),
		units.Short(x.Saved.Expected+x.New.Expected, units.Seconds))
	return text + perText(x)
}

// perText says of how many samples a saving is that is not of an inference.
func perText(x *advice.Advice) string {
	switch {
	case x.Samples <= 1:
		return ""
	case x.Of > 1:
		return fmt.Sprintf(" for %d samples", x.Of)
	}
	return " a sample"
}

// summary returns what bounds a model and what would help most, in one or two sentences.
func summary(a *advice.Answer) string {
	b := a.Base
	bound := b.Spent.Bound()
	text := fmt.Sprintf("%s takes %s on %s (%s), %s-bound for %.0f %% of it", b.Model,
		units.Short(b.Latency.Best(), units.Seconds), b.Device.Name, runsText(b), bound, 100*b.Spent.Share(bound))
	if limit := a.Question.Limit(b.Batch); !math.IsInf(limit, 1) {
		verb := "misses"
		if a.Question.Meets(b) {
			verb = "meets"
		}
		text += fmt.Sprintf("; it %s %s", verb, units.Short(limit, units.Seconds))
	}
	if len(a.Advice) == 0 {
		return fmt.Sprintf("%s. Nothing that was tried saves 2 %%: the lower bound is %.0f %% of that", text,
			100*b.Latency.SpeedOfLight/b.Latency.Best())
	}
	first := &a.Advice[0]
	return fmt.Sprintf("%s. %s would save %s%s", text, capital(first.What), units.Short(first.Saved.Expected, units.Seconds),
		perText(first))
}

// capital returns s with its first letter raised.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// adviceLead returns what stands between the summary and the table.
func adviceLead(a *advice.Answer) []string {
	var out []string
	l := &a.Base.Latency
	out = append(out, fmt.Sprintf("now          %s; lower bound %s, %.0f %% of it",
		Column{Dim: units.Seconds, Kind: Quantity}.format(Span{l.Expected, l.Low, l.High, l.SpeedOfLight}),
		units.Short(l.SpeedOfLight, units.Seconds), 100*l.SpeedOfLight/l.Best()))
	if math.IsInf(a.Question.Limit(1), 1) {
		return out
	}
	if !a.Question.Meets(a.Base) {
		var meets []string
		for i := range a.Advice {
			if a.Advice[i].Meets {
				meets = append(meets, a.Advice[i].What)
			}
		}
		switch {
		case len(meets) > 0:
			out = append(out, "meets it     "+strings.Join(meets, "; "))
		case a.Combined != nil && a.Combined.Meets:
			out = append(out, "meets it     all of these together: "+a.Combined.What)
		default:
			out = append(out, "meets it     nothing that was tried on this device")
		}
	}
	if s := a.Smallest; s != nil {
		out = append(out, fmt.Sprintf("least power  %s (%s, %s) meets it in %s", s.Device.Name, s.Device.ID,
			units.Short(s.Device.TDP.Value, units.Watts), units.Short(s.Latency.Best(), units.Seconds)))
	} else if len(a.Question.Devices) > 0 {
		out = append(out, "least power  no device whose power is known meets it with a margin of 15 %")
	}
	return append(out, cheapestLead(a)...)
}

// cheapestLead returns the line that says which device meets the target for the least money.
func cheapestLead(a *advice.Answer) []string {
	switch c := a.Cheapest; {
	case a.Question.Price == nil:
		return nil
	case c == nil:
		return []string{"cheapest     no device whose price is known meets it with a margin of 15 %"}
	default:
		return []string{fmt.Sprintf("cheapest     %s (%s) meets it in %s: %s", c.Device.Name, c.Device.ID,
			units.Short(c.Latency.Best(), units.Seconds), c.Assumes)}
	}
}
