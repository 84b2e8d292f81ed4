// Package plots draws charts of estimates: rooflines, sweeps and breakdowns of time.
package plots

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/internal/atomicfile"
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
	notes    []string
	Style    Style // set it before the figure is drawn
}

// A panel is one chart. Its vertical axis has its name above it, where it is read without turning the head.
type panel struct {
	*plot.Plot
	name string
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

// pdfDate is the time of day that the PDF writer notes down.
var pdfDate = regexp.MustCompile(`/(CreationDate|ModDate) \(D:\d{14}`)

// Write draws the figure in a format: png, svg or pdf. The same figure gives the same bytes.
func (f *Figure) Write(w io.Writer, format string) error {
	if err := f.Style.Check(); err != nil {
		return err
	}
	c, err := f.Style.canvas(format)
	if err != nil {
		return err
	}
	width, height := f.Style.page()
	scale := f.Style.scale()
	c.Scale(scale, scale)
	f.draw(draw.NewCanvas(themed{c, f.Style.ink()}, vg.Length(width/scale), vg.Length(height/scale)))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	data := b.Bytes()
	if format == "pdf" {
		data = pdfDate.ReplaceAll(data, []byte("/$1 (D:20000101000000"))
	}
	_, err = w.Write(f.described(data, format))
	return err
}

// heading returns the title that is shown.
func (f *Figure) heading() string { return cmp.Or(f.Style.Title, f.title) }

// draw lays out the page: title above, legend at the right where there is room, footnotes below, panels in the rest.
func (f *Figure) draw(page draw.Canvas) {
	page.SetColor(paper)
	page.Fill(page.Rectangle.Path())
	c := draw.Crop(page, margin, -margin, margin, -margin)
	c = f.drawTitle(c)
	c = f.drawNotes(c)
	if !f.Style.NoLegend && c.Size().X >= roomForLegend {
		c = drawLegend(c, f.legend)
	}
	gap := vg.Length(margin)
	each := (c.Size().X - gap*vg.Length(len(f.panels)-1)) / vg.Length(len(f.panels))
	for i, p := range f.panels {
		left := (each + gap) * vg.Length(i)
		at := draw.Crop(c, left, left+each-c.Size().X, 0, 0)
		at.FillText(text(13, ink), vg.Point{X: at.Min.X, Y: at.Max.Y - lineHeight/2}, p.name)
		p.Draw(draw.Crop(at, 0, 0, 0, -1.3*lineHeight))
	}
}

// drawTitle writes title and subtitle and returns the canvas below them.
func (f *Figure) drawTitle(c draw.Canvas) draw.Canvas {
	y := c.Max.Y
	for i, line := range append([]string{f.heading()}, f.subtitle...) {
		sty := text(12.5, soft)
		if i == 0 {
			sty = text(20, ink)
		}
		sty.YAlign = draw.YTop
		line = fit(line, sty, c.Size().X)
		c.FillText(sty, vg.Point{X: c.Min.X, Y: y}, line)
		y -= sty.Font.Size * 1.45
	}
	return draw.Crop(c, 0, 0, 0, y-6-c.Max.Y)
}

// drawNotes writes the footnotes and returns the canvas above them.
func (f *Figure) drawNotes(c draw.Canvas) draw.Canvas {
	sty := text(10.5, soft)
	sty.YAlign = draw.YBottom
	y := c.Min.Y
	notes := f.notes
	if f.Style.Made != "" {
		notes = append(slices.Clone(notes), f.Style.Made)
	}
	for i := len(notes) - 1; i >= 0; i-- {
		c.FillText(sty, vg.Point{X: c.Min.X, Y: y}, fit(notes[i], sty, c.Size().X))
		y += sty.Font.Size * 1.4
	}
	if len(notes) > 0 {
		y += 6
	}
	return draw.Crop(c, 0, 0, y-c.Min.Y, 0)
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
	return panel{p, y}
}
