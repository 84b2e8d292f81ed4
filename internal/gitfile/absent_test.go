package gitfile

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repositoryWith returns a folder with a repository of one commit on the branch main, with a tag v1.0.
func repositoryWith(t *testing.T, files map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git: ", err)
	}
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range []string{"init -q -b main", "add .", "commit -qm one", "tag v1.0"} {
		who := []string{"-c", "user.name=a", "-c", "user.email=a@b.c"}
		cmd := exec.Command("git", append(who, strings.Fields(args)...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args, err, out)
		}
	}
	return dir
}

// textOf returns a file of a revision as text.
func textOf(t *testing.T, dir, revision, path string) (text string, err error) {
	t.Helper()
	err = Read(t.Context(), dir, revision, path, func(in io.Reader) error {
		data, err := io.ReadAll(in)
		text = string(data)
		return err
	})
	return text, err
}

// TestAbsent says which of repository, revision and file is not there, and what is nearest.
func TestAbsent(t *testing.T) {
	dir := repositoryWith(t, map[string]string{"models/net.onnx": "a", "models/small/tiny.onnx": "b", "top.onnx": "c"})
	sub := filepath.Join(dir, "models")
	for _, c := range []struct{ dir, revision, path, want string }{
		{dir, "maim", "top.onnx", `no revision "maim" in git, expected a branch, a tag or a commit; did you mean main?`},
		{dir, "v1.1", "top.onnx", "did you mean v1.0?"},
		{dir, "HEAD~7", "top.onnx", `found no revision "HEAD~7" in git`},
		{dir, "main", "net.onnx", "found no net.onnx in revision main; did you mean models/net.onnx?"},
		{dir, "main", "tpo.onnx", "did you mean top.onnx?"},
		{dir, "main", "models/tiny.onnx", "did you mean models/small/tiny.onnx?"},
		{dir, "main", "entirely-else.txt", "git ls-tree -r --name-only main lists its files"},
		{dir, "main", "models", "found a folder, models, in revision main, expected a file"},
		{sub, "main", "./nett.onnx", "found no nett.onnx in revision main; did you mean ./net.onnx?"},
		{sub, "main", "net.onnx", "did you mean models/net.onnx?"},
		{t.TempDir(), "main", "top.onnx", "found no git repository around "},
	} {
		_, err := textOf(t, c.dir, c.revision, c.path)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s of %s: found %v, expected %q", c.path, c.revision, err, c.want)
		}
	}
}

// TestShallow: a clone of one commit has few revisions, which the message says.
func TestShallow(t *testing.T) {
	dir := repositoryWith(t, map[string]string{"net.onnx": "a"})
	clone := filepath.Join(t.TempDir(), "clone")
	if out, err := exec.Command("git", "clone", "-q", "--depth", "1", "file://"+dir, clone).CombinedOutput(); err != nil {
		t.Fatalf("git clone: %v: %s", err, out)
	}
	_, err := textOf(t, clone, "origin/release-7", "net.onnx")
	if err == nil || !strings.Contains(err.Error(), "shallow: fetch it, as with git fetch origin release-7") {
		t.Errorf("found %v, expected that the clone is shallow", err)
	}
}

// TestLFS reads the object that a pointer names, and says how to fetch one that is not there.
func TestLFS(t *testing.T) {
	const content = "a large file"
	id := fmt.Sprintf("%x", sha256.Sum256([]byte(content)))
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:" + id + "\nsize 12\n"
	broken := strings.Replace(pointer, id, "x", 1)
	dir := repositoryWith(t, map[string]string{"models/net.onnx": pointer, "broken.onnx": broken})
	_, err := textOf(t, dir, "main", "models/net.onnx")
	if err == nil || !strings.Contains(err.Error(), "fetch it with git lfs fetch origin main") {
		t.Errorf("found %v, expected that the object is not there", err)
	}
	objects := filepath.Join(dir, ".git", "lfs", "objects", id[:2], id[2:4])
	if err := os.MkdirAll(objects, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(objects, id), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for from, path := range map[string]string{dir: "models/net.onnx", filepath.Join(dir, "models"): "./net.onnx"} {
		if got, err := textOf(t, from, "main", path); err != nil || got != content {
			t.Errorf("%s in %s: found %q, %v, expected the object", path, from, got, err)
		}
	}
	if got, err := textOf(t, dir, "main", "broken.onnx"); err != nil || got != broken {
		t.Errorf("found %q, %v, expected a broken pointer as it is", got, err)
	}
}
