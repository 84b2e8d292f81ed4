//go:build linux

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// readers are the commands that read a file, %s, with the suffixes that it may have. D is a budget file that is sound.
var readers = []struct{ command, suffixes string }{
	{"inspect %s", ".onnx .tflite .xml .param .gz"}, {"shapes %s", ".onnx"}, {"flops %s", ".onnx"},
	{"estimate %s -d rpi-5", ".onnx .gz"}, {"plot %s -d rpi-5 -o out.svg", ".onnx"}, {"explain %s -d rpi-5", ".onnx"},
	{"sweep %s -d rpi-5 --batch 1..2", ".onnx"}, {"whatif %s -d rpi-5", ".onnx"}, {"pick %s -d rpi-5 --fps 1", ".onnx"},
	{"require %s -d rpi-5 --latency 1s", ".onnx"}, {"report %s -d rpi-5 -o out.html", ".onnx"},
	{"export %s -d rpi-5 --to netron -o out.json", ".onnx"}, {"export %s -d rpi-5 --to onnx -o out.onnx", ".onnx"},
	{"diff %s zoo:resnet18 -d rpi-5", ".onnx"}, {"diff zoo:resnet18 %s -d rpi-5", ".onnx"}, {"strip %s -o out.onnx", ".onnx .gz"},
	{"llm %s -d rtx4090", ".gguf .json"}, {"llm zoo:llama3-8b -d rtx4090 --draft %s", ".gguf"},
	{"pipeline %s -d rpi-5", ".yaml"}, {"pick zoo:resnet18 -d rpi-5 --fps 1 --prices %s", ".yaml"},
	{"batch %s -d rpi-5", ".csv .jsonl .yaml"}, {"check %s", ".yaml"}, {"check D --baseline %s", ".json"},
	{"baseline %s", ".yaml"}, {"estimate zoo:resnet18 -d %s", ".yaml"}, {"devices validate %s", ".yaml"},
	{"estimate zoo:resnet18 -d rpi-5 --calibration %s", ".yaml"}, {"validate --measurements %s", ".csv .gz"},
	{"calibrate -d rpi-5 --runtime onnxruntime-cpu --precision fp32 --measurements %s -o out.yaml", ".csv"}, {"measure --from %s zoo:resnet18 -d rpi-5", ".json .csv"},
}

// budget is a sound budget file that compares with a baseline.
const budget = "schema: 1\nbudgets:\n  - models: [zoo:resnet18]\n    devices: [rpi-5]\n    max_regression: 10%\n"

// TestSpecialFiles gives commands what is no file of their kind: one that never ends, a folder, links in a circle, an
// empty file, a page of zeros, a missing one. Each ends with exit code 2 and one line, in the bounds of hostile files.
func TestSpecialFiles(t *testing.T) {
	bin, dir := build(t), t.TempDir()
	kinds := map[string]func(path string) error{
		"endless": func(path string) error { return os.Symlink("/dev/zero", path) },
		"folder":  func(path string) error { return os.Mkdir(path, 0o700) },
		"circle":  func(path string) error { return os.Symlink(filepath.Base(path), path) },
		"empty":   func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"zeros":   func(path string) error { return os.WriteFile(path, make([]byte, 4096), 0o600) },
		"missing": func(string) error { return nil },
	}
	good := filepath.Join(dir, "budget.yaml")
	if err := os.WriteFile(good, []byte(budget), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, r := range sampling.Every(8, readers) {
		for suffix := range strings.FieldsSeq(r.suffixes) {
			for kind, make := range kinds {
				path := filepath.Join(dir, kind+suffix)
				if err := make(path); err != nil {
					t.Fatal(err)
				}
				args := strings.Fields(strings.ReplaceAll(strings.ReplaceAll(r.command, "%s", path), "D", good))
				special(t, bin, dir, kind, args)
				os.RemoveAll(path)
			}
		}
	}
	left, _ := os.ReadDir(dir)
	for _, f := range left {
		if strings.HasPrefix(f.Name(), "out") || strings.HasPrefix(f.Name(), ".rp") {
			t.Errorf("found %s, expected nothing written", f.Name())
		}
	}
}

// special runs one command and holds it to exit code 2, one line and the bounds.
func special(t *testing.T, bin, dir, kind string, args []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", `ulimit -v 1000000 && exec "$@"`, "sh", bin}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr, cmd.Dir = &stderr, dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME=")
	_ = cmd.Run()
	state := cmd.ProcessState
	took, size := state.UserTime()+state.SystemTime(), state.SysUsage().(*syscall.Rusage).Maxrss
	line, _, _ := strings.Cut(strings.TrimSuffix(stderr.String(), "\n"), "\nridgepoint: hint: ")
	line, _, _ = strings.Cut(line, "\n  ") // an error of a profile has what to do below it
	want, kinds := 2, "ridgepoint: error: "
	if args[0] == "devices" { // validating says no, and validates a folder whole
		if want, kinds = 1, "ridgepoint: no: "; kind == "folder" || kind == "missing" {
			return
		}
	}
	switch {
	case state.ExitCode() != want || !strings.HasPrefix(line, kinds):
		t.Errorf("%s %v: exit code %d, %q", kind, args, state.ExitCode(), line)
	case strings.ContainsFunc(line, unicode.IsControl) || len(line) > 700:
		t.Errorf("%s %v: found %.900q, expected one short line", kind, args, line)
	}
	for _, word := range []string{"goroutine ", "runtime error", "strconv.", "unexpected EOF", " json: ", " yaml: ",
		"no such file or directory"} {
		if strings.Contains(line, word) {
			t.Errorf("%s %v: found Go's own words %q in %q", kind, args, word, line)
		}
	}
	if size > resident || took > seconds {
		t.Errorf("%s %v: took %d MB and %.1f s", kind, args, size/1024, took.Seconds())
	}
}

// TestPipesAside: named pipes where files are looked for, not named, are passed over: nothing waits for them.
func TestPipesAside(t *testing.T) {
	bin, project, profiles := build(t), t.TempDir(), t.TempDir()
	for _, path := range []string{filepath.Join(project, "ridgepoint.yaml"), filepath.Join(profiles, "t4.yaml")} {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Skip("named pipes are missing: run where the file system has them: ", err)
		}
	}
	for _, c := range []struct {
		dir, args string
		code      int
	}{
		{project, "estimate zoo:resnet18 -d t4", 2}, // the folder's configuration file is no file
		{profiles, "estimate zoo:resnet18 -d t4 --device-dir .", 0},
		{profiles, "devices list --device-dir .", 0},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		cmd := exec.CommandContext(ctx, bin, strings.Fields(c.args)...)
		cmd.Dir, cmd.Env = c.dir, append(os.Environ(), "HOME="+t.TempDir(), "XDG_CONFIG_HOME=")
		out, _ := cmd.CombinedOutput()
		if cancel(); cmd.ProcessState.ExitCode() != c.code {
			t.Errorf("%s: exit code %d, expected %d: %.300s", c.args, cmd.ProcessState.ExitCode(), c.code, out)
		}
	}
}

// TestNotPermitted: folders that may not be read are an error of one line where a command names them, and a warning
// where they are the user's own or the working folder, as in a container.
func TestNotPermitted(t *testing.T) {
	bin, dir := build(t), t.TempDir()
	locked := filepath.Join(dir, "locked")
	if err := os.Mkdir(locked, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Dir(dir), dir, filepath.Dir(bin), filepath.Dir(filepath.Dir(bin))} {
		if err := os.Chmod(path, 0o755); err != nil { // another user is to reach them
			t.Fatal(err)
		}
	}
	if err := os.Chmod(locked, 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(locked, 0o700)
	attempt := func(home, args string) (stdout, stderr string, code int) {
		var out, text bytes.Buffer
		cmd := exec.Command(bin, strings.Fields(strings.ReplaceAll(args, "L", locked))...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &text
		cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME=")
		if os.Getuid() == 0 { // to whom nothing is forbidden
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		if err := cmd.Run(); cmd.ProcessState == nil {
			t.Skip("no program can be run as another user: run where one can: ", err)
		}
		return out.String(), text.String(), cmd.ProcessState.ExitCode()
	}
	for _, args := range sampling.Every(3, []string{
		"estimate L/m.onnx -d rpi-5", "inspect L/m.tflite", "estimate zoo:resnet18 -d t4 --device-dir L", "check L/b.yaml",
		"batch L/m.csv -d t4", "pipeline L/p.yaml -d rpi-5", "llm L -d rtx4090", "estimate zoo:resnet18 -d L/d.yaml",
		"estimate zoo:resnet18 -d rpi-5 -o L/x.csv", "report zoo:resnet18 -d rpi-5 -o L/x.html",
		"export zoo:resnet18 -d rpi-5 --to netron -o L/x.json", "batch zoo:resnet18 -d rpi-5 -o L/x.csv",
		"measure --from L/x.json zoo:resnet18 -d rpi-5", "validate --measurements L/x.csv", "strip zoo:resnet18 -o L/x.onnx",
	}) {
		_, stderr, code := attempt("/nonexistent", args)
		if code != 2 || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "access is not permitted") {
			t.Errorf("%s: exit code %d: %s", args, code, stderr)
		}
	}
	out, stderr, code := attempt(locked, "estimate zoo:resnet18 -d t4 --top 1 --format csv")
	if code != 0 || out == "" || strings.Count(stderr, "ridgepoint: warning: ") != 2 {
		t.Errorf("with a home that may not be read: exit code %d: %s", code, stderr)
	}
}
