package plots

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/roofline/pipeline"
)

// places lists the colours of what stages occupy.
var places = [pipeline.NumResources]color.NRGBA{
	pipeline.CameraSensor: grey, pipeline.Codec: sky, pipeline.Host: orange, pipeline.Link: vermillion,
	pipeline.Device: blue,
}

// framesShown says how many frames in a row a chart of a pipeline shows.
const framesShown = 3

// Gantt draws a few frames of a pipeline one after the other: a bar for each stage, from when it begins to when it
// ends, coloured by what it occupies. Frames begin one interval apart. A stage of every k-th frame has no bar in the
// others.
func Gantt(r *pipeline.Result) *Figure {
	p := newPanel("time since the first frame began", "")
	interval := 1 / r.FPS.Expected
	g := gantt{result: r, interval: interval, frames: framesShown}
	if !r.File.Overlap {
		g.interval = math.Max(interval, r.Latency.Expected)
	}
	end := r.Latency.Expected + float64(g.frames-1)*g.interval
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1.25*end, 0, float64(len(r.Steps))
	p.X.Tick.Marker, p.Y.Tick.Marker = even{label: fromZero(units.Seconds)}, g
	p.Y.Tick.Length, p.Y.LineStyle.Width = 0, 0
	p.Add(grid{upright: true}, g)
	f := &Figure{panels: []panel{p}}
	f.title = fmt.Sprintf("%s: %.3g FPS on %s", visible.Text(pipelineName(r)), r.FPS.Expected, r.Setup.Device.Name)
	f.subtitle = []string{fmt.Sprintf("frames wait for the %s; a frame takes %s from the sensor to the result", r.Limit,
		units.Short(r.Latency.Expected, units.Seconds))}
	if n := r.File.Cameras; n > 1 {
		f.subtitle[0] += fmt.Sprintf("; the bars are of one of %d cameras", n)
	}
	f.legend = []entry{{text: "Occupies", head: true}}
	for on := range pipeline.NumResources {
		if b := r.Busy[on].Expected; b > 0 {
			f.legend = append(f.legend, entry{text: fmt.Sprintf("%s, %.0f %% busy", on, 100*math.Min(1, b*r.FPS.Expected)),
				thumb: boxThumb(places[on]), key: true})
		}
	}
	return f
}

// pipelineName returns the name of a pipeline, or "pipeline".
func pipelineName(r *pipeline.Result) string {
	if r.File.Name != "" {
		return r.File.Name
	}
	return "pipeline"
}

// A gantt draws the stages of some frames, from the top down.
type gantt struct {
	result   *pipeline.Result
	interval float64 // seconds between the beginnings of frames
	frames   int
}

// row returns the middle of a stage's row.
func (g gantt) row(i int) float64 { return float64(len(g.result.Steps)-i) - 0.5 }

// Ticks implements plot.Ticker: the stages' names.
func (g gantt) Ticks(float64, float64) []plot.Tick {
	const longestName = 40
	ticks := make([]plot.Tick, len(g.result.Steps))
	for i := range g.result.Steps {
		ticks[i] = plot.Tick{Value: g.row(i), Label: middle(visible.Text(g.result.Steps[i].Name()), longestName)}
	}
	return ticks
}

// Plot implements plot.Plotter. The bars of later frames are paler.
func (g gantt) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	sty := text(12, ink)
	for i := range g.result.Steps {
		s := &g.result.Steps[i]
		low, high := y(g.row(i)-0.34), y(g.row(i)+0.34)
		for frame := range g.frames {
			if !runs(s, frame) {
				continue
			}
			from := float64(frame)*g.interval + s.Start
			left, right := x(from), x(from+s.Time.Expected)
			right = max(right, left+1) // what is short is seen all the same
			fill := places[s.On]
			fill.A = uint8(255 - 75*frame)
			c.FillPolygon(fill, []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high}, {X: left, Y: high}})
		}
		last := x(float64(g.last(s))*g.interval + s.Start + s.Time.Expected)
		c.FillText(sty, vg.Point{X: last + 6, Y: (low+high)/2 + barRise}, barLabel(s))
	}
}

// runs reports whether a stage runs in a frame, of which the first is 0.
func runs(s *pipeline.Step, frame int) bool { return frame%s.Every == 0 }

// last returns the last frame shown in which a stage runs.
func (g gantt) last(s *pipeline.Step) int {
	return (g.frames - 1) / s.Every * s.Every
}

// barLabel returns how long a stage takes, and in which frames it runs unless it runs in each.
func barLabel(s *pipeline.Step) string {
	text := units.Short(s.Time.Expected, units.Seconds)
	if s.Every > 1 {
		text += fmt.Sprintf(", in one frame of %d", s.Every)
	}
	return text
}
