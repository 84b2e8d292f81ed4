package ops

import (
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// container returns a row for an operator on sequences and optionals, which hold references: nothing moves.
func container(name string, since, minIn int, doc string, infer func(*Call) error) Spec {
	return Spec{Op: onnx(name), Since: since, Kind: Metadata, Doc: doc, MinIn: minIn, Infer: infer, Bytes: noTraffic}
}

var sequenceSpecs = []Spec{
	container("SequenceConstruct", 11, 1, "a sequence of the inputs", inferSequenceConstruct),
	container("SequenceEmpty", 11, 0, "an empty sequence", inferSequenceEmpty),
	container("SequenceAt", 11, 2, "one member of a sequence", inferSequenceAt),
	container("SequenceInsert", 11, 2, "a sequence with one member more", inferSequenceInsert),
	container("SequenceErase", 11, 1, "a sequence with one member less", inferSequenceErase),
	container("SequenceLength", 11, 1, "the number of members", inferSequenceLength).with(noTraffic, foldSequenceLength),
	{Op: onnx("SplitToSequence"), Since: 11, Kind: Move, Doc: "cut a tensor into a sequence", MinIn: 1,
		Infer: inferSplitToSequence},
	{Op: onnx("ConcatFromSequence"), Since: 11, Kind: Move, Doc: "join the members of a sequence", MinIn: 1,
		Infer: inferConcatFromSequence},
	container("Optional", 15, 0, "an optional holding the input or nothing", inferOptional),
	container("OptionalHasElement", 15, 0, "whether an optional holds something", inferHasElement),
	container("OptionalGetElement", 15, 1, "what an optional holds", inferGetElement),
}

// sequence returns input i, which must be a sequence.
func sequence(c *Call, i int) (*graph.Info, error) {
	s := c.In(i)
	if s.Kind != graph.KindSequence {
		return nil, fmt.Errorf("input %d is not a sequence", i)
	}
	return s, nil
}

// isTensor refuses containers as members: sequences of sequences do not exist in ONNX, and could double at every
// node.
func isTensor(c *Call, i int) error {
	if k := c.In(i).Kind; k != graph.KindTensor && k != graph.KindSparse {
		return fmt.Errorf("input %d is no tensor; a sequence holds tensors", i)
	}
	return nil
}

// inferSequenceConstruct sets a sequence of the inputs, each with its own shape.
func inferSequenceConstruct(c *Call) error {
	out := graph.Info{Kind: graph.KindSequence, Type: c.Type(0)}
	for i := range c.Node.Inputs {
		if !c.Has(i) {
			continue
		}
		if err := isTensor(c, i); err != nil {
			return err
		}
		out.Elems = append(out.Elems, *c.In(i))
	}
	c.SetInfo(0, out)
	return nil
}

// inferSequenceEmpty sets a sequence of no elements, of the type that the attribute dtype names.
func inferSequenceEmpty(c *Call) error {
	c.SetInfo(0, graph.Info{Kind: graph.KindSequence, Type: dtype.Type(c.Int("dtype", int64(dtype.Float32))),
		Elems: []graph.Info{}})
	return nil
}

// inferSequenceAt sets the outputs: at an unknown place, the result covers every member.
func inferSequenceAt(c *Call) error {
	s, err := sequence(c, 0)
	if err != nil {
		return err
	}
	if at, ok := scalarValue(c, 1); ok {
		if at < 0 {
			at += int64(len(s.Elems))
		}
		c.SetInfo(0, s.Member(int(at)))
		return nil
	}
	out := s.Member(0)
	for i := range s.Elems {
		out = envelope(c, out, s.Elems[i])
	}
	out.Value = nil
	c.SetInfo(0, out)
	return nil
}

// inferSequenceInsert sets the outputs: at an unknown place, every member is described by what covers all.
func inferSequenceInsert(c *Call) error {
	s, err := sequence(c, 0)
	if err != nil {
		return err
	}
	if err := isTensor(c, 1); err != nil {
		return err
	}
	at, known := int64(len(s.Elems)), true
	if c.Has(2) {
		if at, known = scalarValue(c, 2); at < 0 {
			at += int64(len(s.Elems))
		}
	}
	out := *s
	if s.Elems == nil || !known || at < 0 || at > int64(len(s.Elems)) || !c.arena.affords(len(s.Elems)+1) {
		member := envelope(c, *c.In(1), s.Member(0))
		out.Elems, out.Of = nil, &member
		c.SetInfo(0, out)
		return nil
	}
	out.Elems = append(append(append([]graph.Info{}, s.Elems[:at]...), *c.In(1)), s.Elems[at:]...)
	c.SetInfo(0, out)
	return nil
}

// inferSequenceErase takes one element away, the last one unless input 1 says which. A position
// that only run time knows leaves the sequence as it is, an upper bound.
func inferSequenceErase(c *Call) error {
	s, err := sequence(c, 0)
	if err != nil {
		return err
	}
	at, known := int64(len(s.Elems))-1, true
	if c.Has(1) {
		if at, known = scalarValue(c, 1); at < 0 {
			at += int64(len(s.Elems))
		}
	}
	out := *s
	if len(s.Elems) > 0 && known && at >= 0 && at < int64(len(s.Elems)) && c.arena.affords(len(s.Elems)) {
		out.Elems = append(append([]graph.Info{}, s.Elems[:at]...), s.Elems[at+1:]...)
	}
	c.SetInfo(0, out)
	return nil
}

// inferSequenceLength sets a scalar of int64.
func inferSequenceLength(c *Call) error {
	c.SetOutExact(0, dtype.Int64)
	return nil
}

// foldSequenceLength computes the length of a sequence whose elements are known.
func foldSequenceLength(c *Call) error {
	if s := c.In(0); s.Elems != nil {
		c.SetInts(0, []int64{int64(len(s.Elems))})
	}
	return nil
}

// inferSplitToSequence cuts a tensor along an axis into a sequence: by sizes, or into parts of one
// size, or of 1.
func inferSplitToSequence(c *Call) error {
	in := c.Shape(0)
	axis, err := Axis(c.Int("axis", 0), len(in))
	if err != nil {
		return err
	}
	sizes, keep := []int64{1}, c.Int("keepdims", 1) != 0
	scalar := true
	if c.Has(1) {
		v := c.Value(1)
		if v == nil {
			member := graph.Info{Kind: graph.KindTensor, Type: c.Type(0), Shape: in, Upper: true}
			c.SetInfo(0, graph.Info{Kind: graph.KindSequence, Type: c.Type(0), Of: &member})
			return nil
		}
		sizes, keep, scalar = v.Ints, true, c.Rank(1) == 0
	}
	if scalar {
		if len(sizes) != 1 || sizes[0] < 1 {
			return fmt.Errorf("cannot split %v along axis %d in parts of %v", in, axis, sizes)
		}
		each := sizes[0]
		if in[axis]/each > maxMembers {
			anyPart(c, axis, min(each, in[axis]), keep)
			return nil
		}
		sizes = nil
		for left := in[axis]; left > 0; left -= each {
			sizes = append(sizes, min(each, left))
		}
	}
	if !c.arena.affords(len(sizes)) {
		anyPart(c, axis, slices.Max(append(sizes, 0)), keep)
		return nil
	}
	out := graph.Info{Kind: graph.KindSequence, Type: c.Type(0), Elems: []graph.Info{}}
	for _, n := range sizes {
		out.Elems = append(out.Elems, partOf(c, axis, n, keep))
	}
	c.SetInfo(0, out)
	return nil
}

// partOf describes a part of the tensor that is split: n along the axis, or without the axis unless keep.
func partOf(c *Call, axis int, n int64, keep bool) graph.Info {
	in := c.Shape(0)
	shape := append(graph.Shape{}, in[:axis]...)
	if keep {
		shape = append(shape, n)
	}
	return graph.Info{Kind: graph.KindTensor, Type: c.Type(0), Shape: append(shape, in[axis+1:]...)}
}

// anyPart sets a sequence whose parts are too many to be listed, by the largest of them.
func anyPart(c *Call, axis int, largest int64, keep bool) {
	member := partOf(c, axis, largest, keep)
	member.Upper = true
	c.SetInfo(0, graph.Info{Kind: graph.KindSequence, Type: c.Type(0), Of: &member})
}

// inferConcatFromSequence joins the elements of a sequence along an axis, a new one where the
// attribute says so.
func inferConcatFromSequence(c *Call) error {
	s, err := sequence(c, 0)
	if err != nil {
		return err
	}
	if len(s.Elems) == 0 || !s.Elems[0].Known() {
		unknownOut(c, 0)
		return nil
	}
	first := s.Elems[0].Shape
	stack := c.Int("new_axis", 0) != 0
	rank := len(first)
	if stack {
		rank++
	}
	axis, err := Axis(c.Int("axis", 0), rank)
	if err != nil {
		return err
	}
	if stack {
		out := append(append(append(graph.Shape{}, first[:axis]...), int64(len(s.Elems))), first[axis:]...)
		c.SetOut(0, s.Elems[0].Type, out...)
		return nil
	}
	out := append(graph.Shape{}, first...)
	out[axis] = 0
	for i := range s.Elems {
		if len(s.Elems[i].Shape) != len(first) {
			return fmt.Errorf("cannot join members of shapes %v and %v", first, s.Elems[i].Shape)
		}
		out[axis] += s.Elems[i].Shape[axis]
	}
	c.SetOut(0, s.Elems[0].Type, out...)
	return nil
}

// inferOptional wraps the input, or nothing.
func inferOptional(c *Call) error {
	out := graph.Info{Kind: graph.KindOptional}
	if c.Has(0) {
		out.Type, out.Elems = c.Type(0), []graph.Info{*c.In(0)}
	}
	c.SetInfo(0, out)
	return nil
}

// inferHasElement sets a scalar of bool.
func inferHasElement(c *Call) error {
	c.SetOutExact(0, dtype.Bool)
	return nil
}

// inferGetElement unwraps an optional; anything else passes as it is.
func inferGetElement(c *Call) error {
	in := *c.In(0)
	if in.Kind == graph.KindOptional {
		in = in.Member(0)
	}
	c.SetInfo(0, in)
	return nil
}
