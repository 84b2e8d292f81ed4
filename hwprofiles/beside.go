package hwprofiles

import (
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// A Flash is the memory that weights lie in and are read from at every inference. The main memory holds tensors alone.
type Flash struct {
	Kind                string   // such as NOR
	Capacity, Bandwidth Quantity // B, B/s
}

// A Link connects a device with its host. The inputs and the outputs of every inference cross it, and where the device
// has no memory but that on the chip, the weights that do not stay there.
type Link struct {
	Kind      string   // such as USB 3
	Bandwidth Quantity // B/s, one way, as the bus is specified
}

// A Fallback is the unit that runs what an accelerator does not.
type Fallback struct {
	Unit      string   // what it is
	Rate      Quantity // OP/s that its kernels reach
	Bandwidth Quantity // B/s that they reach
	Handover  Quantity // s, to hand tensors over to it and back
	Operators []Fallen // that fall back
	// Segments limits the runs of nodes that the compiler leaves on the accelerator; 0 sets no limit. What follows
	// the last one falls back with all that comes after it.
	Segments int
}

// A Fallen is a group of kernels that fall back.
type Fallen struct {
	Classes   []string           // of kernels, as KernelClasses lists them
	Operators []string           // ONNX operators of a kernel's heaviest node, beside Classes
	Computed  bool               // only those without weights: products of two computed factors
	Over      int64              // only those that write more elements; 0 sets no limit
	Why       string             // in words
	Source    *provenance.Source // that says so
}

var flashFields = []strictyaml.Field[Flash]{
	{Key: "kind", Read: func(v strictyaml.Value, f *Flash) { f.Kind, _ = v.Text("QSPI NOR") }},
	{Key: "capacity", Read: func(v strictyaml.Value, f *Flash) { quantity(v, &f.Capacity, units.Capacity) }},
	{Key: "bandwidth", Read: func(v strictyaml.Value, f *Flash) { quantity(v, &f.Bandwidth, units.ByteRate) }},
}

var linkFields = []strictyaml.Field[Link]{
	{Key: "kind", Read: func(v strictyaml.Value, l *Link) { l.Kind, _ = v.Text("USB 3") }},
	{Key: "bandwidth", Read: func(v strictyaml.Value, l *Link) { quantity(v, &l.Bandwidth, units.ByteRate) }},
}

var fallbackFields = []strictyaml.Field[Fallback]{
	{Key: "unit", Read: func(v strictyaml.Value, f *Fallback) { f.Unit, _ = v.Text("4x Cortex-A55") }},
	{Key: "rate", Read: func(v strictyaml.Value, f *Fallback) { quantity(v, &f.Rate, units.OpRate) }},
	{Key: "bandwidth", Read: func(v strictyaml.Value, f *Fallback) { quantity(v, &f.Bandwidth, units.ByteRate) }},
	{Key: "handover", Read: func(v strictyaml.Value, f *Fallback) { quantity(v, &f.Handover, units.Seconds) }},
	{Key: "segments", Read: func(v strictyaml.Value, f *Fallback) { f.Segments = v.Count(1, 1<<16) }},
	{Key: "operators", Read: func(v strictyaml.Value, f *Fallback) {
		f.Operators = nil
		for item := range v.Items() {
			var o Fallen
			strictyaml.Fields(item, fallenFields, &o)
			if len(o.Classes)+len(o.Operators) == 0 && item.Sound() {
				item.Errorf("write it as in {classes: [norm], why: no exponential}",
					"found no classes and no operators, expected some")
			}
			if o.Source == nil {
				o.Source = item.Source("default")
			}
			f.Operators = append(f.Operators, o)
		}
	}},
}

var fallenFields = []strictyaml.Field[Fallen]{
	{Key: "classes", Read: func(v strictyaml.Value, o *Fallen) {
		o.Classes = v.Texts("norm")
		for _, name := range o.Classes {
			if !slices.Contains(KernelClasses, name) {
				v.Errorf("", "found %q, expected classes of kernels: %s", spelling.Clip(name), strings.Join(KernelClasses, ", "))
			}
		}
	}},
	{Key: "operators", Read: func(v strictyaml.Value, o *Fallen) { o.Operators = v.Texts("HardSwish") }},
	{Key: "computed", Read: func(v strictyaml.Value, o *Fallen) { o.Computed = v.Bool("whether kernels with weights run") }},
	{Key: "over", Read: func(v strictyaml.Value, o *Fallen) { o.Over = int64(v.Count(1, math.MaxInt32)) }},
	{Key: "why", Read: func(v strictyaml.Value, o *Fallen) { o.Why, _ = v.Text("no exponential") }},
	{Key: "source", Read: func(v strictyaml.Value, o *Fallen) {
		if id, ok := v.Text("default"); ok {
			o.Source = v.Source(id)
		}
	}},
}

// KernelClasses lists the classes of kernels that a profile can name.
var KernelClasses = []string{"conv", "group conv", "depthwise", "gemm", "attention", "recurrent", "pointwise", "norm",
	"reduce", "move", "other", "unknown"}

// readFlash reads `flash`, from which a microcontroller reads weights: capacity in bytes, bandwidth
// in bytes/s. Both must be given.
func readFlash(v strictyaml.Value, dev *Device) {
	dev.Flash = &Flash{}
	strictyaml.Fields(v, flashFields, dev.Flash)
	needs(v, map[string]Quantity{"capacity": dev.Flash.Capacity, "bandwidth": dev.Flash.Bandwidth})
}

// readLink reads `link`, over which an accelerator reaches its host, in bytes/s.
func readLink(v strictyaml.Value, dev *Device) {
	dev.Link = &Link{}
	strictyaml.Fields(v, linkFields, dev.Link)
	needs(v, map[string]Quantity{"bandwidth": dev.Link.Bandwidth})
}

// readFallback reads `fallback`, which runs what the accelerator cannot: FLOP/s, bytes/s and the
// seconds of a handover. All must be given.
func readFallback(v strictyaml.Value, dev *Device) {
	dev.Fallback = &Fallback{}
	strictyaml.Fields(v, fallbackFields, dev.Fallback)
	f := dev.Fallback
	needs(v, map[string]Quantity{"rate": f.Rate, "bandwidth": f.Bandwidth, "handover": f.Handover})
}

// needs reports figures that are missing: what they would cost must not be nothing.
func needs(v strictyaml.Value, figures map[string]Quantity) {
	for key, q := range figures {
		if q.Source == nil && !v.Has(key) {
			v.Child(key).Errorf("", "found no %s, expected it", key)
		}
	}
}

// beside lists the quantities of flash, link and fallback.
func (d *Device) beside() (qs []*Quantity) {
	if f := d.Flash; f != nil {
		qs = append(qs, &f.Capacity, &f.Bandwidth)
	}
	if l := d.Link; l != nil {
		qs = append(qs, &l.Bandwidth)
	}
	if f := d.Fallback; f != nil {
		qs = append(qs, &f.Rate, &f.Bandwidth, &f.Handover)
	}
	return qs
}

// Takes returns the group that a kernel falls back with, nil where it does not: of a class, of an operator, with weights
// or without, and of how many elements it writes. Kernels of operators that are not known fall back.
func (f *Fallback) Takes(class, operator string, weights bool, elements int64) *Fallen {
	for i := range f.Operators {
		o := &f.Operators[i]
		named := slices.Contains(o.Classes, class) || slices.Contains(o.Operators, operator)
		if named && !(o.Computed && weights) && !(o.Over > 0 && elements <= o.Over) {
			return o
		}
	}
	if class == KernelClasses[len(KernelClasses)-1] {
		return &unknownFalls
	}
	return nil
}

// unknownFalls holds the group of kernels that no table knows.
var unknownFalls = Fallen{Why: "the operator is not known"}

// Scratch returns the memory on the chip that software places tensors in, nil where a device has none beside its main
// memory. Caches are not meant, which hardware fills.
func (d *Device) Scratch() *MemoryLevel {
	for i := range d.Memory[min(1, len(d.Memory)):] {
		if l := &d.Memory[1+i]; l.Name == "sram" && l.Capacity.Value > 0 && l.Bandwidth.Value > 0 {
			return l
		}
	}
	return nil
}

// Streams reports whether a device has no memory but that on its chip, and takes the weights that do not stay there
// from its host.
func (d *Device) Streams() bool { return d.Link != nil && d.DRAM().Name == "sram" }
