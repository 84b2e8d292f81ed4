package ridgepoint

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/readers"
)

// tinyParam is a network in ncnn's format: a convolution and a rectifier.
const tinyParam = `7767517
3 3
Input data 0 1 data 0=32 1=32 2=3
Convolution conv 1 1 data conv 0=16 1=3 4=1 5=1 6=432
ReLU relu 1 1 conv relu
`

// TestFileRuntime holds that a file runs in the runtime that it is made for where the device runs that, and as asked
// for where something is.
func TestFileRuntime(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tiny.param")
	if err := os.WriteFile(file, []byte(tinyParam), 0o644); err != nil {
		t.Fatal(err)
	}
	e := New(nil)
	for _, c := range []struct {
		spec, device, asked, want string
		noted                     bool
	}{
		{file, "rpi-5", "", "ncnn", true},
		{file, "rpi-5", "onnxruntime-cpu", "onnxruntime-cpu", false},
		{file, "t4", "", "ncnn-vulkan", true},
		{file, "tpu-v5e", "", "xla-tpu", false},
		{"zoo:resnet18", "rpi-5", "", "onnxruntime-cpu", false},
	} {
		m, err := e.Load(c.spec)
		if err != nil {
			t.Fatal(err)
		}
		one, err := e.Estimate(m, c.device, &Options{Runtime: c.asked})
		if err != nil {
			t.Fatalf("%s on %s: %v", filepath.Base(c.spec), c.device, err)
		}
		noted := slices.ContainsFunc(one.Notes, func(n Note) bool { return n.Code == note.FileRuntime })
		if one.Tuning == nil || one.Tuning.Runtime.ID != c.want || noted != c.noted {
			t.Errorf("%s on %s asked for %q: found %+v, noted %t, want %s", filepath.Base(c.spec), c.device, c.asked, one.Tuning,
				noted, c.want)
		}
	}
}

// TestFileRuntimesExist holds that the table names formats that are read and runtimes that there are.
func TestFileRuntimesExist(t *testing.T) {
	e := New(nil)
	if err := e.init(); err != nil {
		t.Fatal(err)
	}
	for _, row := range fileRuntimes {
		is := func(f readers.Format) bool { return f.Name == row.format && f.Read != nil }
		if !slices.ContainsFunc(readers.Default(), is) {
			t.Errorf("%q is no format that is read", row.format)
		}
		for _, id := range row.runtimes {
			if r, err := e.tuner.Runtimes.Get(id); err != nil || r.ID != id {
				t.Errorf("%s: %q is no runtime: %v", row.format, id, err)
			}
		}
	}
}
