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

// faults lists what people write wrong in a budget, each with the place, what was expected and the nearest name. Each
// text stands below an entry of one model on a device, which has no other fault.
var faults = []struct{ name, from, to, want string }{
	{"key of the file", "budgets:", "budget:", `:2:1: budget: found the unknown key "budget"|did you mean "budgets"?`},
	{"key of an entry", "max_flops", "max_flop", `:5:5: budgets[0].max_flop: |did you mean "max_flops"?`},
	{"key of a level", "max_flops: 9 GFLOP", "levels: {max_fps: warn}", `:5:14: |did you mean "min_fps"?`},
	{"level", "max_flops: 9 GFLOP", "levels: {max_flops: eror}", `:5:25: |expected one of off, warn, error|did you mean "error"?`},
	{"schema", "schema: 1", "schema: v1", `:1:9: schema: found "v1", expected 1`},
	{"no schema", "schema: 1", "#", `:2:1: found no schema|begin with "schema: 1"`},
	{"device", "rpi-5", "rpi-55", `:4:15: budgets[0].devices[0]: |did you mean rpi-5`},
	{"power mode", "rpi-5", "jetson-agx-orin-64@31W", `:4:15: |found no such power mode, expected one of `},
	{"built-in model", "mobilenetv2", "mobilnetv2", `:3:14: |the nearest are mobilenetv2`},
	{"parameter", "[zoo:mobilenetv2]", `"zoo:mobilenetv2?sise=3"`, `:3:13: budgets[0].models: |size`},
	{"text without quotes", "mobilenetv2", "mobilenetv2?size=96", `:3:14: not YAML: |quote it: "zoo:mobilenetv2?size=96"`},
	{"glob without quotes", "zoo:mobilenetv2", "*.onnx", `:3:14: not YAML: |quote it: "*.onnx"`},
	{"memory by a wrong unit", "max_flops: 9 GFLOP", "max_memory: 12 MIB", `:5:17: |expected a size (B)|write "12 MiB"`},
	{"memory in FLOP", "max_flops: 9 GFLOP", "max_memory: 12 MFLOP", `:5:17: |that is an amount of work (FLOP)`},
	{"MAC", "9 GFLOP", "3 GMAC", `:5:16: |expected an amount of work (FLOP)|write FLOP, counting a multiply-add as 2`},
	{"seconds", "max_flops: 9 GFLOP", "max_expected_ms: 1 s", `:5:22: |expected a number of milliseconds above zero`},
	{"negative", "max_flops: 9 GFLOP", "max_high_ms: -3", `:5:18: |write it as in "max_high_ms: `},
	{"no number", "max_flops: 9 GFLOP", "min_fps: .nan", `:5:14: budgets[0].min_fps: found ".nan", expected`},
	{"too large", "max_flops: 9 GFLOP", "max_expected_ms: 1e999", `:5:22: |expected a number of milliseconds`},
	{"comma", "max_flops: 9 GFLOP", "max_expected_ms: 12,5", `:5:22: |write it as in "max_expected_ms: 12.5"`},
	{"bare percentage", "max_flops: 9 GFLOP", "min_coverage: 0.99", `:5:19: |expected a percentage from 0 % to 100 %`},
	{"runtime", "max_flops", "runtime: tensortt\n    max_flops", `:5:14: budgets[0].runtime: |did you mean tensorrt?`},
	{"runtime of other devices", "max_flops", "runtime: tensorrt\n    max_flops", `:5:14: budgets[0].runtime: |does not run on rpi-5|these do: `},
	{"precision", "max_flops", "precision: fp15\n    max_flops", `:5:16: budgets[0].precision: |expected one of fp64, fp32`},
	{"batch", "max_flops", "batch: 1.5\n    max_flops", `:5:12: budgets[0].batch: |expected a whole number from 1`},
	{"threads", "max_flops", "threads: 99\n    max_flops", `:5:14: budgets[0].threads: |expected at most its 4 cores`},
	{"dimension", "max_flops", "dims: {sequence: 9}\n    max_flops", `:5:22: budgets[0].dims.sequence: |expected one of batch`},
	{"dimensions", "max_flops", "dims: 128\n    max_flops", `:5:11: budgets[0].dims: |expected a mapping of keys to values`},
	{"key twice", "max_flops", "max_flops: 1 GFLOP\n    max_flops", `:6:5: |found the key "max_flops" twice|keep one of them`},
	{"devices in a text", "[rpi-5]", "rpi-5, t4", `:4:14: |did you mean rpi-5`},
	{"no devices", "    devices: [rpi-5]\n", "", `:3:5: budgets[0]: found no devices, expected a list such as devices: [rpi-5]`},
	{"no baseline", "max_flops: 9 GFLOP", "max_regression: 5 %", `:5:21: |found no baseline, expected one to compare with`},
	{"no revision", "schema: 1", "schema: 1\nbaseline: git:nowhere", `:2:11: baseline: found no `},
}

// TestCheckFaults holds every fault to its place, what was expected and the nearest name; the exit code is that of input
// that cannot be read.
func TestCheckFaults(t *testing.T) {
	const good = "schema: 1\nbudgets:\n  - models: [zoo:mobilenetv2]\n    devices: [rpi-5]\n    max_flops: 9 GFLOP\n"
	dir := t.TempDir()
	for _, c := range faults {
		if strings.Count(good, c.from) != 1 {
			t.Fatalf("%s: found %q other than once in the budget", c.name, c.from)
		}
		text := strings.Replace(good, c.from, c.to, 1)
		if c.name == "no revision" {
			text += "    max_regression: 5 %\n"
		}
		_, stderr, code := run(t, "", "check", saved(t, dir, "b.yaml", text))
		for _, want := range strings.Split("b.yaml"+c.want, "|") {
			if code != exitUsage || !strings.Contains(stderr, want) {
				t.Errorf("%s: exit code %d, found no %q in:\n%s", c.name, code, want, stderr)
			}
		}
	}
	if out, stderr, code := run(t, "", "check", saved(t, dir, "b.yaml", good)); code != exitOK {
		t.Errorf("the budget without a fault: exit code %d: %s%s", code, out, stderr)
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
	if code != exitUsage || !strings.Contains(stderr, `baseline git:nowhere: found no revision "nowhere"`) {
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

// TestCheckRevision: a budget in any folder may name a model of a revision, which git finds around the working folder.
func TestCheckRevision(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git: ", err)
	}
	dir := t.TempDir()
	t.Chdir(dir)
	for _, args := range []string{"strip zoo:resnet18 -o m.onnx", "strip zoo:resnet18 -o sub/n.onnx"} {
		saved(t, dir, "sub/x", "")
		if _, stderr, code := run(t, "", strings.Fields(args)...); code != exitOK {
			t.Fatalf("ridgepoint %s: exit code %d: %s", args, code, stderr)
		}
	}
	for _, args := range []string{"init -q -b main", "add .", "-c user.name=a -c user.email=a@b.c commit -qm one"} {
		if out, err := exec.Command("git", strings.Fields(args)...).CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args, err, out)
		}
	}
	file := filepath.Join("sub", "b.yaml")
	if _, stderr, code := run(t, "", "check", "init", "git:main:m.onnx", "-d", "t4", "-o", file); code != exitOK {
		t.Fatalf("check init: exit code %d: %s", code, stderr)
	}
	if out, stderr, code := run(t, "", "check", file, "--baseline", "git:main"); code != exitOK {
		t.Errorf("exit code %d: %s%s", code, out, stderr)
	}
}
