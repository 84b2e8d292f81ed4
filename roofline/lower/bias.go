package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// bias lets a matrix product add a constant to its result: the linear layer that exporters write as
// MatMul and Add. Every library's product has that epilogue.
func bias(l *Lowerer) {
	for i := range l.Live {
		u := l.unit[i]
		if !l.Live[i] || u != int32(i) || l.fusion[u] != cost.Anchor || l.kind(u) != ops.MatMul {
			continue
		}
		v := l.reader(l.out(u))
		if v >= 0 && l.single(v) && l.adds(v) && l.together(u, v) && l.elems(v) == l.elems(l.tail[u]) {
			l.merge(u, v, biasRule)
		}
	}
}

// adds reports whether a step adds a constant vector.
func (l *Lowerer) adds(s int32) bool {
	n := l.Res.Steps[s].Node
	if !l.is(s, "Add") || len(n.Inputs) != 2 {
		return false
	}
	for _, id := range n.Inputs {
		if id != graph.None && l.Const[l.Root[id]] {
			shape := l.Res.Infos[id].Shape
			return len(shape) > 0 && shape.Elems() == shape[len(shape)-1]
		}
	}
	return false
}
