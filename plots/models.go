package plots

import (
	"errors"
	"fmt"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// Models draws a dot for each estimate under the roofs of its device: all work over all traffic, and the rate that
// work is done at. The area of a dot is in proportion to the latency, the longest of all being the largest.
func Models(es []*roofline.Estimate) (*Figure, error) {
	if len(es) == 0 {
		return nil, errors.New("a roofline needs at least one estimate")
	}
	machines, _, _ := collect(es)
	var dots []dot
	longest := 0.0
	for _, e := range es {
		longest = max(longest, e.Latency.Best())
	}
	for i, e := range es {
		took := e.Latency.Best()
		d := dot{x: e.Total.Intensity(), y: float64(e.Total.FLOPs()) / took, class: kernel.Conv, series: i, name: e.Model,
			share: 0.06 * took / longest, kernels: 1, hollow: e.Spent.Bound() == roofline.Overhead}
		if d.label = e.Model + "  " + units.Short(took, units.Seconds); len(machines) > 1 {
			d.label = e.Model + ", " + e.Device.ID + "  " + units.Short(took, units.Seconds)
		}
		if positive(d.x) && positive(d.y) {
			dots = append(dots, d)
		}
	}
	if len(dots) == 0 {
		return nil, fmt.Errorf("%s has no work with memory traffic: there is nothing to draw on a roofline", es[0].Model)
	}
	s := frame(machines, dots)
	p := rooflinePanel(s, rateLabel(es), rateDim(machines))
	f := &Figure{panels: []panel{p}}
	c := &chart{span: s, machines: machines, dots: dots, full: fullRadius(dots), series: len(es), style: &f.Style,
		whole: true, estimates: es}
	p.Add(grid{}, c)
	f.title, _ = headline(es)
	f.subtitle = []string{"each dot is a model, its area in proportion to its latency; hollow: launches decide"}
	if way := commonSetting(es); way != "" {
		f.subtitle = append(f.subtitle, way)
	}
	f.explain = func() []entry { return c.legend(es) }
	return f, nil
}

// commonSetting says in which precision, batch and runtime all estimates are, "" where they differ.
func commonSetting(es []*roofline.Estimate) (way string) {
	for i, e := range es {
		w := fmt.Sprintf("%s, batch %d", e.Precision.Short(), max(e.Batch, 1))
		if e.Tuning != nil {
			w += ", in " + e.Tuning.Runtime.Name
		}
		if i > 0 && w != way {
			return ""
		}
		way = w
	}
	return way
}
