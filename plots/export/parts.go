package export

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// A Part is a kernel of an estimate, or time that belongs to none.
type Part struct {
	Name    string
	Op      string   // operators fused
	Modules []string // paths of the modules that hold it, the outermost first
	Bound   string
	Seconds float64 // of all executions, as the best known latency has them
	Light   float64 // lower bound of the same
	FLOPs   int64
	Bytes   int64
	Layer   *roofline.Layer // nil where it belongs to no kernel
	longest float64         // seconds of the kernel that names a sum
}

// hostPart names the time in which the device waits for the host, and what is paid once per inference.
const hostPart = "(host and fixed time)"

// Parts returns what the latency of an estimate is made of, in execution order. The parts add up to it.
func Parts(e *roofline.Estimate) []Part {
	var out []Part
	for i := range e.Layers {
		l := &e.Layers[i]
		if l.Times == 0 {
			continue
		}
		c := l.Cost.Times(l.Times)
		out = append(out, Part{Name: l.Name, Op: l.Op, Modules: modulesOf(l), Bound: l.Bound.String(), Seconds: l.Seconds(),
			Light: l.SpeedOfLight * float64(l.Times), FLOPs: c.FLOPs(), Bytes: c.Bytes(), Layer: l})
	}
	rest := Part{Name: hostPart, Op: "host", Bound: roofline.Overhead.String(), Seconds: e.Latency.Best() - e.Spent.Device,
		Light: e.Latency.SpeedOfLight}
	for i := range out {
		rest.Light -= out[i].Light
	}
	const rounding = 1e-9 // of the whole
	if least := rounding * e.Latency.Best(); rest.Seconds > least || rest.Light > least {
		rest.Seconds = max(rest.Seconds, 0)
		if rest.Light <= least { // what rounding leaves
			rest.Light = 0
		}
		out = append(out, rest)
	}
	return out
}

// modulesOf returns the paths of the modules that hold a kernel, the outermost first: model.0 and model.0/conv.
func modulesOf(l *roofline.Layer) []string {
	if l.Module == "" {
		return nil
	}
	sep := "."
	if strings.Contains(l.Module, "/") || strings.Contains(l.Name, "/") {
		sep = "/"
	}
	names := strings.Split(l.Module, sep)
	out := make([]string, 0, len(names))
	for i := range names {
		if path := strings.Join(names[:i+1], sep); path != l.Name && path != "" {
			out = append(out, path)
		}
	}
	return out
}

// A nodePart is the time of the kernels that one node is the main one of.
type nodePart struct {
	Part
	node *graph.Node
}

// byNode returns the kernels of an estimate by their main nodes, in execution order. A copy or a cast, which is of no
// node, belongs to the kernel behind it.
func byNode(e *roofline.Estimate) []nodePart {
	var out []nodePart
	var ahead Part
	at := map[*graph.Node]int{}
	for _, p := range Parts(e) {
		if p.Layer == nil {
			continue
		}
		if len(p.Layer.Steps) == 0 {
			ahead.add(&p)
			continue
		}
		n := e.Inferred.Steps[lower.MainStep(e.Inferred, &p.Layer.Kernel)].Node
		if _, ok := at[n]; !ok {
			at[n] = len(out)
			out = append(out, nodePart{node: n})
		}
		sum := &out[at[n]].Part
		sum.add(&p)
		sum.add(&ahead)
		ahead = Part{}
	}
	return out
}

// add adds another kernel. The longest names the sum.
func (p *Part) add(o *Part) {
	if o.Seconds > p.longest || p.Name == "" {
		p.Name, p.Op, p.Bound, p.longest = o.Name, o.Op, o.Bound, o.Seconds
	}
	p.Seconds, p.Light = p.Seconds+o.Seconds, p.Light+o.Light
	p.FLOPs, p.Bytes = p.FLOPs+o.FLOPs, p.Bytes+o.Bytes
}

// outputOf returns the name of a node's first output, "" where it has none. It is unique in a model.
func outputOf(e *roofline.Estimate, n *graph.Node) string {
	for _, id := range n.Outputs {
		if id != graph.None {
			return e.Inferred.Plan.Model.Tensors[id].Name
		}
	}
	return ""
}

// titleOf says what an estimate is of.
func titleOf(e *roofline.Estimate) string {
	text := fmt.Sprintf("%s on %s, %s, batch %d", e.Model, e.Device.ID, e.Precision.Short(), max(e.Batch, 1))
	if e.Tuning != nil {
		text += ", " + e.Tuning.Runtime.ID
	}
	return text
}

// latencyText returns the latency for people.
func latencyText(e *roofline.Estimate) string {
	l := &e.Latency
	if l.Expected == nil {
		return "lower bound " + units.Short(l.SpeedOfLight, units.Seconds) + "; no runtime, so nothing is expected"
	}
	return fmt.Sprintf("expected %s, 90 %% between %s and %s; lower bound %s", units.Short(*l.Expected, units.Seconds),
		units.Short(*l.Low, units.Seconds), units.Short(*l.High, units.Seconds), units.Short(l.SpeedOfLight, units.Seconds))
}

// measureOf names what the times of an estimate are.
func measureOf(e *roofline.Estimate) string {
	if e.Latency.Expected == nil {
		return "lower bound"
	}
	return "expected"
}
