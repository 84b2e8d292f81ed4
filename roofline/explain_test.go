package roofline

import (
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
)

// TestExplain: parts make the layers, layers the inference, and every figure has a source.
func TestExplain(t *testing.T) {
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	d, err := hwprofiles.NewCatalog().Get("rtx4090")
	if err != nil {
		t.Fatal(err)
	}
	for _, runtime := range []string{"pytorch-eager", "torch-compile", "tensorrt"} {
		r, err := rs.Get(runtime)
		if err != nil {
			t.Fatal(err)
		}
		e, err := Run(inferred(t, chainModel(200), infer.Bindings{Batch: 2}), d,
			Options{Tuner: &Tuner{Runtimes: rs, Runtime: r}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range e.Layers {
			l := &e.Layers[i]
			p := e.Parts(l)
			sum := math.Pow(math.Pow(p.Compute, 4)+math.Pow(p.Vector, 4)+math.Pow(p.Memory, 4), 0.25) + p.Launch + p.Repack +
				p.Steps
			if got := l.Timing.Total * float64(l.Times); math.Abs(sum/got-1) > 1e-9 {
				t.Errorf("%s: %s takes %g s, its parts %g s", runtime, l.Name, got, sum)
			}
		}
		s := &e.Spent
		if whole := math.Pow(math.Pow(s.Device, 4)+math.Pow(s.Host, 4), 0.25) +
			s.Fixed; math.Abs(whole / *e.Latency.Expected - 1) > 1e-9 {
			t.Errorf("%s: an inference takes %g s, its parts %g s", runtime, *e.Latency.Expected, whole)
		}
		if (s.Host > 0) == (runtime == "tensorrt") {
			t.Errorf("%s: the host takes %g s", runtime, s.Host)
		}
		for _, f := range e.Figures() {
			if f.Source == "" || f.Doc == "" || !(f.Value > 0) {
				t.Errorf("%s: figure %+v", runtime, f)
			}
		}
	}
}

// TestHostPace: with the host slower than the device more work on the device takes no longer, and the interval says
// that hosts differ.
func TestHostPace(t *testing.T) {
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	d, err := hwprofiles.NewCatalog().Get("h100-sxm5")
	if err != nil {
		t.Fatal(err)
	}
	r, err := rs.Get("pytorch-eager")
	if err != nil {
		t.Fatal(err)
	}
	at := func(batch int64) Latency {
		e, err := Run(inferred(t, chainModel(200), infer.Bindings{Batch: batch}), d,
			Options{Tuner: &Tuner{Runtimes: rs, Runtime: r}})
		if err != nil {
			t.Fatal(err)
		}
		return e.Latency
	}
	one, four, many := at(1), at(4), at(512)
	if *four.Expected > 1.1**one.Expected || *many.Expected < 5**one.Expected {
		t.Errorf("batch 1, 4 and 512 take %g, %g and %g s", *one.Expected, *four.Expected, *many.Expected)
	}
	if *one.Low > 0.601**one.Expected || *one.High < 1.599**one.Expected {
		t.Errorf("between %g and %g s around %g s", *one.Low, *one.High, *one.Expected)
	}
}
