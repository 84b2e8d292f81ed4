package hwprofiles

import (
	"math"
	"strings"
	"testing"
)

// TestUsableMemory holds what is left to a model: of what the driver or the operating system shows, else of the share
// that the class has.
func TestUsableMemory(t *testing.T) {
	c := NewCatalog()
	for _, want := range []struct {
		id    string
		gib   float64
		title string
	}{
		{"t4", 15 - 0.5, "15360 MiB visible less 512 MiB"},
		{"p100-sxm2", 0.98*16 - 0.5, "0.98 x 16 GiB less 512 MiB"},
		{"jetson-orin-nano-8", 7620./1024 - 1, "7620 MiB visible less 1 GiB"},
		{"jetson-orin-nano-8@7W", 7620./1024 - 1, "visible"},
		{"rpi-4b", 0.97*8 - 0.25, "0.97 x 8 GiB"},
		{"rpi-zero-2w", 159. / 1024, "415 MiB visible"},
		{"apple-m1", 16 * 2. / 3, "0.67 x 16 GiB"},
		{"apple-m1-max", 48, "0.75 x 64 GiB"},
		{"apple-a16", 3, "3 GiB visible"},
		{"tpu-v5e", 15.75, "15.75 GiB visible"},
		{"core-i9-12900k", 0, ""}, // its owner fitted it
	} {
		d, err := c.Get(want.id)
		if err != nil {
			t.Fatal(err)
		}
		got := d.UsableMemory()
		title := ""
		if got.Source != nil {
			title = got.Source.Title
		}
		if math.Abs(got.Value/gibi-want.gib) > 1e-9 || !strings.Contains(title, want.title) {
			t.Errorf("%s: %g GiB (%s), want %g (%s)", want.id, got.Value/gibi, title, want.gib, want.title)
		}
	}
}

// TestUsableMemoryEverywhere holds that every device of a known capacity leaves some of it to a model, and never all.
func TestUsableMemoryEverywhere(t *testing.T) {
	all, err := NewCatalog().List()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		capacity := d.DRAM().Capacity.Value
		if u := d.UsableMemory(); capacity > 0 && (u.Value <= 0 || u.Value >= capacity || u.Source.Note == "") {
			t.Errorf("%s: %s of %s are usable, want some but not all", d.ID, u.Text, d.DRAM().Capacity.Text)
		}
	}
}
