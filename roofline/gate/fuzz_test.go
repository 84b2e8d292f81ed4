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

// FuzzReadBaseline does so for baselines.
func FuzzReadBaseline(f *testing.F) {
	const one = `{"schema":"ridgepoint/baseline/v1","tool":{"version":"1"},"results":[{"estimates":[{"model":"a",` +
		`"device":"t4","setting":"","basis":"prior","latency_ms":{"speed_of_light":1,"expected":2}}]}]}`
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
