package onnxread

import (
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
)

// A rawAttr is an attribute as it lies in the file.
type rawAttr struct {
	body  span   // of the file
	plain []byte // what onnx-go decodes of it: the bytes of its fields; nil where onnx-go does not know its kind
}

// blockOfBytes gives how many bytes of attributes are allocated at once.
const blockOfBytes = 16 << 10

// attribute reads an AttributeProto; own gives it to the node. The bytes of scalars, strings and lists are kept for
// onnx-go, which decodes them; tensors, graphs and types are read here. Early writers leave out the type, so it is
// taken from the field that is set.
func (s *scanner) attribute(body span, n *rawNode, depth int) error {
	if err := s.keep(body.from, attrSize); err != nil {
		return err
	}
	if cap(s.plain)-len(s.plain) < 128 { // what nodes keep of the last block stays where it is
		s.plain = make([]byte, 0, blockOfBytes)
	}
	a := graph.Attr{}
	seen := graph.AttrUndefined
	index, from, ints := len(s.attrs)-n.first, len(s.plain), 0
	err := s.fields(body, func(f *field) (err error) {
		switch f.num {
		case 1:
			if err := s.str(f, &a.Name, "attribute name"); err != nil {
				return err
			}
			return s.verbatim(f)
		case 2, 3, 4, 7, 8, 9:
			seen = plainKinds[f.num]
			return s.plainValue(f, &ints)
		case 20:
			a.Kind = graph.AttrKind(min(f.val, 255))
			return s.verbatim(f)
		case 21:
			return s.str(f, &a.RefName, "ref_attr_name")
		case 5, 6, 10, 11, 14, 22:
			head := append([]byte(nil), s.plain[from:]...)
			seen, err = s.attributeValue(f, &a, n, index, depth)
			from = len(s.plain) // nodes of a graph within have put theirs behind
			s.plain = append(s.plain, head...)
		}
		return err
	})
	if a.Kind == graph.AttrUndefined {
		a.Kind = seen
		s.plain = protowire.AppendTag(s.plain, 20, protowire.VarintType)
		s.plain = protowire.AppendVarint(s.plain, uint64(seen))
	}
	raw := rawAttr{body: body}
	if delegated(&a) {
		raw.plain = s.plain[from:len(s.plain):len(s.plain)]
	}
	s.attrs, s.raws = append(s.attrs, a), append(s.raws, raw)
	return err
}

// plainKinds lists the kinds of attributes that onnx-go decodes, by the field that holds the value.
var plainKinds = [10]graph.AttrKind{2: graph.AttrFloat, 3: graph.AttrInt, 4: graph.AttrString, 7: graph.AttrFloats,
	8: graph.AttrInts, 9: graph.AttrStrings}

// delegated reports whether onnx-go decodes the attribute: it knows scalars, strings and lists.
func delegated(a *graph.Attr) bool {
	switch a.Kind {
	case graph.AttrFloat, graph.AttrInt, graph.AttrString, graph.AttrFloats, graph.AttrInts, graph.AttrStrings:
		return a.RefName == ""
	}
	return false
}

// plainValue keeps the bytes of a value that onnx-go decodes, and holds it to its bounds. ints counts the integers of
// the attribute so far.
func (s *scanner) plainValue(f *field, ints *int) error {
	wire, size := protowire.BytesType, int64(intSize)
	switch {
	case f.num == 2 || f.num == 7 && f.typ == protowire.Fixed32Type:
		wire = protowire.Fixed32Type
	case f.num == 3 || f.num == 8 && f.typ == protowire.VarintType:
		wire = protowire.VarintType
	case f.num == 4:
		size = textSize + f.body.len()
	case f.num == 7:
		size = intSize * (f.body.len() / 4)
	case f.num == 8:
		size = intSize * min(f.body.len(), maxList)
	case f.num == 9:
		size = memberSize + textSize + f.body.len()
	}
	if err := s.wants(f, wire, "an attribute's value"); err != nil {
		return err
	}
	if f.num > 3 {
		if err := s.keep(f.at, size); err != nil {
			return err
		}
	}
	from := len(s.plain)
	if err := s.verbatim(f); err != nil {
		return err
	}
	switch {
	case f.num == 7 && wire == protowire.BytesType && f.body.len()%4 != 0:
		return s.errorf(f.at, "a list of numbers of %d bytes is cut short", f.body.len())
	case f.num != 8:
		return nil
	case wire == protowire.VarintType:
		*ints++
	default:
		packed := s.plain[from+int(f.body.from-f.at):]
		*ints += varints(packed)
		if len(packed) > 0 && packed[len(packed)-1] >= 0x80 {
			return s.errorf(f.at, "a list of integers is cut short")
		}
	}
	if *ints > maxList {
		return s.errorf(f.at, "a list of integers has more than %d members", maxList)
	}
	return nil
}

// varints returns how many numbers end in b.
func varints(b []byte) int {
	n := 0
	for _, c := range b {
		if c < 0x80 {
			n++
		}
	}
	return n
}

// attributeValue reads one value field that onnx-go does not know, and says what kind of attribute it belongs to.
func (s *scanner) attributeValue(f *field, a *graph.Attr, n *rawNode, index, depth int) (_ graph.AttrKind, err error) {
	if err := s.wants(f, protowire.BytesType, "an attribute's value"); err != nil {
		return 0, err
	}
	switch f.num {
	case 5:
		body := f.body
		if _, a.Tensor, err = s.tensorProto(body); err == nil {
			a.Tensor.Filler, err = s.fills(body, a.Tensor)
		}
		return graph.AttrTensor, err
	case 6:
		err = s.body(f.body, n, index, -1, depth)
		return graph.AttrGraph, err
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
	return graph.AttrTensors, nil
}

// body reads a subgraph of an attribute and notes to which attribute of the node it belongs.
func (s *scanner) body(body span, n *rawNode, attr, index, depth int) error {
	g, err := s.graphProto(body, depth+1)
	n.bodies = append(n.bodies, rawBody{attr, index, g})
	return err
}
