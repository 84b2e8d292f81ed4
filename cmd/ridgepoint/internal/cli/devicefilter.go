package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
)

// deviceFilter says which devices are listed, and in which order.
type deviceFilter struct {
	selector, class, vendor, minFP16, sort string
}

// add adds the flags that choose and order devices.
func (f *deviceFilter) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.selector, "devices", "", "only those that a `SELECTOR` holds for, such as class=jetson or class=gpu,vendor=AMD")
	cmd.Flags().StringVar(&f.class, "class", "", "only this class: "+strings.Join(ridgepoint.Classes(), "|"))
	cmd.Flags().StringVar(&f.vendor, "vendor", "", "only this vendor")
	cmd.Flags().StringVar(&f.minFP16, "min-fp16", "", "only devices of at least this dense fp16 `RATE`, such as 50TFLOP/s")
	keys := ridgepoint.DeviceSorts()
	cmd.Flags().StringVar(&f.sort, "sort", keys[0], "order by `KEY`, the largest figure first: "+strings.Join(keys, "|"))
}

// filter turns the flags into a filter; its errors are usage errors.
func (f *deviceFilter) filter() (*ridgepoint.DeviceFilter, error) {
	out := &ridgepoint.DeviceFilter{Class: f.class, Vendor: f.vendor, Select: f.selector, Sort: f.sort}
	if f.minFP16 != "" {
		least, err := ridgepoint.ParseFigure(f.minFP16, ridgepoint.Rate)
		if err != nil {
			return nil, usagef("--min-fp16: %v", err)
		}
		out.MinFP16 = least
	}
	return out, nil
}
