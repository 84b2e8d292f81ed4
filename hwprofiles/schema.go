package hwprofiles

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// systems lists the operating systems that profiles name.
var systems = []string{"linux", "windows", "macos", "ios", "android"}

// Systems lists the operating systems that profiles name.
func Systems() []string { return slices.Clone(systems) }

var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*$`)

// deviceFields lists the keys of a profile, sources first because figures refer to them.
var deviceFields = []strictyaml.Field[Device]{
	{Key: "schema", Read: func(v strictyaml.Value, _ *Device) { v.Schema() }},
	{Key: "extends", Read: func(strictyaml.Value, *Device) {}}, // read before all others
	{Key: "sources", Read: func(v strictyaml.Value, dev *Device) {
		dev.Sources = append(dev.Sources, v.Sources()...)
	}},
	{Key: "id", Read: readID},
	{Key: "name", Read: func(v strictyaml.Value, dev *Device) {
		dev.Name, _ = v.Text("GeForce RTX 4090")
	}},
	{Key: "vendor", Read: func(v strictyaml.Value, dev *Device) { dev.Vendor, _ = v.Text("NVIDIA") }},
	{Key: "class", Read: readClass},
	{Key: "arch", Read: func(v strictyaml.Value, dev *Device) { dev.Arch, _ = v.Text("Ada AD102") }},
	{Key: "os", Read: readSystems},
	{Key: "year", Read: func(v strictyaml.Value, dev *Device) { dev.Year = v.Count(1990, 2100) }},
	{Key: "aliases", Read: func(v strictyaml.Value, dev *Device) { dev.Aliases = v.Texts("RTX 4090") }},
	{Key: "pipeline", Read: readPipeline},
	{Key: "units", Read: func(v strictyaml.Value, dev *Device) { dev.Units = v.Count(1, 1<<20) }},
	{Key: "clock", Read: func(v strictyaml.Value, dev *Device) { optional(v, &dev.Clock, units.Hertz) }},
	{Key: "boost", Read: func(v strictyaml.Value, dev *Device) { optional(v, &dev.Boost, units.Hertz) }},
	{Key: "threads", Read: func(v strictyaml.Value, dev *Device) { dev.Threads = v.Count(1, 1<<20) }},
	{Key: "clusters", Read: readClusters},
	{Key: "peak", Read: func(v strictyaml.Value, dev *Device) { strictyaml.Fields(v, peakFields, dev) }},
	{Key: "memory", Read: readMemory},
	{Key: "systolic", Read: func(v strictyaml.Value, dev *Device) { dev.Systolic = v.Count(2, 1<<12) }},
	{Key: "flash", Read: readFlash},
	{Key: "link", Read: readLink},
	{Key: "fallback", Read: readFallback},
	{Key: "host", Read: func(v strictyaml.Value, dev *Device) { dev.Host, _ = v.Text("rk3588") }},
	{Key: "overheads", Read: func(v strictyaml.Value, dev *Device) { strictyaml.Fields(v, overheadFields, dev) }},
	{Key: "sustained", Read: func(v strictyaml.Value, dev *Device) {
		rates(v, cost.Matrix, &dev.Sustained)
	}},
	{Key: "achieved", Read: func(v strictyaml.Value, dev *Device) { strictyaml.Fields(v, achievedFields, dev) }},
	{Key: "tdp", Read: func(v strictyaml.Value, dev *Device) { optional(v, &dev.TDP, units.Watts) }},
	{Key: "power", Read: readPower},
	{Key: "emulate", Read: readEmulate},
	{Key: "default_mode", Read: func(v strictyaml.Value, dev *Device) { dev.DefaultMode, _ = v.Text("MAXN") }},
	{Key: "modes", Read: readModes},
	{Key: "notes", Read: func(v strictyaml.Value, dev *Device) {
		dev.Notes = v.Texts("boost clock is not sustained")
	}},
}

var peakFields = []strictyaml.Field[Device]{
	{Key: "matrix", Read: func(v strictyaml.Value, dev *Device) { rates(v, cost.Matrix, &dev.Peaks) }},
	{Key: "vector", Read: func(v strictyaml.Value, dev *Device) { rates(v, cost.Vector, &dev.Peaks) }},
	{Key: "special", Read: func(v strictyaml.Value, dev *Device) { rates(v, cost.Special, &dev.Peaks) }},
	{Key: "opt_in", Read: readOptIn},
}

var overheadFields = []strictyaml.Field[Device]{
	{Key: "kernel_launch", Read: func(v strictyaml.Value, dev *Device) {
		optional(v, &dev.Launch, units.Seconds)
	}},
}

var levelFields = []strictyaml.Field[MemoryLevel]{
	{Key: "level", Read: func(strictyaml.Value, *MemoryLevel) {}}, // read before the others: it names their path
	{Key: "kind", Read: func(v strictyaml.Value, m *MemoryLevel) { m.Kind, _ = v.Text("GDDR6X") }},
	{Key: "capacity", Read: func(v strictyaml.Value, m *MemoryLevel) {
		quantity(v, &m.Capacity, units.Capacity)
	}},
	{Key: "visible", Read: func(v strictyaml.Value, m *MemoryLevel) {
		quantity(v, &m.Visible, units.Capacity)
	}},
	{Key: "bandwidth", Read: func(v strictyaml.Value, m *MemoryLevel) {
		quantity(v, &m.Bandwidth, units.ByteRate)
	}},
}

var modeFields = []strictyaml.Field[Mode]{
	{Key: "units", Read: func(v strictyaml.Value, m *Mode) { m.Units = v.Count(1, 1<<20) }},
	{Key: "clock", Read: func(v strictyaml.Value, m *Mode) { optional(v, &m.Clock, units.Hertz) }},
	{Key: "bandwidth", Read: func(v strictyaml.Value, m *Mode) {
		optional(v, &m.Bandwidth, units.ByteRate)
	}},
	{Key: "tdp", Read: func(v strictyaml.Value, m *Mode) { optional(v, &m.TDP, units.Watts) }},
	{Key: "note", Read: func(v strictyaml.Value, m *Mode) { m.Note, _ = v.Text("limits unknown") }},
}

// readID reads `id`: lower-case letters, digits, dots and hyphens.
func readID(v strictyaml.Value, dev *Device) {
	id, ok := v.Text("rtx4090")
	if ok && !idPattern.MatchString(id) {
		v.Errorf("", "found %q, expected lower-case letters, digits, dots and hyphens, such as %q", spelling.Clip(id),
			"rtx4090")
	}
	dev.ID = id
}

// readSystems reads the operating systems that the device is used with.
func readSystems(v strictyaml.Value, dev *Device) {
	dev.Systems = v.Texts("macos")
	for _, s := range dev.Systems {
		if !slices.Contains(systems, s) {
			v.Errorf("", "found %q, expected some of %s", spelling.Clip(s), strings.Join(systems, ", "))
		}
	}
}

// readPipeline reads how a CPU's cores execute.
func readPipeline(v strictyaml.Value, dev *Device) {
	text, ok := v.Scalar()
	if dev.InOrder = text == "in-order"; !ok || !dev.InOrder && text != "out-of-order" {
		v.Errorf("", "found %s, expected in-order or out-of-order", v)
	}
}

// rates reads the rates of one engine, in the file's order; one that is already there is replaced.
func rates(v strictyaml.Value, e cost.Engine, into *[]Peak) {
	for key, entry := range v.Entries() {
		t, ok := dtype.Parse(key)
		if !ok || t == dtype.String || twin(t) != t {
			entry.Unknown(peakTypes())
			continue
		}
		p := Peak{Engine: e, Type: t}
		quantity(entry.At(v.Path()+"."+t.Short()), &p.Rate, rateDim(e, t))
		if i := slices.IndexFunc(*into, func(q Peak) bool { return q.Engine == e && q.Type == t }); i >= 0 {
			(*into)[i] = p
		} else {
			*into = append(*into, p)
		}
	}
}

// peakTypes returns the usual keys under peak, for a hint.
func peakTypes() []string {
	return []string{"fp64", "fp32", "tf32", "fp16", "bf16", "fp8", "fp4", "int32", "int16", "int8", "int4"}
}

// readMemory reads `memory`, its levels by name; a level of the base keeps what is not given.
func readMemory(v strictyaml.Value, dev *Device) {
	seen := map[string]bool{}
	for item := range v.Items() {
		if name, ok := itemName(item, "level", "dram", seen); ok {
			seen[name] = true
			i := slices.IndexFunc(dev.Memory, func(m MemoryLevel) bool { return m.Name == name })
			if i < 0 {
				i = len(dev.Memory)
				dev.Memory = append(dev.Memory, MemoryLevel{Name: name})
			}
			strictyaml.Fields(item.At(v.Child(name).Path()), levelFields, &dev.Memory[i])
		}
	}
}

// itemName reads the key that names an item of a list, which no other item shares.
func itemName(item strictyaml.Value, key, example string, seen map[string]bool) (string, bool) {
	v, ok := item.Key(key)
	if !ok {
		if item.IsMapping() {
			item.Errorf("", "found no %s, expected one, such as %s: %s", key, key, example)
		}
		return "", false
	}
	name, ok := v.Text(example)
	if ok && seen[name] {
		v.Errorf("", "found the %s %q twice", key, spelling.Clip(name))
	}
	return name, ok && !seen[name]
}

// readEmulate reads `emulate`, element types that run as another.
func readEmulate(v strictyaml.Value, dev *Device) {
	dev.Emulate = map[dtype.Type]dtype.Type{}
	for key, entry := range v.Entries() {
		text, ok := entry.Scalar()
		from, okFrom := dtype.Parse(key)
		to, okTo := dtype.Parse(text)
		if !ok || !okFrom || !okTo || from == to {
			entry.Errorf("", "found %q: %s, expected one element type that runs as another, such as bf16: fp32",
				spelling.Clip(key), entry)
			continue
		}
		dev.Emulate[from] = to
	}
}

// readModes reads `modes`, power modes by id.
func readModes(v strictyaml.Value, dev *Device) {
	dev.Modes = nil
	for id, entry := range v.Entries() {
		m := Mode{ID: id}
		strictyaml.Fields(entry, modeFields, &m)
		dev.Modes = append(dev.Modes, m)
	}
}
