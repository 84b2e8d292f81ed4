package ridgepoint

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/placement"
)

// A Figure is a picture that can be saved as PNG, SVG or PDF.
type Figure = plots.Figure

// PictureFormat returns the format that a path's suffix names. Its error names the suffixes that there are.
func PictureFormat(path string) (string, error) { return plots.Format(path) }

// A PictureStyle says how a figure is set: its size, type, theme and labels. It is a member of a Figure.
type PictureStyle = plots.Style

// Themes returns the themes of a PictureStyle, the usual one first.
func Themes() []string { return plots.Themes() }

// PlotKinds returns what Plot draws: the roofline with a dot for each kernel, the roofline with a dot for each model,
// or the time by operator coloured by bound.
func PlotKinds() []string { return []string{"roofline", "models", "breakdown"} }

// Plot draws estimates: the roofline of each device with the kernels under it, or, for one estimate, the breakdown of
// its time. kind is one of PlotKinds; "" is the roofline.
func Plot(kind string, estimates ...*Estimate) (*Figure, error) {
	for i, e := range estimates {
		if e == nil || e.Device == nil {
			return nil, fmt.Errorf("found no estimate at place %d, expected one of Estimator.Estimate", i+1)
		}
	}
	if len(estimates) == 0 {
		return nil, fmt.Errorf("found no estimate, expected one at least")
	}
	switch kind {
	case "", "roofline":
		return plots.Roofline(estimates)
	case "models":
		return plots.Models(estimates)
	case "breakdown":
		if len(estimates) != 1 {
			return nil, fmt.Errorf("found %d estimates, expected one for a breakdown", len(estimates))
		}
		return plots.Breakdown(estimates[0], roofline.ByOp, 0, 0), nil
	}
	return nil, fmt.Errorf("found the kind %q of picture, expected one of %v", kind, PlotKinds())
}

// PlotSweep draws latency and throughput over the axis of a sweep.
func PlotSweep(model string, axis Axis, points []SweepPoint) *Figure {
	return plots.Sweep(model, axis, points)
}

// PlotServing draws how fast language models write and when the first token stands, against what varies: context, batch
// or quant.
func PlotServing(axis string, answers []*Serving) (*Figure, error) {
	return plots.Serving(axis, answers)
}

// PlotPlacement draws which kernels run on a device and which on its fallback unit, and when.
func PlotPlacement(e *Estimate) (*Figure, error) {
	if e == nil || e.Device == nil {
		return nil, fmt.Errorf("found no estimate, expected one of Estimator.Place")
	}
	return plots.Placement(placement.Of(e)), nil
}

// PlotPick draws accuracy over latency and over work.
func PlotPick(b Budget, choices []Choice) (*Figure, error) { return plots.Pick(b, choices) }

// PlotRequire draws the trade-off of rate and bandwidth, and where devices are.
func PlotRequire(model string, r *Requirements, devices []*Device) *Figure {
	return plots.Require(model, r, devices)
}
