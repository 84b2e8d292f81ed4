//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"github.com/ridgepoint/ridgepoint/internal/hostile"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// What a run on a hostile file may take.
const (
	addressSpace = 1_000_000        // KiB, by ulimit -v
	resident     = 300_000          // KiB
	seconds      = 10 * time.Second // of processors: other work on the machine does not count
	deadline     = 2 * time.Minute  // of the clock
)

// sampled is every how many files are tried, unless RIDGEPOINT_LAWS=all asks for the whole list.
const sampled = 8

// fileVariable names a hostile file that this program writes instead of running tests. The tests themselves stay small:
// the largest resident size of a child counts from that of its parent.
const fileVariable = "RIDGEPOINT_HOSTILE_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(fileVariable); path != "" {
		for _, f := range append(hostile.Files(), hostile.Others()...) {
			if f.Name == filepath.Base(path) {
				if err := os.WriteFile(path, f.Make(), 0o600); err != nil {
					panic(err)
				}
			}
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// build returns the path of the command, built for this test without the race detector.
func build(t *testing.T) string {
	t.Helper()
	sampling.Alone(t)
	bin := filepath.Join(t.TempDir(), "ridgepoint")
	cmd := exec.Command("go", "build", "-o", bin, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return bin
}

// TestHostileFiles runs commands on hostile files in little memory and time. A file is read, or refused in one line.
func TestHostileFiles(t *testing.T) {
	files := append(sampling.Every(sampled, hostile.Files()), sampling.Every(sampled, hostile.Others())...)
	bin, dir := build(t), t.TempDir()
	for _, f := range files {
		path := filepath.Join(dir, f.Name)
		write := exec.Command(os.Args[0])
		write.Env = append(os.Environ(), fileVariable+"="+path)
		if out, err := write.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", f.Name, err, out)
		}
		runs := f.Runs
		if runs == nil {
			runs = []string{"inspect %s", "estimate %s -d rpi-5 --top 3", "strip %s -o " + filepath.Join(dir, "out.onnx")}
		}
		for _, command := range runs {
			check(t, bin, f, strings.Fields(strings.ReplaceAll(command, "%s", path)))
		}
		os.Remove(path)
	}
}

// check runs one command and holds it to the bounds.
func check(t *testing.T, bin string, f hostile.File, args []string) {
	t.Helper()
	limited := fmt.Sprintf(`ulimit -v %d && exec "$@"`, addressSpace)
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", limited, "sh", bin}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "XDG_CONFIG_HOME=")
	err := cmd.Run()
	took, size := cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime(), cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	code := cmd.ProcessState.ExitCode()
	t.Logf("%-28s %-8s exit %d  %4d MB  %5.2f s  %.150q", f.Name, args[0], code, size/1024, took.Seconds(),
		stderr.String())
	text := strings.TrimSuffix(strings.TrimSuffix(stderr.String(), "\n"), "wrote "+args[len(args)-1])
	text, _, _ = strings.Cut(text, "\nridgepoint: hint: ")
	switch {
	case err != nil && code != 2:
		t.Errorf("%s %s: exit code %d: %.200s", args[0], f.Name, code, stderr.String())
	case f.Fits && err != nil:
		t.Errorf("%s %s: refused, but it is no attack: %.200s", args[0], f.Name, stderr.String())
	case strings.ContainsFunc(text, unicode.IsControl) || len(text) > 1000:
		t.Errorf("%s %s: %d bytes on standard error, expected one short line: %.200q", args[0], f.Name, len(text), text)
	}
	if size > resident || took > seconds {
		t.Errorf("%s %s: took %d MB and %.1f s, expected at most %d MB and %v", args[0], f.Name, size/1024, took.Seconds(),
			resident/1024, seconds)
	}
}
