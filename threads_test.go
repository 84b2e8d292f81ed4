package ridgepoint_test

import (
	"testing"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/graph/note"
)

// TestUsualThreads holds that a runtime's own number of threads is taken where none is asked for, that the estimate
// says so, and that all cores can be asked for.
func TestUsualThreads(t *testing.T) {
	took := func(runtime string, threads int) (ms float64, said bool) {
		e, err := ridgepoint.Predict("zoo:mobilenetv2", "rpi-5", &ridgepoint.Options{Runtime: runtime, Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range e.Notes {
			said = said || n.Code == note.UsualThreads
		}
		return e.Milliseconds(), said
	}
	usual, said := took("tflite-xnnpack", 0)
	one, saidOne := took("tflite-xnnpack", 1)
	all, saidAll := took("tflite-xnnpack", 4)
	if usual != one || !said || saidOne || saidAll || all > one/2 {
		t.Errorf("TFLite: by default %g ms (said %v), with one thread %g (%v), with four %g (%v)",
			usual, said, one, saidOne, all, saidAll)
	}
	if usual, said := took("ncnn", 0); said {
		t.Errorf("ncnn: %g ms said to be of its usual threads, expected all", usual)
	} else if all, _ := took("ncnn", 4); all != usual {
		t.Errorf("ncnn: by default %g ms, with all cores %g", usual, all)
	}
}
