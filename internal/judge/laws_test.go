package judge

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// knownFaults is of how many cells one may break engineLaw. It is a fault of the model that was found and not mended,
// and must not grow (docs/experiments.md).
const knownFaults = 20

// sampled is every how many devices the laws are tried of, unless RIDGEPOINT_LAWS=all asks for the whole catalogue.
const sampled = 12

// TestLaws holds the shipped model to the laws over the catalogue.
func TestLaws(t *testing.T) {
	if testing.Short() {
		t.Skip("the catalogue is not asked in short mode: run without -short")
	}
	every := sampled
	if sampling.All() {
		every = 1
	}
	g, err := NewGrid(joint.Shipped(), every)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range g.Verdicts() {
		t.Log(v)
		allowed := 0
		if v.Law == engineLaw {
			allowed = v.Of / knownFaults
		}
		if v.Of == 0 || v.Broken > allowed {
			t.Errorf("%s; expected at most %d of some cells", v, allowed)
		}
	}
}
