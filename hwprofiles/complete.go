package hwprofiles

import (
	"maps"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/ridgepoint/ridgepoint/graph/cost"
)

// extend copies the profile that this one extends into dev. Its figures keep their sources and say
// which file they are from; its name stays, but its aliases do not: they still mean the base.
// It reports false if there is a base that cannot be had.
func (d *decoder) extend(n *yaml.Node, dev *Device) bool {
	if n == nil {
		return true
	}
	id, ok := d.text(n, "extends", "rtx4090")
	if !ok {
		return false
	}
	base, err := d.base(id)
	if err != nil {
		d.errorf(n, "extends", "", "%v", err)
		return false
	}
	*dev = *base.clone()
	dev.Aliases = nil
	dev.Notes = append(dev.Notes, "extends "+base.ID)
	for q := range dev.figures() {
		if q.Origin == "" {
			q.Origin = base.Origin
		}
	}
	dev.Origin = d.file
	for _, s := range base.Sources {
		if s.ID != "default" { // a bare figure of this file must not pass for one of the base's source
			d.sources[s.ID], d.used[s.ID] = s, true
		}
	}
	return true
}

// complete checks what a whole device must have, after extends.
func (d *decoder) complete(root *yaml.Node, dev *Device) {
	d.record(root, "", func(keys map[string]*yaml.Node) {
		for _, key := range []string{"schema", "id"} {
			if keys[key] == nil {
				d.errorf(root, key, "", "found no %s, expected one", key)
			}
		}
		missing := func(key, hint string, absent bool) {
			if absent && keys[key] == nil {
				d.errorf(root, key, hint, "found no %s, expected it", key)
			}
		}
		missing("name", "write it as in name: GeForce RTX 4090", dev.Name == "")
		missing("vendor", "write it as in vendor: NVIDIA", dev.Vendor == "")
		missing("class", "write it as in class: gpu", dev.Class == "")
		missing("peak", "write it as in peak: {vector: {fp32: 82.6 TFLOP/s}}", len(dev.Peaks) == 0)
		missing("memory", "write it as in memory: [{level: dram, bandwidth: 1008 GB/s}]", len(dev.Memory) == 0)
		sound := len(d.errs) == 0 // otherwise what is missing here may be what could not be read
		if n := keys["peak"]; n != nil && sound && dev.fallback(cost.Matrix) == nil && dev.fallback(cost.Vector) == nil {
			d.errorf(n, "peak", "write it as in {vector: {fp32: 82.6 TFLOP/s}}", "found no rate, expected at least one of the matrix or vector engine")
		}
		if n := keys["memory"]; n != nil && sound && (len(dev.Memory) == 0 || dev.Memory[0].Bandwidth.Value == 0) {
			d.errorf(n, "memory", "write it as in [{level: dram, bandwidth: 1008 GB/s}]", "found no bandwidth of the main memory, expected the first level to have one")
		}
		d.checkSources(keys["sources"])
		d.checkModes(keys["modes"], dev)
	})
}

// checkSources reports sources that nothing refers to.
func (d *decoder) checkSources(n *yaml.Node) {
	if n == nil || len(d.errs) > 0 { // an unused source may only be one whose figure was not read
		return
	}
	for _, id := range slices.Sorted(maps.Keys(d.sources)) {
		if !d.used[id] {
			d.errorf(keyNode(n, id), "sources."+id, "take it out, or name it where it belongs", "found a source that no figure uses")
		}
	}
}

func (d *decoder) checkModes(n *yaml.Node, dev *Device) {
	for i := range dev.Modes {
		m := &dev.Modes[i]
		if n != nil && m.Clock != nil && dev.Clock == nil || m.Units != 0 && dev.Units == 0 {
			d.errorf(n, "modes."+clip(m.ID), "give the device's own clock and units", "found a mode with clock or units, expected the device to have them too")
		}
	}
}
