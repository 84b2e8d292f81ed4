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
			if f := faulty(name, &rows[i]); f != nil {
				left[f.reason]++
			}
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
	if f := faulty("nvidia_tensorrt_demo", &bert); f == nil || !strings.Contains(f.reason, "no int8 matrix units") || f.put != nil {
		t.Errorf("int8 of a V100: found %+v", f)
	}
	bert.Precision = "fp16"
	if f := faulty("nvidia_tensorrt_demo", &bert); f != nil {
		t.Errorf("fp16 of a V100: found the reason %q, expected none", f.reason)
	}
	for _, c := range []struct{ precision, source, threads, runtime string }{
		{"fp32", "MLPerf Inference v3.0", "1", "TFLite vmaster (xnnpack)"},
		{"uint8", "MLPerf Inference v5.1", "1", "TFLite vmaster (xnnpack)"},
		{"uint8", "MLPerf Inference v3.0", "", "TFLite vmaster (ruy)"},
	} {
		row := measured.Row{Runtime: "TFLite vmaster (xnnpack)", Precision: c.precision, Source: c.source, Notes: "a=b"}
		f := faulty("mlperf_open", &row)
		if f == nil || f.put == nil {
			t.Errorf("%s of %s: found no fault that is put right", c.precision, c.source)
			continue
		}
		if f.put(&row); row.Note("threads") != c.threads || row.Runtime != c.runtime || row.Note("a") != "b" {
			t.Errorf("%s of %s: found %q threads of %q", c.precision, c.source, row.Note("threads"), row.Runtime)
		}
	}
}

func TestFitLeavesHeldOut(t *testing.T) {
	cases := []*validate.Case{{}, {HeldOut: "judged by"}, {}}
	if got := Fit(cases); len(got) != 2 || len(cases) != 3 {
		t.Errorf("found %d cases for fits of %d, expected 2 of 3", len(got), len(cases))
	}
	if got := Apart(cases); len(got) != 1 || got[0] != cases[1] {
		t.Errorf("found %d cases apart from fits, expected the second", len(got))
	}
	for name := range heldOut {
		if !slices.Contains(Tables, name) {
			t.Errorf("%s is held out and not read", name)
		}
	}
}
