// Package hwprofiles holds validated descriptions of devices, with a unit and a source for every number.
package hwprofiles

import (
	"errors"
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
)

// A Peak is the dense arithmetic rate of one engine for one element type.
type Peak struct {
	Engine cost.Engine // that reaches it
	Type   dtype.Type  // Float16, BFloat16, Float8E4M3FN, Int8, Int4, TF32, …
	Rate   Quantity    // FLOP/s or OP/s on Matrix and Vector (a multiply-add is 2), evaluations/s on Special
}

// A MemoryLevel is one level of the hierarchy, the main memory first.
type MemoryLevel struct {
	Name      string   // dram, l3, l2, sram …
	Kind      string   // such as GDDR6X; may be empty
	Capacity  Quantity // B; Value 0 where unknown: a CPU's main memory is what its owner fitted
	Visible   Quantity // B of the main memory that programs see; Value 0 where unknown
	Bandwidth Quantity // B/s; Value 0 where unknown, which only an inner level may be
}

// A Device is a machine as the model sees it: validated by Load, trusted everywhere else.
type Device struct {
	ID      string    // such as rpi-5 or rtx4090; with a power mode jetson-agx-orin-64@30W
	Silicon string    // the id that it is measured under: without its mode, and rpi-5 for the rpi-5-16 of another memory
	Like    *Device   // that a user's profile extends, of the same architecture; else nil
	Name    string    // for people
	Vendor  string    // that makes it
	Class   Class     // that priors are for
	Arch    string    // of its compute units
	Systems []string  // operating systems that it is used with; empty: any
	Year    int       // of release
	Aliases []string  // other names
	InOrder bool      // CPU cores that execute instructions in order
	Units   int       // SMs, CUs, cores …; 0 where unknown
	Threads int       // hardware threads of a CPU; 0 on devices whose work is not shared by threads
	Clock   *Quantity // Hz, of the compute units, at which the peaks hold; nil where unknown
	Boost   *Quantity // Hz that few busy cores of a CPU reach; nil where clock is not exceeded or it is unknown
	// Clusters are the cores by kind where a CPU has several, the fastest first.
	Clusters []Cluster
	Peaks    []Peak        // by engine and type
	OptIn    []OptIn       // rates of matrix work that only software gets which asks for them
	Memory   []MemoryLevel // outermost (main memory) first
	// Systolic is the number of rows and of columns of a matrix unit that products are padded to; 0 where that is not
	// known.
	Systolic int
	Flash    *Flash // where weights lie; nil: in the main memory
	Link     *Link  // to the host, over which inputs, outputs and weights come; nil: none, or not known
	// Fallback is the unit that takes what the device itself does not run; nil: none is known.
	Fallback *Fallback
	// Host is the id of the cores that feed it, on the same chip or board; empty where none are known.
	Host string
	// Launch is the time to start one kernel back to back, in seconds; nil where unknown.
	Launch *Quantity
	TDP    *Quantity // W
	Power  *Power    // what it draws while it works; nil where the profile does not say
	// Sustained are rates of matrix work that power or cooling let it keep up, where they are below the peaks. An
	// expectation starts from them, the speed of light from the peaks.
	Sustained []Peak
	// Achieved holds what was measured on it, of this profile alone: neither a mode nor a profile that extends this one has
	// it.
	Achieved Achieved
	// Emulate maps an element type without a peak to one that runs in its stead.
	Emulate map[dtype.Type]dtype.Type
	Modes   []Mode // its power modes, if any
	// DefaultMode is the power mode whose figures are the device's own; empty where none is named.
	DefaultMode string
	// Slowed is set in a power mode other than the default: its clock over the device's own, 1 where they are the same.
	Slowed  float64
	Sources []*provenance.Source // of figures
	Notes   []string             // caveats that an estimate prints
	Origin  string               // built-in, or the path of the user's file
	Hash    string               // of the profile's content, hex
}

// A Mode is a power mode: fewer units, a lower clock or a slower memory.
// One without any of them is only listed, because its limits are not known.
type Mode struct {
	ID        string    // such as 30W
	Units     int       // 0: as the device
	Clock     *Quantity // nil: as the device
	Bandwidth *Quantity // of the main memory; nil: as the device
	TDP       *Quantity // nil: unknown
	Note      string    // for people
}

// Known reports whether the mode says anything that changes an estimate.
func (m *Mode) Known() bool { return m.Units != 0 || m.Clock != nil || m.Bandwidth != nil }

// MeasuredAs returns the id that measurements are kept under: that of the silicon, and id@MODE in a mode other than the
// default.
func (d *Device) MeasuredAs() string {
	if d.Slowed > 0 {
		return d.ID
	}
	return d.Silicon
}

// DRAM returns the main memory, empty for a device without memory.
func (d *Device) DRAM() *MemoryLevel {
	if len(d.Memory) == 0 {
		return &MemoryLevel{}
	}
	return &d.Memory[0]
}

// Validate reports what a device that was made by hand lacks. Those of a Catalog are valid.
func (d *Device) Validate() error {
	switch {
	case d == nil:
		return errors.New("device: found nil, expected one, such as that of a Catalog")
	case d.fallback(cost.Matrix) == nil && d.fallback(cost.Vector) == nil:
		return fmt.Errorf("device %q: found no peak of the matrix or vector engine, expected at least one in Peaks", d.ID)
	case d.DRAM().Bandwidth.Value == 0:
		return fmt.Errorf("device %q: found no bandwidth of the main memory, expected that of Memory[0]", d.ID)
	}
	for q := range d.quantities() {
		switch {
		case q.Value == 0 && q.Source == nil: // unknown
		case !(q.Value > 0) || math.IsInf(q.Value, 1):
			return fmt.Errorf("device %q: found the figure %g %s, expected a finite one above zero", d.ID, q.Value, q.place())
		case q.Source == nil:
			return fmt.Errorf("device %q: found the figure %g %s without a source, expected where it is from in Source",
				d.ID, q.Value, q.place())
		}
	}
	for i := range d.Peaks {
		if d.Peaks[i].Rate.Value == 0 {
			return fmt.Errorf("device %q: found Peaks[%d] without a rate, expected one", d.ID, i)
		}
	}
	return nil
}
