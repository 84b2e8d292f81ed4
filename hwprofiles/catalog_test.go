package hwprofiles

import (
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// TestShipped loads every built-in profile: its file name is its id, its folder its vendor,
// its aliases are found without the rest, no two devices answer to one name,
// and the physics is sane.
func TestShipped(t *testing.T) {
	c := NewCatalog()
	owner := map[string]string{}
	for _, e := range c.store.Entries() {
		d, err := c.Get(e.Name)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if d.ID != e.Name || strings.ReplaceAll(strings.ToLower(d.Vendor), " ", "-") != path.Base(path.Dir(e.File)) {
			t.Errorf("%s: found id %q and vendor %q, expected them to make up the path", e.File, d.ID, d.Vendor)
		}
		for _, f := range Lint(d) {
			t.Errorf("%s: %s", e.File, f)
		}
		data, err := e.Read()
		if err != nil {
			t.Fatal(err)
		}
		if got := strictyaml.List(data, "aliases"); !slices.Equal(got, d.Aliases) {
			t.Errorf("%s: found the aliases %q by themselves, %q in the whole profile", e.File, got, d.Aliases)
		}
		for _, name := range append(d.Aliases, d.ID) {
			if other, ok := owner[spelling.Squash(name)]; ok {
				t.Errorf("%s and %s both answer to %q", other, d.ID, name)
			}
			owner[spelling.Squash(name)] = d.ID
		}
	}
	if len(c.store.Entries()) < 30 {
		t.Errorf("found %d profiles, expected the catalogue", len(c.store.Entries()))
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

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestExtends(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "slow.yaml", "schema: 1\nid: slow\nextends: RTX4090\npeak: {matrix: {fp16: 100 TFLOP/s}}\nsources: {default: {kind: measured, title: mine, url: 'https://example.com'}}\n")
	write(t, dir, "t4.yaml", "schema: 1\nid: t4\nextends: t4\ntdp: 60 W\nsources: {default: {kind: vendor, title: mine}}\n")
	write(t, dir, "twice.yaml", "schema: 1\nid: twice\nextends: slow\n")
	write(t, dir, "self.yaml", "schema: 1\nid: self\nextends: self\n")
	write(t, dir, "bare.yaml", "schema: 1\nid: bare\nextends: rtx3090\ntdp: 60 W\n")
	write(t, dir, "named.yml", "schema: 1\nid: other\nextends: rtx3090\n")
	c := NewCatalog(dir, filepath.Join(dir, "absent"))

	slow, err := c.Get("slow")
	if err != nil {
		t.Fatal(err)
	}
	p, ok := slow.Peak(cost.Matrix, dtype.Float16)
	if !ok || p.Rate.Value != 100e12 || p.Rate.Source.Title != "mine" || p.Rate.Origin != "" {
		t.Errorf("peak of the difference = %+v", p)
	}
	if q := slow.DRAM().Bandwidth; q.Text != "1.008 TB/s" || q.Origin != BuiltIn {
		t.Errorf("bandwidth of the base = %+v", q)
	}
	base, err := c.Get("rtx4090")
	if err != nil {
		t.Fatal(err)
	}
	if p, _ := base.Peak(cost.Matrix, dtype.Float16); p.Rate.Value != 165.2e12 || base.Hash == slow.Hash {
		t.Errorf("the base was changed: %+v", p)
	}

	t4, err := c.Get("T4")
	if err != nil || t4.TDP.Value != 60 || !strings.Contains(strings.Join(t4.Notes, "\n"), "in place of the built-in t4") {
		t.Errorf("shadowing t4 = %+v, %v", t4, err)
	}
	for name, want := range map[string]string{
		"twice": "expected one level of extends", "self": "found no such id", "named": `expected the name of the file, "named"`, "bare": `found the source "default"`,
	} {
		if _, err := c.Get(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Get(%q) error = %v, want it to say %q", name, err, want)
		}
	}
	if d, err := c.Get(filepath.Join(dir, "named.yml")); err != nil || d.ID != "other" || d.Origin == BuiltIn {
		t.Errorf("by path = %+v, %v", d, err)
	}
	all, err := c.List()
	if err == nil || len(all) < 100 || len(c.IDs()) != len(all)+4 {
		t.Errorf("List = %d devices of %d, %v", len(all), len(c.IDs()), err)
	}
}

// TestSilicon holds which profiles are measured as one device: power modes, and boards of another size of memory.
func TestSilicon(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "mine.yaml", "schema: 1\nid: mine\nextends: rpi-5\nname: my board\nmemory: [{level: dram, capacity: {value: 4 GiB, source: memory}}]\n")
	write(t, dir, "fast.yaml", "schema: 1\nid: fast\nextends: rpi-5\nmemory: [{level: dram, bandwidth: {value: 20 GB/s, source: memory}}]\n")
	c := NewCatalog(dir)
	for id, want := range map[string]string{
		"rpi-5": "rpi-5", "rpi-5-16": "rpi-5", "mine": "rpi-5", "fast": "fast", "jetson-orin-nano-8@7W": "jetson-orin-nano-8",
	} {
		d, err := c.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		if d.Silicon != want {
			t.Errorf("%s is measured as %s, want %s", id, d.Silicon, want)
		}
	}
}

// TestLike holds which devices of a user are variants of the one that they extend.
func TestLike(t *testing.T) {
	dir := t.TempDir()
	for id, text := range map[string]string{
		"fast":  "tdp: 400 W\nsources: {default: {kind: assumed, title: mine}}\n",
		"small": "memory: [{level: dram, bandwidth: 800 GB/s}]\nsources: {default: {kind: assumed, title: mine}}\n",
		"ada":   "arch: Ada AD102\n",
	} {
		write(t, dir, id+".yaml", "schema: 1\nid: "+id+"\nextends: rtx3090\n"+text)
	}
	c := NewCatalog(dir)
	for id, want := range map[string]string{"fast": "rtx3090", "small": "rtx3090", "ada": "", "rtx3090": "", "b300": ""} {
		d, err := c.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if d.Like != nil {
			got = d.Like.ID
		}
		if got != want {
			t.Errorf("%s: found a variant of %q, expected of %q", id, got, want)
		}
	}
}

// TestUnread holds that a profile which cannot be read is named where its device is not found.
func TestUnread(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "file.yaml", "schema: 1\nid: other\nextends: rtx3090\n")
	_, err := NewCatalog(dir).Get("other")
	if err == nil || !strings.Contains(err.Error(), `a profile was left out: `) ||
		!strings.Contains(err.Error(), "file.yaml") {
		t.Errorf("found %v, expected the profile that was left out", err)
	}
}

func TestGetErrors(t *testing.T) {
	c := NewCatalog()
	for name, want := range map[string]string{
		"rtx4091":               "did you mean rtx4090",
		"h100x":                 `device "h100x": found no such id, alias or file`,
		"orin-nx":               "jetson-orin-nx-16", // by its alias
		"zzzzzzzzzz":            "devices list",
		"":                      "found no such id",
		"none.yaml":             "none.yaml",
		"rtx4090@5W":            "rtx4090 has no power modes",
		"jetson-agx-orin-64@1W": "expected one of MAXN, 15W, 30W, 50W",
		"thor@120W":             "not known",
	} {
		d, err := c.Get(name)
		if err == nil {
			if d.ID != want {
				t.Errorf("Get(%q) = %s", name, d.ID)
			}
			continue
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Get(%q) error = %v, want it to say %q", name, err, want)
		}
	}
}

// TestNoCatalog holds that a catalogue that was not made by NewCatalog has no device.
func TestNoCatalog(t *testing.T) {
	for _, c := range []*Catalog{nil, {}} {
		for _, name := range []string{"t4", "Tesla T4", "none.yaml", "t4@5W", ""} {
			if d, err := c.Get(name); err == nil {
				t.Errorf("Get(%q) = %v", name, d)
			}
		}
		if all, err := c.List(); len(all) != 0 || err != nil {
			t.Errorf("List = %v, %v", all, err)
		}
	}
}

// TestMode checks the scaling of a power mode: 15 W runs 6 of 16 SMs at 408 of 1300 MHz.
func TestMode(t *testing.T) {
	c := NewCatalog()
	full, err := c.Get("jetson-agx-orin-64")
	if err != nil {
		t.Fatal(err)
	}
	d, err := c.Get("jetson-agx-orin-64@15W")
	if err != nil {
		t.Fatal(err)
	}
	a, _ := full.Peak(cost.Matrix, dtype.Float16)
	b, _ := d.Peak(cost.Matrix, dtype.Float16)
	if want := a.Rate.Value * 6 / 16 * 408 / 1300; math.Abs(b.Rate.Value/want-1) > 1e-12 || b.Rate.Source.Kind != provenance.Derived {
		t.Errorf("fp16 at 15 W = %+v, want %g", b.Rate, want)
	}
	if d.Units != 6 || d.Clock.Value != 408e6 || d.DRAM().Bandwidth.Value != 136.5e9 || d.TDP.Value != 15 || len(d.Modes) != 0 {
		t.Errorf("device at 15 W = %+v", d)
	}
	if full.DRAM().Bandwidth.Value != 204.8e9 || full.Units != 16 {
		t.Errorf("the device itself was changed: %+v", full)
	}
	for _, diff := range Diff(full, d) {
		if diff.Path == "memory.dram.bandwidth" && math.Abs(diff.Ratio-136.5/204.8) < 1e-12 {
			return
		}
	}
	t.Errorf("Diff = %+v, want the bandwidth in it", Diff(full, d))
}

// TestDefaultModes holds that a device equals its default mode to the last digit. That a mode of less power is faster
// in nothing than one of more is Lint's to hold, in TestShipped.
func TestDefaultModes(t *testing.T) {
	c := NewCatalog()
	all, err := c.List()
	if err != nil {
		t.Fatal(err)
	}
	defaults := 0
	for _, d := range all {
		if d.DefaultMode == "" {
			continue
		}
		defaults++
		m, err := c.Get(d.ID + "@" + d.DefaultMode)
		if err != nil {
			t.Fatal(err)
		}
		plain := d.derive()
		plain.Modes = nil
		if diff := Diff(plain, m); len(diff) > 0 || m.Units != d.Units || m.Silicon != d.Silicon {
			t.Errorf("%s and its default mode %s differ: %+v", d.ID, d.DefaultMode, diff)
		}
	}
	if defaults < 16 {
		t.Errorf("found %d devices with a default mode, expected every Jetson that has modes", defaults)
	}
}

func TestTemplate(t *testing.T) {
	d, err := Decode("template.yaml", Template())
	if err != nil {
		t.Fatal(err)
	}
	if f := Lint(d); len(f) != 0 || len(d.Figures()) != 26 {
		t.Errorf("template: %d figures, findings %v", len(d.Figures()), f)
	}
}

// TestDocumentedSchema loads the profile that docs/profiles.md explains the schema by.
func TestDocumentedSchema(t *testing.T) {
	page, err := os.ReadFile("../docs/profiles.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	text, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("docs/profiles.md: found no yaml block")
	}
	d, err := Decode("docs/profiles.md", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if f := Lint(d); len(f) != 0 {
		t.Errorf("docs/profiles.md: %v", f)
	}
}

func BenchmarkNewCatalog(b *testing.B) {
	for b.Loop() {
		NewCatalog()
	}
}

func BenchmarkGetID(b *testing.B) {
	c := NewCatalog()
	for b.Loop() {
		if _, err := c.Get("rtx4090"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetAlias(b *testing.B) {
	c := NewCatalog()
	for b.Loop() {
		if _, err := c.Get("Raspberry Pi 5"); err != nil {
			b.Fatal(err)
		}
	}
}
