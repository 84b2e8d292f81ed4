package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A grid is faint lines at the labelled ticks.
type grid struct {
	upright bool // only upright lines
}

// Plot implements plot.Plotter.
func (g grid) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	sty := draw.LineStyle{Color: faint, Width: 0.7}
	for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		if t.Label != "" {
			c.StrokeLine2(sty, x(t.Value), c.Min.Y, x(t.Value), c.Max.Y)
		}
	}
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if t.Label != "" && !g.upright {
			c.StrokeLine2(sty, c.Min.X, y(t.Value), c.Max.X, y(t.Value))
		}
	}
}

// A chart draws roofs, dots and labels of a roofline.
type chart struct {
	span
	machines []*machine
	dots     []dot // heaviest first
	full     vg.Length
	series   int // estimates
	style    *Style
	whole    bool   // dots are models, not kernels
	multiple bool   // one of several panels
	unplaced hidden // kernels without FLOPs, of a single estimate

	estimates []*roofline.Estimate
}

var cacheStyle = draw.LineStyle{Color: soft, Width: 0.9, Dashes: []vg.Length{5, 4}}

// roofStyle returns the line of a device's roof; devices differ in dashes, so that print without
// colour tells them apart.
func roofStyle(device int) draw.LineStyle {
	return draw.LineStyle{Color: ink, Width: 1.7, Dashes: dashes[device%len(dashes)]}
}

// A pen draws on the data's canvas in data coordinates.
type pen struct {
	c    draw.Canvas
	x, y func(float64) vg.Length
	room placer
}

// at returns the point of the canvas for values x and y.
func (p *pen) at(x, y float64) vg.Point { return vg.Point{X: p.x(x), Y: p.y(y)} }

// line strokes a line that labels should leave uncovered.
func (p *pen) line(sty draw.LineStyle, a, b vg.Point) {
	for _, l := range p.c.ClipLinesXY([]vg.Point{a, b}) {
		p.c.StrokeLines(sty, l)
		p.room.avoid(l[0], l[len(l)-1])
	}
}

// Plot implements plot.Plotter. Labels are set last, those with the least choice of place first.
func (c *chart) Plot(canvas draw.Canvas, pl *plot.Plot) {
	x, y := pl.Transforms(&canvas)
	p := &pen{c: canvas, x: x, y: y, room: placer{bounds: canvas.Rectangle}}
	if c.series == 1 {
		c.drawRegions(p, c.machines[0])
	}
	for i, m := range c.machines {
		c.drawRoofs(p, i, m)
	}
	for i := range c.dots {
		if d := &c.dots[i]; c.holds(d) {
			at, r := p.at(d.x, d.y), c.radius(d.share)
			p.room.dots = append(p.room.dots, around(at, vg.Point{X: 2 * r, Y: 2 * r}))
			fill := c.fill(d)
			if d.hollow {
				hollow(&p.c, looks[d.class].glyph, at, r, fill)
				continue
			}
			drawGlyph(&p.c, looks[d.class].glyph, at, r, fill)
		}
	}
	for _, m := range c.machines {
		for i := range m.roofs {
			ring(&p.c, p.at(m.ridge(&m.roofs[i]), m.roofs[i].rate))
		}
	}
	for _, m := range c.machines {
		c.labelRoofs(p, m)
	}
	c.drawUnplaced(p)
	c.labelDots(p)
	for _, m := range c.machines {
		c.labelRidges(p, m)
	}
}

// drawRegions says at the foot of the chart on which side of the busiest roof's ridge point what is the limit. A side
// too narrow for its word has none.
func (c *chart) drawRegions(p *pen, m *machine) {
	r := m.busiest()
	if r == nil {
		return
	}
	at := p.at(m.ridge(r), r.rate)
	p.c.StrokeLine2(draw.LineStyle{Color: grey, Width: 0.9, Dashes: []vg.Length{2, 4}}, at.X, p.c.Min.Y, at.X, at.Y)
	y := p.c.Min.Y + 12
	sty := text(11.5, soft)
	left, right := "memory-bound", "compute-bound"
	if x := at.X + 10; x+sty.Width(right) <= p.c.Max.X {
		p.c.FillText(sty, vg.Point{X: x, Y: y}, right)
	}
	if x := at.X - 10 - sty.Width(left); x >= p.c.Min.X {
		p.c.FillText(sty, vg.Point{X: x, Y: y}, left)
	}
	width := 2 * (sty.Width(right) + 12)
	p.room.take(around(vg.Point{X: at.X, Y: y}, vg.Point{X: width, Y: 18}))
}

// drawRoofs draws the slope of each memory level up to the highest roof, and each roof from the first slope on.
func (c *chart) drawRoofs(p *pen, device int, m *machine) {
	if len(m.roofs) == 0 {
		return
	}
	levels := c.shown(m)
	for i, l := range levels {
		bw := l.Bandwidth.Value
		sty := roofStyle(device)
		if i > 0 {
			sty = cacheStyle
		}
		top := m.roofs[0].rate
		p.line(sty, p.at(c.x0, bw*c.x0), p.at(top/bw, top))
		for r := range m.roofs {
			rate := m.roofs[r].rate
			end := c.x1
			if i > 0 {
				end = rate / levels[i-1].Bandwidth.Value
			}
			p.line(sty, p.at(rate/bw, rate), p.at(end, rate))
		}
	}
}

// shown returns the memory levels drawn: all of a single device, the main memory of several.
func (c *chart) shown(m *machine) []*hwprofiles.MemoryLevel {
	levels := m.levels()
	if len(c.machines) > 1 {
		return levels[:min(1, len(levels))]
	}
	var out []*hwprofiles.MemoryLevel
	for i, l := range levels {
		if i == 0 || l.Bandwidth.Value > out[len(out)-1].Bandwidth.Value {
			out = append(out, l)
		}
	}
	return out
}

// labelRoofs writes each roof's rate near its right end and each memory level's bandwidth along its slope.
func (c *chart) labelRoofs(p *pen, m *machine) {
	of := ""
	if len(c.machines) > 1 {
		of = m.device.ID + " "
	}
	sty := text(11.5, ink)
	for i := range m.roofs {
		r := &m.roofs[i]
		label := of + r.name + "  " + units.Format(r.rate, r.dim)
		box := c.besideRoof(p, m, r, vg.Point{X: sty.Width(label), Y: sty.Height(label) + 2})
		p.c.FillText(sty, vg.Point{X: box.Min.X, Y: (box.Min.Y + box.Max.Y) / 2}, label)
		p.room.take(box)
	}
	for _, l := range c.shown(m) {
		c.labelSlope(p, of+strings.ToUpper(l.Name)+"  "+units.Format(l.Bandwidth.Value, units.ByteRate), l.Bandwidth.Value, m)
	}
}

// besideRoof returns the place above or below a roof's right end that covers the least and is nearer to no other roof.
func (c *chart) besideRoof(p *pen, m *machine, r *roof, size vg.Point) (best vg.Rectangle) {
	end := p.at(c.x1, r.rate)
	least := math.Inf(1)
	for dx := vg.Length(6); dx <= 180; dx += 29 {
		for _, gap := range []vg.Length{4, -4, 12, -12, 20, -20, 28, -28} {
			dy := gap + size.Y/2
			if gap < 0 {
				dy = gap - size.Y/2
			}
			box := around(vg.Point{X: end.X - dx - size.X/2, Y: end.Y + dy}, size)
			cost := p.room.cost(end, box, least) + math.Abs(float64(gap)) + float64(dx)
			if slices.ContainsFunc(m.roofs, func(o roof) bool {
				return o.rate != r.rate && math.Abs(float64(p.at(c.x1, o.rate).Y-end.Y-dy)) < math.Abs(float64(dy))
			}) {
				continue
			}
			if inside(p.c.Rectangle, box) && p.room.clear(box) && cost < least {
				best, least = box, cost
			}
		}
	}
	if math.IsInf(least, 1) { // crowded out: above its end, come what may
		return around(vg.Point{X: end.X - 6 - size.X/2, Y: end.Y + 4 + size.Y/2}, size)
	}
	return best
}

// labelSlope writes along a memory level's slope where it covers the least.
func (c *chart) labelSlope(p *pen, label string, bw float64, m *machine) {
	if len(m.roofs) == 0 {
		return
	}
	sty := text(11.5, ink)
	from := max(c.x0, c.y0/bw)
	a, b := p.at(from, bw*from), p.at(m.roofs[0].rate/bw, m.roofs[0].rate)
	length, width := distance(a, b), float64(sty.Width(label))
	if b.X <= a.X || length < width+20 {
		return
	}
	sty.Rotation = math.Atan2(float64(b.Y-a.Y), float64(b.X-a.X))
	sin, cos := math.Sincos(sty.Rotation)
	point := func(along float64) vg.Point { // above the line
		const off = 10
		return vg.Point{X: a.X + vg.Length(along*cos-off*sin), Y: a.Y + vg.Length(along*sin+off*cos)}
	}
	least, best := math.Inf(1), 0.0
	var room []vg.Rectangle
	for start := 8.0; start+width < length; start += 10 {
		cost := start / 4
		var boxes []vg.Rectangle
		for along := start; along <= start+width; along += 8 {
			box := around(point(along), vg.Point{X: 9, Y: 9})
			boxes = append(boxes, box)
			cost += p.room.cost(point(along), box, least)
			if !inside(p.c.Rectangle, box) || !p.room.clear(box) {
				cost = math.Inf(1)
			}
		}
		if cost < least {
			least, best, room = cost, start, boxes
		}
	}
	if room != nil {
		p.c.FillText(sty, point(best), label)
		p.room.taken = append(p.room.taken, room...)
	}
}

// labelRidges names the ridge points.
func (c *chart) labelRidges(p *pen, m *machine) {
	sty := text(11, soft)
	var labels []label
	for i := range m.roofs {
		r := &m.roofs[i]
		if i > 0 && m.roofs[i-1].rate == r.rate {
			continue // one point
		}
		name := "ridge " + units.Short(m.ridge(r), units.Intensity)
		labels = append(labels, label{p.at(m.ridge(r), r.rate), 4, vg.Point{X: sty.Width(name) + 4, Y: sty.Height(name) + 4},
			name})
	}
	p.write(sty, p.room.settleAll(labels))
}

// ring draws a hollow dot: a kernel that overhead decides, not a roof.
func ring(c *draw.Canvas, at vg.Point) {
	pts := looks[0].outline(at, 3.6)
	c.FillPolygon(paper, pts)
	c.StrokeLines(draw.LineStyle{Color: ink, Width: 1.3}, append(pts, pts[0]))
}

// ringThumb draws a ring in the legend.
func ringThumb(c *draw.Canvas, at vg.Point) { ring(c, at) }

// labels returns how many kernels have their name in the chart.
func (c *chart) labels() int {
	switch n := c.style.Labels; {
	case n < 0:
		return 0
	case n > 0:
		return n
	case c.whole:
		return len(c.dots)
	case c.multiple || c.style.compact():
		return labelled - 2
	}
	return labelled
}

// leastStrip gives the share of the time from which on kernels without FLOPs are a strip; less is a footnote.
const leastStrip = 0.01

// drawUnplaced draws the share of the time that logarithmic axes have no place for as a strip at the left edge, as high
// as the share of the height.
func (c *chart) drawUnplaced(p *pen) {
	if c.unplaced.share < leastStrip {
		return
	}
	const width = 7
	b := p.c.Rectangle
	top := b.Min.Y + vg.Length(min(c.unplaced.share, 1))*b.Size().Y
	p.c.FillPolygon(grey, []vg.Point{b.Min, {X: b.Min.X + width, Y: b.Min.Y}, {X: b.Min.X + width, Y: top},
		{X: b.Min.X, Y: top}})
	sty := text(11, soft)
	for _, label := range c.unplacedTexts() {
		if at, ok := p.besideStrip(b.Min.X+width+5, vg.Point{X: sty.Width(label), Y: 16}); ok {
			p.room.take(around(vg.Point{X: at.X + sty.Width(label)/2, Y: at.Y}, vg.Point{X: sty.Width(label), Y: 16}))
			p.c.FillText(sty, at, label)
			return
		}
	}
}

// unplacedTexts returns what is written beside the strip, the longest text first.
func (c *chart) unplacedTexts() []string {
	share := percent(c.unplaced.share)
	return []string{fmt.Sprintf("%s of the time: %s without FLOPs", share, plural(c.unplaced.kernels)),
		share + " of the time: no FLOPs", share + ": no FLOPs"}
}

// besideStrip returns the lowest place from x on for a text of a size that covers no line, no dot and no other text. It
// reports false where there is none.
func (p *pen) besideStrip(x vg.Length, size vg.Point) (vg.Point, bool) {
	b := p.c.Rectangle
	for y := b.Min.Y + 28; y < b.Max.Y-8; y += 4 { // from above the words of drawRegions on
		r := around(vg.Point{X: x + size.X/2, Y: y}, size)
		if inside(b, r) && p.room.clear(r) && !p.room.onDot(r) && !p.room.onLine(r) {
			return vg.Point{X: x, Y: y}, true
		}
	}
	return vg.Point{}, false
}

// labelDots names the heaviest kernels: five, shared between several estimates, each of which has one at least.
func (c *chart) labelDots(p *pen) {
	sty := text(11.5, ink)
	most := c.labels()
	n := make([]int, c.series)
	var named []*dot
	for i := range c.dots {
		d := &c.dots[i]
		if !c.holds(d) || most == 0 || n[d.series] >= max(1, most/c.series) {
			continue
		}
		n[d.series]++
		named = append(named, d)
	}
	labels := make([]label, len(named))
	for i, name := range c.names(named) {
		d := named[i]
		labels[i] = label{p.at(d.x, d.y), c.radius(d.share), vg.Point{X: sty.Width(name) + 6, Y: sty.Height(name) + 5}, name}
	}
	p.write(sty, p.room.settleAll(labels))
}

// Characters of a kernel's name in a chart.
const (
	longName  = 34
	shortName = 24 // where there is less room
)

// names returns the labels of dots: names without what they have in common, where they are long, and the share.
func (c *chart) names(dots []*dot) []string {
	limit := longName
	if c.multiple || c.style.compact() {
		limit = shortName
	}
	out := make([]string, len(dots))
	for i, d := range dots {
		out[i] = visible.Text(d.name)
	}
	out = shortened(out, limit)
	for i, d := range dots {
		if d.label != "" {
			out[i] = d.label
			continue
		}
		if d.kernels > 1 {
			out[i] += fmt.Sprintf(" ×%d", d.kernels)
		}
		if c.series > 1 && !c.sameModel() {
			out[i] = c.estimates[d.series].Model + ": " + out[i]
		}
		out[i] += "  " + percent(d.share)
	}
	return out
}

// sameModel reports whether all estimates are of one model.
func (c *chart) sameModel() bool {
	for _, e := range c.estimates {
		if e.Model != c.estimates[0].Model {
			return false
		}
	}
	return true
}

// write puts labels on a light ground with a line to what they name.
func (p *pen) write(sty draw.TextStyle, spots []spot) {
	for _, s := range spots {
		to := nearest(s.box, s.at)
		if d := distance(s.at, to); d > float64(s.radius)+3 {
			edge := between(s.at, to, float64(s.radius)/d)
			p.c.StrokeLines(draw.LineStyle{Color: soft, Width: 0.7}, []vg.Point{edge, to})
		}
	}
	ground := paper
	ground.A = 200
	sty.XAlign = draw.XCenter
	for _, s := range spots {
		b := s.box
		p.c.FillPolygon(ground, []vg.Point{b.Min, {X: b.Max.X, Y: b.Min.Y}, b.Max, {X: b.Min.X, Y: b.Max.Y}})
		p.c.FillText(sty, vg.Point{X: (b.Min.X + b.Max.X) / 2, Y: (b.Min.Y + b.Max.Y) / 2}, s.text)
	}
}
