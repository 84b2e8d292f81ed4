package hwprofiles

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

// classes are the kinds of device that fallbacks and reports group by.
var classes = []string{"gpu", "cpu", "jetson", "rpi", "apple", "mobile", "npu", "tpu"}

// Classes lists the classes of devices.
func Classes() []string { return slices.Clone(classes) }

var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*$`)

// deviceFields are the keys of a profile, sources first because figures refer to them.
var deviceFields = []field[Device]{
	{"schema", readSchema},
	{"extends", func(*decoder, string, *yaml.Node, *Device) {}}, // read before all others
	{"sources", readSources},
	{"id", readID},
	{"name", func(d *decoder, path string, n *yaml.Node, dev *Device) {
		dev.Name, _ = d.text(n, path, "GeForce RTX 4090")
	}},
	{"vendor", func(d *decoder, path string, n *yaml.Node, dev *Device) { dev.Vendor, _ = d.text(n, path, "NVIDIA") }},
	{"class", readClass},
	{"arch", func(d *decoder, path string, n *yaml.Node, dev *Device) { dev.Arch, _ = d.text(n, path, "Ada AD102") }},
	{"year", func(d *decoder, path string, n *yaml.Node, dev *Device) { dev.Year = d.count(n, path, 1990, 2100) }},
	{"aliases", func(d *decoder, path string, n *yaml.Node, dev *Device) { dev.Aliases = d.texts(n, path, "RTX 4090") }},
	{"pipeline", readPipeline},
	{"units", func(d *decoder, path string, n *yaml.Node, dev *Device) { dev.Units = d.count(n, path, 1, 1<<20) }},
	{"clock", func(d *decoder, path string, n *yaml.Node, dev *Device) { d.optional(n, path, &dev.Clock, units.Hertz) }},
	{"peak", func(d *decoder, path string, n *yaml.Node, dev *Device) { fields(d, n, path, peakFields, dev) }},
	{"memory", readMemory},
	{"overheads", func(d *decoder, path string, n *yaml.Node, dev *Device) { fields(d, n, path, overheadFields, dev) }},
	{"sustained", func(d *decoder, path string, n *yaml.Node, dev *Device) {
		d.rates(n, path, cost.Matrix, &dev.Sustained)
	}},
	{"achieved", func(d *decoder, path string, n *yaml.Node, dev *Device) { fields(d, n, path, achievedFields, dev) }},
	{"tdp", func(d *decoder, path string, n *yaml.Node, dev *Device) { d.optional(n, path, &dev.TDP, units.Watts) }},
	{"emulate", readEmulate},
	{"modes", readModes},
	{"notes", func(d *decoder, path string, n *yaml.Node, dev *Device) {
		dev.Notes = d.texts(n, path, "boost clock is not sustained")
	}},
}

var peakFields = []field[Device]{
	{"matrix", func(d *decoder, path string, n *yaml.Node, dev *Device) { d.rates(n, path, cost.Matrix, &dev.Peaks) }},
	{"vector", func(d *decoder, path string, n *yaml.Node, dev *Device) { d.rates(n, path, cost.Vector, &dev.Peaks) }},
	{"special", func(d *decoder, path string, n *yaml.Node, dev *Device) { d.rates(n, path, cost.Special, &dev.Peaks) }},
}

var overheadFields = []field[Device]{
	{"kernel_launch", func(d *decoder, path string, n *yaml.Node, dev *Device) {
		d.optional(n, path, &dev.Launch, units.Seconds)
	}},
}

var levelFields = []field[MemoryLevel]{
	{"level", func(*decoder, string, *yaml.Node, *MemoryLevel) {}}, // read before the others: it names their path
	{"kind", func(d *decoder, path string, n *yaml.Node, m *MemoryLevel) { m.Kind, _ = d.text(n, path, "GDDR6X") }},
	{"capacity", func(d *decoder, path string, n *yaml.Node, m *MemoryLevel) {
		d.quantity(n, path, &m.Capacity, units.Capacity)
	}},
	{"bandwidth", func(d *decoder, path string, n *yaml.Node, m *MemoryLevel) {
		d.quantity(n, path, &m.Bandwidth, units.ByteRate)
	}},
}

var modeFields = []field[Mode]{
	{"units", func(d *decoder, path string, n *yaml.Node, m *Mode) { m.Units = d.count(n, path, 1, 1<<20) }},
	{"clock", func(d *decoder, path string, n *yaml.Node, m *Mode) { d.optional(n, path, &m.Clock, units.Hertz) }},
	{"bandwidth", func(d *decoder, path string, n *yaml.Node, m *Mode) {
		d.optional(n, path, &m.Bandwidth, units.ByteRate)
	}},
	{"tdp", func(d *decoder, path string, n *yaml.Node, m *Mode) { d.optional(n, path, &m.TDP, units.Watts) }},
	{"note", func(d *decoder, path string, n *yaml.Node, m *Mode) { m.Note, _ = d.text(n, path, "limits unknown") }},
}

var sourceFields = []field[Source]{
	{"kind", readKind},
	{"title", func(d *decoder, path string, n *yaml.Node, s *Source) {
		s.Title, _ = d.text(n, path, "RTX 4090 data sheet")
	}},
	{"url", func(d *decoder, path string, n *yaml.Node, s *Source) { s.URL, _ = d.text(n, path, "https://…") }},
	{"note", func(d *decoder, path string, n *yaml.Node, s *Source) {
		s.Note, _ = d.text(n, path, "units x clock x 256")
	}},
}

// A leaf is the long form of a quantity.
type leaf struct {
	value        *yaml.Node
	source, note string
}

var leafFields = []field[leaf]{
	{"value", func(_ *decoder, _ string, n *yaml.Node, l *leaf) { l.value = n }},
	{"source", func(d *decoder, path string, n *yaml.Node, l *leaf) { l.source, _ = d.text(n, path, "default") }},
	{"note", func(d *decoder, path string, n *yaml.Node, l *leaf) { l.note, _ = d.text(n, path, "at boost clock") }},
}

func readSchema(d *decoder, path string, n *yaml.Node, _ *Device) {
	if n.Kind != yaml.ScalarNode || n.Value != fmt.Sprint(Schema) {
		d.errorf(n, path, "a newer number needs a newer ridgepoint", "found %s, expected %d", kindOf(n), Schema)
	}
}

func readID(d *decoder, path string, n *yaml.Node, dev *Device) {
	id, ok := d.text(n, path, "rtx4090")
	if ok && !idPattern.MatchString(id) {
		d.errorf(n, path, "", "found %q, expected lower-case letters, digits, dots and hyphens, such as %q", clip(id), "rtx4090")
	}
	dev.ID = id
}

func readClass(d *decoder, path string, n *yaml.Node, dev *Device) {
	dev.Class = n.Value
	if n.Kind != yaml.ScalarNode || !slices.Contains(classes, n.Value) {
		d.errorf(n, path, "", "found %s, expected one of %s", kindOf(n), strings.Join(classes, ", "))
	}
}

// readPipeline reads how a CPU's cores execute.
func readPipeline(d *decoder, path string, n *yaml.Node, dev *Device) {
	if dev.InOrder = n.Value == "in-order"; n.Kind != yaml.ScalarNode || !dev.InOrder && n.Value != "out-of-order" {
		d.errorf(n, path, "", "found %s, expected in-order or out-of-order", kindOf(n))
	}
}

func readKind(d *decoder, path string, n *yaml.Node, s *Source) {
	i := slices.Index(kindNames[:], n.Value)
	if n.Kind != yaml.ScalarNode || i < 0 {
		d.errorf(n, path, "", "found %s, expected one of %s", kindOf(n), strings.Join(kindNames[:], ", "))
		return
	}
	s.Kind = SourceKind(i)
}

// readSources reads the sources in the file's order.
func readSources(d *decoder, path string, n *yaml.Node, dev *Device) {
	d.record(n, path, func(keys map[string]*yaml.Node) {
		for id, v := range ordered(n, keys) {
			s := &Source{ID: id, Kind: Assumed}
			fields(d, v, join(path, id), sourceFields, s)
			if !hasKeys(v, "kind", "title") {
				d.errorf(v, join(path, id), `write it as {kind: vendor, title: "data sheet", url: "https://…"}`, "a source needs a kind and a title")
			}
			d.sources[id] = s
			dev.Sources = append(dev.Sources, s)
		}
	})
}

// rates reads the rates of one engine, in the file's order; one that is already there is replaced.
func (d *decoder) rates(n *yaml.Node, path string, e cost.Engine, into *[]Peak) {
	d.record(n, path, func(keys map[string]*yaml.Node) {
		for key, v := range ordered(n, keys) {
			t, ok := dtype.Parse(key)
			if !ok || t == dtype.String || twin(t) != t {
				d.unknown(keyNode(n, key), join(path, key), key, peakTypes())
				continue
			}
			p := Peak{Engine: e, Type: t}
			d.quantity(v, path+"."+t.Short(), &p.Rate, rateDim(e, t))
			if i := slices.IndexFunc(*into, func(q Peak) bool { return q.Engine == e && q.Type == t }); i >= 0 {
				(*into)[i] = p
			} else {
				*into = append(*into, p)
			}
		}
	})
}

// peakTypes are the usual keys under peak, for a hint.
func peakTypes() []string {
	return []string{"fp64", "fp32", "tf32", "fp16", "bf16", "fp8", "fp4", "int32", "int16", "int8", "int4"}
}

func readMemory(d *decoder, path string, n *yaml.Node, dev *Device) {
	seen := map[string]bool{}
	d.list(n, path, func(at string, item *yaml.Node) {
		d.record(item, at, func(keys map[string]*yaml.Node) {
			v, ok := keys["level"]
			if !ok {
				d.errorf(item, at, "", "found no level, expected a name, such as level: dram")
				return
			}
			name, ok := d.text(v, at+".level", "dram")
			if ok && seen[name] {
				d.errorf(v, at+".level", "", "found the level %q twice", clip(name))
			}
			if !ok || seen[name] {
				return
			}
			seen[name] = true
			i := slices.IndexFunc(dev.Memory, func(m MemoryLevel) bool { return m.Name == name })
			if i < 0 {
				i = len(dev.Memory)
				dev.Memory = append(dev.Memory, MemoryLevel{Name: name})
			}
			fields(d, item, path+"."+clip(name), levelFields, &dev.Memory[i])
		})
	})
}

func readEmulate(d *decoder, path string, n *yaml.Node, dev *Device) {
	dev.Emulate = map[dtype.Type]dtype.Type{}
	d.record(n, path, func(keys map[string]*yaml.Node) {
		for key, v := range ordered(n, keys) {
			from, okFrom := dtype.Parse(key)
			to, okTo := dtype.Parse(v.Value)
			if !okFrom || !okTo || from == to || v.Kind != yaml.ScalarNode {
				d.errorf(v, join(path, key), "", "found %q: %s, expected one element type that runs as another, such as bf16: fp32", clip(key), kindOf(v))
				continue
			}
			dev.Emulate[from] = to
		}
	})
}

func readModes(d *decoder, path string, n *yaml.Node, dev *Device) {
	dev.Modes = nil
	d.record(n, path, func(keys map[string]*yaml.Node) {
		for id, v := range ordered(n, keys) {
			m := Mode{ID: id}
			fields(d, v, join(path, id), modeFields, &m)
			dev.Modes = append(dev.Modes, m)
		}
	})
}

// quantity reads a leaf: text with a unit, or a mapping with value, source and note.
func (d *decoder) quantity(n *yaml.Node, path string, q *Quantity, dim units.Dim) {
	l := leaf{value: n, source: "default"}
	if n.Kind == yaml.MappingNode {
		l.value = nil
		fields(d, n, path, leafFields, &l)
		if l.value == nil {
			d.errorf(n, path, "write it as {value: "+dim.Example()+", source: default}", "found no value")
			return
		}
	}
	if l.value.Kind != yaml.ScalarNode {
		d.errorf(l.value, path, fmt.Sprintf("write it as in %q", dim.Example()), "found %s, expected %s", kindOf(l.value), dim)
		return
	}
	v, _, err := units.Parse(l.value.Value, dim)
	var pe *units.ParseError
	switch {
	case errors.As(err, &pe):
		d.errorf(l.value, path, pe.Hint, "found %q, expected %s", pe.Text, pe.Expected)
		return
	case v == 0:
		d.errorf(l.value, path, "leave the key out where the figure is unknown: missing is not zero", "found %q, expected more than zero", l.value.Value)
		return
	}
	*q = Quantity{Value: v, Text: l.value.Value, Path: path, Source: d.source(n, path, l.source), Note: l.note}
}

// source resolves the id of a leaf's source.
func (d *decoder) source(n *yaml.Node, path, id string) *Source {
	s, ok := d.sources[id]
	if !ok {
		hint := "define it under sources, with kind and title"
		if near := nearest(id, slices.Sorted(maps.Keys(d.sources)), 1); len(near) > 0 {
			hint = fmt.Sprintf("did you mean %q?", near[0])
		}
		d.errorf(n, path, hint, "found the source %q, expected one that is defined", clip(id))
		return &Source{ID: id, Kind: Assumed}
	}
	d.used[id] = true
	return s
}

func (d *decoder) optional(n *yaml.Node, path string, into **Quantity, dim units.Dim) {
	var q Quantity
	d.quantity(n, path, &q, dim)
	if q.Source != nil {
		*into = &q
	}
}

func (d *decoder) texts(n *yaml.Node, path, example string) []string {
	var out []string
	d.list(n, path, func(at string, item *yaml.Node) {
		if s, ok := d.text(item, at, example); ok {
			out = append(out, s)
		}
	})
	return out
}

// ordered yields the entries of keys in the order of the file.
func ordered(n *yaml.Node, keys map[string]*yaml.Node) func(yield func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if v := keys[n.Content[i].Value]; v == n.Content[i+1] && !yield(n.Content[i].Value, v) {
				return
			}
		}
	}
}

func hasKeys(n *yaml.Node, keys ...string) bool {
	for _, k := range keys {
		if keyNode(n, k) == n {
			return false
		}
	}
	return true
}
