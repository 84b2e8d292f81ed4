package zoo

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	graphs "github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A builder writes one ONNX graph without weights. Tensors are named by the path of the
// node that makes them, as exporters do: "/layer1/layer1.0/conv1/Conv_output_0".
type builder struct {
	nodes, inits, ports []byte
	used                map[string]int // how often a path was used, to keep names apart
	offset              int64          // in the weights file that does not exist
	absent              int64          // parameters that the published model has and the graph has not, such as the scale of a normalisation folded into a convolution
	frozen              bool           // normalisations are constants and no parameters, as in detectors
	stats               int64          // elements of running means and variances, which are no parameters
	batch               any            // the first dim of inputs and outputs
	contrib             bool           // an operator of ONNX Runtime's own domain is used
	level               int64          // the opset of its operators; 0: opset
	inPlace             bool           // the key-value cache is written where it lies
	norm                norm           // in place of batch normalisation behind convolutions; may be nil
}

// A tensor is a value with what the next layer needs to know: its channels, or its last dim.
type tensor struct {
	name string
	c    int64
}

// opset and irVersion of the models written: LayerNormalization is an operator from opset 17 on.
const (
	opset     = 17
	irVersion = 8
)

// contribDomain holds the operators that ONNX Runtime adds, of which MoE is used.
const contribDomain = "com.microsoft"

// symbol makes a dimension that is left open.
type symbol string

// newBuilder returns a builder of an empty graph; names of values are made unique as they are used.
func newBuilder() *builder { return &builder{used: make(map[string]int)} }

// attr is one attribute of a node: an int64, float32, string, list of one of the first two, or constant.
type attr struct {
	name  string
	value any
}

// constant is a tensor attribute: ints as they are, or a float; or any shape of floats without payload.
type constant struct {
	t     dtype.Type
	shape []int64
	ints  []int64
	float float32
	bare  bool // without payload
}

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

// node adds a node under a path and returns its first output.
func (b *builder) node(op, path string, inputs []string, attrs ...attr) string {
	return b.nodeN(op, path, 1, inputs, attrs...)[0]
}

// nodeN adds a node with n outputs.
func (b *builder) nodeN(op, path string, n int, inputs []string, attrs ...attr) []string {
	name := path + "/" + op
	if k := b.used[name]; k > 0 {
		name += "_" + strconv.Itoa(k)
	}
	b.used[path+"/"+op]++
	var body []byte
	for _, in := range inputs {
		body = append(body, text(1, in)...)
	}
	outs := make([]string, n)
	for i := range outs {
		outs[i] = fmt.Sprintf("%s_output_%d", name, i)
		body = append(body, text(2, outs[i])...)
	}
	body = append(append(body, text(3, name)...), text(4, op)...)
	if op == "MoE" {
		b.contrib = true
		body = append(body, text(7, contribDomain)...)
	}
	for _, a := range attrs {
		body = append(body, message(5, b.attribute(a))...)
	}
	b.nodes = append(b.nodes, message(1, body)...)
	return outs
}

// attribute encodes an AttributeProto; the type numbers are those of AttributeProto.AttributeType.
func (b *builder) attribute(a attr) []byte {
	out := text(1, a.name)
	kind := int64(0)
	switch v := a.value.(type) {
	case float32:
		kind = 1
		out = protowire.AppendFixed32(protowire.AppendTag(out, 2, protowire.Fixed32Type), math.Float32bits(v))
	case int64:
		kind = 2
		out = append(out, varint(3, v)...)
	case string:
		kind = 3
		out = append(out, text(4, v)...)
	case constant:
		kind = 4
		out = append(out, message(5, b.tensorProto("", v))...)
	case []float32:
		kind = 6
		for _, x := range v {
			out = protowire.AppendFixed32(protowire.AppendTag(out, 7, protowire.Fixed32Type), math.Float32bits(x))
		}
	case []int64:
		kind = 7
		for _, x := range v {
			out = append(out, varint(8, x)...)
		}
	}
	return append(out, varint(20, kind)...)
}

// tensorProto encodes a tensor: its values if it has any, else a place in the weights file.
func (b *builder) tensorProto(name string, c constant) []byte {
	var out []byte
	n := int64(1)
	for _, d := range c.shape {
		out = append(out, varint(1, d)...)
		n *= d
	}
	out = append(out, varint(2, int64(c.t))...)
	if name != "" {
		out = append(out, text(8, name)...)
	}
	switch {
	case c.bare:
		bytes := c.t.Bytes(n)
		for _, kv := range [][2]string{{"location", "weights.bin"}, {"offset", strconv.FormatInt(b.offset, 10)}, {"length", strconv.FormatInt(bytes, 10)}} {
			out = append(out, message(13, append(text(1, kv[0]), text(2, kv[1])...))...)
		}
		b.offset += bytes
		return append(out, varint(14, 1)...)
	case c.ints != nil:
		for _, v := range c.ints {
			out = append(out, varint(7, v)...)
		}
		return out
	}
	return protowire.AppendFixed32(protowire.AppendTag(out, 4, protowire.Fixed32Type), math.Float32bits(c.float))
}

// weight adds an initializer without payload and returns its name.
func (b *builder) weight(name string, shape ...int64) string {
	b.inits = append(b.inits, message(5, b.tensorProto(name, constant{t: dtype.Float32, shape: shape, bare: true}))...)
	return name
}

// ints adds a constant list of integers.
func (b *builder) ints(path string, v ...int64) string {
	return b.node("Constant", path, nil, attr{"value", constant{t: dtype.Int64, shape: []int64{int64(len(v))}, ints: v}})
}

// scalar adds a constant float.
func (b *builder) scalar(path string, v float32) string {
	return b.node("Constant", path, nil, attr{"value", constant{t: dtype.Float32, float: v}})
}

// table adds a constant of floats whose values do not matter.
func (b *builder) table(path string, shape ...int64) string {
	return b.node("Constant", path, nil, attr{"value", constant{t: dtype.Float32, shape: shape, bare: true}})
}

// filler adds a constant list of ones, such as a scale that an operator needs and the model does not have.
func (b *builder) filler(path string, n int64) string {
	return b.node("Constant", path, nil, attr{"value_floats", slices.Repeat([]float32{1}, int(n))})
}

// input declares an input; dims are int64 or symbol, the batch first.
func (b *builder) input(name string, t dtype.Type, dims ...any) string {
	b.batch = dims[0]
	b.port(11, name, t, dims)
	return name
}

// output declares a tensor as an output of the model; dims are those after the batch.
func (b *builder) output(name string, dims ...any) {
	b.port(12, name, dtype.Float32, append([]any{b.batch}, dims...))
}

// port adds field num, an ONNX ValueInfoProto: a name with its element type t and shape. A
// dimension is an int64 or a symbol such as batch; other kinds of values leave no dimension.
func (b *builder) port(num protowire.Number, name string, t dtype.Type, dims []any) {
	var shape []byte
	for _, d := range dims {
		switch d := d.(type) {
		case symbol:
			shape = append(shape, message(1, text(2, string(d)))...)
		case int64:
			shape = append(shape, message(1, varint(1, d))...)
		}
	}
	typ := message(1, append(varint(1, int64(t)), message(2, shape)...))
	b.ports = append(b.ports, message(num, append(text(1, name), message(2, typ)...))...)
}

// write writes the model.
func (b *builder) write(w io.Writer, name string) error {
	graph := append(append([]byte{}, b.nodes...), text(2, name)...)
	graph = append(append(graph, b.inits...), b.ports...)
	model := append(varint(1, irVersion), text(2, "ridgepoint zoo")...)
	model = append(append(model, message(7, graph)...), message(8, varint(2, cmp.Or(b.level, opset)))...)
	if b.contrib {
		model = append(model, message(8, append(text(1, contribDomain), varint(2, 1)...))...)
	}
	if b.inPlace {
		model = append(model, message(14, append(text(1, graphs.CacheProperty), text(2, graphs.InPlace)...))...)
	}
	_, err := w.Write(model)
	return err
}
