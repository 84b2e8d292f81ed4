package plots

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// labelled says how many of the heaviest kernels have their name in the chart.
const labelled = 5

// Roofline draws estimates on logarithmic axes: the roofs of each device, and
// each kernel as a dot of an area in proportion to its share of the time. One
// estimate has its kernels coloured by class; several have a colour each.
func Roofline(es []*roofline.Estimate) (*Figure, error) {
	if len(es) == 0 {
		return nil, errors.New("a roofline needs at least one estimate")
	}
	machines, dots, left := collect(es)
	if len(dots) == 0 {
		return nil, fmt.Errorf("%s has no kernel with both FLOPs and memory traffic: there is nothing to draw on a roofline",
			es[0].Model)
	}
	s := frame(machines, dots)
	if n := len(machines); n > overlaid && n <= mostPanels {
		return multiples(es, machines, s), nil
	}
	p := rooflinePanel(s, rateLabel(es), rateDim(machines))
	f := &Figure{panels: []panel{p}}
	chart := &chart{span: s, machines: machines, dots: dots, full: fullRadius(dots), series: len(es), style: &f.Style,
		estimates: es}
	if len(es) == 1 && left[0].share >= leastStrip {
		chart.unplaced, left[0] = left[0], hidden{}
	}
	f.notes = footnotes(es, left, dots, s)
	p.Add(grid{}, chart)
	f.explain = func() []entry { return chart.legend(es) }
	f.title, f.subtitle = headline(es)
	return f, nil
}

// rooflinePanel returns an empty panel with logarithmic axes.
func rooflinePanel(s span, name string, rate units.Dim) panel {
	p := newPanel("operational intensity (FLOP/B)", name)
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = decades{plainNumber}, decades{in(rate)}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = s.x0, s.x1, s.y0, s.y1
	return p
}

// rateDim returns OP/s where every roof is one of integer work, else FLOP/s.
func rateDim(machines []*machine) units.Dim {
	for _, m := range machines {
		for i := range m.roofs {
			if m.roofs[i].dim != units.OpRate {
				return units.FLOPRate
			}
		}
	}
	return units.OpRate
}

// rateLabel says what the heights are: a bound, or what is expected.
func rateLabel(es []*roofline.Estimate) string {
	for _, e := range es {
		if e.Latency.Expected == nil {
			return "performance at the speed of light"
		}
	}
	return "expected performance"
}

// headline returns the title of a chart and the lines below it.
func headline(es []*roofline.Estimate) (title string, subtitle []string) {
	if len(es) == 1 {
		e := es[0]
		return fmt.Sprintf("%s on %s, %s, batch %d", e.Model, e.Device.Name, e.Precision.Short(), max(e.Batch, 1)),
			[]string{latencyText(e) + ": " + sharesText(e) + "; hollow: overhead decides, not a roof"}
	}
	var models, devices []string
	for _, e := range es {
		models, devices = once(models, e.Model), once(devices, e.Device.Name)
	}
	subtitle = []string{"each dot is a kernel, or several alike; its area is their share of the time of their estimate; " +
		"hollow: overhead decides, not a roof"}
	if way := commonSetting(es); way != "" {
		subtitle = append(subtitle, way)
	}
	return counted(models, "models") + " on " + counted(devices, "devices"), subtitle
}

// counted lists names, or says how many they are where that would be long.
func counted(names []string, what string) string {
	if len(names) > 5 {
		return fmt.Sprintf("%d %s", len(names), what)
	}
	return strings.Join(names, ", ")
}

// once appends s to list unless it is there.
func once(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// latencyText returns the expected latency with its interval and basis, or the lower bound where
// nothing else is known.
func latencyText(e *roofline.Estimate) string {
	if e.Latency.Expected != nil {
		return fmt.Sprintf("%s in %s, 90 %% between %s and %s, %s", units.Short(*e.Latency.Expected, units.Seconds),
			e.Tuning.Runtime.Name, units.Short(*e.Latency.Low, units.Seconds), units.Short(*e.Latency.High, units.Seconds),
			basisOf(e.Tuning))
	}
	return "speed of light " + units.Short(e.Latency.SpeedOfLight, units.Seconds)
}

// basisOf says in a word what a latency rests on.
func basisOf(t *roofline.Tuning) string {
	switch {
	case t.Correction != nil && t.Correction.Here > 0:
		return "measured here"
	case t.Tier == roofline.TierSlice:
		return "calibrated"
	case t.Tier == roofline.TierClass:
		return "from related devices"
	}
	return "from a prior"
}

// sharesText returns which shares of the time each bound decides, those below 0.05 % left out.
func sharesText(e *roofline.Estimate) string {
	var parts []string
	for b := range roofline.NumBounds {
		if s := e.Spent.Share(b); s >= 0.0005 {
			parts = append(parts, fmt.Sprintf("%s %s-bound", percent(s), b))
		}
	}
	return strings.Join(parts, ", ")
}

// Radii of dots, in points: the largest that a dot may have, the smallest, and
// the largest that a dot of the whole time may have.
const (
	maxRadius  = 17
	minRadius  = 2.2
	maxFull    = 62
	hugeRadius = 26
)

// fullRadius returns the radius of a dot of the whole time, such that the heaviest dot is large but does not hide the
// chart.
func fullRadius(dots []dot) vg.Length {
	return vg.Length(min(maxFull, max(hugeRadius, maxRadius/math.Sqrt(dots[0].share))))
}

// radius makes the area of a dot proportional to its share of the time.
func (c *chart) radius(share float64) vg.Length {
	return max(minRadius, c.shrink()*min(hugeRadius, c.full*vg.Length(math.Sqrt(share))))
}

// shrink returns how much smaller than usual dots are where there is less room.
func (c *chart) shrink() vg.Length {
	switch {
	case c.style.compact():
		return 0.55
	case c.multiple:
		return 0.65
	}
	return 1
}

// fill returns a dot's colour: that of its series where there are several, else that of its
// kernel's class.
func (c *chart) fill(d *dot) color.NRGBA {
	if c.series > 1 {
		return series[d.series%len(series)]
	}
	return looks[d.class].color
}

// legend explains colours, shapes, sizes and lines.
func (c *chart) legend(es []*roofline.Estimate) []entry {
	var out []entry
	if c.series > 1 {
		out = append(out, entry{text: "Estimates", head: true})
		for i, e := range es {
			thumb := glyphThumb(looks[kernel.Conv].glyph, 6, series[i%len(series)])
			took := units.Short(e.Latency.Best(), units.Seconds)
			if commonSetting(es) != "" && len(c.machines) == 1 { // the subtitle has the rest
				out = append(out, entry{text: e.Model + "  " + took, thumb: thumb, key: true})
				continue
			}
			out = append(out, entry{text: seriesName(e), thumb: thumb, key: true}, entry{text: fmt.Sprintf("%s, batch %d: %s",
				e.Precision.Short(), max(e.Batch, 1), took), indent: true, key: true})
		}
	}
	if c.whole {
		return append(out, entry{text: "ridge point", thumb: ringThumb})
	}
	head := "Kernels, share of the time"
	if c.series > 1 {
		head = "Kernels"
	}
	out = append(out, entry{text: head, head: true})
	share := c.classShares()
	for k := range kernel.NumClasses {
		if share[k] == 0 {
			continue
		}
		fill, label := looks[k].color, fmt.Sprintf("%s, %s", k, percent(share[k]))
		if c.series > 1 {
			fill, label = paper, k.String()
		}
		out = append(out, entry{text: label, thumb: glyphThumb(looks[k].glyph, 5.5, fill)})
	}
	out = append(out, entry{text: "Area of a dot", head: true})
	for _, s := range []float64{0.01, 0.05} {
		out = append(out, entry{text: fmt.Sprintf("%.0f %% of the time", 100*s), height: 2*c.radius(s) + 4,
			thumb: glyphThumb(looks[kernel.Conv].glyph, c.radius(s), paper)})
	}
	out = append(out, entry{text: "Roofs", head: true})
	if c.series > 1 {
		for i, m := range c.machines {
			out = append(out, entry{text: m.device.ID, thumb: lineThumb(roofStyle(i))})
		}
	} else {
		out = append(out, entry{text: "main memory and peak rate", thumb: lineThumb(roofStyle(0))})
		if len(c.machines[0].levels()) > 1 {
			out = append(out, entry{text: "cache", thumb: lineThumb(cacheStyle)})
		}
	}
	return append(out, entry{text: "ridge point", thumb: ringThumb})
}

// classShares returns the share of the time that each class of kernels takes.
func (c *chart) classShares() (share [kernel.NumClasses]float64) {
	for i := range c.dots {
		share[c.dots[i].class] += c.dots[i].share
	}
	return share
}
