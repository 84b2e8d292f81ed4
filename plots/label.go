package plots

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// A placer finds room for labels: never over another label or a dot, never outside, and over as few lines as it can.
type placer struct {
	bounds vg.Rectangle
	taken  []vg.Rectangle // labels
	dots   []vg.Rectangle
	soft   []vg.Rectangle // lines, better left uncovered
	far    float64        // length of a leader at most, 0: any
}

// The places tried for a label's centre, in points from the point that it names:
// rows at these heights and, in each, steps of a width.
var rows = []vg.Length{0, 13, 19, 26, 35, 46, 60, 78, 100, 130, 165, 205}

const (
	reach = 280
	pace  = 14
)

// A label is a text's size and the glyph that it names.
type label struct {
	at     vg.Point
	radius vg.Length // of the glyph
	size   vg.Point
	text   string
}

// A spot is where a label goes.
type spot struct {
	label
	box  vg.Rectangle
	cost float64
}

// place finds room for a label. It reports false where there is none.
func (p *placer) place(l label) (spot, bool) {
	best := spot{label: l, cost: math.Inf(1)}
	try := func(dx, dy vg.Length) {
		r := around(vg.Point{X: l.at.X + dx, Y: l.at.Y + dy}, l.size)
		leader := distance(l.at, nearest(r, l.at)) - float64(l.radius)
		if leader < 2 || p.far > 0 && leader > p.far || 2*leader >= best.cost || !inside(p.bounds, r) || p.blocked(l.at, r) {
			return
		}
		if c := 2*leader + p.cost(l.at, r, best.cost-2*leader); c < best.cost {
			best.box, best.cost = r, c
		}
	}
	beside := l.radius + 5 + l.size.X/2
	for _, dy := range rows {
		for _, s := range []vg.Length{1, -1} {
			try(beside, s*dy)
			try(-beside, s*dy)
			for dx := -vg.Length(reach); dx <= reach; dx += pace {
				try(dx, s*(dy+l.radius))
			}
		}
	}
	return best, !math.IsInf(best.cost, 1)
}

// settle places a label and keeps its place and its leader's from others.
func (p *placer) settle(l label) (spot, bool) {
	s, ok := p.place(l)
	if ok {
		p.taken = append(p.taken, s.box)
		p.avoid(l.at, nearest(s.box, l.at))
	}
	return s, ok
}

// lost says what a label without room costs: more than any place.
const lost = 1e6

// settleAll places labels. A label that is placed early may wall in a later
// one, so several orders are tried and the cheapest outcome is kept.
func (p *placer) settleAll(labels []label) (best []spot) {
	taken, soft := len(p.taken), len(p.soft)
	least := math.Inf(1)
	var keep placer
	for _, order := range orders(labels) {
		trial := *p
		trial.taken, trial.soft = slices.Clone(p.taken[:taken]), slices.Clone(p.soft[:soft])
		var spots []spot
		sum := 0.0
		for _, l := range order {
			if sum >= least {
				break // the rest only adds to it
			}
			s, ok := trial.settle(l)
			if !ok {
				sum += lost
				continue
			}
			sum += s.cost
			spots = append(spots, s)
		}
		if sum < least {
			least, best, keep = sum, spots, trial
		}
	}
	if best != nil {
		*p = keep
	}
	return best
}

// orders lists as given, from left to right, from right to left, and what each is when it starts elsewhere.
func orders(labels []label) (out [][]label) {
	right := slices.Clone(labels)
	slices.SortStableFunc(right, func(a, b label) int { return cmp.Compare(a.at.X, b.at.X) })
	left := slices.Clone(right)
	slices.Reverse(left)
	for _, o := range [][]label{labels, right, left} {
		for i := range o {
			out = append(out, slices.Concat(o[i:], o[:i]))
		}
	}
	return out
}

// blocked reports whether a label would cover another one or a dot, or its leader cross a label.
func (p *placer) blocked(at vg.Point, r vg.Rectangle) bool {
	to := nearest(r, at)
	for _, t := range p.taken {
		if overlap(r, t) > 0 || crosses(at, to, t) {
			return true
		}
	}
	return p.onDot(r)
}

// onDot reports whether a rectangle covers a dot.
func (p *placer) onDot(r vg.Rectangle) bool {
	for _, d := range p.dots {
		if overlap(r, d) > 0 {
			return true
		}
	}
	return false
}

// onLine reports whether a rectangle covers a line.
func (p *placer) onLine(r vg.Rectangle) bool {
	return slices.ContainsFunc(p.soft, func(s vg.Rectangle) bool { return overlap(r, s) > 0 })
}

// Prices of a label's place, against two for each point of the length of its leader.
const (
	areaPrice  = 3 // each square point of a line covered
	crossPrice = 9 // each dot or piece of a line that the leader crosses
)

// cost prices what a label and its leader cover; a price of most and more is infinite.
func (p *placer) cost(at vg.Point, r vg.Rectangle, most float64) float64 {
	to := nearest(r, at)
	sum := 0.0
	for _, over := range [][]vg.Rectangle{p.soft, p.dots} {
		for _, s := range over {
			sum += areaPrice * overlap(r, s)
			if !within(s, at) && crosses(at, to, s) {
				sum += crossPrice
			}
			if sum >= most {
				return math.Inf(1)
			}
		}
	}
	return sum
}

// clear reports whether a rectangle covers no label.
func (p *placer) clear(r vg.Rectangle) bool {
	for _, t := range p.taken {
		if overlap(r, t) > 0 {
			return false
		}
	}
	return true
}

// take marks a label's place as occupied.
func (p *placer) take(r vg.Rectangle) { p.taken = append(p.taken, r) }

// avoid marks a line as better left uncovered.
func (p *placer) avoid(a, b vg.Point) {
	const step = 5 // points
	n := math.Ceil(distance(a, b) / step)
	for i := range int(n) + 1 {
		p.soft = append(p.soft, around(between(a, b, float64(i)/max(n, 1)), vg.Point{X: step, Y: step}))
	}
}

// around returns the rectangle of that size with c in its middle.
func around(c vg.Point, size vg.Point) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: c.X - size.X/2, Y: c.Y - size.Y/2},
		Max: vg.Point{X: c.X + size.X/2, Y: c.Y + size.Y/2}}
}

// inside reports whether r lies within outer, edges included.
func inside(outer, r vg.Rectangle) bool {
	return r.Min.X >= outer.Min.X && r.Max.X <= outer.Max.X && r.Min.Y >= outer.Min.Y && r.Max.Y <= outer.Max.Y
}

// within reports whether p lies within r, edges excluded.
func within(r vg.Rectangle, p vg.Point) bool {
	return p.X > r.Min.X && p.X < r.Max.X && p.Y > r.Min.Y && p.Y < r.Max.Y
}

// crosses reports whether the way from a to b enters a rectangle: the parts of it
// within the rectangle's width and within its height have something in common.
func crosses(a, b vg.Point, r vg.Rectangle) bool {
	from, to := 0.0, 1.0
	for _, s := range [2]struct{ at, step, low, high vg.Length }{{a.X, b.X - a.X, r.Min.X, r.Max.X},
		{a.Y, b.Y - a.Y, r.Min.Y, r.Max.Y}} {
		if s.step == 0 {
			if s.at <= s.low || s.at >= s.high {
				return false
			}
			continue
		}
		in, out := float64((s.low-s.at)/s.step), float64((s.high-s.at)/s.step)
		from, to = max(from, min(in, out)), min(to, max(in, out))
	}
	return from < to
}

// overlap returns the common area of two rectangles, in square points.
func overlap(a, b vg.Rectangle) float64 {
	w := min(a.Max.X, b.Max.X) - max(a.Min.X, b.Min.X)
	h := min(a.Max.Y, b.Max.Y) - max(a.Min.Y, b.Min.Y)
	if w <= 0 || h <= 0 {
		return 0
	}
	return float64(w * h)
}

// nearest returns the point of a rectangle that is closest to p.
func nearest(r vg.Rectangle, p vg.Point) vg.Point {
	return vg.Point{X: min(max(p.X, r.Min.X), r.Max.X), Y: min(max(p.Y, r.Min.Y), r.Max.Y)}
}

// between returns the point at share f of the way from a to b.
func between(a, b vg.Point, f float64) vg.Point {
	t := vg.Length(f)
	return vg.Point{X: a.X + (b.X-a.X)*t, Y: a.Y + (b.Y-a.Y)*t}
}

// distance returns the distance of two points, in points of type.
func distance(a, b vg.Point) float64 { return math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y)) }
