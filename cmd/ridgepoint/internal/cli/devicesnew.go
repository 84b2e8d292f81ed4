package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// newFlags describe a device that is like another one.
type newFlags struct {
	like, clock, bandwidth, memory string
	sm                             int
	out                            output
}

// devicesNew returns the command that writes a profile to start from, commented or scaled from a
// device.
func devicesNew(a *app) *cobra.Command {
	var f newFlags
	cmd := &cobra.Command{
		Use:   "new [FILE]",
		Short: "Write a profile to start from: a commented one, or one scaled from a device",
		Long: `Write a commented profile to start from. With --like, write one that is scaled from a device: its peaks
in proportion to units x clock, its caches to units. Name what differs; the rest is as there, and every
figure says from what it is. The file can be used at once.`,
		Example: `  ridgepoint devices new my-device.yaml
  ridgepoint devices new --like rtx4090 --sm 60 --clock 2.4GHz --bandwidth 504GB/s --memory 12GB -o my-gpu.yaml
  ridgepoint devices new --like rpi-5 --bandwidth 20GB/s -o fast-pi.yaml
  ridgepoint estimate zoo:resnet50 --device my-gpu.yaml`,
		Args: positional(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(cmd); err != nil {
				return err
			}
			profile, err := f.profile(a)
			if err != nil {
				return err
			}
			return a.writeNew(&f.out, profile)
		},
	}
	cmd.Flags().StringVar(&f.like, "like", "", "`DEVICE` to scale from: an id, an alias or the path of a profile")
	cmd.Flags().IntVar(&f.sm, "sm", 0, "`NUMBER` of units: SMs, compute units or cores")
	cmd.Flags().StringVar(&f.clock, "clock", "", "`FREQUENCY` of the units, such as 2.4GHz")
	cmd.Flags().StringVar(&f.bandwidth, "bandwidth", "", "`RATE` of the main memory, such as 504GB/s")
	cmd.Flags().StringVar(&f.memory, "memory", "", "`SIZE` of the main memory, such as 12GB")
	f.out.add(a, cmd, "yaml", profileForms)
	resolve := cmd.PreRunE
	cmd.PreRunE = func(cmd *cobra.Command, list []string) error { // a FILE is another way to write -o FILE
		if len(list) > 0 && f.out.file != "" {
			return usagef("found %s and --output %s, expected one file to write", list[0], f.out.file)
		}
		f.out.file += strings.Join(list, "")
		return resolve(cmd, list)
	}
	return cmd
}

// scalingFlags lists the flags of --like; they need it, and it needs one of them. A flag without of is a plain number.
var scalingFlags = []struct {
	name string
	dim  ridgepoint.Dim
	of   func(*newFlags) *string
}{
	{"sm", 0, nil},
	{"clock", ridgepoint.Clock, func(f *newFlags) *string { return &f.clock }},
	{"bandwidth", ridgepoint.Bandwidth, func(f *newFlags) *string { return &f.bandwidth }},
	{"memory", ridgepoint.Memory, func(f *newFlags) *string { return &f.memory }},
}

// check holds the flags against each other. Its errors are usage errors.
func (f *newFlags) check(cmd *cobra.Command) error {
	differs := false
	for _, s := range scalingFlags {
		given := cmd.Flags().Changed(s.name)
		differs = differs || given
		switch {
		case given && f.like == "":
			return usagef("--%s describes a device that is like another one: name that one with --like DEVICE", s.name)
		case !given || s.of == nil:
			continue
		}
		if v, err := ridgepoint.ParseFigure(*s.of(f), s.dim); err != nil {
			return usagef("--%s: %v", s.name, err)
		} else if v == 0 {
			return usagef("--%s %s: expected more than zero", s.name, *s.of(f))
		}
	}
	switch {
	case f.like != "" && !differs:
		return usagef("--like %s: found nothing that differs, expected one of --sm, --clock, --bandwidth and --memory", f.like)
	case cmd.Flags().Changed("sm") && f.sm < 1:
		return usagef("--sm %d: expected 1 or more", f.sm)
	}
	return nil
}

// profile returns the profile to write.
func (f *newFlags) profile(a *app) ([]byte, error) {
	if f.like == "" {
		return ridgepoint.ProfileTemplate(), nil
	}
	text, doubts, err := a.open(ridgepoint.Config{}).ScaleProfile(f.like, f.out.fileOf("yaml"),
		ridgepoint.Scaling{Units: f.sm, Clock: f.clock, Bandwidth: f.bandwidth, Memory: f.memory})
	for _, doubt := range doubts {
		a.say("ridgepoint: warning: %s", doubt)
	}
	return text, err
}

// writeNew writes a profile, or a report of it. A file that is there already stays.
func (a *app) writeNew(o *output, profile []byte) error {
	file := o.fileOf("yaml")
	if _, err := os.Stat(file); file != "" && err == nil {
		return fmt.Errorf("%s is there already; name another file", file)
	}
	d, err := ridgepoint.DecodeProfile("new.yaml", profile)
	if err != nil {
		return err
	}
	w := a.reporting(report.Device(d))
	w["yaml"] = text(profile)
	return a.deliver(o, w)
}
