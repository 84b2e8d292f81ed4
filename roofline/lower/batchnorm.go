package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// batchNorm adds the kernel of the batch normalisation or bias of unit u, a convolution with a bias,
// if some reader of its result cannot apply it as it reads. Exporters fold batch normalisation into the
// convolution's weights; a runtime that traces the original module still has it.
func (l *Lowerer) batchNorm(u int32) {
	out := l.out(u)
	if c := l.Kind(u); c != ops.Conv && c != ops.TransposedConv || out == graph.None {
		return
	}
	if l.Res.Steps[u].Bias() == graph.None || l.applied(out) {
		return
	}
	size, t := l.Size(out)
	if !kernel.Wide(t) {
		return
	}
	elems := size / int64(t.Bits()/8)
	k := kernel.Kernel{
		Name: l.kernels[len(l.kernels)-1].Name, Op: "BatchNormalization", Rule: batchNormRule, Class: kernel.Norm,
		BatchNorm: true, Type: t, Times: l.Res.Steps[u].Times,
	}
	k.Cost.Work[cost.Vector] = cost.Work{Ops: sat.Mul(2, elems), Type: t}
	charge(&k.Cost.Read, &k.Float.Read, size, t)
	charge(&k.Cost.Written, &k.Float.Written, size, t)
	l.kernels = append(l.kernels, k)
}

// applied reports whether the one reader of a root is elementwise or a reduction. What several kernels read is
// stored normalised: its five operands are too many to be read again by each of them.
func (l *Lowerer) applied(root graph.ID) bool {
	if l.Escapes[root] || l.LastReader(root) < 0 {
		return false
	}
	v := l.reader(root)
	return v >= 0 && (l.fusion[v] == cost.Elementwise || l.fusion[v] == cost.Reduction)
}
