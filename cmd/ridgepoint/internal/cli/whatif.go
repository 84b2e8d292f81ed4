package cli

import (
	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
)

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
			runs, err := a.estimateAll(cmd.Context(), models, &bind, &how, &engine)
			if err != nil {
				return err
			}
			if len(runs.all) != 1 {
				return usagef("whatif takes one --device")
			}
			variants, err := a.variants(runs, changes, &how, &engine)
			if err != nil {
				return err
			}
			return a.write(&out, report.WhatIf(runs.all[0], variants))
		},
	}
	bind.add(cmd)
	how.add(cmd)
	engine.add(cmd)
	out.addReport(a, cmd)
	cmd.Flags().StringArrayVar(&changes, "set", nil, "change a figure, `PATH=VALUE` (repeatable)")
	return cmd
}

// variants estimates the model with each change alone and, if there are several, with all.
func (a *app) variants(runs *estimates, changes []string, how *runFlags, engine *runtimeFlags) ([]report.Variant, error) {
	opt, err := how.options()
	if err != nil {
		return nil, err
	}
	if opt.Tuner, err = engine.tuner(a); err != nil {
		return nil, err
	}
	base, res := runs.all[0], runs.results[0]
	sets := make([][]string, len(changes))
	for i := range changes {
		sets[i] = changes[i : i+1]
	}
	switch len(changes) {
	case 0:
		for _, path := range telling(base) {
			sets = append(sets, []string{path + "=x2"})
		}
	case 1:
	default:
		sets = append(sets, changes)
	}
	var out []report.Variant
	for _, set := range sets {
		d, err := base.Device.With(set...)
		if err != nil {
			return nil, err
		}
		e, err := roofline.Run(res, d, opt)
		if err != nil {
			return nil, err
		}
		out = append(out, report.Variant{Changes: set, Estimate: e})
	}
	return out, nil
}

// telling are the figures that an estimate used: the bandwidth, peaks, and the clock, on which all peaks depend.
func telling(e *roofline.Estimate) []string {
	d := e.Device
	out := []string{d.DRAM().Bandwidth.Path}
	used := map[*hwprofiles.Peak]bool{}
	for eng := range e.Total.Work {
		for i := range e.Layers {
			w := &e.Layers[i].Cost.Work[eng]
			if p, ok := d.Peak(cost.Engine(eng), w.Type); ok && w.Ops > 0 && !used[p] {
				used[p] = true
				out = append(out, p.Rate.Path)
			}
		}
	}
	if d.Clock != nil {
		out = append(out, d.Clock.Path)
	}
	return out
}
