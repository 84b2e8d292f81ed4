package export

import (
	"io"
	"strings"

	"github.com/ridgepoint/ridgepoint/roofline"
)

// An attachment is what Netron shows beside an open model (lutzroeder/netron, source/view.js).
type attachment struct {
	Signature string     `json:"signature"`
	Metrics   []attached `json:"metrics"`
	Metadata  []attached `json:"metadata"`
}

type attached struct {
	Kind   string `json:"kind"`   // model, graph, node, value or tensor
	Target string `json:"target"` // its name
	Name   string `json:"name"`
	Value  any    `json:"value"`
	Type   string `json:"type"`
}

// writeNetron writes an attachment. Figures of a node without a name stand at its first output, since Netron finds
// what it shows by name.
func writeNetron(w io.Writer, in *Input) error {
	e := in.Estimates[0]
	out := attachment{"netron:attachment", modelMetrics(e), []attached{
		{"graph", "", "ridgepoint", titleOf(e), "attribute"}}}
	names := countNames(e)
	for _, p := range byNode(e) {
		kind, target := "node", p.node.Name
		if target == "" || names[target] > 1 || strings.ContainsAny(target, "\r\n") {
			kind, target = "value", outputOf(e, p.node)
		}
		add := func(name string, v any) {
			out.Metrics = append(out.Metrics, attached{kind, target, name, v, "attribute"})
		}
		if e.Latency.Expected != nil {
			add("expected ms", 1e3*p.Seconds)
		}
		add("lower bound ms", 1e3*p.Light)
		add("bound", p.Bound)
		add("FLOPs", p.FLOPs)
		add("traffic B", p.Bytes)
		add("kernel", p.Op)
	}
	return writeJSON(w, out)
}

// modelMetrics returns the figures of the whole.
func modelMetrics(e *roofline.Estimate) []attached {
	l := &e.Latency
	out := []attached{{"graph", "", "lower bound ms", 1e3 * l.SpeedOfLight, "attribute"}}
	if l.Expected != nil {
		out = append(out, attached{"graph", "", "expected ms", 1e3 * *l.Expected, "attribute"},
			attached{"graph", "", "low ms", 1e3 * *l.Low, "attribute"},
			attached{"graph", "", "high ms", 1e3 * *l.High, "attribute"})
	}
	return append(out, attached{"graph", "", "FLOPs", e.FLOPs(), "attribute"},
		attached{"graph", "", "traffic B", e.Total.Bytes(), "attribute"},
		attached{"graph", "", "memory B", e.MemoryBytes, "attribute"})
}

// countNames counts the nodes of each name.
func countNames(e *roofline.Estimate) map[string]int {
	out := map[string]int{}
	for i := range e.Inferred.Steps {
		out[e.Inferred.Steps[i].Node.Name]++
	}
	return out
}
