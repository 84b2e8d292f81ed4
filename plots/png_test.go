package plots

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/plot/vg"
)

// TestEncodePNG holds that an image is read as it was written, whatever its size and where it begins.
func TestEncodePNG(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []image.Point{{1, 1}, {7, 1}, {1, 9}, {300, 40}} {
		m := image.NewRGBA(image.Rectangle{Max: size}.Add(image.Point{X: 2, Y: 3}))
		for i := range m.Pix {
			if m.Pix[i] = uint8(random.IntN(256)); i%4 == 3 {
				m.Pix[i] = 255
			}
		}
		var b bytes.Buffer
		if err := encodePNG(&b, m); err != nil {
			t.Fatal(err)
		}
		read, err := png.Decode(&b)
		if err != nil {
			t.Fatalf("%v: %v", size, err)
		}
		for y := range size.Y {
			for x := range size.X {
				if have, want := read.At(x, y), m.At(x+2, y+3); color.RGBAModel.Convert(have) != want {
					t.Fatalf("%v: found %v at %d,%d, expected %v", size, have, x, y, want)
				}
			}
		}
	}
}

// TestBlankFill holds that white is left out on an empty canvas alone.
func TestBlankFill(t *testing.T) {
	box := vg.Rectangle{Min: vg.Point{X: 5, Y: 5}, Max: vg.Point{X: 20, Y: 20}}.Path()
	middle := func(fills ...color.Color) color.Color {
		c := newPNG(30, 30, 72)
		for _, f := range fills {
			c.SetColor(f)
			c.Fill(box)
		}
		return c.Image().At(12, 18)
	}
	red := color.RGBA{255, 0, 0, 255}
	for _, c := range []struct {
		name  string
		fills []color.Color
		want  color.Color
	}{
		{"white", []color.Color{color.White}, color.RGBA{255, 255, 255, 255}},
		{"red after white", []color.Color{color.White, red}, red},
		{"white after red", []color.Color{red, color.White}, color.RGBA{255, 255, 255, 255}},
		{"black", []color.Color{color.Black}, color.RGBA{0, 0, 0, 255}},
	} {
		if have := middle(c.fills...); have != c.want {
			t.Errorf("%s: found %v, expected %v", c.name, have, c.want)
		}
	}
}
