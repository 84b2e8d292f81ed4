package corpus

import (
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// TestFaults holds that every flag is of a table that is read and flags rows of it, with a reason.
func TestFaults(t *testing.T) {
	shared := reference.Path(t, ".")
	left := map[string]int{}
	for _, name := range Tables {
		rows, err := measured.ReadFile(Files(shared, name)[0])
		if err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			left[faulty(name, &rows[i])]++
		}
	}
	for _, f := range faults {
		if f.table != "" && !slices.Contains(Tables, f.table) || left[f.reason] == 0 || f.reason == "" {
			t.Errorf("%q of table %q flags %d rows of the tables read, expected some", f.reason, f.table, left[f.reason])
		}
	}
}

func TestFaultyRows(t *testing.T) {
	bert := measured.Row{Device: "NVIDIA V100 16GB", Runtime: "tensorrt", Precision: "INT8", Latency: 1e-3}
	if why := faulty("nvidia_tensorrt_demo", &bert); !strings.Contains(why, "no int8 matrix units") {
		t.Errorf("int8 of a V100: found the reason %q", why)
	}
	bert.Precision = "fp16"
	if why := faulty("nvidia_tensorrt_demo", &bert); why != "" {
		t.Errorf("fp16 of a V100: found the reason %q, expected none", why)
	}
}

func TestFitLeavesHeldOut(t *testing.T) {
	cases := []*validate.Case{{}, {HeldOut: "judged by"}, {}}
	if got := Fit(cases); len(got) != 2 || len(cases) != 3 {
		t.Errorf("found %d cases for fits of %d, expected 2 of 3", len(got), len(cases))
	}
	for name := range heldOut {
		if !slices.Contains(Tables, name) {
			t.Errorf("%s is held out and not read", name)
		}
	}
}
