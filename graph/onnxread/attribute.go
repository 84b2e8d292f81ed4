package onnxread

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
)

// attribute reads an AttributeProto into the node's list. Early writers leave out
// the type, so it is taken from the field that is set.
func (s *scanner) attribute(body span, n *rawNode, depth int) error {
	if err := s.keep(body.from, attrSize); err != nil {
		return err
	}
	a := graph.Attr{}
	seen := graph.AttrUndefined
	index := len(n.node.Attrs)
	err := s.fields(body, func(f *field) (err error) {
		switch f.num {
		case 1:
			return s.str(f, &a.Name, "attribute name")
		case 20:
			a.Kind = graph.AttrKind(min(f.val, 255))
			return nil
		case 21:
			return s.str(f, &a.RefName, "ref_attr_name")
		}
		kind, err := s.attributeValue(f, &a, n, index, depth)
		if kind != graph.AttrUndefined {
			seen = kind
		}
		return err
	})
	if a.Kind == graph.AttrUndefined {
		a.Kind = seen
	}
	n.node.Attrs = append(n.node.Attrs, a)
	return err
}

// attributeValue reads one value field and says what kind of attribute it belongs to.
func (s *scanner) attributeValue(f *field, a *graph.Attr, n *rawNode, index, depth int) (kind graph.AttrKind, err error) {
	if f.num >= 4 && f.num <= 6 || f.num >= 9 && f.num <= 11 || f.num == 14 || f.num == 22 {
		if err := s.wants(f, protowire.BytesType, "an attribute's value"); err != nil {
			return 0, err
		}
	}
	switch f.num {
	case 2:
		a.Float = float64(math.Float32frombits(uint32(f.val)))
		return graph.AttrFloat, nil
	case 3:
		a.Int = int64(f.val)
		return graph.AttrInt, nil
	case 4:
		a.Str, err = s.text(f.body)
		return graph.AttrString, err
	case 5:
		body := f.body
		if _, a.Tensor, err = s.tensorProto(body); err == nil {
			a.Tensor.Filler, err = s.fills(body, a.Tensor)
		}
		return graph.AttrTensor, err
	case 6:
		err = s.body(f.body, n, index, -1, depth)
		return graph.AttrGraph, err
	case 7:
		vals, err := s.fixed(f, nil, 4)
		for _, v := range vals {
			a.Floats = append(a.Floats, float64(math.Float32frombits(uint32(v))))
		}
		return graph.AttrFloats, err
	case 8:
		a.Ints, err = s.ints(f, a.Ints, maxList)
		return graph.AttrInts, err
	case 9:
		if err := s.keep(f.at, memberSize); err != nil {
			return 0, err
		}
		str, err := s.text(f.body)
		a.Strs = append(a.Strs, str)
		return graph.AttrStrings, err
	case 10:
		return graph.AttrTensors, nil
	case 11:
		a.Graphs = append(a.Graphs, nil)
		err = s.body(f.body, n, index, len(a.Graphs)-1, depth)
		return graph.AttrGraphs, err
	case 14:
		a.Type, err = s.typeProto(f.body, 0)
		return graph.AttrType, err
	case 22:
		_, a.Tensor, err = s.sparseTensor(f.body)
		return graph.AttrSparseTensor, err
	}
	return graph.AttrUndefined, nil
}

// body reads a subgraph of an attribute and notes to which attribute of the node it belongs.
func (s *scanner) body(body span, n *rawNode, attr, index, depth int) error {
	g, err := s.graphProto(body, depth+1)
	n.bodies = append(n.bodies, rawBody{attr, index, g})
	return err
}
