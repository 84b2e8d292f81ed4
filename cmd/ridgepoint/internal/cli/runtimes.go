package cli

import (
	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

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

// engines loads the runtimes and calibrations, the user's and the built-in ones.
func (a *app) engines(calibrations []string) (*runtimes.Set, *runtimes.Calibrations, error) {
	rs, err := runtimes.Load(a.userDirs("runtimes")...)
	if err != nil {
		return nil, nil, err
	}
	cs, err := runtimes.LoadCalibrations(calibrations, a.userDirs("calibrations"))
	return rs, cs, err
}

func runtimesList(a *app) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the runtimes, built-in and your own",
		Args:  positional(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			rs, cs, err := a.engines(nil)
			if err != nil {
				return err
			}
			return a.write(&out, report.Runtimes(rs.List(), cs))
		},
	}
	out.addReport(a, cmd)
	return cmd
}

func runtimesShow(a *app) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "show RUNTIME",
		Short: "Show the rules of a runtime, how they are known, and its parameters",
		Args:  positional(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error {
			rs, cs, err := a.engines(nil)
			if err != nil {
				return err
			}
			r, err := rs.Get(list[0])
			if err != nil {
				return err
			}
			does := map[string]string{}
			for _, rule := range lower.Rules() {
				if does[rule[0]] == "" {
					does[rule[0]] = rule[2]
				}
			}
			return a.write(&out, report.Runtime(r, cs, does))
		},
	}
	out.addReport(a, cmd)
	return cmd
}
