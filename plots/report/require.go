package report

import (
	"fmt"
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// Require describes what a device needs to run a model.
func Require(model string, r *roofline.Requirements) *Document {
	notes := footnotes(requireNotes(r)...)
	out := &schema.Require{Model: model, Like: deviceRef(r.Like), Batch: max(r.Batch, 1),
		Conditions: conditions(r.Label, r.Asked, r.Ran, r.Tuning), Remarks: remarks(notes),
		Latency: 1e3 * r.Limit, Overhead: 1e3 * r.Overhead, Expected: r.Tuning != nil, Balanced: needJSON(r.Balanced), LeastRate: needJSON(r.LeastRate), LeastBand: needJSON(r.LeastBand)}
	t := Table{Title: fmt.Sprintf("What runs %s in %s, %s, on a device like %s", model,
		units.Short(r.Limit, units.Seconds), r.Precision.Short(), r.Like.Name), Columns: []Column{
		{Name: "need"}, {Name: r.Precision.Short() + " matrix rate", Kind: Quantity, Dim: units.FLOPRate}, {Name: "bandwidth", Kind: Quantity, Dim: units.ByteRate},
	}}
	row := func(name string, n roofline.Need) {
		t.Rows = append(t.Rows, []any{name, finite(n.Rate), finite(n.Bandwidth)})
	}
	row("in the proportion of "+r.Like.ID, r.Balanced)
	row("the least rate, bandwidth without limit", r.LeastRate)
	row("the least bandwidth, rate without limit", r.LeastBand)
	row("for comparison: "+r.Like.ID, has(r))
	curve := Table{Title: "Trade-off", Columns: []Column{{Name: r.Precision.Short() + " matrix rate", Kind: Quantity, Dim: units.FLOPRate}, {Name: "bandwidth", Kind: Quantity, Dim: units.ByteRate}}}
	for i, n := range r.Curve {
		out.Curve = append(out.Curve, needJSON(n))
		if i%3 == 0 {
			curve.Rows = append(curve.Rows, []any{finite(n.Rate), finite(n.Bandwidth)})
		}
	}
	return document("require", []Table{t, curve}, notes, out).rows(requireRows(model, r, &out.Conditions))
}

// requireRows returns the needs, for CSV; nothing stands for a figure without limit.
func requireRows(model string, r *roofline.Requirements, c *schema.Conditions) Table {
	t := Table{Columns: runColumns(quantities(units.Seconds, "limit"), texts("need"),
		quantities(units.FLOPRate, "matrix rate"), quantities(units.ByteRate, "bandwidth"))}
	row := func(name string, n roofline.Need) {
		t.Rows = append(t.Rows, runValues(model, r.Like.ID, c, r.Batch, r.Limit, name, finite(n.Rate),
			finite(n.Bandwidth)))
	}
	row("balanced", r.Balanced)
	row("least rate", r.LeastRate)
	row("least bandwidth", r.LeastBand)
	for _, n := range r.Curve {
		row("curve", n)
	}
	return t
}

// requireNotes returns the notes on a model and on what its needs rest on.
func requireNotes(r *roofline.Requirements) []note.Note {
	notes := slices.Clone(r.Inferred.Notes)
	if r.Tuning == nil {
		return append(notes, note.New(note.NeedsAtBound))
	}
	notes = append(notes, note.New(note.NeedsExpected, r.Tuning.Runtime.ID, r.Like.ID, r.Overhead))
	return append(notes, r.Tuning.Notes()...)
}

// has returns what the device that others are to be like has.
func has(r *roofline.Requirements) roofline.Need {
	n := roofline.Need{Bandwidth: r.Like.DRAM().Bandwidth.Value, Rate: math.Inf(1)}
	if !math.IsInf(r.Balanced.Rate, 1) {
		n.Rate = r.Balanced.Rate / r.Balanced.Bandwidth * n.Bandwidth
	}
	return n
}

// finite returns v, or nil where it is infinite: no such device can do it.
func finite(v float64) any {
	if math.IsInf(v, 1) {
		return nil
	}
	return v
}

// needJSON returns the needed FLOP/s and bytes/s; absent where nothing suffices.
func needJSON(n roofline.Need) schema.Need {
	point := func(v float64) *float64 {
		if math.IsInf(v, 1) {
			return nil
		}
		return &v
	}
	return schema.Need{Rate: point(n.Rate), Bandwidth: point(n.Bandwidth)}
}
