package hwprofiles

import (
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// A Class is the kind of device that fallbacks and reports group by.
type Class string

// The classes.
const (
	GPU    Class = "gpu"    // cards
	CPU    Class = "cpu"    // desktops and servers
	Jetson Class = "jetson" // NVIDIA's modules
	RPi    Class = "rpi"    // Arm boards
	Apple  Class = "apple"  // Apple silicon
	Mobile Class = "mobile" // phones
	NPU    Class = "npu"    // accelerators of networks
	TPU    Class = "tpu"    // Google's
	MCU    Class = "mcu"    // microcontrollers
)

// classes lists all classes, with what tells them apart.
var classes = []struct {
	class Class
	cores bool // its default runtime computes on cores
}{
	{GPU, false}, {CPU, true}, {Jetson, false}, {RPi, true}, {Apple, false}, {Mobile, true}, {NPU, false}, {TPU, false},
	{MCU, true},
}

// Classes lists the names of the classes of devices.
func Classes() []string {
	names := make([]string, len(classes))
	for i := range classes {
		names[i] = string(classes[i].class)
	}
	return names
}

// ParseClass returns the class of that name; ok is false where there is none.
func ParseClass(name string) (class Class, ok bool) {
	return Class(name), slices.Contains(Classes(), name)
}

// Cores reports whether the default runtime of the class computes on cores. There, what a kernel writes is expected to
// be still in a cache when the next one reads it. On GPUs it is not: published latencies are predicted as well without.
func (c Class) Cores() bool {
	for i := range classes {
		if classes[i].class == c {
			return classes[i].cores
		}
	}
	return false
}

// readClass reads `class`, one of Classes.
func readClass(v strictyaml.Value, dev *Device) {
	text, scalar := v.Scalar()
	class, ok := ParseClass(text)
	if dev.Class = class; !scalar || !ok {
		v.Errorf("", "found %s, expected one of %s", v, strings.Join(Classes(), ", "))
	}
}
