package ridgepoint

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

var update = flag.Bool("update", false, "accept the present output as the expected one")

// TestExamples runs each folder of examples: run.sh with the command on its PATH, or the Go program.
func TestExamples(t *testing.T) {
	sampling.Alone(t)
	if runtime.GOOS == "windows" {
		t.Skip("needs a POSIX shell")
	}
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", bin, "./cmd/ridgepoint",
		"./examples/library", "./examples/nas").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Run("pipelines", func(t *testing.T) { pipelines(t, bin) })
	entries, err := os.ReadDir("examples")
	if err != nil {
		t.Fatal(err)
	}
	index := textOf(t, "examples/README.md")
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		dir := filepath.Join("examples", e.Name())
		if !strings.Contains(index, "["+e.Name()+"]") {
			t.Errorf("examples/README.md names no %s", e.Name())
		}
		t.Run(e.Name(), func(t *testing.T) {
			cmd := exec.Command("sh", "run.sh")
			if _, err := os.Stat(filepath.Join(dir, "main.go")); err == nil {
				cmd = exec.Command(filepath.Join(bin, e.Name()))
			}
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
				"HOME="+t.TempDir(), "XDG_CONFIG_HOME=")
			got, err := cmd.Output()
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				t.Fatalf("%v: %s", err, exit.Stderr)
			} else if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join(dir, "output.txt"), string(got))
		})
	}
}

// golden compares a file with what it should hold, or writes it under -update.
func golden(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%v; run: make golden", err)
	} else if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Errorf("%s differs from what is printed now; run: make golden\n%s", path, want)
	}
}
