// Package measure runs a model on this machine, or reads the trace of another tool, and lays it beside a prediction.
package measure

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/internal/timing"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/ort"
	"github.com/ridgepoint/ridgepoint/roofline/trace"
)

// A Measurement is a model that was run, and what was predicted for it.
type Measurement struct {
	Model, Runtime string             // names
	Threads        int                // 0: not known
	Stats          *timing.Stats      // of whole inferences; nil where only nodes are known
	Estimate       *roofline.Estimate // its Device is nil where there is nothing to compare with
	Match          *trace.Match       // nil where nothing is known by node
	Notes          []note.Note        // on the run
	Row            measured.Row       // of a table of measurements; complete but for the device where none is known
}

// halfSpan gives half the width of the median's 95 % interval, as a share of it, at which the median is known well
// enough.
const halfSpan = 0.02

// From lays a trace beside an estimate. spec names the model, res is what the estimate was made from.
func From(spec, ref string, p *trace.Trace, e *roofline.Estimate, res *infer.Result) *Measurement {
	m := begin(spec, e, res)
	m.Runtime, m.Row.Runtime, m.Row.Ref = p.Format, p.Format, ref
	m.Notes = append(m.Notes, p.Notes...)
	m.finish(p, res)
	return m
}

// begin returns a measurement of which nothing is known yet but the model.
func begin(spec string, e *roofline.Estimate, res *infer.Result) *Measurement {
	m := &Measurement{Model: e.Model, Estimate: e, Notes: slices.Clone(e.Notes)}
	m.Row = measured.Row{
		Model: e.Model, Precision: e.Precision.Short(), Batch: max(e.Batch, 1),
		Params: float64(e.Params), Work: float64(e.MACs()), WorkUnit: "mac", InputShape: inputShapes(res),
	}
	m.Row.Graph, m.Row.Family, m.Row.Task = graphOf(spec, e.Model)
	if e.Device != nil {
		m.Row.Device, m.Row.Class = e.Device.Name, string(e.Device.Class)
	}
	return m
}

// finish takes the times of a trace into the measurement and its row.
func (m *Measurement) finish(p *trace.Trace, res *infer.Result) {
	if len(p.Times) > 0 && m.Stats == nil {
		m.Stats = timing.Of(p.Times)
		m.Stats.Settled = m.Stats.MedianHigh-m.Stats.MedianLow <= 2*halfSpan*m.Stats.Median
	}
	if len(p.Nodes) > 0 {
		m.Match = trace.Kernels(m.Estimate, res, p.Nodes)
	}
	if m.Stats == nil {
		m.Row.Latency, m.Row.Notes = p.Total, "sum over nodes"
		return
	}
	m.Row.Latency, m.Row.Notes = m.Stats.Median, statNotes(m.Stats, m.Row.Notes)
}

// Undisturbed makes the 10 % quantile the latency of the row, not the median: what a machine with other jobs reaches
// when it is left alone.
func (m *Measurement) Undisturbed() {
	if m.Stats != nil {
		m.Row.Latency = m.Stats.Low
		m.Row.Notes += "; statistic=p10"
	}
}

// graphOf returns the built-in model or file that a row is of.
func graphOf(spec, model string) (name, family, task string) {
	if e, _, err := zoo.Lookup(spec); err == nil && zoo.IsSpec(spec) {
		return spec, e.Family, e.Task
	}
	return model, "", ""
}

// inputShapes returns the shapes of all inputs as 1x3x224x224, or 2 of 1x1;24 of 1x12x512x64.
func inputShapes(res *infer.Result) string {
	var all []string
	var times []int
	for _, in := range ports(res, res.Plan.Model.Main.Inputs) {
		var dims []string
		for _, d := range in.Shape {
			dims = append(dims, fmt.Sprint(d))
		}
		shape := strings.Join(dims, "x")
		if n := len(all); n > 0 && all[n-1] == shape {
			times[n-1]++
			continue
		}
		all, times = append(all, shape), append(times, 1)
	}
	for i, n := range times {
		if n > 1 {
			all[i] = fmt.Sprintf("%d of %s", n, all[i])
		}
	}
	return strings.Join(all, ";")
}

// ports returns inputs or outputs of a model with their shapes.
func ports(res *infer.Result, ids []graph.ID) []ort.Input {
	var out []ort.Input
	m := res.Plan.Model
	for _, id := range ids {
		i := &res.Infos[id]
		out = append(out, ort.Input{Name: m.Tensors[id].Name, Type: i.Type, Shape: i.Shape})
	}
	return out
}

// statNotes returns the statistics of runs as notes, in milliseconds.
func statNotes(s *timing.Stats, more string) string {
	text := fmt.Sprintf("runs=%d; median_ms=%.6g; min_ms=%.6g; p10_ms=%.6g; "+
		"q1_ms=%.6g; q3_ms=%.6g; median95_ms=%.6g..%.6g",
		s.Runs, 1e3*s.Median, 1e3*s.Min, 1e3*s.Low, 1e3*s.Q1, 1e3*s.Q3, 1e3*s.MedianLow, 1e3*s.MedianHigh)
	if more != "" {
		text = more + "; " + text
	}
	return text
}

// loadAverage returns how many processes wanted to run in the last minute, "unknown" where the system does not tell.
func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(b), " ")
	return first
}
