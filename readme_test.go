package ridgepoint_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// program matches the Go programs of a page.
var program = regexp.MustCompile("(?s)```go\n(package main\n.*?)```")

// TestReadmePrograms builds and runs every Go program of the page on the library in a module of its own, as a reader
// would, and holds the text block behind it to what it prints.
func TestReadmePrograms(t *testing.T) {
	sampling.Alone(t)
	page, err := os.ReadFile("docs/library.md")
	if err != nil {
		t.Fatal(err)
	}
	found := program.FindAllSubmatchIndex(page, -1)
	if len(found) == 0 {
		t.Fatal("docs/library.md shows no Go program")
	}
	for _, at := range found {
		source := string(page[at[2]:at[3]])
		if n := strings.Count(source, "\n"); n > 12 {
			t.Errorf("the program has %d lines, expected at most 12", n)
		}
		if n := strings.Count(source, "\"github.com/"); n != 1 {
			t.Errorf("the program imports %d packages of others, expected one", n)
		}
		_, want, _ := strings.Cut(string(page[at[1]:]), "```text\n")
		want, _, _ = strings.Cut(want, "```")
		if got := runModule(t, source); got != want {
			t.Errorf("the program printed %q, the page says %q", got, want)
		}
	}
}

// runModule runs a program in a new module that takes this one from the checkout, and returns its output.
func runModule(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	own := strings.Replace(string(mod), "module github.com/ridgepoint/ridgepoint", "module example.com/reader", 1) +
		"\nrequire github.com/ridgepoint/ridgepoint v0.0.0\n\nreplace github.com/ridgepoint/ridgepoint => " + here + "\n"
	sum, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"go.mod": own, "go.sum": string(sum), "main.go": source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "run", "-mod=mod", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go run: %v\n%s", err, out)
	}
	return string(out)
}
