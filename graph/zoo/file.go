package zoo

import (
	"cmp"
	"io"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
)

// message returns field num that holds body as bytes with a length: how protobuf writes a nested
// message.
func message(num protowire.Number, body []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), body)
}

// text returns field num that holds the UTF-8 bytes of s.
func text(num protowire.Number, s string) []byte { return message(num, []byte(s)) }

// varint returns field num that holds v. A negative v takes ten bytes, as protobuf's int64 does.
func varint(num protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, num, protowire.VarintType), uint64(v))
}

// write writes the graph as an ONNX file.
func (b *builder) write(w io.Writer, name string) error {
	var body []byte
	for i := range b.nodes {
		body = append(body, message(1, b.nodes[i].proto())...)
	}
	body = append(body, text(2, name)...)
	for i := range b.inits {
		body = append(body, message(5, b.inits[i].proto())...)
	}
	for i := range b.inputs {
		body = append(body, message(11, b.inputs[i].proto())...)
	}
	for i := range b.outputs {
		body = append(body, message(12, b.outputs[i].proto())...)
	}
	model := append(varint(1, irVersion), text(2, producer)...)
	model = append(append(model, message(7, body)...), message(8, varint(2, cmp.Or(b.level, opset)))...)
	if b.contrib {
		model = append(model, message(8, append(text(1, contribDomain), varint(2, 1)...))...)
	}
	if b.inPlace {
		model = append(model, message(14, append(text(1, graph.CacheProperty), text(2, graph.InPlace)...))...)
	}
	_, err := w.Write(model)
	return err
}

// proto encodes a NodeProto.
func (n *node) proto() []byte {
	var out []byte
	for _, in := range n.inputs {
		out = append(out, text(1, in)...)
	}
	for _, name := range n.outputs {
		out = append(out, text(2, name)...)
	}
	out = append(append(out, text(3, n.name)...), text(4, n.op)...)
	if n.domain != "" {
		out = append(out, text(7, n.domain)...)
	}
	for i := range n.attrs {
		out = append(out, message(5, n.attrs[i].proto())...)
	}
	return out
}

// proto encodes an AttributeProto; the type numbers are those of AttributeProto.AttributeType.
func (a *attr) proto() []byte {
	out := text(1, a.name)
	kind := graph.AttrUndefined
	switch v := a.value.(type) {
	case float32:
		kind = graph.AttrFloat
		out = protowire.AppendFixed32(protowire.AppendTag(out, 2, protowire.Fixed32Type), math.Float32bits(v))
	case int64:
		kind = graph.AttrInt
		out = append(out, varint(3, v)...)
	case string:
		kind = graph.AttrString
		out = append(out, text(4, v)...)
	case constant:
		kind = graph.AttrTensor
		out = append(out, message(5, v.proto())...)
	case []float32:
		kind = graph.AttrFloats
		for _, x := range v {
			out = protowire.AppendFixed32(protowire.AppendTag(out, 7, protowire.Fixed32Type), math.Float32bits(x))
		}
	case []int64:
		kind = graph.AttrInts
		for _, x := range v {
			out = append(out, varint(8, x)...)
		}
	}
	return append(out, varint(20, int64(kind))...)
}

// proto encodes a TensorProto: its values if it has any, else its place in the weights file.
func (c *constant) proto() []byte {
	var out []byte
	for _, d := range c.shape {
		out = append(out, varint(1, d)...)
	}
	out = append(out, varint(2, int64(c.t))...)
	if c.name != "" {
		out = append(out, text(8, c.name)...)
	}
	switch {
	case c.bare:
		for _, kv := range [][2]string{{"location", "weights.bin"}, {"offset", strconv.FormatInt(c.place, 10)},
			{"length", strconv.FormatInt(c.bytes(), 10)}} {
			out = append(out, message(13, append(text(1, kv[0]), text(2, kv[1])...))...)
		}
		return append(out, varint(14, 1)...)
	case c.ints != nil:
		for _, v := range c.ints {
			out = append(out, varint(7, v)...)
		}
		return out
	}
	return protowire.AppendFixed32(protowire.AppendTag(out, 4, protowire.Fixed32Type), math.Float32bits(c.float))
}

// proto encodes a ValueInfoProto: a name with its element type and shape.
func (p *port) proto() []byte {
	var shape []byte
	for _, d := range p.dims {
		switch d := d.(type) {
		case symbol:
			shape = append(shape, message(1, text(2, string(d)))...)
		case int64:
			shape = append(shape, message(1, varint(1, d))...)
		}
	}
	typ := message(1, append(varint(1, int64(p.t)), message(2, shape)...))
	return append(text(1, p.name), message(2, typ)...)
}
