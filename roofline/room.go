package roofline

import (
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline/internal/dataflow"
)

// A Room says whether a model has room in a device's memory.
type Room uint8

// The rooms.
const (
	RoomFits  Room = iota // in what a model can have, or the memory is not known
	RoomTight             // in tightShare to all of what a model can have: a browser or a second process may break it
	RoomNone              // in less than the model takes
)

// String returns fits, tight or does not fit.
func (r Room) String() string { return [...]string{"fits", "tight", "does not fit"}[r] }

// tightShare gives the share of the usable memory above which a model is tight. Allocators round up and fragment by
// some percent, and the figures of what is usable differ as much between boards (docs/decisions.md).
const tightShare = 0.9

// room returns the verdict on so many bytes on a device with so many usable, 0 where that is unknown.
func room(bytes, usable int64) Room {
	switch {
	case usable == 0 || float64(bytes) <= tightShare*float64(usable):
		return RoomFits
	case bytes <= usable:
		return RoomTight
	}
	return RoomNone
}

// usable returns the bytes that a model can have of a device's memory, and those that the operating system and the
// runtime take beside it, both 0 where they are unknown.
func usable(d *hwprofiles.Device) (usable, taken int64) {
	q := d.UsableMemory()
	if d.Streams() { // the rest stays with the host
		return 0, 0
	}
	if q.Source == nil { // a class without a rule, or no figure
		return int64(d.DRAM().Capacity.Value), 0
	}
	return max(int64(q.Value), 1), int64(d.DRAM().Capacity.Value - q.Value)
}

// isCache marks the roots of key-value caches: inputs past…, outputs present…, and outputs that append to such
// inputs.
func isCache(f *dataflow.Flow) []bool {
	m := f.Res.Plan.Model
	var cache []bool
	mark := func(ids []graph.ID, name string) {
		for _, id := range ids {
			if id == graph.None || !strings.HasPrefix(m.Tensors[id].Name, name) {
				continue
			}
			if cache == nil {
				cache = make([]bool, len(f.Root))
			}
			cache[f.Root[id]] = true
		}
	}
	mark(m.Main.Inputs, "past")
	mark(m.Main.Outputs, "present")
	if cache == nil {
		return nil
	}
	for i := range f.Res.Steps {
		n := f.Res.Steps[i].Node
		if n.Op.Type != "Concat" || n.Inputs[0] == graph.None || !cache[f.Root[n.Inputs[0]]] {
			continue
		}
		for _, id := range m.Main.Outputs {
			if id == n.Outputs[0] {
				cache[f.Root[id]] = true
			}
		}
	}
	return cache
}
