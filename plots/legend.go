package plots

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// An entry is a line of the legend, which stands beside the data so that it covers none.
type entry struct {
	text   string
	thumb  func(c *draw.Canvas, at vg.Point) // nil for plain text
	head   bool                              // a heading
	indent bool                              // continues the entry above
	key    bool                              // nobody can read the data without it: it is not left out for want of room
	height vg.Length                         // of a thumb that is taller than a line
}

// Widths in the legend, in points.
const (
	legendWidth = 236
	// roomForLegend gives the width of a page that leaves most of it to the data; a narrower one has its legend below.
	roomForLegend = 2.5 * legendWidth
	thumbWidth    = 34
	lineHeight    = 19
)

// keysOf returns what a legend keeps where there is little room.
func keysOf(entries []entry) []entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e entry) bool { return !e.key })
}

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
		for k, l := range lines(e.text, sty, c.Max.X-x, 3) {
			if k > 0 {
				y -= l.step
			}
			c.FillText(sty, vg.Point{X: x, Y: y}, l.text)
		}
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

// A flow is a legend in lines under the panels.
type flow struct {
	lines  [][]entry
	height vg.Length
}

// Widths in a flow, in points.
const (
	flowThumb = 36
	flowGap   = 10
	flowLine  = 16
)

// flowWidth returns the width of an entry in a flow.
func (e *entry) flowWidth() vg.Length {
	w := text(11, ink).Width(e.text) + flowGap
	if e.thumb != nil {
		w += flowThumb
	}
	return w
}

// newFlow breaks entries into lines. A heading begins a line; what continues an entry is written after it.
func newFlow(entries []entry, width vg.Length) *flow {
	f := new(flow)
	at := vg.Length(0)
	for _, e := range joined(entries) {
		e.text = fit(e.text, text(11, ink), width-flowThumb-flowGap)
		if w := e.flowWidth(); len(f.lines) == 0 || e.head || at+w > width {
			f.lines = append(f.lines, nil)
			at = 0
		}
		at += e.flowWidth()
		last := len(f.lines) - 1
		f.lines[last] = append(f.lines[last], e)
	}
	for _, l := range f.lines {
		f.height += lineOf(l)
	}
	f.height += 4
	return f
}

// joined returns entries with what continues them in their text.
func joined(entries []entry) (out []entry) {
	for _, e := range entries {
		if e.indent && len(out) > 0 {
			out[len(out)-1].text += ": " + e.text
			continue
		}
		out = append(out, e)
	}
	return out
}

// lineOf returns the height of a line: that of its tallest thumb, a line of text at least.
func lineOf(l []entry) vg.Length {
	most := vg.Length(flowLine)
	for _, e := range l {
		most = max(most, e.height)
	}
	return most
}

// draw writes the flow at the foot of a canvas and returns what is above it.
func (f *flow) draw(c draw.Canvas) draw.Canvas {
	y := c.Min.Y + f.height - 4
	for _, l := range f.lines {
		high := lineOf(l)
		x := c.Min.X
		for _, e := range l {
			sty, at := text(11, ink), x
			if e.head {
				sty = text(11, soft)
			}
			if e.thumb != nil {
				e.thumb(&c, vg.Point{X: x + flowThumb/2 - 2, Y: y - high/2})
				at += flowThumb
			}
			c.FillText(sty, vg.Point{X: at, Y: y - high/2}, e.text)
			x += e.flowWidth()
		}
		y -= high
	}
	return draw.Crop(c, 0, 0, f.height, 0)
}
