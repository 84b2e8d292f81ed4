package explore

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// Middle returns the device with the middle bandwidth of those that can run the runtime and the precision of opt, and
// all of those in the order of their bandwidths.
func Middle(devices []*hwprofiles.Device, opt roofline.Options) (*hwprofiles.Device, []*hwprofiles.Device, error) {
	var able []*hwprofiles.Device
	var why error
	for _, d := range devices {
		if err := opt.Check(d); err != nil {
			why = cmp.Or(why, err)
			continue
		}
		able = append(able, d)
	}
	if len(able) == 0 {
		return nil, nil, fmt.Errorf("none of the %d devices is able: %w", len(devices), why)
	}
	slices.SortStableFunc(able, func(x, y *hwprofiles.Device) int {
		return cmp.Compare(x.DRAM().Bandwidth.Value, y.DRAM().Bandwidth.Value)
	})
	return able[len(able)/2], able, nil
}
