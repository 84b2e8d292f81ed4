package ridgepoint_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/ridgepoint/ridgepoint"
)

// TestWays: all ways to run a model on a device are ranked, each once, and what the device lacks is refused with a
// reason.
func TestWays(t *testing.T) {
	rp := ridgepoint.New(&ridgepoint.Config{UserDir: t.TempDir()})
	m, err := rp.Load("zoo:yolo11n")
	if err != nil {
		t.Fatal(err)
	}
	all := []string{ridgepoint.All}
	found, err := rp.Ways(context.Background(), m, []string{"rpi-5"}, all, all, nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, e := range found.Estimates {
		if i > 0 && e.Latency.Best() < found.Estimates[i-1].Latency.Best() {
			t.Errorf("%s stands behind a slower way", e.Tuning.Runtime.ID)
		}
		key := e.Tuning.Runtime.ID + " " + e.Precision.Short()
		if seen[key] || !e.Tuning.Runtime.RunsOn(e.Device) {
			t.Errorf("%s is there twice, or does not run", key)
		}
		seen[key] = true
	}
	if !seen["ncnn fp32"] || !seen["mnn fp16"] || len(seen) < 10 {
		t.Errorf("found the ways %v", seen)
	}
	for _, want := range []ridgepoint.Refusal{{Runtime: "tensorrt"}, {Precision: "fp8"},
		{Runtime: "onnxruntime-cpu", Precision: "fp16"}, {Runtime: "ncnn", Precision: "fp16"}} {
		if !slices.ContainsFunc(found.Refused, func(r ridgepoint.Refusal) bool {
			return r.Runtime == want.Runtime && r.Precision == want.Precision && r.Why != ""
		}) {
			t.Errorf("%+v is not refused", want)
		}
	}
}

// TestOptionsOfImages: a size gives what the model of that size gives, and an overhead is added to every figure.
func TestOptionsOfImages(t *testing.T) {
	rp := ridgepoint.New(&ridgepoint.Config{UserDir: t.TempDir()})
	at := func(spec string, opt *ridgepoint.Options) *ridgepoint.Estimate {
		m, err := rp.Load(spec)
		if err != nil {
			t.Fatal(err)
		}
		e, err := rp.Estimate(m, "rpi-5", opt)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	plain := at("zoo:yolo11n?size=384x640", nil)
	sized := at("zoo:yolo11n", &ridgepoint.Options{Size: ridgepoint.Size{Height: 384, Width: 640}})
	if sized.Milliseconds() != plain.Milliseconds() || sized.Model != plain.Model {
		t.Errorf("%s: %g ms, expected %g ms", sized.Model, sized.Milliseconds(), plain.Milliseconds())
	}
	later := at("zoo:yolo11n?size=384x640", &ridgepoint.Options{Overhead: 6 * time.Millisecond}).Latency
	for i, got := range []float64{later.SpeedOfLight, *later.Expected, *later.Low, *later.High} {
		l := plain.Latency
		want := []float64{l.SpeedOfLight, *l.Expected, *l.Low, *l.High}[i] + 6e-3
		if got < 0.999999*want || got > 1.000001*want {
			t.Errorf("figure %d is %g s, expected %g s", i, got, want)
		}
	}
}

// TestDeployed: GPUs mostly run fp16, CPUs what was exported.
func TestDeployed(t *testing.T) {
	rp := ridgepoint.New(&ridgepoint.Config{UserDir: t.TempDir()})
	m, err := rp.Load("zoo:resnet50")
	if err != nil {
		t.Fatal(err)
	}
	for device, want := range map[string]string{"t4": "fp16", "jetson-orin-nano-8": "fp16", "rpi-5": "",
		"h100-sxm5": "fp16"} {
		e, err := rp.Estimate(m, device, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, fresh := "", ridgepoint.New(&ridgepoint.Config{UserDir: t.TempDir()})
		if usual := fresh.Deployed(e, nil); usual != nil {
			got = usual.Precision.Short()
			again, err := rp.Estimate(m, device, &ridgepoint.Options{Precision: got})
			if err != nil || again.Milliseconds() != usual.Milliseconds() {
				t.Errorf("%s at %s: %g ms, alone %g ms (%v)", device, got, usual.Milliseconds(), again.Milliseconds(), err)
			}
		}
		if got != want {
			t.Errorf("%s: found %q, expected %q", device, got, want)
		}
	}
}

// TestWaysAlike holds that a narrower precision that gains nothing is named once, as the wider one that it is as fast
// as: the type that people run first.
func TestWaysAlike(t *testing.T) {
	m, err := ridgepoint.New(nil).Load("zoo:mobilenetv2")
	if err != nil {
		t.Fatal(err)
	}
	board := []string{"jetson-orin-nano-8-super"}
	ways, err := ridgepoint.New(nil).Ways(t.Context(), m, board, nil, []string{ridgepoint.All}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range ways.Estimates {
		for _, b := range ways.Estimates[:i] {
			if r := a.Latency.Best() / b.Latency.Best(); r < 1.01 {
				t.Errorf("%s and %s take the same, %g", a.Precision, b.Precision, r)
			}
		}
	}
	for _, r := range ways.Refused {
		if r.Precision == "fp16" {
			t.Errorf("fp16 is left out: %s", r.Why)
		}
	}
}
