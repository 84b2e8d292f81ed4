package cli

import (
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// devicesCommand returns the group of commands on device profiles.
func devicesCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "devices",
		Short: "List, show, check and write device profiles",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(devicesList(a), devicesShow(a), devicesValidate(a), devicesNew(a), devicesDiff(a))
	return cmd
}

// devicesList returns the command that lists devices.
func devicesList(a *app) *cobra.Command {
	var out output
	var filter deviceFilter
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the devices, built-in and your own",
		Long: `List the devices, built-in and your own. With --wide also the vendor, how the figures are known and
what was calibrated.`,
		Args: positional(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			by, err := filter.filter()
			if err != nil {
				return err
			}
			rp := a.open(ridgepoint.Config{})
			kept, err := rp.Devices(by)
			if kept == nil && err != nil {
				return usage(err)
			} else if err != nil {
				a.warn(err)
			}
			var measured []ridgepoint.Slice
			if a.wide {
				if measured, err = rp.Slices(); err != nil {
					return err
				}
			}
			if err := a.write(&out, report.Devices(kept, measured)); err != nil || len(kept) > 0 {
				return err
			}
			return nof("no device is left by the flags; without them the list has all")
		},
	}
	out.addReport(a, cmd)
	filter.add(cmd)
	return cmd
}

// devicesShow returns the command that shows a device with the source of each figure.
func devicesShow(a *app) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "show DEVICE",
		Short: "Show a device: its roofline, and every figure with its source",
		Args:  positional(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error {
			d, err := a.open(ridgepoint.Config{}).Device(list[0])
			if err != nil {
				return err
			}
			return a.write(&out, report.Device(d))
		},
	}
	out.addReport(a, cmd)
	return cmd
}

// devicesValidate returns the command that checks profiles. It exits with 1 where one has faults.
func devicesValidate(a *app) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Check profiles: every fault with its place, then warnings of figures that can hardly be",
		Args:  positional(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, files []string) error {
			var checks []report.DeviceCheck
			rp := a.open(ridgepoint.Config{})
			bad := 0
			for _, file := range files {
				c := report.DeviceCheck{File: file}
				if c.Device, c.Err = rp.Profile(file); errors.Is(c.Err, fs.ErrNotExist) {
					return c.Err
				} else if c.Err != nil {
					bad++
				}
				checks = append(checks, c)
			}
			if err := a.write(&out, report.DeviceChecks(checks)); err != nil || bad == 0 {
				return err
			}
			return nof("%d of %d profiles are not valid", bad, len(files))
		},
	}
	out.addReport(a, cmd)
	return cmd
}

// devicesDiff returns the command that shows on which figures two devices differ.
func devicesDiff(a *app) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "diff DEVICE DEVICE",
		Short: "Show the figures on which two devices differ",
		Args:  positional(cobra.ExactArgs(2)),
		RunE: func(_ *cobra.Command, list []string) error {
			rp := a.open(ridgepoint.Config{})
			first, err := rp.Device(list[0])
			if err != nil {
				return err
			}
			second, err := rp.Device(list[1])
			if err != nil {
				return err
			}
			return a.write(&out, report.DeviceDiff(first, second))
		},
	}
	out.addReport(a, cmd)
	return cmd
}
