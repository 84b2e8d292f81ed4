package hwprofiles

import (
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// TestArchitectures holds that every built-in GPU and CPU is of a design in the table, and every design of the table
// that of a device: TestShipped then holds that none lacks a type.
func TestArchitectures(t *testing.T) {
	all, err := NewCatalog().List()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, d := range all {
		a := d.architecture()
		if a != nil {
			seen[a.name] = true
		} else if !slices.Contains([]Class{NPU, TPU}, d.Class) {
			t.Errorf("%s: found no design for the arch %q, expected a row of architectures", d.ID, d.Arch)
		}
	}
	for _, a := range architectures {
		if !seen[a.name] {
			t.Errorf("%s: found no device of this design", a.name)
		}
	}
}

// TestMatrixUnits holds that lint reports a matrix rate of a type that a GPU's design has no matrix unit for.
func TestMatrixUnits(t *testing.T) {
	for _, id := range []string{"v100-sxm2-16", "gtx1080ti"} {
		d, err := NewCatalog().Get(id)
		if err != nil {
			t.Fatal(err)
		}
		for i := range d.Peaks {
			if d.Peaks[i].Type == dtype.Int8 {
				d.Peaks[i].Engine = cost.Matrix
			}
		}
		found := Lint(d)
		if !slices.ContainsFunc(found,
			func(f Finding) bool { return strings.Contains(f.Msg, "has no matrix unit for int8") }) {
			t.Errorf("%s with int8 as a matrix rate: found %v", id, found)
		}
	}
}
