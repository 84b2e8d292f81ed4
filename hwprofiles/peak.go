package hwprofiles

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// Peak finds the rate of an engine for an element type, and reports false where
// the device cannot run it. In order:
//
//   - the peak of the type itself, or of its twin: signed and unsigned integers
//     of one width run alike, and so do all 8-bit floats;
//   - what Emulate says runs in its stead, and then the same rules for that type;
//   - matrix work without a matrix peak runs on the vector unit, if that has a
//     peak for the type or the type is an integer of 16 bits or more. A float64
//     or an 8-bit product without a peak is refused;
//   - vector work on integers, booleans and complex numbers runs at the fp32
//     rate, and so does work on a float for which the device has a matrix peak
//     (it is converted in registers) and on float64, which is never faster;
//   - special functions of every type run at the fp32 rate, or at the first rate there is.
//
// The fp32 rate is taken for want of a better figure: where a device packs narrower integers or
// floats into its lanes and the profile does not say so, such elementwise work is priced up to
// two or four times too slow. It is nearly always bound by memory.
func (d *Device) Peak(e cost.Engine, t dtype.Type) (*Peak, bool) {
	if p := d.find(e, t); p != nil {
		return p, true
	}
	if u, ok := d.Emulate[t]; ok {
		t = u
	} else if u, ok := d.Emulate[twin(t)]; ok {
		t = u
	}
	p := d.native(e, t)
	return p, p != nil
}

// native returns the peak of an engine for type t. Matrix work that has no unit of its own runs on
// the vector unit; nil where the device lacks both.
func (d *Device) native(e cost.Engine, t dtype.Type) *Peak {
	if p := d.find(e, t); p != nil {
		return p
	}
	switch e {
	case cost.Matrix:
		if p := d.find(cost.Vector, t); p != nil {
			return p
		}
		if t.IsInteger() && t.Bits() >= 16 {
			return d.vector(t)
		}
	case cost.Vector:
		return d.vector(t)
	case cost.Special:
		return d.fallback(cost.Special)
	}
	return nil
}

// vector prices vector work of a type without a vector peak of its own.
func (d *Device) vector(t dtype.Type) *Peak {
	if !t.IsFloat() || t == dtype.Float64 || d.find(cost.Matrix, t) != nil {
		return d.fallback(cost.Vector)
	}
	return nil
}

// fallback returns the fp32 peak of an engine, or its first one.
func (d *Device) fallback(e cost.Engine) *Peak {
	if p := d.find(e, dtype.Float32); p != nil {
		return p
	}
	for i := range d.Peaks {
		if d.Peaks[i].Engine == e {
			return &d.Peaks[i]
		}
	}
	return nil
}

// twin returns the type under which vendors publish the rate of t.
func twin(t dtype.Type) dtype.Type {
	switch {
	case t == dtype.Uint8:
		return dtype.Int8
	case t == dtype.Uint4:
		return dtype.Int4
	case t.IsFloat8():
		return dtype.Float8E4M3FN
	}
	return t
}

// find returns the peak of that engine and type, nil where the profile has none. Types of one width
// and kind are twins.
func (d *Device) find(e cost.Engine, t dtype.Type) *Peak {
	t = twin(t)
	for i := range d.Peaks {
		if d.Peaks[i].Engine == e && d.Peaks[i].Type == t {
			return &d.Peaks[i]
		}
	}
	return nil
}
