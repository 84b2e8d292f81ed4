package judge

import (
	"path/filepath"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/corpus"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/reference"
)

// knownFaults is how many of 1,408 cells break engineLaw under a fit to three tables. It is a fault of the experiment
// that was found, not explained, and must not grow: docs/experiments.md, "One joint model".
const knownFaults = 268

// TestLawsButForAKnownFault holds the fit to its laws over the catalogue, and the one that it breaks to a ceiling.
func TestLawsButForAKnownFault(t *testing.T) {
	if testing.Short() {
		t.Skip("asks about the whole catalogue")
	}
	shared := reference.Path(t, ".")
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	m := corpus.NewMatcher(shared, filepath.Join("..", "..", "data", "measured"), rs)
	cases, _, err := corpus.Read(m, corpus.Files(shared, "ultralytics", "nvidia_tensorrt_demo", "openvino")...)
	if err != nil {
		t.Fatal(err)
	}
	samples := corpus.Samples(corpus.Medians(cases))
	model, err := joint.Fit(samples, joint.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := NewGrid(model, 1, 32)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range g.Verdicts() {
		allowed := 0
		if v.Law == engineLaw {
			allowed = knownFaults
		}
		if v.Of == 0 || v.Broken > allowed {
			t.Errorf("%s; expected at most %d of some cells", v, allowed)
		}
	}
}
