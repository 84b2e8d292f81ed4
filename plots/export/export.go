// Package export writes estimates for the viewers, charts and gates of others.
//
// Every format is a row of formats. To add one, write a function of an Input and add its row: a test then demands a
// sample.
package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Format is a kind of file that others open.
type Format struct {
	Name   string
	Suffix string // of files
	Doc    string // what it is, and what opens it
	Many   bool   // it takes several estimates
	Binary bool   // not for a terminal
	Model  bool   // it is the model's own file, rewritten: Input.Rewrite is needed
	write  func(io.Writer, *Input) error
}

// An Input is what is written.
type Input struct {
	Estimates []*roofline.Estimate
	Rewrite   func(io.Writer, *onnxread.Annotations) error // writes the ONNX file of the estimate's model, annotated
}

var formats = []Format{
	{Name: "pprof", Suffix: ".pb.gz", Binary: true, write: writePprof,
		Doc: "profile for go tool pprof: flame graphs, tops, and differences of two by -diff_base"},
	{Name: "netron", Suffix: ".netron.json", write: writeNetron,
		Doc: "attachment for Netron: drop it on the open model; figures are in the sidebar"},
	{Name: "trace", Suffix: ".trace.json", Many: true, write: writeTrace,
		Doc: "Chrome trace for Perfetto: modules around kernels, memory and rates over time"},
	{Name: "onnx", Suffix: ".onnx", Binary: true, Model: true, write: writeONNX,
		Doc: "the model without weights, figures in the metadata of each node"},
	{Name: "model-explorer", Suffix: ".model-explorer.json", write: writeExplorer,
		Doc: "node data for Model Explorer: nodes coloured by latency"},
	{Name: "speedscope", Suffix: ".speedscope.json", Many: true, write: writeSpeedscope,
		Doc: "profile for speedscope"},
	{Name: "bench", Suffix: ".bench.txt", Many: true, write: writeBench,
		Doc: "benchmark text of Go: benchstat compares commits"},
	{Name: "bmf", Suffix: ".bmf.json", Many: true, write: writeBMF,
		Doc: "Bencher Metric Format, with lower and upper values"},
	{Name: "gha", Suffix: ".gha.json", Many: true, write: writeGHA,
		Doc: "github-action-benchmark: customSmallerIsBetter"},
}

// Formats returns every format.
func Formats() []Format { return formats }

// Find returns a format by its name. Its error names the nearest.
func Find(name string) (*Format, error) {
	var names []string
	for i := range formats {
		if formats[i].Name == name {
			return &formats[i], nil
		}
		names = append(names, formats[i].Name)
	}
	near := ""
	if n := spelling.Nearest(name, names, 1); len(n) > 0 {
		near = "did you mean " + n[0] + "? "
	}
	return nil, fmt.Errorf("there is no export format %q; %sexpected one of %s", name, near, strings.Join(names, ", "))
}

// Write writes estimates.
func (f *Format) Write(w io.Writer, in *Input) error {
	for i, e := range in.Estimates {
		if e == nil || e.Device == nil || e.Inferred == nil {
			return fmt.Errorf("found no estimate at place %d, expected one of a model on a device", i+1)
		}
	}
	switch n := len(in.Estimates); {
	case n == 0:
		return errors.New("found no estimate, expected one at least")
	case n > 1 && !f.Many:
		return fmt.Errorf("found %d estimates, expected one: the format %s is of one model on one device", n, f.Name)
	case f.Model && in.Rewrite == nil:
		return fmt.Errorf("found no model file, expected one: the format %s is the model itself", f.Name)
	}
	return f.write(w, in)
}

// writeJSON writes a value with line ends, in a form that terminals can show.
func writeJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(visible.JSON(b.Bytes()))
	return err
}
