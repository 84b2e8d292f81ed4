package cli

import (
	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// runtimesCommand returns the group of commands on runtimes.
func runtimesCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "runtimes",
		Short: "List and show inference engines: what each fuses and achieves",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(runtimesList(a), runtimesShow(a))
	return cmd
}

// runtimesList returns the command that lists runtimes.
func runtimesList(a *app) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the runtimes, built-in and your own",
		Args:  positional(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			rp := a.open(ridgepoint.Config{})
			all, err := rp.Runtimes()
			if err != nil {
				return err
			}
			measured, err := rp.Slices()
			if err != nil {
				return err
			}
			return a.write(&out, report.Runtimes(all, measured))
		},
	}
	out.addReport(a, cmd)
	return cmd
}

// runtimesShow returns the command that shows the passes and parameters of one.
func runtimesShow(a *app) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "show RUNTIME",
		Short: "Show the rules of a runtime, how they are known, and its parameters",
		Args:  positional(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error {
			rp := a.open(ridgepoint.Config{})
			r, err := rp.Runtime(list[0])
			if err != nil {
				return err
			}
			measured, err := rp.Slices()
			if err != nil {
				return err
			}
			return a.write(&out, report.Runtime(r, measured, ridgepoint.Passes()))
		},
	}
	out.addReport(a, cmd)
	return cmd
}
