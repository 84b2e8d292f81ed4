package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// onePass gives the number of elements that a GPU's compute unit keeps while it finds their mean and variance: 64 KiB
// of 16 bit (assumed), a quarter of the registers of a multiprocessor (CUDA C++ Programming Guide).
const onePass = 1 << 15

// secondPass charges a kernel that normalises over more elements than a compute unit holds for reading them again.
func (l *Lowerer) secondPass(k *kernel.Kernel) {
	for _, i := range k.Steps {
		n := l.Res.Steps[i].Node
		if c := l.Kind(i); c != ops.InstanceNorm && c != ops.GroupNorm || n.Inputs[0] == graph.None {
			continue
		}
		size, t := l.Size(n.Inputs[0])
		if groups := l.normGroups(n); groups > 0 && l.Res.Infos[n.Inputs[0]].Shape.Elems()/groups > onePass {
			charge(&k.Cost.Read, floats(&k.Float.Read, &k.Kept.Read, l.kept(l.Root[n.Inputs[0]])), size, t)
			k.SpareRead = sat.Add(k.SpareRead, size)
		}
	}
}

// normGroups returns how many means a normalisation of images finds: samples times channels or groups.
func (l *Lowerer) normGroups(n *graph.Node) int64 {
	shape := l.Res.Infos[n.Inputs[0]].Shape
	if len(shape) < 2 {
		return 0
	}
	groups := shape[1]
	for _, name := range []string{"num_groups", "groups"} {
		if a := n.Attr(name); a != nil {
			groups = a.Int
		}
	}
	return sat.Mul(shape[0], groups)
}

// recompute notes that an elementwise kernel moves nothing that its readers could not do without: where all of them are
// elementwise or reductions, and it reads no more than it writes, they can read what it reads and compute it again.
func (l *Lowerer) recompute(u int32, k *kernel.Kernel) {
	out := l.out(u)
	if l.fusion[u] != cost.Elementwise || k.Cost.MACs > 0 || out == graph.None || l.Escapes[out] ||
		l.LastReader(out) < 0 || k.Cost.Read > k.Cost.Written {
		return
	}
	for reader := range l.Readers(out) {
		if f := l.fusion[l.unit[reader]]; f != cost.Elementwise && f != cost.Reduction {
			return
		}
	}
	k.SpareRead, k.SpareWritten = k.Cost.Read, k.Cost.Written
}
