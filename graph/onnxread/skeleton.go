package onnxread

import (
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
)

// skeleton writes models that onnx-go can decode. Its buffers are used again.
type skeleton struct{ node, graph, model []byte }

// write returns nodes as a model: scalar, string and list attributes by the file's own bytes, tensors by name only. The
// bytes are valid until the next call.
func (s *skeleton) write(nodes []graph.Node, raw []*rawNode) []byte {
	s.graph = s.graph[:0]
	for i := range nodes {
		s.node = appendNode(s.node[:0], &nodes[i], raw[i])
		s.graph = appendMessage(s.graph, 1, s.node)
	}
	s.graph = append(s.graph, noOutput...)
	s.model = appendMessage(s.model[:0], 7, s.graph)
	return s.model
}

// noOutput holds an output of a graph without a name: onnx-go refuses a graph that has none.
var noOutput = appendMessage(nil, 12, appendMessage(nil, 1, nil))

// appendNode appends a node with numbers for names.
func appendNode(b []byte, n *graph.Node, raw *rawNode) []byte {
	for _, id := range n.Inputs {
		b = appendID(b, 1, id)
	}
	for _, id := range n.Outputs {
		b = appendID(b, 2, id)
	}
	b = appendText(b, 4, n.Op.Type)
	for i := range raw.attrs {
		if plain := raw.attrs[i].plain; plain != nil {
			b = appendMessage(b, 5, plain)
		}
	}
	return b
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
