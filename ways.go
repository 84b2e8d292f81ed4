package ridgepoint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// All stands for every runtime, or every precision, that a device has.
const All = "all"

// Ways are the ways to run a model on devices.
type Ways struct {
	Estimates []*Estimate // by device in the order asked for, those that fit in memory first, the fastest first
	Refused   []Refusal
}

// A Refusal is a way in which a device does not run a model, and why.
type Refusal = roofline.Refusal

// Ways estimates a model on each device in each of some runtimes and precisions; All stands for those of the device,
// and none for those of opt. A precision that is as fast as a wider one is refused: a runtime may run a type as
// another.
func (e *Estimator) Ways(ctx context.Context, m *Model, devices, engines, precisions []string,
	opt *Options) (*Ways, error) {
	if opt == nil {
		opt = new(Options)
	}
	s, err := e.setting(m, opt)
	if err != nil {
		return nil, err
	}
	found, err := e.find(devices)
	if err != nil {
		return nil, err
	}
	out := new(Ways)
	for _, d := range found {
		w := waysOn{e: e, ctx: ctx, m: s.model, res: s.res, device: d, opt: opt, to: out}
		if err := w.run(engines, precisions); err != nil {
			return nil, err
		}
	}
	if len(out.Estimates) == 0 {
		return out, fmt.Errorf("%s: %s", m.Spec, out.Refused[0].Why)
	}
	return out, nil
}

// waysOn tries the ways to run a model on one device.
type waysOn struct {
	e      *Estimator
	ctx    context.Context
	m      *Model
	res    *infer.Result
	device *Device
	opt    *Options
	to     *Ways
}

// run estimates each engine in each precision on the device, and keeps why others are refused.
func (w *waysOn) run(engines, precisions []string) error {
	names, err := w.engines(engines)
	if err != nil {
		return err
	}
	from := len(w.to.Estimates)
	for _, name := range names {
		if err := w.inOne(name, precisions); err != nil {
			return err
		}
	}
	slices.SortStableFunc(w.to.Estimates[from:], func(a, b *Estimate) int {
		over := func(e *Estimate) int { return max(0, int(e.Room)-int(roofline.RoomTight)) }
		return cmp.Or(cmp.Compare(over(a), over(b)), cmp.Compare(a.Latency.Best(), b.Latency.Best()))
	})
	return nil
}

// engines returns the runtimes to try. Of all runtimes those that do not run on the device are refused.
func (w *waysOn) engines(asked []string) ([]string, error) {
	if len(asked) == 0 {
		return []string{w.opt.Runtime}, nil
	}
	if !slices.Contains(asked, All) {
		return asked, nil
	}
	all, err := w.e.Runtimes()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range all {
		if r.RunsOn(w.device) {
			out = append(out, r.ID)
			continue
		}
		w.refuse(r.ID, "", "runs on "+places(r))
	}
	if len(out) == 0 {
		out = []string{NoRuntime}
	}
	return out, nil
}

// places says on which devices a runtime runs.
func places(r *runtimes.Runtime) string {
	conditions := r.Conditions()
	texts := make([]string, len(conditions))
	for i := range conditions {
		texts[i] = conditions[i].String()
	}
	return strings.Join(texts, ", ")
}

// alike gives the part of a latency by which a narrower precision differs and is still as fast as a wider one.
const alike = 0.01

// inOne tries the precisions in one runtime, the model's own first.
func (w *waysOn) inOne(runtime string, precisions []string) error {
	all := slices.Contains(precisions, All)
	switch {
	case all:
		precisions = slices.DeleteFunc(Precisions(), func(p string) bool { return p == roofline.Precisions()[0] })
		precisions = append([]string{""}, precisions...)
	case len(precisions) == 0:
		precisions = []string{w.opt.Precision}
	}
	var kept []*Estimate
	for _, p := range precisions {
		if w.ctx.Err() != nil {
			return context.Cause(w.ctx)
		}
		one, err := w.estimate(runtime, p)
		typed, mismatched := new(TypeError), new(MismatchError)
		switch {
		case errors.As(err, &typed) && (all || len(precisions) > 1):
			w.refuse("", p, typed.Device+" has no "+typed.Type.Short()+" arithmetic")
			continue
		case errors.As(err, &mismatched):
			w.refuse(runtime, "", mismatched.Error())
			continue
		case err != nil:
			return err
		}
		i := slices.IndexFunc(kept, func(k *Estimate) bool {
			return k.Precision == one.Precision || math.Abs(k.Latency.Best()/one.Latency.Best()-1) < alike
		})
		if i >= 0 {
			if as := kept[i].Precision.Short(); p != as { // the model's own precision is in the list by its name as well
				w.refuse(runtime, p, "as fast as "+as)
			}
			continue
		}
		kept = append(kept, one)
	}
	w.to.Estimates = append(w.to.Estimates, kept...)
	return nil
}

// estimate estimates the model in a runtime at a precision.
func (w *waysOn) estimate(runtime, precision string) (*Estimate, error) {
	o := *w.opt
	o.Runtime, o.Precision = runtime, precision
	how, err := w.e.how(&o)
	if err != nil {
		return nil, err
	}
	one, err := roofline.Run(w.res, w.device, how)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.m.Spec, err)
	}
	one.Model = w.m.Name
	return one, nil
}

// refuse keeps a refusal, once.
func (w *waysOn) refuse(runtime, precision, why string) {
	r := Refusal{Device: w.device, Runtime: runtime, Precision: precision, Why: why}
	if !slices.Contains(w.to.Refused, r) {
		w.to.Refused = append(w.to.Refused, r)
	}
}

// deployed lists what people mostly run models in: the first row that a device meets. NVIDIA, AMD, Intel and Apple
// document half precision as the usual one for inference on their GPUs; on CPUs models run as they were exported. NPUs
// and microcontrollers run quantised networks, Cloud TPUs bfloat16, as their makers' guides have it.
var deployed = []usage{
	{runtimes.Condition{Class: hwprofiles.GPU}, "fp16"},
	{runtimes.Condition{Class: hwprofiles.Jetson}, "fp16"},
	{runtimes.Condition{Class: hwprofiles.RPi}, "fp32"},
	{runtimes.Condition{Class: hwprofiles.CPU}, "fp32"},
	{runtimes.Condition{Class: hwprofiles.NPU}, "int8"},
	{runtimes.Condition{Class: hwprofiles.MCU}, "int8"},
	{runtimes.Condition{Class: hwprofiles.TPU}, "bf16"},
}

// A usage is the precision that models mostly run in on some devices.
type usage struct {
	where     runtimes.Condition
	precision string
}

// Deployed returns the estimate again at the precision that people mostly deploy on its device, nil if that is its own
// or the device has no usual one.
func (e *Estimator) Deployed(of *Estimate, opt *Options) *Estimate {
	i := slices.IndexFunc(deployed, func(u usage) bool { return u.where.Holds(of.Device) })
	if i < 0 || of.Precision.Short() == deployed[i].precision || of.Compiled() != "" {
		return nil
	}
	o := Options{}
	if opt != nil {
		o = *opt
	}
	o.Precision = deployed[i].precision
	how, err := e.exploring(&o)
	if err != nil {
		return nil
	}
	one, err := roofline.Run(of.Inferred, of.Device, how)
	if err != nil || one.Ran == of.Ran {
		return nil // there is no other way to run it: nothing to point to
	}
	one.Model = of.Model
	return one
}
