package hwprofiles

import (
	"slices"
	"testing"
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
