package export

import (
	"cmp"
	"io"
)

// nodeData holds what Model Explorer shows of one graph (google-ai-edge/model-explorer, node_data_builder.py).
type nodeData struct {
	Name     string               `json:"name"`
	Results  map[string]nodeValue `json:"results"` // by the name of an output tensor
	Gradient []gradientStop       `json:"gradient"`
}

type nodeValue struct {
	Value float64 `json:"value"`
}

type gradientStop struct {
	Stop  int    `json:"stop"`
	Color string `json:"bgColor"`
}

// mainGraph names a graph without a name, as the ONNX adapter of Model Explorer does.
const mainGraph = "<main>"

// writeExplorer writes the latency of each kernel at the output of its main node. A file holds one metric.
func writeExplorer(w io.Writer, in *Input) error {
	e := in.Estimates[0]
	data := nodeData{Name: measureOf(e) + " ms", Results: map[string]nodeValue{},
		Gradient: []gradientStop{{0, "white"}, {1, "#dd3333"}}}
	for _, p := range byNode(e) {
		data.Results[outputOf(e, p.node)] = nodeValue{1e3 * p.Seconds}
	}
	return writeJSON(w, map[string]nodeData{cmp.Or(e.Inferred.Plan.Model.GraphName, mainGraph): data})
}
