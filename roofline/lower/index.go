package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// picks reports whether each element of a step's result is one element of an input, found by arithmetic on
// its position: a transposition, a concatenation, a padding, a slice. A compiler of loops fuses it like any elementwise
// step.
func (l *Lowerer) picks(i int32) bool {
	s := &l.Res.Steps[i]
	return s.Spec.Class() == cost.Injective && s.Cost.FLOPs() == 0 && l.kind(i) != ops.Gather && s.Spec.Bytes == nil
}

// reindexes reports whether what reads the result of unit u changes its size by picking.
func (l *Lowerer) reindexes(u int32) bool {
	out := l.out(u)
	return l.indexed && out != graph.None && l.first[out] >= 0 && l.picks(l.edges[l.first[out]].step)
}

// rotates reports whether a transposition only moves the channels of an image between the front and the back,
// which is no copy where images are stored channels last.
func (f *Flow) rotates(n *graph.Node) bool {
	a := n.Attr("perm")
	if a == nil || len(a.Ints) != 4 || a.Ints[0] != 0 {
		return false
	}
	return a.Ints[1] == 2 && a.Ints[2] == 3 && a.Ints[3] == 1 || a.Ints[1] == 3 && a.Ints[2] == 1 && a.Ints[3] == 2
}
