// Package plots draws charts of estimates: rooflines and sweeps.
package plots

import (
	"fmt"
	"image/color"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// formats lists the suffixes that a picture may have; gonum/plot knows what they mean.
var formats = []string{"png", "svg", "pdf"}

// Pictures are drawn for a page of 16 x 10 inches at 100 dots an inch: 1600 x 1000 pixels.
const (
	width  = 16 * vg.Inch
	height = 10 * vg.Inch
)

// A Figure is a chart ready to be saved.
type Figure struct {
	plots []*plot.Plot // beside each other
	notes []string     // under them
}

// Save writes the figure in the format that the path's suffix names: .png, .svg or .pdf.
// The file is written all at once or not at all.
func (f *Figure) Save(path string) error {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")
	if !slices.Contains(formats, format) {
		return fmt.Errorf("cannot draw %s: the suffix names no picture format; expected .%s", path, strings.Join(formats, ", ."))
	}
	out, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("drawing %s: %w", path, err)
	}
	defer os.Remove(out.Name())
	err = f.Write(out, format)
	if err == nil {
		err = out.Chmod(0o644)
	}
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(out.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("drawing %s: %w", path, err)
	}
	return nil
}

// Write draws the figure in a format: png, svg or pdf.
func (f *Figure) Write(w io.Writer, format string) error {
	c, err := draw.NewFormattedCanvas(width, height, format)
	if err != nil {
		return err
	}
	page := draw.New(c)
	page.SetColor(color.White)
	page.Fill(page.Rectangle.Path())
	gap := vg.Points(16)
	inner := draw.Crop(page, gap, -gap, gap, -gap)
	style := textStyle(f.plots[0], vg.Points(12), color.Gray{60})
	for i := len(f.notes) - 1; i >= 0; i-- {
		inner.FillText(style, inner.Min, f.notes[i])
		inner.Min.Y += vg.Points(16)
	}
	each := (inner.Max.X - inner.Min.X) / vg.Length(len(f.plots))
	for i, p := range f.plots {
		left := each * vg.Length(i)
		p.Draw(draw.Crop(inner, left, left+each-(inner.Max.X-inner.Min.X), 0, 0))
	}
	_, err = c.WriteTo(w)
	return err
}

// newPlot is an empty chart with readable type.
func newPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.Title.Text = title
	p.Title.TextStyle.Font.Size = vg.Points(18)
	p.Title.Padding = vg.Points(10)
	p.X.Label.Text, p.Y.Label.Text = x, y
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font.Size = vg.Points(15)
		a.Label.Padding = vg.Points(6)
		a.Tick.Label.Font.Size = vg.Points(13)
	}
	p.Legend.TextStyle.Font.Size = vg.Points(13)
	p.Legend.Padding = vg.Points(3)
	return p
}

// textStyle is a label's style in a size.
func textStyle(p *plot.Plot, size vg.Length, c color.Color) draw.TextStyle {
	s := p.X.Tick.Label
	s.Font = font.From(s.Font, size)
	s.Color = c
	s.XAlign, s.YAlign, s.Rotation = draw.XLeft, draw.YBottom, 0
	return s
}
