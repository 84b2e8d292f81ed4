package roofline

import (
	"context"
	"math"
	"reflect"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// near reports whether two sums of the same numbers agree.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Max(a, b) }

// TestOneTotal: a run, a grid, the groups of a roll-up and the classes of kernels have the same total.
func TestOneTotal(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("rtx4090")
	if err != nil {
		t.Fatal(err)
	}
	eager := engines(t)
	if eager.Runtime, err = eager.Runtimes.Get("pytorch-eager"); err != nil {
		t.Fatal(err)
	}
	for _, spec := range []string{"zoo:mobilenetv2", "zoo:vit-b-16"} {
		m, err := zoo.Open(spec)
		if err != nil {
			t.Fatal(err)
		}
		job := Job{plan(t, m), infer.Bindings{Batch: 2}}
		res := built(t, spec, 2)
		for name, tuner := range map[string]*Tuner{"none": nil, "default": engines(t), "eager": eager} {
			opt := Options{Precision: dtype.Float16, Tuner: tuner}
			e, err := Run(res, d, opt)
			if err != nil {
				t.Fatal(err)
			}
			cells, err := Grid(context.Background(), []Job{job}, []*hwprofiles.Device{d}, opt)
			if err != nil {
				t.Fatal(err)
			}
			if c := &cells[0][0]; !reflect.DeepEqual(c.Latency, e.Latency) || c.Spent != e.Spent {
				t.Errorf("%s, %s: a grid has %+v, a run %+v", spec, name, c.Spent, e.Spent)
			}
			if sum := e.Spent.ByBound[Compute] + e.Spent.ByBound[Memory] + e.Spent.ByBound[Overhead]; !near(sum,
				e.Spent.Total()) || !near(sum, e.Latency.Best()) {
				t.Errorf("%s, %s: by bound %g s, in all %g s, latency %g s", spec, name, sum, e.Spent.Total(), e.Latency.Best())
			}
			parts := map[string]Spent{}
			for _, by := range []By{ByLayer, ByOp, ByModule, ByKernel} {
				var sum Spent
				for _, g := range RollUp(e, by, 0) {
					sum.Add(&g.Spent)
				}
				parts[by.String()] = sum
			}
			var classes Spent
			for _, c := range e.ByClass() {
				classes.Add(&c)
			}
			parts["class"] = classes
			for by, sum := range parts {
				if sum.Kernels != e.Spent.Kernels || !near(sum.Device, e.Spent.Device) || sum.Host+sum.Fixed != 0 {
					t.Errorf("%s, %s: by %s %+v, in all %+v", spec, name, by, sum, e.Spent)
				}
			}
		}
	}
}

// TestRetimed: measured times replace those of the layers and the total; layers without one are left out.
func TestRetimed(t *testing.T) {
	e, err := Run(inferred(t, reluModel(), infer.Bindings{}), testDevice(), Options{Fusion: lower.None})
	if err != nil {
		t.Fatal(err)
	}
	before := e.Spent
	m := e.Retimed([]float64{3e-3, 0})
	if len(m.Layers) != 1 || m.Layers[0].Seconds() != 3e-3 || m.Spent.Device != 3e-3 || m.Spent.Kernels != 1 {
		t.Errorf("%d layers, %+v; want one of 3 ms", len(m.Layers), m.Spent)
	}
	if e.Spent != before || len(e.Layers) != 2 {
		t.Errorf("the estimate itself is now %+v", e.Spent)
	}
}

// TestMachineStays: what is derived from a machine leaves it as it is.
func TestMachineStays(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("a100-sxm4-40")
	if err != nil {
		t.Fatal(err)
	}
	m, err := NewMachine(d, dtype.Float32, nil)
	if err != nil {
		t.Fatal(err)
	}
	kernels := lower.Lower(built(t, "zoo:resnet50", 8), lower.Full.Recipe())
	before, spent := m.Total(kernels)
	tf32, _ := m.tuned(&Tuning{Runtime: &runtimes.Runtime{}, TF32: true}, subject{}).Total(kernels)
	twice, _ := m.scaled(2, 2).Total(kernels)
	if tf32.SpeedOfLight >= before.SpeedOfLight || !near(2*twice.SpeedOfLight, before.SpeedOfLight) {
		t.Errorf("in TF32 %g s, at twice the rates %g s, before %g s", tf32.SpeedOfLight, twice.SpeedOfLight,
			before.SpeedOfLight)
	}
	if after, again := m.Total(kernels); after != before || again != spent {
		t.Errorf("the machine took %g s and now takes %g s", before.SpeedOfLight, after.SpeedOfLight)
	}
}
