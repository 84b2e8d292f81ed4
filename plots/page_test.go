package plots_test

import (
	"bytes"
	"encoding/xml"
	"image"
	_ "image/png"
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
