package plots

import (
	"cmp"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// Require draws which rates and bandwidths together run a model within a latency, and where devices are.
func Require(model string, r *roofline.Requirements, devices []*hwprofiles.Device) *Figure {
	p := newPanel("bandwidth of the main memory", r.Precision.Short()+" matrix rate")
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = decades{in(units.ByteRate)}, decades{in(units.FLOPRate)}
	f := &Figure{title: "What runs " + model + " in " + units.Short(r.Limit, units.Seconds), panels: []panel{p}}
	n := needs{curve: r.Curve, style: &f.Style}
	for _, d := range devices {
		if peak, ok := d.Peak(cost.Matrix, r.Precision); ok && d.DRAM().Bandwidth.Value > 0 {
			n.devices = append(n.devices, deviceDot{d.ID, d.DRAM().Bandwidth.Value, peak.Rate.Value})
		}
	}
	n.balanced = r.Balanced
	x0, x1, y0, y1 := r.LeastBand.Bandwidth, r.Balanced.Bandwidth, r.LeastRate.Rate, r.Balanced.Rate
	for _, d := range n.devices {
		x0, x1, y0, y1 = min(x0, d.band), max(x1, d.band), min(y0, d.rate), max(y1, d.rate)
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = x0/2, x1*4, y0/2, y1*4
	p.Add(grid{}, n)
	f.subtitle = []string{"devices in the shade do, as far as they are like " + r.Like.Name}
	f.legend = []entry{{text: "Needs", head: true}, {text: "just within the latency", thumb: lineThumb(frontStyle)},
		{text: "within the latency", thumb: boxThumb(shade)},
		{text: "in the proportion of " + r.Like.ID, thumb: glyphThumb(polygon(4, math.Pi/4), 6, vermillion)},
		{text: "a device", thumb: glyphThumb(polygon(32, 0), 4.6, sky)}}
	return f
}

type deviceDot struct {
	name       string
	band, rate float64
}

// needs draws a trade-off curve and devices.
type needs struct {
	curve    []roofline.Need
	balanced roofline.Need
	devices  []deviceDot
	style    *Style
}

// Plot implements plot.Plotter.
func (n needs) Plot(canvas draw.Canvas, pl *plot.Plot) {
	x, y := pl.Transforms(&canvas)
	p := &pen{c: canvas, x: x, y: y, room: placer{bounds: canvas.Rectangle, far: farLabel}}
	line := slices.DeleteFunc(slices.Clone(n.curve), func(c roofline.Need) bool {
		return math.IsInf(c.Rate, 1) ||
			math.IsInf(c.Bandwidth, 1)
	})
	p.shadeAbove(line)
	for i := 1; i < len(line); i++ {
		p.line(frontStyle, p.at(line[i-1].Bandwidth, line[i-1].Rate), p.at(line[i].Bandwidth, line[i].Rate))
	}
	sty := text(11.5, ink)
	var labels []label
	for _, d := range n.devices {
		at := p.at(d.band, d.rate)
		drawGlyph(&p.c, polygon(32, 0), at, 4.6, sky)
		p.room.dots = append(p.room.dots, around(at, vg.Point{X: 9, Y: 9}))
		labels = append(labels, label{at, 5, vg.Point{X: sty.Width(d.name) + 4, Y: sty.Height(d.name) + 3}, d.name})
	}
	balanced := p.at(n.balanced.Bandwidth, n.balanced.Rate)
	p.room.dots = append(p.room.dots, around(balanced, vg.Point{X: 12, Y: 12}))
	drawGlyph(&p.c, polygon(4, math.Pi/4), balanced, 6, vermillion)
	p.write(sty, p.room.settleAll(n.nearest(labels, balanced)))
}

// nearest returns the labels that are written: all, or on a narrow picture and among many devices those nearest to what
// is needed.
func (n needs) nearest(labels []label, need vg.Point) []label {
	most := mostNames
	if n.style.compact() {
		most = fewNames
	}
	if n.style.Labels != 0 {
		most = max(n.style.Labels, 0)
	}
	slices.SortStableFunc(labels, func(a, b label) int { return cmp.Compare(distance(a.at, need), distance(b.at, need)) })
	return labels[:min(len(labels), most)]
}

// shade holds the ground of what is enough.
var shade = color.NRGBA{221, 235, 245, 255}

// shadeAbove fills what is above and right of a trade-off curve.
func (p *pen) shadeAbove(line []roofline.Need) {
	if len(line) == 0 {
		return
	}
	within := func(at vg.Point) vg.Point {
		return vg.Point{X: min(max(at.X, p.c.Min.X), p.c.Max.X), Y: min(max(at.Y, p.c.Min.Y), p.c.Max.Y)}
	}
	var area []vg.Point
	for _, n := range line {
		area = append(area, within(p.at(n.Bandwidth, n.Rate)))
	}
	first, last := area[0], area[len(area)-1]
	area = append(area, vg.Point{X: p.c.Max.X, Y: last.Y}, p.c.Max, vg.Point{X: first.X, Y: p.c.Max.Y})
	p.c.FillPolygon(shade, area)
}

// So many devices are named, placing more takes long and is not read: on a page, and on a narrow picture.
const (
	mostNames = 24
	fewNames  = 8
)
