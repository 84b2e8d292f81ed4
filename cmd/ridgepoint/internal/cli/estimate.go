package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
)

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
	)
	cmd := &cobra.Command{
		Use:   "estimate MODEL... --device DEVICE...",
		Short: "Predict latency, layer by layer and in total",
		Long: `Predict the latency of one inference: what each kernel computes and moves, which of
the two bounds it on the device, and the total. Several models or devices give a table of
comparison instead of layers.`,
		Example: `  ridgepoint estimate zoo:yolo11n --device rpi-5
  ridgepoint estimate model.onnx --device jetson-agx-orin-64 --precision fp16 --by module --depth 2
  ridgepoint estimate zoo:mobilenetv2 --device rtx4090 --precision fp16 --by kernel --explain
  ridgepoint estimate bert.onnx --device a100-sxm4-80,h100-sxm --dim sequence=128 --batch 8 --format json`,
		Args: positional(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, models []string) error {
			group, err := roofline.ParseBy(by)
			if err != nil {
				return usage(err)
			}
			runs, err := a.estimateAll(cmd.Context(), models, &bind, &how, &engine)
			if err != nil {
				return err
			}
			view := report.View{By: group, Depth: depth, Top: top}
			doc := runs.document(view)
			if explain {
				if len(runs.all) != 1 {
					return usagef("--explain takes one model on one device")
				}
				report.Explain(doc, runs.all[0], runs.results[0], view)
			}
			if err := a.write(&out, doc); err != nil {
				return err
			}
			return runs.strict(strict)
		},
	}
	bind.add(cmd)
	how.add(cmd)
	engine.add(cmd)
	out.addReport(a, cmd)
	cmd.Flags().StringVar(&by, "by", "layer", "rows, `GROUP`: layer|op|module|kernel")
	cmd.Flags().IntVar(&depth, "depth", 0, "module paths no deeper than this (default: whole)")
	cmd.Flags().IntVar(&top, "top", 0, "show the heaviest rows only (default: all)")
	cmd.Flags().BoolVar(&explain, "explain", false, "also say what each row's time is made of, and every figure with its source")
	cmd.Flags().BoolVar(&strict, "strict", false, "exit with code 3 if anything of a model is unknown")
	return cmd
}

// estimates are the estimates of every model on every device, and what they were made from.
type estimates struct {
	all     []*roofline.Estimate
	results []*infer.Result
}

func (a *app) estimateAll(ctx context.Context, models []string, bind *bindFlags, how *runFlags, engine *runtimeFlags) (*estimates, error) {
	b, err := bind.bindings()
	if err != nil {
		return nil, err
	}
	opt, err := how.options()
	if err != nil {
		return nil, err
	}
	if opt.Tuner, err = engine.tuner(a); err != nil {
		return nil, err
	}
	devices, err := a.find(how.devices)
	if err != nil {
		return nil, err
	}
	out := &estimates{}
	bar := a.progress("estimating", len(models))
	defer bar.end()
	for _, spec := range models {
		res, err := a.infer(spec, b)
		if err != nil {
			return nil, err
		}
		if err := out.add(ctx, spec, res, devices, opt); err != nil {
			return nil, err
		}
		bar.step()
	}
	return out, nil
}

// add estimates one model on every device.
func (s *estimates) add(ctx context.Context, spec string, res *infer.Result, devices []*hwprofiles.Device, opt roofline.Options) error {
	for _, d := range devices {
		if err := done(ctx); err != nil {
			return err
		}
		e, err := roofline.Run(res, d, opt)
		if err != nil {
			return fmt.Errorf("%s: %w", spec, err)
		}
		e.Model = modelName(spec)
		s.all, s.results = append(s.all, e), append(s.results, res)
	}
	return nil
}

// document is the layers of a single estimate, or a comparison of several.
func (s *estimates) document(v report.View) *report.Document {
	if len(s.all) == 1 {
		return report.Estimate(s.all[0], s.results[0], v)
	}
	return report.Comparison(s.all, s.results, v)
}

// strict is the error of --strict where something is unknown.
func (s *estimates) strict(on bool) error {
	for _, e := range s.all {
		if c := &e.Coverage; on && c.Known < c.Nodes {
			return &exitError{exitStrict, fmt.Errorf("%s: %d of %d nodes are unknown: %v", e.Model, c.Nodes-c.Known, c.Nodes, c.UnknownOps)}
		}
	}
	return nil
}
