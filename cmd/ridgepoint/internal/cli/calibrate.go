package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// calibrateFlags say which slice is fitted.
type calibrateFlags struct {
	tableFlags
	device, runtime, precision, date string
	threads                          int
	out                              output
}

// calibrateCommand returns the command that fits one slice to a table of measured latencies and
// writes the calibration.
func calibrateCommand(a *app) *cobra.Command {
	var f calibrateFlags
	cmd := &cobra.Command{
		Use:   "calibrate --device DEVICE --runtime RUNTIME --precision TYPE --measurements FILE",
		Short: "Fit what a runtime achieves on a device to measured latencies",
		Long: `Fit the parameters of one slice (device, runtime, precision, threads) to a table of measured
latencies, from one measurement to thousands, robustly and with priors, and say how far predictions are off on
model families that the fit had not seen. The result is deterministic. Up to twenty measurements
mostly set one factor for the device.

The least table has two columns: model, and latency_ms, latency_s, ms or fps. What has no column (device,
runtime, precision) is as the flags say. Rows that cannot be used are named, each with its line.`,
		Example: `  ridgepoint calibrate --device rpi-5 --runtime onnxruntime-cpu --precision fp32 --measurements mine.csv -o rpi-5.yaml
  ridgepoint estimate zoo:yolo11n --device rpi-5 --calibration rpi-5.yaml`,
		Args: positional(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd, a) },
	}
	f.add(cmd)
	cmd.Flags().StringVarP(&f.device, "device", "d", "", "`DEVICE` that was measured")
	cmd.Flags().StringVar(&f.runtime, "runtime", "", "`RUNTIME` that was measured")
	cmd.Flags().StringVar(&f.precision, "precision", "", "`TYPE` that was measured: "+precisions())
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

// run reads the table, fits, and writes the calibration and a report of its errors.
func (f *calibrateFlags) run(cmd *cobra.Command, a *app) error {
	t, err := f.open(a)
	if err != nil {
		return err
	}
	bar := a.progress("reading", t.Len())
	defer bar.end()
	slice := ridgepoint.Slice{Device: f.device, Runtime: f.runtime, Precision: f.precision, Threads: f.threads}
	fit, err := a.open(ridgepoint.Config{}).Calibrate(cmd.Context(), t, slice, f.date, bar.step)
	if err != nil {
		return err
	}
	if len(fit.Misses) > 0 {
		a.say("ridgepoint: warning: %s: left out %d of %d rows, which cannot be used", t.Path, len(fit.Misses), t.Len())
		fmt.Fprintln(a.Err, a.said(ridgepoint.MissText(fit.Misses)))
	}
	w := a.reporting(report.Calibration(fit.Fit, fit.Samples))
	w["yaml"] = text(fit.Calibration.Encode())
	if err := a.deliver(&f.out, w); err != nil {
		return err
	}
	if file := f.out.fileOf("yaml"); file != "" && a.UserDir != "" {
		at, err := filepath.Abs(filepath.Dir(file))
		if dir := filepath.Join(a.UserDir, "calibrations"); err != nil || at != dir {
			a.say("ridgepoint: hint: in %s a calibration is used by itself; elsewhere --calibration names it", dir)
		}
	}
	return nil
}
