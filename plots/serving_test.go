package plots

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// TestServing: each axis is drawn with a line for each device; another axis, or no answer, is an error.
func TestServing(t *testing.T) {
	k, err := decoder.Lookup("llama3.2-1b")
	if err != nil {
		t.Fatal(err)
	}
	engine, err := llm.Get("llama-cpp")
	if err != nil {
		t.Fatal(err)
	}
	var answers []*serve.Answer
	for _, device := range []string{"rtx3060", "rtx4090"} {
		d, err := hwprofiles.NewCatalog().Get(device)
		if err != nil {
			t.Fatal(err)
		}
		for _, prompt := range []int64{512, 4096} {
			m, err := serve.NewModel(k.Name, "zoo", k.Shape, "q8_0")
			if err != nil {
				t.Fatal(err)
			}
			s := serve.Setup{Model: m, Device: d, Engine: engine, TP: 1, PP: 1}
			a, err := s.Run(serve.Workload{Prompt: prompt, Output: 64, Batch: 1})
			if err != nil {
				t.Fatal(err)
			}
			answers = append(answers, a)
		}
	}
	for _, axis := range ServingAxes() {
		f, err := Serving(axis, answers)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := f.Write(&out, "svg"); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"rtx3060", "rtx4090", "tokens/s"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("by %s: %q is not in the picture", axis, want)
			}
		}
	}
	for axis, list := range map[string][]*serve.Answer{"colour": answers, "batch": nil} {
		if _, err := Serving(axis, list); err == nil {
			t.Errorf("%d answers by %s are drawn", len(list), axis)
		}
	}
}
