package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// Units are sets of steps that will be one kernel; at first each live step is
// its own. What a unit hands on leaves it at its last step, so that units never
// wait for each other in a circle.

// fusionOf says how a step fuses. Batch normalisation at inference is a scale and a shift.
func (l *Lowerer) fusionOf(i int32) cost.Class {
	s := &l.Res.Steps[i]
	switch {
	case s.Unknown || s.Spec == nil:
		return cost.Opaque
	case l.kind(i) == ops.BatchNorm, l.indexed && l.picks(i):
		return cost.Elementwise
	}
	return s.Spec.Class()
}

// single reports whether a step is a unit by itself.
func (l *Lowerer) single(i int32) bool { return l.unit[i] == i && l.next[i] < 0 }

// merge makes one unit of two, named by a. The rule that is named last wins unless it is "".
func (l *Lowerer) merge(a, b int32, rule string) {
	if a == b {
		return
	}
	for s := b; s >= 0; s = l.next[s] {
		l.unit[s] = a
	}
	l.next[l.end[a]] = b
	l.end[a] = l.end[b]
	l.tail[a] = max(l.tail[a], l.tail[b])
	if l.rule[a] == "" {
		l.rule[a] = l.rule[b]
	}
	if rule != "" {
		l.rule[a] = rule
	}
}

// out returns the root of what unit u hands on, None unless its last step has exactly one output.
func (l *Lowerer) out(u int32) graph.ID {
	id := graph.None
	for _, o := range l.Res.Steps[l.tail[u]].Node.Outputs {
		if o == graph.None {
			continue
		}
		if id != graph.None {
			return graph.None
		}
		id = o
	}
	if id != graph.None && l.Root[id] != id {
		return graph.None
	}
	return id
}

// reader returns the unit that all reads of a root are in, -1 if there are several, or none, or it leaves the graph.
func (l *Lowerer) reader(root graph.ID) int32 {
	if root == graph.None || l.escapes[root] || l.first[root] < 0 {
		return -1
	}
	u := int32(-1)
	for e := l.first[root]; e >= 0; e = l.edges[e].next {
		v := l.unit[l.edges[e].step]
		if u >= 0 && u != v {
			return -1
		}
		u = v
	}
	return u
}

// together reports whether two steps are executed equally often in the same graph.
func (l *Lowerer) together(a, b int32) bool {
	x, y := &l.Res.Steps[a], &l.Res.Steps[b]
	return x.Depth == y.Depth && x.Times == y.Times
}

// elems returns the number of elements of a step's first output.
func (l *Lowerer) elems(i int32) int64 {
	if id := firstOutput(l.Res.Steps[i].Node); id != graph.None {
		return l.Res.Infos[id].Shape.Elems()
	}
	return 0
}

// varying returns the number of a step's distinct inputs that are not constant.
func (l *Lowerer) varying(i int32) int {
	n := l.Res.Steps[i].Node
	count := 0
	for k, id := range n.Inputs {
		if id != graph.None && !l.Const[l.Root[id]] && !l.repeats(n, k) {
			count++
		}
	}
	return count
}

// varyingInput returns a step's first input that is not constant; its first where all are.
func (l *Lowerer) varyingInput(i int32) graph.ID {
	in := l.Res.Steps[i].Node.Inputs
	for _, id := range in {
		if id != graph.None && !l.Const[l.Root[id]] {
			return id
		}
	}
	return in[0]
}
