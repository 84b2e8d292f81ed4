// Package explore tries models, sizes, precisions and devices: searches, sweeps by built-in size, and changed devices.
package explore

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Loader reads the model that a spec names and prepares it.
type Loader func(spec string) (*infer.Plan, error)

// A Search runs models on devices in every combination of precision and image size.
type Search struct {
	Load     Loader               // reads a model
	Bindings infer.Bindings       // of dimensions
	Options  []roofline.Options   // one for each precision, the preferred first
	Sizes    []roofline.Size      // of images, in any order; none: the models' own
	Devices  []*hwprofiles.Device // that are compared
	known    *sync.Map            // by dimension: nil where a model has it, else the error of one that lacks it
	Progress func(done int)       // called when a model is done, by several goroutines; may be nil
}

// Run searches the models that specs name. Row d of the result holds the candidates of device d in the order of specs.
func (s Search) Run(ctx context.Context, specs []string) ([][]roofline.Candidate, error) {
	s.Sizes = slices.Compact(slices.SortedFunc(slices.Values(s.Sizes), larger))
	models, errs := make([][]roofline.Candidate, len(specs)), make([]error, len(specs))
	work := make(chan int)
	var all sync.WaitGroup
	s.known = new(sync.Map)
	var done atomic.Int64
	for range min(runtime.GOMAXPROCS(0), len(specs)) {
		all.Go(func() {
			for i := range work {
				if errs[i] = context.Cause(ctx); errs[i] == nil {
					models[i], errs[i] = s.one(ctx, specs[i])
				}
				if s.Progress != nil {
					s.Progress(int(done.Add(1)))
				}
			}
		})
	}
	for i := range specs {
		work <- i
	}
	close(work)
	all.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return nil, errs[i]
	}
	if err := s.mistyped(); err != nil {
		return nil, err
	}
	return byDevice(models, len(s.Devices)), nil
}

// larger orders sizes by their pixels, the most first; of equal ones the highest first.
func larger(a, b roofline.Size) int {
	return cmp.Or(cmp.Compare(b.Side(), a.Side()), cmp.Compare(b.Height, a.Height))
}

// mistyped returns the error of a dimension that none of the models has. Some may lack it: models differ.
func (s *Search) mistyped() error {
	for _, name := range slices.Sorted(maps.Keys(s.Bindings.Dims)) {
		if err, _ := s.known.Load(name); err != nil {
			return err.(error)
		}
	}
	return nil
}

// learn notes which dimensions a model has: nil, or the error of the first that lacks it.
func (s *Search) learn(spec string, p *infer.Plan) {
	for name := range s.Bindings.Dims {
		if err := p.Knows(name); err != nil {
			s.known.LoadOrStore(name, fmt.Errorf("%s: %w", spec, err))
		} else {
			s.known.Store(name, nil)
		}
	}
}

// byDevice turns rows of models into rows of devices.
func byDevice(models [][]roofline.Candidate, devices int) [][]roofline.Candidate {
	out := make([][]roofline.Candidate, devices)
	for d := range out {
		for _, row := range models {
			out[d] = append(out[d], row[d])
		}
	}
	return out
}

// one returns the candidates of one model, one for each device: large sizes first, precisions as given.
func (s *Search) one(ctx context.Context, spec string) ([]roofline.Candidate, error) {
	jobs, sizes, err := s.jobs(spec)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	out := make([]roofline.Candidate, len(s.Devices))
	quality, own, now := published(spec)
	for d := range out {
		out[d] = roofline.Candidate{
			Model: readers.Default().Name(spec), Device: s.Devices[d], Quality: quality,
			Changes: func() []roofline.Change {
				changes := roofline.Changes(jobs[0].Plan, jobs[0].Bindings, s.Devices[d], s.Options[0])
				return append(changes, s.smaller(spec, s.Devices[d])...)
			},
		}
	}
	cells := make([][][]roofline.Cell, len(s.Options))
	for i, opt := range s.Options {
		if cells[i], err = roofline.Grid(ctx, jobs, s.Devices, opt); err != nil {
			return nil, err
		}
	}
	for j := range jobs {
		size := cmp.Or(sizes[j], now)
		for i := range s.Options {
			for d := range out {
				out[d].Ways = append(out[d].Ways, roofline.Way{Cell: cells[i][j][d], Size: size, Resized: size != own})
			}
		}
	}
	if len(out) == 1 {
		if err := failed(out[0].Ways); err != nil {
			return nil, fmt.Errorf("%s: %w", spec, err)
		}
	}
	return out, nil
}

// failed returns the first error if every way has one.
func failed(ways []roofline.Way) error {
	if slices.ContainsFunc(ways, func(w roofline.Way) bool { return w.Err == nil }) {
		return nil
	}
	return ways[0].Err
}

// jobs returns the model at every size that it can have. A model without images has its own size only; so has one
// that no size of the list suits.
func (s *Search) jobs(spec string) (jobs []roofline.Job, sizes []roofline.Size, err error) {
	base, err := s.Load(spec)
	if err != nil {
		return nil, nil, err
	}
	s.learn(spec, base)
	for _, size := range s.Sizes {
		if sized, ok := zoo.Resized(spec, size.Height, size.Width); ok {
			if p, err := s.Load(sized); err == nil {
				jobs, sizes = append(jobs, roofline.Job{Plan: p, Bindings: s.Bindings}), append(sizes, size)
			}
			continue
		}
		if b, err := roofline.SizeBindings(base, s.Bindings, size.Height, size.Width); err == nil {
			jobs, sizes = append(jobs, roofline.Job{Plan: base, Bindings: b}), append(sizes, size)
		}
	}
	if len(jobs) == 0 {
		return []roofline.Job{{Plan: base, Bindings: s.Bindings}}, make([]roofline.Size, 1), nil
	}
	return jobs, sizes, nil
}

// smaller lists smaller image sizes of a built-in model. It is built anew for each, because its graph fixes the size.
func (s *Search) smaller(spec string, d *hwprofiles.Device) []roofline.Change {
	sizes := zoo.Smaller(spec)
	changes := make([]roofline.Change, len(sizes))
	for i, v := range sizes {
		changes[i] = roofline.Change{What: v.What, Run: func() (*roofline.Estimate, error) {
			p, err := s.Load(v.Spec)
			if err != nil {
				return nil, err
			}
			res, err := p.Run(s.Bindings, nil)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", v.Spec, err)
			}
			return roofline.Run(res, d, s.Options[0])
		}}
	}
	return changes
}

// published returns the accuracy of a built-in model, the image size that it holds for, and the size of the spec; zero
// sizes for a model without images.
func published(spec string) (q *roofline.Quality, own, now roofline.Size) {
	if !zoo.IsSpec(spec) {
		return nil, own, now
	}
	e, values, err := zoo.Lookup(spec)
	if err != nil {
		return nil, own, now
	}
	if i := slices.IndexFunc(e.Options, func(o zoo.Option) bool { return o.Name == "size" }); i >= 0 {
		own = roofline.Square(e.Options[i].Default)
		now.Height, now.Width = zoo.Sides(values)
	}
	if e.Accuracy.Metric != "" {
		q = &roofline.Quality{
			Text: e.Accuracy.Figure(), Metric: e.Accuracy.Metric, Score: e.Accuracy.Score(), Source: e.Accuracy.Source,
		}
	}
	return q, own, now
}
