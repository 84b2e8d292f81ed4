package sat

import (
	"math"
	"testing"
)

func TestSaturation(t *testing.T) {
	const top = math.MaxInt64
	for _, c := range []struct{ a, b, sum, product int64 }{
		{2, 3, 5, 6}, {0, top, top, 0}, {1, top, top, top}, {top, top, top, top},
		{1 << 31, 1 << 31, 1 << 32, 1 << 62}, {1 << 32, 1 << 31, 1<<32 + 1<<31, top}, {top - 1, 1, top, top - 1},
	} {
		if got := Add(c.a, c.b); got != c.sum {
			t.Errorf("Add(%d, %d) = %d, want %d", c.a, c.b, got, c.sum)
		}
		if got := Mul(c.a, c.b); got != c.product {
			t.Errorf("Mul(%d, %d) = %d, want %d", c.a, c.b, got, c.product)
		}
	}
}
