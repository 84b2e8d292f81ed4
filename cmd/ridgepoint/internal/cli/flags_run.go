package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
)

// runFlags say on what and how a model is run.
type runFlags struct {
	devices   []string
	precision string
	fusion    string
	causal    bool
	overhead  time.Duration
	transfers bool
}

// add adds the flags on device, precision and overheads, of which a device must be given.
func (f *runFlags) add(cmd *cobra.Command) {
	f.addFlags(cmd)
	if err := cmd.MarkFlagRequired("device"); err != nil {
		panic(err) // addFlags added the flag
	}
}

// addFlags adds the flags for a command that can do without --device.
func (f *runFlags) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVarP(&f.devices, "device", "d", nil, "`DEVICE` to estimate for: an id, an alias, id@MODE, or the path of a profile (repeatable)")
	cmd.Flags().StringVar(&f.precision, "precision", "", "run floating-point tensors as `TYPE`: "+precisions()+" (default: the model's own)")
	cmd.Flags().StringVar(&f.fusion, "fusion", "full", "kernels that a runtime would fuse, `LEVEL`: none|epilogue|full")
	cmd.Flags().BoolVar(&f.causal, "causal", false, "attention is causal: count half of its products")
	cmd.Flags().DurationVar(&f.overhead, "overhead", 0,
		"add `TIME` to every latency for work before and after each inference, such as resizing and NMS: 6ms")
	cmd.Flags().BoolVar(&f.transfers, "transfers", false,
		"count the copies of inputs and outputs between host and device, which most benchmarks leave out")
	bySettings(cmd, "device", "precision")
}

// precisions returns the values of --precision.
func precisions() string { return strings.Join(ridgepoint.Precisions(), "|") }

// names returns the devices that were named; a flag may hold a comma-separated list.
func (f *runFlags) names() []string { return listed(f.devices) }

// runtimeFlags say which inference engine a latency is expected of.
type runtimeFlags struct {
	runtime      string
	threads      int
	calibrations []string
	noEvidence   bool
	cmd          *cobra.Command
}

// add adds the flags on runtime, threads and calibrations; a settings file may give the runtime.
func (f *runtimeFlags) add(cmd *cobra.Command) {
	f.cmd = cmd
	cmd.Flags().StringVar(&f.runtime, "runtime", "",
		"expect the latency of this `RUNTIME` (ridgepoint runtimes list), or none for the lower bound alone (default: the usual one of the device)")
	cmd.Flags().IntVar(&f.threads, "threads", 0, "of a CPU, the fastest cores first (default: as many as the runtime takes, most often all)")
	addKnown(cmd, &f.noEvidence, &f.calibrations)
	bySettings(cmd, "runtime")
}

// addKnown adds the flags that say which measurements an expectation may rest on.
func addKnown(cmd *cobra.Command, noEvidence *bool, calibrations *[]string) {
	cmd.Flags().BoolVar(noEvidence, "no-evidence", false, "do not use how the same network did on other devices")
	cmd.Flags().StringArrayVar(calibrations, "calibration", nil, "use the calibration in `FILE` first (repeatable)")
}

// open returns the estimator of a command.
func (f *runtimeFlags) open(a *app) *ridgepoint.Estimator {
	return a.open(ridgepoint.Config{Calibrations: f.calibrations, NoCorrection: f.noEvidence})
}

// options turns the flags of a command into options; its errors are usage errors.
func options(bind *bindFlags, how *runFlags, engine *runtimeFlags) (*ridgepoint.Options, error) {
	o := new(ridgepoint.Options)
	if err := bind.set(o); err != nil {
		return nil, err
	}
	o.Runtime, o.Threads = engine.runtime, engine.threads
	o.Precision, o.Causal, o.Transfers, o.Overhead = how.precision, how.causal, how.transfers, how.overhead
	if f := engine.cmd.Flags().Lookup("fusion"); f != nil && f.Changed {
		if o.Runtime != "" && o.Runtime != ridgepoint.NoRuntime {
			return nil, usagef("--runtime decides what is fused; give --fusion with --runtime none only")
		}
		o.Fusion = how.fusion
	}
	return o, nil
}
