package cli

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// pipelineFlags say what a pipeline is of, where it runs and what it must hold.
type pipelineFlags struct {
	models   []string
	camera   string
	stages   []string
	devices  []string
	selector string
	host     string
	fps      float64
	plot     picture
	how      runFlags
	engine   runtimeFlags
	rank     rankFlags
	out      output
}

// pipelineCommand returns the command that times a camera's frames from sensor to result.
func pipelineCommand(a *app) *cobra.Command {
	f := new(pipelineFlags)
	cmd := &cobra.Command{
		Use:   "pipeline [FILE.yaml] [--model MODEL...] --device DEVICE...",
		Short: "Say what a camera's frames take from sensor to result: frames a second, the stage that limits, joules",
		Long: `Time a pipeline stage by stage: ` + strings.Join(ridgepoint.PipelineStages(), ", ") + `.
A stage is estimated, or given as in {stage: resize, time: 3 ms}. The answer is the latency of a frame, the
frames a second with stages of several frames overlapping, what limits them, and the energy of a frame, each
with its basis. Several devices are compared: those that hold --fps first, the cheapest or the most efficient
of them first. Without a file, --model and --camera make one. docs/pipeline.md has all keys.`,
		Example: `  ridgepoint pipeline camera.yaml
  ridgepoint pipeline --model zoo:yolo11n --camera 1920x1080@30 --device jetson-orin-nano-8-super --precision fp16
  ridgepoint pipeline camera.yaml --devices class=jetson --fps 30 --most-efficient
  ridgepoint pipeline camera.yaml --device rpi-5 --plot frames.png`,
		Args: positional(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error { return f.run(cmd, a, list) },
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.models, "model", nil, "run a `MODEL` in the place of the file's, or without a file (repeatable)")
	flags.StringVar(&f.camera, "camera", "1920x1080@30", "without a file: `WIDTHxHEIGHT@FPS` of the camera")
	flags.StringSliceVar(&f.stages, "stages", nil, "without a file: a `LIST` of stages (default: capture,resize,normalise,transfer,inference,nms)")
	flags.StringArrayVarP(&f.devices, "device", "d", nil, "`DEVICE` that models run on: an id, an alias, id@MODE, or the path of a profile (repeatable; default: the file's)")
	flags.StringVar(&f.selector, "devices", "", "all devices that a `SELECTOR` holds for, such as class=jetson or class=gpu,vendor=AMD")
	flags.StringVar(&f.host, "host", "", "`DEVICE` that the other stages run on (default: the file's, the device's own cores, or an assumed one)")
	flags.StringVar(&f.how.precision, "precision", "", "run floating-point tensors as `TYPE`: "+precisions()+"; of several, such as fp16,int8, the first that a device runs (default: the file's or the model's own)")
	flags.Float64Var(&f.fps, "fps", 0, "frames a second to hold")
	f.plot.add(cmd, "also draw some frames as bars over time, to a .png, .svg or .pdf `FILE`")
	f.engine.add(cmd)
	f.rank.add(cmd)
	f.out.addReport(a, cmd)
	bySettings(cmd, "device", "precision")
	return cmd
}

// run estimates the pipeline on each device and writes the comparison.
func (f *pipelineFlags) run(cmd *cobra.Command, a *app, list []string) error {
	job, err := f.job(list)
	if err != nil {
		return err
	}
	prices, err := f.rank.prices()
	if err != nil {
		return err
	}
	runs, err := f.engine.open(a).Pipelines(cmd.Context(), job)
	if err != nil {
		return err
	}
	if f.plot.path != "" && len(runs) != 1 {
		return usagef("--plot takes one device")
	}
	frames := framesOf(runs, prices)
	f.rank.unpriced(a, prices, devicesOf(runs))
	f.rank.sortFrames(frames, f.fps)
	if err := a.write(&f.out, report.Pipelines(frames, f.fps, f.rank.order())); err != nil {
		return err
	}
	if f.plot.path != "" && runs[0].Err == nil {
		if err := a.draw(ridgepoint.PlotPipeline(runs[0].Pipeline), &f.plot); err != nil {
			return err
		}
	}
	return holds(frames, f.fps)
}

// framesOf returns runs of a pipeline with what they cost.
func framesOf(runs []ridgepoint.PipelineRun, prices *ridgepoint.Prices) []report.Frames {
	frames := make([]report.Frames, len(runs))
	for i, r := range runs {
		frames[i] = report.Frames{Result: r.Pipeline, Device: r.Device, Model: r.Model, Err: r.Err}
		if r.Err == nil {
			frames[i].Money = report.FrameMoney(prices, r.Device, r.Pipeline)
		}
	}
	return frames
}

// devicesOf returns the devices of runs that were found.
func devicesOf(runs []ridgepoint.PipelineRun) (devices []*ridgepoint.Device) {
	for _, r := range runs {
		if r.Device != nil {
			devices = append(devices, r.Device)
		}
	}
	return devices
}

// holds returns the answer no if nothing holds a rate that is asked for.
func holds(all []report.Frames, fps float64) error {
	if fps == 0 || slices.ContainsFunc(all, func(f report.Frames) bool { return f.Err == nil && f.Holds(fps) != "no" }) {
		return nil
	}
	return nof("nothing holds %g FPS", fps)
}

// job turns the flags into a job; its errors are usage errors.
func (f *pipelineFlags) job(list []string) (*ridgepoint.PipelineJob, error) {
	if f.fps < 0 {
		return nil, usagef("--fps %g: expected frames a second above zero", f.fps)
	}
	job := &ridgepoint.PipelineJob{Devices: listed(f.devices), Select: f.selector, Host: f.host,
		Precisions: listed([]string{f.how.precision}),
		Options:    &ridgepoint.Options{Runtime: f.engine.runtime, Threads: f.engine.threads}}
	switch {
	case len(list) == 1 && (len(f.models) > 0 || len(f.stages) > 0):
		return nil, usagef("give a file, or --model and --stages, not both")
	case len(list) == 1 && strings.HasPrefix(list[0], "zoo:"):
		return nil, usagef("found the model %s in the place of a file, expected it behind --model", list[0])
	case len(list) == 1:
		job.Path = list[0]
		return job, nil
	case len(f.models) == 0:
		return nil, usagef("give a file, or a --model")
	case len(job.Devices) == 0 && job.Select == "":
		return nil, usagef("name a device with --device, or several with --devices class=jetson")
	}
	text, err := ridgepoint.PipelineText(f.camera, f.stages, f.models)
	if err != nil {
		return nil, usagef("--camera: %w", err)
	}
	job.Path, job.Data = "pipeline of the flags", text
	return job, nil
}

const pricesUsage = "prices of devices from `FILE` (docs/energy.md) in place of the built-in table of cloud instances"

// rankFlags say by what devices are ranked, and what they cost.
type rankFlags struct {
	efficient, cheapest bool
	file                string
	grid                string
}

// add adds the flags that rank by cost or energy.
func (f *rankFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.efficient, "most-efficient", false, "rank what fits by the energy that it takes, the least first")
	flags.BoolVar(&f.cheapest, "cheapest", false, "rank what fits by its cost, the least first")
	flags.StringVar(&f.file, "prices", "", pricesUsage)
	flags.StringVar(&f.grid, "grid", "", "`INTENSITY` of the grid, such as 300g/kWh, for grams of CO2; none are stated without it")
}

// prices reads the table of prices.
func (f *rankFlags) prices() (*ridgepoint.Prices, error) {
	if f.efficient && f.cheapest {
		return nil, usagef("--most-efficient and --cheapest exclude each other")
	}
	return ridgepoint.LoadPrices(f.file, f.grid)
}

// ranking returns what choices are ranked by.
func (f *rankFlags) ranking() (r report.Ranking, err error) {
	r.By = f.order()
	r.Prices, err = f.prices()
	return r, err
}

// order returns what is ranked by.
func (f *rankFlags) order() (by report.Order) {
	switch {
	case f.efficient:
		by = report.ByEnergy
	case f.cheapest:
		by = report.ByCost
	}
	return by
}

// pickFrames judges models in the place of the first inference of a pipeline on every device that the flags name.
func (a *app) pickFrames(ctx context.Context, file string, search *searchFlags, models []string, rank *rankFlags,
	limit *budgetFlags, out *output) error {
	s, err := search.search(models)
	switch {
	case err != nil:
		return err
	case limit.fps <= 0 || limit.latency != 0 || limit.memory != "" || s.Task != "" || len(s.Sizes) > 0:
		return usagef("--pipeline takes models that are named, --fps, --precision and devices; leave other limits and lists out")
	}
	prices, err := rank.prices()
	if err != nil {
		return err
	}
	runs, err := search.engine.open(a).Pipelines(ctx, &ridgepoint.PipelineJob{Path: file, Models: s.Models,
		Devices: s.Devices, Select: s.Select, Options: s.Options, Precisions: s.Precisions})
	if err != nil {
		return err
	}
	frames := framesOf(runs, prices)
	rank.unpriced(a, prices, devicesOf(runs))
	rank.sortFrames(frames, limit.fps)
	if err := a.write(out, report.Pipelines(frames, limit.fps, rank.order())); err != nil {
		return err
	}
	return holds(frames, limit.fps)
}

// unpriced warns where the cheapest of some devices is asked for and none has a price.
func (f *rankFlags) unpriced(a *app, table *ridgepoint.Prices, devices []*ridgepoint.Device) {
	priced := func(d *ridgepoint.Device) bool { return table.Of(d, 0) != nil }
	if f.cheapest && !slices.ContainsFunc(devices, priced) {
		a.warn(errors.New("no price is known of any of these devices, so none is called the cheapest; " +
			"give prices with --prices FILE (docs/energy.md)"))
	}
}

// sortFrames puts the devices that hold a rate first, then the cheapest or the most efficient of them; without a
// ranking they stay as they were named.
func (f *rankFlags) sortFrames(all []report.Frames, fps float64) {
	slices.SortStableFunc(all, func(x, y report.Frames) int {
		return cmp.Or(cmp.Compare(class(&x, fps), class(&y, fps)), cmp.Compare(f.figure(&x), f.figure(&y)))
	})
}

// class returns 0 for a device that holds a rate, 1 for one that does not, 2 for one that cannot run.
func class(f *report.Frames, fps float64) int {
	switch {
	case f.Err != nil:
		return 2
	case fps > 0 && f.Holds(fps) == "no":
		return 1
	}
	return 0
}

// unknownFigure ranks what is not known behind all that is.
const unknownFigure = 1e300

// figure returns what a device is ranked by.
func (f *rankFlags) figure(x *report.Frames) float64 {
	switch {
	case x.Err != nil:
	case f.efficient && x.Energy != nil:
		return x.Energy.Joules.Expected
	case f.cheapest && x.Money.Cost != nil:
		return x.Money.Cost.PerMillion
	case !f.efficient && !f.cheapest:
		return 0
	}
	return unknownFigure
}
