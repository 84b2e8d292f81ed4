package cli

import (
	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/plots/report"
)

// versionCommand returns the command that prints version, commit and Go version.
func versionCommand(a *app) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version this binary was built from",
		Args:  positional(cobra.NoArgs),
		RunE:  func(*cobra.Command, []string) error { return a.write(&out, report.Version()) },
	}
	out.addReport(a, cmd)
	return cmd
}
