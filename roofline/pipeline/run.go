package pipeline

import (
	"math"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
)

// A Setup is what a pipeline runs on.
type Setup struct {
	Device *hwprofiles.Device // that models run on
	Host   *hwprofiles.Device // of the stages outside the device; nil: the device itself
	// Assumed says that nobody named the host.
	Assumed bool
	// Infer estimates a model on the device; its errors belong to the name of the model.
	Infer func(model string) (*roofline.Estimate, error)
}

// host returns the computer beside the accelerator, the device itself where there is none.
func (s *Setup) host() *hwprofiles.Device {
	if s.Host == nil {
		return s.Device
	}
	return s.Host
}

// A Step is a stage of a pipeline with its time.
type Step struct {
	*Stage
	On        Resource             // what it occupies
	Time      energy.Range         // of a frame on which it runs, in seconds
	Load      energy.Range         // of each frame on average, of all cameras: what it occupies On for
	Start     float64              // from the moment that the frame begins, in seconds
	Basis     Basis                // what its time rests on
	Why       string               // the basis in words
	Estimates []*roofline.Estimate // of its models, in their order
}

// A Result is a pipeline with its times.
type Result struct {
	File    *File                      // that was run
	Setup   *Setup                     // that it ran on
	Steps   []Step                     // in order
	Latency energy.Range               // of a frame on which every stage runs, in seconds
	FPS     energy.Range               // frames a second of each camera
	Busy    [NumResources]energy.Range // seconds of a frame
	Limit   Resource                   // that frames wait for
	Slowest *Step                      // the stage that takes most of the limit
	Energy  *Energy                    // nil where the power of the device is not known
}

// A run is a pipeline while its stages are timed in order.
type run struct {
	file      *File                           // the pipeline
	setup     *Setup                          // that it runs on
	estimates map[*Stage][]*roofline.Estimate // of models
	pixels    float64                         // of a frame as it is now
	element   float64                         // bytes of an element of the tensor
	tensor    float64                         // bytes of the tensor, 0 before there is one
	output    float64                         // bytes of the last model's outputs
}

// Run times a pipeline. Models that cannot be estimated are errors of the file, which Finish returns.
func (f *File) Run(setup *Setup) (*Result, error) {
	r := &run{file: f, setup: setup, pixels: f.Camera.Pixels(), element: 4,
		estimates: map[*Stage][]*roofline.Estimate{}}
	r.infer()
	if err := f.Finish(); err != nil {
		return nil, err
	}
	out := &Result{File: f, Setup: setup}
	for i := range f.Stages {
		s := &f.Stages[i]
		c := r.cost(s)
		if setup.Host == nil && c.on == Host {
			c.on = Device
		}
		step := Step{Stage: s, On: c.on, Time: c.time, Basis: c.basis, Why: c.why, Estimates: c.sub}
		n := float64(f.Cameras) / float64(s.Every)
		if c.on == CameraSensor { // each camera has its own
			n = 1
		}
		step.Load = energy.Range{Expected: n * c.time.Expected, Low: n * c.time.Low, High: n * c.time.High}
		out.Steps = append(out.Steps, step)
	}
	out.sum()
	out.Energy = out.energy()
	return out, nil
}

// infer estimates every model of the file, each once.
func (r *run) infer() {
	known := map[string]*roofline.Estimate{}
	for i := range r.file.Stages {
		s := &r.file.Stages[i]
		for j := range s.Models {
			n := &s.Models[j]
			e, ok := known[n.Text]
			if !ok {
				var err error
				if e, err = r.setup.Infer(n.Text); err != nil {
					n.Wrongf("", "%s on %s: %s", n.Text, r.setup.Device.ID, err)
				}
				known[n.Text] = e
			}
			if e != nil {
				r.estimates[s] = append(r.estimates[s], e)
			}
		}
	}
}

// cost returns what a stage takes: what the file gives, else what is estimated.
func (r *run) cost(s *Stage) (c cost) {
	switch {
	case s.Kind == inference:
		c = r.inference(s)
	case s.row.estimate != nil:
		c = s.row.estimate(r, s)
	default:
		c.on = s.row.on
	}
	if s.Given > 0 {
		c.time, c.basis, c.why = around(s.Given, Given), Given, "the file gives it"
	}
	switch {
	case s.On == "host" && c.on != CameraSensor:
		c.on = Host
	case s.On == "device":
		c.on = Device
	}
	return c
}

// inference returns the time of the models of a stage. Models in streams of their own share the device: together they
// take no less than the longest of them, and are expected to take as long as one after the other.
func (r *run) inference(s *Stage) cost {
	c := cost{on: Device, basis: Expected, sub: r.estimates[s]}
	var up, down, longest float64
	for _, e := range c.sub {
		l := &e.Latency
		x, low, high := l.Best(), l.Best(), l.Best()
		if l.Expected != nil {
			low, high = *l.Low, *l.High
		}
		c.time.Expected += x
		up, down, longest = math.Hypot(up, high-x), math.Hypot(down, x-low), max(longest, low)
		r.output = outputBytes(e)
	}
	c.time.Low, c.time.High = c.time.Expected-down, c.time.Expected+up
	if s.Parallel {
		c.time.Low = min(c.time.Low, longest)
	}
	if len(c.sub) > 0 {
		c.why = basisOf(c.sub)
	}
	if len(c.sub) > 0 && c.sub[0].Precision.Bits() == 16 { // the model reads half as many bytes
		r.element = 2
	}
	return c
}

// basisOf returns in words what the estimates of models rest on.
func basisOf(all []*roofline.Estimate) string {
	if all[0].Tuning == nil {
		return "lower bound only: no runtime is named"
	}
	text := all[0].Tuning.Runtime.Name + ": " + all[0].Tuning.Basis().Text()
	if len(all) > 1 {
		text += ", and more"
	}
	return text
}

// sum fills in the latency, the load of every resource, the frames a second and what limits them.
func (r *Result) sum() {
	var up, down float64
	camera := 1 / r.File.Camera.FPS
	r.Busy[CameraSensor] = energy.Range{Expected: camera, Low: camera, High: camera}
	var whole energy.Range // of all stages but the camera's
	var wholeUp, wholeDown float64
	ups, downs := [NumResources]float64{}, [NumResources]float64{}
	for i := range r.Steps {
		s := &r.Steps[i]
		s.Start = r.Latency.Expected
		r.Latency.Expected += s.Time.Expected
		up, down = math.Hypot(up, s.Time.High-s.Time.Expected), math.Hypot(down, s.Time.Expected-s.Time.Low)
		if s.On == CameraSensor {
			continue
		}
		b := &r.Busy[s.On]
		b.Expected += s.Load.Expected
		ups[s.On] = math.Hypot(ups[s.On], s.Load.High-s.Load.Expected)
		downs[s.On] = math.Hypot(downs[s.On], s.Load.Expected-s.Load.Low)
		whole.Expected += s.Load.Expected
		wholeUp = math.Hypot(wholeUp, s.Load.High-s.Load.Expected)
		wholeDown = math.Hypot(wholeDown, s.Load.Expected-s.Load.Low)
	}
	r.Latency.Low, r.Latency.High = r.Latency.Expected-down, r.Latency.Expected+up
	for on := range r.Busy {
		b := &r.Busy[on]
		if Resource(on) != CameraSensor {
			b.Low, b.High = b.Expected-downs[on], b.Expected+ups[on]
		}
	}
	whole.Low, whole.High = whole.Expected-wholeDown, whole.Expected+wholeUp
	r.rate(&whole)
}

// rate fills in the frames a second: one over the longest load where stages overlap, else over the sum of all loads.
func (r *Result) rate(whole *energy.Range) {
	longest := r.Busy[CameraSensor]
	for on := range r.Busy {
		b := &r.Busy[on]
		if b.Expected > r.Busy[r.Limit].Expected*(1+1e-12) {
			r.Limit = Resource(on)
		}
		if r.File.Overlap {
			longest = energy.Range{Expected: max(longest.Expected, b.Expected), Low: max(longest.Low, b.Low),
				High: max(longest.High, b.High)}
		}
	}
	if !r.File.Overlap {
		longest = energy.Range{Expected: max(longest.Expected, whole.Expected), Low: max(longest.Low, whole.Low),
			High: max(longest.High, whole.High)}
		if whole.Expected <= r.Busy[CameraSensor].Expected {
			r.Limit = CameraSensor
		} else if r.Limit == CameraSensor {
			r.Limit = r.busiest()
		}
	}
	r.FPS = energy.Range{Expected: 1 / longest.Expected, Low: 1 / longest.High, High: 1 / longest.Low}
	for i := range r.Steps {
		if s := &r.Steps[i]; s.On == r.Limit && (r.Slowest == nil || s.Load.Expected > r.Slowest.Load.Expected) {
			r.Slowest = s
		}
	}
}

// busiest returns the resource with the longest load but for the camera.
func (r *Result) busiest() Resource {
	best := Codec
	for on := Codec; on < NumResources; on++ {
		if r.Busy[on].Expected > r.Busy[best].Expected {
			best = on
		}
	}
	return best
}

// Holds says how surely a pipeline keeps a rate: yes where the low end of its interval does, likely where the expected
// rate does, no otherwise.
func (r *Result) Holds(fps float64) string {
	const slack = 1 - 1e-9
	switch {
	case r.FPS.Low >= fps*slack:
		return "yes"
	case r.FPS.Expected >= fps*slack:
		return "likely"
	}
	return "no"
}
