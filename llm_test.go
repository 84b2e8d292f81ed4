package ridgepoint_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/internal/gguftest"
)

// TestServeElsewhere: a device without an engine, and an engine that does not run on a device, name the units of the
// same chip that would do.
func TestServeElsewhere(t *testing.T) {
	rp := ridgepoint.New(nil)
	for _, c := range []struct{ device, runtime, want string }{
		{"iphone-15", "", "of the same chip it runs on apple-a16"},
		{"rk3588", "rkllm", "of the same chip it runs on rk3588-npu"},
		{"snapdragon-8-elite", "qnn", "of the same chip it runs on snapdragon-8elite-npu"},
	} {
		o := &ridgepoint.ServingOptions{Runtime: c.runtime, Prompt: 128, Output: 16}
		if _, err := rp.Serve("zoo:qwen2.5-0.5b", c.device, o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want an error that says %q", c.device, c.runtime, err, c.want)
		}
	}
}

// TestServeHybrid: a file with layers that are no attention is served with what is not counted said, in the types that
// it has alone, and its graph has nodes of unknown work.
func TestServeHybrid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hybrid.gguf")
	if err := os.WriteFile(path, gguftest.Hybrid("qwen3next", false), 0o600); err != nil {
		t.Fatal(err)
	}
	rp := ridgepoint.New(nil)
	a, err := rp.Serve(path, "rtx3060", &ridgepoint.ServingOptions{Prompt: 128, Output: 16})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(a.Warnings, "\n")
	if !strings.Contains(text, "3 of 4 layers") || !strings.Contains(text, "coverage 25 %") {
		t.Errorf("warnings %q", text)
	}
	other := &ridgepoint.ServingOptions{Prompt: 128, Output: 16, Quant: "q4_k_m"}
	if _, err := rp.Serve(path, "rtx3060", other); err == nil || !strings.Contains(err.Error(), "no attention") {
		t.Errorf("another quantisation: %v", err)
	}
	m, err := rp.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	e, err := rp.Estimate(m, "rtx3060", nil)
	if err != nil {
		t.Fatal(err)
	}
	if c := e.Coverage.Fraction(); c >= 1 || c < 0.9 {
		t.Errorf("coverage %g", c)
	}
}
