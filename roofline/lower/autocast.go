package lower

import (
	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// PyTorch's autocast decides by operator in which type it works and stores. What it keeps in fp32 is not resized by a
// change of precision, and what crosses from one type to the other in front of an operator is copied by a kernel of its
// own. Source: the lists of operators in https://pytorch.org/docs/stable/amp.html. One thing differs: layer and group
// normalisation are on its list of fp32, and timm, whose measurements are by far the most, has a fast path that runs
// them in the lower type. With the list's way held-out errors of six slices are 10.3 to 13.7 % in the mean, with this
// 9.4 to 11.7 %.

// ruleUnits lists units that are one operator of PyTorch, by the rule that made them.
var ruleUnits = map[string]ops.Autocast{
	layerNormRule: ops.Lowers, groupNormRule: ops.Lowers, rmsNormRule: ops.Widens, softmaxRule: ops.Fuses,
}

// autocastOf returns the policy of a unit.
func (l *Lowerer) autocastOf(u int32) ops.Autocast {
	for s := u; s >= 0; s = l.next[s] {
		if step := &l.Res.Steps[s]; step.Cost.MACs > 0 {
			return ops.Lowers
		}
	}
	if l.next[u] >= 0 { // composites work in the type of what they read, whatever they are written with
		return ruleUnits[l.rule[u]]
	}
	if spec := l.Res.Steps[u].Spec; spec != nil {
		return spec.Autocast
	}
	return ops.Promotes
}

// autocast decides how the unit to be emitted reads and what its outputs are stored in.
func (l *Lowerer) autocast(u int32) {
	l.policy = l.autocastOf(u)
	wide := l.policy == ops.Fuses || l.policy == ops.Widens
	for s := u; s >= 0 && l.policy == ops.Promotes; s = l.next[s] {
		wide = wide || l.promoted(s)
	}
	if !wide {
		return
	}
	for s := u; s >= 0; s = l.next[s] {
		for _, id := range l.Res.Steps[s].Node.Outputs {
			if id != graph.None {
				l.wide[l.Root[id]] = true
			}
		}
	}
}

// promoted reports whether one operand of a step is fp32: stored so, or a parameter of at least one dimension.
func (l *Lowerer) promoted(s int32) bool {
	n := l.Res.Steps[s].Node
	k := l.Kind(s)
	parameters := l.fusion[s] == cost.Elementwise && k != ops.BatchNorm || k == ops.Concat
	for _, id := range n.Inputs {
		switch {
		case id == graph.None || !kernel.Wide(l.Res.Infos[id].Type):
		case l.wide[l.Root[id]], parameters && l.Const[l.Root[id]] && len(l.Res.Infos[id].Shape) > 0:
			return true
		}
	}
	return false
}

// kept reports whether an operand is read in fp32 whatever the precision.
func (l *Lowerer) kept(root graph.ID) bool {
	switch {
	case !l.autocasts, l.policy == ops.Lowers:
		return false
	case l.policy == ops.Widens:
		return true
	}
	return l.wide[root] || l.Const[root]
}

// casts adds the kernel that copies the operands of unit u that are not stored in the type it reads.
func (l *Lowerer) casts(u int32) {
	if l.policy != ops.Lowers && l.policy != ops.Widens {
		return
	}
	k := kernel.Kernel{Op: "Cast", Rule: autocastRule, Class: kernel.Pointwise}
	l.outside(u, func(_ int32, _ int, id graph.ID) {
		size, t := l.Size(id)
		if !kernel.Wide(t) || l.wide[l.Root[id]] == (l.policy == ops.Widens) {
			return
		}
		l.copy(&k, id, l.policy == ops.Lowers, l.policy == ops.Widens)
		k.Cost.Work[cost.Vector] = cost.Work{Ops: sat.Add(k.Cost.Work[cost.Vector].Ops, size/int64(t.Bits()/8)), Type: t}
	})
	l.ahead(&k)
}
