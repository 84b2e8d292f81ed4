package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

func modelsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "models",
		Short: "List, show and export the built-in models",
		Args:  positional(cobra.NoArgs),
	}
	cmd.AddCommand(modelsList(a), modelsShow(a), modelsExport(a))
	return cmd
}

func modelsList(a *app) *cobra.Command {
	var format, task, family string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the built-in models with their published figures",
		Args:  positional(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			entries := slices.DeleteFunc(zoo.Entries(), func(e zoo.Entry) bool {
				return task != "" && !strings.EqualFold(e.Task, task) || family != "" && !strings.EqualFold(e.Family, family)
			})
			if len(entries) == 0 {
				return usagef("no built-in model has task %q and family %q; tasks are %s", task, family, strings.Join(zoo.Tasks(), ", "))
			}
			return a.write(format, report.Models(entries))
		},
	}
	addFormat(cmd, &format)
	cmd.Flags().StringVar(&task, "task", "", "only models for this `TASK`, such as detection")
	cmd.Flags().StringVar(&family, "family", "", "only models of this `FAMILY`, such as ResNet")
	return cmd
}

func modelsShow(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "show MODEL",
		Short: "Show a built-in model: its figures with their sources, and its options",
		Example: `  ridgepoint models show zoo:yolo11s
  ridgepoint models show llama`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error {
			e, _, err := zoo.Lookup(list[0])
			if err != nil {
				return err
			}
			return a.write(format, report.Model(e))
		},
	}
	addFormat(cmd, &format)
	return cmd
}

func modelsExport(a *app) *cobra.Command {
	var out string
	var random bool
	cmd := &cobra.Command{
		Use:   "export MODEL -o FILE",
		Short: "Write a built-in model as an ONNX file",
		Long: `Write a built-in model as an ONNX file. Without --random-weights its tensors are references to
external data that need not exist, as "strip" writes them: a few kilobytes that every command here
reads. With it they hold random numbers, so that a runtime can execute the model; its results
mean nothing. The same model gives the same bytes.`,
		Example: `  ridgepoint models export zoo:yolo11n?size=320 -o yolo11n-320.onnx
  ridgepoint models export zoo:resnet50 --random-weights -o resnet50.onnx`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error {
			spec := list[0]
			if !zoo.IsSpec(spec) {
				spec = zoo.Prefix + spec
			}
			if !random {
				return a.strip(cmd.Context(), spec, out)
			}
			if out == "" || out == "-" {
				return usagef("give the file to write with -o: a model with weights is large")
			}
			if err := a.export(cmd.Context(), spec, out); err != nil {
				return err
			}
			fmt.Fprintf(a.Err, "wrote %s, with random weights\n", out)
			return nil
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "`FILE` to write, compressed if it ends in .gz and has no weights (default: standard output)")
	cmd.Flags().BoolVar(&random, "random-weights", false, "fill the weights with random numbers, so that a runtime can execute the model")
	return cmd
}

// export writes a model with random weights.
func (a *app) export(ctx context.Context, spec, out string) error {
	f, done, err := readers.Default().ONNX(spec, a.In)
	if err != nil {
		return err
	}
	defer done()
	return writeFile(out, func(w io.Writer) error { return onnxread.Fill(spec, f.Reader, f.Size, interruptible{ctx, w}) })
}
