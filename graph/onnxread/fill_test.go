package onnxread_test

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
)

func fill(t *testing.T, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := onnxread.Fill("model", bytes.NewReader(data), int64(len(data)), &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestFill gives built-in models weights: the graph stays, no payload is outside any more, and stripping gives the bare model back.
func TestFill(t *testing.T) {
	for _, spec := range []string{"zoo:mobilenetv3-small", "zoo:yolo11n"} {
		var bare bytes.Buffer
		if err := zoo.Write(&bare, spec); err != nil {
			t.Fatal(err)
		}
		full := fill(t, bare.Bytes())
		if !bytes.Equal(full, fill(t, bare.Bytes())) {
			t.Errorf("%s: filled twice, the weights differ", spec)
		}
		outside := func(data []byte) []string {
			files, err := onnxread.External(spec, bytes.NewReader(data), int64(len(data)))
			if err != nil {
				t.Fatal(err)
			}
			return files
		}
		if got := outside(bare.Bytes()); !slices.Equal(got, []string{"weights.bin"}) {
			t.Errorf("%s: the bare model's weights are in %v, expected weights.bin", spec, got)
		}
		if got := outside(full); len(got) != 0 {
			t.Errorf("%s: filled, there are still weights in %v", spec, got)
		}
		read := func(data []byte) *graph.Model {
			m, err := onnxread.Read(spec, bytes.NewReader(data), int64(len(data)))
			if err != nil {
				t.Fatal(err)
			}
			for i := range m.Tensors {
				if c := m.Tensors[i].Init; c != nil {
					for _, v := range values(c) {
						if math.IsNaN(v) || math.Abs(v) > 10 {
							t.Fatalf("%s: %s holds %g", spec, m.Tensors[i].Name, v)
						}
					}
					c.External, c.Value = false, nil
				}
			}
			return m
		}
		if !reflect.DeepEqual(sameConstants(read(bare.Bytes())), sameConstants(read(full))) {
			t.Errorf("%s: filled, the graph reads differently", spec)
		}
	}
}

func values(c *graph.Const) []float64 {
	if c.Value == nil {
		return nil
	}
	return c.Value.Floats
}

// sameConstants clears where the data of constant nodes is, which filling is meant to change.
func sameConstants(m *graph.Model) *graph.Model {
	for i := range m.Main.Nodes {
		for k := range m.Main.Nodes[i].Attrs {
			if c := m.Main.Nodes[i].Attrs[k].Tensor; c != nil {
				c.External, c.Value = false, nil
			}
		}
	}
	return m
}

func TestFillErrors(t *testing.T) {
	var big bytes.Buffer
	if err := zoo.Write(&big, "zoo:llama3-8b"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		data []byte
		want string
	}{
		{[]byte("no model"), ""},
		{big.Bytes(), "more than 2 GiB"},
	} {
		var out bytes.Buffer
		err := onnxread.Fill("model", bytes.NewReader(c.data), int64(len(c.data)), &out)
		if err == nil || !bytes.Contains([]byte(err.Error()), []byte(c.want)) {
			t.Errorf("found the error %v, expected %q", err, c.want)
		}
		if out.Len() > 0 {
			t.Errorf("%v: %d bytes were written all the same", err, out.Len())
		}
	}
}
