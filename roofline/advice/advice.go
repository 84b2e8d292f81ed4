// Package advice says what would make a model faster on a device: each rule of a table changes how the model is run, or
// the model itself, and the saving is the difference of two estimates.
package advice

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Setup is a model with all that decides its latency.
type Setup struct {
	Plan     *infer.Plan        // of the model
	Bindings infer.Bindings     // of its dimensions
	Device   *hwprofiles.Device // in its power mode
	Options  roofline.Options   // of the estimate
	Changed  Changed            // from what was asked
}

// Changed is how a setup differs from the one asked about, for the command that repeats the estimate.
type Changed struct {
	Spec      string // of another model
	Device    string // another one, or another power mode
	Runtime   string // its id
	Precision string // its short name
	Batch     int64  // samples
	Threads   int    // of the CPU
	Dim       string // a named dimension, as NAME=N
	Shapes    bool   // shapes of inputs, as in the bindings
	Set       string // a figure of the device, as PATH=VALUE
	Graph     bool   // the graph itself: no flag repeats it
}

// Run estimates a setup.
func (s *Setup) Run() (*roofline.Estimate, error) {
	res, err := s.Plan.Run(s.Bindings, nil)
	if err != nil {
		return nil, err
	}
	return roofline.Run(res, s.Device, s.Options)
}

// A Question is a setup, and where to look for others.
type Question struct {
	Setup
	Spec      string                                        // of the model; a built-in one has variants
	Load      func(spec string) (*infer.Plan, error)        // reads built-in models
	InMode    func(mode string) (*hwprofiles.Device, error) // returns the device in another power mode
	Modes     []hwprofiles.Mode                             // of the device
	Runtimes  []string                                      // others that run on the device
	With      func(runtime string) (*roofline.Tuner, error) // returns what expects the latency of a runtime
	Devices   []*hwprofiles.Device                          // among which a smaller one is sought; nil: none is
	Elsewhere roofline.Options                              // on those devices
	Price     func(*roofline.Estimate) *Price               // of the device of an estimate; nil: none is known
	Latency   float64                                       // target for one inference in seconds; 0: none
	FPS       float64                                       // target in samples per second; 0: none
}

// Limit returns the largest latency of a batch that meets the target, in seconds; +Inf without a target.
func (q *Question) Limit(batch int64) float64 {
	limit := math.Inf(1)
	if q.Latency > 0 {
		limit = q.Latency
	}
	if q.FPS > 0 {
		limit = min(limit, float64(max(batch, 1))/q.FPS)
	}
	return limit
}

// Meets reports whether an estimate meets the target by its best latency known, in the memory of the device.
func (q *Question) Meets(e *roofline.Estimate) bool {
	return e.Latency.Best() <= q.Limit(e.Batch) && e.Room != roofline.RoomNone
}

// A Saving is time saved by one inference, in seconds, with the ends of its 90 % interval. The low end is negative
// where a change may not help.
type Saving struct{ Expected, Low, High float64 }

// Advice holds one change and what it saves.
type Advice struct {
	*Rule
	What     string                     // the change, such as precision int8
	Detail   string                     // more about it, such as an accuracy; may be empty
	Affected []string                   // names of nodes; empty for all
	Changed  Changed                    // as flags would say it
	Setup    Setup                      // after the change
	Estimate *roofline.Estimate         // after the change
	Samples  int64                      // of one inference with the change, where the saving is of a part of it; else 1
	Of       int64                      // samples that the saving is of, where Samples is not 1
	Saved    Saving                     // of one inference as it is now, or of Of samples
	New      Saving                     // latency with the change, as Saved
	Share    float64                    // saved of what one inference takes now
	Meets    bool                       // the target is met
	Verify   string                     // a command that repeats the estimate, set by whoever has commands; may be empty
	change   func(Setup) (Setup, error) // makes the setup
}

// An Answer is what would help a model on a device.
type Answer struct {
	Question *Question          // that was asked
	Base     *roofline.Estimate // before any change
	Advice   []Advice           // the largest saving first
	Together []*Advice          // the first of them that can be combined; nil where fewer than two can
	Combined *Advice            // all of those at once
	Smallest *roofline.Estimate // on the device of the least power that meets the target; nil without one
	Cheapest *Cheap             // the device of the least price that does; nil without one
}

// Cheap is an estimate on a device, and what an hour of the device costs.
type Cheap struct {
	*roofline.Estimate
	Price
}

// A Price is the money of an hour of a device, and what it assumes.
type Price struct {
	Hour              float64 // of money
	Currency, Assumes string  // of Hour; what the price assumes
}

// Least gives the share of the latency below which a saving is not worth a line.
const Least = 0.02

// mostTogether gives the most changes that are combined.
const mostTogether = 3

// Answer tries every rule.
func (q *Question) Answer(ctx context.Context) (*Answer, error) {
	base, err := q.Run()
	if err != nil {
		return nil, err
	}
	a := &Answer{Question: q, Base: base}
	for i := range rules {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		a.try(&rules[i])
	}
	slices.SortStableFunc(a.Advice, func(x, y Advice) int { return cmp.Compare(y.Saved.Expected, x.Saved.Expected) })
	a.combine()
	a.Smallest, a.Cheapest = q.smallest(base), q.cheapest(base)
	return a, nil
}

// try keeps the best trial of a rule, or each of them, if it saves enough. What cannot be estimated is no advice.
func (a *Answer) try(r *Rule) {
	var best []Advice
	for _, t := range r.try(a.Question, a.Base) {
		s, err := t.change(a.Question.Setup)
		if err != nil {
			continue
		}
		e, err := s.Run()
		if err != nil || e.Room == roofline.RoomNone {
			continue
		}
		x := Advice{Rule: r, What: t.what, Detail: t.detail, Affected: t.affected, Changed: s.Changed, Setup: s,
			Estimate: e, Samples: 1,
			change: t.change}
		x.save(a.Base)
		x.Meets = a.Question.Meets(e)
		if x.Share < Least {
			continue
		}
		n := len(best)
		switch {
		case n == 0, r.each && x.Share > best[n-1].Share+Least:
			best = append(best, x)
		case !r.each && x.Saved.Expected > best[0].Saved.Expected:
			best[0] = x
		}
		if r.first && x.Meets {
			best = []Advice{x}
			break
		}
	}
	if r.first && len(best) > 0 && !best[0].Meets {
		best = best[:1]
	}
	a.Advice = append(a.Advice, best...)
}

// save sets what an estimate saves over another one. The interval is that of their ratio: what both may be off by
// cancels.
func (x *Advice) save(base *roofline.Estimate) {
	per := 1.0
	if x.perSample {
		x.Samples = max(x.Estimate.Batch, 1)
		x.Of = max(base.Batch, 1)
		per = float64(x.Of) / float64(x.Samples)
	}
	was := base.Latency.Best()
	ratio := roofline.RatioOf(base, x.Estimate)
	is := per * x.Estimate.Latency.Best()
	x.Saved, x.New = Saving{was - is, was - is, was - is}, Saving{is, is, is}
	if l := &x.Estimate.Latency; l.Low != nil && l.High != nil {
		x.New.Low, x.New.High = per**l.Low, per**l.High
	}
	if was > 0 {
		x.Share = x.Saved.Expected / was
	}
	if ratio.Low != nil {
		x.Saved.Low, x.Saved.High = was-per**ratio.High*was, was-per**ratio.Low*was
	}
}

// errNothing says that a change leaves the setup as it is.
var errNothing = errors.New("found nothing to change")

// combine applies the first changes that go together, and estimates them at once. One that saves nothing more beside
// those before it is left out.
func (a *Answer) combine() {
	c := &Advice{Rule: &Rule{ID: "combined", Category: "combined"}, Setup: a.Question.Setup, Estimate: a.Base, Samples: 1}
	taken := map[slot]bool{"": true}
	var names []string
	for i := range a.Advice {
		x := &a.Advice[i]
		if taken[x.slot] || len(a.Together) == mostTogether {
			continue
		}
		next, err := x.change(c.Setup)
		if err != nil {
			continue
		}
		e, err := next.Run()
		if err != nil || e.Room == roofline.RoomNone ||
			e.Latency.Best() > c.Estimate.Latency.Best()-Least*a.Base.Latency.Best() {
			continue
		}
		c.Setup, c.Estimate, taken[x.slot] = next, e, true
		c.Accuracy = c.Accuracy || x.Accuracy
		a.Together, names = append(a.Together, x), append(names, x.What)
	}
	if len(a.Together) < 2 {
		a.Together = nil
		return
	}
	c.Changed, c.What = c.Setup.Changed, strings.Join(names, ", ")
	c.save(a.Base)
	c.Meets = a.Question.Meets(c.Estimate)
	a.Combined = c
}

// margin says what an expected latency is taken times before it meets a target: that of pick (docs/accuracy.md).
const margin = 1.15

// on returns the estimate on another device, nil where it does not meet the target with the margin.
func (q *Question) on(d *hwprofiles.Device, base *roofline.Estimate) *roofline.Estimate {
	e, err := roofline.Run(base.Inferred, d, q.Elsewhere)
	if err != nil || e.Latency.Expected == nil || margin**e.Latency.Expected > q.Limit(e.Batch) ||
		e.Room == roofline.RoomNone {
		return nil
	}
	return e
}

// cheapest returns the estimate on the device of the least price that meets the target; nil without a target or prices.
func (q *Question) cheapest(base *roofline.Estimate) (best *Cheap) {
	if math.IsInf(q.Limit(1), 1) || q.Price == nil {
		return nil
	}
	for _, d := range q.Devices {
		if q.Price(&roofline.Estimate{Device: d}) == nil {
			continue
		}
		e := q.on(d, base)
		if e == nil {
			continue
		}
		if p := q.Price(e); best == nil || p.Hour < best.Hour {
			best = &Cheap{e, *p}
		}
	}
	return best
}

// smallest returns the estimate on the device of the least thermal power that meets the target, with the margin that
// pick takes; nil without a target or devices.
func (q *Question) smallest(base *roofline.Estimate) *roofline.Estimate {
	if math.IsInf(q.Limit(1), 1) || len(q.Devices) == 0 {
		return nil
	}
	devices := slices.Clone(q.Devices)
	power := func(d *hwprofiles.Device) float64 {
		if d.TDP == nil {
			return math.Inf(1)
		}
		return d.TDP.Value
	}
	slices.SortStableFunc(devices, func(x, y *hwprofiles.Device) int { return cmp.Compare(power(x), power(y)) })
	for _, d := range devices {
		if math.IsInf(power(d), 1) {
			return nil
		}
		if e := q.on(d, base); e != nil {
			return e
		}
	}
	return nil
}
