package joint

import (
	"bytes"
	"io/fs"
	"math"
	"testing"
	"testing/fstest"
)

// TestStoredModelForecastsTheSame holds that a model comes back from its files.
func TestStoredModelForecastsTheSame(t *testing.T) {
	samples := world()
	m := fit(t, samples)
	files, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	dir := fstest.MapFS{}
	for name, data := range files {
		dir[name] = &fstest.MapFile{Data: data}
	}
	back := &Model{parts: map[string]*part{}, store: dir}
	for _, s := range samples {
		a, b := m.Forecast(&s.Setting, s.Terms, s.Asked()), back.Forecast(&s.Setting, s.Terms, s.Asked())
		if math.Abs(a.Log-b.Log) > 1e-5 || math.Abs(a.Variance/b.Variance-1) > 0.02 {
			t.Fatalf("%s on %s: found %v from the files, expected %v", s.Network, s.Device, b, a)
		}
	}
	if a, b := m.Slices(), back.Slices(); len(a) == 0 || len(a) != len(b) {
		t.Errorf("%d slices became %d", len(a), len(b))
	}
}

// TestDamagedFilesAreErrors cuts a file short everywhere.
func TestDamagedFilesAreErrors(t *testing.T) {
	p := fit(t, world()).part("pytorch")
	data, err := p.encode()
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(data); n += 1 + len(data)/64 {
		if _, err := decode(data[:n]); err == nil {
			t.Errorf("%d of %d bytes were read as a whole part", n, len(data))
		}
	}
}

// TestShippedIsWell reads every part of the shipped model: an estimate would take one that cannot be read for no
// measurements.
func TestShippedIsWell(t *testing.T) {
	m := Shipped()
	families := m.families()
	if len(families) == 0 {
		t.Fatal("found no parts, expected some: make shipped writes them")
	}
	for _, f := range families {
		data, err := fs.ReadFile(m.store, f+stored)
		if err != nil {
			t.Fatal(err)
		}
		p, err := decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.slices) == 0 || len(p.nets) == 0 {
			t.Errorf("%s: found %d slices and %d networks; make shipped writes it anew", f, len(p.slices), len(p.nets))
			continue
		}
		again, err := p.encode()
		if err != nil {
			t.Fatal(err)
		}
		was, _ := inflate(data)
		if is, err := inflate(again); err != nil || !bytes.Equal(is, was) {
			t.Errorf("%s: what was read and is written again differs (%v): reading loses something", f, err)
		}
	}
}
