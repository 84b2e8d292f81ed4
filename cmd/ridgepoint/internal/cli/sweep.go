package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// sweepFlags say what is varied; exactly one of the three is a list.
type sweepFlags struct {
	bindFlags
	batches, sizes string
	picture        string
}

func sweepCommand(a *app) *cobra.Command {
	var (
		f      sweepFlags
		how    runFlags
		engine runtimeFlags
		out    output
	)
	cmd := &cobra.Command{
		Use:   "sweep MODEL --device DEVICE... (--batch LIST | --dim NAME=LIST | --size LIST)",
		Short: "Vary the batch, a dimension or the image size",
		Long: `Estimate a model at every value of a list: latency, throughput, memory and bound. A list is
numbers and ranges: 1,2,4..256 doubles from 4 to 256, 320..640:32 adds 32. The knee is the
smallest step that fits in memory and reaches 90 % of the best throughput.`,
		Example: `  ridgepoint sweep zoo:resnet50 --device rtx4090 --precision fp16 --batch 1..256
  ridgepoint sweep bert.onnx --device h100-sxm --dim sequence=128..4096 -o sweep.csv
  ridgepoint sweep yolo.onnx --device jetson-agx-orin-64 --size 320..1280:160 --plot sweep.png`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error {
			axis, values, b, err := f.axis()
			if err != nil {
				return err
			}
			opt, err := how.options()
			if err != nil {
				return err
			}
			if opt.Tuner, err = engine.tuner(a); err != nil {
				return err
			}
			devices, err := a.find(how.devices)
			if err != nil {
				return err
			}
			points, err := a.sweep(cmd.Context(), list[0], b, devices, axis, values, opt)
			if err != nil {
				return err
			}
			name := modelName(list[0])
			if err := a.write(&out, report.Sweep(name, axis, points)); err != nil || f.picture == "" {
				return err
			}
			return a.draw(plots.Sweep(name, axis, points), f.picture)
		},
	}
	f.addDims(cmd)
	how.add(cmd)
	engine.add(cmd)
	out.addReport(a, cmd)
	cmd.Flags().StringVar(&f.batches, "batch", "", "vary the batch over a `LIST`, or fix it at one number beside another list")
	cmd.Flags().StringVar(&f.sizes, "size", "", "vary height and width of image inputs over a `LIST` of pixels")
	cmd.Flags().StringVar(&f.picture, "plot", "", "also draw it, to a .png, .svg or .pdf `FILE`")
	return cmd
}

// sweep estimates a model at every value. A built-in model is built anew for each image size, which its graph fixes.
func (a *app) sweep(ctx context.Context, spec string, b infer.Bindings, devices []*hwprofiles.Device, axis roofline.Axis, values []int64, opt roofline.Options) ([]roofline.SweepPoint, error) {
	if _, ok := zoo.With(spec, "size", values[0]); ok && axis.Kind == roofline.SizeAxis {
		jobs := make([]roofline.Job, len(values))
		for i, v := range values {
			sized, _ := zoo.With(spec, "size", v)
			p, err := a.plan(sized)
			if err != nil {
				return nil, err
			}
			jobs[i] = roofline.Job{Plan: p, Bindings: b}
		}
		return roofline.SweepJobs(ctx, jobs, devices, axis, values, opt)
	}
	p, err := a.plan(spec)
	if err != nil {
		return nil, err
	}
	points, err := roofline.Sweep(ctx, p, b, devices, axis, values, opt)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	return points, nil
}

// axis finds what is varied and what is fixed.
func (f *sweepFlags) axis() (axis roofline.Axis, values []int64, b infer.Bindings, err error) {
	var lists []string
	kept := f.dims[:0:0]
	for _, d := range f.dims {
		if name, list, ok := strings.Cut(d, "="); ok && strings.ContainsAny(list, ".,:") {
			axis = roofline.Axis{Kind: roofline.DimAxis, Name: name}
			lists = append(lists, list)
			continue
		}
		kept = append(kept, d)
	}
	f.dims = kept
	if f.sizes != "" {
		axis = roofline.Axis{Kind: roofline.SizeAxis}
		lists = append(lists, f.sizes)
	}
	if n, perr := positive(f.batches); perr == nil && len(lists) > 0 {
		f.batch = n
	} else if f.batches != "" {
		axis = roofline.Axis{Kind: roofline.BatchAxis}
		lists = append(lists, f.batches)
	}
	if len(lists) != 1 {
		return axis, nil, b, usagef("give one list to vary: --batch 1..64, --dim NAME=128..4096 or --size 320..640:32")
	}
	if values, err = intList(lists[0]); err != nil {
		return axis, nil, b, usage(err)
	}
	b, err = f.bindings()
	return axis, values, b, err
}
