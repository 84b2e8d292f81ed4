//go:build unix

package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// beyond is more bytes than a pipe holds: they are written once the other end reads.
const beyond = 1 << 20

// waiting are commands that read M, standard input or a named pipe, and would write a file then.
var waiting = []string{
	"strip M -o out.onnx", "report M -d rpi-5 -o out.html", "export M -d rpi-5 --to netron -o out.json",
	"export M -d rpi-5 --to onnx -o out.onnx", "estimate M -d rpi-5 -o out.csv", "batch M -d rpi-5 -o out.csv",
}

// ending returns the signals that end a program, those apart that it is told to ignore, as under nohup.
func ending() []syscall.Signal {
	return slices.DeleteFunc([]syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP},
		func(s syscall.Signal) bool { return signal.Ignored(s) })
}

// ends sends a signal and holds the program to the shell's exit code.
func ends(t *testing.T, cmd *exec.Cmd, s syscall.Signal) {
	t.Helper()
	cmd.Process.Signal(s)
	err := cmd.Wait()
	exit := new(exec.ExitError)
	if !errors.As(err, &exit) || exit.ExitCode() != 128+int(s) {
		t.Errorf("%v during %v: %v, expected exit code %d", s, cmd.Args[1:], err, 128+int(s))
	}
}

// TestSignals: one signal ends a read of standard input and of a named pipe, with the shell's exit code, and leaves no
// file behind.
func TestSignals(t *testing.T) {
	bin, dir := build(t), t.TempDir()
	fifo := filepath.Join(dir, "model.onnx")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skip("named pipes are missing: run where the file system has them: ", err)
	}
	type run struct {
		command, model string
		signal         syscall.Signal
	}
	var runs []run
	for _, command := range waiting {
		for _, s := range ending() {
			runs = append(runs, run{command, fifo, s})
			if !strings.HasPrefix(command, "batch M") { // it answers each line of standard input
				runs = append(runs, run{command, "-", s})
			}
		}
	}
	for _, r := range sampling.Every(5, runs) {
		cmd := exec.Command(bin, strings.Fields(strings.ReplaceAll(r.command, "M", r.model))...)
		cmd.Dir = dir
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if r.model == fifo {
			in.Close()
			if in, err = os.OpenFile(fifo, os.O_WRONLY, 0); err != nil { // waits for the reader
				t.Fatal(err)
			}
		}
		if _, err := in.Write(make([]byte, beyond)); err != nil {
			t.Fatal(err)
		}
		ends(t, cmd, r.signal)
		in.Close()
		os.Remove(filepath.Join(dir, "out.csv.part")) // a batch keeps what is done
		os.Remove(filepath.Join(dir, "out.csv.part.log"))
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("found %v, expected the pipe alone", left)
	}
}

// ended runs a program, sends it a signal some time later and holds it to the shell's exit code. It returns false where
// the program did not handle signals by then.
func ended(t *testing.T, dir string, s syscall.Signal, late time.Duration, bin string, args ...string) bool {
	t.Helper()
	cmd := exec.Command(bin, args...)
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(late)
	cmd.Process.Signal(s)
	err := cmd.Wait()
	exit := new(exec.ExitError)
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signaled() && late < time.Minute {
		return false
	}
	if exit.ProcessState == nil || exit.ExitCode() != 128+int(s) {
		t.Errorf("%v during %v: %v, expected exit code %d", s, args, err, 128+int(s))
	}
	return true
}

// TestSignalsWriting: a signal ends a command that waits for the reader of the pipe that it writes, and the pipe stays.
func TestSignalsWriting(t *testing.T) {
	bin, dir := build(t), t.TempDir()
	fifo := filepath.Join(dir, "out")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skip("named pipes are missing: run where the file system has them: ", err)
	}
	for i, command := range []string{
		"report zoo:resnet18 -d rpi-5 --format html -o out", "export zoo:resnet18 -d rpi-5 --to netron -o out",
		"estimate zoo:resnet18 -d rpi-5 --format csv -o out",
	} {
		for k, s := range ending() {
			if k != i && !sampling.All() {
				continue
			}
			late := 300 * time.Millisecond // it may still compute: that ends in the same way
			for !ended(t, dir, s, late, bin, strings.Fields(command)...) {
				late *= 3 // a busy machine had not started the program
			}
		}
	}
	left, _ := os.ReadDir(dir)
	if len(left) != 1 || left[0].Type() != fs.ModeNamedPipe {
		t.Errorf("found %v, expected the pipe alone", left)
	}
}

// TestSignalsBatch: a batch that a signal ends keeps the rows that are done and their log, and no other file.
func TestSignalsBatch(t *testing.T) {
	bin, dir := build(t), t.TempDir()
	for _, s := range sampling.Every(3, ending()) {
		cmd := exec.Command(bin, "batch", "zoo:*", "-d", "rpi-5", "--batch", "1..64", "-o", "rows.jsonl")
		cmd.Dir = dir
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		part := filepath.Join(dir, "rows.jsonl.part")
		for range 600 {
			if st, err := os.Stat(part); err == nil && st.Size() > 0 {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		ends(t, cmd, s)
		left, _ := os.ReadDir(dir)
		if len(left) != 2 || left[0].Name() != "rows.jsonl.part" || left[1].Name() != "rows.jsonl.part.log" {
			t.Errorf("%v: found %v, expected the rows that are done and their log", s, left)
		}
		for _, f := range left {
			os.Remove(filepath.Join(dir, f.Name()))
		}
	}
}

// TestGoneReader: a program whose standard output nobody reads any more ends by the signal without a word, as
// `| head -1` wants, also where programs above it ignore the signal.
func TestGoneReader(t *testing.T) {
	bin := build(t)
	for _, args := range [][]string{
		{"ops"}, {"--help"}, {"version"}, {"estimate", "zoo:resnet18", "-d", "rpi-5"}, {"devices", "list", "--format", "json"},
		{"plot", "zoo:resnet18", "-d", "rpi-5", "--format", "svg"},
	} {
		for _, trap := range []string{"", "trap '' PIPE; "} {
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			r.Close()
			var stderr bytes.Buffer
			cmd := exec.Command("sh", append([]string{"-c", trap + `exec "$@"`, "sh", bin}, args...)...)
			cmd.Stdout, cmd.Stderr = w, &stderr
			err = cmd.Run()
			w.Close()
			exit := new(exec.ExitError)
			if errors.As(err, &exit); exit.ProcessState == nil || stderr.Len() > 0 ||
				exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGPIPE {
				t.Errorf("%s%v: %v, %s; expected a silent end by SIGPIPE", trap, args, err, stderr.String())
			}
		}
	}
}
