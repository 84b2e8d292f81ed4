package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// saved writes a file of a folder.
func saved(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCheckCodes holds the verdicts of a budget file to their exit codes.
func TestCheckCodes(t *testing.T) {
	dir := t.TempDir()
	entry := "schema: 1\nbudgets:\n  - models: [zoo:mobilenetv2]\n    devices: [rpi-5]\n"
	for _, c := range []struct {
		name, text, args string
		code             int
		want             string
	}{
		{"kept", entry + "    max_expected_ms: 1000\n", "", exitOK, "none of 1 limits is broken"},
		{"broken", entry + "    max_expected_ms: 1\n", "", exitNo, "1 limits are broken"},
		{"warned", entry + "    max_expected_ms: 1\n    levels: {max_expected_ms: warn}\n", "--strict", exitOK, "fail (warn)"},
		{"off", entry + "    max_expected_ms: 1\n    levels: {max_expected_ms: off}\n", "", exitOK, "no limit is looked at"},
		{"unsure", entry + "    runtime: none\n    max_expected_ms: 1000\n", "", exitOK, "1 uncertain"},
		{"strict", entry + "    runtime: none\n    max_expected_ms: 1000\n", "--strict", exitStrict, "1 limits are uncertain"},
		{"unread", "schema: 1\nbudgets: 7\n", "", exitUsage, "expected a list"},
		{"model", strings.Replace(entry, "netv2", "netv22", 1) + "    max_flops: 1 GFLOP\n", "", exitUsage, "model.yaml:3:14: budgets[0].models[0]: "},
		{"device", strings.Replace(entry, "rpi-5", "rpi-6", 1) + "    max_flops: 1 GFLOP\n", "", exitUsage, "did you mean"},
		{"file", strings.Replace(entry, "zoo:mobilenetv2", "file.yml", 1) + "    max_flops: 1 GFLOP\n", "", exitUsage, "did you mean \"file.yaml\"?"},
		{"glob", strings.Replace(entry, "zoo:mobilenetv2", "m/*.onnx", 1) + "    max_flops: 1 GFLOP\n", "", exitUsage, "found no file that m/*.onnx matches"},
		{"base", entry + "    max_regression: 1 %\n", "", exitUsage, "found no baseline, expected one to compare with"},
		{"nobase", "baseline: absent.json\n" + entry + "    max_regression: 1 %\n", "", exitUsage, "nobase.yaml:1:11: baseline: "},
		{"nofile", entry + "    max_regression: 1 %\n", "--baseline absent.json", exitUsage, "absent.json"},
		{"twice", entry + "    max_flops: 1 GFLOP\n", "--github --format json", exitUsage, "--github prints to standard output"},
	} {
		file := saved(t, dir, c.name+".yaml", c.text)
		out, stderr, code := run(t, "", append([]string{"check", file}, strings.Fields(c.args)...)...)
		if code != c.code || !strings.Contains(out+stderr, c.want) {
			t.Errorf("%s: exit code %d, want %d and %q in:\n%s%s", c.name, code, c.code, c.want, out, stderr)
		}
	}
	if _, stderr, code := run(t, "", "check", filepath.Join(dir, "absent.yaml")); code != exitUsage || !strings.Contains(stderr, "absent.yaml") {
		t.Errorf("an absent file: exit code %d: %s", code, stderr)
	}
}

// TestCheckAllNames tells every wrong name of a file in one run.
func TestCheckAllNames(t *testing.T) {
	file := saved(t, t.TempDir(), "b.yaml", `schema: 1
budgets:
  - models: [zoo:resnet51, absent.onnx]
    devices: [rpi-6]
    runtime: tensort
    precision: fp17
    max_memory: 12 Gb
`)
	_, stderr, code := run(t, "", "check", file)
	for _, want := range []string{"b.yaml:3:14", "b.yaml:3:28", "b.yaml:4:15", "b.yaml:5:14", "did you mean tensorrt?", "b.yaml:6:16", "b.yaml:7:17"} {
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("exit code %d, found no %s in:\n%s", code, want, stderr)
		}
	}
}

// TestCheckBaseline goes the whole way: a new budget file, its baseline, a model that grows, in a repository of git.
func TestCheckBaseline(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git: ", err)
	}
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@b.c"}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
	}
	ok := func(args ...string) string {
		t.Helper()
		out, stderr, code := run(t, "", args...)
		if code != exitOK {
			t.Fatalf("ridgepoint %v: exit code %d: %s", args, code, stderr)
		}
		return out
	}
	model, file, base := filepath.Join(dir, "models", "m.onnx"), filepath.Join(dir, "budgets.yaml"), filepath.Join(dir, "base.json")
	saved(t, dir, "models/x", "")
	ok("strip", "zoo:resnet18", "-o", model)
	ok("check", "init", model, "--device", "rpi-5,t4", "--precision", "fp32", "-o", file)
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), "models: [models/m.onnx]") {
		t.Fatalf("%v: found no relative path in:\n%s", err, text)
	}
	saved(t, dir, "budgets.yaml", strings.ReplaceAll(string(text), "# max_regression", "max_regression"))
	git("init", "-q", "-b", "main")
	git("add", ".")
	git("commit", "-qm", "one")
	ok("baseline", file, "-o", base)
	for _, from := range []string{base, "git:main"} {
		if out := ok("check", file, "--baseline", from); !strings.Contains(out, "none of 12 limits is broken") {
			t.Errorf("against %s:\n%s", from, out)
		}
	}
	ok("strip", "zoo:resnet34", "-o", model)
	for _, from := range []string{base, "git:main"} {
		out, _, code := run(t, "", "check", file, "--baseline", from, "--format", "json")
		var doc struct {
			Results []struct {
				Checks []struct {
					Rule, Verdict string
					Figure        float64
				}
			}
		}
		if err := json.Unmarshal([]byte(out), &doc); err != nil {
			t.Fatal(err)
		}
		broken := 0
		for _, c := range doc.Results[0].Checks {
			if c.Rule == "max_regression" && c.Verdict == "fail" && c.Figure > 0.5 {
				broken++
			}
		}
		if code != exitNo || broken != 2 {
			t.Errorf("against %s: exit code %d, %d regressions, expected 2:\n%s", from, code, broken, out)
		}
	}
	_, stderr, code := run(t, "", "check", file, "--baseline", "git:nowhere")
	if code != exitUsage || !strings.Contains(stderr, "budgets.yaml:") || !strings.Contains(stderr, "revision nowhere") {
		t.Errorf("an absent revision: exit code %d: %s", code, stderr)
	}
	if text, err = os.ReadFile(base); err != nil {
		t.Fatal(err)
	}
	saved(t, dir, "base.json", strings.ReplaceAll(string(text), "models/m.onnx", "models/n.onnx"))
	_, stderr, code = run(t, "", "check", file, "--baseline", base)
	if code != exitUsage || !strings.Contains(stderr, "found no models/m.onnx on rpi-5 (precision fp32) in the baseline") {
		t.Errorf("a baseline of another model: exit code %d: %s", code, stderr)
	}
}
