package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
)

// inspectCommand returns the command that shows what is in a model, and what of it a device can
// run.
func inspectCommand(a *app) *cobra.Command {
	var bind bindFlags
	var out output
	var strict bool
	var step stepFlags
	var device, precision string
	var plot picture
	cmd := &cobra.Command{
		Use:   "inspect MODEL [--device ID]",
		Short: "Print inputs, outputs, operators, parameters and work of a model, and where it runs on a device",
		Long: `Print inputs, outputs, operators, parameters and work of a model. With --device, say whether
the model runs on it: what falls back to another unit and why, in how many runs of kernels,
and what flash, RAM or memory on the chip it takes. docs/npu.md explains the words.`,
		Example: `  ridgepoint inspect model.onnx
  ridgepoint inspect bert.onnx --dim sequence=128 --format json
  ridgepoint inspect model.tflite --device coral-edgetpu-usb
  ridgepoint inspect zoo:resnext50-32x4d --device rzv2h --plot placement.png`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error {
			opt, err := bind.options()
			if err != nil {
				return err
			}
			if list, err = step.specs(list); err != nil {
				return err
			}
			e := a.open(ridgepoint.Config{})
			m, err := e.Load(list[0])
			if err != nil {
				return err
			}
			if device != "" {
				opt.Precision = precision
				on, err := e.Place(m, device, opt)
				if err != nil {
					return err
				}
				if err := drawPlacement(a, on, &plot); err != nil {
					return err
				}
				return writeKnown(a, &out, report.InspectOn(m.Name, m.Plan(), on), list[0], strict)
			}
			if plot.path != "" {
				return usagef("--plot draws where the kernels run on a device: give --device too")
			}
			if precision != "" {
				return usagef("--precision says how the model runs on a device: give --device too")
			}
			res, err := m.Infer(opt)
			if unbound := new(ridgepoint.UnboundError); err != nil && !errors.As(err, &unbound) {
				return err
			}
			return writeKnown(a, &out, report.Inspect(m.Name, m.Plan(), res, err), list[0], strict)
		},
	}
	bind.add(cmd)
	step.add(cmd)
	out.addReport(a, cmd)
	cmd.Flags().BoolVar(&strict, "strict", false, "exit with code 3 if an operator is unknown")
	cmd.Flags().StringVarP(&device, "device", "d", "", "say where the model runs on a `DEVICE`")
	plot.add(cmd, "also draw which kernels run on which unit of the device, and when, to a .png, .svg or .pdf `FILE`")
	cmd.Flags().StringVar(&precision, "precision", "",
		"element `TYPE` it runs in there (default: the model's own, else the widest that the device runs)")
	return cmd
}

// drawPlacement draws where the kernels of an estimate run, where --plot asks for it.
func drawPlacement(a *app, on *ridgepoint.Estimate, plot *picture) error {
	if plot.path == "" {
		return nil
	}
	f, err := ridgepoint.PlotPlacement(on)
	if err != nil {
		return err
	}
	return a.draw(f, plot)
}

// writeKnown writes the description of a model. It fails where strict forbids nodes of unknown cost and there are some.
func writeKnown(a *app, out *output, doc *report.Document, spec string, strict bool) error {
	if err := a.write(out, doc); err != nil {
		return err
	}
	if in := doc.Results[0].(*schema.Inspect); strict && len(in.Unknown) > 0 {
		return &exitError{exitStrict, fmt.Errorf("%s: found nodes whose cost is unknown: %s; expected operators that "+
			`"ridgepoint ops" lists, and shapes that do not depend on run-time data`, spec, strings.Join(in.Unknown, ", "))}
	}
	return nil
}

// shapesCommand returns the command that prints the type and shape of every tensor.
func shapesCommand(a *app) *cobra.Command {
	var bind bindFlags
	var out output
	cmd := &cobra.Command{
		Use:     "shapes MODEL",
		Short:   "Print the type and shape of every tensor of a model",
		Example: `  ridgepoint shapes model.onnx --dim sequence=128 -o shapes.csv`,
		Args:    positional(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error {
			opt, err := bind.options()
			if err != nil {
				return err
			}
			m, err := a.open(ridgepoint.Config{}).Load(list[0])
			if err != nil {
				return err
			}
			res, err := m.Infer(opt)
			if err != nil {
				return err
			}
			return a.write(&out, report.Shapes(m.Name, res))
		},
	}
	bind.add(cmd)
	out.addReport(a, cmd)
	return cmd
}

// flopsCommand returns the command that counts a model as other tools do.
func flopsCommand(a *app) *cobra.Command {
	var bind bindFlags
	var out output
	var as, bn string
	cmd := &cobra.Command{
		Use:   "flops MODEL [--as TOOL]",
		Short: "Count a model as other tools count it, and say in which unit",
		Long: `Count a model by the conventions of other tools: fvcore, thop, ptflops, ultralytics,
torchvision, timm, deepspeed, onnx-tool. Every figure says whether it counts MACs (a
multiply-add is 1) or FLOPs (a multiply-add is 2). Without --as all are shown side by side.
Notes name the operators that a tool leaves out.
docs/counting.md explains why they differ.`,
		Example: `  ridgepoint flops zoo:resnet50
  ridgepoint flops zoo:resnet50 --as thop`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error {
			fold, ok := ridgepoint.Foldings()[bn]
			if !ok {
				return usagef("--bn %s: expected auto, asis or unfold", bn)
			}
			opt, err := bind.options()
			if err != nil {
				return err
			}
			m, err := a.open(ridgepoint.Config{}).Load(list[0])
			if err != nil {
				return err
			}
			counts, err := m.Count(as, fold, opt)
			if err != nil {
				return err
			}
			return a.write(&out, report.Conventions(m.Name, counts))
		},
	}
	bind.add(cmd)
	out.addReport(a, cmd)
	cmd.Flags().StringVar(&as, "as", "", "count as one `TOOL` does, with the contribution of every operator")
	cmd.Flags().StringVar(&bn, "bn", "auto", "batch normalisation folded at export: auto|asis|unfold")
	return cmd
}
