package graph

import (
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// A Shape is a list of concrete dimensions; empty for a scalar.
type Shape []int64

// Elems returns the number of elements, saturating at the largest int64.
func (s Shape) Elems() int64 {
	n := int64(1)
	for _, d := range s {
		n = sat.Mul(n, d)
	}
	return n
}

// Equal reports whether two shapes have the same rank and dims.
func (s Shape) Equal(t Shape) bool {
	if len(s) != len(t) {
		return false
	}
	for i := range s {
		if s[i] != t[i] {
			return false
		}
	}
	return true
}

// MaxElems gives the largest tensor that readers and inference accept, in elements: far above any real tensor, far
// below where products of sizes overflow.
const MaxElems = 1 << 46

// MaxFold gives the largest number of elements whose values are carried through
// shape inference. Shapes, axes, pads and scales are far smaller.
const MaxFold = 4096

// A Value is the known contents of a small tensor, flat in row-major order.
// Integer, bool (0 or 1) tensors use Ints, floating-point ones Floats; exactly one is non-nil
// (an empty tensor has a non-nil slice of length 0).
type Value struct {
	Ints   []int64   // of integers; nil: floats
	Floats []float64 // of floats
	// Upper marks values computed from a dimension that is only an upper bound.
	Upper bool
}

// Len returns the number of elements.
func (v *Value) Len() int {
	if v.Ints != nil {
		return len(v.Ints)
	}
	return len(v.Floats)
}

// Float returns element i as a float64.
func (v *Value) Float(i int) float64 {
	if v.Ints != nil {
		return float64(v.Ints[i])
	}
	return v.Floats[i]
}

// Int returns element i as an int64, a float truncated towards zero.
func (v *Value) Int(i int) int64 {
	if v.Ints != nil {
		return v.Ints[i]
	}
	return int64(v.Floats[i])
}

// An Info is what inference found out about one tensor.
type Info struct {
	Kind  TypeKind   // tensor, sequence and so on
	Type  dtype.Type // of elements
	Shape Shape      // nil: not known
	// Upper: the shape depends on run-time data; each dim is its upper bound.
	Upper  bool
	Value  *Value // contents, if known and small
	Packed int64  // bytes of weights that are kept in blocks with their scales; 0: those of Type
	// Elems describes the members of a sequence whose length is known, and the
	// one member of an optional. Of describes any member when they are not listed.
	Elems []Info
	Of    *Info // what a sequence or map holds
}

// Known reports whether anything is known: a tensor's type and shape, or a container's kind.
func (i *Info) Known() bool { return i.Kind != KindUnknown }

// Bytes returns the storage of the tensor (of all members for a container), 0 if nothing is known.
func (i *Info) Bytes() int64 {
	if i.Packed > 0 {
		return i.Packed
	}
	if i.Kind == KindTensor || i.Kind == KindSparse {
		return i.Type.Bytes(i.Shape.Elems())
	}
	var n int64
	for k := range i.Elems {
		n = sat.Add(n, i.Elems[k].Bytes())
	}
	return n
}

// Member describes member k of a sequence or optional: nothing is known if it is not listed and no general member is.
func (i *Info) Member(k int) Info {
	switch {
	case k >= 0 && k < len(i.Elems):
		return i.Elems[k]
	case i.Of != nil:
		return *i.Of
	}
	return Info{}
}
