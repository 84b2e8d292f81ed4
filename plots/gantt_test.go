package plots

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/roofline/energy"
	"github.com/ridgepoint/ridgepoint/roofline/pipeline"
)

// TestGanttEvery holds that a stage of every k-th frame has no bar in the others, and says so beside its last bar.
func TestGanttEvery(t *testing.T) {
	for _, c := range []struct {
		every, bars int
		label       string
	}{{1, 3, "2 ms"}, {2, 2, "2 ms, in one frame of 2"}, {5, 1, "2 ms, in one frame of 5"}} {
		s := &pipeline.Step{Stage: &pipeline.Stage{Every: c.every}, Time: energy.Range{Expected: 2e-3}}
		g, bars := gantt{frames: framesShown}, 0
		for frame := range g.frames {
			if runs(s, frame) {
				bars++
			}
		}
		if got := barLabel(s); bars != c.bars || got != c.label {
			t.Errorf("every %d: found %d bars and %q, expected %d and %q", c.every, bars, got, c.bars, c.label)
		}
		if last := g.last(s); !runs(s, last) || last >= g.frames {
			t.Errorf("every %d: found frame %d to be the last, in which the stage does not run", c.every, last)
		}
	}
}
