package corpus

import (
	"errors"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

func TestReadCountsEveryRow(t *testing.T) {
	shared := reference.Path(t, ".")
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	cases, tables, err := Read(NewMatcher(shared, t.TempDir(), rs), Files(shared, "openvino", "edge_misc")...)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, tb := range tables {
		left := 0
		for _, n := range tb.Missed {
			left += n
		}
		if tb.Matched == 0 || tb.Matched+left != tb.Rows {
			t.Errorf("%s: %d rows matched and %d left out, expected some and %d in total",
				tb.File, tb.Matched, left, tb.Rows)
		}
		sum += tb.Matched
	}
	if sum != len(cases) {
		t.Errorf("found %d cases, expected %d as in the tables", len(cases), sum)
	}
}

func TestMediansOfOneNetwork(t *testing.T) {
	var cases []*validate.Case
	for _, latency := range []float64{3, 1, 2} {
		for _, graph := range []string{"b", "a"} {
			cases = append(cases, &validate.Case{
				Row:    measured.Row{Graph: graph, Latency: latency},
				Device: &hwprofiles.Device{ID: "d"}, Runtime: &runtimes.Runtime{ID: "r"},
			})
		}
		cases = append(cases, &validate.Case{
			Row: measured.Row{Graph: "a", Latency: 9 * latency}, Transfers: true,
			Device: &hwprofiles.Device{ID: "d"}, Runtime: &runtimes.Runtime{ID: "r"},
		})
	}
	got := Medians(cases)
	if len(got) != 3 || got[0].Row.Graph != "a" || got[0].Row.Latency != 2 || got[1].Row.Latency != 18 || got[2].Row.Latency != 2 {
		t.Errorf("found %d medians, expected those of a and b, 2 s each, and of a with transfers, 18 s", len(got))
	}
}

func TestReasonNamesNoRow(t *testing.T) {
	for text, want := range map[string]string{
		`model "resnet50" names no graph`:                "model ... names no graph",
		`device "RTX 4090": fits rtx-4090, rtx-4090-l`:   "device fits several profiles",
		"runtime ncnn does not run on t4 (class gpu)":    "runtime ncnn does not run on (class gpu)",
		"the published network has 3.40 M parameters":    "the published network has",
		`not a latency alone: the notes say "pipelined"`: "not a latency alone",
	} {
		if got := reason(errors.New(text)); got != want {
			t.Errorf("%s: found the reason %q, expected %q", text, got, want)
		}
	}
}
