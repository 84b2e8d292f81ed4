package trace

import (
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Match lays measured nodes beside the kernels of an estimate.
type Match struct {
	Layers  []float64 // s per inference of each of the estimate's layers; 0 where nothing was measured
	Outside []Node    // what belongs to no kernel: the runtime's own copies, conversions and reorderings
}

// Measured returns how much of the measured time was found a kernel for, in seconds.
func (m *Match) Measured() (inside float64) {
	for _, t := range m.Layers {
		inside += t
	}
	return inside
}

// Kernels finds the kernel of each measured node. Runtimes keep the names of nodes or of their outputs and add to them
// what they did: "/a/Conv_output_0_nchwc", "/a/Mul/QuickGeluFusion/", "fused /a/Gemm", "/a/Conv + /a/Relu". So a name
// is looked up whole, then without what follows its last "/" or "_" until it is known; of several joined by " + " the
// first that is known counts.
func Kernels(e *roofline.Estimate, res *infer.Result, nodes []Node) *Match {
	layerOf := layers(e, res)
	m := &Match{Layers: make([]float64, len(e.Layers))}
	for _, n := range nodes {
		if i, ok := find(layerOf, n.Name); ok {
			m.Layers[i] += n.Seconds
		} else {
			m.Outside = append(m.Outside, n)
		}
	}
	return m
}

// layers maps the names of nodes and of their outputs to the layer that executes them.
func layers(e *roofline.Estimate, res *infer.Result) map[string]int {
	at := map[string]int{}
	tensors := res.Plan.Model.Tensors
	for i := range e.Layers {
		for _, s := range e.Layers[i].Steps {
			n := res.Steps[s].Node
			if n.Name != "" {
				at[n.Name] = i
			}
			for _, out := range n.Outputs {
				if out != graph.None && int(out) < len(tensors) && tensors[out].Name != "" {
					at[tensors[out].Name] = i
				}
			}
		}
	}
	return at
}

// find returns the layer whose name a kernel's name ends in, part by part of a fused one.
func find(layerOf map[string]int, name string) (int, bool) {
	for part := range strings.SplitSeq(name, " + ") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "fused ")
		for len(part) > 0 {
			if i, ok := layerOf[part]; ok {
				return i, true
			}
			part = part[:max(strings.LastIndexAny(part, "/_"), 0)]
		}
	}
	return 0, false
}
