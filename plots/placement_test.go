package plots

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/placement"
)

// TestPlacement holds that a picture of a placement names the units, says how much falls back, and shows no fallback
// where there is none.
func TestPlacement(t *testing.T) {
	m, err := readers.Open("zoo:resnext50-32x4d")
	if err != nil {
		t.Fatal(err)
	}
	plan, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	res, err := plan.Run(infer.Bindings{Batch: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	for device, want := range map[string][]string{
		"rzv2h":   {"4x Cortex-A55 at 1.8 GHz", "fallen back: 16,", "runs in part", "changes of the unit: 32"},
		"hailo-8": {"no other unit", "on the device: ", "changes of the unit: 0"},
	} {
		d, err := hwprofiles.NewCatalog().Get(device)
		if err != nil {
			t.Fatal(err)
		}
		e, err := roofline.Run(res, d, roofline.Options{Precision: dtype.Int8, Tuner: &roofline.Tuner{Runtimes: rs}})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := Placement(placement.Of(e)).Write(&b, "svg"); err != nil {
			t.Fatal(err)
		}
		for _, text := range want {
			if !strings.Contains(b.String(), text) {
				t.Errorf("%s: the picture lacks %q", device, text)
			}
		}
		if has := strings.Contains(b.String(), "fallen back"); has != (device == "rzv2h") {
			t.Errorf("%s: found fallen kernels %v", device, has)
		}
	}
}
