package plots

import (
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// Measured draws an estimate's kernels at the rates that were measured, under the device's roofs. layers are the
// measured seconds per inference of each of the estimate's layers; kernels without a measurement are left out.
func Measured(e *roofline.Estimate, layers []float64, seconds float64, runtime string) (*Figure, error) {
	at := *e
	at.Layers = nil
	for i := range e.Layers {
		l := e.Layers[i]
		if l.Times == 0 || layers[i] <= 0 {
			continue
		}
		l.Timing.Total = layers[i] / float64(l.Times)
		at.Layers = append(at.Layers, l)
	}
	f, err := Roofline([]*roofline.Estimate{&at})
	if err != nil {
		return nil, err
	}
	f.panels[0].name = "measured performance"
	f.subtitle = []string{"measured " + units.Format(seconds, units.Seconds) + " in " + runtime + "; " + latencyText(e)}
	return f, nil
}
