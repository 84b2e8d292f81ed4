package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

// newFlags describe a device that is like another one.
type newFlags struct {
	like, clock, bandwidth, memory, out string
	sm                                  int
}

func devicesNew(a *app) *cobra.Command {
	var f newFlags
	cmd := &cobra.Command{
		Use:   "new [FILE]",
		Short: "Write a profile to start from: a commented one, or one scaled from a device",
		Long: `Write a commented profile to start from. With --like, write one that is scaled from a device: its peaks
in proportion to units x clock, its caches to units, the memory as given. What was scaled says from what,
what no flag and no rule gives is left out, and the file can be used at once.`,
		Example: `  ridgepoint devices new my-device.yaml
  ridgepoint devices new --like rtx4090 --sm 60 --clock 2.4GHz --bandwidth 504GB/s --memory 12GB -o my-gpu.yaml
  ridgepoint estimate zoo:resnet50 --device my-gpu.yaml`,
		Args: positional(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error {
			if err := f.check(cmd, list); err != nil {
				return err
			}
			text, err := f.text(a)
			if err != nil {
				return err
			}
			return a.writeNew(f.out, text)
		},
	}
	cmd.Flags().StringVar(&f.like, "like", "", "`DEVICE` to scale from: an id, an alias or the path of a profile")
	cmd.Flags().IntVar(&f.sm, "sm", 0, "`NUMBER` of units: SMs, compute units or cores")
	cmd.Flags().StringVar(&f.clock, "clock", "", "`FREQUENCY` of the units, such as 2.4GHz")
	cmd.Flags().StringVar(&f.bandwidth, "bandwidth", "", "`RATE` of the main memory, such as 504GB/s")
	cmd.Flags().StringVar(&f.memory, "memory", "", "`SIZE` of the main memory, such as 12GB (default: left out)")
	cmd.Flags().StringVarP(&f.out, "output", "o", "", "`FILE` to write: .yaml or .yml, named as the device (default: standard output)")
	return cmd
}

// scalingFlags are what --like needs, and what is of no use without it.
var scalingFlags = []struct {
	name     string
	required bool
	dim      units.Dim // units.NumDims: a plain number
	of       func(*newFlags) *string
}{
	{"sm", true, units.NumDims, nil},
	{"clock", true, units.Hertz, func(f *newFlags) *string { return &f.clock }},
	{"bandwidth", true, units.ByteRate, func(f *newFlags) *string { return &f.bandwidth }},
	{"memory", false, units.Capacity, func(f *newFlags) *string { return &f.memory }},
}

// check holds the flags against each other and takes the file from where it is named. Its errors are usage errors.
func (f *newFlags) check(cmd *cobra.Command, list []string) error {
	if len(list) > 0 && f.out != "" {
		return usagef("found %s and --output %s, expected one file to write", list[0], f.out)
	}
	f.out += strings.Join(list, "")
	for _, s := range scalingFlags {
		given := cmd.Flags().Changed(s.name)
		switch {
		case given && f.like == "":
			return usagef("--%s describes a device that is like another one: name that one with --like DEVICE", s.name)
		case !given && f.like != "" && s.required:
			return usagef("--like %s needs --sm, --clock and --bandwidth of the new device: found no --%s", f.like, s.name)
		case !given || s.of == nil:
			continue
		}
		if v, _, err := units.Parse(*s.of(f), s.dim); err != nil {
			return usagef("--%s: %v", s.name, err)
		} else if v == 0 {
			return usagef("--%s %s: expected more than zero", s.name, *s.of(f))
		}
	}
	if f.like != "" && f.sm < 1 {
		return usagef("--sm %d: expected 1 or more", f.sm)
	}
	return nil
}

// text is the profile to write.
func (f *newFlags) text(a *app) ([]byte, error) {
	if f.like == "" {
		return hwprofiles.Template(), nil
	}
	like, err := a.catalog().Get(f.like)
	if err != nil {
		return nil, err
	}
	id, err := f.id(like)
	if err != nil {
		return nil, err
	}
	text, err := like.Scaled(hwprofiles.Scaling{ID: id, Units: f.sm, Clock: f.clock, Bandwidth: f.bandwidth, Memory: f.memory})
	if err != nil {
		return nil, err
	}
	d, err := hwprofiles.Decode(id+".yaml", text)
	if err != nil {
		return nil, err
	}
	for _, finding := range hwprofiles.Lint(d) {
		fmt.Fprintf(a.Err, "ridgepoint: warning: %s: %s\n", id, finding)
	}
	return text, nil
}

var profileName = regexp.MustCompile(`^([a-z0-9][a-z0-9.-]*)\.ya?ml$`)

// id names the new device as its file, or as the one it is like and its units where there is no file.
func (f *newFlags) id(like *hwprofiles.Device) (string, error) {
	if f.out == "" {
		base, _, _ := strings.Cut(like.ID, "@")
		return fmt.Sprintf("%s-%d-units", base, f.sm), nil
	}
	m := profileName.FindStringSubmatch(filepath.Base(f.out))
	if m == nil {
		return "", usagef("--output %s: expected the device's id and .yaml: lower-case letters, digits, dots and hyphens, such as my-gpu.yaml", f.out)
	}
	return m[1], nil
}

// writeNew writes a profile to a file that is not there yet, or to standard output.
func (a *app) writeNew(file string, text []byte) error {
	write := func(w io.Writer) error { _, err := w.Write(text); return err }
	if file == "" {
		return write(a.Out)
	}
	if _, err := os.Stat(file); err == nil {
		return fmt.Errorf("%s is there already; name another file", file)
	}
	if err := writeFile(file, write); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.Out, "wrote %s\n", file)
	return err
}
