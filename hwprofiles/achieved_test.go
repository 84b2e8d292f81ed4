package hwprofiles

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
)

// TestAchieved: what was measured is read, stands beside the peaks without changing them, and belongs to no power mode.
func TestAchieved(t *testing.T) {
	d, err := NewCatalog().Get("a100-sxm4-80")
	if err != nil {
		t.Fatal(err)
	}
	a := d.Achieved
	if a.DRAM == nil || a.DRAM.Value != 1737e9 || a.DRAM.Source.Kind != provenance.Measured || a.GraphLaunch == nil || a.GraphLaunch.Value != 1.4e-6 {
		t.Errorf("achieved = %+v", a)
	}
	if len(a.Matmul) != 1 || a.Matmul[0].Type != dtype.BFloat16 || a.Matmul[0].Rate.Value != 271.2e12 {
		t.Errorf("matmul = %+v", a.Matmul)
	}
	if p, _ := d.Peak(cost.Matrix, dtype.BFloat16); p.Rate.Value != 312e12 || d.DRAM().Bandwidth.Value != 2.039e12 {
		t.Errorf("the promised figures were changed: %+v", p)
	}
	mode, err := NewCatalog().Get("jetson-agx-orin-64@30W")
	if err != nil || mode.Achieved.DRAM != nil {
		t.Errorf("in a power mode: %+v, %v", mode.Achieved, err)
	}
}

// TestAchievedLint: nothing is measured to be faster than it can be.
func TestAchievedLint(t *testing.T) {
	for figure, want := range map[string]string{
		"dram: 200 GB/s":               "achieved.dram: found 200 GB/s, expected no more than the 100 GB/s",
		"matmul: {fp32: 1.2 TFLOP/s}":  "achieved.matmul.fp32: found 1.2 TFLOP/s",
		"matmul: {fp16: 0.1 TFLOP/s}":  "achieved.matmul.fp16: found 0.1 TFLOP/s, expected a peak for fp16",
		"matmul: {fp32: 1.05 TFLOP/s}": "",
		"dram: 90 GB/s":                "",
	} {
		d, err := Decode("x.yaml", []byte("schema: 1\nid: x\nname: X\nvendor: X\nclass: gpu\npeak: {vector: {fp32: 1 TFLOP/s}}\nmemory: [{level: dram, bandwidth: 100 GB/s}]\nachieved: {"+
			figure+"}\nsources: {default: {kind: vendor, title: sheet}}\n"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range Lint(d) {
			got = append(got, f.String())
		}
		if all := strings.Join(got, "\n"); !strings.HasPrefix(all, want) || (want == "") != (all == "") {
			t.Errorf("%s: findings %q, want %q", figure, all, want)
		}
	}
}
