package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// picks reports whether each element of a step's result is one element of an input, found by arithmetic on
// its position: a transposition, a concatenation, a padding, a slice. A compiler of loops fuses it like any elementwise
// step.
func (f *fuser) picks(i int32) bool {
	s := &f.Res.Steps[i]
	return s.Spec.Class() == cost.Injective && s.Cost.FLOPs() == 0 && f.Kind(i) != ops.Gather && s.Spec.Bytes == nil
}

// reindexes reports whether what reads the result of unit u changes its size by picking.
func (f *fuser) reindexes(u int32) bool {
	out := f.out(u)
	if !f.indexed || out == graph.None {
		return false
	}
	last := f.LastReader(out)
	return last >= 0 && f.picks(last)
}
