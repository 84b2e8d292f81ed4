package export

import (
	"fmt"
	"io"
	"strconv"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// keyPrefix begins the keys of metadata.
const keyPrefix = "ridgepoint."

// writeONNX writes the model without weights, with the figures of each kernel in the metadata of its main node. Other
// nodes of the kernel name it.
func writeONNX(w io.Writer, in *Input) error { return in.Rewrite(w, annotationsOf(in.Estimates[0])) }

// annotationsOf returns the metadata of a model and of its nodes. Nodes without a name get one, for
// viewers to show.
func annotationsOf(e *roofline.Estimate) *onnxread.Annotations {
	out := &onnxread.Annotations{Prefix: keyPrefix, Model: modelProperties(e), Nodes: map[string]onnxread.Annotation{}}
	for i := range e.Inferred.Steps {
		n := e.Inferred.Steps[i].Node
		if n.Name == "" { // lowering calls a kernel so, too
			out.Nodes[outputOf(e, n)] = onnxread.Annotation{Name: fmt.Sprintf("%s_%d", n.Op.Type, i)}
		}
	}
	set := func(n *graph.Node, list []graph.Property) {
		key := outputOf(e, n)
		out.Nodes[key] = onnxread.Annotation{Name: out.Nodes[key].Name, Properties: list}
	}
	for _, p := range Parts(e) {
		if p.Layer == nil {
			continue
		}
		for _, s := range p.Layer.Steps {
			set(e.Inferred.Steps[s].Node, properties("kernel", p.Op, "in", p.Name))
		}
	}
	for _, p := range byNode(e) { // after the others, since a node of two kernels may be the main one of one
		set(p.node, p.properties(e))
	}
	return out
}

// properties returns the metadata of a node: milliseconds, bound, FLOPs and bytes.
func (p *Part) properties(e *roofline.Estimate) []graph.Property {
	var out []graph.Property
	if e.Latency.Expected != nil {
		out = properties("expected_ms", millis(p.Seconds))
	}
	return append(out, properties("lower_bound_ms", millis(p.Light), "bound", p.Bound,
		"flops", strconv.FormatInt(p.FLOPs, 10), "bytes", strconv.FormatInt(p.Bytes, 10), "kernel", p.Op)...)
}

// modelProperties returns the figures of the whole. The interval is of the whole alone.
func modelProperties(e *roofline.Estimate) []graph.Property {
	l := &e.Latency
	out := properties("of", titleOf(e), "lower_bound_ms", millis(l.SpeedOfLight))
	if l.Expected != nil {
		out = append(out, properties("expected_ms", millis(*l.Expected), "low_ms", millis(*l.Low), "high_ms",
			millis(*l.High))...)
	}
	return append(out, properties("flops", strconv.FormatInt(e.FLOPs(), 10), "bytes",
		strconv.FormatInt(e.Total.Bytes(), 10), "memory_bytes", strconv.FormatInt(e.MemoryBytes, 10))...)
}

// properties returns keys and values in turn as metadata.
func properties(pairs ...string) []graph.Property {
	var out []graph.Property
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, graph.Property{Key: keyPrefix + pairs[i], Value: pairs[i+1]})
	}
	return out
}

// millis prints seconds in ms.
func millis(seconds float64) string { return strconv.FormatFloat(1e3*seconds, 'g', 6, 64) }
