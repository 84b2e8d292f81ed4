package cli

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

// deviceFilter says which devices are listed, and in which order.
type deviceFilter struct {
	class, vendor, minFP16, sort string
}

func (f *deviceFilter) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.class, "class", "", "only this class: "+strings.Join(hwprofiles.Classes(), "|"))
	cmd.Flags().StringVar(&f.vendor, "vendor", "", "only this vendor")
	cmd.Flags().StringVar(&f.minFP16, "min-fp16", "", "only devices of at least this dense fp16 `RATE`, such as 50TFLOP/s")
	cmd.Flags().StringVar(&f.sort, "sort", sortKeys[0].name, "order by `KEY`, the largest figure first: "+strings.Join(sortNames(), "|"))
}

// A sortKey is one order of the list: by a figure, the largest first, or by id where it has none. 0 stands for unknown.
type sortKey struct {
	name string
	of   func(*hwprofiles.Device) float64
}

var sortKeys = []sortKey{
	{"id", nil},
	{"fp16", fp16Rate},
	{"bandwidth", func(d *hwprofiles.Device) float64 { return d.DRAM().Bandwidth.Value }},
	{"memory", func(d *hwprofiles.Device) float64 { return d.DRAM().Capacity.Value }},
	{"tdp", func(d *hwprofiles.Device) float64 {
		if d.TDP == nil {
			return 0
		}
		return d.TDP.Value
	}},
}

func sortNames() []string {
	names := make([]string, len(sortKeys))
	for i, k := range sortKeys {
		names[i] = k.name
	}
	return names
}

// fp16Rate is the dense fp16 peak, 0 where the device computes fp16 as another type or not at all.
func fp16Rate(d *hwprofiles.Device) float64 {
	if p, ok := d.Peak(cost.Matrix, dtype.Float16); ok && p.Type == dtype.Float16 {
		return p.Rate.Value
	}
	return 0
}

// apply keeps the devices that were asked for, in order. Its errors are usage errors.
func (f *deviceFilter) apply(all []*hwprofiles.Device) ([]*hwprofiles.Device, error) {
	least := 0.0
	if f.minFP16 != "" {
		var err error
		if least, _, err = units.Parse(f.minFP16, units.FLOPRate); err != nil {
			return nil, usagef("--min-fp16: %v", err)
		}
	}
	i := slices.IndexFunc(sortKeys, func(k sortKey) bool { return k.name == f.sort })
	if i < 0 {
		return nil, usagef("--sort %s: expected one of %s", f.sort, strings.Join(sortNames(), ", "))
	}
	if err := f.known(all); err != nil {
		return nil, err
	}
	var kept []*hwprofiles.Device
	for _, d := range all {
		if f.names(d) && fp16Rate(d) >= least {
			kept = append(kept, d)
		}
	}
	if of := sortKeys[i].of; of != nil {
		slices.SortStableFunc(kept, func(a, b *hwprofiles.Device) int { return cmp.Compare(of(b), of(a)) })
	}
	return kept, nil
}

func (f *deviceFilter) names(d *hwprofiles.Device) bool {
	return (f.class == "" || strings.EqualFold(d.Class, f.class)) && (f.vendor == "" || strings.EqualFold(d.Vendor, f.vendor))
}

// known refuses a class or vendor that there is none of.
func (f *deviceFilter) known(all []*hwprofiles.Device) error {
	vendors := map[string]bool{}
	for _, d := range all {
		vendors[d.Vendor] = true
	}
	for _, c := range []struct {
		flag, value string
		known       []string
	}{{"class", f.class, hwprofiles.Classes()}, {"vendor", f.vendor, slices.Sorted(maps.Keys(vendors))}} {
		if c.value != "" && !slices.ContainsFunc(c.known, func(k string) bool { return strings.EqualFold(k, c.value) }) {
			return usagef("--%s %s: expected one of %s", c.flag, c.value, strings.Join(c.known, ", "))
		}
	}
	return nil
}
