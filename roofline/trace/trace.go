// Package trace reads what inference tools measured, by node or in total, and lays it beside an estimate's kernels.
package trace

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// A Node is what one node, layer or kernel of the tool took.
type Node struct {
	Name    string  // as the tool has it
	Op      string  // as the tool calls it; may be empty
	Seconds float64 // per inference
}

// A Trace is what one file says.
type Trace struct {
	Format string // which tool wrote it, such as "trtexec --exportProfile"
	// ids of the runtimes that it may be of, the likeliest first; none for a runtime that has no profile
	Runtimes []string
	Nodes    []Node         // in the file's order; none where it tells only of whole models
	Times    []float64      // s, of whole inferences one by one; none where it tells none
	Total    float64        // s per inference, as the file says or as its nodes add up; 0 where it has neither
	Rows     []measured.Row // of whole models, each with its own name
	Notes    []note.Note    // what to know about the figures

	text int // bytes of Rows
}

// A Format is a kind of file that can be read.
type Format struct {
	Name     string                           // as tables show it
	runtimes []string                         // that write it
	is       func(head string) bool           // of the first bytes, white space squeezed out
	read     func(in *source, p *Trace) error // reads a file
}

// headSize says how much of a file its format is told from.
const headSize = 64 << 10

// formats lists every format, the more particular ones first.
var formats = []Format{
	{"trtexec --exportProfile", []string{"tensorrt"}, func(h string) bool {
		return strings.HasPrefix(h, `[{"count":`) || strings.HasPrefix(h, "[") && strings.Contains(h, `"averageMs":`)
	}, readTRTProfile},
	{"trtexec --exportTimes", []string{"tensorrt"}, func(h string) bool {
		return strings.HasPrefix(h, "[") &&
			strings.Contains(h, `"computeMs":`)
	}, readTRTTimes},
	{"llama-bench -o json", nil, func(h string) bool {
		return strings.HasPrefix(h, "[") &&
			strings.Contains(h, `"avg_ts":`)
	}, readLlamaJSON},
	{"ONNX Runtime profile", []string{"onnxruntime-cpu", "onnxruntime-cuda"},
		func(h string) bool { return strings.HasPrefix(h, "[") && strings.Contains(h, `"cat":"Session"`) }, readORT},
	{"PyTorch profiler trace", []string{"pytorch-eager"}, func(h string) bool {
		return strings.HasPrefix(h, "{") &&
			strings.Contains(h, `"traceEvents":`)
	}, readTorch},
	{"OpenVINO benchmark_app counters", []string{"openvino"},
		func(h string) bool { return strings.Contains(h, "layerName;execStatus;layerType;execType;realTime(") },
		readOpenVINO},
	{"llama-bench", nil, func(h string) bool { return strings.Contains(h, "|test|") && strings.Contains(h, "|t/s|") },
		readLlamaTable},
	{"ncnn benchncnn", []string{"ncnn"}, func(h string) bool {
		return strings.Contains(h, "min=") && strings.Contains(h, "max=") && strings.Contains(h, "avg=")
	}, readNCNN},
}

// Formats names the formats that Read knows.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.Name
	}
	return names
}

// Open reads the profile in a file.
func Open(path string) (*Trace, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(path, f)
}

// Read reads a profile of any format; the content says which. name stands for it in messages.
func Read(name string, r io.Reader) (*Trace, error) {
	in := newSource(r)
	first, err := in.in.Peek(headSize)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	head := squeeze(first)
	for _, f := range formats {
		if !f.is(head) {
			continue
		}
		p := &Trace{Format: f.Name, Runtimes: f.runtimes}
		if err := f.read(in, p); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, f.Name, err)
		}
		if len(p.Nodes) == 0 && len(p.Times) == 0 && len(p.Rows) == 0 {
			return nil, fmt.Errorf("%s: %s: found no measurement in it; was the run long enough?", name, f.Name)
		}
		p.total()
		return p, nil
	}
	return nil, fmt.Errorf("%s: found no profile that can be read, expected one of %s", name,
		strings.Join(Formats(), ", "))
}

// squeeze removes white space, so that formats are told apart whatever their layout.
func squeeze(b []byte) string {
	return string(bytes.Join(bytes.Fields(b), nil))
}

// total adds up the nodes where the file gives no total.
func (p *Trace) total() {
	if p.Total > 0 {
		return
	}
	for _, n := range p.Nodes {
		p.Total += n.Seconds
	}
}

// row appends what was measured of a whole model.
func (p *Trace) row(r measured.Row) error {
	if p.text += len(r.Model) + len(r.Notes) + len(r.Device) + len(r.Version); p.text > maxText {
		return errText
	}
	if len(p.Rows) == maxRows {
		return errRows
	}
	p.Rows = append(p.Rows, r)
	return nil
}

// sane refuses times that no tool can have measured.
func sane(what string, v, unit float64) (float64, error) {
	if !(v >= 0 && v*unit < 1e7) {
		return 0, fmt.Errorf("%s: found the time %g, expected 0 or more and less than 1e7 s", what, v)
	}
	return v * unit, nil
}
