package ridgepoint

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/atomicfile"
	"github.com/ridgepoint/ridgepoint/internal/batch"
)

// A BatchFile is where the rows of a batch go.
type BatchFile struct {
	Path      string // it grows as Path.part and takes its name once it is complete
	Format    string // parquet, csv or jsonl; "": by the suffix of Path
	Resume    bool   // go on with a run of the same batch that did not end
	Partition bool   // Path is a folder with a file for each device, device=ID/rows.FORMAT
}

// A BatchSummary counts the rows of a batch.
type BatchSummary struct{ Rows, Errors, Resumed int }

// BatchFormats returns the formats of a BatchFile.
func BatchFormats() []string {
	var names []string
	for _, f := range batch.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// BatchTo makes the estimates of a batch and stores their rows in a file. A run that ends early leaves Path.part and
// Path.part.log, which Resume goes on with.
func (e *Estimator) BatchTo(ctx context.Context, b *Batch, to BatchFile) (sum BatchSummary, err error) {
	format, err := batch.FormatNamed(cmp.Or(to.Format, BatchFormatOf(to.Path)))
	if err != nil {
		return sum, err
	}
	p, err := e.plan(b)
	if err != nil {
		return sum, err
	}
	if err := p.spares(to.Path); err != nil {
		return sum, err
	}
	run, err := p.fingerprint(e, b, format.Name, to.Partition)
	if err != nil {
		return sum, err
	}
	var store *batch.Store
	if to.Resume {
		store, sum.Resumed, err = batch.Resume(to.Path, run, format, to.Partition)
	} else {
		store, err = batch.Create(to.Path, run, format, to.Partition)
	}
	if err != nil {
		return sum, err
	}
	err = e.runBatch(ctx, b, p, sum.Resumed, store.Add)
	if sum.Rows, sum.Errors = store.Count(); err != nil {
		return sum, errors.Join(fmt.Errorf("%w; %s.part has what is done: go on with --resume", err, to.Path), store.Stop())
	}
	return sum, store.Close()
}

// spares refuses to write rows over a model of the batch.
func (p *batchPlan) spares(path string) error {
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	for _, spec := range p.specs {
		if !formats.BuiltIn(spec) && atomicfile.Same(path, spec) {
			return fmt.Errorf("%s is a model of the batch, and would be overwritten; name another file", path)
		}
	}
	return nil
}

// WriteBatchRows writes rows as JSON Lines.
func WriteBatchRows(w io.Writer, rows []BatchRow) error { return batch.WriteJSON(w, rows) }

// keptModels bounds the models that BatchLines keeps.
const keptModels = 64

// BatchLines reads an entry from each line, a JSON object with the columns of a manifest, and answers with its rows,
// JSON objects on lines of their own, before it reads the next. What a line leaves out is as in base. Models are kept,
// so that a program that searches can ask about one again; a file that changes is not read again.
func (e *Estimator) BatchLines(ctx context.Context, in io.Reader, out io.Writer, base BatchEntry) error {
	if err := e.ready(); err != nil {
		return err
	}
	w := newBatchWorker(e, true)
	kept, sets := map[string]*batchModel{}, map[string]*batchDevices{}
	const longest = 1 << 20
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longest)
	for n := 1; lines.Scan() && ctx.Err() == nil; n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		rows, err := e.answer(w, kept, sets, fmt.Sprintf("line %d", n), lines.Bytes(), base)
		if err != nil {
			rows = []BatchRow{w.refusal(err)}
		}
		if err := batch.WriteJSON(out, rows); err != nil {
			return err
		}
		if len(kept) > keptModels {
			clear(kept)
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("found a line longer than %d bytes, expected a row such as {\"model\": \"zoo:resnet50\"}", longest)
	}
	return cmp.Or(lines.Err(), context.Cause(ctx))
}

// answer returns the rows of a line.
func (e *Estimator) answer(w *batchWorker, kept map[string]*batchModel, sets map[string]*batchDevices, where string,
	line []byte, base BatchEntry) ([]BatchRow, error) {
	entry, err := batch.ParseLine(where, line, base)
	if err != nil {
		return nil, err
	}
	on, err := e.devicesOf(&entry, sets)
	if err != nil {
		return nil, err
	}
	specs, err := modelsOf(entry.Model)
	var rows []BatchRow
	for _, spec := range specs {
		w.model = kept[spec]
		w.begin(spec)
		kept[spec] = w.model
		one := batchEntry{&entry, on, cmp.Or(entry.Err, err)}
		for s := range one.settings {
			w.setting(&one, &s, 0)
		}
		rows = append(rows, w.rows...)
	}
	return rows, nil
}

// refusal returns the row that answers a line that is no entry.
func (w *batchWorker) refusal(err error) BatchRow {
	r := batchRow{}
	r.Schema, r.Version = batch.Schema, w.version
	r.fail(err)
	return r.BatchRow
}
