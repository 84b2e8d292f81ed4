package plots

import (
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// The inks.
var (
	paper = color.NRGBA{255, 255, 255, 255}
	ink   = color.NRGBA{20, 20, 20, 255}
	soft  = color.NRGBA{90, 90, 90, 255}
	faint = color.NRGBA{228, 228, 228, 255}
)

// The hues are those of Okabe and Ito (Color Universal Design, 2008), which
// people with any of the common colour-vision deficiencies can tell apart.
var (
	blue       = color.NRGBA{0, 114, 178, 255}
	sky        = color.NRGBA{86, 180, 233, 255}
	orange     = color.NRGBA{230, 159, 0, 255}
	vermillion = color.NRGBA{213, 94, 0, 255}
	purple     = color.NRGBA{204, 121, 167, 255}
	green      = color.NRGBA{0, 158, 115, 255}
	yellow     = color.NRGBA{240, 228, 66, 255}
	dark       = color.NRGBA{70, 70, 70, 255}
	grey       = color.NRGBA{170, 170, 170, 255}
)

// A glyph is a star-shaped outline: tips at radius 1 and, between them, dents at a smaller radius.
type glyph struct {
	tips int
	dent float64 // radius between the tips; cos(pi/tips) makes a convex polygon
	turn float64 // of the first tip, radians from the right
}

// polygon returns a regular shape of n corners, turned by so many radians.
func polygon(n int, turn float64) glyph { return glyph{n, math.Cos(math.Pi / float64(n)), turn} }

const up = math.Pi / 2

// looks gives each class of kernel its own outline as well as its own colour,
// so that they can be told apart in grey print.
var looks = [kernel.NumClasses]struct {
	glyph
	color color.NRGBA
}{
	kernel.Conv:      {polygon(32, 0), blue},
	kernel.GroupConv: {polygon(6, up), sky},
	kernel.Depthwise: {polygon(3, up), orange},
	kernel.GEMM:      {polygon(4, math.Pi/4), vermillion},
	kernel.Attention: {glyph{5, 0.42, up}, purple},
	kernel.Recurrent: {polygon(5, up), dark},
	kernel.Pointwise: {polygon(4, 0), green},
	kernel.Norm:      {polygon(3, -up), yellow},
	kernel.Reduce:    {glyph{4, 0.36, 0}, dark},
	kernel.Move:      {glyph{4, 0.36, math.Pi / 4}, grey},
	kernel.Other:     {glyph{3, 0.3, up}, grey},
	kernel.Unknown:   {glyph{8, 0.6, 0}, paper},
}

// series lists the colours of several estimates in one chart, from dark to light and back, so that neighbours differ in
// grey too.
var series = []color.NRGBA{blue, orange, dark, sky, vermillion, yellow, green, purple}

// bounds lists the colours of what limits a kernel: dark, middle and light.
var bounds = [roofline.NumBounds]color.NRGBA{roofline.Compute: blue, roofline.Memory: orange,
	roofline.Overhead: {210, 210, 210, 255}}

// dashes lists the line patterns of several devices in one chart.
var dashes = [][]vg.Length{nil, {10, 4}, {3, 3}, {12, 3, 3, 3}, {12, 3, 3, 3, 3, 3}, {6, 6}}

// outline returns the glyph around a point, of the same area as a circle of the radius.
// A star of n tips at R with dents at q R has the area n q R^2 sin(pi/n).
func (g glyph) outline(at vg.Point, radius vg.Length) []vg.Point {
	n := float64(g.tips)
	tip := radius * vg.Length(math.Sqrt(math.Pi/(n*g.dent*math.Sin(math.Pi/n))))
	pts := make([]vg.Point, 0, 2*g.tips)
	step := 1
	if g.dent == math.Cos(math.Pi/n) {
		step = 2 // the dents of a polygon lie on its sides
	}
	for i := 0; i < 2*g.tips; i += step {
		r := tip
		if i%2 == 1 {
			r *= vg.Length(g.dent)
		}
		sin, cos := math.Sincos(g.turn + math.Pi*float64(i)/n)
		pts = append(pts, vg.Point{X: at.X + r*vg.Length(cos), Y: at.Y + r*vg.Length(sin)})
	}
	return pts
}

// drawGlyph fills a glyph and gives it a dark edge.
func drawGlyph(c *draw.Canvas, g glyph, at vg.Point, radius vg.Length, fill color.NRGBA) {
	fill.A = 215
	pts := g.outline(at, radius)
	c.FillPolygon(fill, pts)
	c.StrokeLines(draw.LineStyle{Color: ink, Width: 0.7}, append(pts, pts[0]))
}

// hollow draws the outline of a glyph alone.
func hollow(c *draw.Canvas, g glyph, at vg.Point, radius vg.Length, edge color.NRGBA) {
	pts := g.outline(at, radius)
	c.FillPolygon(paper, pts)
	c.StrokeLines(draw.LineStyle{Color: edge, Width: 1.6}, append(pts, pts[0]))
}

// text returns a style of sans-serif type, flush left and centred on its line. There is no bold: gonum/plot cannot
// write it to a PDF.
func text(size vg.Length, c color.Color) draw.TextStyle {
	return draw.TextStyle{
		Color: c, Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		XAlign: draw.XLeft, YAlign: draw.YCenter, Handler: plot.DefaultTextHandler,
	}
}

// fit shortens a text in its middle until it is no wider than a length.
func fit(s string, sty draw.TextStyle, width vg.Length) string {
	s = visible.Text(s)
	for n := len([]rune(s)); n > 8 && sty.Width(s) > width; n-- {
		s = middle(s, n-1)
	}
	return s
}

// middle cuts the middle out of a text that is too long.
func middle(s string, limit int) string {
	r := []rune(s)
	if len(r) <= limit {
		return s
	}
	left := (limit - 1) / 2
	return string(r[:left]) + "…" + string(r[len(r)-(limit-1-left):])
}

// shortened returns names of a length at most. From paths that are too long, parts go first that all long paths have,
// then what another part says too, then those nearest to the end, so that what differs stays. Names that would become
// one are cut in their middle.
func shortened(names []string, limit int) []string {
	in, long := map[string]int{}, 0
	for _, n := range names {
		if len([]rune(n)) <= limit {
			continue
		}
		long++
		parts := strings.Split(n, "/")
		slices.Sort(parts)
		for _, p := range slices.Compact(parts) {
			in[p]++
		}
	}
	out, whole := make([]string, len(names)), map[string]string{}
	for i, n := range names {
		out[i] = n
		if len([]rune(n)) > limit {
			out[i] = elided(n, limit, func(part string) bool { return long > 1 && in[part] == long })
		}
		if first, ok := whole[out[i]]; ok && first != n {
			out[i] = middle(n, limit)
		}
		whole[out[i]] = n
	}
	return out
}

// elided leaves inner parts of a path out until it is short enough, else it cuts its middle out.
func elided(name string, limit int, common func(part string) bool) string {
	parts := strings.Split(name, "/")
	first := slices.IndexFunc(parts, func(p string) bool { return p != "" && !common(p) }) // it tells most
	said := func(i int) bool {
		return slices.ContainsFunc(slices.Delete(slices.Clone(parts), i, i+1), func(other string) bool {
			return strings.Contains(strings.ToLower(other), strings.ToLower(parts[i]))
		})
	}
	for _, may := range []func(i int) bool{
		func(i int) bool { return common(parts[i]) },
		func(i int) bool { return i != first && said(i) },
		func(i int) bool { return i != first },
	} {
		for i := len(parts) - 2; i >= 0; i-- {
			if short := joinedParts(parts); len([]rune(short)) <= limit {
				return short
			}
			if parts[i] != "" && parts[i] != left && may(i) {
				parts[i] = left
			}
		}
	}
	return middle(joinedParts(parts), limit)
}

// left stands for parts of a path that are left out.
const left = "…"

// joinedParts joins the parts of a path, of which one mark stands for several left out in a row.
func joinedParts(parts []string) string {
	both := func(a, b string) bool { return a == left && b == left }
	return strings.Join(slices.CompactFunc(slices.Clone(parts), both), "/")
}
