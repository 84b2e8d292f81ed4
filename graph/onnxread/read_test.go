package onnxread_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"google.golang.org/protobuf/encoding/protowire"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/internal/allocated"
)

// The little language of these tests: every function encodes one message field.

func node(op string, in, out []string, attrs ...[]byte) []byte {
	var b []byte
	for _, n := range in {
		b = append(b, text(1, n)...)
	}
	for _, n := range out {
		b = append(b, text(2, n)...)
	}
	b = append(b, text(4, op)...)
	for _, a := range attrs {
		b = append(b, field(5, a)...)
	}
	return field(1, b)
}

func value(num int32, name string, elem uint64, dims ...[]byte) []byte {
	var shape []byte
	for _, d := range dims {
		shape = append(shape, field(1, d)...)
	}
	typ := field(1, append(number(1, elem), field(2, shape)...))
	return field(protowire.Number(num), append(text(1, name), field(2, typ)...))
}

func tensor(name string, elem uint64, dims []uint64, rest ...[]byte) []byte {
	var b []byte
	for _, d := range dims {
		b = append(b, number(1, d)...)
	}
	b = append(append(b, number(2, elem)...), text(8, name)...)
	return field(5, append(b, bytes.Join(rest, nil)...))
}

func model(version uint64, parts ...[]byte) []byte {
	m := append(number(1, 8), field(7, bytes.Join(parts, nil))...)
	return append(m, field(8, number(2, version))...)
}

func raw(v any) []byte {
	var b bytes.Buffer
	if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
		panic(err) // the tests' own literals
	}
	return field(9, b.Bytes())
}

func read(data []byte) (*graph.Model, error) {
	return onnxread.Read("test.onnx", bytes.NewReader(data), int64(len(data)))
}

func names(m *graph.Model, ids []graph.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		if id != graph.None {
			out[i] = m.Tensors[id].Name
		}
	}
	return out
}

// TestHardCases reads models that have tripped readers, and checks what came of each.
func TestHardCases(t *testing.T) {
	x := value(11, "x", 1, number(1, 4))
	y := value(12, "y", 1, number(1, 4))
	relu := node("Relu", []string{"x"}, []string{"y"})
	for _, c := range []struct {
		name  string
		data  []byte
		check func(*graph.Model) bool
	}{
		{"negative, zero, named and absent dims", model(17, value(11, "x", 1, number(1, math.MaxUint64), number(1, 0), text(2, "n"), nil), y, relu), func(m *graph.Model) bool {
			d := m.Tensors[m.Main.Inputs[0]].Decl.Dims
			return d[0].Value == -1 && d[1].Value == 0 && d[2].Symbol == "n" && d[3] == graph.Dim{Value: -1}
		}},
		{"one input twice", model(17, x, y, node("Mul", []string{"x", "x"}, []string{"y"})), func(m *graph.Model) bool {
			return slices.Equal(names(m, m.Main.Nodes[0].Inputs), []string{"x", "x"})
		}},
		{"omitted optional inputs and outputs", model(17, x, y, node("Clip", []string{"x", "", "x"}, []string{"y", ""})), func(m *graph.Model) bool {
			n := &m.Main.Nodes[0]
			return n.Inputs[1] == graph.None && n.Inputs[2] == n.Inputs[0] && n.Outputs[1] == graph.None
		}},
		{"float16", model(17, x, y, relu, tensor("w", 10, []uint64{2}, raw([]uint16{0x3c00, 0xc000}))), floats("w", 1, -2)},
		{"bfloat16", model(17, x, y, relu, tensor("w", 16, []uint64{2}, raw([]uint16{0x3f80, 0xc000}))), floats("w", 1, -2)},
		{"float8 e4m3", model(17, x, y, relu, tensor("w", 17, []uint64{2}, raw([]uint8{0x38, 0xc0}))), floats("w", 1, -2)},
		{"float4", model(17, x, y, relu, tensor("w", 23, []uint64{2}, raw([]uint8{0xc2}))), floats("w", 1, -2)},
		{"float32 in its field", model(17, x, y, relu, tensor("w", 1, []uint64{1}, field(4, binary.LittleEndian.AppendUint32(nil, math.Float32bits(2.5))))), floats("w", 2.5)},
		{"double", model(17, x, y, relu, tensor("w", 11, []uint64{1}, raw([]float64{2.5}))), floats("w", 2.5)},
		{"int4, packed", model(21, x, y, relu, tensor("w", 22, []uint64{3}, raw([]uint8{0xf1, 0x07}))), ints("w", 1, -1, 7)},
		{"uint4", model(21, x, y, relu, tensor("w", 21, []uint64{3}, raw([]uint8{0xf1, 0x07}))), ints("w", 1, 15, 7)},
		{"int8", model(17, x, y, relu, tensor("w", 3, []uint64{2}, raw([]int8{-3, 4}))), ints("w", -3, 4)},
		{"bool in raw data", model(17, x, y, relu, tensor("w", 9, []uint64{2}, raw([]uint8{1, 0}))), ints("w", 1, 0)},
		{"int64 in its field", model(17, x, y, relu, tensor("w", 7, []uint64{2}, number(7, 5), number(7, 6))), ints("w", 5, 6)},
		{"float16 in int32_data", model(17, x, y, relu, tensor("w", 10, []uint64{1}, number(5, 0x3c00))), floats("w", 1)},
		{"empty initializer", model(17, x, y, relu, tensor("w", 1, []uint64{0})), floats("w")},
		{"weights stripped", model(17, x, y, relu, tensor("w", 1, []uint64{64, 64})), func(m *graph.Model) bool {
			return init1(m, "w").Value == nil && init1(m, "w").Stored == 0
		}},
		{"external data that is not there", model(17, x, y, relu, tensor("w", 1, []uint64{1 << 20}, field(13, append(text(1, "location"), text(2, "nowhere.bin")...)), number(14, 1))), func(m *graph.Model) bool {
			return init1(m, "w").External && init1(m, "w").Stored == 4<<20
		}},
		{"an initializer that is an input (IR 3)", model(7, x, value(11, "w", 1, number(1, 1)), y, relu, tensor("w", 1, []uint64{1}, raw([]float32{1}))), func(m *graph.Model) bool {
			return len(m.Main.Inputs) == 1 && len(m.Main.Initializers) == 1
		}},
		{"value_info naming an output", model(17, x, y, value(13, "y", 1, number(1, 4)), relu), func(m *graph.Model) bool { return len(m.Tensors) == 2 }},
		{"nodes with one name", model(17, x, y, node("Relu", []string{"x"}, []string{"a"}), node("Relu", []string{"a"}, []string{"y"})), func(m *graph.Model) bool { return len(m.Main.Nodes) == 2 }},
		{"an attribute without a type (opset 1)", model(1, x, y, node("Concat", []string{"x"}, []string{"y"}, append(text(1, "axis"), number(3, 2)...))), func(m *graph.Model) bool {
			a := m.Main.Nodes[0].Attr("axis")
			return m.Opset("") == 1 && a.Kind == graph.AttrInt && a.Int == 2
		}},
		{"no opset import", append(number(1, 8), field(7, bytes.Join([][]byte{x, y, relu}, nil))...), func(m *graph.Model) bool {
			return len(m.Notes) == 1 && m.Notes[0].Code == note.OpsetMissing && m.Main.Nodes[0].Version == 1
		}},
		{"a subgraph that sees outer names", model(17, x, y, node("If", []string{"x"}, []string{"y"},
			bytes.Join([][]byte{text(1, "then_branch"), field(6, append(node("Relu", []string{"x"}, []string{"z"}), value(12, "z", 1)...)), number(20, 5)}, nil))), func(m *graph.Model) bool {
			g := m.Main.Nodes[0].Attr("then_branch").Graph
			return g.Nodes[0].Inputs[0] == m.Main.Inputs[0] && m.Tensors[g.Outputs[0]].Depth == 1
		}},
		{"a sequence input", model(17, field(11, append(text(1, "x"), field(2, field(4, field(1, field(1, number(1, 1)))))...)), y, node("SequenceAt", []string{"x", "x"}, []string{"y"})), func(m *graph.Model) bool {
			d := m.Tensors[m.Main.Inputs[0]].Decl
			return d.Kind == graph.KindSequence && d.Of.Kind == graph.KindTensor && d.Of.Elem == dtype.Float32
		}},
	} {
		m, err := read(c.data)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !c.check(m) {
			t.Errorf("%s: read as %+v", c.name, m)
		}
	}
}

func init1(m *graph.Model, name string) *graph.Const {
	for i := range m.Tensors {
		if m.Tensors[i].Name == name {
			return m.Tensors[i].Init
		}
	}
	return nil
}

func floats(name string, want ...float64) func(*graph.Model) bool {
	return func(m *graph.Model) bool {
		v := init1(m, name).Value
		return v != nil && len(v.Floats) == len(want) && slices.Equal(v.Floats, want)
	}
}

func ints(name string, want ...int64) func(*graph.Model) bool {
	return func(m *graph.Model) bool { v := init1(m, name).Value; return v != nil && slices.Equal(v.Ints, want) }
}

// TestRejected: every kind of wrong file is refused with a FormatError that says what it is.
func TestRejected(t *testing.T) {
	y := value(12, "y", 1)
	relu := node("Relu", []string{"x"}, []string{"y"})
	x := value(11, "x", 1)
	nested := text(2, "deep")
	for range 1_000 {
		nested = append(node("If", nil, []string{"o"}, bytes.Join([][]byte{text(1, "then_branch"), field(6, nested), number(20, 5)}, nil)), value(12, "o", 1)...)
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"no graph", number(1, 8), "no graph"},
		{"text", []byte("hello, world, this is no model"), "not ONNX"},
		{"undefined input", model(17, y, relu), "which nothing defines"},
		{"undefined output", model(17, x, y), "defined by no node"},
		{"defined twice", model(17, x, y, relu, relu), "defined twice"},
		{"no op_type", model(17, x, y, field(1, text(2, "y"))), "no op_type"},
		{"unknown element type", model(17, value(11, "x", 99), y, relu), "element type 99"},
		{"negative dim of a weight", model(17, x, y, relu, tensor("w", 1, []uint64{math.MaxUint64})), "negative"},
		{"2^62 elements", model(17, x, y, relu, tensor("w", 1, []uint64{1 << 62})), "more than 2^46"},
		{"overflowing dims", model(17, x, y, relu, tensor("w", 1, []uint64{1 << 40, 1 << 40})), "more than 2^46"},
		{"data of the wrong length", model(17, x, y, relu, tensor("w", 1, []uint64{3}, raw([]float32{1, 2}))), "takes 12 bytes, its raw_data has 8"},
		{"nameless initializer", model(17, x, y, relu, tensor("", 1, []uint64{1})), "no name"},
		{"1,000 nested subgraphs", model(17, nested), "nested more than"},
	} {
		m, err := read(c.data)
		var format *onnxread.FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: read as %v with error %v, want a FormatError that says %q", c.name, m, err, c.want)
		}
	}
}

// TestTruncated cuts a model at every byte: each cut ends in an error or in a model, never in a panic.
func TestTruncated(t *testing.T) {
	data := convChain(6)
	for n := range data {
		if _, err := read(data[:n]); err == nil && n > 0 && n < len(data)-4 {
			t.Errorf("%d of %d bytes read as a whole model", n, len(data))
		}
	}
}

// reading bounds what reading a model may allocate. The shortest node has two bytes.
var reading = allocated.Bound{PerByte: 4000, AtLeast: 2 << 20}

// FuzzRead: nothing that is read panics, and what reads strips, to a model that reads the same.
func FuzzRead(f *testing.F) {
	x, y := value(11, "x", 1, number(1, 4)), value(12, "y", 1)
	f.Add(convChain(3))
	f.Add(model(17, x, y, node("Relu", []string{"x"}, []string{"y"}), tensor("w", 1, []uint64{400}, raw(make([]float32, 400)))))
	f.Add(model(21, x, y, node("Add", []string{"x", "w"}, []string{"y"}), tensor("w", 22, []uint64{3}, raw([]uint8{0xf1, 0x07}))))
	f.Add(model(17, x, y, node("If", []string{"x"}, []string{"y"}, bytes.Join([][]byte{text(1, "then_branch"), field(6, append(node("Relu", []string{"x"}, []string{"z"}), value(12, "z", 1)...)), number(20, 5)}, nil))))
	f.Fuzz(func(t *testing.T, data []byte) {
		var m *graph.Model
		var err error
		reading.Hold(t, len(data), func() { m, err = read(data) })
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := onnxread.Strip("test.onnx", bytes.NewReader(data), int64(len(data)), &out); err != nil {
			t.Fatalf("reads but does not strip: %v", err)
		}
		again, err := read(out.Bytes())
		if err != nil {
			t.Fatalf("reads, but not once stripped: %v", err)
		}
		if len(again.Main.Nodes) != len(m.Main.Nodes) || len(again.Tensors) != len(m.Tensors) {
			t.Fatalf("%d nodes and %d tensors, once stripped %d and %d", len(m.Main.Nodes), len(m.Tensors), len(again.Main.Nodes), len(again.Tensors))
		}
	})
}
