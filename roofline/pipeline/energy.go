package pipeline

import (
	"math"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
)

// An Energy is what a frame costs while the pipeline runs at its rate.
type Energy struct {
	Joules energy.Range       // of one frame of one camera
	Watts  float64            // on average
	Basis  energy.Basis       // what the power rests on
	Covers string             // what the power is of
	Host   bool               // the power of a host of its own is counted
	Source *provenance.Source // of the power
}

// hostShares lists the shares of work on a host: it waits for memory.
var hostShares = energy.Shares{roofline.Memory: 1}

// energy returns the joules of a frame: the idle power all the time, and what work adds to it while it lasts. Models
// draw by what bounds them, other stages as one core of the host that waits for memory.
func (r *Result) energy() *Energy {
	d := r.Setup.Device
	idle := energy.PowerOf(d, hostShares)
	if idle == nil {
		return nil
	}
	frame := 1 / r.FPS.Expected
	out := &Energy{Basis: idle.Basis, Covers: idle.Covers, Source: idle.Source}
	j := idle.Idle * frame
	longest := 0.0
	for i := range r.Steps {
		s := &r.Steps[i]
		switch {
		case s.On == CameraSensor || s.On == Codec || s.On == Link:
		case len(s.Estimates) > 0:
			p := power(d, s.Estimates)
			j += max(0, p.Watts-p.Idle) * s.Load.Expected
			if s.Load.Expected > longest {
				longest, out.Basis, out.Source = s.Load.Expected, p.Basis, p.Source
			}
		default:
			j += oneCore(r.Setup.host(), d) * s.Load.Expected
		}
	}
	if h := r.Setup.Host; h != nil && out.Covers == "device" { // a module, board or computer has its host in it
		if p := energy.PowerOf(h, hostShares); p != nil {
			j, out.Host = j+p.Idle*frame, true
		}
	}
	j /= float64(r.File.Cameras)
	f := math.Log(out.Basis.Spread())
	g := math.Log(r.FPS.High / r.FPS.Low)
	w := math.Exp(math.Hypot(f, g/2))
	out.Joules = energy.Range{Expected: j, Low: j / w, High: j * w}
	out.Watts = j * r.FPS.Expected * float64(r.File.Cameras)
	return out
}

// power returns what a device draws for models one after the other.
func power(d *hwprofiles.Device, all []*roofline.Estimate) *energy.Power {
	var spent roofline.Spent
	for _, e := range all {
		spent.Add(&e.Spent)
	}
	return energy.PowerOf(d, energy.SharesOf(&spent))
}

// oneCore returns the watts that one busy core adds: of what the host draws, or where that is not known, as on a module
// that both share, of what the device draws.
func oneCore(h, d *hwprofiles.Device) float64 {
	p := energy.PowerOf(h, hostShares)
	if p == nil {
		p = energy.PowerOf(d, hostShares)
	}
	return (p.Watts - p.Idle) / float64(max(h.Units, 1))
}
