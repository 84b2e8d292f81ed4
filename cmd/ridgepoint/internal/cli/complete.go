package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// A completer lists the words that may stand where one is typed, with a description behind a tab.
type completer func(a *app, cmd *cobra.Command, typed string) []string

// flagCompleters complete the values of flags, by the names that they have on all commands.
var flagCompleters = map[string]completer{
	"device": devicesTyped, "like": devicesTyped, "runtime": runtimesTyped, "precision": precisionsTyped,
	"task":         func(*app, *cobra.Command, string) []string { return ridgepoint.Tasks() },
	"family":       func(*app, *cobra.Command, string) []string { return ridgepoint.Families() },
	"class":        func(*app, *cobra.Command, string) []string { return ridgepoint.Classes() },
	"device-class": func(*app, *cobra.Command, string) []string { return ridgepoint.Classes() },
	"kind":         func(*app, *cobra.Command, string) []string { return ridgepoint.PlotKinds() },
	"sort":         func(*app, *cobra.Command, string) []string { return ridgepoint.DeviceSorts() },
	"by":           func(*app, *cobra.Command, string) []string { return []string{"layer", "op", "module", "kernel"} },
	"fusion":       func(*app, *cobra.Command, string) []string { return []string{"none", "epilogue", "full"} },
	"theme":        func(*app, *cobra.Command, string) []string { return ridgepoint.Themes() },
	"color":        func(*app, *cobra.Command, string) []string { return colorFlags },
	"risk":         func(*app, *cobra.Command, string) []string { return []string{"1.15", "interval"} },
	"model":        modelsTyped,
	"devices": func(*app, *cobra.Command, string) []string {
		var out []string
		for _, c := range ridgepoint.Classes() {
			out = append(out, "class="+c)
		}
		return out
	},
}

// argCompleters complete the arguments of commands, by the word that stands for them in the line of usage.
var argCompleters = []struct {
	word string
	list completer
}{
	{"DEVICE", devicesTyped}, {"RUNTIME", runtimesTyped}, {"MODEL", modelsTyped},
}

// complete gives all commands what completes their arguments and flags.
func complete(a *app, cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		complete(a, sub)
	}
	add := func(f *pflag.Flag) {
		list := flagCompleters[f.Name]
		if f.Name == "format" {
			list = formatsTyped
		}
		if list == nil {
			return
		}
		if err := cmd.RegisterFlagCompletionFunc(f.Name, a.completing(list, true)); err != nil {
			panic(err) // the flag is one of the command's, and it is registered once
		}
	}
	cmd.Flags().VisitAll(add)
	cmd.PersistentFlags().VisitAll(add)
	words := strings.Fields(cmd.Use)
	if len(words) < 2 {
		return
	}
	for _, c := range argCompleters {
		if strings.Contains(words[1], c.word) {
			cmd.ValidArgsFunction = a.completing(c.list, false)
		}
	}
}

// completing returns the function that cobra calls. Values of flags may be lists: the last item is completed.
func (a *app) completing(list completer, lists bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := ""
		if i := strings.LastIndex(typed, ","); lists && i >= 0 {
			before, typed = typed[:i+1], typed[i+1:]
		}
		var out []string
		for _, word := range list(a, cmd, typed) {
			if name, _, _ := strings.Cut(word, "\t"); strings.HasPrefix(strings.ToLower(name), strings.ToLower(typed)) {
				out = append(out, before+word)
			}
		}
		how := cobra.ShellCompDirectiveNoFileComp
		if slices.ContainsFunc(out, func(s string) bool { return strings.HasSuffix(s, "/") || strings.HasSuffix(s, "@") }) {
			how |= cobra.ShellCompDirectiveNoSpace
		}
		return out, how
	}
}

// quiet returns an estimator that warns of nothing: the shell shows what a completion prints.
func (a *app) quiet() *ridgepoint.Estimator {
	return ridgepoint.New(&ridgepoint.Config{DeviceDirs: a.deviceDirs, UserDir: a.UserDir})
}

// devicesTyped lists devices by id; behind an @ the power modes of one; and profiles.
func devicesTyped(a *app, _ *cobra.Command, typed string) []string {
	rp := a.quiet()
	if id, _, mode := strings.Cut(typed, "@"); mode {
		d, err := rp.Device(id)
		if err != nil {
			return nil
		}
		var out []string
		for _, m := range d.Modes {
			out = append(out, id+"@"+m.ID+"\t"+m.Note)
		}
		return out
	}
	labels, err := rp.DeviceLabels()
	if err != nil {
		return nil
	}
	var out []string
	for _, l := range labels {
		if out = append(out, l.ID+"\t"+l.Name); l.ID != typed {
			continue
		}
		if d, err := rp.Device(l.ID); err == nil && len(d.Modes) > 0 {
			out = append(out, l.ID+"@\tone of its power modes")
		}
	}
	return append(out, files(typed, ".yaml", ".yml")...)
}

// deviceOf returns the first device that the command line names, nil if it names none.
func deviceOf(a *app, cmd *cobra.Command) *ridgepoint.Device {
	f := cmd.Flags().Lookup("device")
	if f == nil {
		return nil
	}
	for _, name := range listed(values(f)) {
		if d, err := a.quiet().Device(name); err == nil {
			return d
		}
	}
	return nil
}

// runtimesTyped lists the runtimes of the device on the command line, all where it names none.
func runtimesTyped(a *app, cmd *cobra.Command, _ string) []string {
	rp, d := a.quiet(), deviceOf(a, cmd)
	var all []*ridgepoint.Runtime
	var err error
	if d != nil {
		all, err = rp.RuntimesOn(d)
	} else {
		all, err = rp.Runtimes()
	}
	if err != nil {
		return nil
	}
	var out []string
	for _, r := range all {
		out = append(out, r.ID+"\t"+r.Name)
	}
	if cmd.Name() == "estimate" {
		out = append(out, ridgepoint.All+"\tevery runtime of the device, ranked")
	}
	return append(out, ridgepoint.NoRuntime+"\tthe lower bound alone")
}

// precisionsTyped lists the precisions of the device on the command line, all where it names none.
func precisionsTyped(a *app, cmd *cobra.Command, _ string) []string {
	out := ridgepoint.Precisions()
	if d := deviceOf(a, cmd); d != nil {
		out = ridgepoint.PrecisionsOn(d)
	}
	if cmd.Name() == "estimate" {
		out = append(out, ridgepoint.All)
	}
	return out
}

// modelsTyped lists the built-in models, and files of models.
func modelsTyped(_ *app, _ *cobra.Command, typed string) []string {
	var out []string
	if entries, err := ridgepoint.BuiltIns("", ""); err == nil {
		for _, e := range entries {
			out = append(out, ridgepoint.BuiltInSpec(e.Name)+"\t"+e.Family+", "+e.Task)
		}
	}
	return append(out, files(typed, ".onnx", ".gz", ".gguf", ".json", ".tflite", ".xml", ".safetensors", ".pt2", ".ort")...)
}

// formatsTyped completes the names of output formats, each with a line on it.
func formatsTyped(*app, *cobra.Command, string) []string {
	var out []string
	for _, f := range report.Formats() {
		out = append(out, f.Name+"\t"+f.Doc)
	}
	return out
}

// files lists the folders and the files with some suffixes that begin as typed.
func files(typed string, suffixes ...string) []string {
	found, err := filepath.Glob(strings.NewReplacer("*", "", "?", "", "[", "", "\\", "").Replace(typed) + "*")
	if err != nil {
		return nil
	}
	var out []string
	for _, path := range found {
		st, err := os.Stat(path)
		switch {
		case err != nil || strings.HasPrefix(filepath.Base(path), ".") && !strings.HasPrefix(filepath.Base(typed), "."):
		case st.IsDir():
			out = append(out, path+"/")
		case slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(path, s) }):
			out = append(out, path)
		}
	}
	return out
}
