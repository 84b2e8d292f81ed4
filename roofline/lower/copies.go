package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// copies adds the kernel that puts the operands of unit u in a row where it cannot read them as they lie.
// The fused path of attention reads any strides.
func (l *Lowerer) copies(u int32) {
	if l.rule[u] == attentionRule {
		return
	}
	k := kernel.Kernel{Op: "Copy", Rule: stridesRule, Class: kernel.Move}
	l.outside(u, func(s int32, j int, id graph.ID) {
		if l.Copied(s, j) {
			l.copy(&k, id, l.kept(l.Root[id]), l.kept(l.Root[id]))
		}
	})
	l.ahead(&k)
}

// outside calls do for every operand of unit u that it does not make itself and that is no constant, once a step.
func (l *Lowerer) outside(u int32, do func(step int32, operand int, id graph.ID)) {
	for s := u; s >= 0; s = l.next[s] {
		n := l.Res.Steps[s].Node
		for j, id := range n.Inputs {
			if id == graph.None || l.Const[l.Root[id]] || l.Repeats(n, j) {
				continue
			}
			if m := l.Maker[l.Root[id]]; m < 0 || l.unit[m] != u {
				do(s, j, id)
			}
		}
	}
}

// copy charges kernel k for reading an operand and writing it again.
func (l *Lowerer) copy(k *kernel.Kernel, id graph.ID, keptRead, keptWritten bool) {
	size, t := l.Size(id)
	k.Type = t
	charge(&k.Cost.Read, floats(&k.Float.Read, &k.Kept.Read, keptRead), size, t)
	charge(&k.Cost.Written, floats(&k.Float.Written, &k.Kept.Written, keptWritten), size, t)
	k.SpareRead, k.SpareWritten = k.Cost.Read, k.Cost.Written
}

// ahead puts a kernel in front of the last one, under its name, if it moves anything.
func (l *Lowerer) ahead(k *kernel.Kernel) {
	if k.Cost.Read == 0 {
		return
	}
	last := len(l.kernels) - 1
	k.Name, k.Times = l.kernels[last].Name, l.kernels[last].Times
	l.kernels = append(l.kernels, l.kernels[last])
	l.kernels[last] = *k
}
