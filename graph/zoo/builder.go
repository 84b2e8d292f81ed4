package zoo

import (
	"slices"
	"strconv"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A builder makes one ONNX graph without weights: a graph.Model (model), or an ONNX file (write). Tensors are named by
// the path of the node that makes them, as exporters do: "/layer1/layer1.0/conv1/Conv_output_0".
type builder struct {
	nodes           []node
	inits           []constant
	inputs, outputs []port
	used            map[string]int // how often a path was used, to keep names apart
	offset          int64          // in the weights file that does not exist
	absent          int64          // parameters that the published model has and the graph has not, such as the scale of a normalisation folded into a convolution
	frozen          bool           // normalisations are constants and no parameters, as in detectors
	stats           int64          // elements of running means and variances, which are no parameters
	batch           any            // the first dim of inputs and outputs
	contrib         bool           // an operator of ONNX Runtime's own domain is used
	level           int64          // the opset of its operators; 0: opset
	inPlace         bool           // the key-value cache is written where it lies
	norm            norm           // in place of batch normalisation behind convolutions; may be nil
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

// producer names the exporter in the models.
const producer = "ridgepoint zoo"

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

// A node is one use of an operator, its tensors by name.
type node struct {
	op, domain, name string
	inputs, outputs  []string
	attrs            []attr
}

// A port is an input or an output of the model. A dimension is an int64 or a symbol such as batch.
type port struct {
	name string
	t    dtype.Type
	dims []any
}

// constant is a weight or a tensor attribute: ints as they are, or a float; or any shape of floats without payload.
type constant struct {
	name  string // of a weight
	t     dtype.Type
	shape []int64
	ints  []int64
	float float32
	bare  bool  // without payload
	place int64 // of a bare one in the weights file that does not exist
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
	outs := make([]string, n)
	for i := range outs {
		outs[i] = name + "_output_" + strconv.Itoa(i)
	}
	domain := ""
	if op == "MoE" {
		b.contrib, domain = true, contribDomain
	}
	// What callers do to their lists later is not the graph's.
	b.nodes = append(b.nodes, node{op, domain, name, slices.Clone(inputs), slices.Clone(outs), attrs})
	return outs
}

// bare returns a tensor of floats without payload, with a place in the weights file.
func (b *builder) bare(name string, shape []int64) constant {
	c := constant{name: name, t: dtype.Float32, shape: shape, bare: true, place: b.offset}
	b.offset += c.bytes()
	return c
}

// bytes returns the size of a constant's payload.
func (c *constant) bytes() int64 {
	n := int64(1)
	for _, d := range c.shape {
		n *= d
	}
	return c.t.Bytes(n)
}

// weight adds an initializer without payload and returns its name.
func (b *builder) weight(name string, shape ...int64) string {
	b.inits = append(b.inits, b.bare(name, shape))
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
	return b.node("Constant", path, nil, attr{"value", b.bare("", shape)})
}

// filler adds a constant list of ones, such as a scale that an operator needs and the model does not have.
func (b *builder) filler(path string, n int64) string {
	return b.node("Constant", path, nil, attr{"value_floats", slices.Repeat([]float32{1}, int(n))})
}

// input declares an input; dims are int64 or symbol, the batch first.
func (b *builder) input(name string, t dtype.Type, dims ...any) string {
	b.batch = dims[0]
	b.inputs = append(b.inputs, port{name, t, dims})
	return name
}

// output declares a tensor as an output of the model; dims are those after the batch.
func (b *builder) output(name string, dims ...any) {
	b.outputs = append(b.outputs, port{name, dtype.Float32, append([]any{b.batch}, dims...)})
}
