//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
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
		n, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err == nil {
			err = os.WriteFile(path, attacks()[n].Make(), 0o600)
		}
		if err != nil {
			panic(err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// attacks returns all hostile files.
func attacks() []hostile.File {
	return slices.Concat(hostile.Files(), hostile.Others(), hostile.Further(), hostile.Served())
}

// TestHostileFiles runs commands on hostile files in little memory and time. A file is read, or refused in one line.
func TestHostileFiles(t *testing.T) {
	all := attacks()
	numbers := make([]int, len(all))
	for i := range numbers {
		numbers[i] = i
	}
	bin, dir := build(t), t.TempDir()
	for _, n := range sampling.Every(sampled, numbers) {
		f, folder := all[n], filepath.Join(dir, strconv.Itoa(n))
		path := filepath.Join(folder, f.Name)
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		write := exec.Command(os.Args[0])
		write.Env = append(os.Environ(), fileVariable+"="+path)
		if out, err := write.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", f.Name, err, out)
		}
		for name, text := range f.Beside {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		runs := f.Runs
		if runs == nil {
			runs = []string{"inspect %s", "estimate %s -d rpi-5 --top 3", "strip %s -o " + filepath.Join(dir, "out.onnx")}
		}
		for _, command := range runs {
			check(t, bin, f, folder, strings.Fields(strings.ReplaceAll(command, "%s", path)))
		}
		os.RemoveAll(folder)
	}
}

// check runs one command and holds it to the bounds.
func check(t *testing.T, bin string, f hostile.File, dir string, args []string) {
	t.Helper()
	limited := fmt.Sprintf(`ulimit -v %d && exec "$@"`, addressSpace)
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", limited, "sh", bin}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr, cmd.Dir = &stderr, dir
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "XDG_CONFIG_HOME=")
	err := cmd.Run()
	state := cmd.ProcessState
	took, size := state.UserTime()+state.SystemTime(), state.SysUsage().(*syscall.Rusage).Maxrss
	code := state.ExitCode()
	t.Logf("%-28s %-8s exit %d  %4d MB  %5.2f s  %.150q", f.Name, args[0], code, size/1024, took.Seconds(),
		stderr.String())
	text := strings.TrimSuffix(strings.TrimSuffix(stderr.String(), "\n"), "wrote "+args[len(args)-1])
	text, _, _ = strings.Cut(text, "\nridgepoint: hint: ")
	text, _, _ = strings.Cut(text, "\n  ") // the place in a file of YAML, and what is wrong besides
	switch {
	case err != nil && code != 2 && !(code == 1 && args[0] == "devices"): // whether a profile is valid is a question
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
