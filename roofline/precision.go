package roofline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// A precision says in which types a model's floating-point work and tensors are
// taken. The zero precision is the model's own. Integer and boolean tensors keep their types.
type precision struct {
	asked   dtype.Type  // as asked for; Undefined for the model's own
	want    dtype.Type  // that everything is taken in; Undefined for the model's own
	from    dtype.Type  // asked for or the model's own where want stands in for it, else Undefined
	matrix  dtype.Type  // of floating-point matrix work
	vector  dtype.Type  // of floating-point vector and special-function work
	acts    int         // bits of an activation
	weights int         // bits of a weight
	notes   []note.Note // what the precision means where that is not plain
	inPlace bool        // functions of one tensor write over what they read
}

// A precisionRow is one type that a model's floating-point work can be taken in.
type precisionRow struct {
	want     dtype.Type // as it is asked for
	narrower bool       // worth trying where a model is too slow
	set      narrowing  // says what runs in another type; nil: all work and tensors in want
	note     note.Code  // says what the precision means; "" where that is plain
}

// A narrowing sets what runs in another type than the one wanted, on a device in a runtime, nil for none.
type narrowing func(p *precision, d *hwprofiles.Device, r *runtimes.Runtime)

// precisionRows lists the precisions, widest first, of one width the one that most models run in first. Nothing else
// lists them.
var precisionRows = []precisionRow{
	{want: dtype.Float64},
	{want: dtype.Float32},
	{want: dtype.TF32, narrower: true, set: tf32},
	{want: dtype.Float16, narrower: true},
	{want: dtype.BFloat16, narrower: true},
	{want: dtype.Float8E4M3FN, narrower: true, set: bytewise, note: note.ByteWeights},
	{want: dtype.Int8, narrower: true, set: bytewise, note: note.ByteWeights},
	{want: dtype.Int4, set: weightOnly, note: note.NibbleWeights},
	{want: dtype.Float4E2M1, set: weightOnly, note: note.NibbleWeights},
}

// tf32 does matrix work in TF32 and everything else in fp32.
func tf32(p *precision, _ *hwprofiles.Device, _ *runtimes.Runtime) { p.vector = dtype.Float32 }

// bytewise stores tensors in one byte; other than matrix work runs in fp16 or fp32.
func bytewise(p *precision, d *hwprofiles.Device, r *runtimes.Runtime) {
	p.vector = runsAs(d, r, halfOrFull(d))
}

// weightOnly stores weights in four bits; arithmetic and activations are in fp16, or in fp32 where the device or
// the runtime has no fp16.
func weightOnly(p *precision, d *hwprofiles.Device, r *runtimes.Runtime) {
	half := runsAs(d, r, dtype.Float16)
	if !multiplies(d, half) {
		half = dtype.Float32
	}
	p.matrix, p.vector, p.acts = half, half, half.Bits()
}

// Precisions returns the short names of the types that a model's floating-point work can be taken in, widest first.
func Precisions() []string {
	names := make([]string, len(precisionRows))
	for i := range precisionRows {
		names[i] = precisionRows[i].want.Short()
	}
	return names
}

// ParsePrecision reads one of Precisions, or its full name, in any case. "" is Undefined: the model's own.
func ParsePrecision(s string) (dtype.Type, error) {
	if s == "" {
		return dtype.Undefined, nil
	}
	if t, ok := dtype.Parse(strings.ToLower(s)); ok && precisionRowOf(t) != nil {
		return t, nil
	}
	return dtype.Undefined, fmt.Errorf("found precision %q, expected one of %s", s, strings.Join(Precisions(), ", "))
}

// precisionRowOf returns the row of an asked precision, nil where there is none.
func precisionRowOf(t dtype.Type) *precisionRow {
	i := slices.IndexFunc(precisionRows, func(r precisionRow) bool { return r.want == t })
	if i < 0 {
		return nil
	}
	return &precisionRows[i]
}

// precisionOf returns what a wanted type means on a device in a runtime, nil for none. A nil device has every type.
func precisionOf(d *hwprofiles.Device, r *runtimes.Runtime, asked dtype.Type) (precision, error) {
	want := runsAs(d, r, asked)
	p := precision{asked: asked, want: want, matrix: want, vector: want, acts: want.Bits(), weights: want.Bits(),
		inPlace: d != nil && d.Flash != nil}
	if want == dtype.Undefined {
		return p, nil
	}
	row := precisionRowOf(want)
	if row == nil {
		return p, fmt.Errorf("found precision %s, expected one of %s", want.Short(), strings.Join(Precisions(), ", "))
	}
	if row.set != nil {
		row.set(&p, d, r)
	}
	if row.note != "" {
		p.notes = []note.Note{note.New(row.note, want.Short(), p.vector.Short())}
	}
	if want != asked {
		p.from = asked
		p.notes = append(p.notes, note.New(note.TypeRunsAs, asked.Short(), want.Short(), r.ID, d.ID))
	}
	if !multiplies(d, p.matrix) {
		return p, missing(d, p.matrix, "")
	}
	return p, nil
}

// runsAs returns the type that a runtime, nil for none, runs work of a type in on a device.
func runsAs(d *hwprofiles.Device, r *runtimes.Runtime, t dtype.Type) dtype.Type {
	if d == nil || r == nil {
		return t
	}
	return r.RunsAs(d, t)
}

// standsFor makes p, which all floating-point work of a model is taken in, the stand-in for the model's own type.
func (p *precision) standsFor(own dtype.Type, why note.Note) {
	p.asked, p.from, p.notes = dtype.Undefined, own, []note.Note{why}
}

// label returns the precision that a result is labelled with, given the type of its heaviest matrix work. For int4 and
// fp4 it is that of the weights.
func (p *precision) label(work dtype.Type) dtype.Type {
	if p.from != dtype.Undefined && work == p.matrix {
		return p.from
	}
	if p.want != dtype.Undefined && p.weights < 8 && work == p.matrix {
		return p.want
	}
	return work
}

// ran returns the type that a result's heaviest matrix work runs in. It is another one where the device emulates the
// type, or the runtime takes fp32 as TF32.
func (m *Machine) ran(work dtype.Type) dtype.Type {
	if label := m.precision.label(work); label != work && m.precision.from == dtype.Undefined {
		return label
	}
	if m.tuning != nil && m.tuning.TF32 && work == dtype.Float32 {
		return dtype.TF32
	}
	if peak := m.rates[cost.Matrix][work].peak; peak != nil {
		return peak.Type
	}
	return work
}

// multiplies reports whether a device does matrix work in a type; none, nil, does so in all.
func multiplies(d *hwprofiles.Device, t dtype.Type) bool {
	if d == nil {
		return true
	}
	_, ok := d.Peak(cost.Matrix, t)
	return ok
}

// halfOrFull returns the faster of fp16 and fp32 for vector work, whichever the device has; fp16 without a device.
func halfOrFull(d *hwprofiles.Device) dtype.Type {
	if d == nil {
		return dtype.Float16
	}
	half, ok16 := d.Peak(cost.Vector, dtype.Float16)
	full, ok32 := d.Peak(cost.Vector, dtype.Float32)
	switch {
	case ok16 && (!ok32 || half.Rate.Value > full.Rate.Value):
		return dtype.Float16
	case ok32:
		return dtype.Float32
	}
	return dtype.Int8
}

// work returns the type in which an engine does work that the model has in type t.
func (p *precision) work(e cost.Engine, t dtype.Type) dtype.Type {
	if p.want == dtype.Undefined || !kernel.Wide(t) {
		return t
	}
	if e == cost.Matrix {
		return p.matrix
	}
	return p.vector
}

// A traffic is the bytes that a kernel moves at a precision.
type traffic struct{ read, weights, written int64 }

// trafficOf returns the traffic of a cost that is at the precision already.
func trafficOf(c *cost.Cost) traffic { return traffic{c.Read, c.Weights, c.Written} }

// traffic returns a kernel's traffic at the precision.
func (p *precision) traffic(k *kernel.Kernel) traffic {
	if p.want == dtype.Undefined {
		return trafficOf(&k.Cost)
	}
	return p.resized(k)
}

// resized returns a kernel's traffic with its floating-point tensors as wide as the precision stores them.
func (p *precision) resized(k *kernel.Kernel) traffic {
	t, w := trafficOf(&k.Cost), p.weights
	if w < 8 && k.Cost.MACs == 0 {
		w = p.acts // 4-bit weights are those of matrix products; scales, biases and tables stay wide
	}
	return traffic{resized(t.read, &k.Float.Read, p.acts), resized(t.weights, &k.Float.Weights, w),
		resized(t.written, &k.Float.Written, p.acts)}
}

// least returns what is left of a kernel's traffic at the precision where nothing is kept in a wider type and nothing
// is moved that the graph can do without.
func (p *precision) least(k *kernel.Kernel, b traffic) traffic {
	if p.want != dtype.Undefined {
		b.read = resized(b.read, &k.Kept.Read, p.acts)
		b.weights = resized(b.weights, &k.Kept.Weights, p.acts)
		b.written = resized(b.written, &k.Kept.Written, p.acts)
	}
	b.read = needed(b.read, k.SpareRead, k.Cost.Read)
	b.written = needed(b.written, k.SpareWritten, k.Cost.Written)
	return b
}

// needed returns bytes without the share of them that spare is of all.
func needed(bytes, spare, all int64) int64 {
	if spare == 0 || all == 0 {
		return bytes
	}
	return bytes - int64(float64(bytes)*min(1, float64(spare)/float64(all)))
}

// resized returns bytes with the floating-point part of them at so many bits an element.
func resized(bytes int64, f *kernel.Traffic, bits int) int64 {
	if f.Elems == 0 {
		return bytes
	}
	return bytes - f.Bytes + int64(float64(f.Elems)*float64(bits)/8+0.5)
}

// cost returns a kernel's cost at the precision.
func (p *precision) cost(k *kernel.Kernel) cost.Cost {
	c, t := k.Cost, p.traffic(k)
	c.Read, c.Weights, c.Written = t.read, t.weights, t.written
	for e := range c.Work {
		if c.Work[e].Ops > 0 {
			c.Work[e].Type = p.work(cost.Engine(e), c.Work[e].Type)
		}
	}
	return c
}
