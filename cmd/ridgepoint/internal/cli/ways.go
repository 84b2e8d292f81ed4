package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// addAll says in the help that --runtime and --precision take lists.
func (f *runtimeFlags) addAll(cmd *cobra.Command) {
	const more = "; a list or all ranks the ways to run the model"
	for _, name := range []string{"runtime", "precision"} {
		flag := cmd.Flags().Lookup(name)
		what, usual, _ := strings.Cut(flag.Usage, " (default")
		flag.Usage = what + more + " (default" + usual
	}
}

// several reports whether the flags ask for more than one runtime or precision.
func (f *runtimeFlags) several(how *runFlags) bool {
	return many(f.runtime) || many(how.precision)
}

// many reports whether a flag's value asks for several: a list, or all.
func many(list string) bool { return list == ridgepoint.All || strings.Contains(list, ",") }

// ways ranks the ways to run models on devices.
func (a *app) ways(ctx context.Context, models []string, opt *ridgepoint.Options, how *runFlags, engine *runtimeFlags,
	out *output, top int) error {
	rp := engine.open(a)
	var all ridgepoint.Ways
	bar := a.progress("estimating", len(models))
	defer bar.end()
	o := *opt
	o.Runtime, o.Precision = "", ""
	loaded, opts, err := rp.LoadAll(models, &o)
	if err != nil {
		return err
	}
	for i, m := range loaded {
		found, err := rp.Ways(ctx, m, how.names(), choices(engine.runtime), choices(how.precision), opts[i])
		if err != nil {
			return err
		}
		all.Estimates, all.Refused = append(all.Estimates, found.Estimates...), found.Refused
		bar.step()
	}
	return a.write(out, report.Ways(all.Estimates, all.Refused, top))
}

// choices splits a list of runtimes or precisions; nothing stands for the usual one.
func choices(list string) []string {
	if list == "" {
		return nil
	}
	return listed([]string{list})
}

// hintDeployed points to the precision that people mostly run on the device, where the model's own is another.
func (a *app) hintDeployed(rp *ridgepoint.Estimator, e *ridgepoint.Estimate, opt *ridgepoint.Options) {
	if usual := rp.Deployed(e, opt); usual != nil {
		a.say("ridgepoint: hint: %s is what mostly runs on %s: about %s with --precision %s", usual.Precision.Short(),
			e.Device.Name, report.Milliseconds(usual.Latency.Best()), usual.Precision.Short())
	}
}
