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
		bind    bindFlags
		how     runFlags
		engine  runtimeFlags
		latency time.Duration
		class   string
		plot    picture
		out     output
	)
	cmd := &cobra.Command{
		Use:   "require MODEL --latency TIME (--device-class CLASS | --device DEVICE)",
		Short: "Say what bandwidth and FLOP/s a device needs to run a model in time",
		Long: `Find the matrix rate and the memory bandwidth with which a device runs a model within a latency: in
the proportion of a known device, at the least of each, and along the curve between. Efficiencies,
overheads and everything else are those of that device, for a class of the one with the middle bandwidth
of its devices that have the precision.`,
		Example: `  ridgepoint require zoo:yolo11m --latency 10ms --device-class jetson --precision fp16
  ridgepoint require zoo:llama3-8b --latency 20ms --device h100-sxm --precision fp16 --plot need.png`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, models []string) error {
			if latency <= 0 {
				return usagef("give the latency to be reached, for example --latency 10ms")
			}
			opt, err := options(&bind, &how, &engine)
			if err != nil {
				return err
			}
			like, err := like(how.names(), class)
			if err != nil {
				return err
			}
			rp := engine.open(a)
			m, err := rp.Load(models[0])
			if err != nil {
				return err
			}
			r, others, err := rp.Require(m, like, latency.Seconds(), opt)
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
	cmd.Flags().DurationVar(&latency, "latency", 0, "`TIME` of one inference at most, for example 10ms")
	cmd.Flags().StringVar(&class, "device-class", "", "like the devices of a `CLASS`, for example jetson or gpu")
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

// like returns the device, or the class of devices, that what is needed is like.
func like(devices []string, class string) (string, error) {
	switch {
	case (class == "") == (len(devices) == 0):
		return "", usagef("give --device-class CLASS or one --device")
	case class != "":
		return ridgepoint.ClassPrefix + class, nil
	case len(devices) != 1:
		return "", usagef("require takes one --device")
	}
	return devices[0], nil
}
