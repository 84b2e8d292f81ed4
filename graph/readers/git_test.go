package readers_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
)

// repository makes a git repository with a model in two revisions, and makes it the working folder.
func repository(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git")
	}
	dir := t.TempDir()
	t.Chdir(dir)
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=n", "-c", "user.email=e@example.com"}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
	}
	git("init", "-q", "-b", "main")
	for _, spec := range []string{"zoo:resnet18", "zoo:resnet34"} {
		f, err := os.Create(filepath.Join(dir, "net.onnx"))
		if err != nil {
			t.Fatal(err)
		}
		if err := zoo.Write(f, spec); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		git("add", ".")
		git("commit", "-q", "-m", spec)
	}
}

func TestGit(t *testing.T) {
	repository(t)
	formats := append(readers.Registry{readers.Git}, readers.Default()...)
	for spec, want := range map[string]int{"git:main~1:net.onnx": 49, "git:main:./net.onnx": 89} {
		m, err := formats.Open(spec, nil)
		if err != nil {
			t.Errorf("%s: %v", spec, err)
			continue
		}
		if got := len(m.Main.Nodes); got != want {
			t.Errorf("%s: found %d nodes, expected %d", spec, got, want)
		}
	}
	for spec, want := range map[string]string{
		"git:main":                    "expected git:REVISION:PATH",
		"git::net.onnx":               "expected git:REVISION:PATH",
		"git:main:entirely/else":      "found no entirely/else in revision main; git ls-tree",
		"git:main:nett.onnx":          "did you mean net.onnx?",
		"git:nowhere:net.onnx":        `found no revision "nowhere" in git, expected a branch`,
		"git:--batch:net.onnx":        "does not begin with a hyphen",
		"git:--textconv=touch x:y":    "does not begin with a hyphen",
		"git:main\n--batch:net.onnx":  "is no revision and path of git",
		"git:main:../outside/it.onnx": "found no ../outside/it.onnx in revision main",
	} {
		_, err := formats.Open(spec, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: found %v, expected %q", spec, err, want)
		}
	}
	t.Chdir(t.TempDir())
	if _, err := formats.Open("git:main:net.onnx", nil); err == nil || !strings.Contains(err.Error(), "found no git repository around the working folder") {
		t.Errorf("found %v outside a repository", err)
	}
}
