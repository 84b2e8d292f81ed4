package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// A layout says where the parts of a figure go, in points of type of the usual size.
type layout struct {
	width, height  vg.Length
	margin         vg.Length
	compact        bool // the column of a paper: the legend is under the panels, which are under each other
	head, foot     []line
	legend         *flow // of a compact page; elsewhere it only says that there is a legend
	columns, rows  int   // of panels
	above, beneath vg.Length
}

// A line is a line of text and its style.
type line struct {
	text string
	sty  draw.TextStyle
	step vg.Length // to the next line
}

// Of compact pages: the height of a panel over its width, alone and under another, and the least that is left of it.
const (
	aloneHeight = 0.72
	stackHeight = 0.55
	leastPanel  = 130 // points
)

// layout fits title, notes and legend to the page. Where no height is asked for, a compact page is as high as they
// need.
func (f *Figure) layout() *layout {
	w, h := f.Style.page()
	scale := f.Style.scale()
	l := &layout{width: vg.Length(w / scale), height: vg.Length(h / scale), margin: margin, compact: f.Style.compact()}
	title, most := vg.Length(20), 2
	if l.compact {
		l.margin, title, most = margin/2, 15, 6
	}
	inner := l.width - 2*l.margin
	l.head = lines(f.heading(), text(title, ink), inner, 3)
	for _, s := range f.subtitle {
		l.head = append(l.head, lines(s, text(12.5, soft), inner, most)...)
	}
	notes := f.notes
	if f.Style.Made != "" {
		notes = append(slices.Clone(notes), f.Style.Made)
	}
	for _, s := range notes {
		l.foot = append(l.foot, lines(s, text(10.5, soft), inner, most)...)
	}
	l.columns, l.rows = gridOf(len(f.panels), l.compact)
	if len(f.legend) > 0 && !f.Style.NoLegend {
		l.legend = newFlow(f.legend, inner)
	}
	l.above, l.beneath = height(l.head), height(l.foot)
	var wanted vg.Length
	for _, p := range f.panels {
		wanted += p.least
	}
	var keys *flow
	if kept := keysOf(f.legend); len(kept) > 0 {
		keys = newFlow(kept, inner)
	}
	l.fitHeight(f.Style.Height == 0, wanted, keys)
	return l
}

// fitHeight makes a compact page as high as its parts need where it is free; else of a legend without room its keys
// stay.
func (l *layout) fitHeight(free bool, wanted vg.Length, keys *flow) {
	if !l.compact {
		return
	}
	each := vg.Length(aloneHeight)
	if l.rows > 1 {
		each = stackHeight
	}
	panels := max(vg.Length(l.rows)*each*(l.width-2*l.margin), wanted)
	rest := 2*l.margin + l.above + l.beneath + vg.Length(l.rows-1)*margin
	if l.legend != nil {
		rest += l.legend.height
	}
	if free {
		l.height = panels + rest
		return
	}
	if l.legend != nil && l.height-rest < vg.Length(l.rows)*leastPanel {
		l.legend = keys
	}
}

// checkHeight reports a page, of a height in inches, that is too low for its panels.
func (l *layout) checkHeight(inches, scale float64) error {
	parts := 2*l.margin + l.above + l.beneath + vg.Length(l.rows-1)*margin
	if l.legend != nil && l.compact {
		parts += l.legend.height
	}
	if least := parts + vg.Length(l.rows)*leastPanel*0.7; l.height < least {
		return fmt.Errorf("found a height of %g inches, expected %.1f at least for %d panels under each other and the words "+
			"around them", inches, float64(least)*scale/72, l.rows)
	}
	return nil
}

// gridOf returns the columns and rows of panels.
func gridOf(n int, compact bool) (columns, rows int) {
	if compact {
		return 1, max(n, 1)
	}
	columns = max(n, 1)
	if n > 3 {
		columns = int(math.Ceil(math.Sqrt(float64(n))))
	}
	return columns, (max(n, 1) + columns - 1) / columns
}

// lines breaks a text into lines of a width, most of them at most: the last then ends in an ellipsis.
func lines(s string, sty draw.TextStyle, width vg.Length, most int) (out []line) {
	step := sty.Font.Size * 1.45
	words := strings.Fields(visible.Text(s))
	for len(words) > 0 {
		n := 1
		for n < len(words) && sty.Width(strings.Join(words[:n+1], " ")) <= width {
			n++
		}
		if len(out)+1 == most && n < len(words) {
			for n > 1 && sty.Width(strings.Join(words[:n], " ")+" …") > width {
				n--
			}
			return append(out, line{fit(strings.Join(words[:n], " ")+" …", sty, width), sty, step})
		}
		out = append(out, line{fit(strings.Join(words[:n], " "), sty, width), sty, step})
		words = words[n:]
	}
	return out
}

// height returns how much room lines take, in points of type, with a gap below.
func height(ls []line) (sum vg.Length) {
	for _, l := range ls {
		sum += l.step
	}
	if sum > 0 {
		sum += 6 // to what is next
	}
	return sum
}

// header writes title and subtitle and returns the canvas below them.
func (l *layout) header(c draw.Canvas) draw.Canvas {
	l.write(c, c.Max.Y, l.head)
	return draw.Crop(c, 0, 0, 0, -l.above)
}

// footer writes the notes and returns the canvas above them.
func (l *layout) footer(c draw.Canvas) draw.Canvas {
	l.write(c, c.Min.Y+l.beneath-6, l.foot)
	return draw.Crop(c, 0, 0, l.beneath, 0)
}

// write writes lines one below another from y, each at the left edge.
func (l *layout) write(c draw.Canvas, y vg.Length, ls []line) {
	for _, s := range ls {
		s.sty.YAlign = draw.YTop
		c.FillText(s.sty, vg.Point{X: c.Min.X, Y: y}, s.text)
		y -= s.step
	}
}
