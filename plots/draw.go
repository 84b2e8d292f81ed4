package plots

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// view maps data to the canvas.
type view struct {
	draw.Canvas
	p    *plot.Plot
	x, y func(float64) vg.Length
}

func (v *view) at(x, y float64) vg.Point { return vg.Point{X: v.x(x), Y: v.y(y)} }

// Plot implements plot.Plotter: roofs, dots, then the names of the heaviest.
func (c *chart) Plot(canvas draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&canvas)
	v := &view{canvas, p, x, y}
	var taken []vg.Rectangle
	for i := range c.roofs {
		taken = append(taken, c.drawRoof(v, &c.roofs[i])...)
	}
	for i := range c.dots {
		c.drawDot(v, &c.dots[i])
	}
	for _, r := range c.ridges() {
		taken = c.drawRidge(v, r, taken)
	}
	named := 0
	for i := range c.dots {
		if named < labelled && c.dots[i].share > 0.005 {
			taken = c.drawName(v, &c.dots[i], taken)
			named++
		}
	}
}

// highest is the largest peak of a device, where its slanted roofs end.
func (c *chart) highest(owner int) float64 {
	top := 0.0
	for _, r := range c.roofs {
		if r.owner == owner && !r.slope {
			top = max(top, r.rate)
		}
	}
	return top
}

func (c *chart) lineStyle(r *roof) draw.LineStyle {
	s := draw.LineStyle{Color: color.Gray{40}, Width: vg.Points(2.2), Dashes: dashes[r.owner%len(dashes)]}
	if !r.main {
		s.Width = vg.Points(1.2)
	}
	if r.inner {
		s.Dashes = []vg.Length{vg.Points(3), vg.Points(3)}
		s.Color = color.Gray{120}
	}
	return s
}

// drawRoof draws a ceiling and its label, and says what room the label takes.
func (c *chart) drawRoof(v *view, r *roof) []vg.Rectangle {
	style := textStyle(v.p, vg.Points(12), color.Gray{40})
	if r.slope {
		return c.drawSlope(v, r, style)
	}
	start := max(v.p.X.Min, r.rate/c.fastest(r.owner)) // a peak is reached from where the fastest memory feeds it
	if start >= v.p.X.Max || r.rate < v.p.Y.Min {
		return nil
	}
	v.StrokeLine2(c.lineStyle(r), v.x(start), v.y(r.rate), v.x(v.p.X.Max), v.y(r.rate))
	lift := vg.Points(4)
	if r.main { // heavy kernels sit on this roof
		lift = vg.Points(22)
	}
	at := vg.Point{X: v.x(v.p.X.Max) - style.Width(r.label) - vg.Points(6), Y: v.y(r.rate) + lift}
	v.FillText(style, at, r.label)
	line := vg.Rectangle{Min: v.at(start, r.rate), Max: v.at(v.p.X.Max, r.rate)}
	return []vg.Rectangle{box(style, at, r.label), line}
}

// fastest is the largest bandwidth of a device.
func (c *chart) fastest(owner int) float64 {
	top := 0.0
	for _, r := range c.roofs {
		if r.owner == owner && r.slope {
			top = max(top, r.rate)
		}
	}
	return top
}

// drawSlope draws a bandwidth from the left or lower edge to the highest peak, its label along it.
func (c *chart) drawSlope(v *view, r *roof, style draw.TextStyle) []vg.Rectangle {
	x0 := max(v.p.X.Min, v.p.Y.Min/r.rate)
	x1 := min(v.p.X.Max, c.highest(r.owner)/r.rate)
	if x1 <= x0 {
		return nil
	}
	from, to := v.at(x0, x0*r.rate), v.at(x1, x1*r.rate)
	v.StrokeLine2(c.lineStyle(r), from.X, from.Y, to.X, to.Y)
	style.Rotation = math.Atan2(float64(to.Y-from.Y), float64(to.X-from.X))
	at := vg.Point{X: from.X + vg.Points(14), Y: from.Y + vg.Points(14)*(to.Y-from.Y)/(to.X-from.X) + vg.Points(5)}
	v.FillText(style, at, r.label)
	return slopeRoom(from, to)
}

// slopeRoom covers a slanted line by small boxes, so that labels keep off it without keeping off its whole bounding box.
func slopeRoom(from, to vg.Point) []vg.Rectangle {
	const n = 100
	var out []vg.Rectangle
	for i := range n {
		t, u := vg.Length(i)/n, vg.Length(i+1)/n
		out = append(out, vg.Rectangle{
			Min: vg.Point{X: from.X + t*(to.X-from.X), Y: from.Y + t*(to.Y-from.Y)},
			Max: vg.Point{X: from.X + u*(to.X-from.X), Y: from.Y + u*(to.Y-from.Y)},
		})
	}
	return out
}

func (c *chart) drawRidge(v *view, r ridge, taken []vg.Rectangle) []vg.Rectangle {
	at := v.at(r.x, r.y)
	v.StrokeLine2(draw.LineStyle{Color: color.Gray{170}, Width: vg.Points(0.8), Dashes: []vg.Length{vg.Points(2), vg.Points(4)}}, at.X, at.Y, at.X, v.y(v.p.Y.Min))
	v.DrawGlyph(draw.GlyphStyle{Color: color.Black, Shape: draw.CircleGlyph{}, Radius: vg.Points(4)}, at)
	return c.place(v, at, vg.Points(4), fmt.Sprintf("ridge point %.3g FLOP/B", r.x), textStyle(v.p, vg.Points(12), color.Gray{40}), taken)
}

// drawDot draws a kernel, filled shapes with an outline that stands out in grey.
func (c *chart) drawDot(v *view, d *dot) {
	g := c.glyph(d)
	at := v.at(d.x, d.y)
	if !v.Contains(at) {
		return
	}
	fill := g
	rgba := fill.Color.(color.RGBA)
	fill.Color = color.NRGBA{rgba.R, rgba.G, rgba.B, 190}
	v.DrawGlyph(fill, at)
	var outline draw.GlyphDrawer
	switch g.Shape.(type) {
	case draw.CircleGlyph:
		outline = draw.RingGlyph{}
	case draw.BoxGlyph:
		outline = draw.SquareGlyph{}
	case draw.PyramidGlyph:
		outline = draw.TriangleGlyph{}
	default:
		return
	}
	v.DrawGlyph(draw.GlyphStyle{Color: color.Gray{50}, Shape: outline, Radius: g.Radius}, at)
}

// offsets are where a label is tried around its dot, in label heights, nearest first.
var offsets = func() []vg.Point {
	var out []vg.Point
	for ring := 1.0; ring <= 9; ring++ {
		for _, d := range [][2]float64{{1, 1}, {1, -1}, {-1, 1}, {-1, -1}, {0, 1.4}, {0, -1.4}, {1.6, 0}, {-1.6, 0}} {
			out = append(out, vg.Point{X: vg.Length(d[0] * ring), Y: vg.Length(d[1] * ring)})
		}
	}
	return out
}()

// drawName names a kernel and its share of the time.
func (c *chart) drawName(v *view, d *dot, taken []vg.Rectangle) []vg.Rectangle {
	text := fmt.Sprintf("%s, %.1f %%", shorten(d.layer.Name, 44), 100*d.share)
	return c.place(v, v.at(d.x, d.y), c.glyph(d).Radius, text, textStyle(v.p, vg.Points(13), color.Black), taken)
}

// place puts a text near a glyph of radius r where it covers no other label and no heavy dot, tied to it by a line.
// A text for which there is no room is left out.
func (c *chart) place(v *view, dot vg.Point, r vg.Length, text string, style draw.TextStyle, taken []vg.Rectangle) []vg.Rectangle {
	w, h := style.Width(text), style.Height(text)
	for _, o := range offsets {
		at := vg.Point{X: dot.X + o.X*h + sign(o.X)*r, Y: dot.Y + o.Y*h + sign(o.Y)*r - h/2}
		if o.X < 0 {
			at.X -= w
		} else if o.X == 0 {
			at.X -= w / 2
		}
		b := box(style, at, text)
		if !c.free(v, b, taken) {
			continue
		}
		anchor := vg.Point{X: min(max(dot.X, b.Min.X), b.Max.X), Y: min(max(dot.Y, b.Min.Y), b.Max.Y)}
		v.StrokeLine2(draw.LineStyle{Color: color.Gray{90}, Width: vg.Points(0.8)}, dot.X, dot.Y, anchor.X, anchor.Y)
		v.SetColor(color.NRGBA{255, 255, 255, 215})
		v.Fill(b.Path())
		v.FillText(style, at, text)
		return append(taken, b)
	}
	return taken
}

func sign(v vg.Length) vg.Length {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// free reports whether a box is on the canvas and covers neither a label nor a dot that matters.
func (c *chart) free(v *view, b vg.Rectangle, taken []vg.Rectangle) bool {
	if !v.Contains(b.Min) || !v.Contains(b.Max) {
		return false
	}
	for _, t := range taken {
		if b.Min.X < t.Max.X && t.Min.X < b.Max.X && b.Min.Y < t.Max.Y && t.Min.Y < b.Max.Y {
			return false
		}
	}
	for i := range c.dots {
		d := &c.dots[i]
		if d.share < 0.002 {
			break // dots are sorted by share
		}
		at, r := v.at(d.x, d.y), c.glyph(d).Radius
		if at.X+r > b.Min.X && at.X-r < b.Max.X && at.Y+r > b.Min.Y && at.Y-r < b.Max.Y {
			return false
		}
	}
	return true
}

// box is the room that a text takes.
func box(s draw.TextStyle, at vg.Point, text string) vg.Rectangle {
	pad := vg.Points(2)
	return vg.Rectangle{
		Min: vg.Point{X: at.X - pad, Y: at.Y - pad},
		Max: vg.Point{X: at.X + s.Width(text) + pad, Y: at.Y + s.Height(text) + pad},
	}
}

// shorten cuts the middle out of a long name.
func shorten(s string, limit int) string {
	r := []rune(s)
	if len(r) <= limit {
		return s
	}
	return string(r[:limit/2-1]) + "…" + string(r[len(r)-limit/2:])
}
