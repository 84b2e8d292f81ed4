package ridgepoint

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/internal/batch"
	"github.com/ridgepoint/ridgepoint/internal/gitfile"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// A BatchEntry is a row of a manifest: models on devices in ways. Every list in it multiplies its estimates.
type BatchEntry = batch.Entry

// A BatchRow is one estimate of a batch, in schema ridgepoint/batch/v1.
type BatchRow = batch.Row

// A Batch is many estimates. Every entry is independent of the others; what fails is a row with an error.
type Batch struct {
	Entries  []BatchEntry
	Shard    int  // from 1; the models are dealt to Shards in turn
	Shards   int  // 0: one
	Jobs     int  // models that are worked on at once; 0: one for each processor
	NoHash   bool // rows lack the SHA-256 of files
	Progress func(done, total int)
}

// ReadManifest reads a manifest in CSV, JSON Lines or YAML by its suffix. Its columns are BatchColumns; what a row
// leaves out is as in base.
func ReadManifest(path string, base BatchEntry) ([]BatchEntry, error) { return batch.Read(path, base) }

// IsManifest reports whether a path is that of a manifest, by its suffix.
func IsManifest(path string) bool { return batch.IsManifest(path) }

// BatchColumns returns the columns that a manifest can have.
func BatchColumns() []string { return batch.Fields() }

// A batchUnit is a model with all entries that name it: it is read once.
type batchUnit struct {
	spec    string
	entries []batchEntry
	rows    int
}

// A batchEntry is an entry for one of its models.
type batchEntry struct {
	*BatchEntry
	on  *batchDevices
	err error // why the model cannot be read, known before it is tried
}

// batchDevices are the devices of an entry.
type batchDevices struct {
	names   []string
	devices []*Device // nil where errs says why
	errs    []error
}

// rowsOf returns the number of rows of an entry for one model.
func (b batchEntry) rowsOf() int {
	n := int64(len(b.on.names))
	for _, l := range []int{len(b.Runtimes), len(b.Precisions), len(b.Threads), len(b.Batches), len(b.Sizes)} {
		n = sat.Mul(n, int64(max(l, 1)))
	}
	return int(min(n, mostRows))
}

// The bounds of a batch: its rows, and the models of all its entries together.
const (
	mostRows = 1 << 40
	mostUses = 1 << 20
)

// A batchPlan is what a batch does, in order.
type batchPlan struct {
	units []*batchUnit
	specs []string // the models of all shards
	rows  int
}

// plan finds the models and the devices of a batch: the models of the shard in the order in which they are first
// named.
func (e *Estimator) plan(b *Batch) (*batchPlan, error) {
	if err := e.ready(); err != nil {
		return nil, err
	}
	shards := max(b.Shards, 1)
	if shard := cmp.Or(b.Shard, 1); shard < 1 || shard > shards {
		return nil, fmt.Errorf("found shard %d of %d, expected 1 to %d", shard, shards, shards)
	}
	at, sets := map[string]*batchUnit{}, map[string]*batchDevices{}
	var all []*batchUnit
	find, uses := modelsFinder(), 0
	for i := range b.Entries {
		entry := &b.Entries[i]
		on, err := e.devicesOf(entry, sets)
		if err != nil {
			return nil, err
		}
		specs, err := find(entry.Model)
		if uses += len(specs); uses > mostUses {
			return nil, fmt.Errorf("found more than %d models in the rows of the batch, expected fewer; split it", mostUses)
		}
		for _, spec := range specs {
			u := at[spec]
			if u == nil {
				u = &batchUnit{spec: spec}
				at[spec] = u
				all = append(all, u)
			}
			one := batchEntry{entry, on, cmp.Or(entry.Err, err)}
			u.entries = append(u.entries, one)
			u.rows += one.rowsOf()
		}
	}
	out := new(batchPlan)
	for i, u := range all {
		out.specs = append(out.specs, u.spec)
		if i%shards == cmp.Or(b.Shard, 1)-1 {
			out.units = append(out.units, u)
			out.rows += u.rows
		}
		if out.rows >= mostRows {
			return nil, fmt.Errorf("found more than 10^12 estimates, expected fewer; split the batch, or take part of it with " +
				"--shard")
		}
	}
	return out, nil
}

// ready makes the estimator ready.
func (e *Estimator) ready() error {
	if e == nil {
		return e.check(nil)
	}
	return e.init()
}

// devicesOf returns the devices of an entry. That an entry names none is an error of the whole batch.
func (e *Estimator) devicesOf(entry *BatchEntry, sets map[string]*batchDevices) (*batchDevices, error) {
	key := strings.Join(entry.Devices, "\x00") + "\x01" + entry.Select
	if on := sets[key]; on != nil {
		return on, nil
	}
	on := new(batchDevices)
	for _, name := range entry.Devices {
		d, err := e.Device(name)
		on.add(name, d, err)
	}
	if entry.Select != "" {
		found, err := e.SelectDevices(entry.Select)
		if err != nil {
			on.add(entry.Select, nil, err)
		}
		for _, d := range found {
			if !slices.ContainsFunc(on.devices, func(o *Device) bool { return o != nil && o.ID == d.ID }) {
				on.add(d.ID, d, nil)
			}
		}
	}
	if len(on.names) == 0 {
		where := ""
		if entry.Where != "" {
			where = entry.Where + ": "
		}
		return nil, fmt.Errorf("%sfound no device, expected one in the column device, or a --device for all rows", where)
	}
	sets[key] = on
	return on, nil
}

// add adds a device, or the error for which there is none; it keeps the id of the profile where
// there is one.
func (on *batchDevices) add(name string, d *Device, err error) {
	if d != nil {
		name = d.ID
	}
	on.names, on.devices, on.errs = append(on.names, name), append(on.devices, d), append(on.errs, err)
}

// modelsFinder returns modelsOf, which remembers what it found.
func modelsFinder() func(string) ([]string, error) {
	type answer struct {
		specs []string
		err   error
	}
	known := map[string]answer{}
	return func(text string) ([]string, error) {
		a, ok := known[text]
		if !ok {
			a.specs, a.err = modelsOf(text)
			known[text] = a
		}
		return a.specs, a.err
	}
}

// modelsOf returns the models that an entry names: files by a path or a pattern, built-in ones by a spec or a pattern
// such as zoo:resnet*. With an error it returns the text itself, so that there is a row that says so.
func modelsOf(text string) ([]string, error) {
	switch {
	case text == "":
		return []string{text}, errors.New("found no model, expected one in the column model")
	case text == "-":
		return []string{text}, errors.New("found -, expected a path or a built-in model: a batch reads no model from " +
			"standard input")
	case zoo.IsSpec(text) && strings.Contains(text, "*"):
		return builtInsLike(text)
	case zoo.IsSpec(text) || !strings.ContainsAny(text, "*?["):
		return []string{text}, nil
	case strings.HasPrefix(text, gitfile.Prefix):
		return []string{text}, errors.New("found a pattern of files in git, expected one file, such as git:main:model.onnx")
	}
	found, err := filepath.Glob(text)
	switch {
	case err != nil:
		return []string{text}, errors.New("found a pattern that cannot be read, expected one such as models/*.onnx")
	case len(found) == 0:
		return []string{text}, errors.New("found no file that the pattern fits")
	}
	return found, nil
}

// builtInsLike returns the built-in models whose names a pattern fits.
func builtInsLike(spec string) ([]string, error) {
	name, options, sized := strings.Cut(spec[len(zoo.Prefix):], "?")
	if sized {
		options = "?" + options
	}
	var out []string
	for _, entry := range zoo.Entries() {
		if ok, _ := path.Match(name, entry.Name); ok {
			out = append(out, zoo.Prefix+entry.Name+options)
		}
	}
	if len(out) == 0 {
		return []string{spec}, errors.New("found no built-in model that the pattern fits; ridgepoint models list has all")
	}
	return out, nil
}

// fingerprint tells runs apart: it is the same for the same models, devices and ways in the same version.
func (p *batchPlan) fingerprint(e *Estimator, b *Batch, how ...any) (string, error) {
	sum := sha256.New()
	enc := json.NewEncoder(sum)
	if err := enc.Encode([]any{batch.Schema, report.Build(), b.Shard, b.Shards, b.NoHash, e.config.Calibrations,
		e.config.NoCorrection, how}); err != nil {
		return "", err
	}
	for _, u := range p.units {
		for _, entry := range u.entries {
			one := *entry.BatchEntry
			one.Where, one.Err = "", nil
			hashes := make([]string, len(entry.on.devices))
			for i, d := range entry.on.devices {
				hashes[i] = entry.on.names[i]
				if d != nil {
					hashes[i] += d.Hash
				}
			}
			if err := enc.Encode([]any{u.spec, one, hashes}); err != nil {
				return "", err
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Batch makes the estimates of a batch and hands their rows to store, some at a time, in an order that is always the
// same: models as they are first named; of each its entries; of each sizes, precisions, runtimes, threads, batches and
// devices.
func (e *Estimator) Batch(ctx context.Context, b *Batch, store func([]BatchRow) error) error {
	p, err := e.plan(b)
	if err != nil {
		return err
	}
	return e.runBatch(ctx, b, p, 0, store)
}

// A batchTurn is a unit that a worker takes. Its rows come through out, which is closed behind the last.
type batchTurn struct {
	unit *batchUnit
	skip int // rows that are stored already
	out  chan []BatchRow
}

// ahead bounds the units that each worker begins before the rows of an earlier one are stored.
const ahead = 4

// runBatch runs a plan from a row on.
func (e *Estimator) runBatch(ctx context.Context, b *Batch, p *batchPlan, from int,
	store func([]BatchRow) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	jobs := min(cmp.Or(b.Jobs, runtime.GOMAXPROCS(0)), len(p.units)+1)
	work, order := make(chan *batchTurn), make(chan *batchTurn, ahead*jobs)
	go deal(ctx, p, from, work, order)
	var workers sync.WaitGroup
	defer workers.Wait()
	for range jobs {
		workers.Go(func() {
			w := newBatchWorker(e, !b.NoHash)
			for t := range work {
				w.run(ctx, t)
			}
		})
	}
	done := from
	for t := range order {
		for rows := range t.out {
			if err := store(rows); err != nil {
				cancel(err)
				return err
			}
			if done += len(rows); b.Progress != nil {
				b.Progress(done, p.rows)
			}
		}
	}
	return context.Cause(ctx)
}

// deal hands the units to the workers, and in the same order to who stores their rows.
func deal(ctx context.Context, p *batchPlan, from int, work, order chan<- *batchTurn) {
	defer close(work)
	defer close(order)
	for _, u := range p.units {
		if from >= u.rows {
			from -= u.rows
			continue
		}
		t := &batchTurn{u, from, make(chan []BatchRow, 2)}
		from = 0
		select {
		case order <- t:
		case <-ctx.Done():
			return
		}
		select {
		case work <- t:
		case <-ctx.Done():
			close(t.out)
			return
		}
	}
}
