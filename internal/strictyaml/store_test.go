package strictyaml

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestStore holds which files a store finds, in which order, which shadow which, and that each is decoded once.
func TestStore(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "b.yaml", "mine")
	write(t, dir, "a.yml", "mine")
	write(t, dir, "x/y/deep.yaml", "mine")
	write(t, dir, "x/y/z/deeper.yaml", "too deep")
	write(t, dir, "bad.yaml", "bad")
	write(t, dir, "note.txt", "no profile")
	single := filepath.Join(t.TempDir(), "single.yaml")
	write(t, filepath.Dir(single), "single.yaml", "mine")
	decoded := map[string]int{}
	s := NewStore("toy", func(e *Entry[string], data []byte) (string, error) {
		decoded[e.File]++
		if string(data) == "bad" {
			return "", errors.New("a bad toy")
		}
		return e.Name + " " + string(data), nil
	})
	s.AddFiles(single)
	s.AddDirs(dir, filepath.Join(dir, "absent"))
	if err := s.ReadUsers(); err == nil || !strings.Contains(err.Error(), "a bad toy") {
		t.Errorf("reading users' files: %v", err)
	}
	s.AddBuiltIn(fstest.MapFS{"toys/b.yaml": {Data: []byte("built-in")}, "toys/c.yaml": {Data: []byte("built-in")}})
	s.Shadow()
	var got []string
	for _, e := range s.Entries() {
		text, err := e.Load()
		if again, _ := e.Load(); err != nil || again != text {
			t.Fatalf("%s: %q, then %q, %v", e.File, text, again, err)
		}
		got = append(got, text)
		if e.BuiltIn != strings.HasSuffix(text, "built-in") {
			t.Errorf("%s: built-in is %v", e.File, e.BuiltIn)
		}
	}
	if want := "single mine,a mine,b mine,deep mine,c built-in"; strings.Join(got, ",") != want {
		t.Errorf("found %q, want %q", got, want)
	}
	for file, n := range decoded {
		if n != 1 {
			t.Errorf("%s was decoded %d times", file, n)
		}
	}
	if len(decoded) != 6 {
		t.Errorf("decoded %v, want all but what is shadowed or too deep", decoded)
	}
}

// TestStoreReadsLate holds that a file is read when it is asked for, and that what is wrong then names the kind of
// file.
func TestStoreReadsLate(t *testing.T) {
	s := NewStore("toy", func(_ *Entry[string], data []byte) (string, error) { return string(data), nil })
	e := s.File(filepath.Join(t.TempDir(), "absent.yaml"))
	if _, err := e.Load(); err == nil || !strings.HasPrefix(err.Error(), "toy: ") || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an absent file: %v", err)
	}
	var none *Store[string]
	if len(none.Entries()) != 0 {
		t.Error("a nil store has entries")
	}
}
