package hwprofiles

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

// A Scaling is what is known of a device that is like another one. What is empty is as there.
type Scaling struct {
	ID        string
	Units     int
	Clock     string // Hz, as text with a unit, as the others here
	Bandwidth string // B/s, of the main memory
	Memory    string // B, of the main memory
}

// differs says in a few words what is not as there.
func (s *Scaling) differs() string {
	var parts []string
	if s.Units != 0 {
		parts = append(parts, fmt.Sprintf("%d units", s.Units))
	}
	for _, text := range []string{s.Clock, s.Bandwidth, s.Memory} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, ", ")
}

// Scaled writes the profile of a device of the same design as d with another number of units, clock and memory: peaks
// in proportion to units x clock, caches to units. What no rule gives is left out. The text is that of a profile.
func (d *Device) Scaled(s Scaling) ([]byte, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	w := &scaler{like: d, to: s, share: 1, clock: 1, used: map[string]bool{}}
	if s.Units != 0 || s.Clock != "" {
		if d.Units == 0 || d.Clock == nil {
			return nil, fmt.Errorf("device %s: found no units or no clock in its profile, expected both: peaks scale with them; "+
				"name a device that has them", d.ID)
		}
		if s.Units != 0 {
			w.share = float64(s.Units) / float64(d.Units)
		}
		if s.Clock != "" {
			clock, _, err := units.Parse(s.Clock, units.Hertz)
			if err != nil {
				return nil, fmt.Errorf("clock: %w", err)
			}
			w.clock = clock / d.Clock.Value
		}
	}
	w.head()
	w.peaks()
	w.memory()
	w.rest()
	text := []byte(w.String())
	_, err := Decode(s.ID+".yaml", text)
	return text, err
}

// A scaler writes one scaled profile.
type scaler struct {
	strings.Builder
	like         *Device
	to           Scaling
	share, clock float64 // units and clock over those of like
	used         map[string]bool
}

// printf writes to the profile in the making.
func (w *scaler) printf(format string, args ...any) { fmt.Fprintf(w, format, args...) }

// figure returns a value with the source that it is written with.
func (w *scaler) figure(value, source string) string {
	w.used[source] = true
	return fmt.Sprintf("{value: %s, source: %s}", value, source)
}

// given returns a figure as it was given, else as the other device has it; "" where neither says.
func (w *scaler) given(text string, same *Quantity) string {
	switch {
	case text != "":
		return w.figure(text, "given")
	case same == nil || same.Value == 0:
		return ""
	}
	return w.figure(same.Text, "same")
}

// head writes identity and structure, which scaling keeps.
func (w *scaler) head() {
	d := w.like
	w.printf("# Scaled from %s by ridgepoint devices new: put in what you know better, with its source.\nschema: 1\nid: %s\n", d.ID, w.to.ID)
	name := fmt.Sprintf("%s, %s with %s", w.to.ID, d.Name, w.to.differs())
	w.printf("name: %q\nvendor: %q\nclass: %s\n", name, d.Vendor, d.Class)
	if d.Arch != "" {
		w.printf("arch: %q\n", d.Arch)
	}
	if d.InOrder {
		w.printf("pipeline: in-order\n")
	}
	if n := cmp.Or(w.to.Units, d.Units); n != 0 {
		w.printf("units: %d\n", n)
	}
	if text := w.given(w.to.Clock, d.Clock); text != "" {
		w.printf("clock: %s\n", text)
	}
}

// peaks writes the peaks of each engine.
func (w *scaler) peaks() {
	w.printf("peak: # dense; a multiply-add is 2\n")
	for _, e := range []cost.Engine{cost.Matrix, cost.Vector, cost.Special} {
		first := true
		for i := range w.like.Peaks {
			p := &w.like.Peaks[i]
			if p.Engine != e {
				continue
			}
			if first {
				w.printf("  %s:\n", e)
			}
			first = false
			w.peak("    ", p)
		}
	}
	for _, o := range w.like.OptIn {
		w.printf("  opt_in:\n    %s:\n", o.Name)
		for i := range o.Peaks {
			w.peak("      ", &o.Peaks[i])
		}
	}
}

// peak writes a peak scaled by units and clock. An assumed figure stays assumed.
func (w *scaler) peak(indent string, p *Peak) {
	source := "scaled"
	if p.Rate.Source.Kind == provenance.Assumed { // an assumed figure stays assumed
		source = "guess"
	}
	if w.share == 1 && w.clock == 1 {
		w.printf("%s%s: %s\n", indent, p.Type.Short(), w.figure(p.Rate.Text, "same"))
		return
	}
	w.used[source] = true
	value := units.Format(p.Rate.Value*w.share*w.clock, rateDim(p.Engine, p.Type))
	w.printf("%s%s: {value: %s, source: %s, note: %q}\n", indent, p.Type.Short(), value, source,
		"from "+p.Rate.Text+" of "+w.like.ID)
}

// memory writes main memory as asked for, and caches scaled by units.
func (w *scaler) memory() {
	d := w.like
	w.printf("memory:\n  - {level: %q", d.DRAM().Name)
	if d.DRAM().Kind != "" {
		w.printf(", kind: %q", d.DRAM().Kind)
	}
	if text := w.given(w.to.Memory, &d.DRAM().Capacity); text != "" {
		w.printf(", capacity: %s", text)
	}
	w.printf(", bandwidth: %s}\n", w.given(w.to.Bandwidth, &d.DRAM().Bandwidth))
	for _, m := range d.Memory[1:] {
		w.printf("  - {level: %q", m.Name)
		if v := m.Capacity.Value; v > 0 {
			w.printf(", capacity: %s", w.figure(units.Format(v*w.share, units.Capacity), "caches"))
		}
		if v := m.Bandwidth.Value; v > 0 {
			w.printf(", bandwidth: %s", w.figure(units.Format(v*w.share*w.clock, units.ByteRate), "caches"))
		}
		w.printf("}\n")
	}
}

// rest writes overheads and emulated types, which scaling keeps.
func (w *scaler) rest() {
	d := w.like
	if d.Launch != nil {
		w.printf("overheads:\n  kernel_launch: %s\n", w.figure(d.Launch.Text, "launch"))
	}
	var emulate []string
	for _, t := range slices.Sorted(maps.Keys(d.Emulate)) {
		emulate = append(emulate, t.Short()+": "+d.Emulate[t].Short())
	}
	if len(emulate) > 0 {
		w.printf("emulate: {%s}\n", strings.Join(emulate, ", "))
	}
	w.printf("notes:\n  - %q\nsources:\n", "scaled from "+d.ID+": nothing of this device was measured")
	rule := fmt.Sprintf("%s units, %s clock", times(w.share), times(w.clock))
	for _, s := range []provenance.Source{
		{ID: "given", Kind: provenance.Assumed, Title: "given to ridgepoint devices new", Note: "they name no source"},
		{ID: "same", Kind: provenance.Assumed, Title: "as " + d.ID, Note: "not given to ridgepoint devices new"},
		{ID: "scaled", Kind: provenance.Derived, Title: "peak of " + d.ID + " x units x clock", Note: rule},
		{ID: "guess", Kind: provenance.Assumed, Title: "assumed peak of " + d.ID + " x units x clock", Note: rule},
		{ID: "caches", Kind: provenance.Assumed, Title: "cache of " + d.ID + " x units, its bandwidth x units x clock", Note: rule},
		{ID: "launch", Kind: provenance.Assumed, Title: "kernel launch of " + d.ID, Note: "taken to be the same"},
	} {
		if w.used[s.ID] {
			w.printf("  %s: {kind: %s, title: %q, note: %q}\n", s.ID, s.Kind, s.Title, s.Note)
		}
	}
}

// times returns a factor as text.
func times(f float64) string { return "x" + strconv.FormatFloat(f, 'g', 4, 64) }
