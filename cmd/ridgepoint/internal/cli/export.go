package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// exportCommand returns the command that writes an estimate for viewers, profilers and charts of
// others.
func exportCommand(a *app) *cobra.Command {
	var (
		bind   bindFlags
		how    runFlags
		engine runtimeFlags
		out    output
	)
	cmd := &cobra.Command{
		Use:   "export MODEL... --device DEVICE... --to FORMAT -o FILE",
		Short: "Write an estimate for the viewers, charts and gates of others",
		Long: `Write an estimate as a file that others open:

` + exportHelp() + `
Formats of one estimate take one model and one device. Times are those of the runtime; with
--runtime none they are the lower bound. In a format of reports it prints the estimates.`,
		Example: `  ridgepoint export zoo:yolo11n --device rpi-5 --to pprof -o yolo11n.pb.gz
  go tool pprof -http : yolo11n.pb.gz
  ridgepoint export model.onnx --device t4 --precision fp16 --to trace -o model.trace.json
  ridgepoint export model.onnx --device t4,l4 --to bench`,
		Args: positional(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, models []string) error {
			opt, err := options(&bind, &how, &engine)
			if err != nil {
				return err
			}
			return a.export(cmd, &out, models, opt, &how, &engine)
		},
	}
	bind.add(cmd)
	how.add(cmd)
	engine.add(cmd)
	out.add(a, cmd, "", exportForms())
	cmd.Flags().StringVar(&out.to, "to", "", "write as `FORMAT`, whatever the suffix of FILE: "+exportNames())
	return cmd
}

// export writes estimates in the formats that the flags ask for.
func (a *app) export(cmd *cobra.Command, out *output, models []string, opt *ridgepoint.Options, how *runFlags,
	engine *runtimeFlags) error {
	w := writers{}
	for _, t := range out.targets {
		if t.form.made {
			x, err := engine.open(a).Export(t.form.name, models, how.names(), opt)
			if err != nil {
				return err
			}
			defer x.Close()
			w[t.form.name] = func(to io.Writer) error { return x.Write(interruptible{cmd.Context(), to}) }
			continue
		}
		runs, err := a.estimateAll(cmd.Context(), models, opt, how, engine)
		if err != nil {
			return err
		}
		w[t.form.name] = a.reporting(report.Estimates(runs, report.View{}))[t.form.name]
	}
	return a.deliver(out, w)
}

// exportForms returns the forms of the formats of others.
func exportForms() []form {
	var out []form
	for _, f := range ridgepoint.ExportFormats() {
		out = append(out, form{f.Name, []string{f.Suffix}, true, f.Binary})
	}
	return out
}

// exportNames returns the names of export formats, for help texts.
func exportNames() string {
	var names []string
	for _, f := range ridgepoint.ExportFormats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, "|")
}

// exportHelp lists the formats for the help.
func exportHelp() string {
	var b strings.Builder
	for _, f := range ridgepoint.ExportFormats() {
		of := "one estimate"
		if f.Many {
			of = "several"
		}
		fmt.Fprintf(&b, "  %-14s  %s (%s, %s)\n", f.Name, f.Doc, f.Suffix, of)
	}
	return b.String()
}
