// Package dtype names and sizes the element types of ONNX tensors.
package dtype

import "fmt"

// A Type is an element type. The numbering up to Int2 is that of
// TensorProto.DataType in the ONNX specification, so a value read from a file
// is a Type as it stands; TF32 is a compute format that no tensor is stored in.
type Type uint8

// The element types.
const (
	Undefined      Type = iota // not known
	Float32                    // IEEE 754 binary32
	Uint8                      // 8 bits without sign
	Int8                       // 8 bits
	Uint16                     // 16 bits without sign
	Int16                      // 16 bits
	Int32                      // 32 bits
	Int64                      // 64 bits
	String                     // text
	Bool                       // a byte each
	Float16                    // IEEE 754 binary16
	Float64                    // IEEE 754 binary64
	Uint32                     // 32 bits without sign
	Uint64                     // 64 bits without sign
	Complex64                  // two binary32
	Complex128                 // two binary64
	BFloat16                   // the upper half of binary32
	Float8E4M3FN               // 4 bits of exponent, finite
	Float8E4M3FNUZ             // 4 bits of exponent, finite, one zero
	Float8E5M2                 // 5 bits of exponent
	Float8E5M2FNUZ             // 5 bits of exponent, finite, one zero
	Uint4                      // half a byte without sign
	Int4                       // half a byte
	Float4E2M1                 // half a byte of floating point
	Float8E8M0                 // a power of two: a scale of a block
	Uint2                      // a quarter of a byte without sign
	Int2                       // a quarter of a byte
	numONNX                    // how many types ONNX numbers

	// TF32 names NVIDIA's 19-bit matrix input format; tensors stay 32 bits wide.
	TF32 Type = 64
)

// stringBits says what one string element is taken to occupy: a pointer and a
// length on a 64-bit machine. The characters are unknown before run time.
const stringBits = 128

// row says what is known of a type.
type row struct {
	name  string // as ONNX has it
	short string // the field's usual abbreviation, accepted by Parse and used for precisions
	bits  int    // of an element
}

// rows lists the types by ONNX's numbers.
var rows = [numONNX]row{
	Undefined:      {"undefined", "", 0},
	Float32:        {"float32", "fp32", 32},
	Uint8:          {"uint8", "", 8},
	Int8:           {"int8", "int8", 8},
	Uint16:         {"uint16", "", 16},
	Int16:          {"int16", "int16", 16},
	Int32:          {"int32", "int32", 32},
	Int64:          {"int64", "int64", 64},
	String:         {"string", "", stringBits},
	Bool:           {"bool", "", 8},
	Float16:        {"float16", "fp16", 16},
	Float64:        {"float64", "fp64", 64},
	Uint32:         {"uint32", "", 32},
	Uint64:         {"uint64", "", 64},
	Complex64:      {"complex64", "", 64},
	Complex128:     {"complex128", "", 128},
	BFloat16:       {"bfloat16", "bf16", 16},
	Float8E4M3FN:   {"float8e4m3fn", "fp8", 8},
	Float8E4M3FNUZ: {"float8e4m3fnuz", "", 8},
	Float8E5M2:     {"float8e5m2", "", 8},
	Float8E5M2FNUZ: {"float8e5m2fnuz", "", 8},
	Uint4:          {"uint4", "", 4},
	Int4:           {"int4", "int4", 4},
	Float4E2M1:     {"float4e2m1", "fp4", 4},
	Float8E8M0:     {"float8e8m0", "", 8},
	Uint2:          {"uint2", "", 2},
	Int2:           {"int2", "", 2},
}

// Valid reports whether t is an ONNX element type other than Undefined.
func (t Type) Valid() bool { return t > Undefined && t < numONNX }

// Bits returns the stored width of one element in bits.
func (t Type) Bits() int {
	switch {
	case t < numONNX:
		return rows[t].bits
	case t == TF32:
		return 32
	}
	return 0
}

// Bytes returns what n elements occupy, in bytes, sub-byte types packed and the last byte rounded up.
// It saturates at the largest int64.
func (t Type) Bytes(n int64) int64 {
	b := int64(t.Bits())
	if b != 0 && n > (1<<63-8)/b {
		return 1<<63 - 1
	}
	return (n*b + 7) / 8
}

// String returns the ONNX name in lower case, such as float16.
func (t Type) String() string {
	switch {
	case t < numONNX:
		return rows[t].name
	case t == TF32:
		return "tf32"
	}
	return fmt.Sprintf("dtype(%d)", uint8(t))
}

// Short returns the field's abbreviation, such as fp16; the full name where there is none.
func (t Type) Short() string {
	if t < numONNX && rows[t].short != "" {
		return rows[t].short
	}
	return t.String()
}

// Parse reads a full name or an abbreviation, such as "float16" or "fp16".
func Parse(s string) (Type, bool) {
	if s == "tf32" {
		return TF32, true
	}
	for t := Type(1); t < numONNX; t++ {
		if s == rows[t].name || s == rows[t].short && s != "" {
			return t, true
		}
	}
	return Undefined, false
}

// IsFloat reports whether t is a real floating-point type.
func (t Type) IsFloat() bool {
	switch t {
	case Float32, Float16, Float64, BFloat16, Float8E4M3FN, Float8E4M3FNUZ, Float8E5M2, Float8E5M2FNUZ, Float4E2M1,
		Float8E8M0, TF32:
		return true
	}
	return false
}

// IsInteger reports whether t is a signed or unsigned integer type; Bool is not.
func (t Type) IsInteger() bool {
	switch t {
	case Uint8, Int8, Uint16, Int16, Int32, Int64, Uint32, Uint64, Uint4, Int4, Uint2, Int2:
		return true
	}
	return false
}

// IsFloat8 reports whether t is one of the 8-bit floating-point types.
func (t Type) IsFloat8() bool {
	return t >= Float8E4M3FN && t <= Float8E5M2FNUZ || t == Float8E8M0
}
