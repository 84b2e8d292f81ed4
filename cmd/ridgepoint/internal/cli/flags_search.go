package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
)

// searchFlags say which models are tried on which devices in which ways.
type searchFlags struct {
	bind     bindFlags
	how      runFlags
	engine   runtimeFlags
	models   []string
	task     string
	selector string
	sizes    string
}

// add adds the flags of a search: models by name or task, devices by name or selector, and sizes.
func (f *searchFlags) add(cmd *cobra.Command) {
	f.bind.add(cmd)
	f.how.addFlags(cmd)
	f.engine.add(cmd)
	cmd.Flags().Lookup("precision").Usage = "run floating-point tensors as the first `TYPE` of a list that fits: " + precisions() + " (default: the model's own)"
	cmd.Flags().StringArrayVar(&f.models, "model", nil, "a `MODEL`, as those named without a flag (repeatable)")
	cmd.Flags().StringVar(&f.task, "task", "", "search the built-in models of a `TASK`: "+strings.Join(ridgepoint.Tasks(), "|")+"; models that are named are searched as well")
	cmd.Flags().StringVar(&f.selector, "devices", "", "all devices that a `SELECTOR` holds for, such as class=jetson or class=gpu,vendor=AMD")
	cmd.Flags().StringVar(&f.sizes, "size", "",
		"run at the first of a `LIST` of image sizes in pixels that fits, the largest first, for example 320..640:32 or 384x640,640")
}

// search turns the flags into a search; its errors are usage errors.
func (f *searchFlags) search(models []string) (s ridgepoint.Search, err error) {
	how := f.how
	how.precision = ""
	if s.Options, err = options(&f.bind, &how, &f.engine); err != nil {
		return s, err
	}
	s.Models, s.Task, s.Select, s.Devices = append(models, f.models...), f.task, f.selector, f.how.names()
	for _, p := range strings.Split(f.how.precision, ",") {
		s.Precisions = append(s.Precisions, strings.TrimSpace(p))
	}
	if f.sizes != "" {
		if s.Sizes, err = ridgepoint.ParseSizes(f.sizes); err != nil {
			return s, usage(err)
		}
	}
	switch {
	case len(s.Models) == 0 && s.Task == "":
		return s, usagef("name models, or give a --task to search the built-in ones: %s", strings.Join(ridgepoint.Tasks(), ", "))
	case len(s.Devices) == 0 && s.Select == "":
		return s, usagef("name a device with --device, or several with --devices class=jetson")
	}
	return s, nil
}

// run searches.
func (f *searchFlags) run(ctx context.Context, a *app, models []string) (*ridgepoint.Candidates, error) {
	s, err := f.search(models)
	if err != nil {
		return nil, err
	}
	bar := a.progress("searching", 0)
	defer bar.end()
	s.Progress = bar.at
	return f.engine.open(a).Search(ctx, s)
}
