package report

import (
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/explore"
)

// WhatIf describes an estimate beside those on changed devices.
func WhatIf(base *roofline.Estimate, variants []explore.Variant) *Document {
	all := append([]explore.Variant{{Estimate: base}}, variants...)
	tuned := base.Latency.Expected != nil
	notes := footnotes(base.Notes...)
	if tuned {
		notes = append(notes, footnotes(note.New(note.SameEfficiencies, base.Device.ID))...)
	}
	out := &schema.WhatIf{Model: base.Model, Device: deviceRef(base.Device), Batch: max(base.Batch, 1),
		Conditions: conditions(base.Precision, base.Asked, base.Ran, base.Tuning), Remarks: remarks(notes)}
	t := Table{Title: "What if: " + title(base), Columns: slices.Concat([]Column{{Name: "change"}}, latencyColumns(tuned),
		[]Column{{Name: "speedup", Kind: Number}, {Name: "compute", Kind: Percent}, {Name: "memory", Kind: Percent}, {Name: "overhead", Kind: Percent}})}
	rows := Table{Columns: runColumns(texts("change"), latencyMembers(),
		numbers("speedup", "compute", "memory", "overhead"))}
	for _, v := range all {
		e := v.Estimate
		j := schema.Variant{Changes: v.Changes, Latency: latency(&e.Latency),
			Speedup: base.Latency.Best() / e.Latency.Best(), Shares: shares(e)}
		name := strings.Join(v.Changes, ", ")
		if v.Changes == nil {
			j.Changes, name = []string{}, "as it is"
		}
		out.Variants = append(out.Variants, j)
		row := append([]any{name}, latencyCells(tuned, &e.Latency)...)
		t.Rows = append(t.Rows, append(row, j.Speedup, j.Shares.Compute, j.Shares.Memory, j.Shares.Overhead))
		row = append(estimateValues(e, strings.Join(v.Changes, " ")), latencyValues(&e.Latency)...)
		rows.Rows = append(rows.Rows, append(row, j.Speedup, j.Shares.Compute, j.Shares.Memory, j.Shares.Overhead))
	}
	return document("whatif", []Table{t}, notes, out).rows(rows)
}
