//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
)

// beyond is more bytes than a pipe holds: they are written once the other end reads.
const beyond = 1 << 20

// TestSignals: one signal ends a read of standard input and of a named pipe, with the shell's exit code, and leaves no
// file behind.
func TestSignals(t *testing.T) {
	bin, dir := build(t), t.TempDir()
	fifo := filepath.Join(dir, "model.onnx")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skip("named pipes are missing: run where the file system has them: ", err)
	}
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if signal.Ignored(s) { // as under nohup: the program goes on, as it should
			continue
		}
		for _, model := range []string{"-", fifo} {
			cmd := exec.Command(bin, "strip", model, "-o", filepath.Join(dir, "out.onnx"))
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if model == fifo {
				in.Close()
				if in, err = os.OpenFile(fifo, os.O_WRONLY, 0); err != nil { // waits for the reader
					t.Fatal(err)
				}
			}
			if _, err := in.Write(make([]byte, beyond)); err != nil {
				t.Fatal(err)
			}
			cmd.Process.Signal(s)
			err = cmd.Wait()
			in.Close()
			exit := new(exec.ExitError)
			if !errors.As(err, &exit) || exit.ExitCode() != 128+int(s) {
				t.Errorf("%v while reading %s: %v, expected exit code %d", s, filepath.Base(model), err, 128+int(s))
			}
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("found %v, expected the pipe alone", left)
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
