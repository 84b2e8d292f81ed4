package validate

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// TestAnotherSize runs a file's graph at the image size of a row, and holds that a network that learnt its positions
// is refused.
func TestAnotherSize(t *testing.T) {
	m := matcher(t)
	m.Models = reference.Path(t, "corpus/dev")
	row := measured.Row{Model: "ese_vovnet39b.ra_in1k", Device: "NVIDIA T4", Runtime: "pytorch-eager", Precision: "fp16",
		Batch: 8, InputShape: "3x288x288", Latency: 0.01, Work: 11.71e9, WorkUnit: "mac"}
	c, err := m.Match(&row)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Run()
	if err != nil {
		t.Fatal(err)
	}
	if macs := float64(r.MACs()) / 8e9; macs < 11.5 || macs > 11.9 || r.Scale != 0 && r.Scale != 1 {
		t.Errorf("%.2f G multiply-adds a sample, scaled by %g, expected the published 11.71 and no scaling", macs, r.Scale)
	}
	for _, bad := range []struct {
		model, shape string
		work         float64
		want         string
	}{
		{"cait_xxs36_224", "3x224x224", 0, "cannot be sized"},
		{"ese_vovnet39b", "3x288x288", 7.1e9, "another variant"},
		{"ese_vovnet39b", "", 0, "names no graph"},
	} {
		row := row
		row.Model, row.InputShape, row.Work = bad.model, bad.shape, bad.work
		if _, err := m.Match(&row); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%s at %s: %v, expected an error with %q", bad.model, bad.shape, err, bad.want)
		}
	}
}
