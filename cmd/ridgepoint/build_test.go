package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// build returns the path of the command, built for this test without the race detector.
func build(t *testing.T) string {
	t.Helper()
	sampling.Alone(t)
	bin := filepath.Join(t.TempDir(), "ridgepoint")
	cmd := exec.Command("go", "build", "-o", bin, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return bin
}
