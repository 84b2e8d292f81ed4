package explore

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// Middle returns the device with the middle bandwidth of those that can run the precision of opt, and all of those in the
// order of their bandwidths.
func Middle(devices []*hwprofiles.Device, opt roofline.Options) (*hwprofiles.Device, []*hwprofiles.Device, error) {
	able := slices.DeleteFunc(slices.Clone(devices), func(d *hwprofiles.Device) bool {
		_, err := roofline.NewMachine(d, opt.Precision, nil)
		return err != nil
	})
	if len(able) == 0 {
		return nil, nil, fmt.Errorf("none of the %d devices has a %s peak", len(devices), opt.Precision.Short())
	}
	slices.SortStableFunc(able, func(x, y *hwprofiles.Device) int {
		return cmp.Compare(x.DRAM().Bandwidth.Value, y.DRAM().Bandwidth.Value)
	})
	return able[len(able)/2], able, nil
}
