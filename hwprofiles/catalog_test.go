package hwprofiles

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// TestShipped loads every built-in profile: its file name is its id, its folder its vendor,
// the line scan finds the aliases the parser finds, no two devices answer to one name,
// and the physics is sane.
func TestShipped(t *testing.T) {
	c := NewCatalog()
	owner := map[string]string{}
	for _, e := range c.entries {
		d, err := c.Get(e.id)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if d.ID != e.id || strings.ReplaceAll(strings.ToLower(d.Vendor), " ", "-") != path.Base(path.Dir(e.file)) {
			t.Errorf("%s: found id %q and vendor %q, expected them to make up the path", e.file, d.ID, d.Vendor)
		}
		for _, f := range Lint(d) {
			t.Errorf("%s: %s", e.file, f)
		}
		data, err := e.read()
		if err != nil {
			t.Fatal(err)
		}
		if got := scanAliases(data); !slices.Equal(got, d.Aliases) {
			t.Errorf("%s: scanned aliases %q, parsed %q", e.file, got, d.Aliases)
		}
		for _, name := range append(d.Aliases, d.ID) {
			if other, ok := owner[squash(name)]; ok {
				t.Errorf("%s and %s both answer to %q", other, d.ID, name)
			}
			owner[squash(name)] = d.ID
		}
	}
	if len(c.entries) < 30 {
		t.Errorf("found %d profiles, expected the catalogue", len(c.entries))
	}
}

func TestGet(t *testing.T) {
	c := NewCatalog()
	for name, want := range map[string]string{
		"rtx4090": "rtx4090", "RTX 4090": "rtx4090", "NVIDIA GeForce RTX 4090": "rtx4090", "nvidia_geforce_rtx_4090": "rtx4090",
		"Raspberry Pi 5": "rpi-5", "Jetson Orin Nano Super": "jetson-orin-nano-8-super", "Tesla T4": "t4", "a100": "a100-sxm4-40",
		"jetson-agx-orin-64@30w": "jetson-agx-orin-64@30W", "Raspberry Pi 3B+": "rpi-3b-plus",
	} {
		d, err := c.Get(name)
		if err != nil || d.ID != want {
			t.Errorf("Get(%q) = %v, %v; want %s", name, d, err, want)
		}
	}
}
