package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/host"
	"github.com/ridgepoint/ridgepoint/internal/timing"
	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline/ort"
)

func hostCommand(a *app) *cobra.Command {
	var write, plot, library string
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
			if write == "" {
				if write = a.userDeviceDir(); write == "" {
					return usagef("the environment names no home: say with --write FILE where the profile goes")
				}
				write = filepath.Join(write, hostID+".yaml")
			}
			return a.host(cmd.Context(), &out, write, plot, library)
		},
	}
	out.also = true
	out.add(a, cmd, report.Formats()[0].Name, profileForms)
	cmd.Flags().StringVar(&write, "write", "", "write the profile to `FILE`, as -o FILE.yaml does (default: host.yaml among your own devices)")
	cmd.Flags().StringVar(&plot, "plot", "", "draw the measured roofline beside the theoretical one, `FILE`: .png, .svg or .pdf")
	cmd.Flags().StringVar(&library, "ort", "", "`PATH` of ONNX Runtime's shared library, or of its folder (default: $"+ort.Env+", then the usual places)")
	return cmd
}

func (a *app) host(ctx context.Context, out *output, path, plot, library string) error {
	id := profileID(path)
	var opt host.Options
	version, err := a.loadORT(library)
	switch {
	case err == nil:
		opt.Matrix = ortMatrix(ctx, version)
	case library != "":
		return err
	default:
		opt.NoRuntime = err
	}
	p, err := host.Measure(ctx, opt)
	if err != nil {
		return err
	}
	data, err := p.YAML(id, time.Now().UTC().Format("2006-01-02"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	w := reporting(report.Host(p))
	w["yaml"] = text(data)
	if err := a.deliver(out, w); err != nil {
		return err
	}
	if path != out.fileOf("yaml") {
		if err := a.save(path, w["yaml"]); err != nil {
			return err
		}
	}
	if plot == "" {
		return nil
	}
	fig, err := hostFigure(p)
	if err != nil {
		return err
	}
	return a.draw(fig, plot)
}

// profileID is the id that a profile's file name gives it: lower case, with hyphens for what an id may not hold.
func profileID(path string) string {
	base := []byte(filepath.Base(path))
	base = base[:len(base)-len(filepath.Ext(string(base)))]
	for i, c := range base {
		switch {
		case c >= 'A' && c <= 'Z':
			base[i] = c + 'a' - 'A'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', i > 0 && (c == '.' || c == '-'):
		case i == 0:
			base[i] = 'x'
		default:
			base[i] = '-'
		}
	}
	if len(base) == 0 {
		return hostID
	}
	return string(base)
}

// productSizes are the sides of the square products that are timed; the best rate counts.
var productSizes = []int64{512, 1024, 1536}

// ortMatrix measures fp32 matrix products in ONNX Runtime, in FLOP/s.
func ortMatrix(ctx context.Context, version string) host.Matrix {
	return func(threads int) (host.MatrixRate, error) {
		best := host.MatrixRate{By: "ONNX Runtime " + version}
		for _, n := range productSizes {
			s, err := timeProduct(ctx, n, threads)
			if err != nil {
				return best, err
			}
			if rate := 2 * float64(n*n*n) / s.Min; rate > best.Rate {
				best.Rate, best.Noise = rate, 1-s.Min/s.Median
			}
		}
		return best, nil
	}
}

func timeProduct(ctx context.Context, n int64, threads int) (*timing.Stats, error) {
	model, cfg, err := ort.MatMul(n)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "ridgepoint-host-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cfg.Model, cfg.Threads = filepath.Join(dir, "matmul.onnx"), threads
	if err := os.WriteFile(cfg.Model, model, 0o644); err != nil {
		return nil, err
	}
	return runs(ctx, cfg, timing.Plan{Warmup: 3, MinRuns: 15, MaxRuns: 200, Limit: time.Second})
}

// hostFigure draws the measured roofline, with one and with all threads, beside the theoretical one.
func hostFigure(p *host.Profile) (*plots.Figure, error) {
	all := plots.Machine{Name: fmt.Sprintf("measured, %d threads", p.CPU.Threads), Rate: p.MatrixAll.Rate}
	one := plots.Machine{Name: "measured, 1 thread", Rate: p.MatrixOne.Rate}
	for i := len(p.Levels) - 1; i >= 0; i-- {
		l := &p.Levels[i]
		if l.All.Rate > 0 {
			all.Slopes = append(all.Slopes, plots.Slope{Name: l.Name, Rate: l.All.Rate})
		}
		if l.One.Rate > 0 {
			one.Slopes = append(one.Slopes, plots.Slope{Name: l.Name, Rate: l.One.Rate})
		}
	}
	ms := []plots.Machine{all}
	if p.CPU.Threads > 1 {
		ms = append(ms, one)
	}
	if v := p.Peak(cost.Vector, dtype.Float32); v != nil {
		ms = append([]plots.Machine{{Name: "theoretical, fp32", Rate: v.Value}}, ms...)
	}
	return plots.Machines(p.Name(), []string{"achieved matrix rate by " + p.MatrixAll.By}, ms)
}
