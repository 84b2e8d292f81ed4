package plots

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// An entry is a line of the legend, which stands beside the data so that it covers none.
type entry struct {
	text   string
	thumb  func(c *draw.Canvas, at vg.Point) // nil for plain text
	head   bool                              // a heading
	indent bool                              // continues the entry above
	height vg.Length                         // of a thumb that is taller than a line
}

// Widths in the legend, in points.
const (
	legendWidth = 236
	// roomForLegend is the width of a page that leaves most of it to the data; a narrower one has no legend.
	roomForLegend = 2.5 * legendWidth
	thumbWidth    = 34
	lineHeight    = 19
)

// drawLegend writes the legend at the right and returns the canvas beside it.
func drawLegend(c draw.Canvas, entries []entry) draw.Canvas {
	if len(entries) == 0 {
		return c
	}
	left := c.Max.X - legendWidth + 16
	y := c.Max.Y - lineHeight/2
	for i, e := range entries {
		sty, x := text(12, ink), left
		extra := max(0, e.height-lineHeight) / 2
		y -= extra
		switch {
		case e.head:
			sty = text(12, soft)
			if i > 0 {
				y -= lineHeight / 2
			}
		case e.thumb != nil:
			e.thumb(&c, vg.Point{X: left + thumbWidth/2 - 4, Y: y})
			x += thumbWidth
		case e.indent:
			x += thumbWidth
		}
		c.FillText(sty, vg.Point{X: x, Y: y}, fit(e.text, sty, c.Max.X-x))
		y -= lineHeight + extra
	}
	return draw.Crop(c, 0, -legendWidth, 0, 0)
}

// lineThumb returns a short line.
func lineThumb(sty draw.LineStyle) func(*draw.Canvas, vg.Point) {
	return func(c *draw.Canvas, at vg.Point) {
		c.StrokeLine2(sty, at.X-14, at.Y, at.X+14, at.Y)
	}
}

// glyphThumb returns a glyph of a radius.
func glyphThumb(g glyph, radius vg.Length, fill color.NRGBA) func(*draw.Canvas, vg.Point) {
	return func(c *draw.Canvas, at vg.Point) { drawGlyph(c, g, at, radius, fill) }
}

// boxThumb returns a filled box.
func boxThumb(fill color.NRGBA) func(*draw.Canvas, vg.Point) {
	return func(c *draw.Canvas, at vg.Point) {
		const w, h = 12, 5
		c.FillPolygon(fill, []vg.Point{{X: at.X - w, Y: at.Y - h}, {X: at.X + w, Y: at.Y - h}, {X: at.X + w, Y: at.Y + h},
			{X: at.X - w, Y: at.Y + h}})
	}
}
