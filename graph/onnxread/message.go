package onnxread

import (
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// What bounds a model: far above any real one, so that a hostile file ends in an error and not in swap.
const (
	maxDepth = 64      // subgraphs within subgraphs
	maxNodes = 1 << 17 // nodes in a file
	maxFuncs = 1 << 16 // local functions in a file
	maxList  = 1 << 20 // members of a list attribute
	maxRank  = 64      // dims of a tensor
	maxName  = 1 << 16 // bytes of a dimension's name
)

// The raw forms hold one file as it is written, names not yet resolved.
type (
	rawModel struct {
		model     *graph.Model
		main      *rawGraph
		functions []*rawFunction
	}
	rawGraph struct {
		name    string
		nodes   []*rawNode
		inits   []rawInit
		inputs  []rawValue
		outputs []rawValue
		values  []rawValue
		at      int64
	}
	rawNode struct {
		node    graph.Node // Op, Name, Overload and attributes without graphs
		inputs  []string
		outputs []string
		bodies  []rawBody
		attrs   []rawAttr // in the order of node.Attrs
		room    [5]string // for the first four inputs and an output
		first   int       // place of its first attribute among the scanner's
		at      int64
	}
	rawBody struct {
		attr, index int // Attrs[attr].Graph, or .Graphs[index] if index >= 0
		graph       *rawGraph
	}
	rawValue struct {
		name string
		typ  *graph.Type
	}
	rawInit struct {
		name string
		c    *graph.Const
		body span
		at   int64
	}
	rawFunction struct {
		fn      graph.Function
		inputs  []string
		outputs []string
		body    rawGraph
		holder  rawNode // of the defaults of attributes
	}
)

// scanner reads messages and keeps count of what the whole file holds.
type scanner struct {
	*cursor
	nodes int          // so far
	plain []byte       // the attributes that onnx-go decodes; the nodes keep parts of it
	attrs []graph.Attr // of the nodes being read, those of the innermost last
	raws  []rawAttr    // of the same
}

// modelProto reads a ModelProto; weights are passed over.
func (s *scanner) modelProto(all span) (*rawModel, error) {
	m := &rawModel{model: &graph.Model{Name: s.name}}
	err := s.fields(all, func(f *field) (err error) {
		switch f.num {
		case 1:
			m.model.IRVersion = int64(f.val)
		case 2:
			err = s.str(f, &m.model.Producer, "producer_name")
		case 3:
			err = s.str(f, &m.model.ProducerVersion, "producer_version")
		case 7:
			if err = s.wants(f, protowire.BytesType, "graph"); err == nil {
				m.main, err = s.graphProto(f.body, 0)
			}
		case 8:
			err = s.opset(f, &m.model.Opsets)
		case 14:
			err = s.property(f, &m.model.Metadata)
		case 25:
			if err = s.wants(f, protowire.BytesType, "function"); err == nil {
				err = s.function(f.body, m)
			}
		}
		return err
	})
	return m, err
}

// opset reads an imported operator set: domain and version.
func (s *scanner) opset(f *field, to *[]graph.Opset) error {
	if err := s.wants(f, protowire.BytesType, "opset_import"); err != nil {
		return err
	}
	var o graph.Opset
	if err := s.keep(f.at, lineSize); err != nil {
		return err
	}
	err := s.fields(f.body, func(f *field) error {
		switch f.num {
		case 1:
			return s.str(f, &o.Domain, "opset domain")
		case 2:
			o.Version = int(min(f.val, math.MaxInt32))
		}
		return nil
	})
	o.Domain = domain(o.Domain)
	*to = append(*to, o)
	return err
}

// domain writes the default domain one way.
func domain(d string) string {
	if d == "ai.onnx" {
		return ""
	}
	return d
}

// property reads a pair of metadata.
func (s *scanner) property(f *field, to *[]graph.Property) error {
	if err := s.wants(f, protowire.BytesType, "metadata"); err != nil {
		return err
	}
	var p graph.Property
	if err := s.keep(f.at, lineSize); err != nil {
		return err
	}
	err := s.fields(f.body, func(f *field) error {
		switch f.num {
		case 1:
			return s.str(f, &p.Key, "key")
		case 2:
			return s.str(f, &p.Value, "value")
		}
		return nil
	})
	*to = append(*to, p)
	return err
}

// graphProto reads a graph or subgraph. Deeper nesting than maxDepth is an error.
func (s *scanner) graphProto(body span, depth int) (*rawGraph, error) {
	if depth > maxDepth {
		return nil, s.errorf(body.from, "subgraphs are nested more than %d deep", maxDepth)
	}
	if err := s.keep(body.from, functionSize); err != nil {
		return nil, err
	}
	g := &rawGraph{at: body.from}
	return g, s.fields(body, func(f *field) error { return s.graphField(f, g, depth) })
}

// graphField reads one field of a graph: nodes, initializers, inputs, outputs and value infos.
func (s *scanner) graphField(f *field, g *rawGraph, depth int) error {
	if f.num == 10 || f.num == 14 || f.num > 15 {
		return nil
	}
	if err := s.wants(f, protowire.BytesType, "a field of a graph"); err != nil {
		return err
	}
	var err error
	switch f.num {
	case 1:
		var n *rawNode
		if n, err = s.nodeProto(f.body, depth); err == nil {
			g.nodes = append(g.nodes, n)
		}
	case 2:
		g.name, err = s.text(f.body)
	case 5:
		var in rawInit
		if in.name, in.c, err = s.tensorProto(f.body); err == nil {
			in.at, in.body = f.at, f.body
			g.inits = append(g.inits, in)
		}
	case 11:
		err = s.value(f.body, &g.inputs)
	case 12:
		err = s.value(f.body, &g.outputs)
	case 13:
		err = s.value(f.body, &g.values)
	case 15:
		var in rawInit
		if in.name, in.c, err = s.sparseTensor(f.body); err == nil {
			in.at, in.body = f.at, f.body
			g.inits = append(g.inits, in)
		}
	}
	return err
}

// value reads a ValueInfoProto: a name with its declared type.
func (s *scanner) value(body span, to *[]rawValue) error {
	var v rawValue
	if err := s.keep(body.from, valueSize); err != nil {
		return err
	}
	err := s.fields(body, func(f *field) (err error) {
		switch f.num {
		case 1:
			err = s.str(f, &v.name, "value name")
		case 2:
			if err = s.wants(f, protowire.BytesType, "type"); err == nil {
				v.typ, err = s.typeProto(f.body, 0)
			}
		}
		return err
	})
	*to = append(*to, v)
	return err
}

// nodeProto reads a node with its attributes. More than maxNodes in a file is an error.
func (s *scanner) nodeProto(body span, depth int) (*rawNode, error) {
	n := &rawNode{at: body.from, first: len(s.attrs)}
	n.inputs, n.outputs = n.room[:0:4], n.room[4:4]
	if s.nodes++; s.nodes > maxNodes {
		return n, s.errorf(body.from, "the model has more than %d nodes", maxNodes)
	}
	if err := s.keep(body.from, nodeSize); err != nil {
		return n, err
	}
	err := s.fields(body, func(f *field) (err error) {
		switch f.num {
		case 1:
			n.inputs = append(n.inputs, "")
			err = s.str(f, &n.inputs[len(n.inputs)-1], "node input")
		case 2:
			n.outputs = append(n.outputs, "")
			err = s.str(f, &n.outputs[len(n.outputs)-1], "node output")
		case 3:
			err = s.str(f, &n.node.Name, "node name")
		case 4:
			err = s.str(f, &n.node.Op.Type, "op_type")
		case 5:
			if err = s.wants(f, protowire.BytesType, "attribute"); err == nil {
				err = s.attribute(f.body, n, depth)
			}
		case 7:
			err = s.str(f, &n.node.Op.Domain, "node domain")
		case 8:
			err = s.str(f, &n.node.Overload, "node overload")
		}
		return err
	})
	s.own(n)
	n.node.Op.Domain = domain(n.node.Op.Domain)
	if err == nil && n.node.Op.Type == "" {
		err = s.errorf(body.from, "a node has no op_type")
	}
	return n, err
}

// own gives a node that was read its attributes, which are the last of the scanner's.
func (s *scanner) own(n *rawNode) {
	if n.first < len(s.attrs) {
		n.node.Attrs, n.attrs = slices.Clone(s.attrs[n.first:]), slices.Clone(s.raws[n.first:])
		s.attrs, s.raws = s.attrs[:n.first], s.raws[:n.first]
	}
}

// function reads a function that the model defines. More than maxFuncs is an error.
func (s *scanner) function(body span, m *rawModel) error {
	if len(m.functions) == maxFuncs {
		return s.errorf(body.from, "the model has more than %d functions", maxFuncs)
	}
	if err := s.keep(body.from, functionSize); err != nil {
		return err
	}
	fn := &rawFunction{body: rawGraph{at: body.from}, holder: rawNode{first: len(s.attrs)}}
	err := s.fields(body, func(f *field) (err error) {
		if f.typ != protowire.BytesType {
			return nil
		}
		switch f.num {
		case 1:
			err = s.str(f, &fn.fn.Op.Type, "function name")
		case 4:
			fn.inputs = append(fn.inputs, "")
			err = s.str(f, &fn.inputs[len(fn.inputs)-1], "function input")
		case 5:
			fn.outputs = append(fn.outputs, "")
			err = s.str(f, &fn.outputs[len(fn.outputs)-1], "function output")
		case 6:
			fn.fn.Attrs = append(fn.fn.Attrs, "")
			err = s.str(f, &fn.fn.Attrs[len(fn.fn.Attrs)-1], "function attribute")
		case 7:
			var n *rawNode
			if n, err = s.nodeProto(f.body, 0); err == nil {
				fn.body.nodes = append(fn.body.nodes, n)
			}
		case 9:
			err = s.opset(f, &fn.fn.Opsets)
		case 10:
			err = s.str(f, &fn.fn.Op.Domain, "function domain")
		case 11:
			err = s.attribute(f.body, &fn.holder, 0)
		case 12:
			err = s.value(f.body, &fn.body.values)
		case 13:
			err = s.str(f, &fn.fn.Overload, "function overload")
		}
		return err
	})
	s.own(&fn.holder)
	fn.fn.Op.Domain = domain(fn.fn.Op.Domain)
	m.functions = append(m.functions, fn)
	return err
}

// typeProto reads a TypeProto.
func (s *scanner) typeProto(body span, depth int) (*graph.Type, error) {
	if depth > maxDepth {
		return nil, s.errorf(body.from, "types are nested more than %d deep", maxDepth)
	}
	if err := s.keep(body.from, typeSize); err != nil {
		return nil, err
	}
	t := &graph.Type{}
	err := s.fields(body, func(f *field) error {
		if f.typ != protowire.BytesType {
			return nil
		}
		switch f.num {
		case 1:
			t.Kind = graph.KindTensor
		case 4:
			t.Kind = graph.KindSequence
		case 5:
			t.Kind = graph.KindMap
		case 8:
			t.Kind = graph.KindSparse
		case 9:
			t.Kind = graph.KindOptional
		default:
			return nil
		}
		return s.typeBody(f.body, t, depth)
	})
	return t, err
}

// typeBody reads the content of one member of TypeProto's oneof.
func (s *scanner) typeBody(body span, t *graph.Type, depth int) error {
	return s.fields(body, func(f *field) (err error) {
		switch {
		case f.num == 1 && f.typ == protowire.VarintType:
			t.Elem, err = s.elemType(f)
		case f.num == 1 && f.typ == protowire.BytesType:
			t.Of, err = s.typeProto(f.body, depth+1)
		case f.num == 2 && f.typ == protowire.BytesType && t.Kind == graph.KindMap:
			t.Of, err = s.typeProto(f.body, depth+1)
		case f.num == 2 && f.typ == protowire.BytesType:
			t.HasShape = true
			err = s.shape(f.body, t)
		}
		return err
	})
}

// elemType returns an element type; a number that ONNX does not define is an error.
func (s *scanner) elemType(f *field) (dtype.Type, error) {
	if f.val == 0 {
		return dtype.Undefined, nil
	}
	if f.val > 255 || !dtype.Type(f.val).Valid() {
		return 0, s.errorf(f.at, "element type %d is not one that ONNX defines", f.val)
	}
	return dtype.Type(f.val), nil
}

// shape reads the dimensions of a declared type: numbers, names or unknown. More than maxRank is an
// error.
func (s *scanner) shape(body span, t *graph.Type) error {
	return s.fields(body, func(f *field) error {
		if f.num != 1 {
			return nil
		}
		if err := s.wants(f, protowire.BytesType, "dim"); err != nil {
			return err
		}
		if len(t.Dims) >= maxRank {
			return s.errorf(f.at, "a shape has more than %d dimensions", maxRank)
		}
		if err := s.keep(f.at, dimSize); err != nil {
			return err
		}
		d := graph.Dim{Value: -1}
		err := s.fields(f.body, func(f *field) error {
			switch {
			case f.num == 1 && f.typ == protowire.VarintType:
				d.Value = max(int64(f.val), -1)
			case f.num == 2 && f.body.len() > maxName:
				return s.errorf(f.at, "a dimension's name has more than %d bytes", maxName)
			case f.num == 2:
				return s.str(f, &d.Symbol, "dim_param")
			}
			return nil
		})
		t.Dims = append(t.Dims, d)
		return err
	})
}
