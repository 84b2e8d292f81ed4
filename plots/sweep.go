package plots

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// Sweep draws throughput and latency against what is varied, a line for each device. The knee is a
// ring, steps that do not fit in memory are crosses.
func Sweep(model string, axis roofline.Axis, points []roofline.SweepPoint) *Figure {
	rate := newPlot(model+": throughput", axis.String(), "samples/s")
	latency := newPlot(model+": latency of one inference", axis.String(), "time")
	for _, p := range []*plot.Plot{rate, latency} {
		p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
		p.X.Tick.Marker = steps(points)
		grid := plotter.NewGrid()
		grid.Vertical.Color, grid.Horizontal.Color = color.Gray{225}, color.Gray{225}
		p.Add(grid)
	}
	rate.Y.Tick.Marker, latency.Y.Tick.Marker = counts{}, decades{units.Seconds}
	rate.Legend.Top, rate.Legend.Left = true, true
	latency.Legend.Top, latency.Legend.Left = true, true
	for i := 0; i < len(points); {
		j := i
		for j < len(points) && points[j].Device == points[i].Device {
			j++
		}
		addLine(rate, latency, points[i:j], len(rate.Title.Text)+i)
		i = j
	}
	for _, p := range []*plot.Plot{rate, latency} {
		p.Y.Min, p.Y.Max = decade(max(p.Y.Min, 1e-12), false), decade(max(p.Y.Max, 1e-11), true)
		p.X.Min, p.X.Max = max(p.X.Min, 1)/1.1, max(p.X.Max, 2)*1.1
	}
	return &Figure{plots: []*plot.Plot{rate, latency}}
}

// addLine draws the steps of one device in both charts.
func addLine(rate, latency *plot.Plot, points []roofline.SweepPoint, seed int) {
	var r, l, out plotter.XYs
	var knee plotter.XYs
	for i := range points {
		p := &points[i]
		if p.Err != nil || p.Latency <= 0 {
			continue
		}
		at := plotter.XY{X: float64(p.Value), Y: p.Throughput()}
		r = append(r, at)
		l = append(l, plotter.XY{X: float64(p.Value), Y: p.Latency})
		if p.Knee {
			knee = append(knee, at)
		}
		if !p.FitsMemory {
			out = append(out, at)
		}
	}
	if len(r) == 0 {
		return
	}
	name := points[0].Device.ID
	c := owners[seed%len(owners)]
	dash := dashes[seed%len(dashes)]
	for _, s := range []struct {
		p *plot.Plot
		v plotter.XYs
	}{{rate, r}, {latency, l}} {
		line, err := plotter.NewLine(s.v)
		if err != nil {
			continue // values that are not finite were left out above
		}
		line.Color, line.Width, line.Dashes = c, vg.Points(2), dash
		s.p.Add(line, marks(s.v, c, draw.CircleGlyph{}, 3.5))
		s.p.Legend.Add(name, line)
	}
	if len(knee) > 0 {
		rate.Add(marks(knee, color.RGBA{0, 0, 0, 255}, draw.RingGlyph{}, 9))
		rate.Legend.Add(fmt.Sprintf("knee at %.0f", knee[0].X), thumb{draw.GlyphStyle{Color: color.Black, Shape: draw.RingGlyph{}, Radius: vg.Points(6)}})
	}
	if len(out) > 0 {
		rate.Add(marks(out, color.RGBA{200, 0, 0, 255}, draw.CrossGlyph{}, 8))
		rate.Legend.Add("out of memory", thumb{draw.GlyphStyle{Color: color.RGBA{200, 0, 0, 255}, Shape: draw.CrossGlyph{}, Radius: vg.Points(6)}})
	}
}

func marks(v plotter.XYs, c color.RGBA, shape draw.GlyphDrawer, r float64) *plotter.Scatter {
	return &plotter.Scatter{XYs: v, GlyphStyle: draw.GlyphStyle{Color: c, Shape: shape, Radius: vg.Points(r)}}
}

// steps labels the values that were swept, thinned out to twelve.
func steps(points []roofline.SweepPoint) plot.ConstantTicks {
	var out plot.ConstantTicks
	n := 0
	for i := range points {
		if points[i].Device == points[0].Device {
			n++
		}
	}
	every := max((n+11)/12, 1)
	for i := range n {
		t := plot.Tick{Value: float64(points[i].Value)}
		if i%every == 0 {
			t.Label = fmt.Sprint(points[i].Value)
		}
		out = append(out, t)
	}
	return out
}

// counts labels powers of ten of a plain number.
type counts struct{}

// Ticks implements plot.Ticker.
func (counts) Ticks(lo, hi float64) []plot.Tick {
	ticks := decades{units.Intensity}.Ticks(lo, hi)
	return ticks
}
