package onnxread_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
)

// constantNode returns a Constant node of floats.
func constantNode(name string, v ...float32) []byte {
	t := append(number(1, uint64(len(v))), number(2, 1)...)
	return node("Constant", nil, []string{name},
		append(append(text(1, "value"), field(5, append(t, raw(v)...))...), number(20, 4)...))
}

// TestRepeats holds that a constant defined twice is one constant, the last one where they differ, with a note.
func TestRepeats(t *testing.T) {
	x, y := value(11, "x", 1, number(1, 2)), value(12, "y", 1, number(1, 2))
	add := node("Add", []string{"x", "c"}, []string{"y"})
	long := func(last float32) []float32 { return append(slices.Repeat([]float32{1, 2}, 3000), last) }
	for _, tc := range []struct {
		name  string
		parts [][]byte
		nodes int
		last  []float64 // of constants that differ
	}{
		{"equal nodes", [][]byte{constantNode("c", 1, 2), constantNode("c", 1, 2)}, 2, nil},
		{"equal nodes, encoded otherwise", [][]byte{constantNode("c", 1, 2), node("Constant", nil, []string{"c"},
			append(append(text(1, "value"), field(5, bytes.Join([][]byte{number(1, 2), number(2, 1), field(4, []byte{0, 0, 128,
				63, 0, 0, 0, 64})}, nil))...), number(20, 4)...))}, 2, nil},
		{"equal nodes of many bytes", [][]byte{constantNode("c", long(1)...), constantNode("c", long(1)...)}, 2, nil},
		{"nodes that differ", [][]byte{constantNode("c", 1, 2), constantNode("c", 1, 3)}, 2, []float64{1, 3}},
		{"three nodes", [][]byte{constantNode("c", 1, 2), constantNode("c", 1, 3), constantNode("c", 5)}, 2, []float64{5}},
		{"nodes that differ at the end", [][]byte{constantNode("c", long(1)...), constantNode("c", long(2)...)}, 2,
			[]float64{}},
		{"equal initializers",
			[][]byte{tensor("c", 1, []uint64{2}, raw([]float32{1, 2})), tensor("c", 1, []uint64{2}, raw([]float32{1, 2}))}, 1,
			nil},
		{"initializers that differ",
			[][]byte{tensor("c", 1, []uint64{2}, raw([]float32{1, 2})), tensor("c", 1, []uint64{1}, raw([]float32{1}))}, 1,
			[]float64{1}},
		{"an initializer and an equal node", [][]byte{tensor("c", 1, []uint64{2}, raw([]float32{1, 2})),
			constantNode("c", 1, 2)}, 2, nil},
		{"an initializer and another node", [][]byte{constantNode("c", 7),
			tensor("c", 1, []uint64{2}, raw([]float32{1, 2}))}, 2, []float64{7}},
	} {
		m, err := read(model(17, append([][]byte{x, y, add}, tc.parts...)...))
		if err != nil || len(m.Main.Nodes) != tc.nodes || len(m.Notes) > 0 != (tc.last != nil) {
			t.Errorf("%s: %v, %v", tc.name, m, err)
			continue
		}
		if len(tc.last) == 0 {
			continue
		}
		c := init1(m, "c")
		for i := range m.Main.Nodes {
			if n := &m.Main.Nodes[i]; n.Op.Type == "Constant" {
				c = n.Attr("value").Tensor
			}
		}
		if m.Notes[0].Code != note.ConstantsDiffer || !slices.Equal(c.Value.Floats, tc.last) {
			t.Errorf("%s: found %v and notes %v, expected %v", tc.name, c.Value, m.Notes, tc.last)
		}
	}
}

// TestFillers holds that lists of one number over and over are told from weights, before Strip and after.
func TestFillers(t *testing.T) {
	x, y := value(11, "x", 1, number(1, 2)), value(12, "y", 1, number(1, 2))
	for _, tc := range []struct {
		v    []float32
		want bool
	}{{[]float32{1, 1, 1}, true}, {[]float32{1}, false}, {[]float32{1, 2}, false},
		{slices.Repeat([]float32{3}, 5000), true}, {append(slices.Repeat([]float32{3}, 5000), 4), false}} {
		data := model(17, x, y, constantNode("c", tc.v...), node("Add", []string{"x", "c"}, []string{"y"}))
		for _, file := range [][]byte{data, stripped(t, data)} {
			m, err := read(file)
			if err != nil {
				t.Fatal(err)
			}
			if c := m.Main.Nodes[0].Attr("value").Tensor; c.Filler != tc.want || !c.Shape.Equal(graph.Shape{int64(len(tc.v))}) {
				t.Errorf("%d numbers: filler %v, want %v", len(tc.v), c.Filler, tc.want)
			}
		}
	}
}

func stripped(t *testing.T, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := onnxread.Strip("test.onnx", bytes.NewReader(data), int64(len(data)), &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
