package plots

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"image/color"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// A Style says how a figure is set. The zero Style is a page for a screen.
type Style struct {
	Width, Height float64 // inches; 0: 16.7 x 10.4
	DPI           int     // of a PNG; 0: 96
	FontSize      float64 // points of the labels of axes; 0: 12, down to 7 on a narrow page
	Title         string  // in place of the figure's own
	Theme         string  // one of Themes; "": the first
	Labels        int     // kernels or models with their name; 0: as many as are read, less than 0: none
	NoLegend      bool
	Made          string // what made the figure, below it and in its metadata
}

// Sizes of type in points: the one that figures are laid out for, the least that a narrow page has by itself, and the
// width from which on a page has the former, in inches.
const (
	usualSize = 12
	leastSize = 7
	wholeSize = 11
)

// themes lists the colours that stand in for the inks of a figure.
var themes = []struct {
	name string
	ink  func(color.NRGBA) color.NRGBA
}{
	{"light", func(c color.NRGBA) color.NRGBA { return c }},
	{"dark", dimmed},
	{"print", grey8},
}

// Themes returns the names of themes, the usual one first.
func Themes() []string {
	names := make([]string, len(themes))
	for i := range themes {
		names[i] = themes[i].name
	}
	return names
}

// Check reports what of a style cannot be drawn.
func (s *Style) Check() error {
	if s.Theme != "" && s.ink() == nil {
		return fmt.Errorf("found the theme %q, expected one of %s", s.Theme, strings.Join(Themes(), ", "))
	}
	for _, v := range []struct {
		name         string
		value, least float64
		most         float64
	}{{"width", s.Width, 1, 100}, {"height", s.Height, 1, 100}, {"size of type", s.FontSize, 3, 72},
		{"resolution", float64(s.DPI), 30, 1200}} {
		if v.value != 0 && !(v.value >= v.least && v.value <= v.most) {
			return fmt.Errorf("found a %s of %g, expected %g to %g", v.name, v.value, v.least, v.most)
		}
	}
	w, h := s.page()
	return s.checkDots(w, h)
}

// checkDots reports a page, in points, that would be too large a picture.
func (s *Style) checkDots(w, h float64) error {
	if n := float64(s.dots()) * w / 72 * float64(s.dots()) * h / 72; n > 1e8 {
		return fmt.Errorf("found a picture of %.0f million dots, expected at most 100", n/1e6)
	}
	return nil
}

// ink returns the theme's mapping of colours; nil leaves them as they are.
func (s *Style) ink() func(color.NRGBA) color.NRGBA {
	for _, t := range themes {
		if t.name == s.Theme || s.Theme == "" {
			return t.ink
		}
	}
	return nil
}

// page returns the size in points. A missing side is in proportion to the usual page.
func (s *Style) page() (width, height float64) {
	width, height = 72*s.Width, 72*s.Height
	if width == 0 && height == 0 {
		return pageWidth, pageHeight
	}
	if height == 0 {
		height = width * pageHeight / pageWidth
	} else if width == 0 {
		width = height * pageWidth / pageHeight
	}
	return width, height
}

// scale returns how large type is, in times of the usual size.
func (s *Style) scale() float64 {
	if s.FontSize == 0 {
		w, _ := s.page()
		return min(1, max(leastSize, usualSize*w/(72*wholeSize))/usualSize)
	}
	return s.FontSize / usualSize
}

// compact reports whether a page is too narrow for a legend beside the data.
func (s *Style) compact() bool {
	w, _ := s.page()
	return w/s.scale() < roomForLegend
}

// dots returns dots an inch of a PNG.
func (s *Style) dots() int {
	if s.DPI == 0 {
		return vgimg.DefaultDPI
	}
	return s.DPI
}

// canvas returns what a figure of a size in points is drawn on.
func (s *Style) canvas(format string, w, h float64) (vg.CanvasWriterTo, error) {
	if err := s.checkDots(w, h); err != nil {
		return nil, err
	}
	if format == "png" {
		return newPNG(w, h, s.dots()), nil
	}
	return draw.NewFormattedCanvas(vg.Length(w), vg.Length(h), format)
}

// A themed canvas draws in the colours of a theme.
type themed struct {
	vg.Canvas
	ink  func(color.NRGBA) color.NRGBA
	pens vg.Length // in times of the width asked for
}

// SetLineWidth implements vg.Canvas.
func (t themed) SetLineWidth(w vg.Length) { t.Canvas.SetLineWidth(t.pens * w) }

// SetLineDash implements vg.Canvas.
func (t themed) SetLineDash(pattern []vg.Length, offset vg.Length) {
	scaled := make([]vg.Length, len(pattern))
	for i, d := range pattern {
		scaled[i] = t.pens * d
	}
	t.Canvas.SetLineDash(scaled, t.pens*offset)
}

// SetColor implements vg.Canvas.
func (t themed) SetColor(c color.Color) {
	t.Canvas.SetColor(t.ink(color.NRGBAModel.Convert(c).(color.NRGBA)))
}

// dimmed returns a colour for a dark page: greys are turned, hues stay.
func dimmed(c color.NRGBA) color.NRGBA {
	if c.R != c.G || c.G != c.B {
		return c
	}
	const darkest, lightest = 24, 235
	v := uint8(lightest - int(c.R)*(lightest-darkest)/255)
	return color.NRGBA{v, v, v, c.A}
}

// grey8 returns a colour as it is printed in grey.
func grey8(c color.NRGBA) color.NRGBA {
	v := uint8((299*int(c.R) + 587*int(c.G) + 114*int(c.B)) / 1000)
	return color.NRGBA{v, v, v, c.A}
}

// described returns a picture with what it shows in its metadata: title and desc of an SVG, text chunks of a PNG.
func (f *Figure) described(data []byte, format string) []byte {
	title := visible.Text(f.heading())
	desc := visible.Text(strings.Join(slices.Concat(f.subtitle, f.notes), "; "))
	switch format {
	case "svg":
		return describedSVG(data, title, desc)
	case "png":
		return describedPNG(data, [][2]string{{"Title", title}, {"Description", desc}, {"Software", f.Style.Made}})
	}
	return data
}

// fallback give fonts with the widths of Liberation Sans, for readers that lack it.
const fallback = "font-family:'Liberation Sans',Arimo,Arial,Helvetica,sans-serif"

// svgText matches a text of an SVG: what comes before its style, its size in points, what follows, and its characters.
var svgText = lazyexp.New(`(<text [^>]*?)(\s+style="[^"]*font-size:([\d.]+)px[^"]*")>([^<]*)</text>`)

// measuredSVG gives each text the length that the figure was laid out for: in a wider font than that of the figure its
// end would be cut.
func measuredSVG(data []byte) []byte {
	return svgText().ReplaceAllFunc(data, func(t []byte) []byte {
		part := svgText().FindSubmatch(t)
		size, err := strconv.ParseFloat(string(part[3]), 64)
		width := text(vg.Length(size), ink).Width(html.UnescapeString(string(part[4])))
		if err != nil || width <= 0 {
			return t
		}
		return fmt.Appendf(nil, `%s textLength="%.2f" lengthAdjust="spacingAndGlyphs"%s>%s</text>`, part[1],
			float64(width), part[2], part[4])
	})
}

// describedSVG adds title and description for readers that speak, and names fonts that every system has, of which each
// text takes as much room as was measured.
func describedSVG(data []byte, title, desc string) []byte {
	data = measuredSVG(bytes.ReplaceAll(data, []byte("font-family:Liberation Sans"), []byte(fallback)))
	at := bytes.Index(data, []byte("<svg"))
	if at < 0 {
		return data
	}
	end := bytes.IndexByte(data[at:], '>')
	var b bytes.Buffer
	b.Write(data[:at+end+1])
	for _, e := range [][2]string{{"title", title}, {"desc", desc}} {
		b.WriteString("\n<" + e[0] + ">")
		if err := xml.EscapeText(&b, []byte(e[1])); err != nil {
			return data
		}
		b.WriteString("</" + e[0] + ">")
	}
	b.Write(data[at+end+1:])
	return b.Bytes()
}
