// Package reference finds, for tests, the data beside the project: real models and published figures that
// are no part of it and that nothing but tests may need. A sample of the models is in testdata/corpus.
package reference

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Path returns a file or folder of the reference data. The data beside the checkout come first; without them the sample
// in testdata serves for paths that begin with corpus. A test of what neither has is skipped.
func Path(t testing.TB, parts ...string) string {
	t.Helper()
	root := module(t)
	for _, data := range []string{filepath.Join(root, "..", "shared"), filepath.Join(root, "testdata")} {
		path := filepath.Join(append([]string{data}, parts...)...)
		if _, err := os.Stat(path); err == nil {
			return path
		}
		if Whole(t) {
			t.Fatalf("%s is not there, though other reference data is", path)
		}
	}
	t.Skip(absent)
	return ""
}

// absent gives the reason of a skipped test that needs more than the sample in testdata.
const absent = "needs the reference data beside the checkout, of which testdata/corpus has a sample"

// Whole reports whether the whole of the reference data is beside the checkout.
func Whole(t testing.TB) bool {
	t.Helper()
	_, err := os.Stat(filepath.Join(module(t), "..", "shared"))
	return err == nil
}

// Least returns how many cases a test must find: all of those in the whole data, or of those in the sample.
func Least(t testing.TB, whole, sample int) int {
	t.Helper()
	if Whole(t) {
		return whole
	}
	return sample
}

// module returns the folder of the module.
func module(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test's directory")
		}
		dir = up
	}
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
