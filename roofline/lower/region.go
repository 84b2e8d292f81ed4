package lower

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/roofline/internal/dataflow"
)

// maxRegion bounds the steps of a composite; a layer normalisation written out has about ten.
const maxRegion = 20

// A composite describes a function written out in small operators: a region of
// steps around a seed that reads one varying tensor, forks and joins again, and hands on one tensor.
type composite struct {
	seeds      []string // operators
	rule       string   // that the unit is named by
	reductions bool     // the region may hold reductions, and becomes one
	affine     int      // how many steps with a constant operand may follow the join: scale, shift, cast
}

// allComposites lists the formulas that are recognised.
var allComposites = []*composite{&layerNorm, &softmax, &gelu, &silu, &mish, &hardSwish}

// A region is a set of steps being grown around a seed. Its slices are reused.
type region struct {
	steps  []int32    // of the composite
	in     []graph.ID // varying roots read from outside
	out    []graph.ID // roots read outside
	forked bool       // some root is read by two of its steps
}

// composites fuses every region that a row describes.
func (f *fuser) composites(c *composite) {
	for _, s := range f.starts[slices.Index(allComposites, c)] {
		if f.may(s, c) && f.grow(s, c) {
			f.take(c)
		}
	}
}

// startsOf appends the live steps of a flow that are seeds to lists by composite.
func startsOf(f *dataflow.Flow, lists [][]int32) [][]int32 {
	lists = lists[:0]
	for _, c := range allComposites {
		var list []int32
		if n := len(lists); n < cap(lists) {
			list = lists[:n+1][n][:0]
		}
		for i, live := range f.Live {
			if live && seeds(f, int32(i), c) {
				list = append(list, int32(i))
			}
		}
		lists = append(lists, list)
	}
	return lists
}

// seeds reports whether a step is a seed of a composite.
func seeds(f *dataflow.Flow, s int32, c *composite) bool {
	return slices.ContainsFunc(c.seeds, func(op string) bool { return f.Is(s, op) })
}

// may reports whether a step may be part of a region.
func (f *fuser) may(s int32, c *composite) bool {
	k := f.fusion[s]
	return f.Live[s] && f.single(s) && (k == cost.Elementwise || k == cost.Reduction && c.reductions) &&
		f.out(s) != graph.None && f.Res.Steps[s].Cost.MACs == 0
}

// grow extends the region from a seed until it is closed, first by what its
// inputs are computed from while there are several, else by what reads its outputs.
func (f *fuser) grow(seed int32, c *composite) bool {
	r := &f.region
	r.steps = append(r.steps[:0], seed)
	closed := 0 // how many steps it had when it was last closed
	for len(r.steps) <= maxRegion {
		f.survey()
		done := len(r.in) == 1 && len(r.out) == 1 && r.forked
		if done {
			closed = len(r.steps)
		}
		var next int32 = -1
		switch {
		case done && c.reductions:
			next = f.centred(c)
		case done:
		case len(r.in) > 1:
			next = f.before(c)
		case closed == 0:
			next = f.after(c)
		}
		if next < 0 {
			break
		}
		r.steps = append(r.steps, next)
	}
	r.steps = r.steps[:closed]
	return closed > 0
}

// survey finds what the region reads and hands on.
func (f *fuser) survey() {
	r := &f.region
	r.in, r.out, r.forked = r.in[:0], r.out[:0], false
	for _, s := range r.steps {
		n := f.Res.Steps[s].Node
		for k, id := range n.Inputs {
			if id == graph.None || f.Const[f.Root[id]] || f.Repeats(n, k) {
				continue
			}
			root := f.Root[id]
			if f.inRegion(root) > 1 {
				r.forked = true
			}
			if m := f.Maker[root]; m < 0 || !contains(r.steps, m) {
				if !contains(r.in, root) {
					r.in = append(r.in, root)
				}
			}
		}
		if o := f.out(s); f.Escapes[o] || f.inRegion(o) < int(f.Users[o]) || f.Users[o] == 0 {
			r.out = append(r.out, o)
		}
	}
}

// inRegion returns how many steps of the region read a root.
func (f *fuser) inRegion(root graph.ID) int {
	n := 0
	for reader := range f.Readers(root) {
		if contains(f.region.steps, reader) {
			n++
		}
	}
	return n
}

// before returns the step that made the latest input, if it may join: every reader of it is inside.
func (f *fuser) before(c *composite) int32 {
	best := int32(-1)
	for _, root := range f.region.in {
		best = max(best, f.Maker[root])
	}
	if best < 0 || !f.may(best, c) || !f.together(best, f.region.steps[0]) {
		return -1
	}
	if o := f.out(best); f.Escapes[o] || f.inRegion(o) < int(f.Users[o]) {
		return -1
	}
	return best
}

// after returns the earliest step outside that reads an output, if it may join.
func (f *fuser) after(c *composite) int32 {
	best := int32(-1)
	for _, o := range f.region.out {
		if f.Escapes[o] {
			return -1
		}
		for reader := range f.Readers(o) {
			if s := reader; !contains(f.region.steps, s) && (best < 0 || s < best) {
				best = s
			}
		}
	}
	if best < 0 || !f.may(best, c) || !f.together(best, f.region.steps[0]) {
		return -1
	}
	return best
}

// centred returns the subtraction that a closed region's input comes from: of a mean or a maximum.
func (f *fuser) centred(c *composite) int32 {
	if s := f.before(c); s >= 0 && f.Is(s, "Sub") && f.varying(s) == 2 {
		return s
	}
	return -1
}

// take makes a unit of the region and of the steps with constant operands that follow it.
func (f *fuser) take(c *composite) {
	u, rule := f.region.steps[0], c.rule
	if rule == layerNormRule && !f.subtracts() {
		rule = rmsNormRule
	}
	for _, s := range f.region.steps[1:] {
		f.merge(u, s, "")
	}
	f.rule[u], f.fusion[u] = rule, cost.Elementwise
	if c.reductions {
		f.fusion[u] = cost.Reduction
	}
	for range c.affine {
		v := f.reader(f.out(u))
		if v < 0 || !f.single(v) || f.fusion[v] != cost.Elementwise || f.varying(v) != 1 || !f.together(u, v) ||
			f.elems(v) != f.elems(f.tail[u]) || f.seedOfAny(v) {
			return
		}
		f.merge(u, v, "")
	}
}

// subtracts reports whether the region has a Sub.
func (f *fuser) subtracts() bool {
	for _, s := range f.region.steps {
		if f.Is(s, "Sub") {
			return true
		}
	}
	return false
}

// seedOfAny reports whether a step is the seed of some composite, which must keep it for itself.
func (f *fuser) seedOfAny(s int32) bool {
	return slices.ContainsFunc(allComposites, func(c *composite) bool { return seeds(f.Flow, s, c) })
}

// contains reports whether x is in list.
func contains[T comparable](list []T, x T) bool {
	for _, y := range list {
		if y == x {
			return true
		}
	}
	return false
}
