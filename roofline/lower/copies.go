package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/ops"
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
		if l.copied(s, j) {
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
			if id == graph.None || l.Const[l.Root[id]] || l.repeats(n, j) {
				continue
			}
			if m := l.maker[l.Root[id]]; m < 0 || l.unit[m] != u {
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

// copied reports whether a step copies operand j first: convolutions read images without gaps, channels first or last,
// normalisations rows, and matrix products what multiplies says.
func (f *Flow) copied(step int32, j int) bool {
	n := f.Res.Steps[step].Node
	id := n.Inputs[j]
	shape := f.Res.Infos[id].Shape
	s, ok := f.stridesOf(id)
	if !ok || shape.Elems() <= 1 {
		return false
	}
	switch c := f.kind(step); {
	case c == ops.Conv || c == ops.TransposedConv:
		o := plainOrder
		if len(shape) == 4 && (f.channelsLast || s.channelsLast(shape)) {
			o = channelsLastOrder
		}
		return j == 0 && !s.lies(o, shape)
	case c == ops.Softmax, c == ops.LayerNorm:
		return j == 0 && !s.lies(plainOrder, shape)
	case c == ops.MatMul:
		return !s.multiplies(shape, j == 0 && f.Const[f.Root[n.Inputs[1]]])
	}
	return false
}

// multiplies reports whether a matrix product reads an operand as it lies: all dimensions but the last two fold into
// one, for the product with a weight all but the last, and the elements of rows or of columns are in a row.
func (s *strides) multiplies(shape graph.Shape, weight bool) bool {
	n := len(shape)
	if n < 2 {
		return true
	}
	folded := n - 2
	if weight {
		folded = n - 1
	}
	for d := folded - 1; d > 0; d-- {
		if shape[d-1] > 1 && shape[d] > 1 && s.at[d-1] != s.at[d]*shape[d] {
			return false
		}
	}
	return s.at[n-1] == 1 || shape[n-1] == 1 || s.at[n-2] == 1 || shape[n-2] == 1
}
