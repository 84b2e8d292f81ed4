package roofline

import (
	"fmt"
	"math"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A Figure is one figure that an estimate rests on.
type Figure struct {
	Name   string  // the path in the device's profile, or the key of a parameter
	Doc    string  // what it is
	Value  float64 // in base units
	Unit   string  // FLOP/s, OP/s, B/s, s, or what the parameter counts; "" for a ratio
	Source string  // where it is from
}

// Parts returns what a layer's executions take together, part by part, in seconds: each as long as it would take alone.
// The layer takes ((compute)^4 + (vector)^4 + (memory)^4)^(1/4) + launch + repack + steps + wait. All is 0 at the
// speed of light.
func (e *Estimate) Parts(l *Layer) timing.Parts {
	if e.Tuning == nil {
		return timing.Parts{}
	}
	p := timing.PartsAt(&e.Tuning.Values, &l.term)
	by := e.Tuning.Values[params.Scale] * float64(l.Times)
	return timing.Parts{Compute: by * p.Compute, Vector: by * p.Vector, Memory: by * p.Memory, Launch: by * p.Launch,
		Repack: by * p.Repack, Steps: by * p.Steps, Wait: by * p.Wait}
}

// Figures returns the figures that an estimate used, with their sources: of the device first, then of the timing model.
// Without a device there are none.
func (e *Estimate) Figures() []Figure {
	d := e.Device
	if d == nil {
		return nil
	}
	band := &d.DRAM().Bandwidth
	out := []Figure{{band.Path, "bandwidth of the main memory", band.Value, "B/s", band.Source.String()}}
	seen := map[*hwprofiles.Peak]bool{}
	for i := range e.Layers {
		for eng := range e.Layers[i].Cost.Work {
			w := &e.Layers[i].Cost.Work[eng]
			p, ok := d.Peak(cost.Engine(eng), w.Type)
			if !ok || w.Ops == 0 || seen[p] {
				continue
			}
			seen[p] = true
			unit := "FLOP/s"
			if p.Type.IsInteger() || p.Engine == cost.Special {
				unit = "OP/s"
			}
			out = append(out, Figure{p.Rate.Path, fmt.Sprintf("dense %s peak", p.Engine), p.Rate.Value, unit,
				p.Rate.Source.String()})
			if _, s := d.Throttle(w.Type); s != nil && cost.Engine(eng) == cost.Matrix && e.Tuning != nil {
				out = append(out, Figure{s.Rate.Path, "matrix work in the long run", s.Rate.Value, unit, s.Rate.Source.String()})
			}
		}
	}
	if e.Tuning == nil {
		return out
	}
	source := e.Tuning.Origin()
	for p, used := range e.usedParams() {
		if v := e.Tuning.Values[p]; used && v != 0 && !math.IsInf(v, 1) {
			s := &params.Specs[p]
			out = append(out, Figure{s.Key, s.Doc, v, s.Unit, source})
		}
	}
	if c := e.Tuning.Correction; c != nil {
		from := fmt.Sprintf("%s on %s", c.Model, sources(c.Where))
		if len(c.Alike) > 0 {
			from = fmt.Sprintf("networks made alike: %s", sources(c.Alike))
		}
		out = append(out, Figure{"correction",
			"factor by measurements of the network or its like, already in scale, dispatch and fixed",
			c.Factor, "", from})
	}
	return out
}

// usedParams returns which parameters the time of the estimate depends on.
func (e *Estimate) usedParams() [params.NumParams]bool {
	terms := make([]timing.Term, len(e.Layers))
	for i := range e.Layers {
		terms[i] = e.Layers[i].term
	}
	used := timing.Used(&e.Tuning.Values, terms)
	used[params.Scale] = e.Tuning.Values[params.Scale] != 1
	return used
}

// Origin says where a tuning's parameters come from.
func (t *Tuning) Origin() string {
	switch {
	case t.Tier == TierSlice || t.Foreign || t.Stored != dtype.Undefined:
		return fmt.Sprintf("fitted to %d measurements of %s (%s)", t.Evidence.Samples, t.Slice,
			strings.Join(t.Evidence.Sources, "; "))
	case t.Tier == TierClass && len(t.Evidence.Related) > 0:
		return fmt.Sprintf("fitted to %s with %s and its kin", sources(t.Evidence.Related), t.Runtime.ID)
	}
	return "prior of " + t.Runtime.ID + " for the class"
}
