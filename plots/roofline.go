package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// labelled is how many of the heaviest kernels are named.
const labelled = 5

// Roofline draws the roofs of each estimate's device and its kernels under them, both axes logarithmic.
// Kernels without FLOPs have no place on such a chart: a footnote says what share of the time they take.
// It fails if there is no estimate or no kernel with FLOPs in any.
func Roofline(ests []*roofline.Estimate) (*Figure, error) {
	if len(ests) == 0 {
		return nil, fmt.Errorf("nothing to draw: no estimate was given")
	}
	c := &chart{ests: ests}
	c.collect()
	if len(c.dots) == 0 {
		return nil, fmt.Errorf("nothing to draw: no kernel of %s computes anything", ests[0].Model)
	}
	p := newPlot(c.title(), "operational intensity (FLOP/B)", "rate (FLOP/s)")
	c.frame(p)
	p.Add(c)
	c.legend(p)
	return &Figure{plots: []*plot.Plot{p}, notes: c.hidden}, nil
}

// chart is a roofline chart: roofs and dots in data coordinates.
type chart struct {
	ests   []*roofline.Estimate
	roofs  []roof
	dots   []dot
	hidden []string // footnotes about kernels that are not shown
}

// A roof is one ceiling of one device: a peak, or a bandwidth.
type roof struct {
	owner int // estimate whose device it belongs to
	label string
	rate  float64 // FLOP/s of a peak, B/s of a bandwidth
	slope bool    // a bandwidth
	inner bool    // a cache: dashed
	main  bool    // the peak of the matrix work or the main memory: they meet in the ridge point
}

// A dot is one kernel.
type dot struct {
	owner int
	layer *roofline.Layer
	x, y  float64 // FLOP/B, FLOP/s
	share float64 // of the estimate's time
}

func (c *chart) collect() {
	seen := map[string]bool{}
	for i, e := range c.ests {
		if !seen[e.Device.ID+e.Precision.String()] {
			seen[e.Device.ID+e.Precision.String()] = true
			c.addRoofs(i, e)
		}
		total, n, hidden := e.Latency.SpeedOfLight, 0, 0.0
		for k := range e.Layers {
			l := &e.Layers[k]
			t := l.Total * float64(l.Times)
			x := l.Cost.Intensity()
			if l.Cost.FLOPs() == 0 || x == 0 || l.Total <= 0 {
				n, hidden = n+1, hidden+t
				continue
			}
			c.dots = append(c.dots, dot{i, l, x, float64(l.Cost.FLOPs()) / l.Total, t / total})
		}
		if n > 0 {
			c.hidden = append(c.hidden, fmt.Sprintf("%s: %d kernels without FLOPs are not shown (%.1f %% of the time)", e.Model, n, 100*hidden/total))
		}
	}
	slices.SortStableFunc(c.dots, func(a, b dot) int { // large dots first, so that small ones stay visible
		switch {
		case a.share > b.share:
			return -1
		case a.share < b.share:
			return 1
		}
		return 0
	})
}

// addRoofs adds the peaks of the types that the estimate computes in, and every bandwidth that is known.
func (c *chart) addRoofs(i int, e *roofline.Estimate) {
	name := ""
	if len(c.ests) > 1 {
		name = e.Device.ID + " "
	}
	have := map[*hwprofiles.Peak]bool{}
	peak := func(engine cost.Engine, t dtype.Type, main bool) {
		p, ok := e.Device.Peak(engine, t)
		if !ok || have[p] {
			return
		}
		have[p] = true
		label := fmt.Sprintf("%s%s %s %s", name, p.Engine, p.Type.Short(), units.Format(p.Rate.Value, units.FLOPRate))
		c.roofs = append(c.roofs, roof{owner: i, label: label, rate: p.Rate.Value, main: main})
	}
	peak(cost.Matrix, e.Precision, true)
	for k := range e.Layers {
		if l := &e.Layers[k]; l.Cost.MACs > 0 {
			peak(cost.Matrix, l.Type, false)
		}
	}
	peak(cost.Vector, e.Precision, false)
	for l, m := range e.Device.Memory {
		if m.Bandwidth.Value > 0 {
			label := fmt.Sprintf("%s%s %s", name, m.Name, units.Format(m.Bandwidth.Value, units.ByteRate))
			c.roofs = append(c.roofs, roof{owner: i, label: label, rate: m.Bandwidth.Value, slope: true, inner: l > 0, main: l == 0})
		}
	}
}

func (c *chart) title() string {
	var models, devices []string
	for _, e := range c.ests {
		if !slices.Contains(models, e.Model) {
			models = append(models, e.Model)
		}
		if !slices.Contains(devices, e.Device.Name) {
			devices = append(devices, e.Device.Name)
		}
	}
	e := c.ests[0]
	head := fmt.Sprintf("%s on %s, %s, batch %d", strings.Join(models, ", "), strings.Join(devices, ", "), e.Precision.Short(), max(e.Batch, 1))
	if len(c.ests) > 1 {
		return head
	}
	return fmt.Sprintf("%s\nspeed of light %s; %.0f %% of the time compute-bound, %.0f %% memory-bound", head,
		units.Format(e.Latency.SpeedOfLight, units.Seconds), 100*e.BoundShare[roofline.Compute], 100*e.BoundShare[roofline.Memory])
}

// frame chooses axis ranges of whole or half decades around dots and ridge points.
func (c *chart) frame(p *plot.Plot) {
	x0, x1, y0, y1 := math.Inf(1), 0.0, math.Inf(1), 0.0
	for _, d := range c.dots {
		if d.share >= 1e-4 { // dust does not stretch the chart
			x0, x1, y0, y1 = min(x0, d.x), max(x1, d.x), min(y0, d.y), max(y1, d.y)
		}
	}
	for _, r := range c.roofs {
		if !r.slope {
			y1 = max(y1, r.rate)
		}
	}
	for _, r := range c.ridges() {
		x1 = max(x1, 2*r.x)
	}
	p.X.Min, p.X.Max = decade(x0/1.5, false), decade(x1*1.5, true)
	p.Y.Min, p.Y.Max = decade(y0/2, false), 2.5*y1
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker = decades{units.Intensity}
	p.Y.Tick.Marker = decades{units.FLOPRate}
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = color.Gray{225}, color.Gray{225}
	p.Add(grid)
}

// decade rounds to a whole or half power of ten, up or down.
func decade(v float64, up bool) float64 {
	l := 2 * math.Log10(v)
	if up {
		return math.Pow(10, math.Ceil(l)/2)
	}
	return math.Pow(10, math.Floor(l)/2)
}

// decades puts a labelled tick at every power of ten and small ones between.
type decades struct{ dim units.Dim }

// Ticks implements plot.Ticker.
func (d decades) Ticks(lo, hi float64) []plot.Tick {
	var out []plot.Tick
	for e := math.Floor(math.Log10(lo)); e <= math.Ceil(math.Log10(hi)); e++ {
		base := math.Pow(10, e)
		for m := 1.0; m < 10; m++ {
			v := m * base
			if v < lo*0.999 || v > hi*1.001 {
				continue
			}
			t := plot.Tick{Value: v}
			if m == 1 {
				if t.Label = units.Format(v, d.dim); d.dim == units.Intensity {
					t.Label = strings.TrimSuffix(t.Label, " "+d.dim.Unit())
				}
			}
			out = append(out, t)
		}
	}
	return out
}

// A ridge is where a device's main memory meets its matrix peak.
type ridge struct {
	owner int
	x, y  float64
}

func (c *chart) ridges() []ridge {
	var out []ridge
	for _, p := range c.roofs {
		for _, m := range c.roofs {
			if p.owner == m.owner && p.main && m.main && !p.slope && m.slope {
				out = append(out, ridge{p.owner, p.rate / m.rate, p.rate})
			}
		}
	}
	return out
}

// style is how a class of kernels looks: colours of Okabe and Ito, which colour-blind readers tell apart, and
// shapes, which grey print keeps.
type style struct {
	colour color.RGBA
	shape  draw.GlyphDrawer
}

var styles = [kernel.NumClasses]style{
	kernel.Conv:      {color.RGBA{0, 114, 178, 255}, draw.CircleGlyph{}},
	kernel.GroupConv: {color.RGBA{86, 180, 233, 255}, draw.CircleGlyph{}},
	kernel.Depthwise: {color.RGBA{230, 159, 0, 255}, draw.PyramidGlyph{}},
	kernel.GEMM:      {color.RGBA{213, 94, 0, 255}, draw.BoxGlyph{}},
	kernel.Attention: {color.RGBA{204, 121, 167, 255}, draw.BoxGlyph{}},
	kernel.Recurrent: {color.RGBA{120, 60, 20, 255}, draw.BoxGlyph{}},
	kernel.Pointwise: {color.RGBA{0, 158, 115, 255}, draw.CrossGlyph{}},
	kernel.Norm:      {color.RGBA{60, 60, 60, 255}, draw.TriangleGlyph{}},
	kernel.Reduce:    {color.RGBA{150, 140, 20, 255}, draw.SquareGlyph{}},
	kernel.Move:      {color.RGBA{150, 150, 150, 255}, draw.PlusGlyph{}},
	kernel.Other:     {color.RGBA{100, 100, 160, 255}, draw.RingGlyph{}},
	kernel.Unknown:   {color.RGBA{220, 20, 60, 255}, draw.CrossGlyph{}},
}

// owners are the colours of estimates when several are drawn, dashes those of their roofs.
var (
	owners = []color.RGBA{{0, 114, 178, 255}, {213, 94, 0, 255}, {0, 158, 115, 255}, {204, 121, 167, 255}, {230, 159, 0, 255}, {60, 60, 60, 255}}
	dashes = [][]vg.Length{nil, {vg.Points(9), vg.Points(4)}, {vg.Points(2), vg.Points(3)}, {vg.Points(12), vg.Points(3), vg.Points(2), vg.Points(3)}}
)

// glyph is how a dot is drawn: its area is its share of the time.
func (c *chart) glyph(d *dot) draw.GlyphStyle {
	s := styles[d.layer.Class]
	if len(c.ests) > 1 {
		s.colour = owners[d.owner%len(owners)]
	}
	r := 34 * math.Sqrt(d.share)
	return draw.GlyphStyle{Color: s.colour, Shape: s.shape, Radius: vg.Points(min(max(r, 2.2), 20))}
}

// legend explains classes, and estimates when there are several.
func (c *chart) legend(p *plot.Plot) {
	p.Legend.Top, p.Legend.Left = false, false
	p.Legend.XOffs, p.Legend.YOffs = vg.Points(-10), vg.Points(10)
	if len(c.ests) > 1 {
		for i, e := range c.ests {
			p.Legend.Add(fmt.Sprintf("%s on %s: %s", e.Model, e.Device.ID, units.Format(e.Latency.SpeedOfLight, units.Seconds)),
				thumb{draw.GlyphStyle{Color: owners[i%len(owners)], Shape: draw.CircleGlyph{}, Radius: vg.Points(5)}})
		}
	}
	share := map[kernel.Class]float64{}
	for _, d := range c.dots {
		share[d.layer.Class] += d.share / float64(len(c.ests))
	}
	for class := range kernel.NumClasses {
		if share[class] == 0 {
			continue
		}
		s := styles[class]
		if len(c.ests) > 1 {
			s.colour = color.RGBA{90, 90, 90, 255}
		}
		p.Legend.Add(fmt.Sprintf("%s, %.1f %%", class, 100*share[class]), thumb{draw.GlyphStyle{Color: s.colour, Shape: s.shape, Radius: vg.Points(5)}})
	}
}

// thumb is a glyph in the legend.
type thumb struct{ draw.GlyphStyle }

// Thumbnail implements plot.Thumbnailer.
func (t thumb) Thumbnail(c *draw.Canvas) {
	c.DrawGlyph(t.GlyphStyle, vg.Point{X: c.Center().X, Y: c.Center().Y})
}
