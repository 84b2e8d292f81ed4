package roofline

import (
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
)

// TestRequire: a device with what is required meets the latency, one with a little less does not, and the curve falls.
func TestRequire(t *testing.T) {
	res := inferred(t, chainModel(200), infer.Bindings{Batch: 8})
	d := testDevice()
	e, err := Run(res, d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, share := range []float64{0.1, 1, 10} {
		limit := share * e.Latency.SpeedOfLight
		r, err := Require(res, d, Options{}, limit)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Balanced.Bandwidth / d.DRAM().Bandwidth.Value; math.Abs(got*share-1) > 0.01 {
			t.Errorf("%g of the latency: %g times the bandwidth", share, got)
		}
		for name, n := range map[string]Need{"balanced": r.Balanced, "least bandwidth": r.LeastBand} {
			if at := latencyWith(t, res, n, 1.001); at > limit {
				t.Errorf("%g of the latency, %s: %g s, want %g s", share, name, at, limit)
			}
			if at := latencyWith(t, res, n, 0.99); at <= limit {
				t.Errorf("%g of the latency, %s: %g s even with less", share, name, at)
			}
		}
		for i := 1; i < len(r.Curve); i++ {
			if r.Curve[i].Rate > r.Curve[i-1].Rate || r.Curve[i].Bandwidth < r.Curve[i-1].Bandwidth {
				t.Errorf("the curve goes from %v to %v", r.Curve[i-1], r.Curve[i])
			}
			if at := latencyWith(t, res, r.Curve[i], 1.001); at > limit {
				t.Errorf("%g of the latency, %v of the curve: %g s, want %g s", share, r.Curve[i], at, limit)
			}
		}
		if first, last := r.Curve[0], r.Curve[len(r.Curve)-1]; first.Bandwidth >= last.Bandwidth || first.Rate <= last.Rate {
			t.Errorf("%g of the latency: the curve goes nowhere, from %v to %v", share, first, last)
		}
	}
}

// latencyWith is the speed of light with a need times a factor, in seconds. All rates change together, as Require has
// them.
func latencyWith(t *testing.T, res *infer.Result, n Need, f float64) float64 {
	t.Helper()
	d := testDevice()
	rate := min(n.Rate, 1e30) / d.Peaks[0].Rate.Value
	for i := range d.Peaks {
		d.Peaks[i].Rate.Value *= f * rate
	}
	d.DRAM().Bandwidth.Value = f * min(n.Bandwidth, 1e30)
	e, err := Run(res, d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e.Latency.SpeedOfLight
}
