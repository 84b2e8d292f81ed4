// Command tally runs "go test" with its arguments and ends with one line that says what was skipped, and why.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"
)

// main runs go test and prints the tally; it exits with 1 where a test failed.
func main() {
	begin := time.Now()
	cmd := exec.Command("go", append([]string{"test", "-json"}, os.Args[1:]...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	t := read(out, os.Stdout)
	err = cmd.Wait()
	fmt.Printf("%s in %.0f s\n", t, time.Since(begin).Seconds())
	if err != nil || t.failed > 0 {
		os.Exit(1)
	}
}

// An event is a line of "go test -json".
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

// A tally is what the tests came to.
type tally struct {
	packages, tests, failed int
	skipped                 map[string]int // by reason
}

// place matches the file and line before the message of a test.
var place = regexp.MustCompile(`^\s+\w+\.go:\d+: `)

// read counts the events of r and copies to w what failed, and a line for each package.
func read(r io.Reader, w io.Writer) *tally {
	t := &tally{skipped: map[string]int{}}
	said := map[[2]string][]string{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(w, lines.Text())
			continue
		}
		key := [2]string{e.Package, e.Test}
		switch e.Action {
		case "output", "build-output":
			said[key] = append(said[key], e.Output)
		case "pass", "fail", "skip", "build-fail":
			t.end(e, said[key], w)
			delete(said, key)
		}
	}
	return t
}

// end counts a test or package that has ended.
func (t *tally) end(e event, said []string, w io.Writer) {
	failed := strings.HasSuffix(e.Action, "fail")
	switch {
	case failed:
		t.failed++
		fmt.Fprint(w, strings.Join(said, ""))
	case e.Test == "" && e.Action == "pass":
		fmt.Fprintf(w, "ok  %6.1f s  %s\n", e.Elapsed, e.Package)
	}
	switch {
	case e.Test == "":
		t.packages++
	case e.Action == "skip":
		t.skipped[reason(said)]++
	default:
		t.tests++
	}
}

// reason returns the message with which a test skipped itself.
func reason(said []string) string {
	for _, line := range said {
		if at := place.FindString(line); at != "" {
			return strings.TrimSpace(line[len(at):])
		}
	}
	return "no reason given"
}

// String returns the tally as one line.
func (t *tally) String() string {
	var why []string
	for _, reason := range slices.Sorted(maps.Keys(t.skipped)) {
		why = append(why, fmt.Sprintf("%d (%s)", t.skipped[reason], reason))
	}
	skipped := "nothing skipped"
	if len(why) > 0 {
		skipped = "skipped " + strings.Join(why, ", ")
	}
	return fmt.Sprintf("%d packages, %d tests, %d failures, %s", t.packages, t.tests, t.failed, skipped)
}
