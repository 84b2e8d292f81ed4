package cli

import (
	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/plots/report"
)

// whatIfCommand returns the command that changes figures of a device or a model and says what that
// would save.
func whatIfCommand(a *app) *cobra.Command {
	var (
		bind    bindFlags
		how     runFlags
		engine  runtimeFlags
		changes []string
		out     output
	)
	cmd := &cobra.Command{
		Use:   "whatif MODEL --device DEVICE [--set PATH=VALUE]...",
		Short: "Say how the latency moves when figures of a device change",
		Long: `Estimate a model on a device as it is and with changed figures, each alone and all together.
A PATH is one of "ridgepoint devices show DEVICE"; a VALUE is a factor (x2), a percentage (+50%, -20%)
or a figure (504GB/s). Efficiencies and overheads stay those of the device. Without --set, the bandwidth,
the peaks that the model uses and the clock are doubled in turn: what helps most?`,
		Example: `  ridgepoint whatif zoo:resnet50 --device rpi-5
  ridgepoint whatif bert.onnx --device a100-sxm4-80 --precision fp16 --set memory.dram.bandwidth=x2 --set peak.matrix.fp16=+50%`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, models []string) error {
			opt, err := options(&bind, &how, &engine)
			if err != nil {
				return err
			}
			devices := how.names()
			if len(devices) != 1 {
				return usagef("whatif takes one --device")
			}
			rp := engine.open(a)
			m, err := rp.Load(models[0])
			if err != nil {
				return err
			}
			base, variants, err := rp.WhatIf(m, devices[0], changes, opt)
			if err != nil {
				return err
			}
			return a.write(&out, report.WhatIf(base, variants))
		},
	}
	bind.add(cmd)
	how.add(cmd)
	engine.add(cmd)
	out.addReport(a, cmd)
	cmd.Flags().StringArrayVar(&changes, "set", nil, "change a figure, `PATH=VALUE` (repeatable)")
	return cmd
}
