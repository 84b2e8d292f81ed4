package dtype_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// TestBlocks: names are found in any case and once, and a block holds its elements and no more.
func TestBlocks(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range dtype.Blocks {
		got, ok := dtype.BlockOf(b.Name)
		if !ok || got != b || seen[b.Name] {
			t.Errorf("BlockOf(%q) = %v, %v, or the name is listed twice", b.Name, got, ok)
		}
		seen[b.Name] = true
		if b.Bytes(b.Elements) != b.Size || b.Bytes(b.Elements+1) != 2*b.Size || b.Bytes(0) != 0 ||
			b.Bytes(math.MaxInt64) <= 0 {
			t.Errorf("%s: bytes of one block, one more and none are %d, %d, %d", b.Name, b.Bytes(b.Elements),
				b.Bytes(b.Elements+1), b.Bytes(0))
		}
	}
	if _, ok := dtype.BlockOf("q9_9"); ok {
		t.Error("q9_9 is found")
	}
}

// ExampleBlock_Bits shows that four bits are four and a half with their scales.
func ExampleBlock_Bits() {
	for _, name := range []string{"q4_0", "q4_k", "q6_k", "mxfp4", "int4 g128"} {
		b, _ := dtype.BlockOf(name)
		fmt.Println(name, b.Bits())
	}
	// Output:
	// q4_0 4.5
	// q4_k 4.5
	// q6_k 6.5625
	// mxfp4 4.25
	// int4 g128 4.125
}
