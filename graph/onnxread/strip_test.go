package onnxread_test

import (
	"bytes"
	"path/filepath"
	"reflect"
	"strings"
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
	sampling.Alone(t)
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

// TestAnnotateCorpus annotates every node of graphs of the corpus: the result reads as the stripped graph does, but for
// the names of nodes that had none.
func TestAnnotateCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(reference.Path(t, "corpus", "dev"), "*.onnx.gz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range sampling.Every(10, files) {
		data := reference.Gunzip(t, path)
		m, err := onnxread.Read(path, bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		notes := &onnxread.Annotations{Prefix: "test.", Model: []graph.Property{{Key: "test.of", Value: path}},
			Nodes: map[string]onnxread.Annotation{}}
		named := 0
		visitNodes(m.Main, func(n *graph.Node) {
			if len(n.Outputs) > 0 && n.Outputs[0] != graph.None {
				notes.Nodes[m.Tensors[n.Outputs[0]].Name] = onnxread.Annotation{Name: "given",
					Properties: []graph.Property{{Key: "test.op", Value: n.Op.Type}}}
				named++
			}
		})
		var out bytes.Buffer
		if err := onnxread.Annotate(path, bytes.NewReader(data), int64(len(data)), &out, notes); err != nil {
			t.Fatal(err)
		}
		if got := bytes.Count(out.Bytes(), []byte("test.op")); got != named {
			t.Errorf("%s: found %d annotated nodes, expected %d", path, got, named)
		}
		again, err := onnxread.Read(path, bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		again.Metadata = m.Metadata
		visitNodes(again.Main, func(n *graph.Node) {
			if strings.HasPrefix(n.Name, "given") {
				n.Name = ""
			}
		})
		if !reflect.DeepEqual(sameButPlace(m), sameButPlace(again)) {
			t.Errorf("%s: the annotated model reads differently", path)
		}
	}
}

// visitNodes calls do for the nodes of a graph and of the bodies that they hold.
func visitNodes(g *graph.Graph, do func(*graph.Node)) {
	for i := range g.Nodes {
		n := &g.Nodes[i]
		do(n)
		for k := range n.Attrs {
			if n.Attrs[k].Graph != nil {
				visitNodes(n.Attrs[k].Graph, do)
			}
			for _, body := range n.Attrs[k].Graphs {
				visitNodes(body, do)
			}
		}
	}
}
