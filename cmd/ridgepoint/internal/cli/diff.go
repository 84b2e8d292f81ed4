package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// diffCommand returns the command that compares two estimates: of two models, or of two values of
// one flag.
func diffCommand(a *app) *cobra.Command {
	var (
		bind        bindFlags
		how         runFlags
		engine      runtimeFlags
		out         output
		batch, size string
		top         int
		step        stepFlags
	)
	cmd := &cobra.Command{
		Use:   "diff OLD NEW --device DEVICE",
		Short: "Compare two models, or two ways to run one, kernel by kernel",
		Long: `Compare two models on a device, or one model on two devices, in two runtimes, precisions,
batches or sizes (a flag with two values, such as --device t4,l4): what got slower and faster and by
how much, which kernels were added and removed. Most of what both estimates may be off by is the
same, so their ratio has an interval of its own. Kernels are paired by name and structure: renamed
nodes are no change, an inserted node is one. A model may come from git: git:main:model.onnx.`,
		Example: `  ridgepoint diff git:main:model.onnx model.onnx --device rpi-5
  ridgepoint diff zoo:yolo11n zoo:yolov8n --device t4 --precision fp16 --top 10
  ridgepoint diff zoo:resnet50 --device t4,l4 --format md`,
		Args: positional(cobra.RangeArgs(1, 2)),
		RunE: func(cmd *cobra.Command, models []string) error {
			opt, err := options(&bind, &how, &engine)
			if err != nil {
				return err
			}
			if models, err = step.specs(models); err != nil {
				return err
			}
			axes := []axis{
				{"model", models, func(s *ridgepoint.Side, v string) error { s.Model = v; return nil }},
				{"--device", how.names(), func(s *ridgepoint.Side, v string) error { s.Device = v; return nil }},
				{"--runtime", pairOf(engine.runtime), func(s *ridgepoint.Side, v string) error { s.Options.Runtime = v; return nil }},
				{"--precision", pairOf(how.precision), func(s *ridgepoint.Side, v string) error { s.Options.Precision = v; return nil }},
				{"--batch", pairOf(batch), setBatch},
				{"--size", pairOf(size), setSize},
			}
			old, new, err := sides(axes, *opt)
			if err != nil {
				return err
			}
			d, err := engine.open(a).Diff(old, new)
			if err != nil {
				return err
			}
			return a.write(&out, report.Diff(d, top))
		},
	}
	bind.addDims(cmd)
	how.add(cmd)
	engine.add(cmd)
	step.add(cmd)
	out.addReport(a, cmd)
	cmd.Flags().StringVar(&batch, "batch", "", "samples per inference, one `NUMBER` or two (default: as exported, or 1)")
	cmd.Flags().StringVar(&size, "size", "", "run at images of this `SIZE` in pixels, one or two: 640, or 384x640 (default: the model's own)")
	cmd.Flags().IntVar(&top, "top", 20, "show the largest changes only; 0: all")
	return cmd
}

// An axis is what two sides may differ in.
type axis struct {
	name   string
	values []string
	set    func(*ridgepoint.Side, string) error
}

// pairOf returns the values of a flag that takes one or two; none for a flag that was not given.
func pairOf(text string) []string {
	if text == "" {
		return nil
	}
	return listed([]string{text})
}

// setBatch sets the batch of a side, a positive number.
func setBatch(s *ridgepoint.Side, v string) error {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 1 {
		return fmt.Errorf("found %q, expected a positive number", v)
	}
	s.Options.Batch = n
	return nil
}

// setSize sets the image size of a side, in pixels.
func setSize(s *ridgepoint.Side, v string) error { return (*sizeFlag)(&s.Options.Size).Set(v) }

// sides returns the two sides that axes describe: one axis has two values. Its errors are usage errors.
func sides(axes []axis, opt ridgepoint.Options) (old, new ridgepoint.Side, err error) {
	var two []string
	for _, x := range axes {
		switch {
		case len(x.values) > 2:
			return old, new, usagef("%s: found %d values, expected one or two", x.name, len(x.values))
		case len(x.values) == 2:
			two = append(two, x.name)
		}
	}
	switch {
	case len(two) == 0:
		return old, new, usagef("found one model and one way to run it, expected two models, or a flag with two values, such as --device t4,l4")
	case len(two) > 1:
		return old, new, usagef("%s: found two values of each, expected two of one: else nobody knows what a change comes from",
			strings.Join(two, ", "))
	}
	sides := [2]ridgepoint.Side{}
	for i := range sides {
		own := opt
		sides[i].Options = &own
		for _, x := range axes {
			if len(x.values) == 0 {
				continue
			}
			if err := x.set(&sides[i], x.values[min(i, len(x.values)-1)]); err != nil {
				return old, new, usagef("%s: %w", x.name, err)
			}
		}
	}
	return sides[0], sides[1], nil
}
