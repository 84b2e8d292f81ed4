package main

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"

	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"

	"github.com/ridgepoint/ridgepoint"
)

func TestMain(m *testing.M) { ptest.MainWithDefault(m, "prism") }

// manifestOf writes a manifest of built-in models on 25 devices at 8 batches, and a row with an error.
func manifestOf(t *testing.T, models int) (path string, rows int) {
	t.Helper()
	var e ridgepoint.Estimator
	all, err := e.Devices(nil)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, d := range all[:25] {
		ids = append(ids, d.ID)
	}
	var b strings.Builder
	b.WriteString("model,device,batch\nnowhere.onnx,rpi-5,1\n")
	built, err := ridgepoint.BuiltIns("", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range built[:models] {
		fmt.Fprintf(&b, "zoo:%s,\"%s\",1..128\n", m.Name, strings.Join(ids, ","))
	}
	path = filepath.Join(t.TempDir(), "manifest.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	return path, models*25*8 + 1
}

// TestEqualsBatch: the pipeline on Prism makes the rows that a batch makes, row by row, in every format; 20,000 of them
// but under -short.
func TestEqualsBatch(t *testing.T) {
	models := 100
	if testing.Short() {
		models = 4
	}
	path, rows := manifestOf(t, models)
	var e ridgepoint.Estimator
	entries, err := ridgepoint.ReadManifest(path, ridgepoint.BatchEntry{})
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if _, err := e.BatchStream(t.Context(), &ridgepoint.Batch{Entries: entries}, "jsonl", &want); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	j := &job{out: out + "/", format: "jsonl", shards: 7, args: []string{path}}
	p, planned, err := j.pipeline()
	if err != nil || planned != rows {
		t.Fatalf("found %d rows planned, %v, expected %d", planned, err, rows)
	}
	if err := ptest.Run(p); err != nil {
		t.Fatal(err)
	}
	have := linesOf(t, out)
	if expected := slices.Sorted(strings.Lines(want.String())); len(have) != rows || !slices.Equal(have, expected) {
		t.Errorf("found %d rows, expected %d, and the same", len(have), rows)
	}
}

// TestShardFiles: in Parquet each file of the pipeline has the bytes of the shard of a batch.
func TestShardFiles(t *testing.T) {
	path, _ := manifestOf(t, 4)
	out := t.TempDir()
	j := &job{out: out, format: "parquet", shards: 3, args: []string{path}}
	p, _, err := j.pipeline()
	if err != nil {
		t.Fatal(err)
	}
	if err := ptest.Run(p); err != nil {
		t.Fatal(err)
	}
	var e ridgepoint.Estimator
	entries, err := ridgepoint.ReadManifest(path, ridgepoint.BatchEntry{})
	if err != nil {
		t.Fatal(err)
	}
	for shard := 1; shard <= 3; shard++ {
		alone := filepath.Join(t.TempDir(), "rows.parquet")
		b := &ridgepoint.Batch{Entries: entries, Shard: shard, Shards: 3}
		if _, err := e.BatchTo(t.Context(), b, ridgepoint.BatchFile{Path: alone}); err != nil {
			t.Fatal(err)
		}
		have, err := os.ReadFile(filepath.Join(out, fmt.Sprintf("rows-%05d-of-00003.parquet", shard)))
		want, err2 := os.ReadFile(alone)
		if err != nil || err2 != nil || !bytes.Equal(have, want) {
			t.Errorf("shard %d: %v, %v: found %d bytes, expected the %d of a batch", shard, err, err2, len(have), len(want))
		}
	}
}

// linesOf returns the lines of all files in a folder, sorted.
func linesOf(t *testing.T, dir string) (lines []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		lines = slices.AppendSeq(lines, strings.Lines(string(data)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

// TestFlags: arguments and flags come in any order, and what cannot be meant is one clear error.
func TestFlags(t *testing.T) {
	for _, c := range []struct{ args, says string }{
		{"m.csv -o out/ --batch 1,8 --device rpi-5", ""},
		{"-o out/ m.csv", ""},
		{"-o out/", "found no manifest"},
		{"m.csv", "found no -o"},
		{"m.csv -o out/ --shards 0", "expected 1 to"},
		{"m.csv -o out/ --batch many", "--batch"},
		{"m.csv -o out/ --size 1x", "--size"},
		{"m.csv -o out/ --precision fp17", "--precision"},
	} {
		j, f := new(job), flag.NewFlagSet("test", flag.ContinueOnError)
		j.flags(f)
		err := j.parse(f, strings.Fields(c.args))
		if err == nil {
			err = j.check()
		}
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: found error %v, expected %q", c.args, err, c.says)
		}
	}
	j := &job{out: t.TempDir(), format: "parquet", shards: 1, args: []string{"nowhere.csv"}}
	if _, _, err := j.pipeline(); err == nil {
		t.Error("a manifest that is not there was taken")
	}
}
