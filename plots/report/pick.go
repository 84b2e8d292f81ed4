package report

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// PickJSON is a pick in schema ridgepoint/pick/v1.
type PickJSON struct {
	Schema  string       `json:"schema"`
	Device  DeviceRef    `json:"device"`
	Budget  BudgetJSON   `json:"budget"`
	Choices []ChoiceJSON `json:"choices"`
}

// BudgetJSON is what a model may use; null where there is no limit.
type BudgetJSON struct {
	Latency *float64 `json:"latency_ms"`
	FPS     *float64 `json:"fps"`
	Memory  *int64   `json:"memory_bytes"`
}

// ChoiceJSON is the verdict on one model, best first.
type ChoiceJSON struct {
	Model      string      `json:"model"`
	Rank       int         `json:"rank"`
	Fits       bool        `json:"fits"`
	Precision  string      `json:"precision"`
	Batch      int64       `json:"batch"`
	MACs       int64       `json:"macs"`
	Params     int64       `json:"params"`
	Latency    LatencyJSON `json:"latency_ms"`
	Throughput float64     `json:"throughput_per_s"`
	Memory     int64       `json:"memory_bytes"`
	OverMs     float64     `json:"over_ms"`    // over the budget; 0 or less within it
	OverBytes  int64       `json:"over_bytes"` // over the budget or the device
	Remedy     string      `json:"remedy,omitempty"`
	RemedyMs   *float64    `json:"remedy_latency_ms,omitempty"`
}

// Pick describes which models fit a budget on a device.
func Pick(b roofline.Budget, choices []roofline.Choice) *Document {
	if len(choices) == 0 {
		return &Document{}
	}
	d := choices[0].Estimate.Device
	out := &PickJSON{Schema: "ridgepoint/pick/v1", Device: DeviceRef{d.ID, d.Name, d.Hash}, Budget: budgetJSON(b)}
	t := Table{Title: fmt.Sprintf("Which fit %s on %s", budgetText(b), d.Name), Columns: []Column{
		{"model", Text, 0}, {"fits", Text, 0}, {"precision", Text, 0}, {"work", Quantity, units.FLOPs}, {"latency", Quantity, units.Seconds},
		{"samples/s", Number, 0}, {"memory", Quantity, units.Capacity}, {"why not, and what would help", Text, 0},
	}}
	var es []*roofline.Estimate
	for i := range choices {
		c := &choices[i]
		e := c.Estimate
		j := ChoiceJSON{Model: e.Model, Rank: i + 1, Fits: c.Fits, Precision: e.Precision.Short(), Batch: max(e.Batch, 1), MACs: e.MACs(), Params: e.Params,
			Latency: latency(&e.Latency), Throughput: e.Throughput(), Memory: e.MemoryBytes, OverMs: 1e3 * c.OverSeconds, OverBytes: c.OverBytes, Remedy: c.Remedy}
		fits := "yes"
		if !c.Fits {
			fits = "no"
		}
		if c.Remedied != nil {
			ms := 1e3 * c.Remedied.Latency.Best()
			j.RemedyMs = &ms
		}
		out.Choices = append(out.Choices, j)
		t.Rows = append(t.Rows, []any{e.Model, fits, j.Precision, float64(e.FLOPs()), e.Latency.Best(), j.Throughput, float64(e.MemoryBytes), verdict(c)})
		es = append(es, e)
	}
	notes := append(warnings(es), "latencies are the speed of light, which no runtime reaches: what does not fit here cannot fit; what fits here may not")
	return &Document{Tables: []Table{t}, Notes: notes, JSON: out}
}

func budgetJSON(b roofline.Budget) (out BudgetJSON) {
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
		add(units.Format(b.Latency, units.Seconds))
	}
	if b.Memory > 0 {
		add(units.Format(float64(b.Memory), units.Capacity))
	}
	if text == "" {
		return "the memory"
	}
	return text
}

// verdict says by how much a model is over and what would make it fit.
func verdict(c *roofline.Choice) string {
	if c.Fits {
		return ""
	}
	text := ""
	if c.OverSeconds > 0 {
		text = units.Format(c.OverSeconds, units.Seconds) + " too slow"
	}
	if c.OverBytes > 0 {
		if text != "" {
			text += ", "
		}
		text += units.Format(float64(c.OverBytes), units.Capacity) + " too large"
	}
	if c.Remedied == nil {
		return text + "; no narrower type or smaller input helps"
	}
	return text + "; fits with " + c.Remedy
}
