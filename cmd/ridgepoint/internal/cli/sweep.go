package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// sweepFlags say what is varied; exactly one of the three is a list.
type sweepFlags struct {
	bindFlags
	batches, sizes string
	picture        picture
}

// sweepCommand returns the command that varies batch, size or a dimension and finds the knee.
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
numbers and ranges: 1,2,4..256 doubles from 4 to 256, 320..640:32 adds 32; a size may be height x width, as in
384x640. The knee is the
smallest step that fits in memory and reaches 90 % of the best throughput.`,
		Example: `  ridgepoint sweep zoo:resnet50 --device rtx4090 --precision fp16 --batch 1..256
  ridgepoint sweep bert.onnx --device h100-sxm --dim sequence=128..4096 -o sweep.csv
  ridgepoint sweep yolo.onnx --device jetson-agx-orin-64 --size 320..1280:160 --plot sweep.png`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error {
			axis, values, sizes, err := f.axis()
			if err != nil {
				return err
			}
			opt, err := options(&f.bindFlags, &how, &engine)
			if err != nil {
				return err
			}
			rp := engine.open(a)
			m, err := rp.Load(list[0])
			if err != nil {
				return err
			}
			var points []ridgepoint.SweepPoint
			if axis == ridgepoint.SizeAxis {
				points, err = rp.SweepSizes(cmd.Context(), m, how.names(), sizes, opt)
			} else {
				points, err = rp.Sweep(cmd.Context(), m, how.names(), axis, values, opt)
			}
			if err != nil {
				return err
			}
			if err := a.write(&out, report.Sweep(m.Name, axis, points)); err != nil || f.picture.path == "" {
				return err
			}
			return a.draw(ridgepoint.PlotSweep(m.Name, axis, points), &f.picture)
		},
	}
	f.addDims(cmd)
	how.add(cmd)
	engine.add(cmd)
	out.addReport(a, cmd)
	cmd.Flags().StringVar(&f.batches, "batch", "", "vary the batch over a `LIST`, or fix it at one number beside another list")
	cmd.Flags().StringVar(&f.sizes, "size", "", "vary the size of image inputs over a `LIST` of pixels, or height x width as in 384x640")
	f.picture.add(cmd, "also draw it, to a .png, .svg or .pdf `FILE`")
	return cmd
}

// axis finds what is varied and what is fixed. The list is of values, or of sizes.
func (f *sweepFlags) axis() (axis ridgepoint.Axis, values []int64, sizes []ridgepoint.Size, err error) {
	var lists, flags []string
	kept := f.dims[:0:0]
	for _, d := range f.dims {
		if name, list, ok := strings.Cut(d, "="); ok && strings.ContainsAny(list, ".,:") {
			axis = ridgepoint.Dimension(name)
			lists, flags = append(lists, list), append(flags, "--dim "+name)
			continue
		}
		kept = append(kept, d)
	}
	f.dims = kept
	if f.sizes != "" {
		axis = ridgepoint.SizeAxis
		lists, flags = append(lists, f.sizes), append(flags, "--size")
	}
	if one, perr := ridgepoint.ParseList(f.batches); perr == nil && len(one) == 1 && len(lists) > 0 {
		f.batch = one[0]
	} else if f.batches != "" {
		axis = ridgepoint.BatchAxis
		lists, flags = append(lists, f.batches), append(flags, "--batch")
	}
	if len(lists) != 1 {
		return axis, nil, nil, usagef("give one list to vary: --batch 1..64, --dim NAME=128..4096 or --size 320..640:32")
	}
	if axis == ridgepoint.SizeAxis {
		sizes, err = ridgepoint.ParseSizes(lists[0])
	} else {
		values, err = ridgepoint.ParseList(lists[0])
	}
	if err != nil {
		return axis, nil, nil, usagef("%s: %w", flags[0], err)
	}
	return axis, values, sizes, nil
}
