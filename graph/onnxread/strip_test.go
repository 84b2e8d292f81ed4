package onnxread_test

import (
	"bytes"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// sameButPlace clears what stripping is meant to change: where a large payload is, and the values that went with it.
func sameButPlace(m *graph.Model) *graph.Model {
	for i := range m.Tensors {
		if c := m.Tensors[i].Init; c != nil && c.Stored > 1<<10 {
			c.External, c.Value = false, nil
		}
	}
	return m
}

// TestStripCorpus strips every graph of the corpus and reads it back.
func TestStripCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(reference.Path(t, "corpus", "dev"), "*.onnx.gz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range sampling.Every(10, files) {
		checkStrip(t, path, reference.Gunzip(t, path))
	}
}

func checkStrip(t *testing.T, name string, data []byte) {
	t.Helper()
	read := func(data []byte) *graph.Model {
		m, err := onnxread.Read(name, bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		return sameButPlace(m)
	}
	var out bytes.Buffer
	if err := onnxread.Strip(name, bytes.NewReader(data), int64(len(data)), &out); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(read(data), read(out.Bytes())) {
		t.Errorf("%s: the stripped model reads differently", name)
	}
	if out.Len() > len(data)+1024 {
		t.Errorf("%s: stripping made %d bytes of %d", name, out.Len(), len(data))
	}
}
