package onnxread

import (
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
)

// appendSkeleton appends nodes as a model that onnx-go can decode: scalar, string and list attributes by the file's own
// bytes, tensors by name only. The operator is not told: onnx-go does nothing with it.
func appendSkeleton(b []byte, nodes []graph.Node, raw []*rawNode) []byte {
	b, model := open(b, 7)
	for i := range nodes {
		var node int
		b, node = open(b, 1)
		for _, id := range nodes[i].Inputs {
			b = appendID(b, 1, id)
		}
		for _, id := range nodes[i].Outputs {
			b = appendID(b, 2, id)
		}
		for k := range raw[i].attrs {
			if plain := raw[i].attrs[k].plain; plain != nil {
				b = appendMessage(b, 5, plain)
			}
		}
		shut(b, node)
	}
	b = append(b, noOutput...)
	shut(b, model)
	return b
}

// noOutput holds an output of a graph without a name: onnx-go refuses a graph that has none.
var noOutput = appendMessage(nil, 12, appendMessage(nil, 1, nil))

// lengthBytes gives the bytes of a length that is written before it is known.
const lengthBytes = 5

// open appends the head of a message whose length shut writes, and returns where the message begins.
func open(b []byte, num protowire.Number) ([]byte, int) {
	b = append(protowire.AppendTag(b, num, protowire.BytesType), 0x80, 0x80, 0x80, 0x80, 0)
	return b, len(b)
}

// shut writes the length of the message that begins at from and ends with b: seven bits a byte, the lowest first.
func shut(b []byte, from int) {
	n := len(b) - from
	for i := range lengthBytes {
		b[from-lengthBytes+i] |= byte(n >> (7 * i) & 0x7f)
	}
}

// appendID appends a tensor by its ID in decimal, which is short, unambiguous across scopes, and parsed back without a
// table; an omitted tensor has no name.
func appendID(b []byte, num protowire.Number, id graph.ID) []byte {
	var digits [20]byte
	text := digits[:0]
	if id != graph.None {
		text = strconv.AppendInt(text, int64(id), 10)
	}
	return appendMessage(b, num, text)
}

// appendText appends a field that holds s.
func appendText(b []byte, num protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, num, protowire.BytesType), s)
}

// appendMessage appends a field that holds a message.
func appendMessage(b []byte, num protowire.Number, msg []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), msg)
}
