package explore

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
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

// noneHas returns the error of conditions that no device meets, with the nearest that some do.
func noneHas(conditions string, all []*hwprofiles.Device) error {
	text := "no device has " + conditions
	if near := nearestValues(all, conditions); len(near) > 0 {
		text += "; did you mean " + strings.Join(near, ", ") + "?"
	}
	return errors.New(text + "; \"ridgepoint devices list\" shows classes and vendors")
}

// nearestValues returns each condition that no device meets alone, with the values nearest to what was asked for.
func nearestValues(all []*hwprofiles.Device, conditions string) (out []string) {
	for _, condition := range strings.Split(conditions, ",") {
		name, want, _ := strings.Cut(condition, "=")
		of := selectors[slices.IndexFunc(selectors, func(s selector) bool { return s.name == name })].of
		var values []string
		for _, d := range all {
			values = append(values, of(d))
		}
		slices.Sort(values)
		for _, v := range spelling.Nearest(want, slices.Compact(values), 3) {
			if !strings.EqualFold(v, want) {
				out = append(out, name+"="+v)
			}
		}
	}
	return out
}

// IsSelector reports whether a text begins with a condition, and is no name of a device.
func IsSelector(text string) bool {
	name, _, found := strings.Cut(text, "=")
	return found && slices.ContainsFunc(selectors, func(s selector) bool { return s.name == name })
}

// Select returns the devices that meet every condition of a list such as class=gpu,vendor=AMD.
func Select(all []*hwprofiles.Device, conditions string) ([]*hwprofiles.Device, error) {
	devices := slices.Clone(all)
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
		return nil, noneHas(conditions, all)
	}
	return devices, nil
}
