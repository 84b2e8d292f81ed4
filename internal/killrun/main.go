// Killrun holds "ridgepoint batch --resume" to its word: it runs a batch once without interruption and once killed at
// random moments and resumed, and compares the bytes of both. It prints rows, time, memory and what resuming cost.
//
//	go build -o bin/ridgepoint ./cmd/ridgepoint && go run ./internal/killrun bin/ridgepoint FOLDER
package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
)

// A task says what is run.
type task struct {
	bin, dir                 string
	models, devices, batches int
	format                   string
	kills                    int
	seed                     uint64
	jobs                     int
}

// main kills runs of batch at random and holds their rows to those of one that was not killed.
func main() {
	var t task
	flag.IntVar(&t.models, "models", 1000, "built-in models")
	flag.IntVar(&t.devices, "devices", 100, "built-in devices")
	flag.IntVar(&t.batches, "batches", 8, "batches, each twice the one before")
	flag.StringVar(&t.format, "format", "parquet", "format of the rows")
	flag.IntVar(&t.kills, "kills", 8, "how often the run is killed, about")
	flag.Uint64Var(&t.seed, "seed", 1, "of the moments")
	flag.IntVar(&t.jobs, "jobs", 0, "as of batch")
	flag.Parse()
	t.bin, t.dir = flag.Arg(0), flag.Arg(1)
	if err := t.run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "killrun: error:", err)
		os.Exit(1)
	}
}

// run makes the manifest, runs the batch once whole and then with kills, and compares the files.
func (t *task) run(w io.Writer) error {
	if t.bin == "" || t.dir == "" {
		return errors.New("expected the program and a folder: killrun bin/ridgepoint FOLDER")
	}
	if err := t.manifest(); err != nil {
		return err
	}
	whole, once := filepath.Join(t.dir, "whole."+t.format), usage{}
	if err := t.batch(whole, 0, &once); err != nil {
		return err
	}
	size, sum, err := hashOf(whole)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "uninterrupted: %s, %d bytes; %s\n", strings.TrimSpace(once.said), size, &once)
	killed, often := filepath.Join(t.dir, "killed."+t.format), usage{}
	kills, err := t.killed(killed, once.wall, &often)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "killed %d times: %s; %s\n", kills, strings.TrimSpace(often.said), &often)
	fmt.Fprintf(w, "resuming took %.1f %% more processor time\n", 100*(often.cpu.Seconds()/once.cpu.Seconds()-1))
	_, other, err := hashOf(killed)
	switch {
	case err != nil:
		return err
	case !bytes.Equal(sum, other):
		return fmt.Errorf("%s differs from %s", killed, whole)
	}
	_, err = fmt.Fprintf(w, "both are equal byte for byte, SHA-256 %x\n", sum)
	return err
}

// manifest writes the manifest of the run.
func (t *task) manifest() error {
	list, err := exec.Command(t.bin, "devices", "list", "--format", "csv").Output()
	if err != nil {
		return fmt.Errorf("%s devices list: %w", t.bin, err)
	}
	var ids []string
	for line := range strings.Lines(string(list)) {
		id, _, _ := strings.Cut(line, ",")
		ids = append(ids, id)
	}
	ids = ids[1:min(t.devices+1, len(ids))] // behind the heading
	var b strings.Builder
	b.WriteString("model,device,batch\n")
	for _, entry := range zoo.Entries()[:min(t.models, len(zoo.Entries()))] {
		fmt.Fprintf(&b, "%s%s,\"%s\",1..%d\n", zoo.Prefix, entry.Name, strings.Join(ids, ","), 1<<(t.batches-1))
	}
	return os.WriteFile(filepath.Join(t.dir, "manifest.csv"), []byte(b.String()), 0o666)
}

// A usage adds up what runs took.
type usage struct {
	wall, cpu time.Duration
	rss       int64 // the most, in KiB
	said      string
}

// String returns the figures for people.
func (u *usage) String() string {
	return fmt.Sprintf("%.1f s of wall time, %.1f s of processor time (user + system), at most %d MiB resident",
		u.wall.Seconds(), u.cpu.Seconds(), u.rss>>10)
}

// batch runs the batch to a file, killed after a while unless that is 0.
func (t *task) batch(path string, after time.Duration, u *usage) error {
	cmd := exec.Command(t.bin, "batch", filepath.Join(t.dir, "manifest.csv"), "-o", path, "--resume",
		fmt.Sprintf("--jobs=%d", t.jobs))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	if after > 0 {
		timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
	}
	err := cmd.Wait()
	u.wall += time.Since(began)
	u.cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	u.rss, u.said = max(u.rss, residentOf(cmd.ProcessState)), stderr.String()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return fmt.Errorf("%w: %s", err, cmp.Or(stderr.String(), "no message"))
	}
	return err
}

// killed runs the batch to its end, killed at random moments on the way. It returns how often it was.
func (t *task) killed(path string, whole time.Duration, u *usage) (kills int, err error) {
	r := rand.New(rand.NewPCG(t.seed, 0))
	for ; kills < t.kills; kills++ {
		after := max(time.Duration(r.Float64()*2*float64(whole)/float64(t.kills+1)), time.Millisecond)
		err := t.batch(path, after, u)
		var exit *exec.ExitError
		switch {
		case err == nil:
			return kills, nil // it was done before
		case !errors.As(err, &exit) || exit.ExitCode() >= 0:
			return kills, err
		}
	}
	return kills, t.batch(path, 0, u)
}

// hashOf returns size and hash of a file.
func hashOf(path string) (size int64, sum []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, nil, err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.Copy(h, f)
	return size, h.Sum(nil), err
}
