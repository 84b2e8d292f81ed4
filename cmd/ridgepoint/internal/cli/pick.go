package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// budgetFlags say what a model may use.
type budgetFlags struct {
	fps     float64
	latency time.Duration
	memory  string
}

func pickCommand(a *app) *cobra.Command {
	var (
		bind   bindFlags
		how    runFlags
		limit  budgetFlags
		format string
	)
	cmd := &cobra.Command{
		Use:   "pick MODEL... --device DEVICE (--fps N | --max-latency TIME) [--max-memory SIZE]",
		Short: "Say which models fit a budget on a device, and what would make the others fit",
		Long: `Rank models by a budget: those that fit first, the largest of them on top. For each that does
not fit, by how much, and the first change that would make it: batch 1, a narrower type that the
device runs, a smaller image.`,
		Example: `  ridgepoint pick zoo:yolo11n zoo:yolo11s zoo:yolo11m --device jetson-orin-nano-8-super --precision fp16 --fps 30
  ridgepoint pick a.onnx b.onnx --device rpi-5 --max-latency 33ms --max-memory 512MiB`,
		Args: positional(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, models []string) error {
			budget, err := limit.budget()
			if err != nil {
				return err
			}
			b, err := bind.bindings()
			if err != nil {
				return err
			}
			opt, err := how.options()
			if err != nil {
				return err
			}
			if len(how.devices) != 1 || strings.Contains(how.devices[0], ",") {
				return usagef("pick takes one --device")
			}
			devices, err := a.find(how.devices)
			if err != nil {
				return err
			}
			var candidates []roofline.Candidate
			for _, spec := range models {
				runs := &estimates{}
				res, err := a.infer(spec, b)
				if err != nil {
					return err
				}
				if err := runs.add(cmd.Context(), spec, res, devices, opt); err != nil {
					return err
				}
				changes := roofline.Changes(res.Plan, b, devices[0], opt)
				changes = append(changes, a.smaller(spec, b, devices[0], opt)...)
				candidates = append(candidates, roofline.Candidate{Estimate: runs.all[0], Changes: changes})
			}
			return a.write(format, report.Pick(budget, roofline.Pick(candidates, budget)))
		},
	}
	bind.add(cmd)
	how.add(cmd)
	addFormat(cmd, &format)
	cmd.Flags().Float64Var(&limit.fps, "fps", 0, "samples per second at least")
	cmd.Flags().DurationVar(&limit.latency, "max-latency", 0, "`TIME` of one inference at most, for example 33ms")
	cmd.Flags().StringVar(&limit.memory, "max-memory", "", "weights and activations at most, `SIZE` for example 512MiB (default: what the device has)")
	return cmd
}

// smaller lists smaller image sizes of a built-in model, which is built anew for each: its graph fixes the size.
func (a *app) smaller(spec string, b infer.Bindings, d *hwprofiles.Device, opt roofline.Options) []roofline.Change {
	sizes := zoo.Smaller(spec)
	changes := make([]roofline.Change, len(sizes))
	for i, s := range sizes {
		changes[i] = roofline.Change{What: s.What, Run: func() (*roofline.Estimate, error) {
			res, err := a.infer(s.Spec, b)
			if err != nil {
				return nil, err
			}
			return roofline.Run(res, d, opt)
		}}
	}
	return changes
}

func (f *budgetFlags) budget() (b roofline.Budget, err error) {
	if f.fps < 0 || f.latency < 0 || f.fps == 0 && f.latency == 0 && f.memory == "" {
		return b, usagef("give a budget: --fps 30, --max-latency 33ms or --max-memory 512MiB")
	}
	b.FPS, b.Latency = f.fps, f.latency.Seconds()
	if f.memory != "" {
		v, _, err := units.Parse(f.memory, units.Bytes, units.Capacity)
		if err != nil {
			return b, usagef("--max-memory: %v", err)
		}
		b.Memory = int64(v)
	}
	return b, nil
}
