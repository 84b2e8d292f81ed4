package dataflow

import (
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// looksOnly reports whether a step that copies in general copies nothing here:
// it repeats once, slices everything, pads by nothing or transposes dimensions
// of one, which every runtime drops. By the rule of slices, a slice is read where it lies.
func (f *Flow) looksOnly(s *infer.Step) bool {
	id := FirstOutput(s.Node)
	if id == graph.None {
		return false
	}
	in, out := f.Res.Infos[s.Node.Inputs[0]].Shape, f.Res.Infos[id].Shape
	switch s.Kind() {
	case ops.Split:
		return f.Slices
	case ops.Slice:
		return (f.Slices || in.Equal(out)) && f.forwards(s.Node)
	case ops.Gather:
		return f.Slices && f.picksOne(s.Node)
	case ops.Expand:
		return f.Slices || in.Equal(out)
	case ops.Tile:
		return in.Equal(out)
	case ops.Pad:
		return in.Equal(out) && f.zeros(s.Node, 1)
	case ops.Transpose:
		return keepsOrder(s.Node, in) || f.ChannelsLast && f.rotates(s.Node) || f.Strided
	case ops.Cast:
		return f.Res.Infos[s.Node.Inputs[0]].Type == f.Res.Infos[id].Type
	}
	return false
}

// Grows reports whether a step appends to a key-value cache that the runtime keeps where it lies: an input of the model
// whose name begins with past, and what it becomes is an output.
func (f *Flow) Grows(s *infer.Step) bool {
	n := s.Node
	if !f.InPlace || n.Op.Type != "Concat" || len(n.Inputs) != 2 || n.Inputs[0] == graph.None ||
		n.Outputs[0] == graph.None {
		return false
	}
	past := &f.Res.Plan.Model.Tensors[f.Root[n.Inputs[0]]]
	return past.Kind == graph.FromInput && strings.HasPrefix(past.Name, "past") && f.output[n.Outputs[0]]
}

// forwards reports whether no step of a Slice is known to be negative.
func (f *Flow) forwards(n *graph.Node) bool {
	if len(n.Inputs) < 5 || n.Inputs[4] == graph.None {
		return true
	}
	v := f.Res.Infos[n.Inputs[4]].Value
	if v == nil {
		return false
	}
	for i := range v.Len() {
		if v.Int(i) < 0 {
			return false
		}
	}
	return true
}

// picksOne reports whether a Gather takes one constant index: a slice by another name.
func (f *Flow) picksOne(n *graph.Node) bool {
	if len(n.Inputs) < 2 || n.Inputs[1] == graph.None {
		return false
	}
	return f.Const[f.Root[n.Inputs[1]]] && f.Res.Infos[n.Inputs[1]].Shape.Elems() == 1 && !f.Const[f.Root[n.Inputs[0]]]
}

// zeros reports whether input i is known to hold zeros only.
func (f *Flow) zeros(n *graph.Node, i int) bool {
	if i >= len(n.Inputs) || n.Inputs[i] == graph.None {
		return false
	}
	v := f.Res.Infos[n.Inputs[i]].Value
	if v == nil {
		return false
	}
	for k := range v.Len() {
		if v.Float(k) != 0 {
			return false
		}
	}
	return true
}

// keepsOrder reports whether a transposition leaves the dimensions larger than one in their order.
func keepsOrder(n *graph.Node, in graph.Shape) bool {
	a := n.Attr("perm")
	if a == nil || len(a.Ints) != len(in) {
		return false
	}
	last := int64(-1)
	for _, p := range a.Ints {
		if p < 0 || p >= int64(len(in)) {
			return false
		}
		if in[p] == 1 {
			continue
		}
		if p < last {
			return false
		}
		last = p
	}
	return true
}

// rotates reports whether a transposition only moves the channels of an image between the front and the back,
// which is no copy where images are stored channels last.
func (f *Flow) rotates(n *graph.Node) bool {
	a := n.Attr("perm")
	if a == nil || len(a.Ints) != 4 || a.Ints[0] != 0 {
		return false
	}
	return a.Ints[1] == 2 && a.Ints[2] == 3 && a.Ints[3] == 1 || a.Ints[1] == 3 && a.Ints[2] == 1 && a.Ints[3] == 2
}
