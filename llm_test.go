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

// TestServeHybridConfig: the configuration of a hybrid is served in any quantisation; what its recurrences keep of a
// sequence does not grow with it, and is not in the cache of a token.
func TestServeHybridConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.json")
	text := `{"model_type":"lfm2","num_hidden_layers":4,"hidden_size":256,"num_attention_heads":4,"num_key_value_heads":2,
"intermediate_size":512,"conv_L_cache":3,"layer_types":["conv","conv","full_attention","conv"],"vocab_size":1000}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	rp := ridgepoint.New(nil)
	for _, quant := range []string{"", "q4_k_m", "w4g128"} {
		a, err := rp.Serve(path, "rtx3060", &ridgepoint.ServingOptions{Prompt: 100, Output: 10, Quant: quant})
		if err != nil {
			t.Fatal(err)
		}
		token, state := int64(2*2*64*2), int64(3*2*256*4)
		if m := a.Memory; m.CachePerToken != token || m.Cache != 110*token+state {
			t.Errorf("%s: %d B a token, %d B in all; expected %d and %d",
				quant, m.CachePerToken, m.Cache, token, 110*token+state)
		}
		if text := strings.Join(a.Warnings, " "); !strings.Contains(text, "coverage 25 %") || a.Next.Expected <= 0 {
			t.Errorf("%s: warnings %q, %g s a token", quant, text, a.Next.Expected)
		}
	}
}
