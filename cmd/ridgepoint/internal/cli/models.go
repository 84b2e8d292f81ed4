package cli

import (
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
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(modelsList(a), modelsShow(a), modelsExport(a))
	return cmd
}

func modelsList(a *app) *cobra.Command {
	var out output
	var task, family string
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
			return a.write(&out, report.Models(entries))
		},
	}
	out.addReport(a, cmd)
	cmd.Flags().StringVar(&task, "task", "", "only models for this `TASK`, such as detection")
	cmd.Flags().StringVar(&family, "family", "", "only models of this `FAMILY`, such as ResNet")
	return cmd
}

func modelsShow(a *app) *cobra.Command {
	var out output
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
			return a.write(&out, report.Model(e))
		},
	}
	out.addReport(a, cmd)
	return cmd
}

func modelsExport(a *app) *cobra.Command {
	var out output
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
				return a.writeModel(cmd.Context(), &out, spec, "none", func(w io.Writer) error { return a.stripTo(spec, w) })
			}
			if out.targets[0].file == "" && out.targets[0].form.made {
				return usagef("give the file to write with -o: a model with weights is large")
			}
			return a.writeModel(cmd.Context(), &out, spec, "random", func(w io.Writer) error { return a.fillTo(spec, w) })
		},
	}
	out.add(a, cmd, "onnx", modelForms)
	cmd.Flags().BoolVar(&random, "random-weights", false, "fill the weights with random numbers, so that a runtime can execute the model")
	return cmd
}

// fillTo writes a model with random weights.
func (a *app) fillTo(spec string, w io.Writer) error {
	f, done, err := readers.Default().ONNX(spec, a.In)
	if err != nil {
		return err
	}
	defer done()
	return onnxread.Fill(spec, f.Reader, f.Size, w)
}
