package batch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// rowsFor returns rows of several devices, some with an error.
func rowsFor(n int) []Row {
	rows := make([]Row, n)
	for i := range rows {
		r := &rows[i]
		r.Schema, r.Model, r.Device, r.Status = Schema, fmt.Sprintf("net%d", i/7), fmt.Sprintf("dev/%d", i%3), OK
		if i%11 == 0 {
			text := "found \"=1\", expected\ta number, such as 1"
			r.Status, r.Error = Failed, &text
			continue
		}
		ms, macs := float64(i)/3, int64(i)<<30
		r.Expected, r.MACs = &ms, &macs
	}
	return rows
}

// small returns a format with few rows between checkpoints.
func small(f Format) Format {
	f.every = 16
	return f
}

// bytesOf returns the files below a path by name.
func bytesOf(t *testing.T, path string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		name, _ := filepath.Rel(path, file)
		out[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestResume: a run that is killed at any byte of its files, again and again, ends with the bytes of one that is not.
func TestResume(t *testing.T) {
	rows := rowsFor(200)
	r := rand.New(rand.NewPCG(1, 2))
	for _, f := range Formats() {
		for _, split := range []bool{false, true} {
			whole := filepath.Join(t.TempDir(), "whole."+f.Name)
			s, err := Create(whole, "run", small(f), split)
			if err != nil {
				t.Fatal(err)
			}
			addAll(t, s, rows)
			want := bytesOf(t, whole)
			for range 12 {
				path := filepath.Join(t.TempDir(), "killed."+f.Name)
				for kills := r.IntN(4); kills > 0; kills-- {
					killed(t, path, small(f), split, rows, r)
				}
				s, done, err := Resume(path, "run", small(f), split)
				if err != nil {
					t.Fatal(err)
				}
				addAll(t, s, rows[done:])
				if have := bytesOf(t, path); !maps.Equal(have, want) {
					t.Fatalf("%s, split %v: a resumed run wrote other bytes", f.Name, split)
				}
				if _, failed := s.Count(); failed != 19 {
					t.Errorf("found %d rows with an error, expected 19", failed)
				}
				if left, _ := filepath.Glob(path + ".part*"); len(left) > 0 {
					t.Errorf("found %v, expected nothing left", left)
				}
			}
		}
	}
}

func addAll(t *testing.T, s *Store, rows []Row) {
	t.Helper()
	if err := s.Add(rows); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// killed goes on with a run for a while and leaves its files as a killed process may: the log cut anywhere, and bytes
// behind the last checkpoint.
func killed(t *testing.T, path string, f Format, split bool, rows []Row, r *rand.Rand) {
	t.Helper()
	s, done, err := Resume(path, "run", f, split)
	if err != nil {
		t.Fatal(err)
	}
	if split { // a checkpoint of all files at once, as often as of one
		s.format.every = 16
	}
	until := done + r.IntN(len(rows)-done+1)
	if err := s.Add(rows[done:until]); err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path + logSuffix)
	if err != nil {
		t.Fatal(err)
	}
	if last := bytes.LastIndexByte(bytes.TrimSuffix(data, []byte("\n")), '\n') + 1; r.IntN(2) == 0 {
		data = data[:last+r.IntN(len(data)-last+1)]
	}
	if err := os.WriteFile(path+logSuffix, data, 0o666); err != nil {
		t.Fatal(err)
	}
	for name := range s.files {
		g, err := os.OpenFile(s.fileOf(name), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(g, "torn")
		g.Close()
	}
}

func TestResumeRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	f, err := FormatNamed("csv")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Create(path, "run", f, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path, "run", f, false); err == nil {
		t.Error("a second run began over one that has not ended")
	}
	if _, _, err := Resume(path, "another", f, false); err == nil {
		t.Error("another run went on with it")
	}
}

// TestParquet: what is written reads back, row groups and all, with zstd and dictionaries.
func TestParquet(t *testing.T) {
	rows := rowsFor(200)
	path := filepath.Join(t.TempDir(), "a.parquet")
	f, err := FormatNamed("parquet")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Create(path, "run", small(f), false)
	if err != nil {
		t.Fatal(err)
	}
	addAll(t, s, rows)
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	st, _ := in.Stat()
	file, err := parquet.OpenFile(in, st.Size())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(file.RowGroups()); n != 13 {
		t.Errorf("found %d row groups, expected 13 of 16 rows", n)
	}
	for _, c := range file.Metadata().RowGroups[1].Columns {
		if c.MetaData.Codec.String() != "ZSTD" {
			t.Errorf("column %v is stored as %v, expected zstd", c.MetaData.PathInSchema, c.MetaData.Codec)
		}
	}
	reader := parquet.NewGenericReader[Row](file)
	defer reader.Close()
	back := make([]Row, len(rows)+1)
	n, err := reader.Read(back)
	if n != len(rows) || err != io.EOF {
		t.Fatalf("read %d rows: %v, expected %d", n, err, len(rows))
	}
	var have, want bytes.Buffer
	if err := WriteJSON(&have, back[:n]); err != nil {
		t.Fatal(err)
	}
	if err := WriteJSON(&want, rows); err != nil {
		t.Fatal(err)
	}
	if have.String() != want.String() {
		t.Error("the rows read back are others")
	}
}

// TestPlace: a symbolic link keeps its place and a file its mode, while one program alone writes; a log of another
// hand leads nowhere.
func TestPlace(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target.csv"), filepath.Join(dir, "link.csv")
	if err := os.WriteFile(target, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("target.csv", link); err != nil {
		t.Skip("symbolic links are missing: run where the file system has them: ", err)
	}
	f, err := FormatNamed("csv")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Create(link, "run", f, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Create(link, "run", f, false); err == nil {
		t.Error("a second program began")
	}
	if _, _, err := Resume(target, "run", f, false); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("a second program went on: %v", err)
	}
	addAll(t, s, rowsFor(3))
	if to, err := os.Readlink(link); err != nil || to != "target.csv" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	if st, err := os.Stat(target); err != nil || st.Mode().Perm() != 0o640 || st.Size() < 100 {
		t.Errorf("found %v, %v, expected the mode 0640", st, err)
	}
	outside := filepath.Join(dir, "rows.csv")
	if err := os.WriteFile(outside, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../..", "device=../..", "device=a/../../..", ""} {
		log := `{"run":"run"}` + "\n" + `{"rows":1,"files":{"` + name + `":{"bytes":1}}}` + "\n"
		if err := os.WriteFile(filepath.Join(dir, "split"+logSuffix), []byte(log), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Resume(filepath.Join(dir, "split"), "run", f, true); err == nil {
			t.Errorf("a log that names %q is taken", name)
		}
	}
	if data, err := os.ReadFile(outside); err != nil || string(data) != "precious" {
		t.Errorf("found %q, %v in a file outside", data, err)
	}
}

// TestRace: of programs that begin the same file at once one writes it, whole.
func TestRace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	f, err := FormatNamed("csv")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var wrote atomic.Int32
	begun := make(chan struct{})
	for range 8 {
		all.Go(func() {
			<-begun
			s, err := Create(path, "run", f, false)
			if err != nil {
				return
			}
			if err := errors.Join(s.Add(rowsFor(5)), s.Close()); err != nil {
				t.Error(err)
			}
			wrote.Add(1)
		})
	}
	close(begun)
	all.Wait()
	data, err := os.ReadFile(path)
	if err != nil || wrote.Load() < 1 || bytes.Count(data, []byte("\n")) != 6 {
		t.Errorf("%d wrote %d lines, %v; expected the heading and 5 rows", wrote.Load(), bytes.Count(data, []byte("\n")), err)
	}
}
