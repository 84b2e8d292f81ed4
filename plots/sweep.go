package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// Sweep draws throughput and latency against what is varied, a line for each
// device. The knee has a ring, what does not fit in memory a cross.
func Sweep(model string, axis roofline.Axis, points []roofline.SweepPoint) *Figure {
	lines := linesOf(points)
	rate := newPanel(axisLabel(axis), "throughput ("+rateUnit(lines)+")")
	latency := newPanel(axisLabel(axis), latencyLabel(points))
	f := &Figure{title: model + " by " + axis.String(), panels: []panel{rate, latency}, notes: failures(points, axis)}
	way, same := commonWay(lines)
	if same && way != "" {
		f.title += ", " + way
	}
	trackOf(lines, func(p *roofline.SweepPoint) mark {
		low, high := interval(p)
		of := readingOf(p)
		return mark{y: of.Rate(p.Latency.Best()), low: of.Rate(high), high: of.Rate(low), knee: p.Knee}
	}).addTo(rate, shortNumber)
	trackOf(lines, func(p *roofline.SweepPoint) mark {
		low, high := interval(p)
		return mark{y: p.Latency.Best(), low: low, high: high}
	}).addTo(latency, in(units.Seconds))
	f.legend = []entry{{text: "Devices", head: true}}
	for i, l := range lines {
		f.legend = append(f.legend, entry{text: l[0].Device.ID, thumb: lineThumb(lineStyle(i)), key: true})
		if !same {
			f.legend = append(f.legend, entry{text: wayOf(&l[0]), indent: true, key: true})
		}
	}
	f.legend = append(f.legend, marksOf(lines)...)
	return f
}

// readingOf returns in what a point's throughput is counted: samples, where nothing says.
func readingOf(p *roofline.SweepPoint) roofline.Reading {
	if p.Reads.Unit == "" {
		return roofline.Reading{Unit: roofline.PlainRate, Count: max(p.Batch, 1)}
	}
	return p.Reads
}

// rateUnit returns the unit of the lines' throughput.
func rateUnit(lines [][]roofline.SweepPoint) string {
	for _, l := range lines {
		return readingOf(&l[0]).Unit
	}
	return roofline.PlainRate
}

// commonWay returns the precision and runtime of all lines, where they have the same.
func commonWay(lines [][]roofline.SweepPoint) (way string, same bool) {
	for i, l := range lines {
		if w := wayOf(&l[0]); i > 0 && w != way {
			return "", false
		} else {
			way = w
		}
	}
	return way, true
}

// marksOf explains the marks that the lines have.
func marksOf(lines [][]roofline.SweepPoint) []entry {
	kinds := []struct {
		entry
		has func(*roofline.SweepPoint) bool
	}{
		{entry{text: "band: 90 % interval"}, func(p *roofline.SweepPoint) bool {
			low, high := interval(p)
			return low < high
		}},
		{entry{text: "knee: 90 % of the best", thumb: kneeMark}, func(p *roofline.SweepPoint) bool { return p.Knee }},
		{entry{text: "does not fit in memory", thumb: crossMark}, func(p *roofline.SweepPoint) bool {
			return p.Room == roofline.RoomNone
		}},
	}
	var out []entry
	for _, k := range kinds {
		if slices.ContainsFunc(slices.Concat(lines...), func(p roofline.SweepPoint) bool { return k.has(&p) }) {
			out = append(out, k.entry)
		}
	}
	if len(out) > 0 {
		out = append([]entry{{text: "Marks", head: true}}, out...)
	}
	return out
}

// wayOf says in which precision and runtime a line runs.
func wayOf(p *roofline.SweepPoint) string {
	if p.Tuning == nil {
		return p.Precision.Short() + ", speed of light"
	}
	return p.Precision.Short() + " in " + p.Tuning.Runtime.ID
}

// interval returns the ends of the 90 % interval of a latency, the lower bound twice where nothing is expected.
func interval(p *roofline.SweepPoint) (low, high float64) {
	l := &p.Latency
	if l.Low == nil || l.High == nil || !positive(*l.Low) || !positive(*l.High) {
		return l.Best(), l.Best()
	}
	return *l.Low, *l.High
}

// latencyLabel says which latency is drawn: the best that is known.
func latencyLabel(points []roofline.SweepPoint) string {
	for i := range points {
		if points[i].Latency.Expected != nil {
			return "expected latency"
		}
	}
	return "latency at the speed of light"
}

// axisLabel returns the label of the axis that a sweep varies.
func axisLabel(a roofline.Axis) string {
	if a.Kind == roofline.SizeAxis {
		return "image size (pixels)"
	}
	return a.String()
}

// linesOf splits the points by device and leaves out those that failed or cannot stand on a logarithmic axis.
func linesOf(points []roofline.SweepPoint) (lines [][]roofline.SweepPoint) {
	at := make(map[string]int)
	for i := range points {
		p := &points[i]
		if p.Err != nil || !positive(p.Latency.Best()) || !positive(p.Throughput()) || p.Value <= 0 {
			continue
		}
		k, ok := at[p.Device.ID]
		if !ok {
			k = len(lines)
			at[p.Device.ID] = k
			lines = append(lines, nil)
		}
		lines[k] = append(lines[k], *p)
	}
	return lines
}

// failures returns a footnote for each step without an outcome.
func failures(points []roofline.SweepPoint, axis roofline.Axis) (notes []string) {
	const most = 4
	n := 0
	for i := range points {
		if p := &points[i]; p.Err != nil {
			if n++; n <= most {
				notes = append(notes, fmt.Sprintf("%s %s on %s is not shown: %s", axis, p.Step, p.Device.ID, p.Err))
			}
		}
	}
	if n > most {
		notes = append(notes, fmt.Sprintf("and %d more steps without an outcome", n-most))
	}
	return notes
}

// An extent is the range of what is drawn.
type extent struct {
	span
	xs map[float64]bool
}

// newExtent returns the extent of no points.
func newExtent() *extent {
	return &extent{span{math.Inf(1), 0, math.Inf(1), 0}, map[float64]bool{}}
}

// add widens the extent by a point.
func (e *extent) add(x, y float64) {
	e.x0, e.x1, e.y0, e.y1 = min(e.x0, x), max(e.x1, x), min(e.y0, y), max(e.y1, y)
	e.xs[x] = true
}

// Above these ratios of largest to smallest an axis is logarithmic.
const (
	wideX = 7
	wideY = 20
)

// apply chooses the scales: logarithmic for wide ranges; a linear vertical axis starts at zero.
func (e *extent) apply(p *plot.Plot, label func(float64) string) {
	if len(e.xs) == 0 {
		e.add(1, 1)
	}
	p.X.Tick.Marker = valuesOf(e.xs)
	if e.x1 > wideX*e.x0 {
		pad := math.Pow(e.x1/e.x0, 0.04)
		p.X.Scale, p.X.Min, p.X.Max = plot.LogScale{}, e.x0/pad, e.x1*pad
	} else {
		pad := max(0.04*(e.x1-e.x0), 0.02*e.x1)
		p.X.Min, p.X.Max = e.x0-pad, e.x1+pad
	}
	if e.y1 > wideY*e.y0 {
		p.Y.Scale, p.Y.Min, p.Y.Max = plot.LogScale{}, e.y0/1.6, e.y1*1.6
		p.Y.Tick.Marker = decades{label}
		return
	}
	p.Y.Min, p.Y.Max = 0, 1.12*e.y1
	p.Y.Tick.Marker = even{label: label}
}

// shortNumber returns a count with a decimal prefix where it is large: 12 k.
func shortNumber(v float64) string {
	return strings.TrimSpace(strings.TrimSuffix(units.Format(v, units.FLOPs), units.FLOPs.Unit()))
}

// A mark is one point of a line.
type mark struct {
	x, y, low, high float64 // low and high are the ends of the 90 % interval
	none            bool    // it does not fit in memory
	knee            bool
}

// A track draws one figure of every line.
type track [][]mark

// trackOf returns the marks of the points of lines.
func trackOf(lines [][]roofline.SweepPoint, of func(*roofline.SweepPoint) mark) track {
	t := make(track, len(lines))
	for i, l := range lines {
		for k := range l {
			m := of(&l[k])
			m.x, m.none = float64(l[k].Value), l[k].Room == roofline.RoomNone
			t[i] = append(t[i], m)
		}
	}
	return t
}

// addTo draws the track in a panel whose axes frame it.
func (t track) addTo(p panel, label func(float64) string) {
	e := newExtent()
	for _, l := range t {
		for _, m := range l {
			e.add(m.x, m.low)
			e.add(m.x, m.high)
		}
	}
	e.apply(p.Plot, label)
	p.Add(grid{}, t)
}

// crossed reports whether a mark does not fit in memory.
func (t track) crossed() bool {
	return slices.ContainsFunc(slices.Concat(t...), func(m mark) bool { return m.none })
}

// lineStyle tells lines apart by colour and, in grey print, by dashes.
func lineStyle(i int) draw.LineStyle {
	return draw.LineStyle{Color: series[i%len(series)], Width: 2.2, Dashes: dashes[i%len(dashes)]}
}

// Plot implements plot.Plotter.
func (t track) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	named := map[float64]bool{}
	for i, l := range t {
		pts := make([]vg.Point, len(l))
		for k, m := range l {
			pts[k] = vg.Point{X: x(m.x), Y: y(m.y)}
		}
		t.band(c, x, y, l, series[i%len(series)])
		c.StrokeLines(lineStyle(i), pts)
		for k, m := range l {
			if m.none {
				crossMark(&c, pts[k])
				continue
			}
			drawGlyph(&c, looks[0].glyph, pts[k], 3.2, series[i%len(series)])
			if m.knee {
				label := fmt.Sprintf("knee %g", m.x)
				if named[m.x] {
					label = "" // knees of several lines at one value are named once
				}
				named[m.x] = true
				t.knee(&c, pts[k], label)
			}
		}
	}
}

// band fills the 90 % interval around a line.
func (t track) band(c draw.Canvas, x, y func(float64) vg.Length, l []mark, fill color.NRGBA) {
	var lower, upper []vg.Point
	for _, m := range l {
		lower = append(lower, vg.Point{X: x(m.x), Y: y(m.low)})
		upper = append(upper, vg.Point{X: x(m.x), Y: y(m.high)})
	}
	slices.Reverse(upper)
	fill.A = 45
	c.FillPolygon(fill, append(lower, upper...))
}

// knee rings a point and writes its value on the side that has room.
func (t track) knee(c *draw.Canvas, at vg.Point, label string) {
	kneeMark(c, at)
	sty := text(11.5, ink)
	dx, dy := vg.Length(10), vg.Length(-14)
	if at.X+dx+sty.Width(label) > c.Max.X {
		dx = -10 - sty.Width(label)
	}
	if at.Y+dy-8 < c.Min.Y {
		dy = 14
	}
	c.FillText(sty, vg.Point{X: at.X + dx, Y: at.Y + dy}, label)
}

// kneeMark draws a ring where 90 % of the best throughput is reached.
func kneeMark(c *draw.Canvas, at vg.Point) {
	pts := looks[0].outline(at, 7.5)
	c.StrokeLines(draw.LineStyle{Color: ink, Width: 1.6}, append(pts, pts[0]))
}

// crossMark draws a cross where the memory ends.
func crossMark(c *draw.Canvas, at vg.Point) {
	const r = 5
	for _, s := range []struct {
		color color.Color
		width vg.Length
	}{{paper, 5}, {vermillion, 2.4}} {
		sty := draw.LineStyle{Color: s.color, Width: s.width}
		c.StrokeLine2(sty, at.X-r, at.Y-r, at.X+r, at.Y+r)
		c.StrokeLine2(sty, at.X-r, at.Y+r, at.X+r, at.Y-r)
	}
}
