package joint

import (
	"cmp"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// The kinds of precision, by the bits of an operand of matrix work.
const (
	Kind32 = iota
	Kind16
	Kind8
	NumKinds
)

// A Setting is where and how a network runs, as far as the model tells settings apart.
type Setting struct {
	Device string // id of the silicon, without a power mode; of a variant of another device, that one's
	// MeasuredAs is the id that measurements are kept under: Device, with a mode other than the default, or the variant.
	MeasuredAs    string
	Arch          string // micro-architecture, which siblings share
	Class         hwprofiles.Class
	GeForce       bool // of NVIDIA's line for desktops and laptops
	Runtime       string
	RuntimeFamily string                 // of the runtimes that it shares effects with
	Source        string                 // who measured; empty in a forecast
	Kind          int                    // of the precision that work runs in
	Threads       int                    // as the slice has them; 0: all
	Rates         [NumKinds]float64      // operations/s of matrix work by kind; 0 where the device cannot do it
	Slow          [NumKinds]float64      // how many times its sustained rate the peak of a kind is; 0 counts as 1
	Efficiency    [NumKinds]float64      // of a kind, in times that of the prior; 0 counts as 1
	Prior         params.Values          // of the runtime on the class
	Held          [params.NumParams]bool // parameters that mean nothing to the runtime on the class
}

// variant reports whether the setting is of a variant of a device, which a user describes.
func (s *Setting) variant() bool {
	return s.MeasuredAs != s.Device && !strings.HasPrefix(s.MeasuredAs, s.Device+"@")
}

// SettingOf returns the setting of a slice, without a source for a forecast.
func SettingOf(d *hwprofiles.Device, r *runtimes.Runtime, precision dtype.Type, threads int, source string) Setting {
	precision = r.RunsAs(d, precision)
	p := r.PriorOn(d, precision)
	of := cmp.Or(d.Like, d)
	s := Setting{
		Device: of.Silicon, MeasuredAs: d.MeasuredAs(), Arch: architecture(d.Arch), Class: d.Class,
		Runtime: r.ID, RuntimeFamily: familyOf(d, r), Source: source,
		Kind: kindOf(precision), Threads: threads, Prior: p.Values,
	}
	for _, h := range p.Held {
		s.Held[h] = true
	}
	s.GeForce = strings.HasPrefix(of.Name, "GeForce ")
	for k, t := range [NumKinds]dtype.Type{dtype.Float32, dtype.Float16, dtype.Int8} {
		peak, ok := r.Peak(d, cost.Matrix, t)
		switch {
		case k == Kind32 && r.TF32:
			if tf32, has := d.Peak(cost.Matrix, dtype.TF32); has {
				peak, ok, t = tf32, true, dtype.TF32
			}
		case k == s.Kind && k != Kind32:
			t = precision
			peak, ok = r.Peak(d, cost.Matrix, t)
		}
		if ok {
			slow, _ := d.Throttle(t)
			s.Rates[k], s.Slow[k], s.Efficiency[k] = peak.Rate.Value/slow, slow, r.EfficiencyOn(d, t)
		}
	}
	if r.ID == "tensorrt" {
		s.engine(d)
	}
	s.slow(d)
	return s
}

// familyOf returns the name of the runtimes that share effects: those that run the same kernels, on cores other ones
// than on GPUs. A runtime with several frames in flight runs those that it runs with one.
func familyOf(d *hwprofiles.Device, r *runtimes.Runtime) string {
	id, _ := runtimes.OfFrames(r.ID)
	name := cmp.Or(r.Family, id)
	if r.Family != "" && d.Class.Cores() {
		name += "-cpu"
	}
	return name
}

// engine sets the prior of TensorRT. One efficiency cannot hold for a kernel that fills the GPU and for one of batch 1
// that does not, so half_tile is free (docs/experiments.md).
func (s *Setting) engine(d *hwprofiles.Device) {
	s.Held[params.HalfTile] = false
	s.Prior[params.HalfTile] = 2000
	s.Prior[params.EffMatrix] = 0.85
	s.Prior[params.Product] = 1
	if d.Class == hwprofiles.GPU && d.Clock != nil {
		s.Prior[params.Launch] = capturedLaunch * capturedClock / d.Clock.Value
	}
}

// slow makes what is a time last longer in a power mode with a slower clock. A GPU's host has a clock of its own.
func (s *Setting) slow(d *hwprofiles.Device) {
	if d.Slowed <= 0 {
		return
	}
	slower := []params.Param{params.Launch, params.Step}
	if d.Class.Cores() {
		slower = append(slower, params.Dispatch, params.Fixed)
	}
	for _, p := range slower {
		s.Prior[p] /= d.Slowed
	}
}

// An A100 at capturedClock starts a kernel of a captured graph in capturedLaunch. Another GPU is taken to need as many
// cycles.
const (
	capturedLaunch = 4.2e-6 // s
	capturedClock  = 1.41e9 // Hz
)

// kindOf returns the kind of matrix work of a type by its width in bits.
func kindOf(t dtype.Type) int {
	switch bits := t.Bits(); {
	case bits > 16:
		return Kind32
	case bits > 8:
		return Kind16
	}
	return Kind8
}
