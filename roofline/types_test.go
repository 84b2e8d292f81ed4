package roofline

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// inType returns a model whose floating-point tensors all are of a type.
func inType(t *testing.T, m *graph.Model, to dtype.Type) *infer.Result {
	t.Helper()
	for i := range m.Tensors {
		if d := m.Tensors[i].Decl; d != nil && d.Elem == dtype.Float32 {
			d.Elem = to
		}
		if w := m.Tensors[i].Init; w != nil && w.Type == dtype.Float32 {
			w.Type = to
		}
	}
	return inferred(t, m, infer.Bindings{Batch: 2})
}

// TestOwnTypeWithoutPeak holds that a model in a type that the device lacks takes as long as one in fp32, and says so;
// in what it was asked for, it fails.
func TestOwnTypeWithoutPeak(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("gtx1080ti")
	if err != nil {
		t.Fatal(err)
	}
	opt := Options{Tuner: engines(t)}
	full, err := Run(inType(t, chainModel(20), dtype.Float32), d, opt)
	if err != nil {
		t.Fatal(err)
	}
	res := inType(t, chainModel(20), dtype.BFloat16)
	e, err := Run(res, d, opt)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(*e.Latency.Expected / *full.Latency.Expected - 1) > 1e-9 || e.MemoryBytes != full.MemoryBytes {
		t.Errorf("bf16 takes %g s and %d B, fp32 %g s and %d B", *e.Latency.Expected, e.MemoryBytes, *full.Latency.Expected,
			full.MemoryBytes)
	}
	if e.Asked != dtype.Undefined || e.Precision != dtype.BFloat16 || e.Ran != dtype.Float32 {
		t.Errorf("asked %s, labelled %s, ran %s", e.Asked.Short(), e.Precision.Short(), e.Ran.Short())
	}
	if why := note.New(note.TypeWithoutPeak, "bf16", "fp32", "gtx1080ti"); !slices.ContainsFunc(e.Notes, why.Equal) {
		t.Errorf("no note says so: %q", note.Texts(e.Notes))
	}
	if _, err := Run(res, d, Options{Precision: dtype.BFloat16}); err == nil {
		t.Error("bf16 that was asked for runs on a device without it")
	}
}

// TestTypeCalibrated holds that a calibration of the type asked for is used although the runtime runs it as another.
func TestTypeCalibrated(t *testing.T) {
	d, err := hwprofiles.NewCatalog().Get("rpi-5")
	if err != nil {
		t.Fatal(err)
	}
	tuner := *engines(t)
	tuner.Uncorrected = true
	res := inType(t, chainModel(20), dtype.Float32)
	before, err := Run(res, d, Options{Precision: dtype.Float16, Tuner: &tuner})
	if err != nil {
		t.Fatal(err)
	}
	c := runtimes.Calibration{Slice: runtimes.Slice{Device: "rpi-5", Runtime: "onnxruntime-cpu", Precision: "fp16"},
		Class:      "rpi",
		Parameters: before.Tuning.Values, N: 5, Families: 5, Low: 0.9, High: 1.1}
	c.Parameters[params.Scale] *= 2
	file := filepath.Join(t.TempDir(), c.FileName())
	if err := os.WriteFile(file, c.Encode(), 0o600); err != nil {
		t.Fatal(err)
	}
	if tuner.Calibrations, err = runtimes.LoadCalibrations([]string{file}, nil); err != nil {
		t.Fatal(err)
	}
	after, err := Run(res, d, Options{Precision: dtype.Float16, Tuner: &tuner})
	if err != nil {
		t.Fatal(err)
	}
	if after.Tuning.Tier != TierSlice || after.Tuning.Slice != c.Slice ||
		*after.Latency.Expected < 1.5**before.Latency.Expected {
		t.Errorf("%s of %s: %g s, %g s before", after.Tuning.Tier, after.Tuning.Slice, *after.Latency.Expected,
			*before.Latency.Expected)
	}
}
