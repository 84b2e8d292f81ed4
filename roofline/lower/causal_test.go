package lower_test

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// TestCausal counts the scores on and below the diagonal by hand.
func TestCausal(t *testing.T) {
	for _, c := range []struct{ m, n, kept int64 }{
		{4, 4, 10},  // 1+2+3+4 of 16
		{1, 9, 9},   // one new token sees everything before it
		{2, 4, 7},   // 3+4 of 8
		{5, 3, 15},  // more queries than keys: not causal attention, left alone
		{64, 0, 64}, // keys unknown: left alone
	} {
		k := kernel.Kernel{Class: kernel.Attention, M: c.m, N: c.n}
		k.Cost.MACs = max(c.m*c.n, c.m)
		lower.Causal(&k)
		if k.Cost.MACs != c.kept {
			t.Errorf("%d queries, %d keys: %d scores, want %d", c.m, c.n, k.Cost.MACs, c.kept)
		}
	}
}
