package roofline

import (
	"errors"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// TestInstead holds that the type to take instead of one that a device lacks is of its matrix units: a vector unit of
// an NPU that does fp16 is sixty times slower.
func TestInstead(t *testing.T) {
	for device, want := range map[string]string{"rzv2h": "int8", "coral-edgetpu-usb": "int8", "hailo-8": "int8"} {
		d, err := hwprofiles.NewCatalog().Get(device)
		if err != nil {
			t.Fatal(err)
		}
		_, err = NewMachine(d, dtype.Float32, nil)
		lacks := new(TypeError)
		if !errors.As(err, &lacks) || lacks.Instead() != want {
			t.Errorf("%s: found %v, expected %s instead of fp32", device, err, want)
		}
	}
}
