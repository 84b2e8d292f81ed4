// Filesweep runs the product over every model file below some folders and counts how the runs end.
//
//	go run ./internal/filesweep -bin bin/ridgepoint FOLDER...
//
// With -mutate N it damages N of the files at random instead, and holds five commands to bounds of time and memory and
// to errors of one line:
//
//	go run ./internal/filesweep -bin bin/ridgepoint -mutate 1000 FOLDER...
package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// limit gives the longest time of one run.
const limit = 60 * time.Second

// sizes lists the sizes of free dimensions by a part of their name; all others get 8.
var sizes = []struct {
	part string
	n    int
}{{"batch", 1}, {"seq", 32}, {"height", 224}, {"width", 224}}

// commands lists run on each file, with the dimensions bound.
var commands = [][]string{
	{"inspect"}, {"shapes"}, {"flops"}, {"estimate", "--device", "rtx4090"}, {"estimate", "--device", "rpi-5"},
}

// A tally counts files by how they ended, and keeps the messages.
type tally struct {
	files    int
	outcomes map[string]int
	reasons  map[string]int
	slowest  time.Duration
}

// main runs the program on every file, and says which are not covered whole or fail badly.
func main() {
	bin := flag.String("bin", "bin/ridgepoint", "the program to run")
	verbose := flag.Bool("v", false, "print every file that is not covered whole")
	mutations := flag.Int("mutate", 0, "damage so many files at random instead")
	seed := flag.Uint64("seed", 1, "of the damages")
	flag.Parse()
	files, err := distinct(flag.Args())
	if err != nil {
		fail(err)
	}
	if *mutations > 0 && len(files) > 0 {
		failures, counts, err := mutate(*bin, files, *mutations, *seed)
		if err != nil {
			fail(err)
		}
		fmt.Printf("%d inputs of %d files, %d commands each: runs by exit code %v, %d failures\n", *mutations, len(files),
			len(attacked), counts, len(failures))
		fmt.Println(strings.Join(failures, "\n"))
		return
	}
	t := &tally{outcomes: map[string]int{}, reasons: map[string]int{}}
	for _, path := range files {
		outcome, why := t.file(*bin, path)
		t.outcomes[outcome]++
		if why != "" {
			t.reasons[outcome+": "+why]++
		}
		if *verbose && outcome != "covered" {
			fmt.Printf("%s\t%s\t%s\n", outcome, path, why)
		}
	}
	t.print()
}

// fail ends the program.
func fail(err error) {
	fmt.Fprintln(os.Stderr, "filesweep:", err)
	os.Exit(1)
}

// suffixes lists those of the files that are tried: ONNX, TensorFlow Lite, OpenVINO and ncnn.
var suffixes = []string{".onnx", ".tflite", ".xml", ".param"}

// distinct returns the models below some folders, each content once.
func distinct(folders []string) (files []string, err error) {
	seen := map[[32]byte]bool{}
	for _, dir := range folders {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !slices.Contains(suffixes, filepath.Ext(strings.TrimSuffix(path, ".gz"))) {
				return err
			}
			data, err := os.ReadFile(path)
			if err == nil && !seen[sha256.Sum256(data)] {
				seen[sha256.Sum256(data)] = true
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// file runs all commands on a file and says how it ended: the worst of the ends.
func (t *tally) file(bin, path string) (outcome, why string) {
	t.files++
	flags := t.bindings(bin, path)
	for _, command := range commands {
		out, text, err := t.run(bin, append(append([]string{command[0], path}, command[1:]...), flags...))
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return "hang", command[0]
		case strings.Contains(text, "goroutine "):
			return "panic", command[0]
		case strings.Contains(text, "runtime error"):
			return "Go error", text
		case err != nil && strings.Contains(text, "set its"), err != nil && strings.Contains(text, "set their"):
			return "asks for sizes", ""
		case err != nil:
			_, text, _ = strings.Cut(text, path+": ")
			return "refused", strings.Split(text, "\n")[0]
		case command[0] == "inspect" && out.Coverage < 1:
			outcome, why = "covered in part", strings.Join(out.Unknown, ", ")
		}
	}
	return cmp.Or(outcome, "covered"), why
}

// A result is what of an inspection is read.
type result struct {
	Symbols  []string
	Coverage float64
	Unknown  []string `json:"unknown_ops"`
}

// bindings returns flags for the free dimensions of a model.
func (t *tally) bindings(bin, path string) (flags []string) {
	out, _, _ := t.run(bin, []string{"inspect", path})
	for _, s := range out.Symbols {
		if strings.ContainsAny(s, "=+*/()- ") {
			continue
		}
		n := 8
		for _, row := range sizes {
			if strings.Contains(strings.ToLower(s), row.part) {
				n = row.n
				break
			}
		}
		flags = append(flags, "--dim", fmt.Sprintf("%s=%d", s, n))
	}
	return flags
}

// run runs the program and returns what it printed.
func (t *tally) run(bin string, args []string) (out result, text string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, bin, append(args, "--format", "json")...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err = cmd.Run()
	t.slowest = max(t.slowest, time.Since(start))
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	var doc struct{ Results []result }
	if json.Unmarshal(stdout.Bytes(), &doc) == nil && len(doc.Results) > 0 {
		out = doc.Results[0]
	}
	return out, stderr.String(), err
}

// print prints the counts, and the most frequent reasons.
func (t *tally) print() {
	fmt.Printf("%d files, slowest run %.1f s\n", t.files, t.slowest.Seconds())
	for _, name := range slices.Sorted(maps.Keys(t.outcomes)) {
		fmt.Printf("  %-16s %d\n", name, t.outcomes[name])
	}
	reasons := slices.SortedFunc(maps.Keys(t.reasons), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.reasons[b], t.reasons[a]), cmp.Compare(a, b))
	})
	for _, why := range reasons {
		fmt.Printf("%6d  %s\n", t.reasons[why], why)
	}
}
