package cli

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// plotCommand returns the command that draws estimates.
func plotCommand(a *app) *cobra.Command {
	var bind bindFlags
	var how runFlags
	var engine runtimeFlags
	var kind string
	var out output
	var size sizeFlag
	var style styleFlags
	var by string
	var step stepFlags
	cmd := &cobra.Command{
		Use:   "plot MODEL... --device DEVICE... -o FILE",
		Short: "Draw the roofline of a device with a model's kernels under it",
		Long: `Draw the attainable rate over operational intensity, both logarithmic: one roof for each
element type that the model uses and each memory level whose bandwidth is known, ridge points
marked; kernels as dots as large as their share of the time, the heaviest labelled. A dot is at the
rate that the runtime is expected to reach, with --runtime none on the roof over it. Several models or
devices are drawn over each other. In a format of reports it prints the estimates that it would draw.`,
		Example: `  ridgepoint plot zoo:yolo11n --device rpi-5 -o roofline.png
  ridgepoint plot model.onnx --device t4,l4 --precision fp16 -o compare.svg
  ridgepoint plot zoo:yolo11n zoo:yolo11s zoo:yolo11m --device t4 --by model --width 3.4 --font-size 7 --no-legend -o paper.pdf`,
		Args: positional(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, models []string) error {
			opt, err := options(&bind, &how, &engine)
			if err != nil {
				return err
			}
			opt.Size = ridgepoint.Size(size)
			if models, err = step.specs(models); err != nil {
				return err
			}
			runs, err := a.estimateAll(cmd.Context(), models, opt, &how, &engine)
			if err != nil {
				return err
			}
			if by == "model" {
				kind = "models"
			} else if by != "kernel" {
				return usagef("--by %s: expected kernel or model", by)
			}
			fig, err := ridgepoint.Plot(kind, runs...)
			if err != nil {
				return err
			}
			if fig.Style, err = style.style(); err != nil {
				return err
			}
			w := a.reporting(report.Estimates(runs, report.View{}))
			for _, f := range pictureForms {
				w[f.name] = func(to io.Writer) error { return fig.Write(to, f.name) }
			}
			return a.deliver(&out, w)
		},
	}
	bind.add(cmd)
	how.add(cmd)
	engine.add(cmd)
	size.addSize(cmd)
	step.add(cmd)
	cmd.Flags().StringVar(&kind, "kind", "roofline", "what to draw, `KIND`: "+strings.Join(ridgepoint.PlotKinds(), ", or ")+" (the time by operator, coloured by bound)")
	cmd.Flags().StringVar(&by, "by", "kernel", "a dot for each `THING`: kernel|model")
	style.add(cmd)
	out.add(a, cmd, "", pictureForms)
	return cmd
}
