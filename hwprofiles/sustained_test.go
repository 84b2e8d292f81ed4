package hwprofiles

import (
	"math"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// TestThrottle holds that a sustained rate counts for its own type, in proportion for others of its kind, and for no others.
func TestThrottle(t *testing.T) {
	for _, c := range []struct {
		device string
		typ    dtype.Type
		want   float64
		path   string
	}{
		{"t4", dtype.Float16, 65. / 26, "sustained.fp16"},
		{"t4", dtype.Float32, 8.141 / 4.2, "sustained.fp32"},
		{"t4", dtype.Int8, 130. / 52, "sustained.int8"},
		{"l4", dtype.Float32, 30.29 / 12, "sustained.fp32"},
		{"l4", dtype.BFloat16, 121. / 65, "sustained.fp16"},
		{"h100-sxm5", dtype.Float32, 66.9 / 55.2, "sustained.fp32"},
		{"h100-sxm5", dtype.Float16, 1, ""},
		{"rtx4090", dtype.Float16, 1, ""},
	} {
		d, err := NewCatalog().Get(c.device)
		if err != nil {
			t.Fatal(err)
		}
		got, by := d.Throttle(c.typ)
		path := ""
		if by != nil {
			path = by.Rate.Path
		}
		if math.Abs(got-c.want) > 1e-3 || path != c.path {
			t.Errorf("%s %s: %g by %q, want %g by %q", c.device, c.typ.Short(), got, path, c.want, c.path)
		}
	}
}

// TestLintSustained holds that a device sustains no more than its peak.
func TestLintSustained(t *testing.T) {
	for rate, want := range map[string]string{"0.5 TFLOP/s": "", "1.2 TFLOP/s": "sustained.fp32: found 1.2 TFLOP/s, expected a peak for fp32 of at least that"} {
		d, err := Decode("x.yaml", []byte("schema: 1\nid: x\nname: X\nvendor: X\nclass: gpu\npeak: {vector: {fp32: 1 TFLOP/s}}\nmemory: [{level: dram, bandwidth: 100 GB/s}]\nsustained: {fp32: "+
			rate+"}\nsources: {default: {kind: measured, title: x, url: \"https://example.com\"}}\n"))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range Lint(d) {
			if strings.HasPrefix(f.Path, "sustained") {
				got = f.String()
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", rate, got, want)
		}
	}
}
