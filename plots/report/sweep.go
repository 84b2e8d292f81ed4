package report

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// SweepJSON is a sweep in schema ridgepoint/sweep/v1.
type SweepJSON struct {
	Schema string      `json:"schema"`
	Model  string      `json:"model"`
	Axis   string      `json:"axis"`
	Knee   float64     `json:"knee_share_of_best_throughput"`
	Steps  []SweepStep `json:"steps"`
}

// SweepStep is one step of a sweep on one device; figures are null where the step failed.
type SweepStep struct {
	Device     string       `json:"device"`
	Value      int64        `json:"value"`
	Batch      int64        `json:"batch"`
	Latency    *LatencyJSON `json:"latency_ms"`
	Throughput *float64     `json:"throughput_per_s"`
	Memory     int64        `json:"memory_bytes"`
	Fits       bool         `json:"fits_memory"`
	Bound      string       `json:"bound"`
	Knee       bool         `json:"knee"`
	Error      string       `json:"error,omitempty"`
}

// Sweep describes the steps of a sweep.
func Sweep(model string, axis roofline.Axis, points []roofline.SweepPoint) *Document {
	out := &SweepJSON{Schema: "ridgepoint/sweep/v1", Model: model, Axis: axis.String(), Knee: 0.9, Steps: []SweepStep{}}
	tuned := slices.ContainsFunc(points, func(p roofline.SweepPoint) bool { return p.Latency.Expected != nil })
	t := Table{Title: fmt.Sprintf("%s by %s", model, axis), Columns: slices.Concat([]Column{{"device", Text, 0}, {axis.String(), Count, 0}}, latencyColumns(tuned),
		[]Column{{"samples/s", Number, 0}, {"memory", Quantity, units.Capacity}, {"mostly bound by", Text, 0}, {"", Text, 0}})}
	var notes []string
	for i := range points {
		p := &points[i]
		s := SweepStep{Device: p.Device.ID, Value: p.Value, Batch: p.Batch, Memory: p.MemoryBytes, Fits: p.FitsMemory, Knee: p.Knee}
		if p.Err != nil {
			s.Error = p.Err.Error()
			out.Steps = append(out.Steps, s)
			row := make([]any, len(t.Columns))
			row[0], row[1], row[len(row)-1] = p.Device.ID, p.Value, s.Error
			t.Rows = append(t.Rows, row)
			continue
		}
		rate := p.Throughput()
		ms := latency(&p.Latency)
		s.Latency, s.Throughput, s.Bound = &ms, &rate, p.Bound().String()
		out.Steps = append(out.Steps, s)
		mark := ""
		switch {
		case !p.FitsMemory:
			mark = "out of memory"
		case p.Knee:
			mark = "<- knee: 90 % of the best"
		}
		row := append([]any{p.Device.ID, p.Value}, latencyValues(tuned, &p.Latency)...)
		t.Rows = append(t.Rows, append(row, rate, float64(p.MemoryBytes), s.Bound, mark))
		for _, n := range cellDoubts(&p.Cell) {
			notes = once(notes, n)
		}
	}
	return &Document{Tables: []Table{t}, Notes: notes, JSON: out}
}

// cellDoubts are the footnotes of an outcome: of the model, its unknown operators, and what its expectation rests on.
func cellDoubts(c *roofline.Cell) []string {
	notes := withUnknown(c.Warnings, c.Coverage.UnknownOps)
	if c.Tuning != nil {
		notes = append(slices.Clip(notes), c.Tuning.Notes()...)
	}
	return notes
}
