package roofline

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
)

// TestPartialTuners holds that a Tuner works with whatever parts it has.
func TestPartialTuners(t *testing.T) {
	full := engines(t)
	d, err := hwprofiles.NewCatalog().Get("t4")
	if err != nil {
		t.Fatal(err)
	}
	trt, err := full.Runtimes.Get("tensorrt")
	if err != nil {
		t.Fatal(err)
	}
	res := built(t, "zoo:resnet50", 1)
	for _, c := range []struct {
		name  string
		tuner *Tuner
		tier  Tier // empty: the speed of light alone
		fails string
	}{
		{"nil", nil, "", ""},
		{"zero", &Tuner{}, "", ""},
		{"corrections alone", &Tuner{Corrections: full.Corrections}, "", ""},
		{"empty parts", &Tuner{Runtimes: &runtimes.Set{}, Calibrations: &runtimes.Calibrations{}, Corrections: &runtimes.Corrections{}}, "", ""},
		{"a runtime alone", &Tuner{Runtime: trt}, TierPrior, ""},
		{"a runtime and corrections", &Tuner{Runtime: trt, Corrections: full.Corrections}, TierPrior, ""},
		{"runtimes alone", &Tuner{Runtimes: full.Runtimes}, TierPrior, ""},
		{"without corrections", &Tuner{Runtimes: full.Runtimes, Calibrations: full.Calibrations}, TierSlice, ""},
		{"an empty runtime", &Tuner{Runtime: &runtimes.Runtime{ID: "mine"}}, "", `runtime "mine": found no priors`},
	} {
		e, err := Run(res, d, Options{Tuner: c.tuner, Precision: dtype.Float16})
		switch {
		case c.fails != "":
			if err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%s: %v, want an error with %q", c.name, err, c.fails)
			}
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case (e.Tuning == nil) != (c.tier == "") || e.Tuning != nil && e.Tuning.Tier != c.tier:
			t.Errorf("%s: tuning %+v, want tier %q", c.name, e.Tuning, c.tier)
		}
	}
}

// TestInjectedCorrections holds that an estimate takes the corrections of its Tuner and no others.
func TestInjectedCorrections(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("t4")
	if err != nil {
		t.Fatal(err)
	}
	res, tuner := built(t, "zoo:resnet50", 1), engines(t)
	run := func(c *runtimes.Corrections) float64 {
		tuner.Corrections = c
		e, err := Run(res, d, Options{Tuner: tuner, Precision: dtype.Float16})
		if err != nil {
			t.Fatal(err)
		}
		return *e.Latency.Expected
	}
	s := runtimes.Slice{Device: "t4", Runtime: "tensorrt", Precision: "fp16"}
	twice := runtimes.NewCorrections([]runtimes.Residual{{Network: Fingerprint(res), Slice: s, Class: "gpu", Ratio: 2}})
	if plain, got := run(nil), run(twice); math.Abs(got/plain-2) > 1e-9 {
		t.Errorf("corrected %g s, want twice %g s", got, plain)
	}
	if built, plain := run(runtimes.BuiltInCorrections()), run(nil); built == plain {
		t.Error("the built-in corrections change nothing")
	}
}

// TestHandMadeDevices holds that a device that lacks something is refused with what it lacks, wherever it is used.
func TestHandMadeDevices(t *testing.T) {
	res := inferred(t, reluModel(), infer.Bindings{Batch: 1})
	for want, change := range map[string]func(d *hwprofiles.Device){
		"no peak":          func(d *hwprofiles.Device) { d.Peaks = nil },
		"no bandwidth":     func(d *hwprofiles.Device) { d.Memory = nil },
		"without a source": func(d *hwprofiles.Device) { d.Peaks[0].Rate.Source = nil },
		"without a rate":   func(d *hwprofiles.Device) { d.Peaks[2].Rate = hwprofiles.Quantity{} },
		"above zero":       func(d *hwprofiles.Device) { d.Memory[0].Bandwidth.Value = math.NaN() },
		"finite":           func(d *hwprofiles.Device) { d.Peaks[1].Rate.Value = math.Inf(1) },
	} {
		d := testDevice()
		change(d)
		fails := func(where string, err error) {
			t.Helper()
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want an error with %q", where, err, want)
			}
		}
		_, err := NewMachine(d, dtype.Undefined, nil)
		fails("NewMachine", err)
		_, err = Run(res, d, Options{})
		fails("Run", err)
		_, err = Require(res, d, Options{}, 1)
		fails("Require", err)
		_, err = d.With("clock=x2")
		fails("With", err)
		_, err = d.Scaled(hwprofiles.Scaling{})
		fails("Scaled", err)
		cells, err := Grid(context.Background(), []Job{{Plan: res.Plan}}, []*hwprofiles.Device{d}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		fails("Grid", cells[0][0].Err)
	}
	for _, d := range []*hwprofiles.Device{nil, {}} {
		if _, err := NewMachine(d, dtype.Float16, nil); err == nil {
			t.Errorf("%v is taken for a device", d)
		}
	}
}
