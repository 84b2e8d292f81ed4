// Command ridgepoint-beam estimates a manifest as an Apache Beam pipeline: what "ridgepoint batch" does, on Prism in
// this program, or on Flink, Spark, Dataflow or another runner.
//
//	ridgepoint-beam manifest.csv -o out/
//	ridgepoint-beam manifest.csv -o gs://bucket/out --runner dataflow --project P --region R --staging_location gs://…
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"

	"github.com/ridgepoint/ridgepoint"
)

// A job is what the command line asks for.
type job struct {
	out, format string
	shards      int
	ways        ways
	args        []string // manifests and models
}

// A ways holds the flags for what rows of manifests leave out. They travel to the workers.
type ways struct{ Device, Devices, Runtime, Precision, Batch, Size string }

// most bounds the shards: each is a file.
const most = 100_000

// main runs the pipeline and exits with 1 on an error.
func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "ridgepoint-beam: error:", err)
		os.Exit(1)
	}
}

// run parses flags, checks the job and runs the pipeline; in a worker it does not return.
func run(ctx context.Context, args []string) error {
	j := new(job)
	j.flags(flag.CommandLine)
	if err := j.parse(flag.CommandLine, args); err != nil {
		return err
	}
	beam.Init() // in a worker it does not return
	if err := j.check(); err != nil {
		return err
	}
	p, rows, err := j.pipeline()
	if err != nil {
		return err
	}
	if err := beamx.Run(ctx, p); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "ridgepoint-beam: wrote %s: %d rows in %d files\n", j.out, rows, j.shards)
	return nil
}

// flags registers the flags beside those of runners.
func (j *job) flags(f *flag.FlagSet) {
	f.StringVar(&j.out, "o", "", "write to the folder `OUT`: a path, or gs://BUCKET/FOLDER")
	f.StringVar(&j.format, "format", "parquet", "write `FORMAT`: "+strings.Join(ridgepoint.BatchFormats(), "|"))
	f.IntVar(&j.shards, "shards", 8*runtime.GOMAXPROCS(0), "files to write, `N`; each is one piece of work")
	f.StringVar(&j.ways.Device, "device", "", "a `LIST` of devices, for rows that name none")
	f.StringVar(&j.ways.Devices, "devices", "", "all devices that a `SELECTOR` holds for, such as class=jetson")
	f.StringVar(&j.ways.Runtime, "runtime", "", "a `LIST` of runtimes")
	f.StringVar(&j.ways.Precision, "precision", "", "a `LIST` of precisions")
	f.StringVar(&j.ways.Batch, "batch", "", "a `LIST` of samples per inference, such as 1,8,32")
	f.StringVar(&j.ways.Size, "size", "", "a `LIST` of image sizes in pixels, such as 320,384x640")
}

// parse reads flags and arguments in any order.
func (j *job) parse(f *flag.FlagSet, args []string) error {
	for {
		if err := f.Parse(args); err != nil {
			return err
		}
		if f.NArg() == 0 {
			return nil
		}
		j.args, args = append(j.args, f.Arg(0)), f.Args()[1:]
	}
}

// check reports what cannot be meant.
func (j *job) check() (err error) {
	switch {
	case len(j.args) == 0:
		return errors.New("found no manifest, expected one: ridgepoint-beam manifest.csv -o out/")
	case j.out == "":
		return errors.New("found no -o, expected a folder for the rows: -o out/")
	case j.shards < 1 || j.shards > most:
		return fmt.Errorf("found --shards %d, expected 1 to %d", j.shards, most)
	}
	_, err = j.ways.entry()
	return err
}

// entry returns the entry that manifests complete.
func (w *ways) entry() (b ridgepoint.BatchEntry, err error) {
	b.Devices, b.Select, b.Runtimes, b.Precisions = list(w.Device), w.Devices, list(w.Runtime), list(w.Precision)
	if w.Batch != "" {
		if b.Batches, err = ridgepoint.ParseList(w.Batch); err != nil {
			return b, fmt.Errorf("--batch: %w", err)
		}
	}
	if w.Size != "" {
		if b.Sizes, err = ridgepoint.ParseSizes(w.Size); err != nil {
			return b, fmt.Errorf("--size: %w", err)
		}
	}
	for _, p := range b.Precisions {
		if _, err := ridgepoint.ParsePrecision(p); err != nil {
			return b, fmt.Errorf("--precision: %w", err)
		}
	}
	return b, nil
}

// list returns the parts of a text that commas separate.
func list(text string) []string {
	if text == "" {
		return nil
	}
	parts := strings.Split(text, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}
