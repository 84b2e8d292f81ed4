package trace_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/roofline/trace"
)

// TestEveryFormatHasASample demands a file in testdata of each format.
func TestEveryFormatHasASample(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	var read []string
	for _, file := range files {
		if p, err := trace.Open(file); err == nil {
			read = append(read, p.Format)
		}
	}
	for _, name := range trace.Formats() {
		if !slices.Contains(read, name) {
			t.Errorf("no file in testdata is read as %s; add one", name)
		}
	}
}
