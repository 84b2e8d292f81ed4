package plots

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// told says how many slices have a look of their own; smaller ones share one.
const told = 7

// marks lists the outlines of slices, for grey print.
var marks = [told + 1]glyph{polygon(32, 0), polygon(4, 0), polygon(3, up), polygon(4, math.Pi/4), polygon(5, up),
	polygon(3, -up), polygon(6, up), {4, 0.36, math.Pi / 4}}

// Validation draws what is expected over what was measured, a dot for each measurement, beside the lines where they are
// equal and 20 % apart. The slices are those of a report, largest first.
func Validation(r *validate.Report) (*Figure, error) {
	c := &against{}
	f := &Figure{legend: []entry{{text: "Slices", head: true}}}
	for i := range r.Slices {
		s := &r.Slices[i]
		look := min(i, told)
		c.add(look, s.Predictions)
		if look < told {
			name := fmt.Sprintf("%s (%d)", s.Slice, s.Rows)
			f.legend = append(f.legend, entry{text: name, thumb: glyphThumb(marks[look], 5, seriesColor(look))},
				entry{text: share(s.Expected.Median) + " median, " + share(s.Expected.Within20) + " within 20 %", indent: true})
		}
	}
	if len(c.dots) == 0 {
		return nil, errors.New("no measurement matched: there is nothing to draw")
	}
	if n := len(r.Slices) - told; n > 0 {
		f.legend = append(f.legend, entry{text: fmt.Sprintf("smaller slices (%d)", n),
			thumb: glyphThumb(marks[told], 5, seriesColor(told))})
	}
	f.legend = append(f.legend, entry{text: "Lines", head: true}, entry{text: "expected = measured",
		thumb: lineThumb(equalStyle)}, entry{text: "20 % more or less", thumb: lineThumb(apartStyle)})
	p := newPanel("measured latency", "expected latency")
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = decades{in(units.Seconds)}, decades{in(units.Seconds)}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = c.lo/1.3, c.hi*1.3, c.lo/1.3, c.hi*1.3
	p.Add(grid{}, c)
	f.panels = []panel{p}
	f.title = fmt.Sprintf("%d measurements: median error %s, within 20 %%: %s", r.All.N, share(r.All.Median),
		share(r.All.Within20))
	f.subtitle = []string{"errors are |expected/measured - 1|; measurements that a calibration was fitted to are no " +
		"test of it"}
	return f, nil
}

// share prints a fraction in percent, to three digits.
func share(v float64) string { return strconv.FormatFloat(100*v, 'g', 3, 64) + " %" }

// seriesColor returns the colour of series i; colours repeat.
func seriesColor(i int) color.NRGBA { return series[i%len(series)] }

var (
	equalStyle = draw.LineStyle{Color: ink, Width: 1.2}
	apartStyle = draw.LineStyle{Color: soft, Width: 0.8, Dashes: []vg.Length{6, 4}}
)

// against draws pairs of equal units.
type against struct {
	dots   []pair
	lo, hi float64
}

type pair struct {
	look               int
	measured, expected float64
}

// add notes the pairs that have a place on logarithmic axes, and how far they reach.
func (c *against) add(look int, ps []validate.Prediction) {
	for i := range ps {
		d := pair{look, ps[i].Measured, ps[i].Expected}
		lo, hi := min(d.measured, d.expected), max(d.measured, d.expected)
		if !(lo > 0) || math.IsInf(hi, 0) {
			continue
		}
		if len(c.dots) == 0 {
			c.lo, c.hi = lo, hi
		}
		c.lo, c.hi = min(c.lo, lo), max(c.hi, hi)
		c.dots = append(c.dots, d)
	}
}

// Plot implements plot.Plotter.
func (c *against) Plot(canvas draw.Canvas, pl *plot.Plot) {
	x, y := pl.Transforms(&canvas)
	p := &pen{c: canvas, x: x, y: y, room: placer{bounds: canvas.Rectangle}}
	lo, hi := pl.X.Min, pl.X.Max
	p.line(equalStyle, p.at(lo, lo), p.at(hi, hi))
	p.line(apartStyle, p.at(lo, lo*1.2), p.at(hi/1.2, hi))
	p.line(apartStyle, p.at(lo/0.8, lo), p.at(hi, hi*0.8))
	radius := vg.Length(5)
	if len(c.dots) > 300 {
		radius = 3 // many dots are read as a cloud
	}
	for _, d := range c.dots { // those of the largest slice first, behind the others
		drawGlyph(&p.c, marks[d.look], p.at(d.measured, d.expected), radius, seriesColor(d.look))
	}
}
