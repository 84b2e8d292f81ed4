package roofline

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// TestThreads holds which slice a number of threads is taken from, and that the lower bound follows the threads.
func TestThreads(t *testing.T) {
	devices, model := hwprofiles.NewCatalog(), built(t, "zoo:yolo11n", 1)
	for _, c := range []struct {
		device, runtime string
		threads         int
		slice           string
		slower          float64 // of the lower bound over that of all cores, at least
	}{
		{"rpi-5", "onnxruntime-cpu", 0, "rpi-5/onnxruntime-cpu/fp32", 1},
		{"rpi-5", "onnxruntime-cpu", 4, "rpi-5/onnxruntime-cpu/fp32", 1},
		{"rpi-5", "onnxruntime-cpu", 1, "rpi-5/onnxruntime-cpu/fp32", 3},
		{"rpi-4b", "ncnn", 1, "rpi-4b/ncnn/fp32/t1", 3},
		{"core-i9-13900k", "onnxruntime-cpu", 32, "core-i9-13900k/onnxruntime-cpu/fp32", 1},
		{"core-i9-13900k", "onnxruntime-cpu", 8, "core-i9-13900k/onnxruntime-cpu/fp32", 1.2},
	} {
		d, err := devices.Get(c.device)
		if err != nil {
			t.Fatal(err)
		}
		tuner := *engines(t)
		if tuner.Runtime, err = tuner.Runtimes.Get(c.runtime); err != nil {
			t.Fatal(err)
		}
		run := func(threads int) *Estimate {
			e, err := Run(model, d, Options{Precision: dtype.Float32, Threads: threads, Tuner: &tuner})
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		all, got := run(0), run(c.threads)
		if s := got.Tuning.Slice.String(); s != c.slice {
			t.Errorf("%d threads of %s: taken from %s, want %s", c.threads, c.device, s, c.slice)
		}
		if f := got.Latency.SpeedOfLight / all.Latency.SpeedOfLight; f < c.slower || c.slower == 1 && f != 1 {
			t.Errorf("%d threads of %s: %g times the lower bound of all, want %g at least", c.threads, c.device, f, c.slower)
		}
		if c.slower == 1 && (*got.Latency.Expected != *all.Latency.Expected || *got.Latency.High != *all.Latency.High) {
			t.Errorf("%d threads of %s take %g s, all %g s", c.threads, c.device, *got.Latency.Expected, *all.Latency.Expected)
		}
	}
}

// TestBigCoresFirst holds that eight threads of an i9-13900K have its P cores: more than 8 of its 24 cores' peak.
func TestBigCoresFirst(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("core-i9-13900k")
	if err != nil {
		t.Fatal(err)
	}
	all, err := newMachine(d, nil, dtype.Float32, 0)
	if err != nil {
		t.Fatal(err)
	}
	eight, err := newMachine(d, nil, dtype.Float32, 8)
	if err != nil {
		t.Fatal(err)
	}
	share := all.rates[0][dtype.Float32].perOp / eight.rates[0][dtype.Float32].perOp
	if share <= 8./24 || share >= 1 {
		t.Errorf("8 threads have %.3f of the peak, want more than a third", share)
	}
}

// TestAdapted holds what is said of parameters of other threads or another mode.
func TestAdapted(t *testing.T) {
	for _, c := range []struct {
		device  string
		threads int
		note    string
	}{
		{"rpi-5", 0, ""},
		{"rpi-5", 2, "those of all 4 cores of rpi-5"},
		{"jetson-agx-orin-64@MAXN", 0, ""},
		{"jetson-agx-orin-64@30W", 0, "launches take 2.12 times as long"},
	} {
		d, err := hwprofiles.NewCatalog().Get(c.device)
		if err != nil {
			t.Fatal(err)
		}
		opt := Options{Precision: dtype.Float32, Threads: c.threads, Tuner: engines(t)}
		e, err := Run(built(t, "zoo:yolo11n", 1), d, opt)
		if err != nil {
			t.Fatal(err)
		}
		notes := strings.Join(note.Texts(e.Tuning.Adapted), "; ")
		if (notes == "") != (c.note == "") || !strings.Contains(notes, c.note) {
			t.Errorf("%s, %d threads: found %q, want %q", c.device, c.threads, notes, c.note)
		}
	}
}
