package onnxread

import (
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
)

// skeleton writes nodes as a model that onnx-go can decode: scalar, string and list attributes, tensors by name only.
// A tensor's name is its ID in decimal, which is short, unambiguous across scopes, and parsed back without a table.
func skeleton(nodes []graph.Node) []byte {
	var body, msg []byte
	for i := range nodes {
		msg = skeletonNode(msg[:0], &nodes[i])
		body = appendMessage(body, 1, msg)
	}
	body = appendMessage(body, 12, appendText(msg[:0], 1, "")) // onnx-go refuses a graph without outputs
	return appendMessage(nil, 7, body)
}

// tensorName returns the number of a value as its name in the skeleton, nothing for an omitted one.
func tensorName(id graph.ID) string {
	if id == graph.None {
		return ""
	}
	return strconv.Itoa(int(id))
}

// skeletonNode appends a node with numbers for names.
func skeletonNode(b []byte, n *graph.Node) []byte {
	for _, id := range n.Inputs {
		b = appendText(b, 1, tensorName(id))
	}
	for _, id := range n.Outputs {
		b = appendText(b, 2, tensorName(id))
	}
	b = appendText(b, 4, n.Op.Type)
	var msg []byte
	for i := range n.Attrs {
		if a := &n.Attrs[i]; delegated(a) {
			msg = skeletonAttr(msg[:0], a)
			b = appendMessage(b, 5, msg)
		}
	}
	return b
}

// delegated reports whether onnx-go decodes the attribute: it knows scalars, strings and lists.
func delegated(a *graph.Attr) bool {
	switch a.Kind {
	case graph.AttrFloat, graph.AttrInt, graph.AttrString, graph.AttrFloats, graph.AttrInts, graph.AttrStrings:
		return a.RefName == ""
	}
	return false
}

// skeletonAttr appends a scalar, string or list attribute.
func skeletonAttr(b []byte, a *graph.Attr) []byte {
	b = appendText(b, 1, a.Name)
	b = protowire.AppendTag(b, 20, protowire.VarintType)
	b = protowire.AppendVarint(b, uint64(a.Kind))
	switch a.Kind {
	case graph.AttrFloat:
		b = protowire.AppendTag(b, 2, protowire.Fixed32Type)
		b = protowire.AppendFixed32(b, math.Float32bits(float32(a.Float)))
	case graph.AttrInt:
		b = protowire.AppendTag(b, 3, protowire.VarintType)
		b = protowire.AppendVarint(b, uint64(a.Int))
	case graph.AttrString:
		b = appendText(b, 4, a.Str)
	case graph.AttrFloats:
		for _, v := range a.Floats {
			b = protowire.AppendTag(b, 7, protowire.Fixed32Type)
			b = protowire.AppendFixed32(b, math.Float32bits(float32(v)))
		}
	case graph.AttrInts:
		for _, v := range a.Ints {
			b = protowire.AppendTag(b, 8, protowire.VarintType)
			b = protowire.AppendVarint(b, uint64(v))
		}
	case graph.AttrStrings:
		for _, v := range a.Strs {
			b = appendText(b, 9, v)
		}
	}
	return b
}

// appendText appends a field that holds s.
func appendText(b []byte, num protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, num, protowire.BytesType), s)
}

// appendMessage appends a field that holds a message.
func appendMessage(b []byte, num protowire.Number, msg []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), msg)
}
