package cli

import (
	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// tableFlags name a table of measurements and the models that it is about.
type tableFlags struct {
	file, models string
	calibrations []string
	noEvidence   bool
}

// add adds the flags on a table of measurements, which must be given.
func (f *tableFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.file, "measurements", "", "table of measured latencies, `FILE`.csv or .csv.gz (docs/measurements.md)")
	cmd.Flags().StringVar(&f.models, "models", "", "`DIR` of the models that the table's column graph names (zoo:NAME needs none)")
	if err := cmd.MarkFlagRequired("measurements"); err != nil {
		panic(err) // the flag was added above
	}
}

// open reads the table, and tells how columns are read whose headings leave it open.
func (f *tableFlags) open(a *app) (*ridgepoint.Table, error) {
	t, err := ridgepoint.OpenTable(f.file, f.models)
	if err != nil {
		return nil, err
	}
	for _, n := range t.Notes {
		a.say("ridgepoint: note: %s: %s", t.Path, n)
	}
	return t, nil
}

// validateCommand returns the command that lays measured latencies beside forecasts.
func validateCommand(a *app) *cobra.Command {
	var (
		in   tableFlags
		out  output
		only string
		plot picture
	)
	cmd := &cobra.Command{
		Use:   "validate --measurements FILE",
		Short: "Compare expected latencies with measured ones",
		Long: `Predict every measurement of a table and say how far the predictions are off, by slice
(device, runtime, precision, threads): errors, ranks, and how many measurements lie in their
interval, beside the speed of light. Published names of devices and runtimes are matched through
aliases; rows that cannot be used are counted by reason.`,
		Example: `  ridgepoint validate --measurements measured.csv --models models/
  ridgepoint validate --measurements measured.csv --models models/ --slice rtx4090/torch-compile/fp16 --format json
  ridgepoint validate --measurements measured.csv --plot expected.png -o validation.html`,
		Args: positional(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			t, err := in.open(a)
			if err != nil {
				return err
			}
			bar := a.progress("validating", t.Len())
			defer bar.end()
			rp := a.open(ridgepoint.Config{Calibrations: in.calibrations, NoCorrection: in.noEvidence})
			r, err := rp.Validate(cmd.Context(), t, bar.step)
			if err != nil {
				return err
			}
			if only != "" && !r.Keep(only) {
				return usagef("--slice %s: found no such slice among those matched", only)
			}
			if err := a.write(&out, report.Validation(r)); err != nil || plot.path == "" {
				return err
			}
			f, err := ridgepoint.PlotValidation(r)
			if err != nil {
				return err
			}
			return a.draw(f, &plot)
		},
	}
	in.add(cmd)
	out.addReport(a, cmd)
	cmd.Flags().StringVar(&only, "slice", "", "only slices whose name begins with `SLICE`, such as rtx4090/tensorrt")
	plot.add(cmd, "also draw what is expected over what was measured, to a .png, .svg or .pdf `FILE`")
	addKnown(cmd, &in.noEvidence, &in.calibrations)
	return cmd
}
