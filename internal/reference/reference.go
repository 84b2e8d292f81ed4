// Package reference finds, for tests, the data beside the project: real models and published figures that
// are no part of it and that nothing but tests may need.
package reference

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Path is a file or folder below ../shared, seen from the module's root. The test is skipped where it is absent.
func Path(t testing.TB, parts ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test's directory")
		}
		dir = up
	}
	path := filepath.Join(append([]string{dir, "..", "shared"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not beside this checkout: reference data is no part of the project; put its folder there to run this", filepath.Join(append([]string{"..", "shared"}, parts...)...))
	}
	return path
}

// Gunzip returns the unpacked content of a .gz file.
func Gunzip(t testing.TB, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
