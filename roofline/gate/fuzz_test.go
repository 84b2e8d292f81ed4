package gate

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/allocated"
)

// reading bounds what a budget file or a baseline may allocate.
var reading = allocated.Bound{PerByte: 4000, AtLeast: 2 << 20}

// FuzzRead looks for budget files that break the reader, or take more memory than they may.
func FuzzRead(f *testing.F) {
	f.Add([]byte(everyKey))
	f.Add([]byte("schema: 1\nbudgets:\n  - {models: [zoo:a], devices: [t4], max_memory: 1e400 GiB, min_fps: nan}\n"))
	f.Add([]byte("schema: 1\nbaseline: &a [*a]\nbudgets: {}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		reading.Hold(t, len(data), func() {
			b, err := Read("fuzz.yaml", data)
			if err != nil {
				return
			}
			sound := b.Finish() == nil
			for i := range b.Entries {
				for _, limit := range b.Entries[i].Bounds {
					if sound && !(limit.Value >= 0 && limit.Value <= 1e300) {
						t.Errorf("found the limit %g of %s", limit.Value, limit.Key)
					}
				}
			}
		})
	})
}

// one is a baseline of one estimate.
const one = `{"schema":"ridgepoint/baseline/v1","tool":{"version":"1"},"results":[{"estimates":[{"model":"a",` +
	`"device":"t4","setting":"","basis":"prior","latency_ms":{"speed_of_light":1,"expected":2}}]}]}`

// TestCut: a baseline that ends early is an error, wherever it ends. A budget file that does is one, or has no more
// limits than the whole.
func TestCut(t *testing.T) {
	for n := range len(one) {
		if _, err := ReadBaseline([]byte(one[:n])); err == nil {
			t.Errorf("the first %d bytes of a baseline are taken", n)
		}
	}
	limits := func(data string) int {
		f, err := Read("b.yaml", []byte(data))
		if err == nil {
			err = f.Finish()
		}
		if err != nil {
			if !strings.HasPrefix(err.Error(), "b.yaml") || strings.Contains(err.Error(), " yaml: ") {
				t.Errorf("the first %d bytes: found %q, expected the file's name and our own words", len(data), err)
			}
			return 0
		}
		all := 0
		for i := range f.Entries {
			all += len(f.Entries[i].Bounds)
		}
		return all
	}
	whole := limits(everyKey)
	if whole < 5 {
		t.Fatalf("found %d limits in the whole file", whole)
	}
	for n := range len(everyKey) {
		if got := limits(everyKey[:n]); got > whole {
			t.Errorf("the first %d bytes have %d limits, the whole %d", n, got, whole)
		}
	}
}

// FuzzReadBaseline does so for baselines.
func FuzzReadBaseline(f *testing.F) {
	f.Add([]byte(one))
	f.Add([]byte(strings.Replace(one, `"expected":2`, `"expected":1e999`, 1)))
	f.Add(bytes.Repeat([]byte("["), 20_000))
	f.Fuzz(func(t *testing.T, data []byte) {
		reading.Hold(t, len(data), func() {
			b, err := ReadBaseline(data)
			if err != nil {
				return
			}
			for i := range b.bases {
				if v := b.bases[i].Best(); !(v > 0 && v < 1e306) {
					t.Errorf("found a latency of %g", v)
				}
			}
		})
	})
}
