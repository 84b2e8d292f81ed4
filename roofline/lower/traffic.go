package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/internal/dataflow"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// A tally remembers, for the kernel being summed, what each tensor was charged.
type tally struct {
	epoch []int32 // by root: the kernel that the other two are about
	bytes []int64 // charged so far
	inner []int32 // steps of the kernel that read it
	now   int32   // the unit being counted
}

// reset forgets all values; n is how many the graph has.
func (t *tally) reset(n int) {
	if len(t.epoch) != n {
		t.epoch, t.bytes, t.inner = make([]int32, n), make([]int64, n), make([]int32, n)
	}
	clear(t.epoch)
	t.now = 0
}

// at makes the entry of a root current.
func (t *tally) at(root graph.ID) {
	if t.epoch[root] != t.now {
		t.epoch[root], t.bytes[root], t.inner[root] = t.now, 0, 0
	}
}

// traffic sums the cost of a kernel's steps. Operands from outside are charged
// once however many steps read them; tensors made and used up inside are not charged.
func (l *Lowerer) traffic(k *kernel.Kernel) {
	l.sums.now++
	for _, i := range k.Steps {
		s := &l.Res.Steps[i]
		k.Cost.MACs = sat.Add(k.Cost.MACs, s.Cost.MACs)
		l.addWork(k, s)
		l.reads(k, s, i)
	}
	for _, i := range k.Steps {
		l.writes(k, &l.Res.Steps[i])
	}
}

// addWork adds a step's operations to a kernel. A kernel of several types has that of most
// operations.
func (l *Lowerer) addWork(k *kernel.Kernel, s *infer.Step) {
	for e := range s.Cost.Work {
		w := s.Cost.Work[e]
		have := &k.Cost.Work[e]
		if w.Ops == 0 {
			continue
		}
		if have.Type == dtype.Undefined || w.Ops > have.Ops {
			have.Type = w.Type
		}
		have.Ops = sat.Add(have.Ops, w.Ops)
	}
}

// reads charges the operands of one step.
func (l *Lowerer) reads(k *kernel.Kernel, s *infer.Step, step int32) {
	n := s.Node
	out := dataflow.FirstOutput(n)
	grows := l.Grows(s)
	alias := out != graph.None && l.Root[out] != out // its readers are counted as readers of the root
	custom := s.Spec != nil && s.Spec.Bytes != nil
	var whole, seen [2]int64 // activations, initializers: all operands, those before this one
	if custom {
		for j, id := range n.Inputs {
			if id != graph.None && !l.RepeatsName(n, j) {
				size, _ := l.Size(id)
				whole[l.category(id)] += size
			}
		}
	}
	charged := [2]int64{s.Cost.Read, s.Cost.Weights}
	for j, id := range n.Inputs {
		if id == graph.None || l.RepeatsName(n, j) || grows && j == 0 {
			continue
		}
		size, t := l.Size(id)
		if c := l.category(id); custom {
			seen[c] += size
			size = share(charged[c], seen[c], whole[c]) - share(charged[c], seen[c]-size, whole[c])
		}
		l.read(k, id, size, t, alias || l.Repeats(n, j))
	}
	if custom {
		for c := range whole {
			if whole[c] == 0 && charged[c] > 0 {
				k.Cost.Read = sat.Add(k.Cost.Read, charged[c])
			}
		}
	}
}

// category says where an operator's row put the bytes of an operand: 1 for an initializer, else 0.
func (l *Lowerer) category(id graph.ID) int {
	if l.Res.Plan.Model.Tensors[id].Kind == graph.FromInitializer {
		return 1
	}
	return 0
}

// share returns total x part/whole, exactly total when part is whole.
func share(total, part, whole int64) int64 {
	if part == whole || whole == 0 {
		return total
	}
	return int64(float64(total) * (float64(part) / float64(whole)))
}

// read charges size bytes of operand id unless the kernel made it itself or has
// read it already. again says not to count the step as one more reader.
func (l *Lowerer) read(k *kernel.Kernel, id graph.ID, size int64, t dtype.Type, again bool) {
	root := l.Root[id]
	l.sums.at(root)
	if !again {
		l.sums.inner[root]++
	}
	if m := l.Maker[root]; m >= 0 && l.unit[m] == l.unit[k.Steps[0]] && !l.Const[root] {
		return
	}
	whole, _ := l.Size(root)
	size = max(0, min(size, whole-l.sums.bytes[root]))
	l.sums.bytes[root] += size
	if l.Const[root] {
		k.Cost.Weights = sat.Add(k.Cost.Weights, l.Beside[id])
		charge(&k.Cost.Weights, floats(&k.Float.Weights, &k.Kept.Weights, l.kept(root)), size, t)
		return
	}
	charge(&k.Cost.Read, floats(&k.Float.Read, &k.Kept.Read, l.kept(root)), size, t)
	if l.spare[root] {
		k.SpareRead = sat.Add(k.SpareRead, size)
	}
}

// writes charges the outputs of one step that are used outside the kernel, or by nobody.
func (l *Lowerer) writes(k *kernel.Kernel, s *infer.Step) {
	custom := s.Spec != nil && s.Spec.Bytes != nil
	var whole, seen int64
	if custom {
		for _, id := range s.Node.Outputs {
			if id != graph.None {
				size, _ := l.Size(id)
				whole += size
			}
		}
	}
	for _, id := range s.Node.Outputs {
		if id == graph.None || l.Root[id] != id && len(k.Steps) > 1 {
			continue
		}
		size, t := l.Size(id)
		if l.Grows(s) {
			old, _ := l.Size(s.Node.Inputs[0])
			size = max(size-old, 0)
		}
		if custom {
			seen += size
			size = share(s.Cost.Written, seen, whole) - share(s.Cost.Written, seen-size, whole)
		}
		l.sums.at(id)
		if n := l.sums.inner[id]; n > 0 && n == l.Users[id] && !l.Escapes[id] {
			continue
		}
		charge(&k.Cost.Written, floats(&k.Float.Written, &k.Kept.Written, l.wide[id]), size, t)
		if l.spare[l.Root[id]] {
			k.SpareWritten = sat.Add(k.SpareWritten, size)
		}
	}
}

// floats returns where floating-point traffic counts: what is kept stays in its type whatever the precision.
func floats(resized, kept *kernel.Traffic, keep bool) *kernel.Traffic {
	if keep {
		return kept
	}
	return resized
}

// charge adds traffic of type t.
func charge(total *int64, floats *kernel.Traffic, size int64, t dtype.Type) {
	*total = sat.Add(*total, size)
	if kernel.Wide(t) {
		floats.Bytes = sat.Add(floats.Bytes, size)
		floats.Elems = sat.Add(floats.Elems, size/int64(t.Bits()/8))
	}
}
