// Package graph holds a model as an ordered list of nodes over numbered tensors.
//
// One Model owns one table of tensors, shared by the main graph and every
// subgraph in it, so that a tensor is a number everywhere and a subgraph sees
// the names of the graphs around it without a search.
package graph

import (
	"fmt"
	"iter"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
)

// An ID numbers a tensor in Model.Tensors.
type ID int32

// None gives the ID of an omitted optional input or output.
const None ID = -1

// An OpID names an operator. The default domain ai.onnx is written "".
type OpID struct {
	Domain, Type string // the domain is empty for ONNX's own operators
}

// String returns the bare type for the default domain, else domain::Type.
func (o OpID) String() string {
	if o.Domain == "" {
		return o.Type
	}
	return o.Domain + "::" + o.Type
}

// An Opset is one line of a model's operator-set imports.
type Opset struct {
	Domain  string // of the operators
	Version int    // that the model was made for
}

// A Property is one line of a model's metadata.
type Property struct{ Key, Value string }

// A Model is one ONNX file as read: no weights, nothing inferred yet.
type Model struct {
	Name            string      // of the file, for messages
	GraphName       string      // as the file has it
	Producer        string      // the exporter
	ProducerVersion string      // the exporter's
	IRVersion       int64       // of the file format
	Opsets          []Opset     // sorted by domain
	Metadata        []Property  // pairs that the exporter wrote
	Tensors         []Tensor    // every value of the main graph and its subgraphs
	Main            *Graph      // what is run
	Functions       []Function  // that nodes may call
	Notes           []note.Note // about the file
}

// Opset returns the version imported for domain, 0 if it is not imported.
func (m *Model) Opset(domain string) int {
	for _, o := range m.Opsets {
		if o.Domain == domain {
			return o.Version
		}
	}
	return 0
}

// CacheProperty gives the key of the metadata that says how a decoder's cache grows; InPlace is its value where the new
// rows are written behind the old ones, which stay where they are.
const (
	CacheProperty = "key-value cache" // the key
	InPlace       = "in place"        // its value where rows stay where they are
)

// Property returns a line of the model's metadata, "" if it has none of that key.
func (m *Model) Property(key string) string {
	for _, p := range m.Metadata {
		if p.Key == key {
			return p.Value
		}
	}
	return ""
}

// Weights returns the tensors that hold a constant, each constant once.
func (m *Model) Weights() iter.Seq[*Tensor] {
	return func(yield func(*Tensor) bool) {
		for i := range m.Tensors {
			if t := &m.Tensors[i]; t.Init != nil && !t.Again && !yield(t) {
				return
			}
		}
	}
}

// Bytes returns what a constant occupies in memory.
func (c *Const) Bytes() int64 {
	if c.Packed > 0 {
		return c.Packed
	}
	return c.Type.Bytes(c.Shape.Elems())
}

// A Graph is the main graph or the body of If, Loop, Scan and their like.
type Graph struct {
	Name         string // as the file has it
	Nodes        []Node // in file order, which ONNX requires to be an execution order
	Inputs       []ID   // without those that have an initializer
	Outputs      []ID   // in order
	Initializers []ID   // constants that the graph holds
}

// A Node is one operator application.
type Node struct {
	Name     string // may be empty
	Op       OpID   // the operator
	Overload string // of a function with several forms
	Version  int    // opset version that the node's domain is imported at
	Inputs   []ID   // None where an optional input is omitted
	Outputs  []ID   // None where an optional output is omitted
	Attrs    []Attr // in the file's order
}

// A Label names a node in messages: its operator, and its name if it has one.
type Label struct {
	Op   OpID   // the operator
	Name string // may be empty
}

// Label returns the node's name for messages.
func (n *Node) Label() Label { return Label{n.Op, n.Name} }

// String returns node "name" (Op), or an unnamed Op node.
func (l Label) String() string {
	if l.Name == "" {
		return "an unnamed " + l.Op.String() + " node"
	}
	return fmt.Sprintf("node %q (%s)", l.Name, l.Op)
}

// Attr finds an attribute by name, nil if it is absent.
func (n *Node) Attr(name string) *Attr {
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			return &n.Attrs[i]
		}
	}
	return nil
}

// AttrKind says which field of an Attr holds the value; numbered as AttributeProto.AttributeType.
type AttrKind uint8

// The attribute kinds.
const (
	AttrUndefined    AttrKind = 0  // no value
	AttrFloat        AttrKind = 1  // a number
	AttrInt          AttrKind = 2  // a whole number
	AttrString       AttrKind = 3  // a text
	AttrTensor       AttrKind = 4  // a constant
	AttrGraph        AttrKind = 5  // a body
	AttrFloats       AttrKind = 6  // numbers
	AttrInts         AttrKind = 7  // whole numbers
	AttrStrings      AttrKind = 8  // texts
	AttrTensors      AttrKind = 9  // constants, which no standard operator has
	AttrGraphs       AttrKind = 10 // bodies
	AttrSparseTensor AttrKind = 11 // a sparse constant
	AttrType         AttrKind = 13 // a type
)

// An Attr is one attribute of a node.
type Attr struct {
	Name    string    // as the operator has it
	Kind    AttrKind  // which of the values holds
	Int     int64     // of AttrInt
	Float   float64   // of AttrFloat
	Str     string    // of AttrString
	Ints    []int64   // of AttrInts
	Floats  []float64 // of AttrFloats
	Strs    []string  // of AttrStrings
	Tensor  *Const    // of AttrTensor
	Graph   *Graph    // of AttrGraph
	Graphs  []*Graph  // of AttrGraphs
	Type    *Type     // of AttrType
	RefName string    // inside a function body: the function's attribute that this one takes its value from
}

// A Const is a constant tensor: an initializer or a tensor attribute.
type Const struct {
	Type     dtype.Type // of its elements
	Shape    Shape      // its dimensions
	External bool       // the payload is in another file
	Sparse   bool       // stored as values and indices; Shape is the dense shape
	Stored   int64      // bytes of payload that the file holds or points to
	Packed   int64      // bytes in memory of blocks with their scales, as in q4_0; 0: those of Type
	Filler   bool       // of an attribute: a list of one number over and over
	Value    *Value     // kept when small, else nil
}

// TensorKind says where a tensor comes from.
type TensorKind uint8

// The kinds of tensor.
const (
	FromNode        TensorKind = iota // an output of a node
	FromInput                         // an input of the graph
	FromInitializer                   // a constant of the graph
)

// A Tensor is one named value of a model.
type Tensor struct {
	Name  string     // unique within its graph
	Kind  TensorKind // where its value is from
	Again bool       // Init is held by a tensor before this one too, as where a function with weights is called twice
	Depth int        // 0 in the main graph, 1 and more in subgraphs
	Decl  *Type      // declared by graph input, output or value_info; nil if undeclared
	Init  *Const     // set when Kind is FromInitializer
}

// TypeKind distinguishes tensors from the container types.
type TypeKind uint8

// The kinds of type. KindUnknown is the zero value: nothing is known.
const (
	KindUnknown  TypeKind = iota // not declared
	KindTensor                   // dense
	KindSparse                   // indices and values
	KindSequence                 // any number of values
	KindOptional                 // a value or none
	KindMap                      // from keys to values
)

// A Type is a declared type with possibly symbolic dims.
type Type struct {
	Kind TypeKind   // tensor, sequence and so on
	Elem dtype.Type // of a tensor; of a map, the key type
	// Dims are declared
	HasShape bool
	Dims     []Dim // a number, a name or neither each
	Of       *Type // element of a sequence or optional, value of a map
}

// A Dim is one declared dimension: a symbol, a value, or neither.
type Dim struct {
	Symbol string // "" if none
	Value  int64  // meaningful when Symbol is ""; negative (or 0 in an input, see infer) means unknown
}

// A Function is a model-local function: an operator defined by a body.
// Its body numbers tensors in its own table.
type Function struct {
	Op       OpID     // that calls it
	Overload string   // of a function with several forms
	Attrs    []string // names of attributes without default
	Defaults []Attr   // of attributes that a call leaves out
	Opsets   []Opset  // that its nodes are of
	Tensors  []Tensor // of its body
	Body     *Graph   // what a call runs
}
