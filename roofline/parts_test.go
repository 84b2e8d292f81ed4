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
	"github.com/ridgepoint/ridgepoint/internal/joint"
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
		{"a model alone", &Tuner{Model: full.Model}, "", ""},
		{"empty parts", &Tuner{Runtimes: &runtimes.Set{}, Calibrations: &runtimes.Calibrations{}, Model: &joint.Model{}}, "",
			""},
		{"a runtime alone", &Tuner{Runtime: trt}, TierPrior, ""},
		{"runtimes alone", &Tuner{Runtimes: full.Runtimes}, TierPrior, ""},
		{"uncorrected", &Tuner{Runtimes: full.Runtimes, Model: full.Model, Uncorrected: true}, TierSlice, ""},
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

// TestUncorrected holds that what is known of a network is used, unless it is left out.
func TestUncorrected(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("t4")
	if err != nil {
		t.Fatal(err)
	}
	res, tuner := built(t, "zoo:resnet50", 1), engines(t)
	run := func() *Estimate {
		e, err := Run(res, d, Options{Tuner: tuner, Precision: dtype.Float16})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	with := run()
	tuner.Uncorrected = true
	without := run()
	if with.Tuning.Correction == nil || without.Tuning.Correction != nil {
		t.Fatalf("found the corrections %v and, left out, %v", with.Tuning.Correction, without.Tuning.Correction)
	}
	got, want := *with.Latency.Expected / *without.Latency.Expected, with.Tuning.Correction.Factor
	if math.Abs(got/want-1) > 1e-9 {
		t.Errorf("the correction changes the latency by ×%g, and says ×%g", got, want)
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
