package ridgepoint

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// budgets are two budget files for the pipelines: one that is kept, one that is broken.
var budgets = map[string]string{
	"kept.yaml":   "schema: 1\nbudgets: [{models: zoo:mobilenetv2, devices: t4, max_params: 4e6}]\n",
	"broken.yaml": "schema: 1\nbudgets: [{models: zoo:mobilenetv2, devices: t4, max_params: 3e6, max_flops: 1 GFLOP}]\n",
}

// pipelines runs the shell bodies of the action, of the hook and of GitLab's snippet on both files, with the command in
// a folder on the PATH.
func pipelines(t *testing.T, bin string) {
	var action struct {
		Runs struct {
			Steps []struct{ Name, Shell, Run string }
		}
	}
	var hooks []struct {
		Entry string
		Args  []string
	}
	var gitlab struct{ Budgets struct{ Script []string } }
	parse(t, textOf(t, "action.yml"), &action)
	parse(t, textOf(t, ".pre-commit-hooks.yaml"), &hooks)
	_, snippet, _ := strings.Cut(textOf(t, "docs/gate.md"), "# .gitlab-ci.yml\n")
	snippet, _, _ = strings.Cut(snippet, "```")
	parse(t, snippet, &gitlab)
	for _, s := range action.Runs.Steps {
		if s.Shell != "bash" {
			t.Errorf("step %s: found the shell %q, expected bash", s.Name, s.Shell)
		}
	}
	steps := action.Runs.Steps
	for file, want := range map[string]int{"kept.yaml": 0, "broken.yaml": 1} {
		env := []string{"BUDGET=" + file, "BASELINE=", "STRICT=true", "VERSION=latest"}
		for _, s := range steps {
			code, out, dir := shell(t, bin, "bash", s.Run, env...)
			if s.Name != "Check" {
				if code != 0 {
					t.Errorf("%s: exit code %d: %s", s.Name, code, out)
				}
				continue
			}
			summary, err := os.ReadFile(filepath.Join(dir, "summary.md"))
			annotated := strings.Contains(out, "::error file=broken.yaml,line=2,")
			if code != want || err != nil || !strings.Contains(string(summary), file) || annotated != (want == 1) {
				t.Errorf("the action on %s: exit code %d, want %d; %v; %s\n%s", file, code, want, err, out, summary)
			}
			for _, made := range []string{"ridgepoint-check.xml", "ridgepoint-check.sarif", "ridgepoint-check.md"} {
				if st, err := os.Stat(filepath.Join(dir, made)); err != nil || st.Size() == 0 {
					t.Errorf("the action on %s made no %s: %v", file, made, err)
				}
			}
		}
		hook := strings.Join(append([]string{hooks[0].Entry}, hooks[0].Args...), " ")
		for name, body := range map[string]string{"the hook": hook, "GitLab": strings.Join(gitlab.Budgets.Script, "\n")} {
			if code, out, _ := shell(t, bin, "sh", strings.ReplaceAll(body, "budgets.yaml", file)); code != want {
				t.Errorf("%s on %s: exit code %d, want %d: %s", name, file, code, want, out)
			}
		}
	}
}

func parse(t *testing.T, text string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
}

// shell runs a body in a new folder with the budget files, and returns its exit code, its output and the folder.
func shell(t *testing.T, bin, name, body string, env ...string) (code int, out, dir string) {
	t.Helper()
	dir = t.TempDir()
	for file, text := range budgets {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := exec.LookPath(name); err != nil {
		t.Skip("needs a shell: ", err)
	}
	cmd := exec.Command(name, "-e", "-c", body)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), append(env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"HOME="+t.TempDir(), "XDG_CONFIG_HOME=", "GITHUB_STEP_SUMMARY="+filepath.Join(dir, "summary.md"),
		"GITHUB_PATH="+filepath.Join(dir, "path"))...)
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(text), dir
}

// TestGatePage holds the tutorial to the example that runs.
func TestGatePage(t *testing.T) {
	page := textOf(t, "docs/gate.md")
	if out := textOf(t, "examples/pull-request/output.txt"); !strings.Contains(page, "```text\n"+out+"```") {
		t.Errorf("docs/gate.md does not show what the example prints:\n%s", out)
	}
	script := textOf(t, "examples/pull-request/run.sh")
	for _, line := range []string{"ridgepoint check init model.onnx --device t4 --precision fp16 -o",
		"ridgepoint strip zoo:resnet34 -o model.onnx",
		"ridgepoint check budgets.yaml --baseline git:main --markdown comment.md"} {
		if !strings.Contains(page, line) || !strings.Contains(script, line) {
			t.Errorf("docs/gate.md and its example do not both have %q", line)
		}
	}
}
