package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// bias lets a matrix product add a constant to its result: the linear layer that exporters write as
// MatMul and Add. Every library's product has that epilogue.
func bias(f *fuser) {
	for i := range f.Live {
		u := f.unit[i]
		if !f.Live[i] || u != int32(i) || f.fusion[u] != cost.Anchor || f.Kind(u) != ops.MatMul {
			continue
		}
		v := f.reader(f.out(u))
		if v >= 0 && f.single(v) && f.adds(v) && f.together(u, v) && f.elems(v) == f.elems(f.tail[u]) {
			f.merge(u, v, biasRule)
		}
	}
}

// adds reports whether a step adds a constant vector.
func (f *fuser) adds(s int32) bool {
	n := f.Res.Steps[s].Node
	if !f.Is(s, "Add") || len(n.Inputs) != 2 {
		return false
	}
	for _, id := range n.Inputs {
		if id != graph.None && f.Const[f.Root[id]] {
			shape := f.Res.Infos[id].Shape
			return len(shape) > 0 && shape.Elems() == shape[len(shape)-1]
		}
	}
	return false
}
