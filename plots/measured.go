package plots

import (
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// Measured draws an estimate's kernels at the rates that were measured, under the device's roofs. layers are the
// measured seconds per inference of each of the estimate's layers; kernels without a measurement are left out.
func Measured(e *roofline.Estimate, layers []float64, seconds float64, runtime string) (*Figure, error) {
	f, err := Roofline([]*roofline.Estimate{e.Retimed(layers)})
	if err != nil {
		return nil, err
	}
	f.panels[0].name = "measured performance"
	f.subtitle = []string{"measured " + units.Format(seconds, units.Seconds) + " in " + runtime + "; " + latencyText(e)}
	return f, nil
}
