package pipeline

import (
	"math"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
)

// A Setup is what a pipeline runs on.
type Setup struct {
	Device  *hwprofiles.Device // that models run on
	Host    *hwprofiles.Device // of the stages outside the device; nil: the device itself
	Own     bool               // the host is of the same chip or board
	Assumed bool               // nobody named the host
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
	File    *File        // that was run
	Setup   *Setup       // that it ran on
	Steps   []Step       // in order
	Latency energy.Range // of a frame on which every stage runs, in seconds
	FPS     energy.Range // frames a second of each camera
	// Headroom holds the frames a second were the camera faster, and After what they would wait for.
	Headroom energy.Range
	After    *Step
	Busy     [NumResources]energy.Range // seconds of a frame
	Limit    Resource                   // that frames wait for
	Slowest  *Step                      // the stage that takes most of the limit
	Energy   *Energy                    // nil where the power of the device is not known
}

// A run is a pipeline while its stages are timed in order.
type run struct {
	file      *File                           // the pipeline
	setup     *Setup                          // that it runs on
	estimates map[*Stage][]*roofline.Estimate // of models
	pixels    float64                         // of a frame as it is now
	tensor    float64                         // bytes of the tensor, 0 before there is one
	output    float64                         // bytes of the last model's outputs
}

// Run times a pipeline. Models that cannot be estimated are errors of the file, which Finish returns.
func (f *File) Run(setup *Setup) (*Result, error) {
	r := &run{file: f, setup: setup, pixels: f.Camera.Pixels(),
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
		busy := c.time
		if c.interval != nil && f.Overlap {
			busy = *c.interval
		}
		step.Load = energy.Range{Expected: n * busy.Expected, Low: n * busy.Low, High: n * busy.High}
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
		c.time, c.basis, c.why, c.interval = around(s.Given, Given), Given, "the file gives it", nil
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
	var latencies, intervals []roofline.Latency
	for _, e := range c.sub {
		latencies = append(latencies, e.Latency)
		if f := e.Frames; f != nil && f.Interval.Best() < e.Latency.Best() {
			intervals = append(intervals, f.Interval)
		}
		r.output = outputBytes(e)
	}
	c.time = together(latencies)
	if s.Parallel {
		longest := 0.0
		for i := range latencies {
			longest = max(longest, low(&latencies[i]))
		}
		c.time.Low = min(c.time.Low, longest)
	}
	if len(c.sub) > 0 {
		c.why = basisOf(c.sub)
	}
	if len(c.sub) > 0 && len(intervals) == len(c.sub) {
		between := together(intervals)
		c.interval = &between
		c.why += "; frames overlap on the device, one comes out every " + units.Short(between.Expected, units.Seconds)
	}
	return c
}

// together returns the sum of latencies, whose errors are independent.
func together(all []roofline.Latency) (t energy.Range) {
	var up, down float64
	for i := range all {
		l := &all[i]
		x, high := l.Best(), l.Best()
		if l.Expected != nil {
			high = *l.High
		}
		t.Expected += x
		up, down = math.Hypot(up, high-x), math.Hypot(down, x-low(l))
	}
	t.Low, t.High = t.Expected-down, t.Expected+up
	return t
}

// low returns the low end of the interval of a latency, the lower bound where nothing is expected.
func low(l *roofline.Latency) float64 {
	if l.Expected != nil {
		return *l.Low
	}
	return l.Best()
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
	camera, work := r.Busy[CameraSensor], *whole
	if r.File.Overlap {
		work = energy.Range{}
		for on := Codec; on < NumResources; on++ {
			work = later(work, r.Busy[on])
		}
	}
	busiest := r.busiest()
	if work.Expected > camera.Expected*(1+1e-12) {
		r.Limit = busiest
	}
	r.FPS, r.Slowest = rateOf(later(camera, work)), r.slowest(r.Limit)
	if r.Limit == CameraSensor && work.Expected > 0 {
		r.Headroom, r.After = rateOf(work), r.slowest(busiest)
	}
}

// later returns the longer of two times, at each end of their intervals too.
func later(a, b energy.Range) energy.Range {
	return energy.Range{Expected: max(a.Expected, b.Expected), Low: max(a.Low, b.Low), High: max(a.High, b.High)}
}

// rateOf returns how often a second something happens that takes a time.
func rateOf(t energy.Range) energy.Range {
	return energy.Range{Expected: 1 / t.Expected, Low: 1 / t.High, High: 1 / t.Low}
}

// slowest returns the stage that takes most of a resource, nil where none occupies it.
func (r *Result) slowest(on Resource) (most *Step) {
	for i := range r.Steps {
		if s := &r.Steps[i]; s.On == on && (most == nil || s.Load.Expected > most.Load.Expected) {
			most = s
		}
	}
	return most
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
