package measured

import (
	"bytes"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/reference"
)

func TestReadWrite(t *testing.T) {
	rows := []Row{{Source: "own", Model: "resnet, 50", Graph: "zoo:resnet50", Device: "RTX 4090", Runtime: "tensorrt", Precision: "fp16", Batch: 8,
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
	if !reflect.DeepEqual(got, rows) {
		t.Errorf("read back %+v, want %+v", got, rows)
	}
	if n := got[0].Note("threads"); n != "4" {
		t.Errorf("threads = %q, want 4", n)
	}
}

func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "no header line"},
		{"a,b\n", "no column device"},
		{"device,runtime,latency_ms\n", "neither a column graph"},
		{"model,device,runtime,latency_ms\nm,d,r,fast\n", `line 2: latency_ms: found "fast"`},
		{"model,device,runtime,latency_ms,batch\nm,d,r,1,-2\n", `line 2: batch: found "-2"`},
		{"model,device,runtime,latency_ms\nm,d,r\n", "wrong number of fields"},
		{"model,device,runtime,latency_ms\nm,d,r,-1\n", "0 or more"},
	} {
		if _, err := Read(strings.NewReader(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Read(%q) = %v, want an error with %q", c.in, err, c.want)
		}
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

func FuzzRead(f *testing.F) {
	f.Add("model,device,runtime,latency_ms\nm,d,r,1\n")
	f.Add("source,graph,device,runtime,latency_ms,batch\n\"a,b\",g,d,r,,3\n")
	f.Fuzz(func(t *testing.T, in string) {
		rows, err := Read(strings.NewReader(in))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := Write(&b, rows); err != nil {
			t.Fatal(err)
		}
		if again, err := Read(&b); err != nil || len(again) != len(rows) {
			t.Fatalf("read back %d rows (%v), want %d", len(again), err, len(rows))
		}
	})
}
