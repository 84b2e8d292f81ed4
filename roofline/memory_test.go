package roofline

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// TestPeak works out one block by hand: y = Conv(x), s = Sigmoid(y), m = y s, z = m + x,
// each of 64 x 56 x 56 floats, 802,816 B. While m is made, x, y, s and m are alive: four of them.
func TestPeak(t *testing.T) {
	const tensor = 64 * 56 * 56 * 4
	for _, level := range []lower.Level{lower.None, lower.Full} {
		e, err := Run(inferred(t, chainModel(4), infer.Bindings{}), testDevice(), Options{Fusion: level})
		if err != nil {
			t.Fatal(err)
		}
		if e.PeakActivationBytes != 4*tensor {
			t.Errorf("%v: peak %d B, want %d", level, e.PeakActivationBytes, 4*tensor)
		}
		if e.Params != 64*64*9 || e.WeightBytes != 64*64*9*4 || e.MemoryBytes != e.WeightBytes+4*tensor ||
			e.Room != RoomFits {
			t.Errorf("%v: %d parameters, %d B of weights, %d B in all", level, e.Params, e.WeightBytes, e.MemoryBytes)
		}
	}
}

// TestPeakGrowsWithBatch holds that activations are proportional to the batch and weights are not.
func TestPeakGrowsWithBatch(t *testing.T) {
	one, eight := estimate(t, 40, 1), estimate(t, 40, 8)
	if eight.PeakActivationBytes != 8*one.PeakActivationBytes || eight.WeightBytes != one.WeightBytes ||
		eight.Total.MACs != 8*one.Total.MACs {
		t.Errorf("batch 1: %d B and %d B, batch 8: %d B and %d B", one.PeakActivationBytes, one.WeightBytes,
			eight.PeakActivationBytes, eight.WeightBytes)
	}
}
