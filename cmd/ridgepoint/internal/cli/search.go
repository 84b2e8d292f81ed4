package cli

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// searchFlags say which models are tried on which devices in which ways.
type searchFlags struct {
	bind     bindFlags
	how      runFlags
	engine   runtimeFlags
	models   []string
	task     string
	selector string
	sizes    string
}

func (f *searchFlags) add(cmd *cobra.Command) {
	f.bind.add(cmd)
	f.how.addFlags(cmd)
	f.engine.add(cmd)
	cmd.Flags().Lookup("precision").Usage = "run floating-point tensors as the first `TYPE` of a list that fits: fp32|tf32|fp16|bf16|fp8|int8|int4 (default: the model's own)"
	cmd.Flags().StringArrayVar(&f.models, "model", nil, "a `MODEL`, as those named without a flag (repeatable)")
	cmd.Flags().StringVar(&f.task, "task", "", "search the built-in models of a `TASK`: "+strings.Join(zoo.Tasks(), "|")+"; models that are named are searched as well")
	cmd.Flags().StringVar(&f.selector, "devices", "", "all devices that a `SELECTOR` holds for, such as class=jetson or class=gpu,vendor=AMD")
	cmd.Flags().StringVar(&f.sizes, "size", "", "run at the first of a `LIST` of image sizes in pixels that fits, the largest first, for example 320..640:32")
}

// found is the outcome of a search: the candidates of one device, or of several device by device.
type found struct {
	devices    []*hwprofiles.Device
	candidates []roofline.Candidate
	models     int
}

// byDevice are the choices on every device, each in the order of the models.
func (f *found) byDevice(b roofline.Budget) [][]roofline.Choice {
	var out [][]roofline.Choice
	for from := 0; from < len(f.candidates); from += f.models {
		row := make([]roofline.Choice, f.models)
		for i := range row {
			row[i] = b.Choose(&f.candidates[from+i])
		}
		out = append(out, row)
	}
	return out
}

// search runs every model on every device in every way.
func (a *app) search(ctx context.Context, models []string, f *searchFlags) (*found, error) {
	b, err := f.bind.bindings()
	if err != nil {
		return nil, err
	}
	options, err := f.options(a)
	if err != nil {
		return nil, err
	}
	specs, err := f.specs(models)
	if err != nil {
		return nil, err
	}
	sizes := []int64{0}
	if f.sizes != "" {
		if sizes, err = intList(f.sizes); err != nil {
			return nil, usage(err)
		}
		slices.Sort(sizes)
		sizes = slices.Compact(sizes)
		slices.Reverse(sizes)
	}
	devices, err := f.devices(a)
	if err != nil {
		return nil, err
	}
	s := &searcher{app: a, bindings: b, options: options, sizes: sizes, devices: devices}
	rows, err := s.all(ctx, specs)
	if err != nil {
		return nil, err
	}
	out := &found{devices: devices, models: len(specs)}
	for d := range devices {
		for _, row := range rows {
			out.candidates = append(out.candidates, row[d])
		}
	}
	return out, nil
}

// options are those of every precision of the list.
func (f *searchFlags) options(a *app) ([]roofline.Options, error) {
	tuner, err := f.engine.tuner(a)
	if err != nil {
		return nil, err
	}
	var out []roofline.Options
	for _, p := range strings.Split(f.how.precision, ",") {
		how := f.how
		how.precision = strings.TrimSpace(p)
		opt, err := how.options()
		if err != nil {
			return nil, err
		}
		opt.Tuner = tuner
		out = append(out, opt)
	}
	return out, nil
}

// specs are the models named and the built-in ones of the task.
func (f *searchFlags) specs(named []string) ([]string, error) {
	out := slices.Concat(named, f.models)
	if f.task != "" {
		if !slices.Contains(zoo.Tasks(), f.task) {
			return nil, usagef("there is no task %q; expected %s", f.task, strings.Join(zoo.Tasks(), ", "))
		}
		for _, e := range zoo.Entries() {
			if e.Task == f.task {
				out = append(out, zoo.Prefix+e.Name)
			}
		}
	}
	if len(out) == 0 {
		return nil, usagef("name models, or give a --task to search the built-in ones: %s", strings.Join(zoo.Tasks(), ", "))
	}
	return out, nil
}

func (f *searchFlags) devices(a *app) ([]*hwprofiles.Device, error) {
	devices, err := a.find(f.how.devices)
	if err != nil {
		return nil, err
	}
	if f.selector != "" {
		more, err := a.selectDevices(f.selector)
		if err != nil {
			return nil, err
		}
		for _, d := range more {
			if !slices.ContainsFunc(devices, func(named *hwprofiles.Device) bool { return named.ID == d.ID }) {
				devices = append(devices, d)
			}
		}
	}
	if len(devices) == 0 {
		return nil, usagef("name a device with --device, or several with --devices class=jetson")
	}
	return devices, nil
}

// A searcher tries models on devices.
type searcher struct {
	*app
	bindings infer.Bindings
	options  []roofline.Options
	sizes    []int64
	devices  []*hwprofiles.Device
}

// all searches models on all processors; row i is model i on every device.
func (s *searcher) all(ctx context.Context, specs []string) ([][]roofline.Candidate, error) {
	bar := s.progress("searching", len(specs))
	defer bar.end()
	rows, errs := make([][]roofline.Candidate, len(specs)), make([]error, len(specs))
	work := make(chan int)
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(specs)) {
		all.Go(func() {
			for i := range work {
				if errs[i] = done(ctx); errs[i] == nil {
					rows[i], errs[i] = s.one(ctx, specs[i])
				}
				bar.step()
			}
		})
	}
	for i := range specs {
		work <- i
	}
	close(work)
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// one searches one model: its ways on every device, large sizes first, precisions as given.
func (s *searcher) one(ctx context.Context, spec string) ([]roofline.Candidate, error) {
	jobs, sizes, err := s.jobs(spec)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	out := make([]roofline.Candidate, len(s.devices))
	quality, own, now := quality(spec)
	for d := range out {
		out[d] = roofline.Candidate{Model: modelName(spec), Device: s.devices[d], Quality: quality, Changes: func() []roofline.Change {
			changes := roofline.Changes(jobs[0].Plan, jobs[0].Bindings, s.devices[d], s.options[0])
			return append(changes, s.smaller(spec, s.devices[d])...)
		}}
	}
	cells := make([][][]roofline.Cell, len(s.options))
	for i, opt := range s.options {
		if cells[i], err = roofline.Grid(ctx, jobs, s.devices, opt); err != nil {
			return nil, err
		}
	}
	for j := range jobs {
		size := cmp.Or(sizes[j], now)
		for i := range s.options {
			for d := range out {
				out[d].Ways = append(out[d].Ways, roofline.Way{Cell: cells[i][j][d], Size: size, Resized: size != own})
			}
		}
	}
	for d := range out {
		if err := failed(out[d].Ways); err != nil && len(s.devices) == 1 {
			return nil, fmt.Errorf("%s: %w", spec, err)
		}
	}
	return out, nil
}

// failed is the first error if every way has one.
func failed(ways []roofline.Way) error {
	for i := range ways {
		if ways[i].Err == nil {
			return nil
		}
	}
	return ways[0].Err
}

// jobs are the model at every size that it can have. A model without images has its own size only; so has one
// that no size of the list suits.
func (s *searcher) jobs(spec string) (jobs []roofline.Job, sizes []int64, err error) {
	base, err := s.plan(spec)
	if err != nil {
		return nil, nil, err
	}
	for _, size := range s.sizes {
		if size == 0 {
			break
		}
		if sized, ok := zoo.With(spec, "size", size); ok {
			if p, err := s.plan(sized); err == nil {
				jobs, sizes = append(jobs, roofline.Job{Plan: p, Bindings: s.bindings}), append(sizes, size)
			}
			continue
		}
		if b, err := roofline.SizeBindings(base, s.bindings, size, size); err == nil {
			jobs, sizes = append(jobs, roofline.Job{Plan: base, Bindings: b}), append(sizes, size)
		}
	}
	if len(jobs) == 0 {
		return []roofline.Job{{Plan: base, Bindings: s.bindings}}, []int64{0}, nil
	}
	return jobs, sizes, nil
}

// smaller lists smaller image sizes of a built-in model, which is built anew for each: its graph fixes the size.
func (s *searcher) smaller(spec string, d *hwprofiles.Device) []roofline.Change {
	sizes := zoo.Smaller(spec)
	changes := make([]roofline.Change, len(sizes))
	for i, v := range sizes {
		changes[i] = roofline.Change{What: v.What, Run: func() (*roofline.Estimate, error) {
			res, err := s.infer(v.Spec, s.bindings)
			if err != nil {
				return nil, err
			}
			return roofline.Run(res, d, s.options[0])
		}}
	}
	return changes
}

// quality is the published accuracy of a built-in model, the image size that it holds for and the one of the spec; 0 without images.
func quality(spec string) (q *roofline.Quality, own, now int64) {
	if !zoo.IsSpec(spec) {
		return nil, 0, 0
	}
	e, values, err := zoo.Lookup(spec)
	if err != nil {
		return nil, 0, 0
	}
	if i := slices.IndexFunc(e.Options, func(o zoo.Option) bool { return o.Name == "size" }); i >= 0 {
		own, now = e.Options[i].Default, values["size"]
	}
	if e.Accuracy.Metric != "" {
		q = &roofline.Quality{Text: e.Accuracy.Figure(), Metric: e.Accuracy.Metric, Score: e.Accuracy.Score(), Source: e.Accuracy.Source}
	}
	return q, own, now
}
