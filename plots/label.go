package plots

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// A placer finds room for labels: never over another label, never outside, and
// over as little else as it can.
type placer struct {
	bounds vg.Rectangle
	taken  []vg.Rectangle // labels
	soft   []vg.Rectangle // dots and lines, better left uncovered
}

// The places tried for a label's centre, in points from the point that it names:
// rows at these heights and, in each, steps of a width.
var rows = []vg.Length{0, 13, 19, 26, 35, 46, 60, 78, 100, 130, 165, 205}

const (
	reach = 280
	pace  = 14
)

// place finds room for a label of a size near a point that a radius around is occupied.
// It reports false where there is none.
func (p *placer) place(at vg.Point, radius vg.Length, size vg.Point) (vg.Rectangle, bool) {
	var best vg.Rectangle
	bestCost, found := math.Inf(1), false
	try := func(dx, dy vg.Length) {
		r := around(vg.Point{X: at.X + dx, Y: at.Y + dy}, size)
		leader := distance(at, nearest(r, at)) - float64(radius)
		if leader < 2 || 2*leader >= bestCost || !inside(p.bounds, r) || p.blocked(at, r) {
			return
		}
		if c := 2*leader + p.cost(at, r); c < bestCost {
			best, bestCost, found = r, c, true
		}
	}
	beside := radius + 5 + size.X/2
	for _, dy := range rows {
		for _, s := range []vg.Length{1, -1} {
			try(beside, s*dy)
			try(-beside, s*dy)
			for dx := -vg.Length(reach); dx <= reach; dx += pace {
				try(dx, s*(dy+radius))
			}
		}
	}
	return best, found
}

// blocked reports whether a label would cover another one or its leader cross one.
func (p *placer) blocked(at vg.Point, r vg.Rectangle) bool {
	to := nearest(r, at)
	for _, t := range p.taken {
		if overlap(r, t) > 0 {
			return true
		}
		for i := 1; i <= leaderSteps; i++ {
			if within(t, between(at, to, float64(i)/leaderSteps)) {
				return true
			}
		}
	}
	return false
}

const leaderSteps = 12

// Prices of a label's place, against two for each point of the length of its leader.
const (
	areaPrice  = 3  // each square point of a dot or line covered
	crossPrice = 12 // each dot or piece of a line that the leader crosses
)

// cost prices what a label and its leader cover.
func (p *placer) cost(at vg.Point, r vg.Rectangle) float64 {
	to := nearest(r, at)
	sum := 0.0
	for _, s := range p.soft {
		sum += areaPrice * overlap(r, s)
		if within(s, at) {
			continue
		}
		for i := 1; i < 4; i++ {
			if within(s, between(at, to, float64(i)/4)) {
				sum += crossPrice
				break
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

func around(c vg.Point, size vg.Point) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: c.X - size.X/2, Y: c.Y - size.Y/2}, Max: vg.Point{X: c.X + size.X/2, Y: c.Y + size.Y/2}}
}

func inside(outer, r vg.Rectangle) bool {
	return r.Min.X >= outer.Min.X && r.Max.X <= outer.Max.X && r.Min.Y >= outer.Min.Y && r.Max.Y <= outer.Max.Y
}

func within(r vg.Rectangle, p vg.Point) bool {
	return p.X > r.Min.X && p.X < r.Max.X && p.Y > r.Min.Y && p.Y < r.Max.Y
}

// overlap is the common area of two rectangles, in square points.
func overlap(a, b vg.Rectangle) float64 {
	w := min(a.Max.X, b.Max.X) - max(a.Min.X, b.Min.X)
	h := min(a.Max.Y, b.Max.Y) - max(a.Min.Y, b.Min.Y)
	if w <= 0 || h <= 0 {
		return 0
	}
	return float64(w * h)
}

// nearest is the point of a rectangle that is closest to p.
func nearest(r vg.Rectangle, p vg.Point) vg.Point {
	return vg.Point{X: min(max(p.X, r.Min.X), r.Max.X), Y: min(max(p.Y, r.Min.Y), r.Max.Y)}
}

func between(a, b vg.Point, f float64) vg.Point {
	t := vg.Length(f)
	return vg.Point{X: a.X + (b.X-a.X)*t, Y: a.Y + (b.Y-a.Y)*t}
}

func distance(a, b vg.Point) float64 { return math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y)) }
