package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
)

// Pick describes which models fit a budget on a device; top is how many rows are shown, 0 for all. The ranking sorts
// those that fit.
func Pick(b roofline.Budget, choices []roofline.Choice, top int, rank Ranking) *Document {
	rank.Sort(choices)
	if len(choices) == 0 {
		return &Document{}
	}
	d := choices[0].Device
	tuned := slices.ContainsFunc(choices, func(c roofline.Choice) bool { return c.Latency.Expected != nil })
	t := Table{Title: fmt.Sprintf("%s on %s", budgetTitle(b), d.Name), Columns: slices.Concat(
		texts("model", "fits", "accuracy"), rank.columns(), counts("size"), texts("runtime", "precision"), latencyColumns(tuned),
		numbers("throughput"), texts("basis"), energyColumn(tuned), quantities(units.Capacity, "memory"), quantities(units.FLOPs, "work"),
		texts("why not, and what would help"))}
	if top <= 0 {
		top = len(choices)
	}
	for i := range choices[:min(top, len(choices))] {
		c := &choices[i]
		t.Rows = append(t.Rows, choiceRow(c, len(t.Columns), tuned, &rank))
	}
	t.Lead = rank.lead(choices)
	return document("pick", []Table{t}, pickNotes(b, choices), pickJSON(b, choices, top, &rank)).
		rows(pickRows(choices[:min(top, len(choices))], &rank))
}

// pickRows returns choices on one device or several, for CSV.
func pickRows(choices []roofline.Choice, rank *Ranking) Table {
	t := Table{Columns: runColumns(texts("fits", "verdict", "metric"), numbers("score"), texts("score holds at this size"), counts("size"),
		quantities(units.FLOPs, "work"), latencyMembers(), numbers("samples/s"), quantities(units.Bytes, "memory"),
		quantities(units.Seconds, "over budget"), quantities(units.Bytes, "over memory"), texts("remedy", "error"),
		energyMembers(), numbers("price of a million"), texts("currency"))}
	for i := range choices {
		c := &choices[i]
		row := cellValues(c.Model, c.Device.ID, &c.Cell, c.Verdict.Fits(), c.Verdict.String(), nil, nil, nil)
		if q := c.Quality; q != nil {
			row = append(row[:len(row)-3], q.Metric, q.Score, !c.Resized)
		}
		if c.Err != nil {
			row = padded(row, len(t.Columns))
			row[len(row)-3-len(energyMembers())] = c.Err.Error()
			t.Rows = append(t.Rows, row)
			continue
		}
		row = append(append(row, size(c), float64(c.FLOPs)), latencyValues(&c.Latency)...)
		row = append(row, c.Throughput(), float64(c.MemoryBytes), c.OverSeconds, float64(c.OverBytes), c.Remedy, nil)
		row = append(row, energyValues(energyOf(c))...)
		price := []any{nil, nil}
		if m := ChoiceMoney(rank.Prices, c); m.Cost != nil {
			price = []any{m.Cost.PerMillion, m.Cost.Currency}
		}
		t.Rows = append(t.Rows, append(row, price...))
	}
	return t
}

// pickJSON returns the verdicts on one device, the first top of them one by one.
func pickJSON(b roofline.Budget, choices []roofline.Choice, top int, rank *Ranking) *schema.Pick {
	d := choices[0].Device
	out := &schema.Pick{Device: deviceRef(d), Budget: budgetJSON(b), Fitting: fitting(choices)}
	if d.TDP != nil {
		out.TDP = &d.TDP.Value
	}
	for i := range choices {
		c := &choices[i]
		if i < top {
			j := choiceJSON(c, i+1)
			j.Money = ChoiceMoney(rank.Prices, c)
			out.Choices = append(out.Choices, j)
		}
	}
	out.Remarks = remarks(pickNotes(b, choices))
	return out
}

// choiceRow returns the row of a choice. One that fails has its reason in the last column and
// nothing between.
func choiceRow(c *roofline.Choice, columns int, tuned bool, rank *Ranking) []any {
	row := []any{c.Model, c.Verdict.String(), accuracy(c)}
	if c.Verdict == roofline.Fails {
		row = append(row, make([]any, columns-len(row))...)
		row[columns-1] = verdict(c)
		return row
	}
	row = append(row, rank.cells(c)...)
	row = append(row, size(c), engineOf(c.Tuning), c.Precision.Short())
	row = append(row, latencyCells(tuned, &c.Latency)...)
	row = append(row, throughput(c.Reads, &c.Latency), basisText(c.Tuning))
	row = append(row, energyCells(tuned, energyOf(c))...)
	return append(row, float64(c.MemoryBytes), float64(c.FLOPs),
		verdict(c))
}

// choiceJSON returns a choice with its place in the ranking, from 1; times are milliseconds.
func choiceJSON(c *roofline.Choice, rank int) schema.Choice {
	j := schema.Choice{Model: c.Model, Rank: rank, Fits: c.Verdict.Fits(), Verdict: c.Verdict.String(),
		Conditions: conditions(c.Precision, c.Asked, c.Ran, c.Tuning), Batch: max(c.Batch, 1), MACs: c.MACs, Params: c.Params,
		Latency: latency(&c.Latency), Throughput: c.Throughput(), Memory: c.MemoryBytes, Room: roomJSON(&c.Cell), Usable: usableJSON(c.UsableBytes),
		OverMs: 1e3 * c.OverSeconds, OverBytes: c.OverBytes, Remedy: c.Remedy, Energies: energyJSON(energyOf(c))}
	if q := c.Quality; q != nil {
		j.Accuracy = &schema.Quality{Metric: q.Metric, Score: q.Score, Text: q.Text, Source: q.Source,
			Holds: !c.Resized}
	}
	switch {
	case c.Size.Height != c.Size.Width:
		j.Image = c.Size.String()
	case c.Size.Height != 0:
		j.Size = &c.Size.Height
	}
	if c.Remedied != nil {
		ms := 1e3 * c.Remedied.Latency.Best()
		j.RemedyMs = &ms
	}
	if c.Err != nil {
		j.Error, j.Conditions = c.Err.Error(), schema.Conditions{PrecisionAsked: askedFor(c.Asked)}
	}
	return j
}

// energyOf returns the energy of a choice, nil where it is not known.
func energyOf(c *roofline.Choice) *energy.Energy { return energy.OfCell(c.Device, &c.Cell) }

// accuracy returns the published figure, in brackets where it was published for another size.
func accuracy(c *roofline.Choice) string {
	switch {
	case c.Quality == nil:
		return ""
	case c.Resized:
		return "(" + c.Quality.Text + ")"
	}
	return c.Quality.Text
}

// size returns the image size of a choice, or nil where it is the model's own.
func size(c *roofline.Choice) any {
	if c.Size == (roofline.Size{}) {
		return nil
	}
	return c.Size.String()
}

// pickNotes returns how the choices are ranked, what their latencies rest on, and the notes on the models.
func pickNotes(b roofline.Budget, choices []roofline.Choice) []Footnote {
	candidates := make([]roofline.Candidate, len(choices))
	names, lists := make([]string, len(choices)), make([][]note.Note, len(choices))
	var resized, tuned bool
	var rests []note.Note
	corrected := 0
	for i := range choices {
		c := &choices[i]
		candidates[i], names[i], lists[i] = *c.Candidate, c.Model, c.Notes
		resized = resized || c.Resized && c.Quality != nil
		tuned = tuned || c.Latency.Expected != nil
		if t := c.Tuning; t != nil {
			rests = append(rests, t.SliceBasis())
			if t.Correction != nil {
				corrected++
			}
		}
	}
	notes := []note.Note{note.New(note.Verdicts)}
	if i := slices.IndexFunc(choices, func(c roofline.Choice) bool { return c.Verdict == roofline.Close }); i >= 0 {
		notes = append(notes, note.New(note.Margin, riskText(b.Risk), choices[i].Model))
	}
	if roofline.ByQuality(candidates) {
		notes = append(notes, note.New(note.RankedByAccuracy))
	} else {
		notes = append(notes, note.New(note.RankedByWork))
	}
	if resized {
		notes = append(notes, note.New(note.AccuracyResized))
	}
	if !tuned {
		notes = append(notes, note.New(note.LowerBoundsOnly))
	}
	notes = append(notes, rests...)
	if corrected > 0 {
		notes = append(notes, note.New(note.CorrectedChoices, corrected, len(choices)))
	}
	return append(footnotes(notes...), shared(names, lists)...)
}

// budgetJSON returns the limits that were asked for, in milliseconds, FPS and bytes.
func budgetJSON(b roofline.Budget) (out schema.Budget) {
	if b.Latency > 0 {
		ms := 1e3 * b.Latency
		out.Latency = &ms
	}
	if b.FPS > 0 {
		out.FPS = &b.FPS
	}
	if b.Memory > 0 {
		out.Memory = &b.Memory
	}
	return out
}

// budgetTitle says which models a table has: those that reach a rate, those within a latency or a memory.
func budgetTitle(b roofline.Budget) string {
	if b.FPS == 0 {
		return "Models within " + budgetText(b)
	}
	title := fmt.Sprintf("Models that reach %g FPS", b.FPS)
	if b.FPS = 0; b.Latency > 0 || b.Memory > 0 {
		title += " within " + budgetText(b)
	}
	return title
}

// budgetText returns the limits that were asked for as one phrase.
func budgetText(b roofline.Budget) string {
	text := ""
	add := func(s string) {
		if text != "" {
			text += ", "
		}
		text += s
	}
	if b.FPS > 0 {
		add(fmt.Sprintf("%g FPS", b.FPS))
	}
	if b.Latency > 0 {
		add(units.Short(b.Latency, units.Seconds))
	}
	if b.Memory > 0 {
		add(units.Short(float64(b.Memory), units.Capacity))
	}
	if text == "" {
		return "the memory"
	}
	return text
}

// verdict says by how much a model is over and what would make it fit.
func verdict(c *roofline.Choice) string {
	switch c.Verdict {
	case roofline.Sure, roofline.Likely, roofline.Possible:
		if c.Room == roofline.RoomTight {
			return "tight: " + units.Short(float64(c.UsableBytes), units.Capacity) + " usable"
		}
		return ""
	case roofline.Fails:
		return c.Err.Error()
	}
	var parts []string
	if c.Verdict == roofline.Close {
		parts = append(parts, "within the budget by less than the margin")
	}
	if c.OverSeconds > 0 {
		parts = append(parts, units.Short(c.OverSeconds, units.Seconds)+" too slow")
	}
	if c.OverBytes > 0 {
		parts = append(parts, units.Short(float64(c.OverBytes), units.Capacity)+" too large")
	}
	text := strings.Join(parts, ", ")
	switch {
	case c.Remedied != nil:
		return text + "; fits with " + c.Remedy
	case c.Tried:
		return text + "; no narrower type or smaller input helps"
	}
	return text
}

// riskText names a margin.
func riskText(risk float64) string {
	if math.IsInf(risk, 1) {
		return "the whole interval"
	}
	return "×" + strconv.FormatFloat(risk, 'g', -1, 64)
}
