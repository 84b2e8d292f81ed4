// Package plots draws charts of estimates: rooflines, sweeps and breakdowns of time.
package plots

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/internal/atomicfile"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
)

// formats lists the suffixes that a picture may have, each a format that gonum/plot writes.
var formats = []string{"png", "svg", "pdf"}

// A page is 1600 x 1000 pixels in a PNG, which gonum/plot draws at 96 dots an inch (72 points).
const (
	pageWidth  = 1200 // points
	pageHeight = 750  // points
	margin     = 20   // points
)

// A Figure is a chart ready to be saved.
type Figure struct {
	title    string
	subtitle []string
	panels   []panel // beside each other
	legend   []entry
	explain  func() []entry // in place of legend, where it depends on the style
	notes    []string
	Style    Style // set it before the figure is drawn
}

// A panel is one chart. Its vertical axis has its name above it, where it is read without turning the head.
type panel struct {
	*plot.Plot
	name  string
	least vg.Length // height that it wants on a compact page, 0: in proportion to the width
}

// Formats lists the suffixes that Save takes.
func Formats() []string { return slices.Clone(formats) }

// Format returns the picture format that a path's suffix names.
func Format(path string) (string, error) {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")
	if !slices.Contains(formats, format) {
		return "", fmt.Errorf("%s: suffix %q names no picture format; expected .%s", path, filepath.Ext(path),
			strings.Join(formats, ", ."))
	}
	return format, nil
}

// Save writes the figure in the format that the path's suffix names: .png, .svg or .pdf.
// The file appears whole or not at all.
func (f *Figure) Save(path string) error {
	format, err := Format(path)
	if err != nil {
		return err
	}
	return atomicfile.Write(path, func(w io.Writer) error { return f.Write(w, format) })
}

// pdfDate holds the time of day that the PDF writer notes down.
var pdfDate = lazyexp.New(`/(CreationDate|ModDate) \(D:\d{14}`)

// Write draws the figure in a format: png, svg or pdf. The same figure gives the same bytes.
func (f *Figure) Write(w io.Writer, format string) error {
	if err := f.Style.Check(); err != nil {
		return err
	}
	if f.explain != nil {
		f.legend = f.explain()
	}
	l := f.layout()
	scale := f.Style.scale()
	if f.Style.Height > 0 && l.compact {
		if err := l.checkHeight(f.Style.Height, scale); err != nil {
			return err
		}
	}
	c, err := f.Style.canvas(format, float64(l.width)*scale, float64(l.height)*scale)
	if err != nil {
		return err
	}
	c.Scale(scale, scale)
	pens := vg.Length(1)
	if format == "png" {
		pens = vg.Length(scale) // its canvas scales places and type, but no lines
	}
	f.draw(draw.NewCanvas(themed{c, f.Style.ink(), pens}, l.width, l.height), l)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	data := b.Bytes()
	if format == "pdf" {
		data = pdfDate().ReplaceAll(data, []byte("/$1 (D:20000101000000"))
	}
	_, err = w.Write(f.described(data, format))
	return err
}

// heading returns the title that is shown.
func (f *Figure) heading() string { return cmp.Or(f.Style.Title, f.title) }

// draw fills the page: title above, footnotes below, the legend at the right or, on a compact page, under the panels,
// and the panels in the rest.
func (f *Figure) draw(page draw.Canvas, l *layout) {
	page.SetColor(paper)
	page.Fill(page.Rectangle.Path())
	c := draw.Crop(page, l.margin, -l.margin, l.margin, -l.margin)
	c = l.header(c)
	c = l.footer(c)
	switch {
	case l.legend == nil:
	case l.compact:
		c = l.legend.draw(c)
	default:
		c = drawLegend(c, f.legend)
	}
	gap := vg.Length(margin)
	wide := (c.Size().X - gap*vg.Length(l.columns-1)) / vg.Length(l.columns)
	high := (c.Size().Y - gap*vg.Length(l.rows-1)) / vg.Length(l.rows)
	for i, p := range f.panels {
		left, down := (wide+gap)*vg.Length(i%l.columns), (high+gap)*vg.Length(i/l.columns)
		at := draw.Crop(c, left, left+wide-c.Size().X, c.Size().Y-down-high, -down)
		sty := text(13, ink)
		at.FillText(sty, vg.Point{X: at.Min.X, Y: at.Max.Y - lineHeight/2}, fit(p.name, sty, wide))
		p.drawIn(draw.Crop(at, 0, 0, 0, -1.3*lineHeight))
	}
}

// drawIn draws a panel, with as many labels of ticks as have room.
func (p panel) drawIn(c draw.Canvas) {
	q := *p.Plot
	const besideData, underData = 90, 40 // points that the labels of the other axis take, about
	q.X.Tick.Marker = thinned{q.X.Tick.Marker, &q.X, c.Size().X - besideData, q.X.Tick.Label.Width, 8}
	q.Y.Tick.Marker = thinned{q.Y.Tick.Marker, &q.Y, c.Size().Y - underData, q.Y.Tick.Label.Height, 3}
	label := q.X.Label
	q.X.Label.Text = "" // its place is wrong on logarithmic axes, which moves the edge of the data
	if label.Text != "" {
		data := q.DataCanvas(draw.Crop(c, 0, 0, lineHeight, 0))
		sty := text(13, ink)
		x := min(data.Center().X-sty.Width(label.Text)/2, c.Max.X-sty.Width(label.Text))
		c.FillText(sty, vg.Point{X: max(x, c.Min.X), Y: c.Min.Y + lineHeight/2}, label.Text)
		c = draw.Crop(c, 0, 0, lineHeight, 0)
	}
	q.Draw(c)
}

// newPanel returns an empty chart with readable type and the names of its axes.
func newPanel(x, y string) panel {
	p := plot.New()
	p.X.Label.Text = x
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font = text(13, ink).Font
		a.Label.Padding = 6
		a.Tick.Label.Font = text(12, ink).Font
		a.LineStyle.Color, a.Tick.LineStyle.Color = soft, soft
		a.Padding = 0
	}
	return panel{Plot: p, name: y}
}
