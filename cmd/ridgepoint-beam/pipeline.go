package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/ridgepoint/ridgepoint"
)

func init() { register.DoFn2x1[context.Context, int, error](&estimate{}) }

// A manifest is the text of a manifest, which travels to the workers, or a model named beside manifests.
type manifest struct{ Name, Text string }

// An estimate is the one step of the pipeline: it makes the rows of a shard, the file that
// "ridgepoint batch --shard I/N" writes. A shard that is tried again writes the same bytes.
type estimate struct {
	Manifests []manifest
	Ways      ways
	Shards    int
	Out       string
	Format    string

	engine  *ridgepoint.Estimator
	entries []ridgepoint.BatchEntry
}

// pipeline returns the pipeline of a job and how many rows it makes.
func (j *job) pipeline() (*beam.Pipeline, int, error) {
	step := &estimate{Ways: j.ways, Shards: j.shards, Out: strings.TrimSuffix(j.out, "/"), Format: j.format}
	for _, arg := range j.args {
		m := manifest{Name: arg}
		if ridgepoint.IsManifest(arg) {
			data, err := os.ReadFile(arg)
			if err != nil {
				return nil, 0, err
			}
			m.Text = string(data)
		}
		step.Manifests = append(step.Manifests, m)
	}
	check := *step // what is wrong with the manifests is said before anything starts
	if err := check.Setup(); err != nil {
		return nil, 0, err
	}
	rows, err := check.engine.BatchRows(&ridgepoint.Batch{Entries: check.entries})
	if err != nil {
		return nil, 0, err
	}
	p, s := beam.NewPipelineWithRoot()
	shards := make([]int, j.shards)
	for i := range shards {
		shards[i] = i + 1
	}
	beam.ParDo0(s, step, beam.Reshuffle(s, beam.CreateList(s, shards)))
	return p, rows, nil
}

// Setup reads the manifests, once for each worker.
func (f *estimate) Setup() error {
	base, err := f.Ways.entry()
	if err != nil {
		return err
	}
	f.engine, f.entries = ridgepoint.New(nil), nil
	for _, m := range f.Manifests {
		if m.Text == "" && !ridgepoint.IsManifest(m.Name) {
			one := base
			one.Model = m.Name
			f.entries = append(f.entries, one)
			continue
		}
		rows, err := ridgepoint.ParseManifest(m.Name, []byte(m.Text), base)
		if err != nil {
			return err
		}
		f.entries = append(f.entries, rows...)
	}
	return nil
}

// ProcessElement writes the file of a shard. It takes its name once it is whole, where the file system can rename.
func (f *estimate) ProcessElement(ctx context.Context, shard int) (err error) {
	name := fmt.Sprintf("%s/rows-%05d-of-%05d.%s", f.Out, shard, f.Shards, f.Format)
	files, err := filesystem.New(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	_, renames := files.(filesystem.Renamer)
	part := name
	if renames {
		part += ".part"
	}
	w, err := files.OpenWrite(ctx, part)
	if err != nil {
		return err
	}
	if err := f.write(ctx, shard, w); err != nil {
		return errors.Join(fmt.Errorf("shard %d of %d: %w", shard, f.Shards, err), w.Close())
	}
	if err := w.Close(); err != nil || !renames {
		return err
	}
	return filesystem.Rename(ctx, files, part, name)
}

// write writes the rows of a shard.
func (f *estimate) write(ctx context.Context, shard int, w io.Writer) error {
	batch := &ridgepoint.Batch{Entries: f.entries, Shard: shard, Shards: f.Shards, Jobs: 1}
	_, err := f.engine.BatchStream(ctx, batch, f.Format, w)
	return err
}
