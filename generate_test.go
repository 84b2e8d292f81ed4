package ridgepoint_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ridgepoint/ridgepoint"
)

// TestGenerate: more steps, pictures and sound take longer, each as its parts say.
func TestGenerate(t *testing.T) {
	e := ridgepoint.New(new(ridgepoint.Config))
	whole := func(model string, o ridgepoint.RequestOptions) float64 {
		r, err := e.Generate(model, "rtx3090", &o)
		if err != nil {
			t.Fatal(err)
		}
		w := r.Whole()
		if !(w.SpeedOfLight <= w.Expected && w.Low <= w.Expected && w.Expected <= w.High) {
			t.Errorf("%s: %+v is out of order", model, w)
		}
		return w.Expected
	}
	few := whole("sd15", ridgepoint.RequestOptions{Steps: 10})
	many := whole("zoo:sd15", ridgepoint.RequestOptions{Steps: 20})
	if many < 1.5*few || many > 2*few {
		t.Errorf("10 steps take %g s, 20 take %g", few, many)
	}
	short, long := whole("whisper-tiny", ridgepoint.RequestOptions{}),
		whole("whisper-tiny", ridgepoint.RequestOptions{Audio: 5 * time.Minute})
	if long < 9*short || long > 11*short {
		t.Errorf("30 s of sound take %g s, five minutes %g", short, long)
	}
	for model, c := range map[string]struct {
		o    ridgepoint.RequestOptions
		want string
	}{
		"sd15":         {ridgepoint.RequestOptions{Audio: time.Second}, "expected pictures"},
		"whisper-base": {ridgepoint.RequestOptions{Steps: 3}, "expected sound"},
		"sdxl":         {ridgepoint.RequestOptions{Images: -1}, "expected 1 to"},
		"llama3-8b":    {ridgepoint.RequestOptions{}, "no generator"},
	} {
		if _, err := e.Generate(model, "rtx3090", &c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", model, err, c.want)
		}
	}
	_, err := e.Generate("whisper-tiny", "groq-lpu", nil)
	if err == nil || !strings.Contains(err.Error(), "only a lower bound") {
		t.Errorf("a device without a runtime: error %v, want one that says what is known", err)
	}
}
