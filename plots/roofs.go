package plots

import "github.com/ridgepoint/ridgepoint/roofline"

// A Roof is the peak rate of one engine, under which kernels of an estimate run.
type Roof struct {
	Name string  // its types and engine
	Rate float64 // FLOP/s or OP/s
	Unit string
}

// Roofs returns what the roofline of an estimate is drawn of: peak rates, the highest first, and the bandwidths of
// memory levels, the main memory first.
func Roofs(e *roofline.Estimate) ([]Roof, []Slope) {
	machines, _, _ := collect([]*roofline.Estimate{e})
	var roofs []Roof
	var slopes []Slope
	for _, r := range machines[0].roofs {
		roofs = append(roofs, Roof{r.name, r.rate, r.dim.Unit()})
	}
	for _, l := range machines[0].levels() {
		slopes = append(slopes, Slope{l.Name, l.Bandwidth.Value})
	}
	return roofs, slopes
}
