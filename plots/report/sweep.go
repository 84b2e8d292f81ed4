package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
)

// Sweep describes the steps of a sweep, those of a device one after another; each device is a result.
func Sweep(model string, axis roofline.Axis, points []roofline.SweepPoint) *Document {
	tuned := slices.ContainsFunc(points, func(p roofline.SweepPoint) bool { return p.Latency.Expected != nil })
	t := Table{Title: fmt.Sprintf("%s by %s", model, axis), Key: axis.String(), Columns: slices.Concat(texts("device"),
		counts(axis.String()),
		texts("runtime", "precision"), latencyColumns(tuned), numbers("throughput"), energyColumn(tuned),
		quantities(units.Capacity, "memory"), texts("bound", "basis", "remark"))}
	rows := Table{Columns: runColumns(texts("axis"), counts("value"), latencyMembers(), numbers("samples/s"),
		quantities(units.Bytes, "memory"),
		texts("bound", "fits memory", "memory verdict", "knee", "error"), energyMembers())}
	var names []string
	var lists [][]note.Note
	for i := range points {
		p := &points[i]
		t.Rows = append(t.Rows, sweepRow(p, len(t.Columns), tuned))
		rows.Rows = append(rows.Rows, sweepValues(model, axis, p, len(rows.Columns)))
		if p.Err == nil {
			names, lists = append(names, p.Device.ID), append(lists, cellNotes(&p.Cell))
		}
	}
	out := document("sweep", []Table{t}, slices.DeleteFunc(shared(names, lists), onBasis)).rows(rows)
	for len(points) > 0 {
		n := slices.IndexFunc(points, func(p roofline.SweepPoint) bool { return p.Device != points[0].Device })
		if n < 0 {
			n = len(points)
		}
		out.Results = append(out.Results, sweepJSON(model, axis, points[:n]))
		points = points[n:]
	}
	return out
}

// sweepRow returns the row of a point. A point that failed has its error in the last column.
func sweepRow(p *roofline.SweepPoint, columns int, tuned bool) []any {
	if p.Err != nil {
		row := make([]any, columns)
		row[0], row[1], row[columns-1] = p.Device.ID, stepValue(p), p.Err.Error()
		return row
	}
	var marks []string
	if p.Room != roofline.RoomFits {
		marks = append(marks, "memory: "+p.Room.String())
	}
	if p.Knee {
		marks = append(marks, "knee: 90 % of the best")
	}
	row := []any{p.Device.ID, stepValue(p), engineOf(p.Tuning), p.Precision.Short()}
	row = append(row, latencyCells(tuned, &p.Latency)...)
	row = append(row, throughput(p.Reads, &p.Latency))
	row = append(row, energyCells(tuned, energy.OfCell(p.Device, &p.Cell))...)
	return append(row, float64(p.MemoryBytes), p.Spent.Bound().String(),
		basisText(p.Tuning), strings.Join(marks, "; "))
}

// stepValue returns what the axis was set to: height and width as a text where they differ.
func stepValue(p *roofline.SweepPoint) any {
	if p.Size.Height != p.Size.Width {
		return p.Size.String()
	}
	return p.Value
}

// sweepValues returns a step, for CSV.
func sweepValues(model string, axis roofline.Axis, p *roofline.SweepPoint, columns int) []any {
	row := cellValues(model, p.Device.ID, &p.Cell, axis.String(), stepValue(p))
	if p.Err != nil {
		row = padded(row, columns)
		row[columns-1-len(energyMembers())] = p.Err.Error()
		return row
	}
	row = append(row, latencyValues(&p.Latency)...)
	row = append(row, p.Throughput(), float64(p.MemoryBytes), p.Spent.Bound().String(), p.Room != roofline.RoomNone,
		p.Room.String(), p.Knee, nil)
	return append(row, energyValues(energy.OfCell(p.Device, &p.Cell))...)
}

// sweepJSON returns the steps on one device. Its conditions are those of the first step that has an outcome.
func sweepJSON(model string, axis roofline.Axis, points []roofline.SweepPoint) *schema.Sweep {
	out := &schema.Sweep{Model: model, Device: deviceRef(points[0].Device), Axis: axis.String(), Knee: 0.9,
		Steps: []schema.SweepStep{}}
	out.PrecisionAsked = askedFor(points[0].Asked)
	var notes []note.Note
	for i := range points {
		p := &points[i]
		s := schema.SweepStep{Device: p.Device.ID, Value: p.Value, Batch: p.Batch, Memory: p.MemoryBytes,
			Fits: p.Err == nil && p.Room != roofline.RoomNone, Knee: p.Knee}
		if p.Size.Height != p.Size.Width {
			s.Image = p.Size.String()
		}
		if p.Err != nil {
			s.Error = p.Err.Error()
			out.Steps = append(out.Steps, s)
			continue
		}
		at := conditions(p.Precision, p.Asked, p.Ran, p.Tuning)
		if out.Basis == nil {
			out.Conditions = at
		}
		rate, ms := p.Throughput(), latency(&p.Latency)
		s.Latency, s.Throughput, s.Bound, s.Basis = &ms, &rate, p.Spent.Bound().String(), at.Basis
		s.Room, s.Usable = roomJSON(&p.Cell), usableJSON(p.UsableBytes)
		s.Energies = energyJSON(energy.OfCell(p.Device, &p.Cell))
		out.Steps = append(out.Steps, s)
		notes = append(notes, cellNotes(&p.Cell)...)
	}
	out.Remarks = remarks(footnotes(notes...))
	return out
}
