package explore

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Variant is an estimate of the same model on a changed device.
type Variant struct {
	Changes  []string           // PATH=VALUE, as hwprofiles.Device.With takes them
	Estimate *roofline.Estimate // with the changes
}

// Variants estimates a model with each change of its device alone and, if there are several, with all. Without
// changes it doubles the figures that base used, one at a time.
func Variants(base *roofline.Estimate, changes []string, opt roofline.Options) ([]Variant, error) {
	var out []Variant
	for _, set := range changeSets(base, changes) {
		d, err := base.Device.With(set...)
		if err != nil {
			return nil, err
		}
		e, err := roofline.Run(base.Inferred, d, opt)
		if err != nil {
			return nil, err
		}
		out = append(out, Variant{Changes: set, Estimate: e})
	}
	return out, nil
}

// changeSets returns each change alone, then all together; without changes each figure that the
// estimate used.
func changeSets(base *roofline.Estimate, changes []string) [][]string {
	var sets [][]string
	for i := range changes {
		sets = append(sets, changes[i:i+1])
	}
	switch len(changes) {
	case 0:
		for _, path := range usedFigures(base) {
			sets = append(sets, []string{path + "=x2"})
		}
	case 1:
	default:
		sets = append(sets, changes)
	}
	return sets
}

// usedFigures returns the paths of the figures that an estimate used: the bandwidth, peaks, and the clock, on which all
// peaks depend.
func usedFigures(e *roofline.Estimate) []string {
	d := e.Device
	out := []string{d.DRAM().Bandwidth.Path}
	used := map[*hwprofiles.Peak]bool{}
	for eng := range e.Total.Work {
		for i := range e.Layers {
			w := &e.Layers[i].Cost.Work[eng]
			if p, ok := d.Peak(cost.Engine(eng), w.Type); ok && w.Ops > 0 && !used[p] {
				used[p] = true
				out = append(out, p.Rate.Path)
			}
		}
	}
	if d.Clock != nil {
		out = append(out, d.Clock.Path)
	}
	return out
}
