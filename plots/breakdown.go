package plots

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// mostBars bounds the bars: more on a page are not read.
const mostBars = 24

// Breakdown draws the time of an estimate as one bar for each group of kernels,
// the longest first, each part coloured by what limits its kernels. At most top groups, or where top is 0 those that
// are seen, have a bar; the rest share one.
func Breakdown(e *roofline.Estimate, by roofline.By, depth, top int) *Figure {
	groups := roofline.RollUp(e, by, depth)
	slices.SortStableFunc(groups, func(a, b roofline.Group) int {
		return cmp.Compare(b.Spent.Device, a.Spent.Device)
	})
	if top <= 0 {
		top = max(1, seen(groups))
	}
	b := barsOf(groups, min(top, mostBars))
	p := newPanel("time at the speed of light", "share of the time by "+groupings[by])
	if e.Latency.Expected != nil {
		p.X.Label.Text = "expected time"
	}
	longest := 0.0
	for i := range b {
		longest = max(longest, b[i].total())
	}
	if longest <= 0 {
		longest = 1e-9 // nothing takes any time: an axis all the same
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1.3*longest, 0, float64(max(len(b), 1))
	p.X.Tick.Marker, p.Y.Tick.Marker = even{label: fromZero(units.Seconds)}, b
	p.Y.Tick.Length, p.Y.LineStyle.Width = 0, 0
	p.least = barRow*vg.Length(len(b)) + 70
	p.Add(grid{upright: true}, b)
	f := &Figure{panels: []panel{p}}
	f.title, _ = headline([]*roofline.Estimate{e})
	f.subtitle = []string{latencyText(e) + ": " + sharesText(e)}
	f.legend = []entry{{text: "Bound by", head: true}}
	for k := range roofline.NumBounds {
		if s := e.Spent.Share(k); s > 0 {
			f.legend = append(f.legend, entry{text: fmt.Sprintf("%s, %s", k, percent(s)), thumb: boxThumb(bounds[k]), key: true})
		}
	}
	return f
}

// groupings say in words by what bars are.
var groupings = map[roofline.By]string{roofline.ByLayer: "layer", roofline.ByOp: "operator",
	roofline.ByModule: "module", roofline.ByKernel: "kernel"}

// barRow gives the height of a row of bars on a compact page, in points: that of its name and a gap.
const barRow = 19

// seenShare gives the share of the time from which on a bar is seen.
const seenShare = 0.005

// seen returns how many groups, of which the longest come first, have a bar that is seen.
func seen(groups []roofline.Group) int {
	n := slices.IndexFunc(groups, func(g roofline.Group) bool { return g.Share < seenShare })
	if n < 0 {
		return len(groups)
	}
	return n
}

// fromZero labels ticks with their unit, and zero without one.
func fromZero(d units.Dim) func(float64) string {
	label := in(d)
	return func(v float64) string {
		if v == 0 {
			return "0"
		}
		return label(v)
	}
}

// A bar is the time of some kernels by what limits them.
type bar struct {
	name    string
	share   float64
	seconds [roofline.NumBounds]float64
}

// total returns the seconds of a bar, over all bounds.
func (b *bar) total() (sum float64) {
	for _, s := range b.seconds {
		sum += s
	}
	return sum
}

// bars are drawn from the top down.
type bars []bar

// barsOf returns a bar for each of the top groups, and one for the others unless it would be a
// single group.
func barsOf(groups []roofline.Group, top int) (out bars) {
	for i := range groups {
		g := &groups[i]
		b := bar{name: g.Name}
		if positive(g.Spent.Device) {
			b.share, b.seconds = g.Share, parts(&g.Spent)
		}
		if i < top || len(groups) == top+1 {
			out = append(out, b)
			continue
		}
		if i == top {
			b.name = fmt.Sprintf("%d others", len(groups)-top)
			out = append(out, b)
			continue
		}
		out[top].share += b.share
		for k, s := range b.seconds {
			out[top].seconds[k] += s
		}
	}
	return out
}

// parts returns the time of kernels by what limits each; where nothing says, all of it by what limits most.
func parts(s *roofline.Spent) (out [roofline.NumBounds]float64) {
	sum := 0.0
	for _, v := range s.ByBound {
		sum += v
	}
	if !positive(sum) {
		out[s.Bound()] = s.Device
		return out
	}
	for k, v := range s.ByBound {
		out[k] = s.Device * v / sum
	}
	return out
}

// longestName bounds the name of a bar, in characters.
const longestName = 34

// Ticks implements plot.Ticker: the bars' names.
func (b bars) Ticks(float64, float64) []plot.Tick {
	ticks := make([]plot.Tick, len(b))
	for i := range b {
		ticks[i] = plot.Tick{Value: float64(len(b)-i) - 0.5, Label: middle(visible.Text(b[i].name), longestName)}
	}
	return ticks
}

// barRise gives how far a text beside a bar is raised, in points: the letters of a line stand below its middle.
const barRise = 2

// Plot implements plot.Plotter.
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	sty := text(12, ink)
	for i := range b {
		middle, half := float64(len(b)-i)-0.5, 0.36
		low, high := y(middle-half), y(middle+half)
		end := 0.0
		for bound, s := range b[i].seconds {
			left, right := x(end), x(end+s)
			end += s
			if s > 0 {
				c.FillPolygon(bounds[bound], []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high},
					{X: left, Y: high}})
			}
		}
		c.FillText(sty, vg.Point{X: x(end) + 6, Y: (low+high)/2 + barRise}, percent(b[i].share))
	}
}
