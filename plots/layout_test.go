package plots

import (
	"io"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// many is an estimate of kernels with long names on a device.
func many(t *testing.T, id string) *roofline.Estimate {
	t.Helper()
	d, err := hwprofiles.NewCatalog().Get(id)
	if err != nil {
		t.Fatal(err)
	}
	e := &roofline.Estimate{Model: "a-model-of-a-long-name", Device: d, Precision: dtype.Float32, Batch: 1}
	for i := range 40 {
		l := roofline.Layer{Kernel: kernel.Kernel{
			Name:  "/model/encoder/layers." + strings.Repeat("1", 1+i%3) + "/attention/proj/Conv",
			Class: kernel.Class(i % int(kernel.NumClasses)), Type: dtype.Float32, Times: 1}}
		l.Cost.AddMACs(dtype.Float32, int64(1e6*(i+1)))
		l.Cost.Read, l.Total = int64(1e5*(1+i%7)), 1e-4*float64(1+i%5)
		e.Layers = append(e.Layers, l)
		e.Spent.Device += l.Total
	}
	e.Latency.SpeedOfLight = e.Spent.Device
	return e
}

// written returns the texts of a figure that are not turned, and where each is on its page.
func written(f *Figure) (texts []string, boxes []vg.Rectangle, page vg.Rectangle) {
	if f.explain != nil {
		f.legend = f.explain()
	}
	l := f.layout()
	rec := new(recorder.Canvas)
	c := draw.NewCanvas(rec, l.width, l.height)
	f.draw(c, l)
	turned := 0
	for _, a := range rec.Actions {
		switch a := a.(type) {
		case *recorder.Push, *recorder.Rotate:
			turned++
		case *recorder.Pop:
			turned = 0
		case *recorder.FillString:
			if turned == 0 && strings.TrimSpace(a.String) != "" {
				size := text(a.Size, ink).Width(a.String)
				texts = append(texts, a.String)
				boxes = append(boxes, vg.Rectangle{Min: a.Point, Max: vg.Point{X: a.Point.X + size, Y: a.Point.Y + a.Size*0.7}})
			}
		}
	}
	return texts, boxes, c.Rectangle
}

// TestNarrow: on a column of a paper, as on a screen, no text leaves the page, the words of titles are whole, and every
// panel keeps room for its data.
func TestNarrow(t *testing.T) {
	one, four := []string{"rpi-5"}, []string{"h100-sxm5", "rtx4090", "t4", "rpi-5"}
	for _, devices := range [][]string{one, four} {
		var es []*roofline.Estimate
		for _, d := range devices {
			es = append(es, many(t, d))
		}
		for _, style := range []Style{{}, {Width: 3.4}, {Width: 3.4, Height: 8}, {Width: 7}, {Width: 3.4, FontSize: 9}} {
			f, err := Roofline(es)
			if err != nil {
				t.Fatal(err)
			}
			f.Style = style
			texts, boxes, page := written(f)
			for i, b := range boxes {
				if b.Min.X < page.Min.X || b.Max.X > page.Max.X+1 || b.Min.Y < page.Min.Y {
					t.Errorf("%+v, %d devices: %q is at %v on a page of %v", style, len(devices), texts[i], b, page)
				}
			}
			if all := strings.Join(texts, " "); !strings.Contains(all, f.title) {
				t.Errorf("%+v: the title %q is cut", style, f.title)
			}
			if n := len(f.panels); len(devices) > overlaid && n != len(devices) {
				t.Errorf("%d panels of %d devices", n, len(devices))
			}
		}
	}
}

// TestTooLow: a picture too low for its panels is refused, and says what it needs.
func TestTooLow(t *testing.T) {
	f, err := Roofline([]*roofline.Estimate{many(t, "h100-sxm5"), many(t, "t4"), many(t, "rpi-5")})
	if err != nil {
		t.Fatal(err)
	}
	f.Style = Style{Width: 3.4, Height: 2}
	if err := f.Write(io.Discard, "svg"); err == nil || !strings.Contains(err.Error(), "a height of 2 inches, expected") {
		t.Errorf("error %v, want one that says what height is expected", err)
	}
}

func TestLines(t *testing.T) {
	sty := text(12, ink)
	for _, c := range []struct {
		text  string
		width vg.Length
		most  int
		want  int
	}{{"", 100, 2, 0}, {"short", 100, 2, 1}, {"several words that need two lines", 120, 3, 2},
		{"a b c d e f g h i j", 20, 2, 2},
		{strings.Repeat("x", 200), 50, 2, 1}} {
		got := lines(c.text, sty, c.width, c.most)
		if len(got) != c.want {
			t.Errorf("%q: %d lines, want %d", c.text, len(got), c.want)
		}
		for _, l := range got {
			if w := sty.Width(l.text); w > c.width && len([]rune(l.text)) > 8 {
				t.Errorf("%q: a line of %v on %v", c.text, w, c.width)
			}
		}
	}
}

// TestShortened: names that differ still do once they are short.
func TestShortened(t *testing.T) {
	for _, names := range [][]string{
		{"/features/features.1/conv/conv.0/conv/Conv", "/features/features.12/conv/conv.0/conv/Conv"},
		{"/model/encoder/layers.0/attention/Conv", "/model/encoder/layers.0/feed_forward/Conv"},
		{"short", "/model/encoder/layers.0/attention/output/Conv"},
		{"/features/features.1/conv/conv.0/conv/Conv", "/features/features.12/conv/conv.0/conv/Conv",
			"/features/features.0/features.0.0/Conv"},
		{"/a/b/c/d/e/f/g/first/Conv", "/a/b/c/d/e/f/g/second/Conv", "/a/b/c/d/e/f/g/third/x/Conv"},
	} {
		got := shortened(names, 24)
		for i := range got {
			if slices.Contains(got[i+1:], got[i]) {
				t.Errorf("%q became the same: %q", names, got)
			}
		}
		for _, n := range got {
			if len([]rune(n)) > 24 {
				t.Errorf("%q is longer than 24", n)
			}
		}
	}
}

// TestElided: what tells a kernel from others is not cut.
func TestElided(t *testing.T) {
	got := shortened([]string{"/features/features.1/conv/conv.0/conv/Conv",
		"/features/features.12/conv/conv.0/conv/Conv"}, 24)
	if want := []string{"/…/features.1/…/Conv", "/…/features.12/…/Conv"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestThinned: labels of ticks that would collide are left out, powers of ten last.
func TestThinned(t *testing.T) {
	p := newPanel("", "")
	p.X.Scale, p.X.Min, p.X.Max = plot.LogScale{}, 1, 100
	wide := func(string) vg.Length { return 30 }
	for length, want := range map[vg.Length]int{1000: 7, 200: 3, 50: 2} {
		n := 0
		for _, k := range (thinned{decades{plainNumber}, &p.X, length, wide, 2}).Ticks(1, 100) {
			if k.Label != "" {
				n++
			}
		}
		if n != want {
			t.Errorf("%d labels on %v points, want %d", n, length, want)
		}
	}
}

// TestKeysStay: a picture of a column's width and a low height still says which line or dot is whose; what else a
// legend explains goes first.
func TestKeysStay(t *testing.T) {
	var es []*roofline.Estimate
	var points []roofline.SweepPoint
	for _, id := range []string{"t4", "rpi-5"} {
		e := many(t, id)
		e.Total.AddMACs(dtype.Float32, 1e9)
		e.Total.Read = 1e8
		es = append(es, e)
		for batch := int64(1); batch <= 64; batch *= 2 {
			p := roofline.SweepPoint{Device: e.Device, Step: roofline.Step{Value: batch}, Knee: batch == 8}
			p.Batch, p.Latency.SpeedOfLight = batch, 1e-3*float64(batch)
			points = append(points, p)
		}
	}
	models, err := Models(es)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]*Figure{"models": models, "sweep": Sweep("net", roofline.Axis{}, points)} {
		f.Style = Style{Width: 3.4, Height: 2.6}
		texts, _, _ := written(f)
		all := strings.Join(texts, "\n")
		for _, id := range []string{"t4", "rpi-5"} {
			if !strings.Contains(all, id) {
				t.Errorf("%s: nothing says what is of %s:\n%s", name, id, all)
			}
		}
		if strings.Contains(all, "90 % of the best") {
			t.Errorf("%s: marks are explained where there is no room", name)
		}
	}
}
