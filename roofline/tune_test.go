package roofline

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// engines are the built-in runtimes and what was measured of them.
func engines(t testing.TB) *Tuner {
	t.Helper()
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	return &Tuner{Runtimes: rs, Model: joint.Shipped()}
}

// built infers a built-in model.
func built(t testing.TB, spec string, batch int64) *infer.Result {
	t.Helper()
	m, err := zoo.Open(spec)
	if err != nil {
		t.Fatal(err)
	}
	p, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(infer.Bindings{Batch: batch}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestRuntimeRules holds that the rules that runtimes name are in the library of rules, passes in one list and data
// semantics in the other, and that a file with one in the wrong list is told so.
func TestRuntimeRules(t *testing.T) {
	for _, r := range engines(t).Runtimes.List() {
		if _, err := lower.NewRecipe(r.RuleNames("")); err != nil {
			t.Errorf("%s: %v", r.ID, err)
		}
		if err := rightLists(r); err != nil {
			t.Errorf("%s: %v", r.ID, err)
		}
		for _, u := range r.Rules {
			if u.List == runtimes.AnyList {
				t.Errorf("%s: found %q in a list of both, expected it under passes or data", r.ID, u.Name)
			}
		}
	}
	for name, list := range map[string]runtimes.List{"strides": runtimes.Passes, "gelu": runtimes.Data} {
		err := rightLists(&runtimes.Runtime{Rules: []runtimes.RuleUse{{Name: name, List: list}}})
		if err == nil || !strings.Contains(err.Error(), "move it there") {
			t.Errorf("%s under %s: found %v, expected to be told where it belongs", name, list, err)
		}
	}
}

func TestTiers(t *testing.T) {
	devices := hwprofiles.NewCatalog()
	tuner := engines(t)
	for _, c := range []struct {
		device, runtime string
		precision       dtype.Type
		tier            Tier
	}{
		{"rtx4090", "torch-compile", dtype.Float16, TierSlice},
		{"l40s", "torch-compile", dtype.Float16, TierClass},
		{"mi300x", "migraphx", dtype.Float16, TierPrior},
	} {
		d, err := devices.Get(c.device)
		if err != nil {
			t.Fatal(err)
		}
		if tuner.Runtime, err = tuner.Runtimes.Get(c.runtime); err != nil {
			t.Fatal(err)
		}
		on := target{device: d, tuner: tuner, runtime: tuner.Runtime}
		tuning, err := on.tune(subject{precision: c.precision, asked: c.precision}, func() kernel.Bag { return nil })
		if err != nil || tuning.Tier != c.tier {
			t.Errorf("%s/%s: tier %v (%v), want %s", c.device, c.runtime, tuning, err, c.tier)
		}
	}
}

// Where the runtime and the device have TF32, fp32 products are taken in it, in the bound as well as in the
// expectation, and a note says so.
func TestTF32(t *testing.T) {
	devices, res := hwprofiles.NewCatalog(), built(t, "zoo:resnet50", 64)
	for _, c := range []struct {
		device, runtime string
		tf32            bool
	}{{"a100-sxm4-40", "tensorrt", true}, {"a100-sxm4-40", "pytorch-eager", false}, {"t4", "tensorrt", false}} {
		d, err := devices.Get(c.device)
		if err != nil {
			t.Fatal(err)
		}
		tuner := *engines(t)
		if tuner.Runtime, err = tuner.Runtimes.Get(c.runtime); err != nil {
			t.Fatal(err)
		}
		light := func(precision dtype.Type) *Estimate {
			e, err := Run(res, d, Options{Precision: precision, Tuner: &tuner})
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		full := light(dtype.Float32)
		if full.Tuning.TF32 != c.tf32 || slices.Contains(codes(full.Tuning.Notes()), note.TF32Default) != c.tf32 {
			t.Errorf("%s on %s: TF32 %t, notes %v", c.runtime, c.device, full.Tuning.TF32, full.Tuning.Notes())
		}
		if c.tf32 && full.Latency.SpeedOfLight != light(dtype.TF32).Latency.SpeedOfLight {
			t.Errorf("%s: speed of light %g s, that of TF32 is %g", c.device, full.Latency.SpeedOfLight,
				light(dtype.TF32).Latency.SpeedOfLight)
		}
		roof := dtype.TF32 // in PyTorch that of convolutions
		if c.device == "t4" {
			roof = dtype.Float32
		}
		if l := &full.Layers[0]; l.Class != kernel.Conv || l.Peak == nil || l.Peak.Type != roof ||
			l.Attainable > l.Peak.Rate.Value*1.001 {
			t.Errorf("%s on %s: a %s is under %v, expected the peak of %s", c.runtime, c.device, l.Class, l.Peak, roof)
		}
	}
}

// A profile's mode of as many threads says how fast they reach memory; without one they are taken to fill its
// bandwidth.
func TestThreadBandwidth(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("rpi-5")
	if err != nil {
		t.Fatal(err)
	}
	res, memory := built(t, "zoo:alexnet", 64), [2]float64{}
	for i := range memory {
		terms, _, err := Terms(res, d, Options{Precision: dtype.Float32, Threads: 1, Tuner: engines(t)})
		if err != nil {
			t.Fatal(err)
		}
		for _, term := range terms {
			memory[i] += term.Memory
		}
		half := d.DRAM().Bandwidth
		half.Value /= 2
		d.Modes = []hwprofiles.Mode{{ID: "1t", Units: 1, Bandwidth: &half}}
	}
	if math.Abs(memory[1]/memory[0]-2) > 1e-9 {
		t.Errorf("one thread moves everything in %g s, in %g s at half the bandwidth; expected twice as long", memory[0],
			memory[1])
	}
}

// An expected latency is never below the speed of light and lies in its interval; with every runtime, on a model of
// convolutions and one of attention.
func TestExpected(t *testing.T) {
	devices := hwprofiles.NewCatalog()
	all, err := devices.List()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, spec := range []string{"zoo:mobilenetv2", "zoo:vit-b-16"} {
		res := built(t, spec, 4)
		tuner := engines(t)
		for _, r := range tuner.Runtimes.List() {
			for _, d := range all {
				if !r.RunsOn(d) {
					continue
				}
				tuner.Runtime = r
				e, err := Run(res, d, Options{Tuner: tuner})
				if err != nil {
					continue // a device without fp32
				}
				tried++
				l := &e.Latency
				if l.Expected == nil || *l.Expected < l.SpeedOfLight || *l.Low > *l.Expected || *l.High < *l.Expected ||
					l.SpeedOfLight <= 0 {
					t.Errorf("%s on %s with %s: speed of light %g, expected %v, low %v, high %v", spec, d.ID, r.ID, l.SpeedOfLight,
						l.Expected, l.Low, l.High)
				}
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d estimates were made", tried)
	}
}

// A device with every figure better is never slower, whatever the runtime.
func TestBetterIsNotSlower(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("t4")
	if err != nil {
		t.Fatal(err)
	}
	better := *d
	better.Peaks = append([]hwprofiles.Peak(nil), d.Peaks...)
	better.Memory = append([]hwprofiles.MemoryLevel(nil), d.Memory...)
	for i := range better.Peaks {
		better.Peaks[i].Rate.Value *= 1.3
	}
	better.Memory[0].Bandwidth.Value *= 1.3
	tuner := engines(t)
	res := built(t, "zoo:resnet50", 1)
	for _, r := range tuner.Runtimes.List() {
		if !r.RunsOn(d) {
			continue
		}
		tuner.Runtime, tuner.Uncorrected = r, true
		a, err := Run(res, d, Options{Tuner: tuner})
		if err != nil {
			t.Fatal(err)
		}
		b, err := Run(res, &better, Options{Tuner: tuner})
		if err != nil {
			t.Fatal(err)
		}
		if *b.Latency.Expected > *a.Latency.Expected {
			t.Errorf("%s: a better device takes %g s, the other %g s", r.ID, *b.Latency.Expected, *a.Latency.Expected)
		}
	}
}

// The fingerprint is of the layers: batch and size do not change it, another network does.
func TestFingerprint(t *testing.T) {
	one := Fingerprint(built(t, "zoo:resnet50", 1))
	for _, same := range []*infer.Result{built(t, "zoo:resnet50", 4), built(t, "zoo:resnet50?size=320", 1)} {
		if got := Fingerprint(same); got != one {
			t.Errorf("of another batch or size it is %s, expected %s", got, one)
		}
	}
	if other := Fingerprint(built(t, "zoo:resnet34", 1)); other == one {
		t.Errorf("two networks are both %s", other)
	}
}

func BenchmarkExpected(b *testing.B) {
	d, err := hwprofiles.NewCatalog().Get("rtx4090")
	if err != nil {
		b.Fatal(err)
	}
	res := built(b, "zoo:resnet50", 1)
	eager := engines(b)
	if eager.Runtime, err = eager.Runtimes.Get("pytorch-eager"); err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		tuner *Tuner
	}{{"speed-of-light", nil}, {"expected", engines(b)}, {"expected-eager", eager}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Run(res, d, Options{Precision: dtype.Float16, Tuner: c.tuner}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What a device sustains slows the expectation, not the speed of light.
func TestSustained(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("t4")
	if err != nil {
		t.Fatal(err)
	}
	free := *d
	free.Sustained = nil
	opt := Options{Precision: dtype.Float16, Tuner: engines(t)}
	res := built(t, "zoo:resnet50", 32)
	capped, err := Run(res, d, opt)
	if err != nil {
		t.Fatal(err)
	}
	uncapped, err := Run(res, &free, opt)
	if err != nil {
		t.Fatal(err)
	}
	if capped.Latency.SpeedOfLight != uncapped.Latency.SpeedOfLight ||
		*capped.Latency.Expected <= *uncapped.Latency.Expected {
		t.Errorf("with the power cap %g and %g s, without %g and %g", capped.Latency.SpeedOfLight, *capped.Latency.Expected,
			uncapped.Latency.SpeedOfLight, *uncapped.Latency.Expected)
	}
}

// TestSiliconTuned holds that a power mode and a board of another size of memory use what was measured on the device
// itself, that the default mode takes just as long, and that a mode of less power takes no less.
func TestSiliconTuned(t *testing.T) {
	devices, tuner, model := hwprofiles.NewCatalog(), engines(t), built(t, "yolo11n", 1)
	expected := func(id string, precision dtype.Type) float64 {
		t.Helper()
		d, err := devices.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		e, err := Run(model, d, Options{Precision: precision, Tuner: tuner})
		if err != nil {
			t.Fatal(err)
		}
		if e.Tuning.Tier != TierSlice {
			t.Errorf("%s: tier %q, want %q", id, e.Tuning.Tier, TierSlice)
		}
		return *e.Latency.Expected
	}
	board, orin := expected("rpi-5", dtype.Float32), expected("jetson-agx-orin-64", dtype.Float16)
	if got := expected("rpi-5-16", dtype.Float32); got != board {
		t.Errorf("rpi-5-16 takes %g s, rpi-5 %g s", got, board)
	}
	if got := expected("jetson-agx-orin-64@MAXN", dtype.Float16); got != orin {
		t.Errorf("the default mode takes %g s, the device %g s", got, orin)
	}
	last := orin
	for _, mode := range []string{"50W", "30W", "15W"} {
		got := expected("jetson-agx-orin-64@"+mode, dtype.Float16)
		if got < last {
			t.Errorf("%s takes %g s, a mode of more power %g s", mode, got, last)
		}
		last = got
	}
}

// A network has the same latency after another one with its fingerprint, whose normalisations have other names.
func TestTunedAnew(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("a10")
	if err != nil {
		t.Fatal(err)
	}
	first, second := built(t, "zoo:convnext-atto", 1), built(t, "zoo:convnext-atto-rms", 1)
	if Fingerprint(first) != Fingerprint(second) {
		t.Fatal("the networks have fingerprints of their own: they test nothing")
	}
	opt := Options{Tuner: engines(t)}
	target, err := opt.target(d)
	if err != nil {
		t.Fatal(err)
	}
	s := new(session)
	tuned := func(res *infer.Result, last *Machine) *Machine {
		if err := s.open(res, &opt); err != nil {
			t.Fatal(err)
		}
		m, err := s.machine(&target, last)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	alone, after := tuned(second, nil), tuned(second, tuned(first, nil))
	if alone.tuning.Values != after.tuning.Values {
		t.Errorf("found %v alone, %v after another network", alone.tuning.Values, after.tuning.Values)
	}
}
