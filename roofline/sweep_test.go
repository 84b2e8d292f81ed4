package roofline

import (
	"context"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

func TestSweep(t *testing.T) {
	p := plan(t, chainModel(40))
	values := []int64{1, 2, 4, 8, 2048}
	points, err := Sweep(context.Background(), p, infer.Bindings{}, []*hwprofiles.Device{testDevice()},
		Axis{Kind: BatchAxis}, values, Options{})
	if err != nil {
		t.Fatal(err)
	}
	knees := 0
	for i, pt := range points {
		if pt.Value != values[i] || pt.Batch != values[i] {
			t.Errorf("step %d is batch %d, want %d", i, pt.Batch, values[i])
		}
		if i > 0 && pt.Latency.Best() <= points[i-1].Latency.Best() {
			t.Errorf("batch %d takes %g s, batch %d %g s", pt.Value, pt.Latency.Best(), points[i-1].Value,
				points[i-1].Latency.Best())
		}
		if pt.Knee {
			knees++
		}
	}
	if knees != 1 {
		t.Errorf("%d knees, want 1", knees)
	}
	// 2048 samples of 64 x 56 x 56 floats are 1.6 GB, more than the device's 1 GB.
	if points[0].Room != RoomFits || points[4].Room != RoomNone || points[4].Knee {
		t.Errorf("memory of %d B and %d B on a device of 1 GB", points[0].MemoryBytes, points[4].MemoryBytes)
	}
}

func TestSweepAgreesWithRun(t *testing.T) {
	p := plan(t, chainModel(40))
	dev := testDevice()
	points, err := Sweep(context.Background(), p, infer.Bindings{}, []*hwprofiles.Device{dev}, Axis{Kind: BatchAxis},
		[]int64{3}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Run(infer.Bindings{Batch: 3}, nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Run(res, dev, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p := &points[0]; p.MACs != e.MACs() || p.FLOPs != e.FLOPs() || p.Params != e.Params || p.Precision != e.Precision {
		t.Errorf("the sweep says %+v, a run %d MACs, %d FLOP, %d parameters in %v", p.Cell, e.MACs(), e.FLOPs(), e.Params,
			e.Precision)
	}
	if points[0].Latency.SpeedOfLight != e.Latency.SpeedOfLight || points[0].MemoryBytes != e.MemoryBytes ||
		points[0].Throughput() != e.Throughput() {
		t.Errorf("the sweep says %+v, a run %g s and %d B", points[0].Cell, e.Latency.SpeedOfLight, e.MemoryBytes)
	}
}

func TestSweepErrors(t *testing.T) {
	p := plan(t, reluModel())
	devices := []*hwprofiles.Device{testDevice()}
	for name, run := range map[string]func() error{
		"zero": func() error {
			_, err := Sweep(context.Background(), p, infer.Bindings{}, devices, Axis{}, []int64{0}, Options{})
			return err
		},
		"no image": func() error {
			_, err := Sweep(context.Background(), p, infer.Bindings{}, devices, Axis{Kind: SizeAxis}, []int64{64}, Options{})
			return err
		},
		"no dimension": func() error {
			_, err := Sweep(context.Background(), p, infer.Bindings{}, devices, Axis{Kind: DimAxis, Name: "seq"}, []int64{64},
				Options{})
			return err
		},
		"no peak": func() error {
			_, err := Sweep(context.Background(), p, infer.Bindings{}, devices, Axis{}, []int64{1},
				Options{Precision: dtype.Int8})
			return err
		},
		"cancelled": func() error {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			_, err := Sweep(ctx, p, infer.Bindings{}, devices, Axis{}, []int64{1}, Options{})
			return err
		},
	} {
		if run() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func estimate(t *testing.T, nodes int, batch int64) *Estimate {
	t.Helper()
	e, err := Run(inferred(t, chainModel(nodes), infer.Bindings{Batch: batch}), testDevice(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestRollUp(t *testing.T) {
	e := estimate(t, 40, 1)
	for _, by := range []By{ByLayer, ByOp, ByModule, ByKernel} {
		var share, seconds float64
		var flops int64
		for _, g := range RollUp(e, by, 0) {
			share += g.Share
			seconds += g.Spent.Device
			flops += g.Cost.FLOPs()
		}
		if flops != e.Total.FLOPs() || share < 0.999999 || share > 1.000001 || seconds < 0.999999*e.Latency.SpeedOfLight {
			t.Errorf("by %v: %d FLOP, share %g, %g s; want %d, 1, %g", by, flops, share, seconds, e.Total.FLOPs(),
				e.Latency.SpeedOfLight)
		}
	}
	if g := RollUp(e, ByModule, 0); len(g) != 10 || len(RollUp(e, ByOp, 0)) != 1 {
		t.Errorf("%d modules, want 10; %d fused operators, want 1", len(g), len(RollUp(e, ByOp, 0)))
	}
}

func TestModulePath(t *testing.T) {
	for _, c := range []struct {
		name  string
		depth int
		want  string
	}{
		{"/model.0/conv/Conv", 0, "model.0/conv"},
		{"/model.0/conv/Conv", 1, "model.0"},
		{"layer1.0.conv1", 0, "layer1.0.conv1"},
		{"layer1.0.conv1", 2, "layer1.0"},
		{"Conv_12", 0, ""},
	} {
		if got := trim(ModulePath(c.name), c.depth); got != c.want {
			t.Errorf("%s at depth %d: %q, want %q", c.name, c.depth, got, c.want)
		}
	}
}

// TestBounds holds that the estimate is a bound: fusion and narrower types never make it slower, and a kernel is never
// faster than either of its parts.
func TestBounds(t *testing.T) {
	res := inferred(t, chainModel(40), infer.Bindings{})
	last := -1.0
	for _, level := range []lower.Level{lower.Full, lower.Epilogue, lower.None} {
		e, err := Run(res, testDevice(), Options{Fusion: level})
		if err != nil {
			t.Fatal(err)
		}
		if e.Latency.SpeedOfLight < last {
			t.Errorf("%v takes %g s, more fusion %g s", level, e.Latency.SpeedOfLight, last)
		}
		last = e.Latency.SpeedOfLight
		for _, l := range e.Layers {
			if l.Timing.Total < l.Timing.Compute || l.Timing.Total < l.Timing.Memory || l.Overhead != 0 {
				t.Errorf("%s: %+v", l.Name, l.Timing)
			}
		}
	}
}

func TestPrecision(t *testing.T) {
	dev := testDevice()
	half := dev.Peaks[0]
	half.Type, half.Rate.Value = dtype.Float16, 2e12
	eight := dev.Peaks[0]
	eight.Type, eight.Rate.Value = dtype.Int8, 4e12
	dev.Peaks = append(dev.Peaks, half, eight)
	res := inferred(t, chainModel(40), infer.Bindings{})
	full, err := Run(res, dev, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want         dtype.Type
		acts, weight float64 // of the fp32 bytes
		matrix       dtype.Type
	}{
		{dtype.Float32, 1, 1, dtype.Float32},
		{dtype.Float16, 0.5, 0.5, dtype.Float16},
		{dtype.Int8, 0.25, 0.25, dtype.Int8},
		{dtype.Int4, 0.5, 0.125, dtype.Float16},
	} {
		e, err := Run(res, dev, Options{Precision: c.want})
		if err != nil {
			t.Fatal(err)
		}
		if e.Precision != c.want || e.Asked != c.want || heaviest(e.Layers) != c.matrix ||
			float64(e.Total.Weights) != c.weight*float64(full.Total.Weights) ||
			float64(e.Total.Written) != c.acts*float64(full.Total.Written) ||
			float64(e.PeakActivationBytes) != c.acts*float64(full.PeakActivationBytes) ||
			float64(e.WeightBytes) != c.weight*float64(full.WeightBytes) {
			t.Errorf("%v: labelled %v, matrix work in %v, weights %d B, written %d B, peak %d B", c.want, e.Precision,
				heaviest(e.Layers), e.Total.Weights, e.Total.Written, e.PeakActivationBytes)
		}
		if e.Total.FLOPs() != full.Total.FLOPs() || e.Latency.SpeedOfLight > full.Latency.SpeedOfLight {
			t.Errorf("%v: %d FLOP, %g s", c.want, e.Total.FLOPs(), e.Latency.SpeedOfLight)
		}
	}
}
