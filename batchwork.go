package ridgepoint

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/batch"
	"github.com/ridgepoint/ridgepoint/internal/errtext"
	"github.com/ridgepoint/ridgepoint/internal/gitfile"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
)

// A batchWorker estimates one unit after another, in storage that is reused.
type batchWorker struct {
	e       *Estimator
	hash    bool
	version string
	ways    map[batchWay]*batchEvaluator
	texts   map[string]*string // each once

	model *batchModel // of the unit
	cells []roofline.Cell
	rows  []BatchRow // not yet handed on
}

// A batchWay is how models are run, on which devices.
type batchWay struct {
	on                         *batchDevices
	precision, runtime, fusion string
	threads                    int64
	causal, transfers          bool
	overhead                   time.Duration
}

// A batchEvaluator evaluates in one way, or says why nothing can be.
type batchEvaluator struct {
	*roofline.Evaluator
	err     error
	devices []*hwprofiles.Device
	rests   []*roofline.Tuning // by device: the tuning that codes are of
	codes   []string           // of its warnings
	hashes  []*string
}

// A batchModel is the model of a unit, read when it is first needed.
type batchModel struct {
	spec, name     string
	format, sha256 *string
	plans          map[Size]*batchLoad // by size; the zero Size: the model's own
}

// A batchLoad is a model at a size, or why there is none.
type batchLoad struct {
	*Model
	err error
}

// maxWays bounds the evaluators that a worker keeps.
const maxWays = 64

// newBatchWorker returns a worker that keeps what rows have in common; hash says whether rows name
// the hash of their model.
func newBatchWorker(e *Estimator, hash bool) *batchWorker {
	return &batchWorker{e: e, hash: hash, version: report.Build(), ways: map[batchWay]*batchEvaluator{},
		texts: map[string]*string{}}
}

// text returns a pointer to a text, the same for equal ones; nil for none.
func (w *batchWorker) text(s string) *string {
	if s == "" {
		return nil
	}
	p := w.texts[s]
	if p == nil {
		p = &s
		w.texts[s] = p
	}
	return p
}

// piece counts the rows that are handed on at once.
const piece = 2048

// run estimates a unit. Where a model makes the program fail, the rest of its rows say so.
func (w *batchWorker) run(ctx context.Context, t *batchTurn) {
	defer close(t.out)
	send := func(rows []BatchRow) bool {
		select {
		case t.out <- rows:
			return true
		case <-ctx.Done():
			return false
		}
	}
	w.begin(t.unit.spec)
	skip := t.skip
	for _, entry := range t.unit.entries {
		for s := range entry.settings {
			n := len(entry.on.names)
			if skip >= n {
				skip -= n
				continue
			}
			w.setting(&entry, &s, skip)
			skip = 0
			if len(w.rows) >= piece {
				if !send(w.rows) {
					return
				}
				w.rows = nil
			}
		}
	}
	if len(w.rows) > 0 && send(w.rows) {
		w.rows = nil
	}
}

// begin takes another model.
func (w *batchWorker) begin(spec string) {
	w.rows = nil
	if w.model == nil || w.model.spec != spec {
		w.model = &batchModel{spec: spec, name: ModelName(spec), plans: map[Size]*batchLoad{}}
		clear(w.texts)
	}
}

// A batchSetting is one way to run a model on all devices of an entry.
type batchSetting struct {
	size               Size
	batch, threads     int64
	precision, runtime string
}

// settings yields the settings of an entry in order.
func (b *batchEntry) settings(yield func(batchSetting) bool) {
	for _, size := range orNone(b.Sizes) {
		for _, precision := range orNone(b.Precisions) {
			for _, engine := range orNone(b.Runtimes) {
				for _, threads := range orNone(b.Threads) {
					for _, n := range orNone(b.Batches) {
						if !yield(batchSetting{size, n, threads, precision, engine}) {
							return
						}
					}
				}
			}
		}
	}
}

// orNone returns a list, or one zero value in the place of an empty one.
func orNone[T any](list []T) []T {
	if len(list) == 0 {
		return make([]T, 1)
	}
	return list
}

// setting appends the rows of a setting but for the first few.
func (w *batchWorker) setting(entry *batchEntry, s *batchSetting, skip int) {
	var how *batchEvaluator
	err := w.guarded(func() (err error) {
		how, err = w.estimate(entry, s)
		return err
	})
	for i := skip; i < len(entry.on.names); i++ {
		row := w.blank(entry, s, i)
		switch at := entry.on.errs[i]; {
		case cmp.Or(entry.err, at, err) != nil:
			row.fail(cmp.Or(entry.err, at, err))
		case w.cells[i].Err != nil:
			row.fail(w.cells[i].Err)
		default:
			w.fill(&row, i, how)
		}
		w.rows = append(w.rows, row.BatchRow)
	}
}

// guarded turns a failure of the program into an error: one model must not end a batch.
func (w *batchWorker) guarded(do func() error) (err error) {
	defer func() {
		if failure := recover(); failure != nil {
			w.ways = map[batchWay]*batchEvaluator{}
			err = fmt.Errorf("%s: found a model that this version fails on (%v); please report it", w.model.spec, failure)
		}
	}()
	return do()
}

// estimate estimates the model in a setting on all devices, into the worker's cells.
func (w *batchWorker) estimate(entry *batchEntry, s *batchSetting) (*batchEvaluator, error) {
	if entry.err != nil {
		return nil, entry.err
	}
	way := batchWay{entry.on, s.precision, s.runtime, entry.Fusion, s.threads, entry.Causal, entry.Transfers,
		entry.Overhead}
	how := w.way(way)
	if how.err != nil {
		return nil, how.err
	}
	m, b, err := w.bound(entry, s)
	if err != nil {
		return nil, err
	}
	if n := len(entry.on.names); cap(w.cells) < n {
		w.cells = make([]roofline.Cell, n)
	} else {
		w.cells = w.cells[:n]
	}
	how.Run(&roofline.Job{Plan: m.plan, Bindings: b}, w.cells)
	return how, nil
}

// way returns the evaluator of a way.
func (w *batchWorker) way(way batchWay) *batchEvaluator {
	if how := w.ways[way]; how != nil {
		return how
	}
	if len(w.ways) >= maxWays {
		clear(w.ways)
	}
	out := new(batchEvaluator)
	w.ways[way] = out
	opt, err := w.e.how(&Options{Precision: way.precision, Runtime: way.runtime, Fusion: way.fusion,
		Threads: int(way.threads), Causal: way.causal, Transfers: way.transfers,
		Overhead: way.overhead})
	if err != nil {
		out.err = err
		return out
	}
	n := len(way.on.devices)
	out.Evaluator, out.devices = roofline.NewEvaluator(way.on.devices, opt), way.on.devices
	out.rests, out.codes, out.hashes = make([]*roofline.Tuning, n), make([]string, n), make([]*string, n)
	for i, d := range way.on.devices {
		if d != nil {
			out.hashes[i] = &d.Hash
		}
	}
	return out
}

// bound returns the model of a setting and what its free dimensions are bound to.
func (w *batchWorker) bound(entry *batchEntry, s *batchSetting) (*batchLoad, infer.Bindings, error) {
	o := Options{Batch: s.batch, Trips: entry.Trips}
	for _, d := range entry.Dims {
		if err := o.SetDim(d); err != nil {
			return nil, infer.Bindings{}, fmt.Errorf("dim %s: %w", d, err)
		}
	}
	for _, text := range entry.Shapes {
		if err := o.SetShape(text); err != nil {
			return nil, infer.Bindings{}, fmt.Errorf("shape %s: %w", text, err)
		}
	}
	b, err := o.bindings()
	if err != nil {
		return nil, b, err
	}
	spec, size := w.model.spec, Size{}
	if s.size != size {
		if sized, ok := zoo.Resized(spec, s.size.Height, s.size.Width); ok {
			spec, size = sized, s.size
		}
	}
	m := w.load(spec, size)
	if m.err == nil && s.size != size {
		b, err = roofline.SizeBindings(m.plan, b, s.size.Height, s.size.Width)
	}
	return m, b, cmp.Or(m.err, err)
}

// keptSizes bounds the sizes at which a model is kept: all settings of a size follow one another.
const keptSizes = 16

// load reads the model of the unit at a size once.
func (w *batchWorker) load(spec string, size Size) *batchLoad {
	m := w.model
	if l := m.plans[size]; l != nil {
		return l
	}
	l := new(batchLoad)
	if len(m.plans) >= keptSizes {
		clear(m.plans)
	}
	m.plans[size] = l
	g, format, err := formats.OpenFormat(spec, nil)
	if err == nil {
		l.Model, err = prepare(spec, g)
	}
	if err == nil && m.format == nil {
		m.format = &format
		if w.hash && !zoo.IsSpec(spec) {
			m.sha256, err = hashOf(spec)
		}
	}
	l.err = err
	return l
}

// hashOf returns the SHA-256 of a regular file or one in git; nil of any other, which was read to its end.
func hashOf(path string) (*string, error) {
	sum := sha256.New()
	if name, ok := strings.CutPrefix(path, gitfile.Prefix); ok {
		revision, inside, _ := strings.Cut(name, ":")
		err := gitfile.Read(context.Background(), "", revision, inside, func(in io.Reader) error {
			_, err := io.Copy(sum, in)
			return err
		})
		return hexOf(sum), err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if st, err := f.Stat(); err != nil || !st.Mode().IsRegular() {
		return nil, err
	}
	_, err = io.Copy(sum, f)
	return hexOf(sum), err
}

// hexOf returns a hash in hexadecimal digits.
func hexOf(sum hash.Hash) *string {
	text := hex.EncodeToString(sum.Sum(nil))
	return &text
}

// A batchRow is a row being filled.
type batchRow struct{ BatchRow }

// blank returns a row that says what was asked for.
func (w *batchWorker) blank(entry *batchEntry, s *batchSetting, device int) (r batchRow) {
	r.Schema, r.Version, r.Status = batch.Schema, w.version, batch.OK
	r.ID, r.Model, r.Source = w.text(entry.ID), w.model.name, w.model.spec
	r.Device, r.Runtime = entry.on.names[device], w.text(s.runtime)
	r.PrecisionAsked, r.Dims = w.text(s.precision), w.text(strings.Join(entry.Dims, " "))
	r.Batch, r.Threads = positive(s.batch), positive(s.threads)
	r.Height, r.Width = positive(s.size.Height), positive(s.size.Width)
	if s.size.Height == s.size.Width {
		r.Size = r.Height
	}
	return r
}

// positive returns a number, nil for 0.
func positive(v int64) *int64 {
	if v == 0 {
		return nil
	}
	return &v
}

// fail makes a row one of an error.
func (r *batchRow) fail(err error) {
	text := strings.ReplaceAll(errtext.Text(err), "\n", "; ")
	r.Status, r.Error = batch.Failed, &text
}

// fill adds the figures of a cell.
func (w *batchWorker) fill(r *batchRow, device int, how *batchEvaluator) {
	c := &w.cells[device]
	r.ProfileHash, r.Runtime = how.hashes[device], nil
	if c.Tuning != nil {
		r.Runtime = &c.Tuning.Runtime.ID
	}
	r.Precision, r.PrecisionRun = w.text(c.Precision.Short()), w.text(c.Ran.Short())
	r.Basis, r.Verdict, r.Bound = w.text(report.Basis(c.Tuning)), w.text(c.Room.String()), w.text(c.Spent.Bound().String())
	r.Warnings = w.text(how.warnings(c, device))
	r.Format, r.SHA256 = w.model.format, w.model.sha256
	if c.Asked != dtype.Undefined {
		r.PrecisionAsked = w.text(c.Asked.Short())
	}
	counts := &[9]int64{max(c.Batch, 1), c.Whole.MACs, c.Whole.FLOPs, c.Whole.Bytes, c.Params, c.Whole.WeightBytes,
		c.Whole.PeakActivationBytes, c.MemoryBytes, c.Spent.Kernels}
	for i, to := range []**int64{&r.Batch, &r.MACs, &r.FLOPs, &r.Bytes, &r.Params, &r.Weights, &r.Peak, &r.Memory,
		&r.Kernels} {
		*to = &counts[i]
	}
	r.Usable = positive(c.UsableBytes)
	w.times(r, c)
	w.energy(r, c, device, how)
}

// energy adds the energy of a cell, where the power of its device is known.
func (w *batchWorker) energy(r *batchRow, c *roofline.Cell, device int, how *batchEvaluator) {
	e := energy.OfCell(how.devices[device], c)
	if e == nil {
		return
	}
	r.Energy, r.EnergyLow, r.EnergyHigh = &e.Joules.Expected, &e.Joules.Low, &e.Joules.High
	r.Watts, r.PowerBasis = &e.Watts, w.text(e.Basis.String())
}

// times adds the times of a cell.
func (w *batchWorker) times(r *batchRow, c *roofline.Cell) {
	l := &c.Latency
	values := &[9]float64{1e3 * l.SpeedOfLight, c.Throughput(), c.Spent.Share(roofline.Compute),
		c.Spent.Share(roofline.Memory), c.Spent.Share(roofline.Overhead), c.Coverage.Fraction(), math.NaN(), math.NaN(),
		math.NaN()}
	for i, v := range []*float64{l.Expected, l.Low, l.High} {
		if v != nil {
			values[6+i] = 1e3 * *v
		}
	}
	for i, to := range []**float64{&r.LowerBound, &r.Throughput, &r.ShareCompute, &r.ShareMemory, &r.ShareOverhead,
		&r.Coverage, &r.Expected, &r.Low, &r.High} {
		if v := values[i]; !math.IsNaN(v) && !math.IsInf(v, 0) {
			*to = &values[i]
		}
	}
}

// warnings returns the codes of the warnings on a cell, separated by spaces.
func (how *batchEvaluator) warnings(c *roofline.Cell, device int) string {
	if t := c.Tuning; t != nil && how.rests[device] != t {
		how.rests[device], how.codes[device] = t, codesOf(t.Notes())
	}
	own := codesOf(c.Notes)
	if c.Tuning == nil {
		return own
	}
	return strings.TrimSpace(own + " " + how.codes[device])
}

// codesOf returns the codes of warnings among notes.
func codesOf(notes []Note) string {
	var codes []string
	for _, n := range notes {
		if n.Level() == Warning {
			codes = append(codes, string(n.Code))
		}
	}
	return strings.Join(codes, " ")
}
