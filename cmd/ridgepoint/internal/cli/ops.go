package cli

import (
	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/plots/report"
)

// opsCommand returns the command that prints the table of operators.
func opsCommand(a *app) *cobra.Command {
	var out output
	var domain string
	cmd := &cobra.Command{
		Use:   "ops",
		Short: "Print the operator table",
		Long: `Print every operator that is understood: the first opset version of each row, how
it fuses, and what it computes. An operator that is not listed is unknown: charged
the traffic of its operands, listed by every command, never free.`,
		Args: positional(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			doc, err := report.Operators(domain)
			if err != nil {
				return usage(err)
			}
			return a.write(&out, doc)
		},
	}
	out.addReport(a, cmd)
	cmd.Flags().StringVar(&domain, "domain", "", "only operators of this domain (ai.onnx, com.microsoft, …)")
	return cmd
}
