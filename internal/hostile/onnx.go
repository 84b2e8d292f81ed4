// Package hostile makes files that attack a reader: small ones that ask for much memory or time, and names that a
// terminal or a document would obey. Tests and fuzz targets run them; none is stored.
package hostile

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// message appends a field that holds a message or a text.
func message(b []byte, num protowire.Number, body string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, num, protowire.BytesType), body)
}

// number appends a field that holds a number.
func number(b []byte, num protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, num, protowire.VarintType), v)
}

// A Node is a node of a graph, with text attributes and lists of integers.
type Node struct {
	Name, Op, Domain string
	In, Out          []string
	Ints             map[string][]int64
	Text             map[string]string
	Raw              string // further fields, encoded
}

// encode returns the bytes of a NodeProto.
func (n *Node) encode() string {
	var b []byte
	for _, s := range n.In {
		b = message(b, 1, s)
	}
	for _, s := range n.Out {
		b = message(b, 2, s)
	}
	if n.Name != "" {
		b = message(b, 3, n.Name)
	}
	b = message(b, 4, n.Op)
	for name, list := range n.Ints {
		a := message(nil, 1, name)
		if len(list) == 1 {
			a = number(number(a, 3, uint64(list[0])), 20, 2)
		} else {
			for _, v := range list {
				a = number(a, 8, uint64(v))
			}
			a = number(a, 20, 7)
		}
		b = message(b, 5, string(a))
	}
	for name, text := range n.Text {
		b = message(b, 5, string(number(message(message(nil, 1, name), 4, text), 20, 3)))
	}
	if n.Domain != "" {
		b = message(b, 7, n.Domain)
	}
	return string(b) + n.Raw
}

// Value encodes a declared tensor of float32. A dim is a number or the name of a symbol.
func Value(name string, dims ...any) string { return Typed(name, 1, dims...) }

// Typed encodes a declared tensor of an element type, numbered as in ONNX.
func Typed(name string, elem uint64, dims ...any) string {
	var shape []byte
	for _, d := range dims {
		switch d := d.(type) {
		case int:
			shape = message(shape, 1, string(number(nil, 1, uint64(d))))
		case string:
			shape = message(shape, 1, string(message(nil, 2, d)))
		}
	}
	tensor := message(number(nil, 1, elem), 2, string(shape))
	return string(message(message(nil, 1, name), 2, string(message(nil, 1, string(tensor)))))
}

// A Model is an ONNX file in the making.
type Model struct {
	Name      string
	Producer  string
	Nodes     []Node
	Inputs    []string // of Value
	Outputs   []string
	Values    []string
	Functions []string // of Function
	Graph     string   // further fields of the graph, encoded
	File      string   // further fields of the file, encoded
}

// Encode returns the file.
func (m *Model) Encode() []byte {
	var g []byte
	for i := range m.Nodes {
		g = message(g, 1, m.Nodes[i].encode())
	}
	g = message(g, 2, m.Name)
	for _, v := range m.Inputs {
		g = message(g, 11, v)
	}
	for _, v := range m.Outputs {
		g = message(g, 12, v)
	}
	for _, v := range m.Values {
		g = message(g, 13, v)
	}
	g = append(g, m.Graph...)
	b := message(number(nil, 1, 8), 8, string(number(nil, 2, 17)))
	if m.Producer != "" {
		b = message(b, 2, m.Producer)
	}
	for _, f := range m.Functions {
		b = message(b, 25, f)
	}
	b = append(b, m.File...)
	return message(b, 7, string(g))
}

// Function encodes a local function of the domain "f".
func Function(name string, in, out []string, nodes []Node) string {
	b := message(nil, 1, name)
	for _, s := range in {
		b = message(b, 4, s)
	}
	for _, s := range out {
		b = message(b, 5, s)
	}
	for i := range nodes {
		b = message(b, 7, nodes[i].encode())
	}
	return string(message(b, 10, "f"))
}

// Pack returns data compressed by gzip.
func Pack(data []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

// relu returns a node with one input and one output.
func relu(in, out string) Node { return Node{Op: "Relu", In: []string{in}, Out: []string{out}} }

// names returns n names that begin with a prefix.
func names(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%x", prefix, i)
	}
	return out
}

// repeat returns a field with an empty message or text, n times: two or three bytes each.
func repeat(num protowire.Number, n int) string {
	return strings.Repeat(string(message(nil, num, "")), n)
}
