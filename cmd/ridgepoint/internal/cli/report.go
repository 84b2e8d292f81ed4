package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// pageForms are the forms of the page, which is more than the table of an estimate that other commands write as HTML.
var pageForms = []form{{"html", []string{".html", ".htm"}, true, false}}

func reportCommand(a *app) *cobra.Command {
	var (
		bind   bindFlags
		how    runFlags
		engine runtimeFlags
		out    output
		step   stepFlags
	)
	cmd := &cobra.Command{
		Use:   "report MODEL... --device DEVICE... -o FILE",
		Short: "Write one HTML page of an estimate to read, keep and send",
		Long: `Write one HTML page that opens from disk and loads nothing: the verdict, latency with its
interval and basis, memory, time by bound, the roofline, the tree of modules with the time that each
wastes above its lower bound, every kernel, assumptions, notes and the source of every figure.
Filter and sort are kept in the page's address. Without scripts the page has the same content.
Several models or devices have a section each, and a table that compares them.`,
		Example: `  ridgepoint report zoo:yolo11n --device rpi-5 -o report.html
  ridgepoint report model.onnx --device t4,l4 --precision fp16 -o compare.html`,
		Args: positional(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, models []string) error {
			opt, err := options(&bind, &how, &engine)
			if err != nil {
				return err
			}
			if models, err = step.specs(models); err != nil {
				return err
			}
			runs, err := a.estimateAll(cmd.Context(), models, opt, &how, &engine)
			if err != nil {
				return err
			}
			w := a.reporting(report.Estimates(runs, report.View{}))
			w["html"] = func(to io.Writer) error { return ridgepoint.WritePage(to, runs...) }
			return a.deliver(&out, w)
		},
	}
	bind.add(cmd)
	how.add(cmd)
	engine.add(cmd)
	step.add(cmd)
	out.add(a, cmd, "", pageForms)
	return cmd
}
