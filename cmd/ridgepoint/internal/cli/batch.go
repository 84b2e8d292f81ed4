package cli

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
)

// batchFlags say what a batch estimates and where its rows go.
type batchFlags struct {
	how       runFlags
	engine    runtimeFlags
	selector  string
	lists     [2]string // --batch, --threads
	sizes     string
	dims      []string
	shapes    []string
	trip      int64
	shard     string
	partition string
	strict    bool
	batch     ridgepoint.Batch
	to        ridgepoint.BatchFile
}

// batchCommand returns the command that estimates manifests, a row for each estimate. --shard and
// --resume split and continue a run with the same bytes.
func batchCommand(a *app) *cobra.Command {
	f := new(batchFlags)
	cmd := &cobra.Command{
		Use:   "batch (MANIFEST | MODEL)... [--device DEVICE...] [-o FILE]",
		Short: "Estimate thousands of models on many devices, a row each, to Parquet, CSV or JSON Lines",
		Long: `Estimate every model of a manifest on its devices, in every precision, runtime, batch and size that is
listed, and write a row for each estimate. A manifest is a .csv, .jsonl or .yaml file with the names of
flags as columns: ` + strings.Join(ridgepoint.BatchColumns(), ", ") + `.
What a row leaves out is as the flags say. Models are paths, patterns such as models/*.onnx, and built-in
ones such as zoo:resnet50 or zoo:resnet*. With - for the manifest, rows are read from standard input as
JSON objects, and each is answered before the next is read.

What cannot be estimated is a row with status error. Rows come in the order of the models, and two runs
of one version write the same bytes. FILE grows as FILE.part; a run that was killed goes on with --resume.`,
		Example: `  ridgepoint batch manifest.csv -o rows.parquet
  ridgepoint batch 'models/*.onnx' 'zoo:yolo*' --devices class=jetson --precision fp16,int8 --batch 1,8,32 -o rows.csv
  ridgepoint batch manifest.csv -o rows-3.parquet --shard 3/16 --resume
  ridgepoint batch - --device rpi-5`,
		Args: positional(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error { return f.run(a, cmd, list) },
	}
	f.add(cmd)
	return cmd
}

// add adds the flags of the command; what they set holds for rows that leave it out.
func (f *batchFlags) add(cmd *cobra.Command) {
	f.how.addFlags(cmd)
	flags := cmd.Flags()
	flags.Lookup("precision").Usage = "run floating-point tensors as each `TYPE` of a list: " + precisions() +
		" (default: the model's own)"
	flags.Lookup("fusion").DefValue = ""
	flags.StringVar(&f.selector, "devices", "",
		"all devices that a `SELECTOR` holds for, such as class=jetson or class=gpu,vendor=AMD")
	flags.StringVar(&f.engine.runtime, "runtime", "",
		"expect the latency of each `RUNTIME` of a list, or none for the lower bound alone (default: the usual one of the device)")
	addKnown(cmd, &f.engine.noEvidence, &f.engine.calibrations)
	flags.StringVar(&f.lists[0], "batch", "", "samples per inference, a `LIST` such as 1,8,32 (default: as exported, or 1)")
	flags.StringVar(&f.sizes, "size", "",
		"images in pixels, a `LIST` of sides of squares and heights x widths such as 384x640 (default: the model's own)")
	flags.StringVar(&f.lists[1], "threads", "", "of a CPU, the fastest cores first, a `LIST` (default: all)")
	flags.StringArrayVar(&f.dims, "dim", nil, "bind a named dimension, `NAME=N`, for example seq=128 (repeatable)")
	flags.StringArrayVar(&f.shapes, "shape", nil, "give an input's shape, `INPUT=1x3x640x640` (repeatable)")
	flags.Int64Var(&f.trip, "trip", 0, "iterations of loops whose number depends on run-time data")
	flags.StringVarP(&f.to.Path, "output", "o", "",
		"write to `FILE`, in the format of its suffix: .parquet, .csv or .jsonl (default: JSON Lines to standard output)")
	flags.StringVar(&f.to.Format, "format", "", "write `FORMAT` whatever the suffix: "+strings.Join(ridgepoint.BatchFormats(), "|"))
	flags.StringVar(&f.partition, "partition", "", "make FILE a folder with a file for each `COLUMN`; the one column is device")
	flags.BoolVar(&f.to.Resume, "resume", false, "go on with a run of the same command that did not end")
	flags.StringVar(&f.shard, "shard", "", "do part `I/N` of the models, I from 1 to N, for N machines")
	flags.IntVar(&f.batch.Jobs, "jobs", 0, "models to work on at once (default: one for each processor)")
	flags.BoolVar(&f.batch.NoHash, "no-hash", false, "leave out the SHA-256 of files, for which they are read whole")
	flags.BoolVar(&f.strict, "strict", false, "exit with code 3 if any row has an error")
}

// run reads the manifest, estimates its rows and writes them where the flags say.
func (f *batchFlags) run(a *app, cmd *cobra.Command, list []string) error {
	base, err := f.base(cmd)
	if err != nil {
		return err
	}
	rp := f.engine.open(a)
	if len(list) == 1 && list[0] == "-" {
		if f.to.Path != "" || f.to.Resume || f.shard != "" {
			return usagef("batch - answers on standard output; leave out -o, --resume and --shard")
		}
		return rp.BatchLines(cmd.Context(), a.In, a.Out, base)
	}
	if f.batch.Entries, err = entries(list, base); err != nil {
		return err
	}
	bar := a.progress("estimating", 0)
	bar.rate = true
	defer bar.end()
	f.batch.Progress = bar.reach
	if f.to.Path == "" || f.to.Path == "-" {
		return f.print(a, cmd, rp)
	}
	sum, err := rp.BatchTo(cmd.Context(), &f.batch, f.to)
	bar.end()
	if err != nil {
		return err
	}
	a.say("wrote %s: %d rows, %d with an error", f.to.Path, sum.Rows, sum.Errors)
	return f.failed(sum.Errors)
}

// print writes the rows to standard output as JSON Lines.
func (f *batchFlags) print(a *app, cmd *cobra.Command, rp *ridgepoint.Estimator) error {
	if f.to.Format != "" && f.to.Format != "jsonl" || f.to.Resume || f.partition != "" {
		return usagef("standard output takes JSON Lines alone; give -o FILE for --format, --resume and --partition")
	}
	failed := 0
	err := rp.Batch(cmd.Context(), &f.batch, func(rows []ridgepoint.BatchRow) error {
		for i := range rows {
			if rows[i].Error != nil {
				failed++
			}
		}
		return ridgepoint.WriteBatchRows(a.Out, rows)
	})
	if err != nil {
		return err
	}
	return f.failed(failed)
}

// failed returns the error of --strict where rows have errors.
func (f *batchFlags) failed(rows int) error {
	if f.strict && rows > 0 {
		return &exitError{exitStrict, fmt.Errorf("%d rows have an error; their column error says which", rows)}
	}
	return nil
}

// base returns the entry that the flags make, for what rows leave out. Its errors are usage errors.
func (f *batchFlags) base(cmd *cobra.Command) (e ridgepoint.BatchEntry, err error) {
	e.Devices, e.Select, e.Dims, e.Shapes, e.Trips = f.how.names(), f.selector, f.dims, f.shapes, f.trip
	e.Causal, e.Transfers, e.Overhead = f.how.causal, f.how.transfers, f.how.overhead
	e.Runtimes, e.Precisions = split(f.engine.runtime), split(f.how.precision)
	if cmd.Flags().Changed("fusion") {
		e.Fusion = f.how.fusion
	}
	for i, into := range []*[]int64{&e.Batches, &e.Threads} {
		if f.lists[i] == "" {
			continue
		}
		if *into, err = ridgepoint.ParseList(f.lists[i]); err != nil {
			return e, usagef("--%s: %w", []string{"batch", "threads"}[i], err)
		}
	}
	if f.sizes != "" {
		if e.Sizes, err = ridgepoint.ParseSizes(f.sizes); err != nil {
			return e, usagef("--size: %w", err)
		}
	}
	for _, p := range e.Precisions {
		if _, err := ridgepoint.ParsePrecision(p); err != nil {
			return e, usagef("--precision: %w", err)
		}
	}
	if f.partition != "" && f.partition != "device" {
		return e, usagef("--partition %s: expected device", f.partition)
	}
	f.to.Partition = f.partition != ""
	if f.to.Partition && filepath.Ext(f.to.Path) == "" && f.to.Format == "" {
		f.to.Format = "parquet"
	}
	return e, f.sharded()
}

// split returns the parts of a list that commas separate; none of an empty text.
func split(list string) []string {
	if list == "" {
		return nil
	}
	parts := strings.Split(list, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// sharded reads --shard.
func (f *batchFlags) sharded() error {
	if f.shard == "" {
		return nil
	}
	i, n, _ := strings.Cut(f.shard, "/")
	shard, err := strconv.Atoi(i)
	shards, err2 := strconv.Atoi(n)
	if err != nil || err2 != nil || shard < 1 || shard > shards {
		return usagef("--shard %s: expected I/N with I from 1 to N, such as 3/16", f.shard)
	}
	f.batch.Shard, f.batch.Shards = shard, shards
	return nil
}

// entries returns the rows of the manifests and one for each model that is named beside them.
func entries(list []string, base ridgepoint.BatchEntry) (out []ridgepoint.BatchEntry, err error) {
	for _, arg := range list {
		if !ridgepoint.IsManifest(arg) {
			e := base
			e.Model = arg
			out = append(out, e)
			continue
		}
		rows, err := ridgepoint.ReadManifest(arg, base)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}
