package hwprofiles

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// Schema gives the version of the profile format that this package reads.
const Schema = strictyaml.Version

// Errors is everything wrong with one profile, in the order of its lines, each with file, line and column.
type Errors = strictyaml.Errors

// Decode reads one profile; file names it in messages. The error is an Errors.
// A profile that extends another one is only read through a Catalog.
func Decode(file string, data []byte) (*Device, error) {
	return decode(file, data, func(string) (*Device, error) {
		return nil, fmt.Errorf("extends is only read from a file, through the catalog")
	})
}

// decode reads a profile on top of the one it extends, which base finds.
func decode(file string, data []byte, base func(id string) (*Device, error)) (*Device, error) {
	root, err := strictyaml.Open(file, data)
	if err != nil {
		return nil, err
	}
	root.CheckShapes()
	dev := &Device{Origin: file}
	whole := true
	if v, ok := root.Key("extends"); ok {
		whole = extend(v, dev, base)
	}
	of := dev.derive()
	strictyaml.Fields(root, deviceFields, dev)
	if whole { // without its base a profile lacks what the base would have given
		complete(root, dev)
	}
	if dev.Silicon = dev.ID; root.Has("extends") && root.Sound() {
		dev.Silicon = dev.silicon(of)
	}
	sum := sha256.Sum256(append([]byte(dev.Hash), data...)) // dev.Hash is the base's, if there is one
	dev.Hash = hex.EncodeToString(sum[:])
	if err := root.Finish(); err != nil {
		return nil, err
	}
	dev.assumeSpecial()
	return dev, nil
}

// VectorPerSpecial counts the FLOP of vector work of a special function where nothing better is known: a polynomial
// exp or erf is a range reduction, a polynomial of degree 5 to 7 and a scaling.
const VectorPerSpecial = 20

// assumeSpecial gives a device whose profile says nothing of special functions a rate of them, in proportion to its
// vector work: unknown work must not be free, and it needs no figure that nobody publishes.
func (d *Device) assumeSpecial() {
	vector := d.find(cost.Vector, dtype.Float32)
	if vector == nil || d.fallback(cost.Special) != nil {
		return
	}
	p := Peak{Engine: cost.Special, Type: dtype.Float32}
	p.Rate.Path = "peak.special.fp32"
	p.Rate.set(vector.Rate.Value/VectorPerSpecial, rateDim(cost.Special, dtype.Float32), &provenance.Source{
		ID: "special", Kind: provenance.Assumed, Title: fmt.Sprintf("vector fp32 rate / %d", VectorPerSpecial),
		Note: "the profile gives no rate of special functions",
	})
	d.Peaks = append(d.Peaks, p)
}

// extend copies the profile that this one extends into dev. Its figures keep their sources and say
// which file they are from; its name stays, but its aliases do not: they still mean the base.
// It reports false if there is a base that cannot be had.
func extend(v strictyaml.Value, dev *Device, find func(id string) (*Device, error)) bool {
	id, ok := v.Text("rtx4090")
	if !ok {
		return false
	}
	base, err := find(id)
	if err != nil {
		v.Errorf("", "%v", err)
		return false
	}
	file := dev.Origin
	*dev = *base.derive()
	dev.Aliases, dev.Origin = nil, file
	for q := range dev.figures() {
		if q.Origin == "" {
			q.Origin = base.Origin
		}
	}
	for _, s := range base.Sources {
		if s.ID != "default" { // a bare figure of this file must not pass for one of the base's source
			v.Inherit(s)
		}
	}
	return true
}

// silicon returns the id that the device is measured under: its own, or that of the base that it differs from in the
// size of the memory alone.
func (d *Device) silicon(base *Device) string {
	for _, diff := range Diff(base, d) {
		if m := d.DRAM(); diff.Path != m.Capacity.Path && diff.Path != m.Visible.Path {
			return d.ID
		}
	}
	if d.Class != base.Class || d.Units != base.Units || d.InOrder != base.InOrder {
		return d.ID
	}
	return base.Silicon
}

// like returns the device that a user's is a variant of: its base, unless that is the same silicon or of another
// architecture.
func (d *Device) like(base *Device) *Device {
	if d.Silicon == base.Silicon || d.Class != base.Class || d.Vendor != base.Vendor || d.Arch != base.Arch {
		return nil
	}
	return base
}

// complete checks what a whole device must have, after extends.
func complete(root strictyaml.Value, dev *Device) {
	root.Need("schema", "id")
	for _, need := range []struct {
		key, hint string
		absent    bool
	}{
		{"name", "write it as in name: GeForce RTX 4090", dev.Name == ""},
		{"vendor", "write it as in vendor: NVIDIA", dev.Vendor == ""},
		{"class", "write it as in class: gpu", dev.Class == ""},
		{"peak", "write it as in peak: {vector: {fp32: 82.6 TFLOP/s}}", len(dev.Peaks) == 0},
		{"memory", "write it as in memory: [{level: dram, bandwidth: 1008 GB/s}]", len(dev.Memory) == 0},
	} {
		if need.absent && !root.Has(need.key) {
			root.Child(need.key).Errorf(need.hint, "found no %s, expected it", need.key)
		}
	}
	if root.Sound() { // otherwise what is missing here may be what could not be read
		checkParts(root, dev)
		checkClusters(root, dev)
		checkThreads(root, dev)
	}
	if v, ok := root.Key("sources"); ok {
		v.CheckUsed()
	}
	checkModes(root, dev)
	checkDefaultMode(root, dev)
}

// checkParts reports a peak or memory without the figures that an estimate needs.
func checkParts(root strictyaml.Value, dev *Device) {
	if v, ok := root.Key("peak"); ok && dev.fallback(cost.Matrix) == nil && dev.fallback(cost.Vector) == nil {
		v.Errorf("write it as in {vector: {fp32: 82.6 TFLOP/s}}",
			"found no rate, expected at least one of the matrix or vector engine")
	}
	if v, ok := root.Key("memory"); ok && (len(dev.Memory) == 0 || dev.Memory[0].Bandwidth.Value == 0) {
		v.Errorf("write it as in [{level: dram, bandwidth: 1008 GB/s}]",
			"found no bandwidth of the main memory, expected the first level to have one")
	}
	if v, ok := root.Key("memory"); ok {
		for _, m := range dev.Memory[min(1, len(dev.Memory)):] {
			if m.Visible.Value > 0 {
				v.Child(m.Name).Child("visible").Errorf("", "found it of a cache, expected it of the main memory alone")
			}
		}
	}
}
