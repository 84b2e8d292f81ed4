package explore

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// A Filter says which devices are listed, and in which order. The zero Filter lists all of them by id.
type Filter struct {
	Class, Vendor string  // in any case; empty: all
	Select        string  // conditions as Select takes them; empty: all
	MinFP16       float64 // dense fp16 peak at least, in FLOP/s
	Sort          string  // one of SortKeys; "" is the first
}

// A sortKey is one order of a list: by a figure, the largest first, or by id where of is nil. 0 stands for unknown.
type sortKey struct {
	name string                           // as --sort takes it
	of   func(*hwprofiles.Device) float64 // the largest first
}

// sortKeys lists the keys that devices can be ordered by.
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

// SortKeys returns the orders of a Filter; the first is the default.
func SortKeys() []string {
	names := make([]string, len(sortKeys))
	for i, k := range sortKeys {
		names[i] = k.name
	}
	return names
}

// fp16Rate returns the dense fp16 peak in FLOP/s, 0 where the device computes fp16 as another type or not at all.
func fp16Rate(d *hwprofiles.Device) float64 {
	if p, ok := d.Peak(cost.Matrix, dtype.Float16); ok && p.Type == dtype.Float16 {
		return p.Rate.Value
	}
	return 0
}

// Apply returns the devices that the filter lets through, in its order. It fails on a class, vendor or order that
// does not exist.
func (f *Filter) Apply(all []*hwprofiles.Device) ([]*hwprofiles.Device, error) {
	i := slices.IndexFunc(sortKeys, func(k sortKey) bool { return k.name == cmp.Or(f.Sort, sortKeys[0].name) })
	if i < 0 {
		return nil, fmt.Errorf("order %q: expected one of %s", f.Sort, strings.Join(SortKeys(), ", "))
	}
	if err := f.known(all); err != nil {
		return nil, err
	}
	if f.Select != "" {
		var err error
		if all, err = Select(all, f.Select); err != nil {
			return nil, err
		}
	}
	var kept []*hwprofiles.Device
	for _, d := range all {
		if matches(f.Class, string(d.Class)) && matches(f.Vendor, d.Vendor) && fp16Rate(d) >= f.MinFP16 {
			kept = append(kept, d)
		}
	}
	if of := sortKeys[i].of; of != nil {
		slices.SortStableFunc(kept, func(a, b *hwprofiles.Device) int { return cmp.Compare(of(b), of(a)) })
	}
	return kept, nil
}

// matches reports whether nothing is wanted or both are equal, in any case.
func matches(want, have string) bool { return want == "" || strings.EqualFold(want, have) }

// known fails for a class or vendor that no device has.
func (f *Filter) known(all []*hwprofiles.Device) error {
	vendors := map[string]bool{}
	for _, d := range all {
		vendors[d.Vendor] = true
	}
	for _, c := range []struct {
		what, value string
		known       []string
	}{{"class", f.Class, hwprofiles.Classes()}, {"vendor", f.Vendor, slices.Sorted(maps.Keys(vendors))}} {
		if c.value != "" && !slices.ContainsFunc(c.known, func(k string) bool { return strings.EqualFold(k, c.value) }) {
			near := ""
			if n := spelling.Nearest(c.value, c.known, 3); len(n) > 0 {
				near = "; did you mean " + strings.Join(n, ", ") + "?"
			}
			return fmt.Errorf("%s %q: expected one of %s%s", c.what, c.value, strings.Join(c.known, ", "), near)
		}
	}
	return nil
}
