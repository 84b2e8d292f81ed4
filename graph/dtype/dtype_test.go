package dtype_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// TestNames: every type parses back from its full name and from its abbreviation.
func TestNames(t *testing.T) {
	for i := dtype.Float32; i.Valid(); i++ {
		for _, name := range []string{i.String(), i.Short()} {
			if got, ok := dtype.Parse(name); !ok || got != i {
				t.Errorf("Parse(%q) = %v, %v; want %v", name, got, ok, i)
			}
		}
		if i.Bits() == 0 {
			t.Errorf("%v has no width", i)
		}
	}
	if got, ok := dtype.Parse("tf32"); !ok || got != dtype.TF32 || got.Bits() != 32 {
		t.Errorf("Parse(tf32) = %v, %v", got, ok)
	}
	if _, ok := dtype.Parse(""); ok {
		t.Error("the empty name parses")
	}
}

// TestBytes: widths are those of the ONNX specification, sub-byte types are packed and rounded up, and nothing
// overflows.
func TestBytes(t *testing.T) {
	for _, c := range []struct {
		t    dtype.Type
		n    int64
		want int64
	}{
		{dtype.Float32, 3, 12}, {dtype.Float16, 3, 6}, {dtype.BFloat16, 1, 2}, {dtype.Float64, 2, 16}, {dtype.Int64, 2, 16},
		{dtype.Bool, 3, 3},
		{dtype.Int4, 3, 2}, {dtype.Uint4, 4, 2}, {dtype.Int2, 5, 2}, {dtype.Float4E2M1, 1, 1}, {dtype.Float8E4M3FN, 5, 5},
		{dtype.Complex128, 1, 16},
		{dtype.Float32, 0, 0}, {dtype.Float64, math.MaxInt64, math.MaxInt64},
	} {
		if got := c.t.Bytes(c.n); got != c.want {
			t.Errorf("%v.Bytes(%d) = %d, want %d", c.t, c.n, got, c.want)
		}
	}
}

func ExampleType_Short() {
	fmt.Println(dtype.Float16, dtype.Float16.Short(), dtype.Int4.Bits())
	// Output: float16 fp16 4
}
