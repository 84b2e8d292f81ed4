package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// estimateCommand returns the command that estimates the latency of models on devices. With
// --strict it exits with 3 where something is unknown.
func estimateCommand(a *app) *cobra.Command {
	var (
		bind       bindFlags
		how        runFlags
		engine     runtimeFlags
		out        output
		by         string
		depth, top int
		strict     bool
		explain    bool
		size       sizeFlag
		step       stepFlags
	)
	cmd := &cobra.Command{
		Use:   "estimate MODEL... --device DEVICE...",
		Short: "Predict latency, layer by layer and in total",
		Long: `Predict the latency of one inference: what each kernel computes and moves, which of
the two bounds it on the device, and the total. Several models or devices give a table of
comparison instead of layers. --runtime all and --precision all, or lists of them, rank the ways
to run the models on each device, and say which it does not have.`,
		Example: `  ridgepoint estimate zoo:yolo11n --device rpi-5
  ridgepoint estimate zoo:yolo11n --device rpi-5 --runtime all --precision all
  ridgepoint estimate model.onnx --device jetson-agx-orin-64 --precision fp16 --by module --depth 2
  ridgepoint estimate zoo:mobilenetv2 --device rtx4090 --precision fp16 --by kernel --explain
  ridgepoint estimate bert.onnx --device a100-sxm4-80,h100-sxm --dim sequence=128 --batch 8 --format json
  ridgepoint estimate zoo:llama3-8b --device rtx3060 --precision fp16 --phase decode --context 4096`,
		Args: positional(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, models []string) error {
			view, err := report.NewView(by, depth, top)
			if err != nil {
				return usage(err)
			}
			opt, err := options(&bind, &how, &engine)
			if err != nil {
				return err
			}
			opt.Size = ridgepoint.Size(size)
			if models, err = step.specs(models); err != nil {
				return err
			}
			if engine.several(&how) {
				if explain {
					return usagef("--explain takes one model on one device in one runtime and precision")
				}
				return a.ways(cmd.Context(), models, opt, &how, &engine, &out, top)
			}
			runs, err := a.estimateAll(cmd.Context(), models, opt, &how, &engine)
			if err != nil {
				return err
			}
			doc := report.Estimates(runs, view)
			if explain {
				if len(runs) != 1 {
					return usagef("--explain takes one model on one device")
				}
				report.Explain(doc, runs[0], view)
			}
			if err := a.write(&out, doc); err != nil {
				return err
			}
			if how.precision == "" && len(runs) == 1 {
				a.hintDeployed(engine.open(a), runs[0], opt)
			}
			return runs.strict(strict)
		},
	}
	bind.add(cmd)
	how.add(cmd)
	engine.add(cmd)
	out.addReport(a, cmd)
	size.addSize(cmd)
	step.add(cmd)
	engine.addAll(cmd)
	cmd.Flags().StringVar(&by, "by", "layer", "rows, `GROUP`: layer|op|module|kernel")
	cmd.Flags().IntVar(&depth, "depth", 0, "module paths no deeper than this (default: whole)")
	cmd.Flags().IntVar(&top, "top", 0, "show the heaviest rows only (default: all)")
	cmd.Flags().BoolVar(&explain, "explain", false, "also say what each row's time is made of, and every figure with its source")
	cmd.Flags().BoolVar(&strict, "strict", false,
		"exit with code 3 if anything of a model is unknown, or a note warns that the figures are uncertain")
	return cmd
}

// estimates are the estimates of every model on every device.
type estimates []*ridgepoint.Estimate

// estimateAll estimates every model on every device that the flags name.
func (a *app) estimateAll(ctx context.Context, models []string, opt *ridgepoint.Options, how *runFlags, engine *runtimeFlags) (estimates, error) {
	rp := engine.open(a)
	var out estimates
	bar := a.progress("estimating", len(models))
	defer bar.end()
	loaded, opts, err := rp.LoadAll(models, opt)
	if err != nil {
		return nil, err
	}
	for i, m := range loaded {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		all, err := rp.EstimateOn(m, how.names(), opts[i])
		if err != nil {
			return nil, err
		}
		out = append(out, all...)
		bar.step()
	}
	return out, nil
}

// strict returns the error of --strict where something is unknown, or a note warns that the figures may be off.
func (s estimates) strict(on bool) error {
	for _, e := range s {
		for _, n := range e.Notes {
			if on && n.Level() == ridgepoint.Warning {
				return strictf("%s on %s: %s", e.Model, e.Device.ID, n.Text())
			}
		}
		if c := &e.Coverage; on && c.Known < c.Nodes {
			return strictf("%s: %d of %d nodes are unknown: %v", e.Model, c.Nodes-c.Known, c.Nodes, c.UnknownOps)
		}
	}
	return nil
}
