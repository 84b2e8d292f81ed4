package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Variant is an estimate on a device with some figures changed.
type Variant struct {
	Changes  []string // as PATH=VALUE
	Estimate *roofline.Estimate
}

// WhatIfJSON is how a latency moves with a device's figures, in schema ridgepoint/whatif/v1.
type WhatIfJSON struct {
	Schema   string        `json:"schema"`
	Model    string        `json:"model"`
	Device   DeviceRef     `json:"device"`
	Variants []VariantJSON `json:"variants"`
}

// VariantJSON is one set of changes; the first has none.
type VariantJSON struct {
	Changes []string    `json:"changes"`
	Latency LatencyJSON `json:"latency_ms"`
	Speedup float64     `json:"speedup"`
	Shares  SharesJSON  `json:"bound_share"`
}

// WhatIf describes an estimate beside those on changed devices.
func WhatIf(base *roofline.Estimate, variants []Variant) *Document {
	all := append([]Variant{{nil, base}}, variants...)
	tuned := base.Latency.Expected != nil
	out := &WhatIfJSON{Schema: "ridgepoint/whatif/v1", Model: base.Model, Device: DeviceRef{base.Device.ID, base.Device.Name, base.Device.Hash}}
	t := Table{Title: "What if: " + title(base), Columns: slices.Concat([]Column{{"change", Text, 0}}, latencyColumns(tuned),
		[]Column{{"speedup", Number, 0}, {"compute", Percent, 0}, {"memory", Percent, 0}, {"overhead", Percent, 0}})}
	for _, v := range all {
		e := v.Estimate
		j := VariantJSON{Changes: v.Changes, Latency: latency(&e.Latency), Speedup: base.Latency.Best() / e.Latency.Best(), Shares: shares(e)}
		name := strings.Join(v.Changes, ", ")
		if v.Changes == nil {
			j.Changes, name = []string{}, "as it is"
		}
		out.Variants = append(out.Variants, j)
		row := append([]any{name}, latencyValues(tuned, &e.Latency)...)
		t.Rows = append(t.Rows, append(row, j.Speedup, j.Shares.Compute, j.Shares.Memory, j.Shares.Overhead))
	}
	notes := doubts(base)
	if tuned {
		notes = append(slices.Clip(notes), fmt.Sprintf("efficiencies and overheads are those of %s in all rows", base.Device.ID))
	}
	return &Document{Tables: []Table{t}, Notes: notes, JSON: out}
}
