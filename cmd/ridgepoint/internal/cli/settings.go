package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// settable marks flags whose value a configuration file may set.
const settable = "set-by-configuration"

// bySettings lets configuration files set flags of a command.
func bySettings(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		if err := cmd.Flags().SetAnnotation(name, settable, []string{name}); err != nil {
			panic(err) // the caller added the flags
		}
	}
}

// others lists flags that name devices in another way than --device.
var others = []string{"devices", "device-class"}

// settings returns what the configuration files set. What may not be read is left out with a warning: in a container,
// HOME and the working folder may be another user's.
func (a *app) settings() ([]ridgepoint.Setting, error) {
	var dirs []string
	for _, dir := range []string{a.ProjectDir, a.UserDir} {
		if _, err := ridgepoint.ReadSettings(dir); errors.Is(err, fs.ErrPermission) {
			a.warn(fmt.Errorf("settings are left out: %w", err))
			continue
		}
		dirs = append(dirs, dir)
	}
	return ridgepoint.ReadSettings(dirs...)
}

// configure sets what the configuration files of the project and of the user set and the command line does not, and
// says so. A runtime and a precision of theirs hold on the device of theirs.
func (a *app) configure(cmd *cobra.Command) error {
	found, err := a.settings()
	if err != nil {
		return err
	}
	given := func(name string) bool { f := cmd.Flags().Lookup(name); return f != nil && f.Changed }
	elsewhere := given("device") || slices.ContainsFunc(others, given)
	used := map[string][]string{}
	var files []string
	for _, s := range found {
		f := cmd.Flags().Lookup(s.Key)
		names := slices.ContainsFunc(found, func(o ridgepoint.Setting) bool { return o.Key == "device" && o.From == s.From })
		switch {
		case s.Key == "device_dirs":
			a.deviceDirs = append(a.deviceDirs, s.Value)
			continue
		case f == nil || f.Annotations[settable] == nil || f.Changed || elsewhere && (s.Key == "device" || names):
			continue
		case s.Key == "runtime" && given("fusion"):
			continue
		}
		if err := cmd.Flags().Set(s.Key, s.Value); err != nil {
			return err
		}
		if used[s.From] == nil {
			files = append(files, s.From)
		}
		used[s.From] = append(used[s.From], s.Key+" "+s.Value)
	}
	for _, file := range files {
		a.say("ridgepoint: %s, as %s says", strings.Join(used[file], ", "), file)
	}
	return nil
}

// configCommand returns the group of commands on configuration files.
func configCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show what configuration files set",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(configShow(a))
	return cmd
}

// configShow returns the command that shows settings and the file that each is from.
func configShow(a *app) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Show the settings that hold, and the file that each is from",
		Long: `Show the settings that hold, and the file that each is from: ` + ridgepoint.SettingsFile + ` in the working
folder, then in your own configuration folder. The first that sets something wins, and the command
line wins over both. A file has these keys, each may be left out:

  device: rpi-5            # as --device names it
  runtime: ncnn            # on that device
  precision: fp16          # on that device
  device_dirs: [boards]    # folders of device profiles; relative ones are relative to the file

A file has names alone. No program, library, model or calibration is loaded since a file of the
working folder names it, and every command says which settings it took from which file.`,
		Args: positional(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			found, err := a.settings()
			if err != nil {
				return err
			}
			a.say("ridgepoint: your own folder is %s", a.UserDir)
			return a.write(&out, report.Settings(found, ridgepoint.SettingKeys()))
		},
	}
	out.addReport(a, cmd)
	return cmd
}
