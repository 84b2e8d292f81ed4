package judge

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// knownFaults says of how many cells one may break a law. They are faults of the model that were found and not mended,
// and must not grow (docs/experiments.md).
var knownFaults = map[string]int{engineLaw: 20, betterLaw: 18}

// The laws are tried of every so many devices.
const (
	sampled = 4
	wider   = 1   // where RIDGEPOINT_LAWS=all
	raced   = 120 // under the race detector, which sees the same there
)

// every returns of every how many devices laws are tried.
func every() int {
	switch {
	case sampling.Race:
		return raced
	case sampling.All():
		return wider
	}
	return sampled
}

// TestLaws holds the shipped model to the laws over the catalogue.
func TestLaws(t *testing.T) {
	if testing.Short() {
		t.Skip("the catalogue is not asked in short mode: run without -short")
	}
	g, err := NewGrid(joint.Shipped(), every())
	if err != nil {
		t.Fatal(err)
	}
	if sampling.Race {
		return // the detector has watched the asking; a few devices are too few for verdicts
	}
	for _, v := range g.Verdicts() {
		t.Log(v)
		allowed := 0
		if one := knownFaults[v.Law]; one > 0 {
			allowed = v.Of / one
		}
		if v.Of == 0 || v.Broken > allowed {
			t.Errorf("%s; expected at most %d of some cells", v, allowed)
		}
	}
}
