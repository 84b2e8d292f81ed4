package hwprofiles

import (
	"bytes"
	"os"
	"reflect"
	"regexp"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/codec"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// TestIndex holds the index of the built-in devices to their profiles; -update writes it.
func TestIndex(t *testing.T) {
	parsed := parsedCatalog()
	w := codec.Writer()
	all := make([]indexed, 0, len(parsed.entries()))
	for _, e := range parsed.entries() {
		data, err := e.Read()
		if err != nil {
			t.Fatal(err)
		}
		d, err := e.Load()
		if err != nil {
			t.Fatal(err)
		}
		one := &coder{Coder: codec.Writer()}
		if one.device(d); one.Err() != nil {
			t.Fatalf("%s: %v", e.File, one.Err())
		}
		all = append(all, indexed{e.File, strictyaml.Plain(data, "extends"), one.Bytes()})
	}
	codec.List(w, &all, func(x *indexed) { x.code(w) })
	if *update {
		if err := os.WriteFile("devices.index", w.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		index = w.Bytes()
	}
	if !bytes.Equal(w.Bytes(), index) {
		t.Fatalf("devices.index is not what the profiles in devices say; write it anew by: make docs")
	}
	for i, e := range parsed.entries() {
		want, _ := e.Load()
		if got := all[i].device(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: found %+v in the index, %+v in the profile", e.File, got, want)
		}
	}
}

// parsedCatalog returns the built-in devices decoded from their profiles.
func parsedCatalog() *Catalog {
	c := new(Catalog)
	c.store = strictyaml.NewStore("device profile", func(e *entry, data []byte) (*Device, error) {
		return c.decode(e, data, false)
	})
	c.store.AddBuiltIn(embedded)
	return c
}

// TestIndexBesideUsers: a built-in device that extends one in whose place the user has another follows the user's.
func TestIndexBesideUsers(t *testing.T) {
	data, err := embedded.ReadFile("devices/raspberry-pi/rpi-5.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, dir, "rpi-5.yaml", string(regexp.MustCompile("(?m)^arch: .*$").ReplaceAll(data, []byte("arch: mine"))))
	c := NewCatalog(dir)
	for id, want := range map[string]bool{"rpi-5": true, "rpi-5-16": true, "rpi-4b": false} {
		if d, err := c.Get(id); err != nil || (d.Arch == "mine") != want {
			t.Errorf("%s: found %v, %v, expected the user's architecture: %v", id, d, err, want)
		}
	}
}

// BenchmarkList reads all built-in devices, as the first use of a process does.
func BenchmarkList(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for i := range indexes() {
			indexes()[i].device()
		}
	}
}
