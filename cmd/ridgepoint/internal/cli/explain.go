package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// explainCommand returns the command that says what limits a model on a device and what would help.
func explainCommand(a *app) *cobra.Command {
	var (
		bind    bindFlags
		how     runFlags
		engine  runtimeFlags
		fps     float64
		latency time.Duration
		prices  string
		out     output
	)
	cmd := &cobra.Command{
		Use:   "explain MODEL --device DEVICE [--fps N | --max-latency TIME]",
		Short: "Say what bounds a model and what would make it faster, in milliseconds",
		Long: `Say in a sentence what bounds a model on a device, then list what would make it faster, the largest saving
first. Each saving is the difference of two estimates: the model is run in another precision, engine, batch,
power mode or size, with a changed graph or changed kernels, or as another network. Its 90 % interval is that of the
ratio of the two: what both may be off by cancels. "At most" is where a change cannot be estimated whole. Savings do
not add: the first ones that go together are estimated together. What saves less than
2 % is not shown. With a target, the changes that meet it are named, and the device of the least power
that does, and the cheapest by a table of prices. "check it with" is the command that repeats the estimate, or where the graph is changed shows its kernels.`,
		Example: `  ridgepoint explain zoo:yolo11s --device rpi-5 --fps 10
  ridgepoint explain model.onnx --device t4 --precision fp16
  ridgepoint explain bert.onnx --device t4 --dim sequence=128 --max-latency 5ms --format json`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, models []string) error {
			opt, err := options(&bind, &how, &engine)
			if err != nil {
				return err
			}
			devices := how.names()
			switch {
			case len(devices) != 1:
				return usagef("explain takes one --device")
			case fps < 0 || latency < 0:
				return usagef("--fps and --max-latency take positive figures")
			}
			rp := engine.open(a)
			m, err := rp.Load(models[0])
			if err != nil {
				return err
			}
			target := ridgepoint.Target{Latency: latency.Seconds(), FPS: fps}
			if target.Prices, err = ridgepoint.LoadPrices(prices, ""); err != nil {
				return err
			}
			answer, err := rp.Advise(cmd.Context(), m, devices[0], target, opt)
			if err != nil {
				return err
			}
			return a.write(&out, report.Advice(answer))
		},
	}
	bind.add(cmd)
	how.add(cmd)
	engine.add(cmd)
	out.addReport(a, cmd)
	cmd.Flags().Float64Var(&fps, "fps", 0, "target: samples per second at least")
	cmd.Flags().DurationVar(&latency, "max-latency", 0, "target: `TIME` of one inference at most, for example 33ms")
	cmd.Flags().StringVar(&prices, "prices", "", pricesUsage)
	return cmd
}
