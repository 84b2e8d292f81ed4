// Package lower turns the steps of an inferred model into the kernels that a runtime would launch.
package lower

import (
	"slices"
	"strconv"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/roofline/internal/dataflow"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// A Lowerer lowers results, keeping its storage from one to the next. It must
// not be used by two goroutines at once. The zero Lowerer is ready.
type Lowerer struct {
	fuser
	alone   Common            // of the result, where no other lowerings share it
	way     *way              // that the flow is of, where others share its kernels; else nil
	kernels []kernel.Kernel   // in the order in which they run
	index   []int32           // the steps of all kernels, one after the other
	sums    tally             // traffic of the unit being emitted
	buf     []byte            // for names
	names   map[string]string // that were made before
	wide    []bool            // by root: autocast stores it in fp32 whatever the precision
	policy  ops.Autocast      // of the unit being emitted
	done    []bool            // by unit: its kernel is made
}

// Lower lowers a result into fresh storage.
func Lower(res *infer.Result, recipe Recipe) []kernel.Kernel { return new(Lowerer).Lower(res, recipe) }

// Lower lowers a result. The kernels are valid until the next call.
func (l *Lowerer) Lower(res *infer.Result, recipe Recipe) []kernel.Kernel {
	l.alone.Open(res)
	return l.lower(&l.alone, recipe, false)
}

// LowerIn does as Lower for the result that is open in c, with what other lowerings of it have found. The kernels are
// valid until the next call, and until another result is opened in c.
func (l *Lowerer) LowerIn(c *Common, recipe Recipe) []kernel.Kernel { return l.lower(c, recipe, true) }

// lower lowers a result. Kernels are shared with other recipes if that is asked for, but where a recipe has a say in
// what a kernel of given steps is.
func (l *Lowerer) lower(c *Common, recipe Recipe, share bool) []kernel.Kernel {
	l.way = l.fuse(c, recipe)
	if !share || l.autocasts || l.FlashOnly {
		l.way = nil
	}
	l.kernels, l.index = l.kernels[:0], l.index[:0]
	if l.names == nil {
		l.names = make(map[string]string)
	}
	return l.emit()
}

// emit makes a kernel of every unit, in the order of their last steps, but a unit after those that it reads from: one
// of siblings may end later than what reads another.
func (l *Lowerer) emit() []kernel.Kernel {
	l.sums.reset(len(l.Root))
	l.wide, l.done = dataflow.Resize(l.wide, len(l.Root)), dataflow.Resize(l.done, len(l.Live))
	l.kernels = slices.Grow(l.kernels, l.units())
	for i := range l.Live {
		if u := l.unit[i]; l.Live[i] && l.tail[u] == int32(i) {
			l.make(u)
		}
	}
	return l.kernels
}

// make makes the kernel of a unit after those of the units that it reads from.
func (l *Lowerer) make(u int32) {
	if l.done[u] {
		return
	}
	l.done[u] = true
	for s := u; s >= 0; s = l.next[s] {
		for _, id := range l.Res.Steps[s].Node.Inputs {
			if id == graph.None {
				continue
			}
			if m := l.Maker[l.Root[id]]; m >= 0 && l.Live[m] {
				l.make(l.unit[m])
			}
		}
	}
	from := len(l.index)
	for s := u; s >= 0; s = l.next[s] {
		l.index = append(l.index, s)
	}
	steps := l.index[from:len(l.index):len(l.index)]
	sortSteps(steps)
	l.kernels = append(l.kernels, kernel.Kernel{Steps: steps, Rule: l.rule[u], Times: l.Res.Steps[l.tail[u]].Times})
	k := &l.kernels[len(l.kernels)-1]
	if l.autocasts {
		l.autocast(u)
	}
	l.describe(k)
	l.recompute(u, k)
	if l.twice {
		l.secondPass(k)
	}
	if l.autocasts {
		l.casts(u)
	}
	if l.Strided {
		l.copies(u)
	}
	if l.unfold {
		l.batchNorm(u)
	}
}

// units counts the kernels to be made, those of a pass over inputs twice aside.
func (l *Lowerer) units() int {
	n := 0
	for i, live := range l.Live {
		if live && l.tail[l.unit[i]] == int32(i) {
			n++
		}
	}
	return n
}

// sortSteps sorts by insertion: units are short and nearly in order.
func sortSteps(s []int32) {
	for i := 1; i < len(s); i++ {
		for j := i; j > 0 && s[j] < s[j-1]; j-- {
			s[j], s[j-1] = s[j-1], s[j]
		}
	}
}

// describe fills in a kernel whose steps and rule are known, as it was filled in before where it was.
func (l *Lowerer) describe(k *kernel.Kernel) {
	if l.way == nil {
		l.fill(k)
		return
	}
	if made := l.way.find(k.Steps, k.Rule); made != nil {
		steps := k.Steps
		*k = *made
		k.Steps = steps
		return
	}
	l.fill(k)
	l.way.keep(k)
}

// fill describes a kernel whose steps are known.
func (l *Lowerer) fill(k *kernel.Kernel) {
	l.traffic(k)
	main := MainStep(l.Res, k)
	k.Class = l.classOf(k, main)
	l.quantised(k, main)
	k.Type = l.mainType(k, main)
	l.gemmView(k, main)
	l.shapeView(k, main)
	n := l.Res.Steps[main].Node
	k.Operator = n.Op.Type
	l.buf = l.buf[:0]
	for i, s := range k.Steps {
		if i > 0 {
			l.buf = append(l.buf, '+')
		}
		l.buf = append(l.buf, l.Res.Steps[s].Node.Op.Type...)
	}
	k.Op = l.intern()
	k.Name = n.Name
	if k.Name == "" {
		l.buf = append(append(l.buf[:0], n.Op.Type...), '_')
		l.buf = strconv.AppendInt(l.buf, int64(main), 10)
		k.Name = l.intern()
	}
}

// intern returns the buffer as a string, made once for each text.
func (l *Lowerer) intern() string {
	if s, ok := l.names[string(l.buf)]; ok {
		return s
	}
	s := string(l.buf)
	l.names[s] = s
	return s
}

// MainStep returns the step of a kernel with the most multiply-adds, else the most work; the first of equals.
func MainStep(res *infer.Result, k *kernel.Kernel) int32 {
	best := k.Steps[0]
	for _, s := range k.Steps {
		a, b := &res.Steps[s].Cost, &res.Steps[best].Cost
		if a.MACs > b.MACs || a.MACs == b.MACs && a.FLOPs() > b.FLOPs() {
			best = s
		}
	}
	return best
}
