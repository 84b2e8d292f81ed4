package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// runFlags say on what and how a model is run.
type runFlags struct {
	devices   []string
	precision string
	fusion    string
	causal    bool
}

func (f *runFlags) add(cmd *cobra.Command) {
	f.addFlags(cmd)
	if err := cmd.MarkFlagRequired("device"); err != nil {
		panic(err) // addFlags added the flag
	}
}

// addFlags adds the flags for a command that can do without --device.
func (f *runFlags) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVarP(&f.devices, "device", "d", nil, "`DEVICE` to estimate for: an id, an alias, id@MODE, or the path of a profile (repeatable)")
	cmd.Flags().StringVar(&f.precision, "precision", "", "run floating-point tensors as `TYPE`: fp32|tf32|fp16|bf16|fp8|int8|int4 (default: the model's own)")
	cmd.Flags().StringVar(&f.fusion, "fusion", "full", "kernels that a runtime would fuse, `LEVEL`: none|epilogue|full")
	cmd.Flags().BoolVar(&f.causal, "causal", false, "attention is causal: count half of its products")
}

// options turns the flags into options; its errors are usage errors.
func (f *runFlags) options() (opt roofline.Options, err error) {
	opt.Causal = f.causal
	if opt.Fusion, err = lower.ParseLevel(f.fusion); err != nil {
		return opt, usage(err)
	}
	if f.precision != "" {
		t, ok := dtype.Parse(strings.ToLower(f.precision))
		if !ok {
			return opt, usagef("there is no precision %q; expected fp32, tf32, fp16, bf16, fp8, int8 or int4", f.precision)
		}
		opt.Precision = t
	}
	return opt, nil
}

// catalog is the devices that can be named: --device-dir, then the user's, then the built-in ones.
func (a *app) catalog() *hwprofiles.Catalog {
	dirs := a.deviceDirs
	if d := a.userDeviceDir(); d != "" {
		dirs = append(dirs[:len(dirs):len(dirs)], d)
	}
	return hwprofiles.NewCatalog(dirs...)
}

// find reads the devices that were named; a name may be a comma-separated list.
func (a *app) find(names []string) ([]*hwprofiles.Device, error) {
	c := a.catalog()
	var out []*hwprofiles.Device
	for _, list := range names {
		for _, name := range strings.Split(list, ",") {
			d, err := c.Get(strings.TrimSpace(name))
			if err != nil {
				return nil, err
			}
			out = append(out, d)
		}
	}
	return out, nil
}
