package joint

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

var families = map[string]string{"pytorch-eager": "pytorch", "torch-compile": "pytorch", "ncnn": "ncnn"}

// setting returns a setting of a made-up device.
func setting(device, arch, runtime string, kind int) Setting {
	s := Setting{
		Device: device, MeasuredAs: device, Arch: arch, Class: "gpu", Runtime: runtime, RuntimeFamily: families[runtime], Source: "bench", Kind: kind,
		Rates: [NumKinds]float64{1e12, 4e12, 8e12},
	}
	s.Prior = params.Priors()
	s.Held[params.HalfTile] = true
	s.Prior[params.HalfTile] = 0
	return s
}

// terms returns kernels of a made-up network.
func terms(rng *rand.Rand, kind int) []timing.Term {
	var out []timing.Term
	for range 12 {
		work := math.Exp(rng.NormFloat64()) * 1e-4 / []float64{1, 4, 8}[kind]
		out = append(out, timing.Term{
			Compute: work, Memory: math.Exp(rng.NormFloat64()) * 3e-5, Vector: 1e-6,
			Eff: params.EffMatrix, Band: params.BandMatrix,
			N: 64, K: 256, Product: rng.IntN(2) == 0, Times: 1 + float64(rng.IntN(3)),
		})
	}
	return out
}

// world returns samples of four devices. Devices of one architecture are off by about one factor, and so is a network.
func world() []*Sample {
	rng := rand.New(rand.NewPCG(7, 7))
	off := map[string]float64{"a1": 0.3, "a2": 0.36, "b1": -0.2, "b2": -0.25}
	var out []*Sample
	for n := range 14 {
		seed, own := rng.Uint64(), 0.15*rng.NormFloat64()
		for _, device := range []string{"a1", "a2", "b1", "b2"} {
			for _, runtime := range []string{"pytorch-eager", "torch-compile"} {
				for kind := range Kind8 {
					at := setting(device, device[:1], runtime, kind)
					s := &Sample{Setting: at, Network: string(rune('A' + n)), Batch: 1}
					s.Terms = Merge(terms(rand.New(rand.NewPCG(seed, 1)), kind))
					p := s.Prior
					s.Measured = timing.Sum(&p, s.Terms) * math.Exp(off[device]+own+0.02*rng.NormFloat64())
					out = append(out, s)
				}
			}
		}
	}
	return out
}

func fit(t *testing.T, samples []*Sample) *Model {
	t.Helper()
	m, err := Fit(samples, Options{Rounds: 2})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRowsAreDerivatives(t *testing.T) {
	f := newFitter(world(), nil)
	rng := rand.New(rand.NewPCG(1, 2))
	for e := range f.x {
		f.x[e] = 0.2 * rng.NormFloat64()
	}
	f.evaluate(f.x, true)
	const h = 1e-5
	for e := range f.x {
		f.x[e] += h
		f.evaluate(f.x, false)
		up := append([]float64(nil), f.res...)
		f.x[e] -= 2 * h
		f.evaluate(f.x, false)
		f.x[e] += h
		for i := range f.samples {
			var row float64
			for c, at := range f.places[f.at[i]] {
				if int(at) == e {
					row += f.row[i][c]
				}
			}
			if slope := -(up[i] - f.res[i]) / (2 * h); math.Abs(slope-row) > 1e-6 {
				t.Fatalf("%s: sample %d has the slope %g by finite differences, its row says %g",
					f.effects[e].name, i, slope, row)
			}
		}
	}
}

// limitsOf returns samples that say which time networks of the world take at most on a device that was not measured, in
// times of what a model forecasts.
func limitsOf(m *Model, times float64) []*Sample {
	var out []*Sample
	for _, w := range world() {
		if w.Device != "a1" || w.Runtime != "torch-compile" || w.Kind != Kind16 {
			continue
		}
		s := &Sample{Setting: setting("c1", "c", w.Runtime, w.Kind), Terms: w.Terms, Network: "limit", Batch: 1, AtMost: true}
		s.Source = ""
		s.Measured = times * math.Exp(m.Forecast(&s.Setting, s.Terms, &Network{}).Log)
		out = append(out, s)
	}
	return out
}

func TestLimitsBindWhereTheyAreBroken(t *testing.T) {
	free := fit(t, world())
	at := func(times float64) (sum float64, n int) {
		limits := limitsOf(free, times)
		m, err := Fit(slices.Concat(world(), limits), Options{Variances: free.Variances()})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range limits {
			sum += m.Forecast(&s.Setting, s.Terms, &Network{}).Log - math.Log(s.Measured/times)
			n++
		}
		return sum / float64(n), n
	}
	if by, n := at(1.5); n == 0 || math.Abs(by) > 0.02 {
		t.Errorf("limits above %d forecasts: found that these move by %.3f, expected them to stay", n, by)
	}
	if by, n := at(0.8); by > -0.1 {
		t.Errorf("limits below %d forecasts: found that these move by %.3f, expected most of %.3f", n, by, math.Log(0.8))
	}
}

func TestFitDoesNotDependOnOrder(t *testing.T) {
	samples := world()
	want := fit(t, samples)
	mixed := slices.Clone(samples)
	rand.New(rand.NewPCG(3, 3)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	got := fit(t, mixed)
	for _, s := range samples {
		a, b := want.Forecast(&s.Setting, s.Terms, s.Asked()), got.Forecast(&s.Setting, s.Terms, s.Asked())
		if a != b {
			t.Fatalf("%s on %s: found %v, expected %v whatever the order of the samples", s.Network, s.Device, b, a)
		}
	}
}

func TestFitFindsWhatTheWorldIsMadeOf(t *testing.T) {
	samples := world()
	m := fit(t, samples)
	for _, s := range samples {
		f := m.Forecast(&s.Setting, s.Terms, s.Asked())
		if off := math.Abs(math.Log(s.Measured) - f.Log); off > 0.1 {
			t.Errorf("%s on %s: off by %.2f, expected the noise of 0.02", s.Network, s.Device, off)
		}
	}
}

func TestDeviceWithoutDataIsItsArchitecture(t *testing.T) {
	samples := world()
	m := fit(t, samples)
	x, y := setting("a8", "a", "pytorch-eager", Kind16), setting("a9", "a", "pytorch-eager", Kind16)
	other := setting("z1", "z", "pytorch-eager", Kind16)
	known := setting("a1", "a", "pytorch-eager", Kind16)
	at := func(s *Setting) Forecast { return m.Forecast(s, samples[0].Terms, samples[0].Asked()) }
	if at(&x) != at(&y) {
		t.Error("two devices without data differ, expected both to be as their architecture")
	}
	if at(&x).Log < at(&other).Log+0.1 {
		t.Errorf("a device of a slow architecture is expected at e^%.2f s, one of none at e^%.2f s",
			at(&x).Log, at(&other).Log)
	}
	if at(&known).Slice >= at(&x).Slice || at(&x).Slice >= at(&other).Slice {
		t.Errorf("variances of device, architecture and class: %.4f, %.4f, %.4f, expected them to rise",
			at(&known).Slice, at(&x).Slice, at(&other).Slice)
	}
}

// TestVariantIsItsDevice holds that a variant of a measured device has the device's effects, and is known less well.
func TestVariantIsItsDevice(t *testing.T) {
	samples := world()
	m := fit(t, samples)
	base := setting("a1", "a", "pytorch-eager", Kind16)
	base.Source = ""
	variant := base
	variant.MeasuredAs = "mine"
	x := m.Forecast(&base, samples[0].Terms, samples[0].Asked())
	y := m.Forecast(&variant, samples[0].Terms, samples[0].Asked())
	if x.Log != y.Log || y.Slice <= x.Slice {
		t.Errorf("found e^%.3f and e^%.3f s with variances %.4f and %.4f, expected the same time, known less well",
			x.Log, y.Log, x.Slice, y.Slice)
	}
	k := m.Known(&variant)
	here := k.Network(samples[0].Asked()).Here
	if k.Samples != 0 || here != 0 || !slices.Equal(k.Related, []string{"a1"}) {
		t.Errorf("found %d measurements, %d of the network here, and related ones of %v; expected none, and those of a1",
			k.Samples, here, k.Related)
	}
}

// TestHereIsOfTheKind holds that a network that was measured in another kind of precision was not measured here, though
// what is left of it corrects the forecast.
func TestHereIsOfTheKind(t *testing.T) {
	samples := world()
	samples = slices.DeleteFunc(samples, func(s *Sample) bool { return s.Network == "A" && s.Kind == Kind16 })
	for _, s := range samples {
		s.Precision = kindNames[s.Kind]
	}
	m := fit(t, samples)
	for _, s := range samples {
		if s.Network != "A" {
			continue
		}
		here := m.Known(&s.Setting).Network(s.Asked())
		other := s.Setting
		other.Kind = Kind16
		there := m.Known(&other).Network(s.Asked())
		if here.Here == 0 || there.Here != 0 || there.Mean == 0 {
			t.Errorf("%s on %s: %d measurements here and %d in another precision (corrected by %.3f), expected some and none",
				s.Network, s.Device, here.Here, there.Here, there.Mean)
		}
	}
}

// TestHostsAreNotCards holds that what a host takes to issue a kernel is no property of the card that somebody measured
// in it, and that forecasts know less of it than that measurement did.
func TestHostsAreNotCards(t *testing.T) {
	for _, c := range []struct {
		class hwprofiles.Class
		own   bool
	}{{hwprofiles.GPU, false}, {hwprofiles.Jetson, true}} {
		a, b := setting("a1", "a", "pytorch-eager", Kind16), setting("a1", "a", "pytorch-eager", Kind16)
		a.Class, b.Class, a.Source, b.Source = c.class, c.class, "somebody", ""
		if same := byHost(&a) == byHost(&b); same != c.own {
			t.Errorf("%s: a forecast takes the host of whoever measured: %v, expected %v", c.class, same, c.own)
		}
	}
}

func TestConditionLearnsADevice(t *testing.T) {
	samples := world()
	m := fit(t, samples)
	own := setting("c1", "c", "pytorch-eager", Kind16)
	var rows []*Sample
	for _, s := range samples {
		if s.Device == "a1" && s.Runtime == own.Runtime && s.Kind == own.Kind {
			r := *s
			r.Setting = own
			rows = append(rows, &r)
		}
	}
	before := m.Forecast(&own, rows[0].Terms, rows[0].Asked())
	at := m.Known(&own)
	var known []Row
	for _, r := range rows {
		known = append(known, m.Known(&r.Setting).Row(r))
	}
	for _, k := range []int{3, len(rows)} {
		learnt, err := m.Condition(at, known[:k])
		if err != nil {
			t.Fatal(err)
		}
		f := learnt.Forecast(rows[0].Terms, rows[0].Asked())
		want := math.Log(rows[0].Measured)
		if math.Abs(f.Log-want) >= math.Abs(before.Log-want) || f.Slice >= before.Slice {
			t.Errorf("%d measurements: off by %.3f with variance %.4f, before by %.3f with %.4f",
				k, f.Log-want, f.Slice, before.Log-want, before.Slice)
		}
	}
	if none, err := m.Condition(at, nil); err != nil || none != at {
		t.Error("no measurements change the model")
	}
}

// The cost of a call has a small share of the times that the model knows, and here most of the measured ones.
func TestConditionLearnsWhatIsFarOff(t *testing.T) {
	samples := world()
	m := fit(t, samples)
	own := setting("c1", "c", "pytorch-eager", Kind16)
	var known, asked []*Sample
	for _, s := range samples {
		if s.Device != "a1" || s.Runtime != own.Runtime || s.Kind != own.Kind {
			continue
		}
		r := *s
		r.Setting, r.Network, r.Measured = own, "new "+s.Network, s.Measured+0.05
		if len(known) < 10 {
			known = append(known, &r)
		} else {
			asked = append(asked, &r)
		}
	}
	var rows []Row
	for _, r := range known {
		rows = append(rows, m.Known(&r.Setting).Row(r))
	}
	learnt, err := m.Condition(m.Known(&own), rows)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range asked {
		if f := learnt.Forecast(s.Terms, s.Asked()); math.Abs(f.Log-math.Log(s.Measured)) > 0.2 {
			t.Errorf("%s: found e^%.2f times the measured time, expected it within 20 %%",
				s.Network, f.Log-math.Log(s.Measured))
		}
	}
}

func TestOneOutlierIsNotTheDevice(t *testing.T) {
	samples := world()
	m := fit(t, samples)
	at := setting("a1", "a", "pytorch-eager", Kind16)
	k := m.Known(&at)
	for _, s := range samples {
		if s.Setting != at {
			continue
		}
		r := *s
		r.Network, r.Measured = "odd", s.Measured*10
		learnt, err := m.Condition(k, []Row{m.Known(&r.Setting).Row(&r)})
		if err != nil {
			t.Fatal(err)
		}
		if moved := learnt.Forecast(s.Terms, s.Asked()).Log - k.Forecast(s.Terms, s.Asked()).Log; moved > 0.5 {
			t.Errorf("one network of ten times its time makes another take e^%.2f times as long", moved)
		}
		break
	}
}

func TestConditionRefusesAnotherFamily(t *testing.T) {
	m := fit(t, world())
	a, b := setting("a1", "a", "pytorch-eager", Kind16), setting("a1", "a", "ncnn", Kind16)
	if _, err := m.Condition(m.Known(&a), []Row{{Setting: b}}); err == nil {
		t.Error("a measurement of ncnn says something of PyTorch")
	}
}

func TestSaturationIsSmoothAndInverts(t *testing.T) {
	for _, v := range []float64{0.01, 0.3, 0.7, 0.95} {
		if got, _ := saturate(desaturate(v)); math.Abs(got-v) > 1e-12 {
			t.Errorf("%g comes back as %g", v, got)
		}
	}
	for _, l := range []float64{-3, -0.1, 0, 0.1, 2} {
		up, _ := saturate(l + 1e-6)
		down, slope := saturate(l - 1e-6)
		if d := math.Log(up/down) / 2e-6; math.Abs(d-slope) > 1e-4 {
			t.Errorf("slope at %g: %g, finite differences say %g", l, slope, d)
		}
	}
}

func TestMergeKeepsTheSum(t *testing.T) {
	one := terms(rand.New(rand.NewPCG(5, 5)), Kind32)
	all := append(append([]timing.Term(nil), one...), one...)
	merged := Merge(all)
	p := params.Priors()
	if a, b := timing.Sum(&p, all), timing.Sum(&p, merged); math.Abs(a/b-1) > 1e-12 || len(merged) != len(one) {
		t.Errorf("%d terms of %g s became %d of %g s", len(all), a, len(merged), b)
	}
}

func TestArchitecture(t *testing.T) {
	for arch, want := range map[string]string{
		"Ampere GA102": "Ampere", "Ampere GA107": "Ampere",
		"Ampere GA100": "Ampere GA100", "Ampere GA10B": "Ampere GA10B",
		"4x Cortex-A53": "Cortex-A53", "Cortex-A76 + A55": "Cortex-A76",
		"1x X4 3.25 + 3x X4 2.85 + 4x A720 2.0 GHz": "X4",
		"Coffee Lake-S": "Skylake", "Comet Lake-S": "Skylake",
		"Blackwell GB100 + Grace": "Blackwell GB100", "Zen 3 Milan": "Zen 3", "": "",
	} {
		if got := architecture(arch); got != want {
			t.Errorf("%q is %q, expected %q", arch, got, want)
		}
	}
}

// anyEffects calls try for every setting of the world under many effects at random.
func anyEffects(seed uint64, try func(rng *rand.Rand, s Setting, at func(*Setting) float64)) {
	f := newFitter(world(), nil)
	rng := rand.New(rand.NewPCG(seed, 1))
	for range 200 {
		for e := range f.x {
			f.x[e] = 0.5 * rng.NormFloat64()
		}
		for i := range f.setting {
			try(rng, *f.setting[i], func(s *Setting) float64 {
				pt := f.layouts[i].at(s, f.x)
				return s.Rates[s.Kind] * pt.theta[params.EffMatrix]
			})
		}
	}
}

// TestNarrowerTypesAreNoSlower demands that a narrower type reaches at least the operations/s of a wider one, whatever
// the effects.
func TestNarrowerTypesAreNoSlower(t *testing.T) {
	anyEffects(11, func(_ *rand.Rand, s Setting, at func(*Setting) float64) {
		last := 0.0
		for k := range NumKinds {
			s.Kind = k
			rate := at(&s)
			if rate < last*(1-1e-12) {
				t.Fatalf("kind %d reaches %g operations/s, a wider one %g", k, rate, last)
			}
			last = rate
		}
	})
}

// TestFasterIsNoSlower demands that no rate of a device, raised by itself, lowers the operations/s that a kind of
// precision reaches, whatever the effects.
func TestFasterIsNoSlower(t *testing.T) {
	anyEffects(12, func(rng *rand.Rand, s Setting, at func(*Setting) float64) {
		for k := range s.Rates {
			s.Rates[k] = 1e12 * math.Exp(rng.NormFloat64())
		}
		before, raised := at(&s), rng.IntN(NumKinds)
		s.Rates[raised] *= 1 + 3*rng.Float64()
		if after := at(&s); after < before*(1-1e-12) {
			t.Fatalf("kind %d reaches %g operations/s, and %g where kind %d is faster", s.Kind, before, after, raised)
		}
	})
}

// TestStepsThatFailAreMadeShorter demands that a fit of one step moves even where the first try is far too long, as
// with a fixed cost that nearly vanishes at the start. Variances estimated before it moves take everything for noise.
func TestStepsThatFailAreMadeShorter(t *testing.T) {
	samples := world()
	for _, s := range samples {
		s.Prior[params.Fixed] = 1e-7
		s.Measured++
	}
	f := newFitter(samples, nil)
	f.deviations()
	for e := range f.effects {
		f.effects[e].sd = 20
	}
	before := f.evaluate(f.x, false)
	if err := f.solve(1); err != nil {
		t.Fatal(err)
	}
	if after := f.evaluate(f.x, false); !(after < before) {
		t.Errorf("the objective went from %g to %g, expected it to fall", before, after)
	}
}
