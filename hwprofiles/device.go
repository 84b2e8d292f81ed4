// Package hwprofiles holds validated descriptions of devices, with a unit and a source for every number.
package hwprofiles

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A SourceKind says how a number is known, strongest first.
type SourceKind uint8

// The kinds of source.
const (
	Measured SourceKind = iota
	Vendor
	Derived
	Assumed
)

// A Source is where a number comes from.
type Source struct {
	ID    string
	Kind  SourceKind
	Title string
	URL   string
	Note  string
}

// A Quantity is a number in base units (FLOP/s, B/s, B, s, W, Hz) with the text it was written as and its source.
type Quantity struct {
	Value  float64
	Text   string
	Source *Source
	Path   string // where in the profile, such as peak.matrix.fp16
}

// A Peak is the dense arithmetic rate of one engine for one element type.
type Peak struct {
	Engine cost.Engine
	Type   dtype.Type // Float16, BFloat16, Float8E4M3FN, Int8, Int4, TF32, …
	Rate   Quantity   // FLOP/s or OP/s on Matrix and Vector (a multiply-add is 2), evaluations/s on Special
}

// A MemoryLevel is one level of the hierarchy, the main memory first.
type MemoryLevel struct {
	Name      string   // dram, hbm, l3, l2, sram …
	Capacity  Quantity // B
	Bandwidth Quantity // B/s; Value 0 where unknown, which only an inner level may be
}

// A Device is a machine as the model sees it: validated by Load, trusted everywhere else.
type Device struct {
	ID      string // such as rpi-5 or rtx4090; with a power mode jetson-agx-orin-64@30W
	Name    string
	Vendor  string
	Class   string // gpu, cpu, jetson, sbc, tpu, npu, phone, apple …
	Arch    string
	Year    int
	Aliases []string
	Units   int // SMs, CUs, cores …
	Peaks   []Peak
	Memory  []MemoryLevel // outermost (main memory) first
	// Launch is the time to start one kernel back to back, in seconds; nil where unknown.
	Launch *Quantity
	TDP    *Quantity // W
	// Emulate maps an element type without a peak to one that runs in its stead.
	Emulate map[dtype.Type]dtype.Type
	Modes   []string // IDs of its power modes, if any
	Sources []*Source
	Notes   []string // caveats that an estimate prints
	Origin  string   // built-in, or the path of the user's file
	Hash    string   // of the profile's content, hex
}

// DRAM is the main memory.
func (d *Device) DRAM() *MemoryLevel { return &d.Memory[0] }

// Peak finds the rate of an engine for an element type. Matrix work of a type
// without a matrix peak runs on the vector unit; a type without either runs as
// Emulate says. It reports false where the device cannot run the type.
func (d *Device) Peak(e cost.Engine, t dtype.Type) (*Peak, bool) {
	if p := d.find(e, t); p != nil {
		return p, true
	}
	if e == cost.Matrix {
		if p := d.find(cost.Vector, t); p != nil {
			return p, true
		}
	}
	if u, ok := d.Emulate[t]; ok && u != t {
		if p := d.find(e, u); p != nil {
			return p, true
		}
		if e == cost.Matrix {
			if p := d.find(cost.Vector, u); p != nil {
				return p, true
			}
		}
	}
	return nil, false
}

func (d *Device) find(e cost.Engine, t dtype.Type) *Peak {
	for i := range d.Peaks {
		if d.Peaks[i].Engine == e && d.Peaks[i].Type == t {
			return &d.Peaks[i]
		}
	}
	return nil
}
