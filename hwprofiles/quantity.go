package hwprofiles

import (
	"errors"
	"fmt"

	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// A Quantity is a number in base units (FLOP/s, B/s, B, s, W, Hz) with the text it was written as and its source.
type Quantity struct {
	Value  float64            // in base units
	Text   string             // as the profile has it
	Source *provenance.Source // that says so
	Path   string             // where in the profile, such as peak.matrix.fp16
	Note   string             // of this figure alone; may be empty
	Origin string             // the file it was read from, where that is not the device's own: the base of extends
}

// place returns where a figure stands, for messages.
func (q *Quantity) place() string {
	if q.Path == "" {
		return "(without a path)"
	}
	return "of " + q.Path
}

// set sets a figure in base units, its text with unit, and its source.
func (q *Quantity) set(v float64, dim units.Dim, s *provenance.Source) {
	q.Value, q.Text, q.Source = v, units.Format(v, dim), s
}

// clone returns a copy of a figure; nil of nil.
func clone(q *Quantity) *Quantity { return copyOf(q) }

// copyOf returns a copy of what a pointer points to, nil for nil.
func copyOf[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// A leaf is the long form of a quantity.
type leaf struct {
	value        *strictyaml.Value
	source, note string
}

var leafFields = []strictyaml.Field[leaf]{
	{Key: "value", Read: func(v strictyaml.Value, l *leaf) { l.value = &v }},
	{Key: "source", Read: func(v strictyaml.Value, l *leaf) { l.source, _ = v.Text("default") }},
	{Key: "note", Read: func(v strictyaml.Value, l *leaf) { l.note, _ = v.Text("at boost clock") }},
}

// quantity reads a leaf: text with a unit, or a mapping with value, source and note.
func quantity(v strictyaml.Value, q *Quantity, dim units.Dim) { quantityFrom(v, q, dim, "default") }

// quantityFrom reads a leaf, whose source is usual where it names none.
func quantityFrom(v strictyaml.Value, q *Quantity, dim units.Dim, usual string) {
	l := leaf{value: &v, source: usual}
	if v.IsMapping() {
		l.value = nil
		strictyaml.Fields(v, leafFields, &l)
		if l.value == nil {
			v.Errorf("write it as {value: "+dim.Example()+", source: default}", "found no value")
			return
		}
	}
	at := l.value.At(v.Path())
	text, ok := at.Scalar()
	if !ok {
		at.Errorf(fmt.Sprintf("write it as in %q", dim.Example()), "found %s, expected %s", at, dim)
		return
	}
	number, _, err := units.Parse(text, dim)
	var pe *units.ParseError
	switch {
	case errors.As(err, &pe):
		at.Errorf(pe.Hint, "found %q, expected %s", pe.Text, pe.Expected)
		return
	case number == 0:
		at.Errorf("leave the key out where the figure is unknown: missing is not zero",
			"found %q, expected more than zero", text)
		return
	}
	*q = Quantity{Value: number, Text: text, Path: v.Path(), Source: v.Source(l.source), Note: l.note}
}

// optional reads a quantity that a device need not have.
func optional(v strictyaml.Value, into **Quantity, dim units.Dim) {
	var q Quantity
	quantity(v, &q, dim)
	if q.Source != nil {
		*into = &q
	}
}
