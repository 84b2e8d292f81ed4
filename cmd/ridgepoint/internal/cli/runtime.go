package cli

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// runtimeFlags say which inference engine a latency is expected of.
type runtimeFlags struct {
	runtime      string
	threads      int
	calibrations []string
	noEvidence   bool
	cmd          *cobra.Command
}

func (f *runtimeFlags) add(cmd *cobra.Command) {
	f.cmd = cmd
	cmd.Flags().StringVar(&f.runtime, "runtime", "", "expect the latency of this `RUNTIME` (ridgepoint runtimes list), or none for the speed of light alone (default: the usual one of the device's class)")
	cmd.Flags().IntVar(&f.threads, "threads", 0, "of a CPU (default: all)")
	cmd.Flags().BoolVar(&f.noEvidence, "no-evidence", false, "do not use how the same network did on other devices")
	cmd.Flags().StringArrayVar(&f.calibrations, "calibration", nil, "use the calibration in `FILE` first (repeatable)")
}

// tuner is what the flags ask for; nil for the speed of light alone.
func (f *runtimeFlags) tuner(a *app) (*roofline.Tuner, error) {
	if f.threads < 0 {
		return nil, usagef("--threads takes a positive number")
	}
	if f.runtime == "none" || f.runtime == "" && f.cmd.Flags().Changed("fusion") {
		return nil, nil
	}
	if f.cmd.Flags().Changed("fusion") {
		return nil, usagef("--runtime decides what is fused; give --fusion with --runtime none only")
	}
	rs, cs, err := a.engines(f.calibrations)
	if err != nil {
		return nil, err
	}
	t := &roofline.Tuner{Runtimes: rs, Calibrations: cs, Corrections: corrections(f.noEvidence), Threads: f.threads}
	if f.runtime != "" {
		if t.Runtime, err = rs.Get(f.runtime); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// corrections returns those by the published measurements, nil where none are wanted.
func corrections(none bool) *runtimes.Corrections {
	if none {
		return nil
	}
	return runtimes.BuiltInCorrections()
}

// userDirs is where a user keeps profiles of a kind, if that exists.
func (a *app) userDirs(kind string) []string {
	d := a.userDeviceDir()
	if d == "" {
		return nil
	}
	d = filepath.Join(filepath.Dir(d), kind)
	if info, err := os.Stat(d); err != nil || !info.IsDir() {
		return nil
	}
	return []string{d}
}
