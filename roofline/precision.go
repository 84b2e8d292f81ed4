package roofline

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// A Precision says in which types a model's floating-point work and tensors are
// taken. The zero Precision is the model's own. Integer and boolean tensors keep their types.
type Precision struct {
	Want    dtype.Type // as asked for; Undefined for the model's own
	matrix  dtype.Type // of floating-point matrix work
	vector  dtype.Type // of floating-point vector and special-function work
	acts    int        // bits of an activation
	weights int        // bits of a weight
	Note    string     // what the precision means where that is not plain, else ""
}

// precisionOf says what a wanted type means on a device.
func precisionOf(d *hwprofiles.Device, want dtype.Type) (Precision, error) {
	p := Precision{Want: want, matrix: want, vector: want, acts: want.Bits(), weights: want.Bits()}
	switch want {
	case dtype.Undefined:
		return p, nil
	case dtype.Float32, dtype.Float16, dtype.BFloat16, dtype.Float64:
	case dtype.TF32:
		p.vector = dtype.Float32
	case dtype.Int8, dtype.Float8E4M3FN:
		p.vector = halfOrFull(d)
		p.Note = fmt.Sprintf("%s: matrix work in %s, activations and weights stored in 1 byte, other arithmetic in %s", want.Short(), want.Short(), p.vector.Short())
	case dtype.Int4, dtype.Float4E2M1:
		half := dtype.Float16
		if _, ok := d.Peak(cost.Matrix, half); !ok {
			half = dtype.Float32
		}
		p.matrix, p.vector, p.acts = half, half, half.Bits()
		p.Note = fmt.Sprintf("%s: weights stored in 4 bits and widened on the way in, activations and arithmetic in %s; block scales are not counted", want.Short(), half.Short())
	default:
		return p, fmt.Errorf("precision %s is not one that a model can be taken in; choose fp64, fp32, tf32, bf16, fp16, fp8, int8, fp4 or int4", want.Short())
	}
	if _, ok := d.Peak(cost.Matrix, p.matrix); !ok {
		return p, missing(d, p.matrix, "")
	}
	return p, nil
}

// types returns the precision that a result is labelled with, given the type of its heaviest matrix work, and the type
// that the work runs in: another where the device emulates it or the runtime takes fp32 as TF32.
func (m *Machine) types(work dtype.Type) (label, ran dtype.Type) {
	if p := &m.Precision; p.Want != dtype.Undefined && p.weights < 8 && work == p.matrix {
		return p.Want, p.Want
	}
	if m.tuning != nil && m.tuning.TF32 && work == dtype.Float32 {
		return work, dtype.TF32
	}
	if peak, ok := m.Device.Peak(cost.Matrix, work); ok {
		return work, peak.Type
	}
	return work, work
}

// halfOrFull is the faster of fp16 and fp32 vector work, whichever the device has.
func halfOrFull(d *hwprofiles.Device) dtype.Type {
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

// work is the type in which an engine does work that the model has in type t.
func (p *Precision) work(e cost.Engine, t dtype.Type) dtype.Type {
	if p.Want == dtype.Undefined || !kernel.Wide(t) {
		return t
	}
	if e == cost.Matrix {
		return p.matrix
	}
	return p.vector
}

// bytes is a kernel's traffic at the precision, in bytes: read, weights, written.
func (p *Precision) bytes(k *kernel.Kernel) (read, weights, written int64) {
	read, weights, written = k.Cost.Read, k.Cost.Weights, k.Cost.Written
	if p.Want == dtype.Undefined {
		return read, weights, written
	}
	w := p.weights
	if w < 8 && k.Cost.MACs == 0 {
		w = p.acts // 4-bit weights are those of matrix products; scales, biases and tables stay wide
	}
	return resized(read, &k.Float.Read, p.acts), resized(weights, &k.Float.Weights, w), resized(written, &k.Float.Written, p.acts)
}

func resized(bytes int64, f *kernel.Traffic, bits int) int64 {
	if f.Elems == 0 {
		return bytes
	}
	return bytes - f.Bytes + int64(float64(f.Elems)*float64(bits)/8+0.5)
}

// cost is a kernel's cost at the precision.
func (p *Precision) cost(k *kernel.Kernel) cost.Cost {
	c := k.Cost
	c.Read, c.Weights, c.Written = p.bytes(k)
	for e := range c.Work {
		if c.Work[e].Ops > 0 {
			c.Work[e].Type = p.work(cost.Engine(e), c.Work[e].Type)
		}
	}
	return c
}
