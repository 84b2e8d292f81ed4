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
func commonSetting(es []*roofline.Estimate) string {
	return common(es, func(e *roofline.Estimate) string {
		return fmt.Sprintf("%s, batch %d", e.Precision.Short(), max(e.Batch, 1)) + inRuntime(e.Tuning)
	})
}

// common returns what is said of every one of a list, "" where that differs.
func common[T any](all []T, say func(T) string) (said string) {
	for i, x := range all {
		s := say(x)
		if i > 0 && s != said {
			return ""
		}
		said = s
	}
	return said
}

// inRuntime says in which runtime something is tuned, "" where it is not.
func inRuntime(t *roofline.Tuning) string {
	if t == nil {
		return ""
	}
	return ", in " + t.Runtime.Name
}
