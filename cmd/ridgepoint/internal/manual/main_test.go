package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/cmd/ridgepoint/internal/cli"
)

// TestWrite demands a page of each command and a completion for each shell, that name the command.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	root := cli.Root()
	if err := write(root, dir); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{"man/ridgepoint-estimate.1": "--device", "man/ridgepoint.1": "SEE ALSO",
		"completions/ridgepoint.bash": "__start_ridgepoint", "completions/ridgepoint.zsh": "#compdef ridgepoint",
		"completions/ridgepoint.fish": "ridgepoint", "completions/ridgepoint.ps1": "ridgepoint"} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %d bytes (%v), expected some with %q", file, len(text), err, want)
		}
	}
	for _, c := range root.Commands() {
		if _, err := os.Stat(filepath.Join(dir, "man", "ridgepoint-"+c.Name()+".1")); err != nil && c.IsAvailableCommand() {
			t.Errorf("no page of %s: %v", c.Name(), err)
		}
	}
}
