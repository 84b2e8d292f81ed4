package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// A selector is something that devices can be selected by.
type selector struct {
	name string
	of   func(*hwprofiles.Device) string
}

var selectors = []selector{
	{"class", func(d *hwprofiles.Device) string { return d.Class }},
	{"vendor", func(d *hwprofiles.Device) string { return d.Vendor }},
	{"arch", func(d *hwprofiles.Device) string { return d.Arch }},
}

// selectDevices are the devices of the catalogue that every condition of a selector holds for.
func (a *app) selectDevices(conditions string) ([]*hwprofiles.Device, error) {
	devices, err := a.catalog().List()
	if err != nil {
		return nil, err
	}
	for _, condition := range strings.Split(conditions, ",") {
		name, want, _ := strings.Cut(condition, "=")
		i := slices.IndexFunc(selectors, func(s selector) bool { return s.name == name })
		if i < 0 || want == "" {
			return nil, usagef("--devices %s: expected conditions class=, vendor= or arch=, for example class=jetson", conditions)
		}
		devices = slices.DeleteFunc(devices, func(d *hwprofiles.Device) bool { return !strings.EqualFold(selectors[i].of(d), want) })
	}
	if len(devices) == 0 {
		return nil, fmt.Errorf("no device has %s; \"ridgepoint devices list\" shows classes and vendors", conditions)
	}
	return devices, nil
}
