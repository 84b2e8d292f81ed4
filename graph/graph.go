// Package graph holds a model as an ordered list of nodes over numbered tensors.
//
// One Model owns one table of tensors, shared by the main graph and every
// subgraph in it, so that a tensor is a number everywhere and a subgraph sees
// the names of the graphs around it without a search.
package graph

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
)

// An ID numbers a tensor in Model.Tensors.
type ID int32

// None gives the ID of an omitted optional input or output.
const None ID = -1

// An OpID names an operator. The default domain ai.onnx is written "".
type OpID struct {
	Domain, Type string
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
	Domain  string
	Version int
}

// A Property is one line of a model's metadata.
type Property struct{ Key, Value string }

// A Model is one ONNX file as read: no weights, nothing inferred yet.
type Model struct {
	Name            string // of the file, for messages
	GraphName       string
	Producer        string
	ProducerVersion string
	IRVersion       int64
	Opsets          []Opset // sorted by domain
	Metadata        []Property
	Tensors         []Tensor // every value of the main graph and its subgraphs
	Main            *Graph
	Functions       []Function
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
	CacheProperty = "key-value cache"
	InPlace       = "in place"
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

// Bytes returns what a constant occupies in memory.
func (c *Const) Bytes() int64 {
	if c.Packed > 0 {
		return c.Packed
	}
	return c.Type.Bytes(c.Shape.Elems())
}

// A Graph is the main graph or the body of If, Loop, Scan and their like.
type Graph struct {
	Name         string
	Nodes        []Node // in file order, which ONNX requires to be an execution order
	Inputs       []ID   // without those that have an initializer
	Outputs      []ID
	Initializers []ID
}

// A Node is one operator application.
type Node struct {
	Name     string
	Op       OpID
	Overload string
	Version  int  // opset version that the node's domain is imported at
	Inputs   []ID // None where an optional input is omitted
	Outputs  []ID // None where an optional output is omitted
	Attrs    []Attr
}

// A Label names a node in messages: its operator, and its name if it has one.
type Label struct {
	Op   OpID
	Name string
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
	AttrUndefined    AttrKind = 0
	AttrFloat        AttrKind = 1
	AttrInt          AttrKind = 2
	AttrString       AttrKind = 3
	AttrTensor       AttrKind = 4
	AttrGraph        AttrKind = 5
	AttrFloats       AttrKind = 6
	AttrInts         AttrKind = 7
	AttrStrings      AttrKind = 8
	AttrTensors      AttrKind = 9
	AttrGraphs       AttrKind = 10
	AttrSparseTensor AttrKind = 11
	AttrType         AttrKind = 13
)

// An Attr is one attribute of a node.
type Attr struct {
	Name    string
	Kind    AttrKind
	Int     int64
	Float   float64
	Str     string
	Ints    []int64
	Floats  []float64
	Strs    []string
	Tensor  *Const
	Graph   *Graph
	Graphs  []*Graph
	Type    *Type
	RefName string // inside a function body: the function's attribute that this one takes its value from
}

// A Const is a constant tensor: an initializer or a tensor attribute.
type Const struct {
	Type     dtype.Type
	Shape    Shape
	External bool   // the payload is in another file
	Sparse   bool   // stored as values and indices; Shape is the dense shape
	Stored   int64  // bytes of payload that the file holds or points to
	Packed   int64  // bytes in memory where elements are kept in blocks with their scales, as in q4_0; 0: those of Type
	Filler   bool   // of an attribute: a list of one number over and over
	Value    *Value // kept when small, else nil
}

// TensorKind says where a tensor comes from.
type TensorKind uint8

// The kinds of tensor.
const (
	FromNode TensorKind = iota
	FromInput
	FromInitializer
)

// A Tensor is one named value of a model.
type Tensor struct {
	Name  string
	Kind  TensorKind
	Depth int    // 0 in the main graph, 1 and more in subgraphs
	Decl  *Type  // declared by graph input, output or value_info; nil if undeclared
	Init  *Const // set when Kind is FromInitializer
}

// TypeKind distinguishes tensors from the container types.
type TypeKind uint8

// The kinds of type. KindUnknown is the zero value: nothing is known.
const (
	KindUnknown TypeKind = iota
	KindTensor
	KindSparse
	KindSequence
	KindOptional
	KindMap
)

// A Type is a declared type with possibly symbolic dims.
type Type struct {
	Kind     TypeKind
	Elem     dtype.Type // of a tensor; of a map, the key type
	HasShape bool
	Dims     []Dim
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
	Op       OpID
	Overload string
	Attrs    []string // names of attributes without default
	Defaults []Attr
	Opsets   []Opset
	Tensors  []Tensor
	Body     *Graph
}
