package explore

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// A selector is a property by which devices can be selected.
type selector struct {
	name string                          // of the property
	of   func(*hwprofiles.Device) string // its value on a device
}

// selectors lists the properties that a selector can ask for.
var selectors = []selector{
	{"class", func(d *hwprofiles.Device) string { return string(d.Class) }},
	{"vendor", func(d *hwprofiles.Device) string { return d.Vendor }},
	{"arch", func(d *hwprofiles.Device) string { return d.Arch }},
}

// A SelectorError reports a condition that is not of the form class=, vendor= or arch=.
type SelectorError struct{ Conditions string }

// Error returns what was found and what was expected.
func (e *SelectorError) Error() string {
	return fmt.Sprintf("found the condition %q, expected class=, vendor= or arch=, for example class=jetson", e.Conditions)
}

// Select returns the devices that meet every condition of a list such as class=gpu,vendor=AMD.
func Select(devices []*hwprofiles.Device, conditions string) ([]*hwprofiles.Device, error) {
	devices = slices.Clone(devices)
	for _, condition := range strings.Split(conditions, ",") {
		name, want, _ := strings.Cut(condition, "=")
		i := slices.IndexFunc(selectors, func(s selector) bool { return s.name == name })
		if i < 0 || want == "" {
			return nil, &SelectorError{conditions}
		}
		devices = slices.DeleteFunc(devices, func(d *hwprofiles.Device) bool {
			return !strings.EqualFold(selectors[i].of(d), want)
		})
	}
	if len(devices) == 0 {
		return nil, fmt.Errorf("no device has %s; \"ridgepoint devices list\" shows classes and vendors", conditions)
	}
	return devices, nil
}
