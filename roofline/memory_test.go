package roofline

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
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

// TestPeakInPlace holds that functions of one tensor take no memory of their own where weights lie in flash, unless
// what they read is read again, and that they do elsewhere.
func TestPeakInPlace(t *testing.T) {
	const tensor = 64 * 56 * 56 * 4
	micro := testDevice()
	micro.Flash = &hwprofiles.Flash{Capacity: micro.Memory[0].Capacity, Bandwidth: micro.Memory[0].Bandwidth}
	for _, c := range []struct {
		name   string
		model  *graph.Model
		device *hwprofiles.Device
		want   int64
	}{
		{"two Relus", reluModel(), testDevice(), 8000}, {"two Relus", reluModel(), micro, 4000},
		{"a Sigmoid whose input is read again", chainModel(4), micro, 4 * tensor},
	} {
		res := inferred(t, c.model, infer.Bindings{})
		e, err := Run(res, c.device, Options{})
		if err != nil {
			t.Fatal(err)
		}
		cells, err := Grid(t.Context(), []Job{{Plan: res.Plan}}, []*hwprofiles.Device{testDevice(), c.device}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if in := cells[0][1].Whole.PeakActivationBytes; e.PeakActivationBytes != c.want || in != c.want {
			t.Errorf("%s, flash %t: found %d B, and %d B in a grid, want %d", c.name, c.device.Flash != nil,
				e.PeakActivationBytes, in, c.want)
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
