package cli

import (
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// checkFlags say what a check compares with, and where its answer goes besides.
type checkFlags struct {
	baseline               string
	strict, github         bool
	junit, markdown, sarif string
	calibrations           []string
	noEvidence             bool
	out                    output
}

// checkCommand returns the command that holds models to a budget file. It exits with 1 where a
// limit of level error is broken or uncertain.
func checkCommand(a *app) *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check BUDGET.yaml",
		Short: "Hold models to budgets of latency, memory and work, for a pipeline",
		Long: `Estimate the models of a budget file on its devices and hold them to its limits. A limit is kept (pass),
broken (fail), or uncertain: the figure is within it, but its 90 % interval reaches over it, or a part of the
model is unknown. A limit of level warn is reported and breaks nothing; one that is off is not looked at.
Estimates are deterministic, so that nothing is flaky. The exit code is 0 where all limits of level error are
kept, 1 where one is broken, 2 where the file, a model or the baseline cannot be read, and with --strict 3 where
one is uncertain. "ridgepoint check init" writes a file to start from; docs/check.md has all keys.`,
		Example: `  ridgepoint check budgets.yaml
  ridgepoint check budgets.yaml --baseline git:main --markdown comment.md --github
  ridgepoint check budgets.yaml --strict --junit check.xml --sarif check.sarif -o check.json`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, files []string) error { return f.run(cmd, a, files[0]) },
	}
	f.out.addReport(a, cmd)
	cmd.Flags().StringVar(&f.baseline, "baseline", "", "compare with `BASE`: a file of \"ridgepoint baseline\", or git:REVISION (default: what the budget file names)")
	cmd.Flags().BoolVar(&f.strict, "strict", false, "exit with code 3 where a limit is uncertain")
	cmd.Flags().StringVar(&f.junit, "junit", "", "also write a JUnit test suite to `FILE`, for Jenkins, GitLab and Azure")
	cmd.Flags().StringVar(&f.markdown, "markdown", "", "also write a comment for a pull request to `FILE`")
	cmd.Flags().StringVar(&f.sarif, "sarif", "", "also write SARIF 2.1.0 to `FILE`")
	cmd.Flags().BoolVar(&f.github, "github", false, "also print annotations for GitHub, at lines of the budget file")
	addKnown(cmd, &f.noEvidence, &f.calibrations)
	cmd.AddCommand(checkInit(a))
	return cmd
}

// run checks a budget file. Files are written whatever the verdict.
func (f *checkFlags) run(cmd *cobra.Command, a *app, file string) error {
	if f.github && f.out.targets[0].file == "" && f.out.targets[0].form.name != f.out.usual {
		return usagef("--github prints to standard output: write the %s with -o FILE", f.out.targets[0].form.name)
	}
	rp := a.open(ridgepoint.Config{Calibrations: f.calibrations, NoCorrection: f.noEvidence})
	result, err := rp.Check(cmd.Context(), file, f.baseline)
	if err != nil {
		return err
	}
	for _, file := range append(f.out.files(), f.junit, f.markdown, f.sarif) {
		if err := a.spares(file); err != nil {
			return err
		}
	}
	if err := a.write(&f.out, report.Check(result)); err != nil {
		return err
	}
	if f.github {
		if err := report.Annotations(a.Out, result, f.strict); err != nil {
			return err
		}
	}
	for _, also := range []struct {
		file  string
		write func(io.Writer, *ridgepoint.GateResult, bool) error
	}{{f.junit, report.JUnit}, {f.markdown, report.CheckMarkdown}, {f.sarif, report.SARIF}} {
		if also.file == "" {
			continue
		}
		if err := a.save(also.file, func(w io.Writer) error { return also.write(w, result, f.strict) }); err != nil {
			return err
		}
	}
	return f.verdict(result)
}

// verdict returns the answer as an exit code.
func (f *checkFlags) verdict(r *ridgepoint.GateResult) error {
	switch r.Verdict() {
	case ridgepoint.GateFail:
		return nof("%d limits are broken", r.Count(ridgepoint.GateFail, ridgepoint.GateError))
	case ridgepoint.GateUncertain:
		if f.strict {
			return strictf("%d limits are uncertain", r.Count(ridgepoint.GateUncertain, ridgepoint.GateError))
		}
	}
	return nil
}

// checkInit returns the command that writes a budget file from what models take now.
func checkInit(a *app) *cobra.Command {
	var (
		bind   bindFlags
		how    runFlags
		engine runtimeFlags
		out    output
	)
	cmd := &cobra.Command{
		Use:   "init MODEL... --device DEVICE... -o budgets.yaml",
		Short: "Write a budget file from present figures and a quarter more",
		Long: `Estimate models on devices and write a budget file that allows a quarter more than the present figures,
each with the figure behind it. Paths of models are written relative to the file.`,
		Example: `  ridgepoint check init zoo:yolo11n --device rpi-5 -o budgets.yaml
  ridgepoint check init models/*.onnx --device t4,jetson-orin-nano-8-super --precision fp16 -o budgets.yaml`,
		Args: positional(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, models []string) error {
			opt, err := options(&bind, &how, &engine)
			if err != nil {
				return err
			}
			file := out.fileOf(profileForms[0].name)
			budget, targets, err := engine.open(a).Budgets(models, how.names(), filepath.Dir(file), opt)
			if err != nil {
				return err
			}
			w := a.reporting(report.Baseline(file, targets))
			w[profileForms[0].name] = text(budget)
			return a.deliver(&out, w)
		},
	}
	cmd.Flags().Int64Var(&bind.batch, "batch", 0, "samples per inference (default: as exported, or 1)")
	bind.cmd = cmd
	cmd.Flags().StringArrayVar(&bind.dims, "dim", nil, "bind a named dimension, `NAME=N`, for example seq=128 (repeatable)")
	cmd.Flags().StringArrayVarP(&how.devices, "device", "d", nil, "`DEVICE` to hold to: an id, an alias, id@MODE, or the path of a profile (repeatable)")
	cmd.Flags().StringVar(&how.precision, "precision", "", "run floating-point tensors as `TYPE`: "+precisions()+" (default: the model's own)")
	if err := cmd.MarkFlagRequired("device"); err != nil {
		panic(err) // it was added above
	}
	bySettings(cmd, "device")
	engine.add(cmd)
	out.add(a, cmd, profileForms[0].name, profileForms)
	return cmd
}

// baselineCommand returns the command that writes what a budget's models take, for later
// comparison.
func baselineCommand(a *app) *cobra.Command {
	var (
		out          output
		calibrations []string
		noEvidence   bool
	)
	cmd := &cobra.Command{
		Use:   "baseline BUDGET.yaml -o baseline.json",
		Short: "Write what the models of a budget file take now, for later comparison",
		Long: `Estimate the models of a budget file on its devices and write the figures. max_regression of a budget file
compares with such a JSON file. Estimates change with the version of ridgepoint that makes them: a revision of
git (baseline: git:main) is estimated anew by the version that checks.`,
		Example: `  ridgepoint baseline budgets.yaml -o baseline.json
  ridgepoint check budgets.yaml --baseline baseline.json`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, files []string) error {
			rp := a.open(ridgepoint.Config{Calibrations: calibrations, NoCorrection: noEvidence})
			targets, err := rp.Baseline(cmd.Context(), files[0])
			if err != nil {
				return err
			}
			return a.write(&out, report.Baseline(files[0], targets))
		},
	}
	out.addReport(a, cmd)
	addKnown(cmd, &noEvidence, &calibrations)
	return cmd
}
