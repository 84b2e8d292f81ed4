//go:build linux

package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
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
	"inspect M -o out.json", "inspect M --device coral-edgetpu-usb --plot out.svg", "shapes M -o out.json",
	"flops M -o out.csv", "plot M -d rpi-5 -o out.svg", "sweep M -d rpi-5 --batch 1..2 -o out.csv",
	"whatif M -d rpi-5 -o out.json", "require M -d rpi-5 --latency 1s -o out.md", "pick M -d rpi-5 --fps 1 -o out.csv",
	"explain M -d rpi-5 -o out.html",
	"diff M zoo:resnet18 -d rpi-5 -o out.md", "diff zoo:resnet18 M -d rpi-5 -o out.md",
	"pipeline --model M -d rpi-5 -o out.csv",
}

// texts are commands that read a table or a configuration, F with a suffix, from a named pipe.
var texts = []string{
	"check F.yaml -o out.json", "check F.yaml --junit out.xml", "check D --baseline F.json --markdown out.md",
	"check D --baseline F.json --sarif out.sarif", "baseline F.yaml -o out.json", "pipeline F.yaml -d rpi-5 -o out.csv",
	"calibrate --device rpi-5 --runtime onnxruntime-cpu --precision fp32 --measurements F.csv -o out.yaml",
	"validate --measurements F.csv -o out.csv", "batch F.csv -d rpi-5 -o out.csv",
	"measure zoo:resnet18 --from F.json --csv out.csv --device rpi-5", "batch F.yaml -d rpi-5 -o out.csv",
	"estimate zoo:resnet18 -d rpi-5 --calibration F.yaml -o out.csv", "llm F.gguf -d rtx4090 -o out.csv",
}

// suffixes lists the endings of files that hold text.
var suffixes = []string{".yaml", ".csv", ".json", ".gguf"}

// TestSignalsComplete holds that each command that reads a file of somebody's and can write one is among those that
// signals are tried on.
func TestSignalsComplete(t *testing.T) {
	pages, err := filepath.Glob("../../docs/commands/*.md")
	if err != nil || len(pages) < 30 {
		t.Fatalf("found %d pages of commands: %v", len(pages), err)
	}
	usage := regexp.MustCompile(`(?m)^ *ridgepoint ([a-z]+(?: [a-z]+)?) .*\b(MODEL|MANIFEST|OLD|BUDGET|FILE)\b.*\[flags\]$`)
	// They write what they are named, or read no pipe.
	named := []string{"check init", "models show", "models export", "devices new", "devices validate"}
	checked := 0
	for _, page := range pages {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		found := usage.FindSubmatch(data)
		if found == nil || !bytes.Contains(data, []byte("--output")) || slices.Contains(named, string(found[1])) {
			continue
		}
		checked++
		begins := func(command string) bool { return strings.HasPrefix(command, string(found[1])+" ") }
		if !slices.ContainsFunc(waiting, begins) && !slices.ContainsFunc(texts, begins) {
			t.Errorf("signals are not tried on %s; add a row", found[1])
		}
	}
	if checked < 20 {
		t.Errorf("found %d commands that read and write, expected 20 at least", checked)
	}
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
	for _, path := range append([]string{fifo}, inDir(dir, suffixes)...) {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Skip("named pipes are missing: run where the file system has them: ", err)
		}
	}
	good := filepath.Join(dir, "budgets")
	if err := os.WriteFile(good, []byte(budget), 0o600); err != nil {
		t.Fatal(err)
	}
	type run struct {
		command, model string // the model is - or a named pipe
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
	for _, command := range texts {
		suffix := suffixes[slices.IndexFunc(suffixes, func(s string) bool { return strings.Contains(command, "F"+s) })]
		for _, s := range ending() {
			runs = append(runs, run{command, filepath.Join(dir, "in"+suffix), s})
		}
	}
	for _, r := range sampling.Every(19, runs) {
		args := strings.Fields(r.command)
		sent := make([]byte, beyond)
		for i, arg := range args {
			switch {
			case arg == "M":
				args[i] = r.model
			case arg == "D":
				args[i] = good
			case strings.HasPrefix(arg, "F."):
				args[i], sent = r.model, []byte("#")
			}
		}
		cmd := exec.Command(bin, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME=")
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if r.model != "-" {
			in.Close()
			if in, err = os.OpenFile(r.model, os.O_WRONLY, 0); err != nil { // waits for the reader
				t.Fatal(err)
			}
		}
		if _, err := in.Write(sent); err != nil {
			t.Fatal(err)
		}
		ends(t, cmd, r.signal)
		in.Close()
		os.Remove(filepath.Join(dir, "out.csv.part")) // a batch keeps what is done
		os.Remove(filepath.Join(dir, "out.csv.part.log"))
	}
	if left, _ := os.ReadDir(dir); len(left) != 2+len(suffixes) {
		t.Errorf("found %v, expected the pipes and the budget file alone", left)
	}
}

// inDir returns the paths of files "in" of a folder, by suffix.
func inDir(dir string, suffixes []string) []string {
	var out []string
	for _, s := range suffixes {
		out = append(out, filepath.Join(dir, "in"+s))
	}
	return out
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
