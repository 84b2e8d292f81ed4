package measured

import (
	"bytes"
	"math"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/allocated"
	"github.com/ridgepoint/ridgepoint/internal/reference"
)

func TestReadWrite(t *testing.T) {
	rows := []Row{{Source: "own", Model: "resnet, 50", Graph: "zoo:resnet50", Device: "RTX 4090", Runtime: "tensorrt",
		Precision: "fp16", Batch: 8,
		Latency: 0.00125, Throughput: 6400, Params: 25.6e6, Work: 4e9, WorkUnit: "mac", Notes: "layout=nhwc; threads=4"}}
	var b bytes.Buffer
	if err := Write(&b, rows); err != nil {
		t.Fatal(err)
	}
	got, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	rows[0].Line = 2
	if !reflect.DeepEqual(got.Rows, rows) {
		t.Errorf("read back %+v, want %+v", got.Rows, rows)
	}
	if n := got.Rows[0].Note("threads"); n != "4" {
		t.Errorf("threads = %q, want 4", n)
	}
}

func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "no header line"},
		{"a,b\n", "neither a column graph"},
		{"device,runtime,latency_ms\n", "neither a column graph"},
		{"model,device,runtime\n", "no column of latencies in the header, expected latency_ms (or ms"},
	} {
		if _, err := Read(strings.NewReader(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Read(%q) = %v, want an error with %q", c.in, err, c.want)
		}
	}
}

// TestSkippedCells holds that a cell that cannot be read costs its row and not the table.
func TestSkippedCells(t *testing.T) {
	const table = "model,device,runtime,latency_ms,batch\nm,d,r,fast,1\nm,d,r,1,127.7\nm,d\nm,d,r,-1,1\nm,d,r,2,4\n"
	read, err := Read(strings.NewReader(table))
	if err != nil || len(read.Rows) != 5 {
		t.Fatalf("found %+v and %v, expected 5 rows", read, err)
	}
	rows := read.Rows
	for i, want := range []string{`latency_ms: found "fast"`, `batch: found "127.7"`, "found 2 cells, expected 5",
		"0 or more", ""} {
		if got := rows[i].Skipped; !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("row %d: skipped %q, expected %q", i, got, want)
		}
	}
	if r := rows[4]; r.Line != 6 || r.Latency != 2e-3 || r.Batch != 4 {
		t.Errorf("the row behind them: found %+v, expected line 6 with 2 ms at batch 4", r)
	}
}

// TestHeadings holds what people write above their columns to the latency that it means, in seconds, and to a note
// where the heading leaves the unit open.
func TestHeadings(t *testing.T) {
	for _, c := range []struct {
		table, note string
		latency     float64
	}{
		{"model,latency_ms\nm,8\n", "", 0.008},
		{"Model,Latency (ms)\nm,8\n", "", 0.008},
		{"network\tms\nm\t8\n", "", 0.008},
		{"name,latency\nm,8\n", "column latency is read in ms", 0.008},
		{"model,time_us\nm,8000\n", "", 0.008},
		{"model,Latency [µs]\nm,8000\n", "", 0.008},
		{"model,seconds\nm,0.008\n", "", 0.008},
		{"model,FPS\nm,125\n", "column FPS is read in samples per second", 0.008},
		{"model;batch_size;throughput\nm;4;500\n", "column throughput is read in samples per second", 0.008},
		{"model,fps,batch,ms\nm,7,4,8\n", "", 0.008},
		{"model,latency_ms,time\nm,8,99\n", "", 0.008},
	} {
		got, err := Read(strings.NewReader(c.table))
		if err != nil || len(got.Rows) != 1 || math.Abs(got.Rows[0].Latency-c.latency) > 1e-12 || got.Rows[0].Model != "m" {
			t.Errorf("%q: found %+v and %v, expected m at %g s", c.table, got, err, c.latency)
			continue
		}
		if notes := strings.Join(got.Notes, "; "); !strings.HasPrefix(notes, c.note) || c.note == "" && notes != "" {
			t.Errorf("%q: found the notes %q, expected %q", c.table, notes, c.note)
		}
	}
	got, err := Read(strings.NewReader("model,fps\nm,fast\n"))
	if err != nil || !strings.HasPrefix(got.Rows[0].Skipped, `fps: found "fast"`) {
		t.Errorf("found %+v and %v, expected the user's own heading in the reason", got, err)
	}
}

func TestPublishedTables(t *testing.T) {
	dir := reference.Path(t, "measured")
	files, _ := filepath.Glob(filepath.Join(dir, "*.csv.gz"))
	if len(files) == 0 {
		t.Fatalf("no tables in %s", dir)
	}
	for _, f := range files {
		rows, err := ReadFile(f)
		if err != nil {
			t.Errorf("%v", err)
		}
		if len(rows) == 0 {
			t.Errorf("%s: no rows", f)
		}
	}
}

// reading bounds what reading a table may allocate.
var reading = allocated.Bound{PerByte: 2000, AtLeast: 1 << 20}

// FuzzRead: no table panics or takes more memory than in proportion to it, and what is read is written and read again.
func FuzzRead(f *testing.F) {
	f.Add("model,device,runtime,latency_ms\n" + strings.Repeat(",\n", 2000))
	f.Add("model,device,runtime,latency_ms\nm,d,r,1\n")
	f.Add("Name;FPS;bs\nm;12;3\n")
	f.Add("source,graph,device,runtime,latency_ms,batch\n\"a,b\",g,d,r,,3\n")
	f.Fuzz(func(t *testing.T, in string) {
		var read *Table
		var err error
		reading.Hold(t, len(in), func() { read, err = Read(strings.NewReader(in)) })
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := Write(&b, read.Rows); err != nil {
			t.Fatal(err)
		}
		if again, err := Read(&b); err != nil || len(again.Rows) != len(read.Rows) {
			t.Fatalf("read back %+v (%v), want %d rows", again, err, len(read.Rows))
		}
	})
}
