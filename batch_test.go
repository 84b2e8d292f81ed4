package ridgepoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ridgepoint/ridgepoint/internal/batch"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
)

// smallBatch has good entries, and one of each kind of bad one.
func smallBatch() *Batch {
	base := BatchEntry{Devices: []string{"rpi-5", "rtx4090", "no-such-device"}}
	entries := []BatchEntry{base, base, base, base, base, base}
	entries[0].ID, entries[0].Model, entries[0].Batches, entries[0].Precisions = "a", "zoo:mobilenetv2", []int64{1, 8},
		[]string{"fp16", "int8"}
	entries[1].Model, entries[1].Sizes = "zoo:mobilenetv2", []Size{{Height: 96, Width: 96}, {Height: 160, Width: 160},
		{Height: 96, Width: 160}}
	entries[2].Model = "nowhere/*.onnx"
	entries[3].Model, entries[3].Runtimes = "zoo:mobilenetv3-*", []string{"", NoRuntime, "tensorrt", "no-such-runtime"}
	entries[4].Model, entries[4].Dims = "zoo:bert-base", []string{"seq"}
	entries[5].Model, entries[5].Transfers = "zoo:resnet18", true
	return &Batch{Entries: entries}
}

func rowsOf(t *testing.T, b *Batch) []BatchRow {
	t.Helper()
	var e Estimator
	var out []BatchRow
	err := e.Batch(t.Context(), b, func(rows []BatchRow) error { out = append(out, rows...); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func textsOf(t *testing.T, rows []BatchRow) []string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteBatchRows(&b, rows); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

// TestBatchAgrees: a row has the figures of the estimate of its model on its device.
func TestBatchAgrees(t *testing.T) {
	var e Estimator
	good := 0
	for _, r := range rowsOf(t, smallBatch()) {
		if r.Status != batch.OK {
			continue
		}
		good++
		opt := &Options{Batch: *r.Batch, Transfers: r.Model == "resnet18"}
		if r.PrecisionAsked != nil {
			opt.Precision = *r.PrecisionAsked
		}
		opt.Runtime = NoRuntime
		if r.Runtime != nil {
			opt.Runtime = *r.Runtime
		}
		spec := r.Source
		if r.Height != nil {
			spec += fmt.Sprintf("?size=%dx%d", *r.Height, *r.Width)
			if (r.Size != nil) != (*r.Height == *r.Width) {
				t.Errorf("%s: the side of a square is wrong: %v", spec, r.Size)
			}
		}
		m, err := e.Load(spec)
		if err != nil {
			t.Fatal(err)
		}
		want, err := e.Estimate(m, r.Device, opt)
		if err != nil {
			t.Fatal(err)
		}
		if r.Expected != nil && *r.Expected != 1e3**want.Latency.Expected || *r.LowerBound != 1e3*want.Latency.SpeedOfLight ||
			*r.FLOPs != want.FLOPs() || *r.Bytes != want.Total.Bytes() || *r.Memory != want.MemoryBytes ||
			(r.Expected == nil) != (want.Latency.Expected == nil) || *r.Params != want.Params {
			t.Errorf("%s on %s: the row differs from its estimate", r.Source, r.Device)
		}
		if !sameEnergy(&r, want) {
			t.Errorf("%s on %s: the energy of the row differs from that of its estimate", r.Source, r.Device)
		}
	}
	if good < 20 {
		t.Errorf("found %d rows without an error, expected 20 at least", good)
	}
}

// sameEnergy reports whether a row says the joules that its estimate says, and nothing where that says nothing.
func sameEnergy(r *BatchRow, e *Estimate) bool {
	want := energy.OfEstimate(e)
	if want == nil || r.Energy == nil {
		return want == nil && r.Energy == nil && r.PowerBasis == nil
	}
	return (energy.Range{Expected: *r.Energy, Low: *r.EnergyLow, High: *r.EnergyHigh}) == want.Joules &&
		*r.Watts == want.Watts && *r.PowerBasis == want.Basis.String()
}

// TestBatchErrors: what fails is a row that says why, and nothing else is lost.
func TestBatchErrors(t *testing.T) {
	rows := rowsOf(t, smallBatch())
	for _, c := range []struct{ model, device, says string }{
		{"mobilenetv2", "no-such-device", "found no such id"},
		{"*", "rpi-5", "no file that the pattern fits"},
		{"mobilenetv3-large", "rpi-5", "no-such-runtime"},
		{"bert-base", "rpi-5", "expected NAME=N"},
	} {
		if !slices.ContainsFunc(rows, func(r BatchRow) bool {
			return r.Model == c.model && r.Device == c.device && r.Error != nil && strings.Contains(*r.Error, c.says) &&
				r.Status == batch.Failed && r.Expected == nil
		}) {
			t.Errorf("found no row of %s on %s that says %q", c.model, c.device, c.says)
		}
	}
}

// TestBatchShards: the rows of all shards are those of the whole, and so are those of a run that goes on from any row.
func TestBatchShards(t *testing.T) {
	whole := textsOf(t, rowsOf(t, smallBatch()))
	var parts []string
	for shard := 1; shard <= 3; shard++ {
		b := smallBatch()
		b.Shard, b.Shards, b.Jobs = shard, 3, shard
		parts = append(parts, textsOf(t, rowsOf(t, b))...)
	}
	slices.Sort(parts)
	if sorted := slices.Sorted(slices.Values(whole)); !slices.Equal(parts, sorted) {
		t.Error("the shards are not the whole")
	}
	var e Estimator
	p, err := e.plan(smallBatch())
	if err != nil || p.rows != len(whole) {
		t.Fatalf("found %d rows planned, %v, expected %d", p.rows, err, len(whole))
	}
	for from := 0; from <= len(whole); from += 5 {
		var rest []BatchRow
		err := e.runBatch(t.Context(), smallBatch(), p, from, func(rows []BatchRow) error {
			rest = append(rest, rows...)
			return nil
		})
		if err != nil || from < len(whole) && !slices.Equal(textsOf(t, rest), whole[from:]) {
			t.Errorf("rows from %d on are others: %v", from, err)
		}
	}
}

// TestBatchTo: a file on disk has its SHA-256 and format, and every format is written.
func TestBatchTo(t *testing.T) {
	dir := t.TempDir()
	var model bytes.Buffer
	var e Estimator
	if err := e.Strip("zoo:mobilenetv2", &model); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "m.onnx"), model.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	b := &Batch{Entries: []BatchEntry{{Model: filepath.Join(dir, "*.onnx"), Devices: []string{"rpi-5"}}}}
	row := rowsOf(t, b)[0]
	if row.SHA256 == nil || len(*row.SHA256) != 64 || row.Format == nil || *row.Format != "ONNX" || row.Model != "m" {
		t.Errorf("found %s", textsOf(t, []BatchRow{row})[0])
	}
	for _, format := range BatchFormats() {
		path := filepath.Join(dir, "rows."+format)
		sum, err := e.BatchTo(t.Context(), b, BatchFile{Path: path})
		if st, serr := os.Stat(path); err != nil || serr != nil || st.Size() == 0 || sum != (BatchSummary{Rows: 1}) {
			t.Errorf("%s: %+v, %v, %v", format, sum, err, serr)
		}
	}
	if _, err := e.BatchTo(t.Context(), b, BatchFile{Path: filepath.Join(dir, "rows.txt")}); err == nil {
		t.Error("rows.txt was written, expected an error")
	}
}

// TestBatchGit: a model of a revision has the hash of its file there, whatever became of the file.
func TestBatchGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git: ", err)
	}
	dir := t.TempDir()
	var e Estimator
	var model bytes.Buffer
	if err := e.Strip("zoo:mobilenetv2", &model); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "m.onnx"), model.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"init -q -b main", "add .", "-c user.name=a -c user.email=a@b.c commit -qm one"} {
		cmd := exec.Command("git", strings.Fields(args)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args, err, out)
		}
	}
	if err := os.Remove(filepath.Join(dir, "m.onnx")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	b := &Batch{Entries: []BatchEntry{{Model: "git:main:m.onnx", Devices: []string{"rpi-5"}},
		{Model: "git:main:*.onnx", Devices: []string{"rpi-5"}}, {Model: "git:none:m.onnx", Devices: []string{"rpi-5"}}}}
	rows, want := rowsOf(t, b), fmt.Sprintf("%x", sha256.Sum256(model.Bytes()))
	if r := rows[0]; r.SHA256 == nil || *r.SHA256 != want || r.Expected == nil || r.Status != batch.OK {
		t.Errorf("found %s, expected the hash %s", textsOf(t, rows[:1])[0], want)
	}
	for i, says := range []string{"expected one file", "none"} {
		if r := rows[1+i]; r.Error == nil || !strings.Contains(*r.Error, says) {
			t.Errorf("found %s, expected an error that says %q", textsOf(t, rows[1+i:2+i])[0], says)
		}
	}
}

// TestBatchLines: each line is answered, a bad one by a row with an error.
func TestBatchLines(t *testing.T) {
	var e Estimator
	var out bytes.Buffer
	in := `{"id":"1","model":"zoo:mobilenetv2"}` + "\nnonsense\n" +
		`{"id":"2","model":"zoo:mobilenetv2","batch":[1,2]}` + "\n"
	if err := e.BatchLines(t.Context(), strings.NewReader(in), &out, BatchEntry{Devices: []string{"rpi-5"}}); err != nil {
		t.Fatal(err)
	}
	var have []string
	for line := range strings.Lines(out.String()) {
		var r BatchRow
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		have = append(have, strings.TrimSpace(r.Status+" "+r.Model))
	}
	if want := []string{"ok mobilenetv2", "error", "ok mobilenetv2", "ok mobilenetv2"}; !slices.Equal(have, want) {
		t.Errorf("found %q, expected %q", have, want)
	}
}

// TestBatchSchema holds docs/schema/batch-v1.json to the rows: every member is documented, and the rows fit.
func TestBatchSchema(t *testing.T) {
	s, err := jsonschema.NewCompiler().Compile(filepath.Join("docs", "schema", "batch-v1.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range textsOf(t, rowsOf(t, smallBatch())) {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(v); err != nil {
			t.Fatal(err)
		}
	}
	var documented []string
	for name := range s.Properties {
		documented = append(documented, name)
	}
	slices.Sort(documented)
	if columns := slices.Sorted(slices.Values(batch.Columns())); !slices.Equal(documented, columns) ||
		len(s.Required) != len(columns) {
		t.Errorf("the schema documents %v, rows have %v", documented, columns)
	}
}
