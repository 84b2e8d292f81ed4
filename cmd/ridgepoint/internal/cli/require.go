package cli

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// requireCommand returns the command that says which bandwidth and FLOP/s a latency needs, and
// which devices have them.
func requireCommand(a *app) *cobra.Command {
	var (
		bind   bindFlags
		how    runFlags
		engine runtimeFlags
		need   needFlags
		plot   picture
		out    output
	)
	cmd := &cobra.Command{
		Use:   "require MODEL (--max-latency TIME | --fps N) (--devices SELECTOR | --device DEVICE)",
		Short: "Say what bandwidth and FLOP/s a device needs to run a model in time",
		Long: `Find the matrix rate and the memory bandwidth with which a device runs a model within a latency: in
the proportion of a known device, at the least of each, and along the curve between. Efficiencies,
overheads and everything else are those of that device; of several devices, such as a class, of the one
with the middle bandwidth among those that have the precision.`,
		Example: `  ridgepoint require zoo:yolo11m --max-latency 10ms --devices class=jetson --precision fp16
  ridgepoint require zoo:yolo11n --fps 60 --device jetson-orin-nano-8-super --precision fp16
  ridgepoint require zoo:llama3-8b --max-latency 20ms --device h100-sxm --precision fp16 --plot need.png`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, models []string) error {
			opt, err := options(&bind, &how, &engine)
			if err != nil {
				return err
			}
			limit, err := need.limit(max(opt.Batch, 1))
			if err != nil {
				return err
			}
			like, err := need.like(how.names())
			if err != nil {
				return err
			}
			rp := engine.open(a)
			m, err := rp.Load(models[0])
			if err != nil {
				return err
			}
			r, others, err := rp.Require(m, like, limit, opt)
			if err != nil {
				return noWay(err)
			}
			if err := a.write(&out, report.Require(m.Name, r)); err != nil || plot.path == "" {
				return err
			}
			return a.draw(ridgepoint.PlotRequire(m.Name, r, others), &plot)
		},
	}
	bind.add(cmd)
	how.addFlags(cmd)
	engine.add(cmd)
	out.addReport(a, cmd)
	need.add(cmd)
	plot.add(cmd, "also draw the trade-off and where devices are, to a .png, .svg or .pdf `FILE`")
	return cmd
}

// noWay makes an error the answer no if it says that no device is fast enough.
func noWay(err error) error {
	if overhead := new(ridgepoint.OverheadError); errors.As(err, &overhead) {
		return nof("%w", err)
	}
	return err
}

// needFlags say what is to be reached, and with devices like which.
type needFlags struct {
	latency         time.Duration
	fps             float64
	selector, class string
}

// add adds the flags, by the names that other commands have for them. Two older names stay, without a word in the help.
func (f *needFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.DurationVar(&f.latency, "max-latency", 0, "`TIME` of one inference at most, for example 10ms")
	flags.Float64Var(&f.fps, "fps", 0, "samples per second at least, one inference after the other")
	flags.StringVar(&f.selector, "devices", "", "like the devices that a `SELECTOR` holds for, such as class=jetson or class=gpu,vendor=AMD")
	flags.DurationVar(&f.latency, "latency", 0, "`TIME`, as --max-latency")
	flags.StringVar(&f.class, "device-class", "", "`CLASS`, as --devices class=CLASS")
	for _, name := range []string{"latency", "device-class"} {
		if err := flags.MarkHidden(name); err != nil {
			panic(err) // it was added above
		}
	}
}

// limit returns the latency to be reached by a batch, in seconds.
func (f *needFlags) limit(batch int64) (float64, error) {
	switch {
	case f.latency <= 0 && f.fps <= 0:
		return 0, usagef("give what is to be reached: --max-latency 10ms or --fps 30")
	case f.latency > 0 && f.fps > 0:
		return 0, usagef("found --max-latency and --fps, expected one of the two")
	case f.fps > 0:
		return float64(batch) / f.fps, nil
	}
	return f.latency.Seconds(), nil
}

// like returns the device, or the selector of devices, that what is needed is like.
func (f *needFlags) like(devices []string) (string, error) {
	selector := f.selector
	if f.class != "" {
		selector = ridgepoint.ClassPrefix + f.class
	}
	switch {
	case (selector == "") == (len(devices) == 0):
		return "", usagef("give --devices class=jetson, or one --device")
	case selector != "":
		return selector, nil
	case len(devices) != 1:
		return "", usagef("found %d devices, expected one --device", len(devices))
	}
	return devices[0], nil
}
