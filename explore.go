package ridgepoint

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/explore"
)

// An Axis is what a sweep varies: the batch, a named dimension, or the side of images.
type Axis = roofline.Axis

// The axes. Dimension is the axis of a named dimension.
var (
	BatchAxis = Axis{Kind: roofline.BatchAxis}
	SizeAxis  = Axis{Kind: roofline.SizeAxis}
)

// Dimension returns the axis of a named dimension, such as sequence.
func Dimension(name string) Axis { return Axis{Kind: roofline.DimAxis, Name: name} }

// A SweepPoint is one step of a sweep on one device.
type SweepPoint = roofline.SweepPoint

// Sweep estimates a model at every value of an axis on every device: the devices in order, the values in order within
// each. The values of SizeAxis are sides of square images.
func (e *Estimator) Sweep(ctx context.Context, m *Model, devices []string, axis Axis, values []int64,
	opt *Options) ([]SweepPoint, error) {
	found, err := e.find(devices)
	if err != nil {
		return nil, err
	}
	return e.sweep(ctx, m, found, steps(axis, values), opt)
}

// SweepSizes estimates a model at every size of images on every device, in the order of Sweep.
func (e *Estimator) SweepSizes(ctx context.Context, m *Model, devices []string, sizes []Size,
	opt *Options) ([]SweepPoint, error) {
	found, err := e.find(devices)
	if err != nil {
		return nil, err
	}
	return e.sweep(ctx, m, found, &explore.Sweep{Axis: SizeAxis, Sizes: sizes}, opt)
}

// steps returns a sweep over the values of an axis.
func steps(axis Axis, values []int64) *explore.Sweep {
	s := &explore.Sweep{Axis: axis, Values: values}
	if axis == SizeAxis {
		for _, v := range values {
			s.Sizes = append(s.Sizes, roofline.Square(v))
		}
	}
	return s
}

// sweep estimates a model at every step of a sweep on devices.
func (e *Estimator) sweep(ctx context.Context, m *Model, found []*Device, s *explore.Sweep,
	opt *Options) ([]SweepPoint, error) {
	if err := e.check(m); err != nil {
		return nil, err
	}
	how, err := e.exploring(opt)
	if err != nil {
		return nil, err
	}
	b, err := opt.bindings()
	if err != nil {
		return nil, err
	}
	if n := max(len(s.Values), len(s.Sizes)); len(found) == 0 || n == 0 {
		return nil, fmt.Errorf("found %d devices and %d values, expected one of each at least", len(found), n)
	}
	for _, d := range found { // what else fails on one of several devices is an error of its points
		if err := refused(d, &how); err != nil {
			return nil, err
		}
	}
	s.Load = func(spec string) (*infer.Plan, error) { // a built-in model of another size is built anew
		if spec == m.Spec {
			return m.plan, nil
		}
		return e.load(spec)
	}
	s.Bindings, s.Options, s.Devices = b, how, found
	return s.Run(ctx, m.Spec)
}

// refused returns why a device can never run what is asked for, whatever the model: a runtime that does not run on it,
// or more threads than it has.
func refused(d *Device, how *roofline.Options) error {
	if mismatch := new(MismatchError); errors.As(how.Check(d), &mismatch) {
		return mismatch
	}
	_, err := d.NormalThreads(how.Threads)
	return err
}

// exploring makes the estimator ready and returns how models are run.
func (e *Estimator) exploring(opt *Options) (roofline.Options, error) {
	if e == nil {
		return roofline.Options{}, e.check(nil)
	}
	if err := e.init(); err != nil {
		return roofline.Options{}, err
	}
	return e.how(opt)
}

// A Search says which models are tried on which devices in which ways.
type Search struct {
	Models     []string // paths and specs
	Task       string   // the built-in models of this task as well
	Devices    []string // ids, aliases, id@MODE or paths
	Select     string   // also the devices that meet conditions such as class=jetson
	Precisions []string // in the order in which they are tried; none: Options.Precision
	Sizes      []Size   // of images; none: the models' own
	Options    *Options
	Progress   func(done, total int) // called by several goroutines; may be nil
}

// A Budget is what a model may use; a zero limit is none.
type Budget = roofline.Budget

// A Choice is the verdict on one model on one device, and the way it was chosen to run in.
type Choice = roofline.Choice

// Candidates are the outcomes of a search: row d holds those of device d in the order of the models.
type Candidates struct {
	Devices []*Device
	Rows    [][]roofline.Candidate
}

// Pick ranks the candidates of the first device: those that fit a budget first. The first few that do not fit have
// changes tried.
func (c *Candidates) Pick(b Budget) []Choice {
	if len(c.Rows) == 0 {
		return nil
	}
	return roofline.Pick(c.Rows[0], b)
}

// Choose returns the verdict on every model on every device, in the order of the models.
func (c *Candidates) Choose(b Budget) [][]Choice {
	out := make([][]Choice, len(c.Rows))
	for d, row := range c.Rows {
		for i := range row {
			out[d] = append(out[d], b.Choose(&row[i]))
		}
	}
	return out
}

// Search runs every model on every device in every way.
func (e *Estimator) Search(ctx context.Context, s Search) (*Candidates, error) {
	how, err := e.ways(&s)
	if err != nil {
		return nil, err
	}
	b, err := s.Options.bindings()
	if err != nil {
		return nil, err
	}
	specs, err := s.specs()
	if err != nil {
		return nil, err
	}
	devices, err := e.searched(&s, &how[0])
	if err != nil {
		return nil, err
	}
	search := explore.Search{Load: e.load, Bindings: b, Options: how, Sizes: s.Sizes, Devices: devices}
	if s.Progress != nil {
		search.Progress = func(done int) { s.Progress(done, len(specs)) }
	}
	rows, err := search.Run(ctx, specs)
	if err != nil {
		return nil, err
	}
	return &Candidates{devices, rows}, nil
}

// Pick searches on one device and ranks the outcomes by a budget: those that fit come first.
func (e *Estimator) Pick(ctx context.Context, s Search, b Budget) ([]Choice, error) {
	c, err := e.Search(ctx, s)
	if err != nil {
		return nil, err
	}
	if len(c.Devices) != 1 {
		return nil, fmt.Errorf("found %d devices, expected one; Search and Choose take several", len(c.Devices))
	}
	return c.Pick(b), nil
}

// ways returns the options of every precision of a search.
func (e *Estimator) ways(s *Search) ([]roofline.Options, error) {
	base := Options{}
	if s.Options != nil {
		base = *s.Options
	}
	precisions := s.Precisions
	if len(precisions) == 0 {
		precisions = []string{base.Precision}
	}
	var out []roofline.Options
	for _, p := range precisions {
		base.Precision = p
		how, err := e.exploring(&base)
		if err != nil {
			return nil, err
		}
		out = append(out, how)
	}
	return out, nil
}

// specs returns the models of a search: those named and the built-in ones of the task.
func (s *Search) specs() ([]string, error) {
	out := slices.Clone(s.Models)
	if s.Task != "" {
		entries, err := BuiltIns(s.Task, "")
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			out = append(out, zoo.Prefix+e.Name)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("found no model and no task, expected one of them")
	}
	return out, nil
}

// searched returns the devices of a search: those named, then those selected, each once. A named device that can never
// run what is asked for is an error; selected ones are, where none of them can.
func (e *Estimator) searched(s *Search, how *roofline.Options) ([]*hwprofiles.Device, error) {
	devices, err := e.find(s.Devices)
	if err != nil {
		return nil, err
	}
	for _, d := range devices {
		if err := refused(d, how); err != nil {
			return nil, err
		}
	}
	if s.Select != "" {
		more, err := e.SelectDevices(s.Select)
		if err != nil {
			return nil, err
		}
		for _, d := range more {
			if !slices.ContainsFunc(devices, func(named *hwprofiles.Device) bool { return named.ID == d.ID }) {
				devices = append(devices, d)
			}
		}
	}
	able := func(d *hwprofiles.Device) bool { return refused(d, how) == nil }
	if len(devices) > 0 && !slices.ContainsFunc(devices, able) {
		return nil, refused(devices[0], how)
	}
	if len(devices) == 0 {
		return nil, fmt.Errorf("found no device, expected the name of one or a condition such as class=jetson")
	}
	return devices, nil
}

// A Variant is an estimate of a model on a changed device.
type Variant = explore.Variant

// WhatIf estimates a model on a device as it is, then with each change of a figure (PATH=VALUE) alone and all together.
// Without changes the figures that the estimate used are doubled in turn.
func (e *Estimator) WhatIf(m *Model, device string, changes []string, opt *Options) (*Estimate, []Variant, error) {
	base, err := e.Estimate(m, device, opt)
	if err != nil {
		return nil, nil, err
	}
	how, err := e.how(opt)
	if err != nil {
		return nil, nil, err
	}
	variants, err := explore.Variants(base, changes, how)
	return base, variants, err
}

// Requirements hold the rates and bandwidths with which a device like another one runs a model within a latency.
type Requirements = roofline.Requirements

// A MismatchError says that a runtime does not run on a device, and what does.
type MismatchError = runtimes.MismatchError

// An OverheadError says that no device like the one given runs a model in time.
type OverheadError = roofline.OverheadError

// Require finds the rates and bandwidths with which a device like one of a catalogue runs a model within limit seconds.
// like names a device, or holds conditions such as class=jetson or class=gpu,vendor=AMD: then the device with the
// middle bandwidth of those that meet them is taken. The devices that were considered come with it.
func (e *Estimator) Require(m *Model, like string, limit float64, opt *Options) (*Requirements, []*Device, error) {
	s, err := e.setting(m, opt)
	if err != nil {
		return nil, nil, err
	}
	d, others, err := e.like(like, s.how)
	if err != nil {
		return nil, nil, err
	}
	r, err := roofline.Require(s.res, d, s.how, limit)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", m.Spec, err)
	}
	return r, others, nil
}

// ClassPrefix marks a class of devices where a device can be named.
const ClassPrefix = "class="

// like returns the device that a search starts from; of a class, the one in the middle, and all of
// the class.
func (e *Estimator) like(name string, how roofline.Options) (*Device, []*Device, error) {
	if explore.IsSelector(name) {
		devices, err := e.SelectDevices(name)
		if err != nil {
			return nil, nil, err
		}
		return explore.Middle(devices, how)
	}
	d, err := e.Device(name)
	if err != nil {
		return nil, nil, err
	}
	others, err := e.SelectDevices(ClassPrefix + string(d.Class))
	if err != nil || slices.ContainsFunc(others, func(o *Device) bool { return o.ID == d.ID }) {
		return d, others, err
	}
	return d, append([]*Device{d}, others...), nil
}
