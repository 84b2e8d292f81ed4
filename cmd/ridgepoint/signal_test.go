//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
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
