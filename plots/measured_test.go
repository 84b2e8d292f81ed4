package plots_test

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// mustMeasured draws an estimate as if every kernel took twice its time; the first was not measured.
func mustMeasured(t testing.TB, e *roofline.Estimate) *plots.Figure {
	t.Helper()
	layers := make([]float64, len(e.Layers))
	for i := range layers[1:] {
		layers[i+1] = 2 * e.Layers[i+1].Timing.Total * float64(e.Layers[i+1].Times)
	}
	f, err := plots.Measured(e, layers, 0.25, "ONNX Runtime 0.0")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func mustMachines(t testing.TB) *plots.Figure {
	t.Helper()
	f, err := plots.Machines("Example CPU, 4 threads", []string{"made up"}, []plots.Machine{
		{Name: "theoretical, fp32", Rate: 384e9},
		{Name: "measured, 4 threads", Rate: 300e9, Slopes: []plots.Slope{{Name: "l1", Rate: 800e9},
			{Name: "dram", Rate: 30e9}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestMachinesRefuses(t *testing.T) {
	for _, ms := range [][]plots.Machine{nil, {{Name: "flat", Rate: 1e9}},
		{{Name: "nothing", Slopes: []plots.Slope{{Name: "dram", Rate: 1e9}}}}} {
		if _, err := plots.Machines("m", nil, ms); err == nil || !strings.Contains(err.Error(),
			"found no rate or no bandwidth") {
			t.Errorf("%v: found the error %v", ms, err)
		}
	}
}

// TestMeasuredIsACopy holds that drawing a measurement leaves the estimate as it was.
func TestMeasuredIsACopy(t *testing.T) {
	e := estimate(device(t, "rpi-5"))
	before := e.Layers[1].Timing.Total
	mustMeasured(t, e)
	if e.Layers[1].Timing.Total != before {
		t.Error("the estimate's times were changed")
	}
}
