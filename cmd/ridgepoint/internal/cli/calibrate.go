package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// calibrateFlags say which slice is fitted.
type calibrateFlags struct {
	tableFlags
	device, runtime, precision, date string
	threads                          int
	out                              output
}

func calibrateCommand(a *app) *cobra.Command {
	var f calibrateFlags
	cmd := &cobra.Command{
		Use:   "calibrate --device DEVICE --runtime RUNTIME --precision TYPE --measurements FILE",
		Short: "Fit what a runtime achieves on a device to measured latencies",
		Long: `Fit the parameters of one slice (device, runtime, precision, threads) to a table of measured
latencies, from one measurement to thousands, robustly and with priors, and say how far predictions are off on
model families that the fit had not seen. The result is deterministic. Up to twenty measurements
mostly set one factor for the device.`,
		Example: `  ridgepoint calibrate --device rpi-5 --runtime onnxruntime-cpu --precision fp32 --measurements mine.csv -o rpi-5.yaml
  ridgepoint estimate zoo:yolo11n --device rpi-5 --calibration rpi-5.yaml`,
		Args: positional(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd, a) },
	}
	f.add(cmd)
	cmd.Flags().StringVarP(&f.device, "device", "d", "", "`DEVICE` that was measured")
	cmd.Flags().StringVar(&f.runtime, "runtime", "", "`RUNTIME` that was measured")
	cmd.Flags().StringVar(&f.precision, "precision", "", "`TYPE` that was measured: fp32|fp16|bf16|int8 …")
	cmd.Flags().IntVar(&f.threads, "threads", 0, "number of threads that were measured (default: all)")
	f.out.also = true
	f.out.add(a, cmd, report.Formats()[0].Name, profileForms)
	cmd.Flags().StringVar(&f.date, "date", "", "of the fit, as the calibration says it (default: today)")
	for _, name := range []string{"device", "runtime", "precision"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flags were added above
		}
	}
	return cmd
}

func (f *calibrateFlags) run(cmd *cobra.Command, a *app) error {
	rows, m, err := f.load(a)
	if err != nil {
		return err
	}
	want, err := f.slice(a, m)
	if err != nil {
		return err
	}
	samples, err := f.samples(cmd, a, rows, m, want)
	if err != nil {
		return err
	}
	fit, err := validate.Calibrate(samples)
	if err != nil {
		return fmt.Errorf("%s: %w", want, err)
	}
	fit.Calibration.Date = f.date
	if f.date == "" {
		fit.Calibration.Date = time.Now().Format(time.DateOnly)
	}
	w := reporting(report.Calibration(fit, samples))
	w["yaml"] = text(fit.Calibration.Encode())
	return a.deliver(&f.out, w)
}

// slice is the slice that the flags name.
func (f *calibrateFlags) slice(a *app, m *validate.Matcher) (runtimes.Slice, error) {
	s := runtimes.Slice{Threads: f.threads}
	d, err := a.catalog().Get(f.device)
	if err != nil {
		return s, err
	}
	r, err := m.Runtimes.Get(f.runtime)
	if err != nil {
		return s, err
	}
	t, ok := dtype.Parse(f.precision)
	if !ok {
		return s, usagef("there is no precision %q; expected fp32, tf32, fp16, bf16, fp8, int8 or int4", f.precision)
	}
	s.Device, s.Runtime, s.Precision = d.ID, r.ID, t.Short()
	return s, nil
}

// samples are the rows of the slice, made ready for the fit. One table may hold several sources and
// versions: what is pooled is said.
func (f *calibrateFlags) samples(cmd *cobra.Command, a *app, rows []measured.Row, m *validate.Matcher, want runtimes.Slice) ([]*validate.Sample, error) {
	bar := a.progress("reading", len(rows))
	defer bar.end()
	var out []*validate.Sample
	reason := "none of its rows is of the slice"
	for i := range rows {
		if err := done(cmd.Context()); err != nil {
			return nil, err
		}
		bar.step()
		c, err := m.Match(&rows[i])
		if err != nil {
			reason = fmt.Sprintf("line %d: %v", rows[i].Line, err)
			continue
		}
		if c.Slice() != want {
			continue
		}
		s, err := validate.Prepare(c)
		if err != nil {
			return nil, fmt.Errorf("line %d: %s: %w", rows[i].Line, rows[i].Model, err)
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: found no measurement of %s that can be used (%s), expected at least one", f.file, want, reason)
	}
	return out, nil
}
