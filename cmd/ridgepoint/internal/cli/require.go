package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
)

func requireCommand(a *app) *cobra.Command {
	var (
		bind    bindFlags
		how     runFlags
		engine  runtimeFlags
		latency time.Duration
		class   string
		picture string
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
			b, err := bind.bindings()
			if err != nil {
				return err
			}
			opt, err := how.options()
			if err != nil {
				return err
			}
			if opt.Tuner, err = engine.tuner(a); err != nil {
				return err
			}
			like, others, err := a.template(&how, class, opt)
			if err != nil {
				return err
			}
			res, err := a.infer(models[0], b)
			if err != nil {
				return err
			}
			r, err := roofline.Require(res, like, opt, latency.Seconds())
			if err != nil {
				return noWay(fmt.Errorf("%s: %w", models[0], err))
			}
			name := modelName(models[0])
			if err := a.write(&out, report.Require(name, r, note.Texts(res.Notes))); err != nil || picture == "" {
				return err
			}
			return a.draw(plots.Require(name, r, others), picture)
		},
	}
	bind.add(cmd)
	how.addFlags(cmd)
	engine.add(cmd)
	out.addReport(a, cmd)
	cmd.Flags().DurationVar(&latency, "latency", 0, "`TIME` of one inference at most, for example 10ms")
	cmd.Flags().StringVar(&class, "device-class", "", "like the devices of a `CLASS`, for example jetson or gpu")
	cmd.Flags().StringVar(&picture, "plot", "", "also draw the trade-off and where devices are, to a .png, .svg or .pdf `FILE`")
	return cmd
}

// noWay makes an error the answer no if it says that no device is fast enough.
func noWay(err error) error {
	if overhead := new(roofline.OverheadError); errors.As(err, &overhead) {
		return nof("%w", err)
	}
	return err
}

// template is the device that what is needed is like, and the devices to show beside it.
func (a *app) template(how *runFlags, class string, opt roofline.Options) (*hwprofiles.Device, []*hwprofiles.Device, error) {
	if (class == "") == (len(how.devices) == 0) {
		return nil, nil, usagef("give --device-class CLASS or one --device")
	}
	if class == "" {
		devices, err := a.find(how.devices)
		if err != nil {
			return nil, nil, err
		}
		if len(devices) != 1 {
			return nil, nil, usagef("require takes one --device")
		}
		return devices[0], devices, nil
	}
	devices, err := a.selectDevices("class=" + class)
	if err != nil {
		return nil, nil, err
	}
	able := slices.DeleteFunc(slices.Clone(devices), func(d *hwprofiles.Device) bool {
		_, err := roofline.NewMachine(d, opt.Precision, nil)
		return err != nil
	})
	if len(able) == 0 {
		return nil, nil, fmt.Errorf("no device of class %s has a %s peak", class, opt.Precision.Short())
	}
	slices.SortStableFunc(able, func(x, y *hwprofiles.Device) int {
		return cmp.Compare(x.DRAM().Bandwidth.Value, y.DRAM().Bandwidth.Value)
	})
	return able[len(able)/2], able, nil
}
