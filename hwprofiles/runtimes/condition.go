package runtimes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// A Condition names devices by what their profiles say. Every key that is given must match.
type Condition struct {
	Class  hwprofiles.Class // "": any
	Vendor string
	Arch   string // part of the architecture, such as Neoverse
	System string // an operating system; a device that names none has any
}

// conditionKeys lists the keys of a condition beside its class, as in the profiles of devices.
var conditionKeys = []struct {
	key, example string
	of           func(*Condition) *string
}{
	{"vendor", "NVIDIA", func(c *Condition) *string { return &c.Vendor }},
	{"arch", "Neoverse", func(c *Condition) *string { return &c.Arch }},
	{"os", "linux", func(c *Condition) *string { return &c.System }},
}

// Holds reports whether a device meets the condition. Capitals do not matter.
func (c *Condition) Holds(d *hwprofiles.Device) bool {
	return (c.Class == "" || c.Class == d.Class) &&
		(c.Vendor == "" || strings.EqualFold(c.Vendor, d.Vendor)) &&
		(c.Arch == "" || strings.Contains(strings.ToLower(d.Arch), strings.ToLower(c.Arch))) &&
		(c.System == "" || len(d.Systems) == 0 || slices.Contains(d.Systems, c.System))
}

// String returns the class, then in brackets what else is demanded: gpu (NVIDIA).
func (c *Condition) String() string {
	var more []string
	for _, s := range []string{c.Vendor, c.Arch, c.System} {
		if s != "" {
			more = append(more, s)
		}
	}
	switch what := strings.Join(more, ", "); {
	case what == "":
		return string(c.Class)
	case c.Class == "":
		return what
	default:
		return string(c.Class) + " (" + what + ")"
	}
}

// anyHolds reports whether a device meets one of some conditions.
func anyHolds(conditions []Condition, d *hwprofiles.Device) bool {
	return slices.ContainsFunc(conditions, func(c Condition) bool { return c.Holds(d) })
}

// conditionFields lists the keys of a condition in a profile.
var conditionFields = func() []strictyaml.Field[Condition] {
	fields := []strictyaml.Field[Condition]{{Key: "class", Read: func(v strictyaml.Value, c *Condition) {
		name, _ := v.Text("gpu")
		c.Class = readClass(v, name)
	}}}
	for _, k := range conditionKeys {
		fields = append(fields, strictyaml.Field[Condition]{Key: k.key, Read: func(v strictyaml.Value, c *Condition) {
			*k.of(c), _ = v.Text(k.example)
		}})
	}
	return fields
}()

// readCondition reads a class, or a mapping of keys that devices must match.
func readCondition(v strictyaml.Value) Condition {
	var c Condition
	if class, ok := v.Scalar(); ok {
		c.Class = readClass(v, class)
	} else {
		strictyaml.Fields(v, conditionFields, &c)
	}
	if c == (Condition{}) && v.Sound() {
		v.Errorf("write it as in {class: gpu, vendor: NVIDIA}", "found no condition, expected a class, vendor, arch or os")
	}
	if known := hwprofiles.Systems(); c.System != "" && !slices.Contains(known, c.System) {
		v.Child("os").Errorf("", "found %q, expected one of %s", spelling.Clip(c.System), strings.Join(known, ", "))
	}
	return c
}

// ReadConditions reads a list of conditions, one of which must hold, for profiles of other kinds.
func ReadConditions(v strictyaml.Value) []Condition {
	var list []Condition
	for item := range v.Items() {
		list = append(list, readCondition(item))
	}
	return list
}

// A MismatchError says that a runtime does not run on a device, and what does.
type MismatchError struct {
	Runtime string // id
	Device  *hwprofiles.Device
	Others  []string // ids of the runtimes that run there
}

// Error returns the device and the runtimes that do run on it.
func (e *MismatchError) Error() string {
	these := "no runtime does: only a lower bound is known of it"
	if len(e.Others) > 0 {
		these = "these do: " + strings.Join(e.Others, ", ")
	}
	d := e.Device
	return fmt.Sprintf("runtime %s does not run on %s (class %s, vendor %s); %s", e.Runtime, d.ID, d.Class, d.Vendor,
		these)
}
