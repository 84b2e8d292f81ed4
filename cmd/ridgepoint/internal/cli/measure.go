package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// measureFlags say how a model is measured and where the result goes.
type measureFlags struct {
	bind              bindFlags
	engine            runtimeFlags
	from, device, ort string
	limit             time.Duration
	csv, source       string
	precision         string
	out               output
	shared            bool
	plot              picture
}

// measureCommand returns the command that runs a model here or reads a trace, and lays it beside
// the estimate.
func measureCommand(a *app) *cobra.Command {
	var f measureFlags
	cmd := &cobra.Command{
		Use:   "measure [MODEL] [--from FILE]",
		Short: "Run a model on this machine, or read a profile, and lay it beside the prediction",
		Long: `Run a model in ONNX Runtime on this machine: warm up, run until the median is known to 2 % with 95 %
confidence or the time is up, then once more with a profile by node, which is mapped back to the
kernels of the estimate. A model without its weights, and a built-in one, gets random weights in a
temporary file. This needs a build with cgo and ONNX Runtime's shared library ("make ort" gets it).

With --from the measurement is read from a file instead; its content says which tool wrote it:

  ` + strings.Join(ridgepoint.TraceFormats(), "\n  ") + `

With a MODEL its nodes are mapped to the model's kernels.

The prediction is for --device, by default the profile "host", which "ridgepoint host" writes, and for
the runtime that ran the model; --runtime none compares with the speed of light.`,
		Example: `  ridgepoint measure zoo:resnet50 --threads 1
  ridgepoint measure model.onnx --batch 8 --csv measured.csv --plot measured.png
  ridgepoint measure model.onnx --from trtexec-profile.json --device jetson-orin-nano-8 --precision fp16`,
		Args: positional(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error {
			switch {
			case f.limit == 0:
				return usagef("--limit takes more than 0")
			case f.from == "" && f.precision != "":
				return usagef("--precision goes with --from: a model is run in its own")
			case len(list) == 0 && f.from == "":
				return usagef("measure takes a MODEL, or --from FILE, or both")
			case len(list) == 0:
				return a.readTrace(&f)
			}
			return a.measure(cmd.Context(), list[0], &f)
		},
	}
	f.bind.add(cmd)
	f.engine.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "read the measurement from `FILE`, - for standard input, instead of running the model")
	flags.StringVarP(&f.device, "device", "d", "", "`DEVICE` to predict for (default: host, where there is such a profile)")
	flags.StringVar(&f.ort, "ort", "", "`PATH` of ONNX Runtime's shared library, or of its folder (default: $"+ridgepoint.LibraryVariable+", then the usual places)")
	flags.DurationVar(&f.limit, "limit", 10*time.Second, "begin no further run after this `TIME`")
	flags.StringVar(&f.precision, "precision", "", "with --from, the `TYPE` that the model ran in: "+precisions()+" (default: the model's own)")
	flags.StringVar(&f.csv, "csv", "", "append the measurement to a table of measurements, `FILE`")
	flags.BoolVar(&f.shared, "shared", false, "other work uses this machine: the table's latency is the 10 % quantile, not the median, and of repeated measurements the fastest")
	flags.StringVar(&f.source, "source", "own measurement", "what the table shall name as the source, `TEXT`")
	f.plot.add(cmd, "draw the measured kernels under the roofline, `FILE`: .png, .svg or .pdf")
	f.out.addReport(a, cmd)
	return cmd
}

// measure runs a model, or takes its measurement from a file, and reports it.
func (a *app) measure(ctx context.Context, spec string, f *measureFlags) error {
	opt, err := options(&f.bind, &runFlags{precision: f.precision}, &f.engine)
	if err != nil {
		return err
	}
	rp := f.engine.open(a)
	m, err := rp.Load(spec)
	if err != nil {
		return err
	}
	how := ridgepoint.MeasureOptions{
		Ref: f.from, Device: f.device, Library: f.ort, Limit: f.limit, Source: f.source, Shared: f.shared,
	}
	if f.from != "" {
		if how.Trace, err = rp.OpenTrace(f.from); err != nil {
			return err
		}
	}
	out, err := rp.Measure(ctx, m, how, opt)
	if err != nil {
		return err
	}
	if err := a.write(&f.out, report.Measure(out)); err != nil {
		return err
	}
	if f.csv != "" {
		if err := ridgepoint.Keep(f.csv, out, f.shared); err != nil {
			return err
		}
		a.say("ridgepoint: the measurement is in %s", f.csv)
	}
	if f.plot.path == "" {
		return nil
	}
	fig, err := ridgepoint.PlotMeasured(out)
	if err != nil {
		return err
	}
	return a.draw(fig, &f.plot)
}

// readTrace reports a trace for which no model is named.
func (a *app) readTrace(f *measureFlags) error {
	if f.plot.path != "" {
		return usagef("--plot needs a MODEL, whose kernels it draws")
	}
	rp := f.engine.open(a)
	t, err := rp.OpenTrace(f.from)
	if err != nil {
		return err
	}
	if err := a.write(&f.out, report.Profile(t)); err != nil || f.csv == "" {
		return err
	}
	if err := rp.KeepRows(f.csv, t, f.from, f.device, f.source); err != nil {
		return err
	}
	a.say("ridgepoint: appended %d rows to %s", len(t.Rows), f.csv)
	return nil
}
