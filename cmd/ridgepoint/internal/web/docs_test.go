package web

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// TestDocs runs the commands of docs/serve.md in a folder with a model, and holds the lines below each to its output.
func TestDocs(t *testing.T) {
	sampling.Alone(t)
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("needs curl, which the page uses: ", err)
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "docs", "serve.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, h := served(t, nil)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "model.onnx"), fileOf(t, small), 0o600); err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(page), "```sh-session\n")
	block, _, _ = strings.Cut(block, "```")
	examples := strings.Split(block, "$ ")[1:]
	for _, e := range examples {
		line, want, _ := strings.Cut(e, "\n")
		cmd := exec.Command("sh", "-c", strings.ReplaceAll(line, "http://127.0.0.1:8080", h.URL))
		cmd.Dir = dir
		out, err := cmd.Output()
		if err != nil || string(out) != want {
			t.Errorf("%s: %v\nfound\n%s\nexpected\n%s", line, err, out, want)
		}
	}
	if len(examples) < 4 {
		t.Errorf("found %d commands, expected 4 at least", len(examples))
	}
}
