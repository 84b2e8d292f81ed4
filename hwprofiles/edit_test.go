package hwprofiles

import (
	"math"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
)

// TestWith: a change is a factor, a percentage or a figure; the clock takes the peaks with it; the catalogue's device stays as it is.
func TestWith(t *testing.T) {
	d, err := NewCatalog().Get("rtx4090")
	if err != nil {
		t.Fatal(err)
	}
	band, peak := d.DRAM().Bandwidth, d.Peaks[0].Rate
	for _, c := range []struct {
		change string
		of     func(*Device) float64
		want   float64
	}{
		{"memory.dram.bandwidth=x2", func(d *Device) float64 { return d.DRAM().Bandwidth.Value }, 2 * band.Value},
		{"memory.dram.bandwidth=-25%", func(d *Device) float64 { return d.DRAM().Bandwidth.Value }, 0.75 * band.Value},
		{"memory.dram.bandwidth=504GB/s", func(d *Device) float64 { return d.DRAM().Bandwidth.Value }, 504e9},
		{peak.Path + "=+50%", func(d *Device) float64 { return d.Peaks[0].Rate.Value }, 1.5 * peak.Value},
		{"clock=x0.5", func(d *Device) float64 { return d.Peaks[0].Rate.Value }, 0.5 * peak.Value},
		{"memory.dram.capacity=x2", func(d *Device) float64 { return d.DRAM().Visible.Value }, 2 * d.DRAM().Visible.Value},
		{"clock=x0.5", func(d *Device) float64 { return d.OptIn[0].Peaks[0].Rate.Value }, 0.5 * d.OptIn[0].Peaks[0].Rate.Value},
		{"clock=x0.5", func(d *Device) float64 { return d.DRAM().Bandwidth.Value }, band.Value},
	} {
		changed, err := d.With(c.change)
		if err != nil {
			t.Errorf("%s: %v", c.change, err)
			continue
		}
		if got := c.of(changed); math.Abs(got/c.want-1) > 1e-9 {
			t.Errorf("%s: %g, want %g", c.change, got, c.want)
		}
	}
	if d.DRAM().Bandwidth.Value != band.Value || d.Peaks[0].Rate.Value != peak.Value {
		t.Error("the device itself was changed")
	}
	changed, err := d.With("memory.dram.bandwidth=x2")
	if err != nil || changed.DRAM().Bandwidth.Source.Kind != provenance.Assumed {
		t.Errorf("a changed figure is from %+v, %v; want it assumed", changed.DRAM().Bandwidth.Source, err)
	}
}

func TestWithRefuses(t *testing.T) {
	d, err := NewCatalog().Get("rtx4090")
	if err != nil {
		t.Fatal(err)
	}
	for change, want := range map[string]string{
		"memory.dram.bandwidth":           "expected PATH=VALUE",
		"memory.dram.bandwith=x2":         "the nearest are memory.dram.bandwidth",
		"memory.dram.bandwidth=twice":     "twice",
		"memory.dram.bandwidth=x0":        "above zero",
		"memory.dram.bandwidth=-100%":     "above zero",
		"memory.dram.bandwidth=xNaN":      "above zero",
		"memory.dram.bandwidth=xInf":      "above zero",
		"memory.dram.bandwidth=2TFLOP/s":  "TFLOP/s",
		"memory.dram.bandwidth=":          "memory.dram.bandwidth=",
		"memory.dram.capacity=x1e300":     "above zero",
		"sources.default=x2":              "has no figure",
		"memory.dram.bandwidth=x2=x3":     "above zero",
		"memory.dram.bandwidth=+50 %x":    "+50 %x",
		"peak.matrix.fp64.nothing=+50%":   "has no figure",
		strings.Repeat("a", 10000) + "=1": "has no figure",
	} {
		if _, err := d.With(change); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: error %v, want one that says %q", change, err, want)
		}
	}
}
