package energy_test

import (
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
)

const profile = `schema: 1
id: board
name: Board
vendor: Me
class: gpu
peak: {vector: {fp32: 1 TFLOP/s}}
memory: [{level: dram, bandwidth: 100 GB/s}]
power: {idle: 2 W, memory_bound: 6 W, compute_bound: 10 W, covers: board}
sources: {default: {kind: vendor, title: data sheet}}
`

func device(t *testing.T, text string) *hwprofiles.Device {
	t.Helper()
	d, err := hwprofiles.Decode("board.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func latency(expected, low, high float64) *roofline.Latency {
	return &roofline.Latency{SpeedOfLight: low / 2, Expected: &expected, Low: &low, High: &high}
}

// spent returns a second that is spent on compute, memory and overhead in these parts.
func spent(compute, memory, overhead float64) *roofline.Spent {
	return &roofline.Spent{Device: 1, ByBound: [roofline.NumBounds]float64{compute, memory, overhead}}
}

func TestOf(t *testing.T) {
	d := device(t, profile)
	cases := []struct {
		name  string
		spent *roofline.Spent
		watts float64
	}{
		{"compute", spent(1, 0, 0), 10},
		{"memory", spent(0, 1, 0), 6},
		{"overhead draws the mean of idle and memory", spent(0, 0, 1), 4},
		{"half and half", spent(0.5, 0.5, 0), 8},
	}
	for _, c := range cases {
		e := energy.Of(d, latency(0.5, 0.4, 0.6), c.spent, 4)
		if math.Abs(e.Watts-c.watts) > 1e-9 || math.Abs(e.Joules.Expected-c.watts/2) > 1e-9 {
			t.Errorf("%s: found %g W and %g J, want %g W for half a second", c.name, e.Watts, e.Joules.Expected, c.watts)
		}
		if want := c.watts / 8; math.Abs(e.PerSample()-want) > 1e-9 || math.Abs(e.PerWh()-3600/want) > 1e-6 {
			t.Errorf("%s: found %g J a sample, want %g of a batch of 4", c.name, e.PerSample(), want)
		}
		if e.Covers != "board" || e.Basis != energy.Published {
			t.Errorf("%s: found %s and %s", c.name, e.Covers, e.Basis)
		}
		if e.Joules.Low >= 0.8*e.Joules.Expected || e.Joules.High <= 1.2*e.Joules.Expected {
			t.Errorf("%s: the interval %+v is no wider than that of the latency", c.name, e.Joules)
		}
	}
}

// TestUnknown holds that what is not known is no energy of zero.
func TestUnknown(t *testing.T) {
	none := device(t, `schema: 1
id: board
name: Board
vendor: Me
class: gpu
peak: {vector: {fp32: 1 TFLOP/s}}
memory: [{level: dram, bandwidth: 100 GB/s}]
sources: {default: {kind: vendor, title: data sheet}}
`)
	if e := energy.Of(none, latency(1, 1, 1), spent(1, 0, 0), 1); e != nil {
		t.Errorf("a device without power: found %+v", e)
	}
	if e := energy.Of(device(t, profile), &roofline.Latency{SpeedOfLight: 1}, spent(1, 0, 0), 1); e != nil {
		t.Errorf("a lower bound alone: found %+v", e)
	}
}

// TestClassIsWider holds that a power that the class implies is less sure than one that was measured.
func TestClassIsWider(t *testing.T) {
	devices := hwprofiles.NewCatalog()
	ratio := func(id string, want energy.Basis) float64 {
		d, err := devices.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		e := energy.Of(d, latency(1, 1, 1), spent(0, 1, 0), 1)
		if e.Basis != want || e.Source == nil {
			t.Errorf("%s: found basis %s, want %s", id, e.Basis, want)
		}
		return e.Joules.High / e.Joules.Expected
	}
	if a, b := ratio("a100-sxm4-40", energy.Measured), ratio("a100-sxm4-80", energy.Class); a >= b {
		t.Errorf("found %g for the measured device and %g for the class", a, b)
	}
}

// TestMicrocontrollers: boards that MLPerf Tiny measured draw what its runs drew, whatever limits.
func TestMicrocontrollers(t *testing.T) {
	for id, watts := range map[string]float64{"nucleo-l4r5zi": 0.048, "nucleo-h7a3zi": 0.142, "nucleo-u385rg": 0.0053,
		"rx65n-cloud-kit": 0.054} {
		d, err := hwprofiles.NewCatalog().Get(id)
		if err != nil {
			t.Fatal(err)
		}
		p := energy.PowerOf(d, energy.Shares{roofline.Compute: 0.7, roofline.Memory: 0.3})
		if p == nil || p.Basis != energy.Measured || math.Abs(p.Watts-watts) > 1e-9 {
			t.Errorf("%s: found %+v, expected %g W, measured", id, p, watts)
		}
	}
}
