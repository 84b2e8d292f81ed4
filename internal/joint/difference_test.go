package joint

import (
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// TestDifference holds what cancels in a ratio: in one setting, the more the more two networks are alike; in another
// family of runtimes nothing.
func TestDifference(t *testing.T) {
	m := Shipped()
	side := func(runtime string, bag kernel.Bag, batch int64) *Side {
		for _, s := range m.Slices() {
			if s.Runtime != runtime || s.Samples < 20 || s.Threads != 0 {
				continue
			}
			k := m.Known(&Setting{Device: s.Device, MeasuredAs: s.Device, Arch: s.Arch, Runtime: s.Runtime,
				RuntimeFamily: m.familyOf(t, s.Runtime), Kind: s.Kind})
			out := &Side{Known: k, Of: &Network{Batch: batch, Bag: bag}}
			out.Slope[0], out.Slope[1] = 0.7, 0.3
			return out
		}
		t.Fatalf("found no slice of %s", runtime)
		return nil
	}
	alone := func(s *Side) float64 {
		return s.Known.Variance(&s.Slope) + s.Known.Network(s.Of).Variance
	}
	one := kernel.Bag{{Structure: "conv Conv", Share: 1}}
	half := kernel.Bag{{Structure: "conv Conv", Share: 0.5}, {Structure: "gemm Gemm", Share: 0.5}}
	other := kernel.Bag{{Structure: "gemm Gemm", Share: 1}}
	a := side("tensorrt", one, 1)
	last := 0.0
	for _, b := range []*Side{side("tensorrt", one, 1), side("tensorrt", half, 1), side("tensorrt", other, 1)} {
		v, back := Difference(a, b), Difference(b, a)
		if math.Abs(v-back) > 1e-12 || v <= last {
			t.Errorf("found variances of %g and, turned, %g, expected one that rises from %g", v, back, last)
		}
		last = v
	}
	if most := alone(a) + alone(side("tensorrt", other, 1)); last >= most {
		t.Errorf("found a variance of %g, expected less than the %g of two independent forecasts", last, most)
	}
	if near, far := Difference(a, side("tensorrt", one, 1)), Difference(a, side("tensorrt", one, 64)); far <= near {
		t.Errorf("found a variance of %g at another batch, expected more than %g", far, near)
	}
	apart := side("ncnn", one, 1)
	if got, want := Difference(a, apart), alone(a)+alone(apart); got < want*(1-1e-9) {
		t.Errorf("found a variance of %g across families of runtimes, expected at least %g", got, want)
	}
}

// familyOf returns the family of runtimes that has slices of a runtime.
func (m *Model) familyOf(t *testing.T, runtime string) string {
	t.Helper()
	for _, f := range m.families() {
		for _, s := range m.part(f).slices {
			if s.Runtime == runtime {
				return f
			}
		}
	}
	t.Fatalf("no family has slices of %s", runtime)
	return ""
}
