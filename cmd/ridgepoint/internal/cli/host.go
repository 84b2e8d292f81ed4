package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// hostCommand returns the command that measures this machine and writes its profile.
func hostCommand(a *app) *cobra.Command {
	var write, library string
	var plot picture
	var out output
	cmd := &cobra.Command{
		Use:   "host",
		Short: "Profile this machine and write a device profile of it",
		Long: `Profile this machine in less than 30 s: what its processor says of itself, the theoretical peaks that
follow, the bandwidth of each memory level by a sweep of working sets (read, copy and triad, with one and
with all threads), and the rate that fp32 matrix products achieve: in ONNX Runtime where that is there, since
it is the rate that matters, else in our own portable Go kernel; the output says which.

The clock is measured with a chain of dependent operations. Bytes are those that a program reads and writes,
as in STREAM. Each bandwidth is the best of 10 tries in two rounds; where their median is more than 5 % below it, the
machine is busy, and the output says so.

The profile goes to the folder of your own devices as "host", so that every command takes --device host;
--device host@1t is one thread of it. Its peaks are the theoretical ones, because the speed of light is a
bound; its bandwidths are measured.`,
		Example: `  ridgepoint host
  ridgepoint host --write my-laptop.yaml --plot my-laptop.png`,
		Args: positional(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if write == "" {
				write = out.fileOf("yaml")
			}
			rp := a.open(ridgepoint.Config{})
			if write == "" {
				var err error
				if write, err = rp.HostPath(); err != nil {
					return fmt.Errorf("%w, with --write FILE", err)
				}
			}
			return a.host(cmd.Context(), &out, write, &plot, library)
		},
	}
	out.also = true
	out.add(a, cmd, report.Formats()[0].Name, profileForms)
	cmd.Flags().StringVar(&write, "write", "",
		"write the profile to `FILE`, as -o FILE.yaml does (default: host.yaml among your own devices)")
	plot.add(cmd, "draw the measured roofline beside the theoretical one, `FILE`: .png, .svg or .pdf")
	cmd.Flags().StringVar(&library, "ort", "", "`PATH` of ONNX Runtime's shared library, or of its folder (default: $"+ridgepoint.LibraryVariable+", then the usual places)")
	return cmd
}

// host measures this machine, shows the result, and writes the profile to path and the picture
// where they were asked for.
func (a *app) host(ctx context.Context, out *output, path string, plot *picture, library string) error {
	p, err := ridgepoint.ProfileHost(ctx, library)
	if err != nil {
		return err
	}
	data, err := ridgepoint.HostYAML(p, path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	w := a.reporting(report.Host(p))
	w["yaml"] = text(data)
	if err := a.deliver(out, w); err != nil {
		return err
	}
	if path != out.fileOf("yaml") {
		if err := a.save(path, w["yaml"]); err != nil {
			return err
		}
	}
	if plot.path == "" {
		return nil
	}
	fig, err := ridgepoint.PlotHost(p)
	if err != nil {
		return err
	}
	return a.draw(fig, plot)
}
