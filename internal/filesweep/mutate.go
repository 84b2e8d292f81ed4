//go:build linux

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"
)

// What a run on a damaged file may take.
const (
	addressSpace = 1 << 20          // KiB, by ulimit -v
	resident     = 300_000          // KiB
	processor    = 10 * time.Second // of processors
)

// attacked lists the commands that are run on damaged files, with %s for the file.
var attacked = []string{"estimate %s -d rpi-5", "inspect %s", "shapes %s", "flops %s", "strip %s -o %s.out.onnx"}

// damages lists the ways in which a file is damaged.
var damages = []func(r *rand.Rand, b []byte) []byte{
	func(r *rand.Rand, b []byte) []byte { // flips bits
		for range 1 + r.IntN(8) {
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		}
		return b
	},
	func(r *rand.Rand, b []byte) []byte { return b[:r.IntN(len(b))] }, // cuts the end
	func(r *rand.Rand, b []byte) []byte { // cuts a part out
		from := r.IntN(len(b))
		return slices.Delete(b, from, min(from+1+r.IntN(64), len(b)))
	},
	func(r *rand.Rand, b []byte) []byte { // repeats a part
		from := r.IntN(len(b))
		part := slices.Clone(b[from:min(from+1+r.IntN(256), len(b))])
		return slices.Insert(b, r.IntN(len(b)), part...)
	},
	func(r *rand.Rand, b []byte) []byte { // swaps the sizes of two dimensions, of a shape or a tensor
		var at []int
		for i := 2; i < len(b)-1; i++ {
			if b[i] == 2 && b[i+1] == 8 || b[i-1] == 8 && b[i] < 0x80 {
				at = append(at, i+1)
			}
		}
		if len(at) < 2 {
			return b
		}
		for range 3 {
			i, j := at[r.IntN(len(at))], at[r.IntN(len(at))]
			if i < len(b) && j < len(b) {
				b[i], b[j] = b[j], b[i]
			}
		}
		return b
	},
	func(r *rand.Rand, b []byte) []byte { // makes numbers huge
		huge := [][]byte{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, {0xff, 0xff, 0xff, 0xff, 7},
			{0x80, 0x80, 0x80, 0x80, 0x80, 0x20}}
		for range 1 + r.IntN(3) {
			b = slices.Insert(b, r.IntN(len(b)), huge[r.IntN(len(huge))]...)
		}
		return b
	},
	func(r *rand.Rand, b []byte) []byte { // other bytes
		for range 1 + r.IntN(16) {
			b[r.IntN(len(b))] = byte(r.Uint32())
		}
		return b
	},
}

// goText lists words of errors of Go's library and of its run time.
var goText = []string{
	"goroutine ", "panic", "runtime error", "strconv.", "proto:", "unexpected EOF", "invalid character", "reflect",
	"json:",
	"yaml:", "gzip:", "flate:", "index out of range", "nil pointer", "fatal error", "no such file or directory",
}

// mutate damages files at random and returns what failed. The same seed damages the same files in the same way.
func mutate(bin string, files []string, n int, seed uint64) (failures []string, counts map[int]int, err error) {
	dir, err := os.MkdirTemp("", "filesweep")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	counts = map[int]int{}
	for i := range n {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		from := files[r.IntN(len(files))]
		data, err := content(from)
		if err != nil {
			return nil, nil, err
		}
		way := r.IntN(len(damages))
		if len(data) > 0 {
			data = damages[way](r, data)
		}
		suffix := filepath.Ext(strings.TrimSuffix(from, ".gz"))
		path := filepath.Join(dir, "m"+suffix)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return nil, nil, err
		}
		for _, command := range attacked {
			if suffix != ".onnx" && strings.HasPrefix(command, "strip") {
				continue // ONNX alone
			}
			args := strings.Fields(strings.ReplaceAll(command, "%s", path))
			code, why := attack(bin, args)
			counts[code]++
			if why != "" {
				failures = append(failures, fmt.Sprintf("input %d, way %d of %s: %s: %s", i, way, from, args[0], why))
			}
		}
	}
	return failures, counts, nil
}

// content returns the bytes of a file, unpacked.
func content(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil || filepath.Ext(path) != ".gz" {
		return data, err
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// attack runs one command in bounds. why says what was wrong with the run, "" where nothing was.
func attack(bin string, args []string) (code int, why string) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	shell := fmt.Sprintf(`ulimit -v %d && exec "$@"`, addressSpace)
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", shell, "sh", bin}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Run()
	exit := new(exec.ExitError)
	if err != nil && !errors.As(err, &exit) {
		return -1, err.Error()
	}
	state := cmd.ProcessState
	code = state.ExitCode()
	text := strings.TrimSuffix(stderr.String(), "\n")
	line, _, _ := strings.Cut(text, "\nridgepoint: hint: ")
	took := state.UserTime() + state.SystemTime()
	size := state.SysUsage().(*syscall.Rusage).Maxrss
	switch {
	case code != 0 && code != 2:
		return code, fmt.Sprintf("exit code %d: %.300q", code, text)
	case took > processor || ctx.Err() != nil:
		return code, fmt.Sprintf("took %.1f s", took.Seconds())
	case size > resident:
		return code, fmt.Sprintf("took %d MB", size/1000)
	case code == 2 && strings.ContainsFunc(line, unicode.IsControl):
		return code, fmt.Sprintf("several lines: %.500q", line)
	case strings.ContainsFunc(strings.ReplaceAll(text, "\n", ""), unicode.IsControl):
		return code, fmt.Sprintf("control characters: %.300q", text)
	}
	for _, word := range goText {
		if strings.Contains(text, word) {
			return code, fmt.Sprintf("Go's own words %q: %.300q", word, text)
		}
	}
	return code, ""
}
