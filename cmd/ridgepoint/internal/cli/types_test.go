package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/hostile"
)

// typedModel returns a product of two tensors of 512 × 512 elements of a type.
func typedModel(t dtype.Type) []byte {
	value := func(name string) string { return hostile.Typed(name, uint64(t), 512, 512) }
	m := &hostile.Model{Name: "m", Inputs: []string{value("x"), value("w")}, Outputs: []string{value("y")},
		Nodes: []hostile.Node{{Name: "product", Op: "MatMul", In: []string{"x", "w"}, Out: []string{"y"}}}}
	return m.Encode()
}

// TestTypesOfModels holds that a model in a floating-point type is answered on every kind of device: as fp32, with a
// note and the latency of the same model in fp32, where the device lacks the type; or with an error that names a
// --precision that does run, or asks for another export where no precision changes the type.
func TestTypesOfModels(t *testing.T) {
	dir := t.TempDir()
	hint := regexp.MustCompile(`--precision (\w+) runs`)
	expected := func(model, device string, more ...string) (latency float64, notes, stderr string, code int) {
		args := append([]string{"estimate", model, "-d", device, "--runtime", "none", "--format", "json"}, more...)
		out, stderr, code := run(t, "", args...)
		if code != exitOK {
			return 0, "", stderr, code
		}
		var answer struct {
			Results []struct {
				Latency struct {
					Light float64 `json:"speed_of_light_s"`
				} `json:"latency"`
				Notes json.RawMessage `json:"notes"`
			} `json:"results"`
		}
		if err := json.Unmarshal([]byte(out), &answer); err != nil || len(answer.Results) != 1 {
			t.Fatalf("%v: %v in %.300s", args, err, out)
		}
		return answer.Results[0].Latency.Light, string(answer.Results[0].Notes), stderr, code
	}
	full := filepath.Join(dir, "fp32.onnx")
	if err := os.WriteFile(full, typedModel(dtype.Float32), 0o600); err != nil {
		t.Fatal(err)
	}
	fell, refused := 0, 0
	for _, typ := range []dtype.Type{dtype.BFloat16, dtype.Float16, dtype.Float64, dtype.Float8E4M3FN,
		dtype.Float8E4M3FNUZ,
		dtype.Float8E5M2, dtype.Float8E5M2FNUZ} {
		model := filepath.Join(dir, typ.String()+".onnx")
		if err := os.WriteFile(model, typedModel(typ), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, device := range []string{"rpi-5", "jetson-nano", "gtx1080ti", "t4", "apple-m4", "hailo-8",
			"coral-edgetpu-usb"} {
			latency, notes, stderr, code := expected(model, device)
			switch {
			case code == exitOK && strings.Contains(notes, `"type-without-peak"`):
				fell++
				if want, _, _, _ := expected(full, device); latency != want {
					t.Errorf("%s on %s falls back to fp32 and takes %g s, expected the %g s of fp32", typ, device, latency, want)
				}
			case code != exitOK:
				refused++
				found := hint.FindStringSubmatch(stderr)
				if strings.Contains(stderr, "export the model in fp32") {
					if _, _, _, code := expected(full, device, "--precision", "int8"); typ.Bits() > 8 || code != exitOK {
						t.Errorf("%s on %s: an export is told, which is of no use: %s", typ, device, stderr)
					}
				} else if found == nil {
					t.Errorf("%s on %s: exit code %d, expected a --precision in: %s", typ, device, code, stderr)
				} else if _, _, stderr, code := expected(model, device, "--precision", found[1]); code != exitOK {
					t.Errorf("%s on %s: --precision %s was told, and ends with %d: %s", typ, device, found[1], code, stderr)
				}
			}
		}
	}
	if fell == 0 || refused == 0 {
		t.Errorf("%d fell back and %d were refused, expected some of each", fell, refused)
	}
}
