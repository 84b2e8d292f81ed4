// Package profile reads what inference tools measured, by node or in total, and lays it beside an estimate's kernels.
package profile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// What bounds a profile; a trace of a large model over many runs has some hundred megabytes.
const (
	maxSize    = 1 << 30
	maxRecords = 4 << 20
)

// A Node is what one node, layer or kernel of the tool took.
type Node struct {
	Name    string
	Op      string  // as the tool calls it; may be empty
	Seconds float64 // per inference
}

// A Profile is what one file says.
type Profile struct {
	Format   string         // which tool wrote it, such as "trtexec --exportProfile"
	Runtimes []string       // ids of the runtimes that it may be of, the likeliest first; none for a runtime that has no profile
	Nodes    []Node         // in the file's order; none where it tells only of whole models
	Times    []float64      // s, of whole inferences one by one; none where it tells none
	Total    float64        // s per inference, as the file says or as its nodes add up; 0 where it has neither
	Rows     []measured.Row // of whole models, each with its own name
	Notes    []note.Note    // what to know about the figures
}

// A Format is a kind of file that can be read.
type Format struct {
	Name     string
	runtimes []string
	is       func(head string) bool // of the first bytes, white space squeezed out
	read     func(data []byte, p *Profile) error
}

// headSize is how much of a file its format is told from.
const headSize = 64 << 10

// formats lists every format, the more particular ones first.
var formats = []Format{
	{"trtexec --exportProfile", []string{"tensorrt"}, func(h string) bool {
		return strings.HasPrefix(h, `[{"count":`) || strings.HasPrefix(h, "[") && strings.Contains(h, `"averageMs":`)
	}, readTRTProfile},
	{"trtexec --exportTimes", []string{"tensorrt"}, func(h string) bool { return strings.HasPrefix(h, "[") && strings.Contains(h, `"computeMs":`) }, readTRTTimes},
	{"llama-bench -o json", nil, func(h string) bool { return strings.HasPrefix(h, "[") && strings.Contains(h, `"avg_ts":`) }, readLlamaJSON},
	{"ONNX Runtime profile", []string{"onnxruntime-cpu", "onnxruntime-cuda"}, func(h string) bool { return strings.HasPrefix(h, "[") && strings.Contains(h, `"cat":"Session"`) }, readORT},
	{"PyTorch profiler trace", []string{"pytorch-eager"}, func(h string) bool { return strings.HasPrefix(h, "{") && strings.Contains(h, `"traceEvents":`) }, readTorch},
	{"OpenVINO benchmark_app counters", []string{"openvino"}, func(h string) bool { return strings.Contains(h, "layerName;execStatus;layerType;execType;realTime(") }, readOpenVINO},
	{"llama-bench", nil, func(h string) bool { return strings.Contains(h, "|test|") && strings.Contains(h, "|t/s|") }, readLlamaTable},
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
func Open(path string) (*Profile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(path, f)
}

// Read reads a profile of any format; the content says which. name stands for it in messages.
func Read(name string, r io.Reader) (*Profile, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxSize {
		return nil, fmt.Errorf("%s: found more than 1 GiB, expected a profile of fewer runs", name)
	}
	if bytes.Count(data, []byte("{")) > maxRecords {
		return nil, fmt.Errorf("%s: found more than %d records, expected a profile of fewer runs", name, maxRecords)
	}
	head := squeeze(data[:min(len(data), headSize)])
	for _, f := range formats {
		if !f.is(head) {
			continue
		}
		p := &Profile{Format: f.Name, Runtimes: f.runtimes}
		if err := f.read(data, p); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, f.Name, err)
		}
		if len(p.Nodes) == 0 && len(p.Times) == 0 && len(p.Rows) == 0 {
			return nil, fmt.Errorf("%s: %s: found no measurement in it; was the run long enough?", name, f.Name)
		}
		p.total()
		return p, nil
	}
	return nil, fmt.Errorf("%s: found no profile that can be read, expected one of %s", name, strings.Join(Formats(), ", "))
}

// squeeze removes white space, so that formats are told apart whatever their layout.
func squeeze(b []byte) string {
	return string(bytes.Join(bytes.Fields(bytes.TrimPrefix(b, []byte("\ufeff"))), nil))
}

// total adds up the nodes where the file gives no total.
func (p *Profile) total() {
	if p.Total > 0 {
		return
	}
	for _, n := range p.Nodes {
		p.Total += n.Seconds
	}
}

// add sums what has the same name into nodes, in the order of first appearance.
type summed struct {
	at    map[string]int
	nodes []Node
}

func (s *summed) add(name, op string, seconds float64) {
	if s.at == nil {
		s.at = map[string]int{}
	}
	i, ok := s.at[name]
	if !ok {
		i = len(s.nodes)
		s.at[name] = i
		s.nodes = append(s.nodes, Node{Name: name, Op: op})
	}
	s.nodes[i].Seconds += seconds
}

// per is the nodes with each time divided by a number of inferences.
func (s *summed) per(runs int) []Node {
	for i := range s.nodes {
		s.nodes[i].Seconds /= float64(runs)
	}
	return s.nodes
}

// decode reads JSON whose shape has been recognised.
func decode(data []byte, into any) error {
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), into); err != nil {
		return fmt.Errorf("is cut short or damaged: %w", err)
	}
	return nil
}

// sane refuses times that no tool can have measured.
func sane(what string, v, unit float64) (float64, error) {
	if !(v >= 0 && v*unit < 1e7) {
		return 0, fmt.Errorf("%s: found the time %g, expected 0 or more and less than 1e7 s", what, v)
	}
	return v * unit, nil
}
