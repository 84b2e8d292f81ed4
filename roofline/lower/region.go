package lower

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
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
func (l *Lowerer) composites(c *composite) {
	for i := range l.Live {
		s := int32(i)
		if l.Live[i] && l.seeds(s, c) && l.may(s, c) && l.grow(s, c) {
			l.fuse(c)
		}
	}
}

// seeds reports whether a step is a seed of a composite.
func (l *Lowerer) seeds(s int32, c *composite) bool {
	return slices.ContainsFunc(c.seeds, func(op string) bool { return l.is(s, op) })
}

// may reports whether a step may be part of a region.
func (l *Lowerer) may(s int32, c *composite) bool {
	k := l.fusion[s]
	return l.Live[s] && l.single(s) && (k == cost.Elementwise || k == cost.Reduction && c.reductions) &&
		l.out(s) != graph.None && l.Res.Steps[s].Cost.MACs == 0
}

// grow extends the region from a seed until it is closed, first by what its
// inputs are computed from while there are several, else by what reads its outputs.
func (l *Lowerer) grow(seed int32, c *composite) bool {
	r := &l.region
	r.steps = append(r.steps[:0], seed)
	closed := 0 // how many steps it had when it was last closed
	for len(r.steps) <= maxRegion {
		l.survey()
		done := len(r.in) == 1 && len(r.out) == 1 && r.forked
		if done {
			closed = len(r.steps)
		}
		var next int32 = -1
		switch {
		case done && c.reductions:
			next = l.centred(c)
		case done:
		case len(r.in) > 1:
			next = l.before(c)
		case closed == 0:
			next = l.after(c)
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
func (l *Lowerer) survey() {
	r := &l.region
	r.in, r.out, r.forked = r.in[:0], r.out[:0], false
	for _, s := range r.steps {
		n := l.Res.Steps[s].Node
		for k, id := range n.Inputs {
			if id == graph.None || l.Const[l.Root[id]] || l.repeats(n, k) {
				continue
			}
			root := l.Root[id]
			if l.inRegion(root) > 1 {
				r.forked = true
			}
			if m := l.maker[root]; m < 0 || !contains(r.steps, m) {
				if !contains(r.in, root) {
					r.in = append(r.in, root)
				}
			}
		}
		if o := l.out(s); l.escapes[o] || l.inRegion(o) < int(l.users[o]) || l.users[o] == 0 {
			r.out = append(r.out, o)
		}
	}
}

// inRegion returns how many steps of the region read a root.
func (l *Lowerer) inRegion(root graph.ID) int {
	n := 0
	for e := l.first[root]; e >= 0; e = l.edges[e].next {
		if contains(l.region.steps, l.edges[e].step) {
			n++
		}
	}
	return n
}

// before returns the step that made the latest input, if it may join: every reader of it is inside.
func (l *Lowerer) before(c *composite) int32 {
	best := int32(-1)
	for _, root := range l.region.in {
		best = max(best, l.maker[root])
	}
	if best < 0 || !l.may(best, c) || !l.together(best, l.region.steps[0]) {
		return -1
	}
	if o := l.out(best); l.escapes[o] || l.inRegion(o) < int(l.users[o]) {
		return -1
	}
	return best
}

// after returns the earliest step outside that reads an output, if it may join.
func (l *Lowerer) after(c *composite) int32 {
	best := int32(-1)
	for _, o := range l.region.out {
		if l.escapes[o] {
			return -1
		}
		for e := l.first[o]; e >= 0; e = l.edges[e].next {
			if s := l.edges[e].step; !contains(l.region.steps, s) && (best < 0 || s < best) {
				best = s
			}
		}
	}
	if best < 0 || !l.may(best, c) || !l.together(best, l.region.steps[0]) {
		return -1
	}
	return best
}

// centred returns the subtraction that a closed region's input comes from: of a mean or a maximum.
func (l *Lowerer) centred(c *composite) int32 {
	if s := l.before(c); s >= 0 && l.is(s, "Sub") && l.varying(s) == 2 {
		return s
	}
	return -1
}

// fuse makes a unit of the region and of the steps with constant operands that follow it.
func (l *Lowerer) fuse(c *composite) {
	u, rule := l.region.steps[0], c.rule
	if rule == layerNormRule && !l.subtracts() {
		rule = rmsNormRule
	}
	for _, s := range l.region.steps[1:] {
		l.merge(u, s, "")
	}
	l.rule[u], l.fusion[u] = rule, cost.Elementwise
	if c.reductions {
		l.fusion[u] = cost.Reduction
	}
	for range c.affine {
		v := l.reader(l.out(u))
		if v < 0 || !l.single(v) || l.fusion[v] != cost.Elementwise || l.varying(v) != 1 || !l.together(u, v) ||
			l.elems(v) != l.elems(l.tail[u]) || l.seedOfAny(v) {
			return
		}
		l.merge(u, v, "")
	}
}

// subtracts reports whether the region has a Sub.
func (l *Lowerer) subtracts() bool {
	for _, s := range l.region.steps {
		if l.is(s, "Sub") {
			return true
		}
	}
	return false
}

// seedOfAny reports whether a step is the seed of some composite, which must keep it for itself.
func (l *Lowerer) seedOfAny(s int32) bool {
	return slices.ContainsFunc(allComposites, func(c *composite) bool { return l.seeds(s, c) })
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
