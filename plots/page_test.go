package plots_test

import (
	"bytes"
	"encoding/xml"
	"image"
	_ "image/png"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// TestStyle: a figure has the size, the title and the metadata of its style, in every format.
func TestStyle(t *testing.T) {
	e := estimate(device(t, "t4"))
	e.Total = e.Layers[0].Cost
	f, err := plots.Models([]*roofline.Estimate{e, e})
	if err != nil {
		t.Fatal(err)
	}
	f.Style = plots.Style{Width: 3.4, Height: 2, DPI: 100, FontSize: 7, Title: "A & B", Theme: "dark", NoLegend: true,
		Made: "by hand"}
	var png, svg bytes.Buffer
	if err := f.Write(&png, "png"); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(png.Bytes(), []byte("iTXtTitle\x00\x00\x00\x00\x00A & B")) {
		t.Error("the PNG has no title in its metadata")
	}
	c, _, err := image.DecodeConfig(&png)
	if err != nil || c.Width != 340 || c.Height != 200 {
		t.Errorf("the PNG is %d x %d, %v", c.Width, c.Height, err)
	}
	if err := f.Write(&svg, "svg"); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Title string `xml:"title"`
		Desc  string `xml:"desc"`
	}
	if err := xml.Unmarshal(svg.Bytes(), &doc); err != nil || doc.Title != "A & B" || doc.Desc == "" {
		t.Errorf("the SVG says %+v, %v", doc, err)
	}
	if strings.Contains(svg.String(), "font-family:Liberation") || !strings.Contains(svg.String(), "sans-serif") {
		t.Error("the type of the SVG has no fallback")
	}
	for _, bad := range []plots.Style{{Theme: "pink"}, {Width: 0.1}, {DPI: 5}, {FontSize: 900},
		{Width: 90, Height: 90, DPI: 900}} {
		if bad.Check() == nil {
			t.Errorf("%+v can be drawn", bad)
		}
	}
}

// TestWideFonts: every text of an SVG has the length that was measured, within the page, so that no font of the reader
// cuts it.
func TestWideFonts(t *testing.T) {
	box := regexp.MustCompile(`viewBox="0 0 ([\d.]+) `)
	scaled := regexp.MustCompile(`<g transform="scale\(([\d.]+),[\d.]`)
	texts := regexp.MustCompile(`<text x="([-\d.]+)" y="[-\d.]+" transform="([^"]*)"([^>]*)>([^<]*)</text>`)
	length := regexp.MustCompile(`textLength="([\d.]+)" lengthAdjust="spacingAndGlyphs"`)
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for name, f := range figures(t) {
		for _, width := range []float64{0, 3.4} {
			f.Style.Width = width
			svg := string(render(t, f, "svg"))
			page, scale := number(box.FindStringSubmatch(svg)[1]), 1.0
			if m := scaled.FindStringSubmatch(svg); m != nil {
				scale = number(m[1])
			}
			all := texts.FindAllStringSubmatch(svg, -1)
			if n := strings.Count(svg, "<text "); len(all) != n || n < 5 {
				t.Errorf("%s at %g: found %d of %d texts", name, width, len(all), n)
			}
			for _, m := range all {
				l := length.FindStringSubmatch(m[3])
				if l == nil {
					t.Errorf("%s at %g: %q has no length", name, width, m[4])
					continue
				}
				if end := (number(m[1]) + number(l[1])) * scale; m[2] == "scale(1, -1)" && end > page+0.5 {
					t.Errorf("%s at %g: %q ends at %.1f, expected %.1f at most", name, width, m[4], end, page)
				}
			}
		}
	}
}
