package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// pageForms lists the forms of the page, which is more than the table of an estimate that other commands write as HTML.
var pageForms = []form{{"html", []string{".html", ".htm"}, true, false}}

// reportCommand returns the command that writes the HTML page of an estimate.
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
interval and basis, time by bound, the roofline to zoom and pin kernels on, what would make the model
faster, the tree of modules with the time that each wastes above its lower bound, every kernel,
throughput over batches, memory over time, assumptions, notes and the source of every figure. One
filter drives roofline, tree and table; the page's address keeps what is shown. Without scripts the
page has the same content. Several models, devices, runtimes or precisions have a section each and a
table that compares them, and one can be laid over another.`,
		Example: `  ridgepoint report zoo:yolo11n --device rpi-5 -o report.html
  ridgepoint report zoo:yolo11n --device rpi-5 --runtime ncnn,openvino -o runtimes.html
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
			parts, err := a.pageParts(cmd.Context(), models, opt, &how, &engine)
			if err != nil {
				return err
			}
			var runs []*ridgepoint.Estimate
			for i := range parts {
				runs = append(runs, parts[i].Estimate)
			}
			w := a.reporting(report.Estimates(runs, report.View{}))
			w["html"] = func(to io.Writer) error { return ridgepoint.WritePage(to, parts...) }
			return a.deliver(&out, w)
		},
	}
	bind.add(cmd)
	how.add(cmd)
	engine.add(cmd)
	step.add(cmd)
	out.add(a, cmd, "", pageForms)
	engine.addAll(cmd)
	return cmd
}

// pageParts estimates models on the devices of the flags, in lists of runtimes and precisions too, with what the page
// shows beside each estimate.
func (a *app) pageParts(ctx context.Context, models []string, opt *ridgepoint.Options, how *runFlags,
	engine *runtimeFlags) ([]ridgepoint.PagePart, error) {
	rp := engine.open(a)
	o := *opt
	o.Runtime, o.Precision = "", ""
	bar := a.progress("estimating", len(models))
	defer bar.end()
	var parts []ridgepoint.PagePart
	loaded, opts, err := rp.LoadAll(models, &o)
	if err != nil {
		return nil, err
	}
	for i, m := range loaded {
		ways, err := rp.Ways(ctx, m, how.names(), choices(engine.runtime), choices(how.precision), opts[i])
		if err != nil {
			return nil, err
		}
		for _, e := range ways.Estimates {
			p, err := rp.PagePart(ctx, m, e, opts[i])
			if err != nil {
				return nil, err
			}
			parts = append(parts, p)
		}
		bar.step()
	}
	return parts, nil
}
