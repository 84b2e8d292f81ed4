package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// Matrix describes which models fit a budget on which devices: choices holds, for each device, one for each model.
// Devices on which more fits come first, then those that take less power; with a ranking, those on which anything fits,
// the least energy or cost of what fits first.
func Matrix(b roofline.Budget, devices []*hwprofiles.Device, choices [][]roofline.Choice, rank Ranking) *Document {
	notes := []note.Note{note.New(note.Verdicts)}
	if rank.By == Usual {
		notes = append(notes, note.New(note.SortedByFit))
	}
	out := document("pick", nil, footnotes(notes...))
	order := make([]int, len(devices))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int {
		if rank.By != Usual {
			_, fx := rank.least(choices[x])
			_, fy := rank.least(choices[y])
			return cmp.Compare(fx, fy)
		}
		return cmp.Or(cmp.Compare(fitting(choices[y]), fitting(choices[x])), cmp.Compare(sure(choices[y]), sure(choices[x])), cmp.Compare(power(devices[x]), power(devices[y])))
	})
	t := Table{Title: budgetTitle(b) + ", by device", Matrix: true,
		Columns: slices.Concat(texts("device"), quantities(units.Watts, "power"), texts("fit"), rank.columns())}
	for i := range choices[0] {
		t.Columns = append(t.Columns, Column{Name: choices[0][i].Model})
	}
	var rows []roofline.Choice
	for _, i := range order {
		d, row := devices[i], choices[i]
		cells := []any{d.ID, nil, fmt.Sprintf("%d of %d", fitting(row), len(row))}
		if d.TDP != nil {
			cells[1] = d.TDP.Value
		}
		best, _ := rank.least(row)
		cells = append(cells, rank.cells(best)...)
		for k := range row {
			cells = append(cells, matrixCell(&row[k]))
		}
		out.Results = append(out.Results, pickJSON(b, row, len(row), &rank))
		rows = append(rows, row...)
		t.Rows = append(t.Rows, cells)
	}
	out.Tables = []Table{t}
	out.Notes = append(out.Notes, failures(choices)...)
	out.Tables[0].Lead = rank.lead(rows)
	return out.rows(pickRows(rows, &rank))
}

// maxFailures gives the most reasons of failure that are printed.
const maxFailures = 5

// failures returns why choices fail, each reason once.
func failures(choices [][]roofline.Choice) []Footnote {
	var why []note.Note
	for _, row := range choices {
		for i := range row {
			if err := row[i].Err; err != nil {
				why = append(why, note.New(note.WayFails, err.Error()))
			}
		}
	}
	all := footnotes(why...)
	return all[:min(len(all), maxFailures)]
}

// matrixCell returns the latency and the verdict, with the way the model runs where that is not its own.
func matrixCell(c *roofline.Choice) string {
	if c.Verdict == roofline.Fails {
		return "fails"
	}
	text := units.Short(c.Latency.Best(), units.Seconds) + " " + c.Verdict.String()
	if c.Resized {
		text += " at " + c.Size.String()
	}
	if c.OverBytes > 0 {
		text += " (memory)"
	}
	return text
}

// fitting returns how many choices fit their device and meet the budget.
func fitting(row []roofline.Choice) (n int) {
	for i := range row {
		if row[i].Verdict.Fits() {
			n++
		}
	}
	return n
}

// sure returns how many choices meet the budget even at the high end of their interval.
func sure(row []roofline.Choice) (n int) {
	for i := range row {
		if row[i].Verdict == roofline.Sure {
			n++
		}
	}
	return n
}

// power returns the TDP in W; a device without one comes last.
func power(d *hwprofiles.Device) float64 {
	if d.TDP == nil {
		return 1e9
	}
	return d.TDP.Value
}
