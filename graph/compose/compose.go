// Package compose builds a graph.Model in memory: readers of other formats than ONNX write their graphs in ONNX
// operators with it.
package compose

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/room"
)

// opset gives the version of the ONNX operators that are composed.
const opset = 20

// domains lists the versions of the operator sets that are composed.
var domains = []graph.Opset{{Domain: "", Version: opset}, {Domain: "com.microsoft", Version: 1}, {Domain: TFLite,
	Version: 1}}

// TFLite gives the domain of operators that TensorFlow Lite has and ONNX has not.
const TFLite = "tflite"

// The bytes of memory that parts of a model take with what is thrown away on the way, for a Builder's budget.
const (
	tensorCost = 250 // bytes that a tensor takes
	nodeCost   = 450 // bytes that a node takes
	attrCost   = 250 // bytes that an attribute takes
	numberCost = 24  // bytes that a number of a list takes
)

// The bounds of a model, whatever the size of its file: its memory, nodes, and the bytes of one constant.
const (
	mostNodes  = 1 << 17 // nodes of a model
	mostStored = 1 << 50 // bytes of weights
)

// A Builder makes a model. Its errors are sticky: Err returns the first.
type Builder struct {
	Model  *graph.Model        // what is built
	budget int64               // bytes of memory that the model may still take
	capped bool                // the budget is less than a file of its size has
	nodes  int                 // nodes so far
	depth  int                 // of the graph that is being built
	ints   map[string]graph.ID // constants by their numbers, so that each is made once
	err    error               // the first error
}

// New returns a builder of a model that may take budget bytes of memory, and no more than any model may.
func New(budget int64) *Builder {
	most := room.Most()
	return &Builder{Model: &graph.Model{Opsets: domains, Main: &graph.Graph{}}, budget: min(budget, most),
		capped: budget > most, ints: map[string]graph.ID{}}
}

// Err returns why no model could be built.
func (b *Builder) Err() error { return b.err }

// Fail notes an error unless there is one.
func (b *Builder) Fail(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf(format, args...)
	}
}

// Spend takes bytes from the budget and reports whether there were enough.
func (b *Builder) Spend(n int64) bool {
	b.budget -= n
	switch {
	case b.budget >= 0:
	case b.capped:
		b.Fail("found more graph than %d MiB of memory hold, weights aside; expected less", room.Most()>>20)
	default:
		b.Fail("found more graph than a file of its size can describe")
	}
	return b.err == nil
}

// add adds a tensor; None where the budget is spent.
func (b *Builder) add(t graph.Tensor) graph.ID {
	if !b.Spend(tensorCost + int64(len(t.Name))) {
		return graph.None
	}
	t.Depth = b.depth
	b.Model.Tensors = append(b.Model.Tensors, t)
	return graph.ID(len(b.Model.Tensors) - 1)
}

// typed returns a declared type of concrete sizes; those below 0 are not known.
func (b *Builder) typed(t dtype.Type, dims []int64) *graph.Type {
	b.Spend(numberCost * int64(len(dims)))
	out := &graph.Type{Kind: graph.KindTensor, Elem: t, HasShape: true, Dims: make([]graph.Dim, len(dims))}
	for i, d := range dims {
		out.Dims[i].Value = d
	}
	return out
}

// Value adds a tensor that a node makes. A nil shape is not known.
func (b *Builder) Value(name string, t dtype.Type, dims []int64) graph.ID {
	if dims == nil {
		return b.add(graph.Tensor{Name: name})
	}
	return b.add(graph.Tensor{Name: name, Decl: b.typed(t, dims)})
}

// Input adds an input of the main graph. Its first dimension is the free batch where symbol names it.
func (b *Builder) Input(name string, t dtype.Type, dims []int64, symbol string) graph.ID {
	typ := b.typed(t, dims)
	if symbol != "" && len(dims) > 0 {
		typ.Dims[0] = graph.Dim{Symbol: symbol}
	}
	id := b.add(graph.Tensor{Name: name, Kind: graph.FromInput, Decl: typ})
	b.Model.Main.Inputs = append(b.Model.Main.Inputs, id)
	return id
}

// Const adds a constant to the main graph; bodies see it too.
func (b *Builder) Const(name string, c *graph.Const) graph.ID {
	b.Spend(numberCost * int64(len(c.Shape)))
	if c.Shape.Elems() > graph.MaxElems || c.Stored > mostStored {
		b.Fail("found a constant %.100q of %v in %d bytes, expected at most 2^46 elements", name, c.Shape, c.Stored)
	}
	if c.Value != nil {
		b.Spend(int64(8 * c.Value.Len()))
	}
	id := b.add(graph.Tensor{Name: name, Kind: graph.FromInitializer, Init: c})
	if id != graph.None {
		b.Model.Tensors[id].Depth = 0
		b.Model.Main.Initializers = append(b.Model.Main.Initializers, id)
	}
	return id
}

// constant adds a Constant node to the main graph: it is no parameter of the model. Bodies see it too.
func (b *Builder) constant(name string, c *graph.Const) graph.ID {
	id := b.add(graph.Tensor{Name: name})
	if id == graph.None {
		return id
	}
	b.Model.Tensors[id].Depth = 0
	b.Node(b.Model.Main, graph.OpID{Type: "Constant"}, "", nil, []graph.ID{id},
		graph.Attr{Name: "value", Kind: graph.AttrTensor, Tensor: c})
	return id
}

// Ints adds a list of whole numbers as a constant, each list once.
func (b *Builder) Ints(list ...int64) graph.ID {
	key := fmt.Sprint(list)
	if id, ok := b.ints[key]; ok {
		return id
	}
	if list == nil {
		list = []int64{}
	}
	id := b.constant("ints"+key, &graph.Const{
		Type: dtype.Int64, Shape: graph.Shape{int64(len(list))}, Stored: int64(8 * len(list)),
		Value: &graph.Value{Ints: list},
	})
	b.ints[key] = id
	return id
}

// Scalar adds a number as a constant.
func (b *Builder) Scalar(t dtype.Type, v float64) graph.ID {
	key := fmt.Sprint(t, v)
	if id, ok := b.ints[key]; ok {
		return id
	}
	value := &graph.Value{Floats: []float64{v}}
	if !t.IsFloat() {
		value = &graph.Value{Ints: []int64{int64(v)}}
	}
	id := b.constant(key, &graph.Const{Type: t, Shape: graph.Shape{}, Stored: int64(t.Bits() / 8), Value: value})
	b.ints[key] = id
	return id
}

// Node adds a node to a graph.
func (b *Builder) Node(g *graph.Graph, op graph.OpID, name string, ins, outs []graph.ID, attrs ...graph.Attr) {
	if !b.Spend(nodeCost + attrCost*int64(len(attrs)) + 4*int64(len(ins)+len(outs))) {
		return
	}
	if b.nodes++; b.nodes > mostNodes {
		b.Fail("found more than %d operators, expected fewer", mostNodes)
		return
	}
	version := 1
	if op.Domain == "" {
		version = opset
	}
	g.Nodes = append(g.Nodes, graph.Node{Name: name, Op: op, Version: version, Inputs: ins, Outputs: outs, Attrs: attrs})
}

// Body builds a subgraph with build, whose tensors lie one level deeper.
func (b *Builder) Body(name string, build func(*graph.Graph)) *graph.Graph {
	g := &graph.Graph{Name: name}
	b.depth++
	build(g)
	b.depth--
	return g
}

// Int returns an attribute of one whole number.
func Int(name string, v int64) graph.Attr { return graph.Attr{Name: name, Kind: graph.AttrInt, Int: v} }

// Float returns an attribute of one number.
func Float(name string, v float64) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrFloat, Float: v}
}

// Str returns an attribute of text.
func Str(name, v string) graph.Attr { return graph.Attr{Name: name, Kind: graph.AttrString, Str: v} }

// Ints returns an attribute of whole numbers.
func Ints(name string, v ...int64) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrInts, Ints: v}
}

// Graph returns an attribute that holds a body.
func Graph(name string, g *graph.Graph) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrGraph, Graph: g}
}
