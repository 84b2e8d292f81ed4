package wholefile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/allocated"
)

// TestRead reads a file up to its bound, and refuses a longer one, a folder and what has no end.
func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte("1234"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := Read(path, "a note", 4); err != nil || string(data) != "1234" {
		t.Errorf("found %q, %v", data, err)
	}
	for name, want := range map[string]string{path: "expected a note of at most", filepath.Dir(path): "", path + "x": ""} {
		if data, err := Read(name, "a note", 3); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: found %q, %v, expected an error that says %q", name, data, err, want)
		}
	}
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip("needs /dev/zero: ", err)
	}
	allocated.Bound{AtLeast: 16 << 20}.Hold(t, 0, func() {
		if _, err := Read("/dev/zero", "a note", 1<<20); err == nil || !strings.Contains(err.Error(), "more than 1 MiB") {
			t.Errorf("an endless file: %v", err)
		}
	})
}
