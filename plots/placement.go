package plots

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/roofline/placement"
)

// unitColours lists the colours of a device and of its fallback unit.
var unitColours = [2]color.NRGBA{blue, vermillion}

// namedShare gives the share of the time from which on a run of kernels has its name in the chart.
const namedShare = 0.12

// Placement draws which kernels of a model run on which unit, and when: a row for the device, one for its fallback
// unit, and a bar for each run of kernels.
func Placement(of *placement.Placement) *Figure {
	p := newPanel("time since the inference began, without copies and fixed cost", "")
	l := lanes{of: of}
	for i := range of.Runs {
		l.seconds += of.Runs[i].Seconds
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, l.seconds, 0, 2
	if l.seconds <= 0 {
		p.X.Max = 1
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = even{label: fromZero(units.Seconds)}, l
	p.Y.Tick.Length, p.Y.LineStyle.Width = 0, 0
	p.Add(grid{upright: true}, l)
	f := &Figure{panels: []panel{p}}
	e := of.Of
	f.title = fmt.Sprintf("%s on %s: %s", visible.Text(e.Model), e.Device.Name, of.Verdict())
	f.subtitle = []string{fmt.Sprintf("%s at batch %d, %s; segments on the device: %d, changes of the unit: %d",
		units.Short(e.Latency.Best(), units.Seconds), max(e.Batch, 1), e.Precision.Short(), of.Segments, of.Transfers)}
	f.legend = []entry{{text: "Kernels", head: true}}
	for lane := range unitColours {
		if n, seconds := l.on(lane); n > 0 {
			f.legend = append(f.legend, entry{text: fmt.Sprintf("%s: %d, %.0f %% of the time", laneNames[lane], n,
				100*seconds/max(l.seconds, 1e-30)), thumb: boxThumb(unitColours[lane]), key: true})
		}
	}
	return f
}

// laneNames say in the legend where kernels run.
var laneNames = [2]string{"on the device", "fallen back"}

// lanes draws the runs of a placement.
type lanes struct {
	of      *placement.Placement
	seconds float64 // of all runs
}

// laneOf returns the row of a run: 0 for the device, 1 for its fallback unit.
func laneOf(r *placement.Run) int {
	if r.Falls {
		return 1
	}
	return 0
}

// on returns the kernels of a lane and their time.
func (l lanes) on(lane int) (kernels int64, seconds float64) {
	for i := range l.of.Runs {
		if r := &l.of.Runs[i]; laneOf(r) == lane {
			kernels, seconds = kernels+r.Kernels, seconds+r.Seconds
		}
	}
	return kernels, seconds
}

// middleOf returns the height of a lane, the device's on top.
func middleOf(lane int) float64 { return 1.5 - float64(lane) }

// Ticks implements plot.Ticker: the names of the units.
func (l lanes) Ticks(float64, float64) []plot.Tick {
	const longestName = 34
	names := [2]string{l.of.Of.Device.Name, "no other unit"}
	if f := l.of.Of.Device.Fallback; f != nil {
		names[1] = f.Unit
	}
	var ticks []plot.Tick
	for lane, name := range names {
		ticks = append(ticks, plot.Tick{Value: middleOf(lane), Label: middle(visible.Text(name), longestName)})
	}
	return ticks
}

// Plot implements plot.Plotter. What is short is seen all the same; long runs are named.
func (l lanes) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	thin := draw.LineStyle{Color: grey, Width: vg.Points(0.7)}
	var from float64
	for i := range l.of.Runs {
		r := &l.of.Runs[i]
		lane := laneOf(r)
		low, high := y(middleOf(lane)-0.28), y(middleOf(lane)+0.28)
		left, right := x(from), x(from+r.Seconds)
		right = max(right, left+1)
		c.FillPolygon(unitColours[lane], []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high},
			{X: left, Y: high}})
		if i > 0 {
			c.StrokeLine2(thin, left, y(middleOf(0)-0.28), left, y(middleOf(1)+0.28))
		}
		if r.Seconds >= namedShare*l.seconds {
			l.name(c, r, vg.Point{X: left, Y: high + 9}, right-left)
		}
		from += r.Seconds
	}
}

// name writes the name of a run's first kernel over its bar, as much of it as has room.
func (l lanes) name(c draw.Canvas, r *placement.Run, at vg.Point, room vg.Length) {
	sty := text(10, ink)
	name := visible.Text(r.First)
	if r.Kernels > 1 {
		name = fmt.Sprintf("%s and %d more", name, r.Kernels-1)
	}
	for n := len([]rune(name)); n > 8; n -= 2 {
		if short := middle(name, n); sty.Width(short) <= room {
			c.FillText(sty, at, short)
			return
		}
	}
}
