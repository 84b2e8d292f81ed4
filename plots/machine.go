package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// A Machine is one roofline of a machine without kernels: a flat roof and the slopes of memory levels under it.
type Machine struct {
	Name   string
	Rate   float64 // FLOP/s
	Slopes []Slope // fastest first
}

// A Slope is the bandwidth of one memory level.
type Slope struct {
	Name string
	Rate float64 // B/s
}

// Machines draws rooflines of one machine over each other, such as the theoretical and the measured one.
func Machines(title string, subtitle []string, ms []Machine) (*Figure, error) {
	low, high, slow, fast := math.Inf(1), 0.0, math.Inf(1), 0.0
	for _, m := range ms {
		low, high = min(low, m.Rate), max(high, m.Rate)
		for _, s := range m.Slopes {
			slow, fast = min(slow, s.Rate), max(fast, s.Rate)
		}
	}
	if !positive(low) || !positive(high) || !positive(slow) || !positive(fast) {
		return nil, fmt.Errorf("%s: found no rate or no bandwidth to draw", title)
	}
	p := newPanel("operational intensity (FLOP/B)", "attainable performance")
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = decades{plainNumber}, decades{in(units.FLOPRate)}
	p.X.Min, p.X.Max = low/fast/8, high/slow*8
	p.Y.Min, p.Y.Max = p.X.Min*slow, high*3
	p.Add(grid{}, machineRoofs(ms))
	f := &Figure{title: title, subtitle: subtitle, panels: []panel{p}}
	f.legend = append(f.legend, entry{text: "Rooflines", head: true})
	for i, m := range ms {
		f.legend = append(f.legend, entry{text: m.Name, thumb: lineThumb(machineStyle(i)), key: true})
		f.legend = append(f.legend, entry{text: units.Format(m.Rate, units.FLOPRate), indent: true})
		for _, s := range m.Slopes {
			f.legend = append(f.legend, entry{text: s.Name + "  " + units.Format(s.Rate, units.ByteRate), indent: true})
		}
	}
	return f, nil
}

type machineRoofs []Machine

// machineStyle returns the roof's line of device i in its colour.
func machineStyle(i int) draw.LineStyle {
	sty := roofStyle(i)
	sty.Color = series[i%len(series)]
	return sty
}

// Plot implements plot.Plotter.
func (ms machineRoofs) Plot(c draw.Canvas, pl *plot.Plot) {
	x, y := pl.Transforms(&c)
	p := &pen{c: c, x: x, y: y, room: placer{bounds: c.Rectangle}}
	for i, m := range ms {
		sty := machineStyle(i)
		first := math.Inf(1)
		for _, s := range m.Slopes {
			ridge := m.Rate / s.Rate
			first = min(first, ridge)
			p.line(sty, p.at(pl.X.Min, pl.X.Min*s.Rate), p.at(ridge, m.Rate))
			ring(&p.c, p.at(ridge, m.Rate))
		}
		if len(m.Slopes) == 0 {
			first = pl.X.Min
		}
		p.line(sty, p.at(first, m.Rate), p.at(pl.X.Max, m.Rate))
		label := text(11.5, ink)
		name := visible.Text(m.Name) + "  " + units.Format(m.Rate, units.FLOPRate)
		p.c.FillText(label, vg.Point{X: p.c.Max.X - label.Width(name) - 4, Y: y(m.Rate) + 11}, name)
	}
}
