package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// modelsCommand returns the group of commands on built-in networks.
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

// modelsList returns the command that lists built-in networks.
func modelsList(a *app) *cobra.Command {
	var out output
	var task, family string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the built-in models with their published figures",
		Args:  positional(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			entries, err := ridgepoint.BuiltIns(task, family)
			if err != nil {
				return usage(err)
			}
			return a.write(&out, report.Models(entries))
		},
	}
	out.addReport(a, cmd)
	cmd.Flags().StringVar(&task, "task", "", "only models for this `TASK`, such as detection")
	cmd.Flags().StringVar(&family, "family", "", "only models of this `FAMILY`, such as ResNet")
	return cmd
}

// modelsShow returns the command that shows one with its sources and options.
func modelsShow(a *app) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "show MODEL",
		Short: "Show a built-in model: its figures with their sources, and its options",
		Example: `  ridgepoint models show zoo:yolo11s
  ridgepoint models show llama`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error {
			e, err := ridgepoint.BuiltInModel(list[0])
			if err != nil {
				return err
			}
			return a.write(&out, report.Model(e))
		},
	}
	out.addReport(a, cmd)
	return cmd
}

// modelsExport returns the command that writes one as an ONNX file.
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
			spec, rp := ridgepoint.BuiltInSpec(list[0]), a.open(ridgepoint.Config{})
			if !random {
				return a.writeModel(cmd.Context(), &out, spec, "none", func(w io.Writer) error { return rp.Strip(spec, w) })
			}
			if out.targets[0].file == "" && out.targets[0].form.made {
				return usagef("give the file to write with -o: a model with weights is large")
			}
			return a.writeModel(cmd.Context(), &out, spec, "random", func(w io.Writer) error { return rp.Fill(spec, w) })
		},
	}
	out.add(a, cmd, "onnx", modelForms)
	cmd.Flags().BoolVar(&random, "random-weights", false, "fill the weights with random numbers, so that a runtime can execute the model")
	return cmd
}
