package cli

import (
	"encoding/json"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/reference"
)

// expected returns the latency in ms that a command line of estimate expects, and its batch.
func expected(t *testing.T, args ...string) (ms, batch float64) {
	t.Helper()
	out, stderr, code := run(t, "", append(args, "--format", "json")...)
	var doc struct {
		Results []struct {
			Batch float64
			Total struct {
				Latency struct{ Expected float64 } `json:"latency_ms"`
			}
			Variants []struct {
				Latency struct{ Expected float64 } `json:"latency_ms"`
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil || code != exitOK || len(doc.Results) != 1 {
		t.Fatalf("ridgepoint %v: exit code %d, %v: %s", args, code, err, stderr)
	}
	r := &doc.Results[0]
	if n := len(r.Variants); n > 0 { // of whatif: the last one has all changes
		return r.Variants[n-1].Latency.Expected, math.Max(r.Batch, 1)
	}
	return r.Total.Latency.Expected, math.Max(r.Batch, 1)
}

// TestExplainSaves runs the command behind each piece of advice on twenty models of the corpus: the stated saving is the
// difference of the two estimates.
func TestExplainSaves(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(reference.Path(t, "corpus", "dev"), "*.onnx.gz"))
	if err != nil {
		t.Fatal(err)
	}
	most := 20
	if testing.Short() {
		most = 4
	}
	models, checked := 0, 0
	for i, file := range files {
		if models == most {
			break
		}
		device := []string{"t4", "rpi-5"}[i%2]
		out, _, code := run(t, "", "explain", file, "--device", device, "--format", "json")
		if code != exitOK {
			continue // a free dimension that no flag here binds
		}
		var doc struct {
			Results []struct {
				Batch  float64
				Advice []struct {
					ID, Verify string
					Batch      float64
					Saved      struct{ Expected float64 } `json:"saved_ms"`
				}
			}
		}
		if err := json.Unmarshal([]byte(out), &doc); err != nil {
			t.Fatal(err)
		}
		models++
		base, now := expected(t, "estimate", file, "--device", device)
		for _, x := range doc.Results[0].Advice {
			if strings.Contains(x.Verify, "--by kernel") {
				continue // the graph is changed: TestAnswer compares its estimates
			}
			args := strings.Fields(strings.ReplaceAll(strings.TrimPrefix(x.Verify, "ridgepoint "), "'", ""))
			got, batch := expected(t, args...)
			if x.ID == "batch" {
				got *= now / batch
			}
			if diff := base - got; math.Abs(diff-x.Saved.Expected) > 1e-9*base {
				t.Errorf("%s on %s, %s: states %g ms saved, the difference of the estimates is %g: %s", filepath.Base(file),
					device, x.ID, x.Saved.Expected, diff, x.Verify)
			}
			checked++
		}
	}
	if models < most || checked < 2*most {
		t.Errorf("found %d models and %d savings to compare, expected %d and twice as many", models, checked, most)
	}
}
