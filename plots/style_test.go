package plots

import (
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// Every class has a look of its own, and the same area whatever its shape.
func TestLooks(t *testing.T) {
	seen := map[glyph]kernel.Class{}
	for c := range kernel.NumClasses {
		g := looks[c].glyph
		if other, ok := seen[g]; ok {
			t.Errorf("%s and %s have the same outline", c, other)
		}
		seen[g] = c
		if looks[c].color.A != 255 {
			t.Errorf("%s has no colour", c)
		}
		got, want := area(g.outline(vg.Point{X: 3, Y: 4}, 10)), 100*math.Pi
		if math.Abs(got-want) > 1e-6 {
			t.Errorf("%s has an area of %g at radius 10, want that of the circle, %g", c, got, want)
		}
	}
}

// area is by the shoelace formula.
func area(pts []vg.Point) float64 {
	sum := 0.0
	for i, p := range pts {
		q := pts[(i+1)%len(pts)]
		sum += float64(p.X*q.Y - q.X*p.Y)
	}
	return math.Abs(sum) / 2
}

// What is told apart by colour alone differs in grey as well.
func TestGreyTones(t *testing.T) {
	tone := func(c color.Color) int { return int(color.GrayModel.Convert(c).(color.Gray).Y) }
	for i := 1; i < 4; i++ {
		if d := tone(series[i]) - tone(series[i-1]); d > -25 && d < 25 {
			t.Errorf("estimates %d and %d differ by %d of 255 in grey", i-1, i, d)
		}
	}
	for b := roofline.Bound(1); b < roofline.NumBounds; b++ {
		if d := tone(bounds[b]) - tone(bounds[b-1]); d < 25 {
			t.Errorf("%s is lighter than %s by %d of 255 in grey", b, b-1, d)
		}
	}
}

// Labels never cover each other and never leave the chart.
func TestPlacer(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	placed := 0
	for range 50 {
		p := placer{bounds: vg.Rectangle{Max: vg.Point{X: 600, Y: 400}}}
		for range 12 {
			at := vg.Point{X: vg.Length(600 * rnd.Float64()), Y: vg.Length(400 * rnd.Float64())}
			p.dots = append(p.dots, around(at, vg.Point{X: 20, Y: 20}))
			s, ok := p.place(label{at, 10, vg.Point{X: 120, Y: 16}, ""})
			if !ok {
				continue
			}
			box := s.box
			placed++
			if !inside(p.bounds, box) {
				t.Fatalf("%v leaves the chart", box)
			}
			for _, other := range p.taken {
				if overlap(box, other) > 0 {
					t.Fatalf("%v covers %v", box, other)
				}
			}
			if p.onDot(box) {
				t.Fatalf("%v covers a dot", box)
			}
			p.take(box)
		}
	}
	if placed < 500 {
		t.Errorf("room for %d of 600 labels, want 500 at least", placed)
	}
}

func TestCrosses(t *testing.T) {
	r := vg.Rectangle{Min: vg.Point{X: 10, Y: 10}, Max: vg.Point{X: 20, Y: 20}}
	for _, c := range []struct {
		ax, ay, bx, by vg.Length
		want           bool
	}{
		{0, 15, 30, 15, true}, {15, 0, 15, 30, true}, {0, 0, 30, 30, true}, {12, 12, 13, 13, true}, {30, 30, 0, 0, true},
		{0, 5, 30, 5, false}, {5, 0, 5, 30, false}, {0, 0, 9, 9, false}, {0, 12, 12, 30, false}, {5, 5, 5, 5, false},
		{15, 15, 15, 15, true},
	} {
		if got := crosses(vg.Point{X: c.ax, Y: c.ay}, vg.Point{X: c.bx, Y: c.by}, r); got != c.want {
			t.Errorf("from %v, %v to %v, %v: %v", c.ax, c.ay, c.bx, c.by, got)
		}
	}
}

func TestPlacerWithoutRoom(t *testing.T) {
	p := placer{bounds: vg.Rectangle{Max: vg.Point{X: 50, Y: 50}}}
	l := label{vg.Point{X: 25, Y: 25}, 3, vg.Point{X: 80, Y: 16}, ""}
	if s, ok := p.place(l); ok {
		t.Errorf("a label wider than the chart went to %v", s.box)
	}
	if s := p.settleAll([]label{l, l}); len(s) != 0 {
		t.Errorf("%d labels wider than the chart have a place", len(s))
	}
}

func TestDecades(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		labels int
	}{{0.5, 200, 9}, {1, 10, 4}, {1, 100, 7}, {1, 10000, 5},
		{2, 8, 2}, {1e-20, 1e20, 9}, {0, 10, 0}, {-5, 5, 0}, {10, 1, 0},
		{1, math.Inf(1), 0}, {math.NaN(), 1, 0}} {
		n := 0
		for _, tick := range (decades{plainNumber}).Ticks(c.lo, c.hi) {
			if tick.Value < c.lo || tick.Value > c.hi {
				t.Errorf("%g to %g: a tick at %g", c.lo, c.hi, tick.Value)
			}
			if tick.Label != "" {
				n++
			}
		}
		if n > maxDecades || (c.labels != 9 && n != c.labels) || c.labels == 9 && n < 4 {
			t.Errorf("%g to %g: %d labels, want %d", c.lo, c.hi, n, c.labels)
		}
	}
}

func TestEven(t *testing.T) {
	for _, hi := range []float64{0, 1, 0.003, 7, 1e9, math.Inf(1), math.NaN()} {
		if n := len((even{label: plainNumber}).Ticks(0, hi)); n > 11 || hi == 7 && n < 4 {
			t.Errorf("0 to %g: %d ticks", hi, n)
		}
	}
}

// The heights of dots are FLOPs over time, and kernels that are alike share a dot.
func TestCollect(t *testing.T) {
	dev, err := hwprofiles.NewCatalog().Get("rpi-5")
	if err != nil {
		t.Fatal(err)
	}
	l := roofline.Layer{Kernel: kernel.Kernel{Name: "a", Class: kernel.GEMM, Type: dtype.Float32, Times: 2}}
	l.Cost.AddMACs(dtype.Float32, 50)
	l.Cost.Read, l.Total = 25, 0.5
	l.Peak, _ = dev.Peak(cost.Matrix, dtype.Float32)
	other, none := l, l
	other.Total, other.Times = 1, 1
	none.Cost.Work, none.Total, none.Times = [cost.NumEngines]cost.Work{}, 1, 1
	none.Peak = nil
	e := &roofline.Estimate{Device: dev, Layers: []roofline.Layer{l, other, l, none}, Spent: roofline.Spent{Device: 4}}
	machines, dots, left := collect([]*roofline.Estimate{e})
	want := []dot{{x: 4, y: 200, share: 0.5, class: kernel.GEMM, name: "a", kernels: 4},
		{x: 4, y: 100, share: 0.25, class: kernel.GEMM, name: "a", kernels: 1}}
	if !slices.Equal(dots, want) {
		t.Errorf("got %+v, want %+v", dots, want)
	}
	if want := (hidden{1, 0.25}); left[0] != want {
		t.Errorf("%+v left out, want %+v", left[0], want)
	}
	if len(machines) != 1 || len(machines[0].roofs) != 1 || machines[0].roofs[0].name != "fp32 vector" {
		t.Errorf("roofs %+v, want that of fp32 on the vector unit", machines[0].roofs)
	}
}

func TestBarsKeepTheTotal(t *testing.T) {
	var groups []roofline.Group
	for range 10 {
		groups = append(groups, roofline.Group{Share: 0.1, Spent: roofline.Spent{Device: 1}})
	}
	for _, top := range []int{1, 5, 9, 10} {
		sum := 0.0
		b := barsOf(groups, top)
		for i := range b {
			sum += b[i].total()
		}
		if math.Abs(sum-10) > 1e-9 || len(b) > top+1 {
			t.Errorf("top %d: %d bars of %g s, want 10 s", top, len(b), sum)
		}
	}
}
