package onnxread

import (
	"encoding/binary"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// maxFloats gives the most floating-point values of a constant that are kept: enough for
// the scales and constants that shapes depend on, and no biases.
const maxFloats = 128

// payload is what a TensorProto says of its data, none of it read yet.
type payload struct {
	raw      span    // bytes of raw_data
	hasRaw   bool    // raw_data is there
	typed    []field // int32_data, int64_data, float_data, double_data, uint64_data
	stored   int64   // bytes in the file
	external bool    // in another file
	length   int64   // of external data; -1 if not said
}

// tensorProto reads a TensorProto. Its values are loaded only if they are few.
func (s *scanner) tensorProto(body span) (name string, c *graph.Const, err error) {
	c = &graph.Const{Shape: graph.Shape{}}
	p := payload{length: -1}
	if err := s.keep(body.from, tensorSize); err != nil {
		return "", nil, err
	}
	err = s.fields(body, func(f *field) (err error) {
		switch f.num {
		case 1:
			var dims []int64
			dims, err = s.ints(f, c.Shape, maxRank)
			c.Shape = dims
		case 2:
			c.Type, err = s.elemType(f)
		case 4, 5, 7, 10, 11:
			p.add(f)
		case 6:
			p.stored += f.body.len()
		case 8:
			err = s.str(f, &name, "tensor name")
		case 9:
			if err = s.wants(f, protowire.BytesType, "raw_data"); err == nil {
				p.raw, p.hasRaw, p.stored = f.body, true, f.body.len()
			}
		case 13:
			err = s.externalEntry(f, &p)
		case 14:
			p.external = f.val == 1
		}
		return err
	})
	if err != nil {
		return name, c, err
	}
	return name, c, s.finish(name, c, &p, body.from)
}

// maxTyped gives the most values of one tensor that are kept from its typed fields.
const maxTyped = graph.MaxFold + 1

// add notes a typed field, which holds one value or a list of them. Of more than a loaded tensor has, the count goes
// on.
func (p *payload) add(f *field) {
	p.stored += f.body.len()
	if len(p.typed) < maxTyped {
		p.typed = append(p.typed, *f)
	}
}

// externalEntry reads one entry of external data: place, offset or length in bytes.
func (s *scanner) externalEntry(f *field, p *payload) error {
	var list []graph.Property
	if err := s.property(f, &list); err != nil {
		return err
	}
	if list[0].Key == "length" {
		n, err := strconv.ParseInt(list[0].Value, 10, 64)
		if err != nil || n < 0 {
			return s.errorf(f.at, "external data length %q is not a number of bytes", list[0].Value)
		}
		p.length = n
	}
	return nil
}

// finish checks a tensor's dims against its data and loads the values of a small one.
func (s *scanner) finish(name string, c *graph.Const, p *payload, at int64) error {
	if c.Type == dtype.Undefined {
		return s.errorf(at, "tensor %q has no element type", name)
	}
	elems := int64(1)
	for _, d := range c.Shape {
		if d < 0 {
			return s.errorf(at, "tensor %q has shape %v: a dimension is negative", name, c.Shape)
		}
		elems = sat.Mul(elems, d)
	}
	if elems > graph.MaxElems {
		return s.errorf(at, "tensor %q has shape %v: more than 2^46 elements", name, c.Shape)
	}
	want := c.Type.Bytes(elems)
	if c.Type == dtype.String {
		want = p.stored
	}
	switch {
	case p.external:
		c.External, c.Stored = true, want
		if p.length >= 0 && p.length != want {
			return s.errorf(at, "tensor %q of %d %s elements takes %d bytes, its external data has %d", name, elems, c.Type, want, p.length)
		}
		return nil
	case p.hasRaw && p.raw.len() != want && p.raw.len() != 0:
		return s.errorf(at, "tensor %q of %d %s elements takes %d bytes, its raw_data has %d", name, elems, c.Type, want, p.raw.len())
	}
	c.Stored = p.stored
	var err error
	c.Value, err = s.values(c, p, elems)
	return err
}

// values loads the contents of a small numeric tensor; nil where it is large, empty of data or of another type.
func (s *scanner) values(c *graph.Const, p *payload, elems int64) (*graph.Value, error) {
	limit := int64(graph.MaxFold)
	if c.Type.IsFloat() {
		limit = maxFloats
	}
	switch {
	case elems > limit || c.Type == dtype.String || c.Type == dtype.Complex64 || c.Type == dtype.Complex128:
		return nil, nil
	case elems == 0 && c.Type.IsFloat():
		return &graph.Value{Floats: []float64{}}, nil
	case elems == 0:
		return &graph.Value{Ints: []int64{}}, nil
	case p.hasRaw && p.raw.len() > 0:
		b, err := s.load(p.raw)
		if err != nil {
			return nil, err
		}
		return decodeRaw(c.Type, b, int(elems)), nil
	}
	return s.typedValues(c.Type, p, int(elems))
}

// typedValues decodes the typed fields; int32_data also holds the bits of narrow types.
func (s *scanner) typedValues(t dtype.Type, p *payload, elems int) (*graph.Value, error) {
	var bits []uint64
	for i := range p.typed {
		f := &p.typed[i]
		var err error
		switch f.num {
		case 4:
			bits, err = s.fixed(f, bits, 4)
		case 10:
			bits, err = s.fixed(f, bits, 8)
		default:
			var ints []int64
			ints, err = s.ints(f, nil, graph.MaxFold)
			for _, v := range ints {
				bits = append(bits, uint64(v))
			}
		}
		if err != nil {
			return nil, err
		}
	}
	if w := t.Bits(); w < 8 && len(bits)*8/w >= elems { // sub-byte types: each int32 holds one packed byte
		packed := make([]byte, len(bits))
		for i, b := range bits {
			packed[i] = byte(b)
		}
		return decodeRaw(t, packed, elems), nil
	}
	if len(bits) != elems {
		return nil, nil
	}
	v := newValue(t, elems)
	for i, b := range bits {
		v.set(t, i, b)
	}
	return &v.Value, nil
}

// decodeRaw returns little-endian raw data as numbers; b holds elems elements of type t.
func decodeRaw(t dtype.Type, b []byte, elems int) *graph.Value {
	v := newValue(t, elems)
	w := t.Bits()
	for i := range elems {
		var bits uint64
		switch w {
		case 8:
			bits = uint64(b[i])
		case 16:
			bits = uint64(binary.LittleEndian.Uint16(b[2*i:]))
		case 32:
			bits = uint64(binary.LittleEndian.Uint32(b[4*i:]))
		case 64:
			bits = binary.LittleEndian.Uint64(b[8*i:])
		default: // 2 and 4 bits, first element in the low bits
			bits = uint64(b[i*w/8]) >> (i * w % 8) & (1<<w - 1)
		}
		v.set(t, i, bits)
	}
	return &v.Value
}

// decoded is a Value being filled from bit patterns.
type decoded struct{ graph.Value }

// newValue returns room for elems numbers, floats or integers as type t is.
func newValue(t dtype.Type, elems int) *decoded {
	if t.IsFloat() {
		return &decoded{graph.Value{Floats: make([]float64, elems)}}
	}
	return &decoded{graph.Value{Ints: make([]int64, elems)}}
}

// set stores element i given as the bits of type t.
func (v *decoded) set(t dtype.Type, i int, bits uint64) {
	switch t {
	case dtype.Float32:
		v.Floats[i] = float64(math.Float32frombits(uint32(bits)))
	case dtype.Float64:
		v.Floats[i] = math.Float64frombits(bits)
	case dtype.Float16:
		v.Floats[i] = float(bits&0xffff, 5, 10)
	case dtype.BFloat16:
		v.Floats[i] = float64(math.Float32frombits(uint32(bits) << 16))
	case dtype.Float8E4M3FN, dtype.Float8E4M3FNUZ:
		v.Floats[i] = float(bits&0xff, 4, 3)
	case dtype.Float8E5M2, dtype.Float8E5M2FNUZ:
		v.Floats[i] = float(bits&0xff, 5, 2)
	case dtype.Float8E8M0:
		v.Floats[i] = math.Ldexp(1, int(bits&0xff)-127)
	case dtype.Float4E2M1:
		v.Floats[i] = float(bits&0xf, 2, 1)
	case dtype.Int8, dtype.Int16, dtype.Int32, dtype.Int4, dtype.Int2:
		shift := 64 - t.Bits()
		v.Ints[i] = int64(bits<<shift) >> shift
	case dtype.Bool:
		if bits != 0 {
			v.Ints[i] = 1
		}
	default:
		v.Ints[i] = int64(bits)
	}
}

// float decodes a small IEEE-like format of e exponent and m mantissa bits.
// The few special encodings of the 8-bit variants matter to no shape.
func float(bits uint64, e, m int) float64 {
	sign := 1.0
	if bits>>(e+m)&1 == 1 {
		sign = -1
	}
	exp := int(bits >> m & (1<<e - 1))
	frac := float64(bits & (1<<m - 1))
	bias := 1<<(e-1) - 1
	switch {
	case exp == 0:
		return sign * math.Ldexp(frac, 1-bias-m)
	case exp == 1<<e-1 && e == 5 && frac == 0:
		return math.Inf(int(sign))
	case exp == 1<<e-1 && e == 5:
		return math.NaN()
	}
	return sign * math.Ldexp(frac+float64(int(1)<<m), exp-bias-m)
}

// sparseTensor reads a SparseTensorProto; its shape is the dense one, its stored bytes those of values and indices.
func (s *scanner) sparseTensor(body span) (name string, c *graph.Const, err error) {
	c = &graph.Const{Sparse: true, Shape: graph.Shape{}}
	err = s.fields(body, func(f *field) error {
		switch {
		case f.num == 1 && f.typ == protowire.BytesType:
			n, values, err := s.tensorProto(f.body)
			if err != nil {
				return err
			}
			name, c.Type = n, values.Type
			c.Stored += values.Stored
			c.External = c.External || values.External
		case f.num == 2 && f.typ == protowire.BytesType:
			_, indices, err := s.tensorProto(f.body)
			if err != nil {
				return err
			}
			c.Stored += indices.Stored
		case f.num == 3:
			dims, err := s.ints(f, c.Shape, maxRank)
			c.Shape = dims
			return err
		}
		return nil
	})
	if err != nil {
		return name, c, err
	}
	if c.Type == dtype.Undefined {
		return name, c, s.errorf(body.from, "a sparse tensor has no values")
	}
	stored := c.Stored
	err = s.finish(name, c, &payload{length: -1, stored: stored}, body.from)
	c.Value = nil
	return name, c, err
}
