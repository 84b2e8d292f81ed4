package report

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// TestBoundLead holds what is said of lower bounds: of one that was asked for, and of a device without a runtime.
func TestBoundLead(t *testing.T) {
	for _, c := range []struct {
		fusion      string
		runtimeless bool
		want        []string
	}{
		{"full", false, []string{"lower bound     1 ms", "assumes         fusion full, every kernel at the peak rate"}},
		{"none", false, []string{"lower bound     1 ms", "assumes         fusion none, every kernel at the peak rate"}},
		{"full", true, []string{"lower bound     1 ms; real latency is usually 3 to 10 times this", "assumes         fusion full"}},
	} {
		e := &roofline.Estimate{Fusion: c.fusion, Latency: roofline.Latency{SpeedOfLight: 1e-3}}
		if c.runtimeless {
			e.Notes = append(e.Notes, note.New(note.Runtimeless, "mine"))
		}
		lines := boundLead(e)
		if len(lines) != len(c.want) {
			t.Fatalf("found %q, want %d lines", lines, len(c.want))
		}
		for i := range lines {
			if !strings.HasPrefix(lines[i], c.want[i]) {
				t.Errorf("found %q, want it to begin with %q", lines[i], c.want[i])
			}
		}
	}
}

// TestMemoryText holds what is said of what fills a memory.
func TestMemoryText(t *testing.T) {
	const gib = 1 << 30
	for _, c := range []struct {
		e    roofline.Estimate
		want string
	}{
		{roofline.Estimate{WeightBytes: 2 * gib, PeakActivationBytes: gib, MemoryBytes: 3 * gib},
			"2 GiB weights + 1 GiB activations = 3 GiB"},
		{roofline.Estimate{WeightBytes: 2 * gib, PeakActivationBytes: 2 * gib, CacheBytes: gib, MemoryBytes: 4 * gib,
			UsableBytes: 4 * gib, TakenBytes: gib, Room: roofline.RoomTight},
			"2 GiB weights + 1 GiB activations + 1 GiB KV cache = 4 GiB: tight in 4 GiB usable; system and runtime take 1 GiB"},
		{roofline.Estimate{WeightBytes: 4 * gib, MemoryBytes: 4 * gib, UsableBytes: 2 * gib, Room: roofline.RoomNone},
			"4 GiB weights + 0 B activations = 4 GiB: does not fit in 2 GiB usable"},
	} {
		if got := memoryText(&c.e); got != c.want {
			t.Errorf("found %q, want %q", got, c.want)
		}
	}
}
