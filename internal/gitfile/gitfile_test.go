package gitfile

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRead reads a file of an old revision, and says what is wrong where there is none.
func TestRead(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git: ", err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "sub", "m.txt")
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@b.c"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
	}
	write := func(text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	git("init", "-q", "-b", "main")
	write("old")
	git("add", ".")
	git("commit", "-qm", "one")
	write("new")
	read := func(revision, path string) (data []byte, err error) {
		keep := func(in io.Reader) (err error) {
			data, err = io.ReadAll(in)
			return err
		}
		err = Read(context.Background(), filepath.Dir(path), revision, "./"+filepath.Base(path), keep)
		return data, err
	}
	// a filter that the folder's author chose must not run
	git("config", "diff.evil.textconv", "touch "+filepath.Join(dir, "ran")+"; cat")
	if err := os.WriteFile(filepath.Join(dir, ".gitattributes"), []byte("*.txt diff=evil\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := read("main", file); err != nil || string(got) != "old" {
		t.Errorf("found %q, %v, expected the old text", got, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
		t.Error("a filter of the repository ran")
	}
	full := errors.New("enough")
	if err := Read(t.Context(), dir, "main", "sub/m.txt", func(io.Reader) error { return full }); !errors.Is(err, full) {
		t.Errorf("found %v, expected the reader's own error", err)
	}
	for _, c := range []struct{ revision, path, want string }{
		{"main", filepath.Join(dir, "sub", "absent.txt"), "found no absent.txt in revision main"},
		{"nowhere", file, `found no revision "nowhere" in git, expected a branch`},
		{"--output=x", file, "expected a branch"},
		{"", file, "expected a branch"}, {"a\nb", file, "expected a branch"}, {"main:sub", file, "expected a branch"},
	} {
		if got, err := read(c.revision, c.path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s of %s: found %q, %v, expected %q", c.path, c.revision, got, err, c.want)
		}
	}
}
