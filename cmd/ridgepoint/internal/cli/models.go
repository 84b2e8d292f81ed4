package cli

import (
	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

func modelsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "models",
		Short: "List the built-in models",
		Args:  positional(cobra.NoArgs),
	}
	var format string
	list := &cobra.Command{
		Use:   "list",
		Short: "List the built-in models with their published figures",
		Args:  positional(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			return a.write(format, report.Models(zoo.Entries()))
		},
	}
	addFormat(list, &format)
	cmd.AddCommand(list)
	return cmd
}
