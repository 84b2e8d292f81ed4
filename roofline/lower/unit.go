package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/roofline/internal/dataflow"
)

// Units are sets of steps that will be one kernel; at first each live step is
// its own. What a unit hands on leaves it at its last step, so that units never
// wait for each other in a circle.

// A fuser merges steps into units by passes. It knows what the flow of tensors says, and nothing of kernels.
type fuser struct {
	*dataflow.Flow
	semantics              // of the runtime
	unit      []int32      // by step: the unit that it belongs to, itself at first
	next      []int32      // by step: the next step of its unit, -1 at the end
	tail      []int32      // by unit: its last step, whose output leaves it
	end       []int32      // by unit: the end of its list
	rule      []string     // by unit: that made it
	fusion    []cost.Class // by unit: how it fuses
	region    region       // used again
	starts    [][]int32    // of the way that the flow is of
	spare     []bool       // by root: scores of attention that another runtime keeps in one kernel
}

// fuse follows the tensors of a result, makes each live step a unit of its own, and has the passes of the recipe merge
// them. It returns the way in which the tensors flow.
func (f *fuser) fuse(c *Common, recipe Recipe) *way {
	f.semantics = recipe.semantics()
	w := c.way(f.data)
	f.Flow, f.starts = &w.flow, w.starts
	n := len(c.res.Steps)
	f.unit, f.next = dataflow.Resize(f.unit, n), dataflow.Resize(f.next, n)
	f.tail, f.end = dataflow.Resize(f.tail, n), dataflow.Resize(f.end, n)
	f.rule, f.fusion = dataflow.Resize(f.rule, n), dataflow.Resize(f.fusion, n)
	f.spare = dataflow.Resize(f.spare, len(f.Root))
	for i := range f.unit {
		f.fusion[i] = f.fusionOf(int32(i))
		f.unit[i], f.next[i], f.tail[i], f.end[i] = int32(i), -1, int32(i), int32(i)
	}
	for i, r := range rules {
		if r.apply != nil && recipe.on&(1<<i) != 0 {
			r.apply(f)
		}
	}
	return w
}

// fusionOf says how a step fuses. Batch normalisation at inference is a scale and a shift.
func (f *fuser) fusionOf(i int32) cost.Class {
	s := &f.Res.Steps[i]
	switch {
	case s.Unknown || s.Spec == nil:
		return cost.Opaque
	case f.Kind(i) == ops.BatchNorm, f.indexed && f.picks(i):
		return cost.Elementwise
	}
	return s.Spec.Class()
}

// single reports whether a step is a unit by itself.
func (f *fuser) single(i int32) bool { return f.unit[i] == i && f.next[i] < 0 }

// merge makes one unit of two, named by a. The rule that is named last wins unless it is "".
func (f *fuser) merge(a, b int32, rule string) {
	if a == b {
		return
	}
	for s := b; s >= 0; s = f.next[s] {
		f.unit[s] = a
	}
	f.next[f.end[a]] = b
	f.end[a] = f.end[b]
	f.tail[a] = max(f.tail[a], f.tail[b])
	if f.rule[a] == "" {
		f.rule[a] = f.rule[b]
	}
	if rule != "" {
		f.rule[a] = rule
	}
}

// out returns the root of what unit u hands on, None unless its last step has exactly one output.
func (f *fuser) out(u int32) graph.ID {
	id := graph.None
	for _, o := range f.Res.Steps[f.tail[u]].Node.Outputs {
		if o == graph.None {
			continue
		}
		if id != graph.None {
			return graph.None
		}
		id = o
	}
	if id != graph.None && f.Root[id] != id {
		return graph.None
	}
	return id
}

// reader returns the unit that all reads of a root are in, -1 if there are several, or none, or it leaves the graph.
func (f *fuser) reader(root graph.ID) int32 {
	if root == graph.None || f.Escapes[root] || f.LastReader(root) < 0 {
		return -1
	}
	u := int32(-1)
	for reader := range f.Readers(root) {
		v := f.unit[reader]
		if u >= 0 && u != v {
			return -1
		}
		u = v
	}
	return u
}

// together reports whether two steps are executed equally often in the same graph.
func (f *fuser) together(a, b int32) bool {
	x, y := &f.Res.Steps[a], &f.Res.Steps[b]
	return x.Depth == y.Depth && x.Times == y.Times
}

// elems returns the number of elements of a step's first output.
func (f *fuser) elems(i int32) int64 {
	if id := dataflow.FirstOutput(f.Res.Steps[i].Node); id != graph.None {
		return f.Res.Infos[id].Shape.Elems()
	}
	return 0
}

// varying returns the number of a step's distinct inputs that are not constant.
func (f *fuser) varying(i int32) int {
	n := f.Res.Steps[i].Node
	count := 0
	for k, id := range n.Inputs {
		if id != graph.None && !f.Const[f.Root[id]] && !f.Repeats(n, k) {
			count++
		}
	}
	return count
}

// varyingInput returns a step's first input that is not constant; its first where all are.
func (f *fuser) varyingInput(i int32) graph.ID {
	in := f.Res.Steps[i].Node.Inputs
	for _, id := range in {
		if id != graph.None && !f.Const[f.Root[id]] {
			return id
		}
	}
	return in[0]
}
