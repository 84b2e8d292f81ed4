package onnxread_test

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
)

func float(num protowire.Number, v float32) []byte {
	return protowire.AppendFixed32(protowire.AppendTag(nil, num, protowire.Fixed32Type), math.Float32bits(v))
}

// attr is an attribute of a kind, with a description in front of its values; no kind is written for 0.
func attr(name string, kind uint64, values ...[]byte) []byte {
	b := append(text(1, name), text(13, "what "+name+" does")...)
	if kind != 0 {
		b = append(b, number(20, kind)...)
	}
	return append(b, bytes.Join(values, nil)...)
}

// TestAttributes reads every kind of attribute that onnx-go decodes, in each form that writers give it, beside a graph
// whose nodes have attributes of their own.
func TestAttributes(t *testing.T) {
	attrs := [][]byte{
		attr("i", 2, number(3, 7)),
		attr("below", 2, number(3, 1<<64-3)),
		attr("none", 2),
		attr("f", 1, float(2, 0.5)),
		attr("s", 3, text(4, "text")),
		attr("ints", 7, number(8, 1), number(8, 2)),
		attr("packed", 7, field(8, []byte{1, 0x80, 1, 3})),
		attr("body", 5, field(6, bytes.Join([][]byte{
			node("Concat", []string{"x"}, []string{"o"}, attr("axis", 2, number(3, 1))), value(12, "o", 1)}, nil))),
		attr("floats", 6, float(7, 1.5), float(7, 2.5)),
		attr("untyped", 0, float(7, 3.5)),
		attr("strs", 8, text(9, "a"), text(9, ""), text(9, "b")),
	}
	fn := field(25, bytes.Join([][]byte{text(1, "Fn"), text(4, "a"), text(5, "b"), text(10, "mine"),
		field(11, attr("alpha", 1, float(2, 0.25))),
		field(7, bytes.Join([][]byte{text(1, "a"), text(2, "b"), text(4, "LeakyRelu"),
			field(5, append(attr("alpha", 1), text(21, "alpha")...))}, nil)),
		field(9, number(2, 17))}, nil))
	m, err := read(append(model(17, value(11, "x", 1), value(12, "y", 1),
		node("Mine", []string{"x"}, []string{"y"}, attrs...)), fn...))
	if err != nil {
		t.Fatal(err)
	}
	n := &m.Main.Nodes[0]
	at := func(name string) graph.Attr {
		a := n.Attr(name)
		if a == nil {
			t.Fatalf("found no attribute %q", name)
		}
		return *a
	}
	inner := at("body").Graph.Nodes[0].Attr("axis")
	alpha := m.Functions[0].Body.Nodes[0].Attr("alpha")
	for name, ok := range map[string]bool{
		"i": at("i").Int == 7, "below": at("below").Int == -3, "none": at("none").Int == 0, "f": at("f").Float == 0.5,
		"s": at("s").Str == "text", "ints": slices.Equal(at("ints").Ints, []int64{1, 2}),
		"packed": slices.Equal(at("packed").Ints, []int64{1, 128, 3}), "body": inner != nil && inner.Int == 1,
		"floats":  slices.Equal(at("floats").Floats, []float64{1.5, 2.5}),
		"untyped": at("untyped").Kind == graph.AttrFloats && slices.Equal(at("untyped").Floats, []float64{3.5}),
		"strs":    slices.Equal(at("strs").Strs, []string{"a", "", "b"}),
		"default": len(m.Functions[0].Defaults) == 1 && m.Functions[0].Defaults[0].Float == 0.25,
		"taken":   alpha != nil && alpha.RefName == "alpha",
	} {
		if !ok {
			t.Errorf("%s is not as it was written: %+v", name, n.Attrs)
		}
	}
}

// TestWrongAttributes holds that values which onnx-go would drop or misread are refused with their place.
func TestWrongAttributes(t *testing.T) {
	for want, a := range map[string][]byte{
		"a list of integers is cut short": attr("a", 7, field(8, []byte{1, 0x80})),
		"a list of numbers of 5 bytes":    attr("a", 6, field(7, make([]byte, 5))),
		"has wire type 2, expected 0":     attr("a", 2, text(3, "7")),
		"has wire type 0, expected 5":     attr("a", 1, number(2, 7)),
		"more than 1048576 members":       attr("a", 7, field(8, make([]byte, 1<<20+1))),
	} {
		_, err := read(model(17, value(11, "x", 1), value(12, "y", 1), node("Mine", []string{"x"}, []string{"y"}, a)))
		var format *onnxread.FormatError
		if !errors.As(err, &format) || format.Offset < 0 || !strings.Contains(err.Error(), want) {
			t.Errorf("found %v, expected a place and %q", err, want)
		}
	}
}
