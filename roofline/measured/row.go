// Package measured reads and writes tables of measured latencies: one CSV schema for published figures and for one's
// own.
package measured

import (
	"strconv"
	"strings"
)

// Own gives the source that measurements of one's own name.
const Own = "own measurement"

// A Row is one measurement. Texts are as published: they are matched through the aliases of
// devices and runtimes, never rewritten. A number that was not published is 0.
type Row struct {
	Source, Ref      string  // who published it, and where exactly
	Model            string  // the published name
	Graph            string  // the file (without .onnx or .onnx.gz) or the built-in model that it is; may be empty
	Family, Task     string  // of the model, and what it is for
	Device, Class    string  // as published
	Runtime, Version string  // as published
	Precision        string  // as published
	Batch            int64   // 0: not published
	InputShape       string  // such as 3x224x224 or seq=128
	Latency          float64 // s, of the whole batch; 0: not published
	Throughput       float64 // samples/s; 0: not published
	Params           float64 // elements, as published
	Work             float64 // MAC or FLOP, as published
	WorkUnit         string  // mac, flop or unknown
	Metric           string  // of accuracy
	Accuracy         string  // as published
	Notes            string  // key=value pairs and remarks, separated by semicolons
	Line             int     // in the file; 0 for a row that was not read
	Skipped          string  // the first cell that could not be read, and why; "" where all were

	rate float64 // samples/s of one inference after another, where the table has that in place of latencies
}

// Note returns the value of a key=value pair in the notes, "" where there is none.
func (r *Row) Note(key string) string {
	for part := range strings.SplitSeq(r.Notes, ";") {
		if k, v, ok := strings.Cut(strings.TrimSpace(part), "="); ok && k == key {
			return v
		}
	}
	return ""
}

// A column is one field of the schema: how it is read and how it is printed.
type column struct {
	name string                   // in the heading
	get  func(*Row) string        // returns the cell
	set  func(*Row, string) error // reads the cell
}

// text returns a column of texts.
func text(name string, at func(*Row) *string) column {
	return column{name, func(r *Row) string { return *at(r) }, func(r *Row, s string) error { *at(r) = s; return nil }}
}

// number returns a column printed in a unit of scale base units; an empty cell is 0.
func number(name string, scale float64, at func(*Row) *float64) column {
	return column{name,
		func(r *Row) string {
			if *at(r) == 0 {
				return ""
			}
			return strconv.FormatFloat(*at(r)/scale, 'g', 6, 64)
		},
		func(r *Row, s string) error {
			if s == "" {
				*at(r) = 0
				return nil
			}
			v, err := parse(s)
			*at(r) = v * scale
			return err
		}}
}

// columns lists the schema, in the order of the file.
var columns = []column{
	text("source", func(r *Row) *string { return &r.Source }),
	text("source_ref", func(r *Row) *string { return &r.Ref }),
	text("model", func(r *Row) *string { return &r.Model }),
	text("graph", func(r *Row) *string { return &r.Graph }),
	text("family", func(r *Row) *string { return &r.Family }),
	text("task", func(r *Row) *string { return &r.Task }),
	text("device", func(r *Row) *string { return &r.Device }),
	text("device_class", func(r *Row) *string { return &r.Class }),
	text("runtime", func(r *Row) *string { return &r.Runtime }),
	text("runtime_version", func(r *Row) *string { return &r.Version }),
	text("precision", func(r *Row) *string { return &r.Precision }),
	{"batch", func(r *Row) string { return count(r.Batch) }, setBatch},
	text("input_shape", func(r *Row) *string { return &r.InputShape }),
	number("latency_ms", 1e-3, func(r *Row) *float64 { return &r.Latency }),
	number("throughput_per_s", 1, func(r *Row) *float64 { return &r.Throughput }),
	number("params_m", 1e6, func(r *Row) *float64 { return &r.Params }),
	number("gmacs_or_gflops_as_published", 1e9, func(r *Row) *float64 { return &r.Work }),
	text("flops_convention", func(r *Row) *string { return &r.WorkUnit }),
	text("accuracy_metric", func(r *Row) *string { return &r.Metric }),
	text("accuracy", func(r *Row) *string { return &r.Accuracy }),
	text("notes", func(r *Row) *string { return &r.Notes }),
}

// count returns a number, nothing for 0.
func count(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
