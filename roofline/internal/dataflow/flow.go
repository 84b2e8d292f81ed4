// Package dataflow follows tensors through the steps of an inferred model: which are views of which, which are known
// before run time, how they lie in memory, and who makes and reads them. Package lower fuses steps by what it finds.
package dataflow

import (
	"iter"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// Options say how a runtime stores and moves tensors. The zero Options are those of a runtime that copies whenever an
// operator does.
type Options struct {
	ChannelsLast bool // images are stored channels last
	FlashOnly    bool // attention is one kernel only where PyTorch's is
	Slices       bool // what only picks a part is a view
	Strided      bool // tensors carry strides: transpositions copy nothing; what needs its operand in a row copies it
	InPlace      bool // a key-value cache grows where it lies
}

// A Flow is how data moves between the steps of a Result: what runs, what is
// constant, which tensors are views of which. Its slices are reused by Trace.
type Flow struct {
	Res     *infer.Result // the inferred graph
	Options               // of the runtime
	Root    []graph.ID    // by tensor: the tensor whose bytes it shares, itself unless made by a view
	Const   []bool        // by tensor: an initializer or computed from initializers alone, so known before run time
	Live    []bool        // by step: runs as a kernel or a part of one
	Users   []int32       // by root: how many live steps read it
	Escapes []bool        // by root: an output of its graph
	Maker   []int32       // by tensor: the live step that writes it, -1 if none
	Through []int32       // by tensor: the DequantizeLinear step that it came through, -1 if none
	Beside  []int64       // by tensor: bytes of the scales of a constant that is stored quantised

	earlier graph.Earlier // of inputs by their roots
	named   graph.Earlier // of inputs by themselves
	edges   []edge        // lists of the steps that read a root
	first   []int32       // by root: its latest edge, -1 if none
	kinds   []ops.Kind    // by step
	taken   []bool        // by step: a DequantizeLinear whose output some step reads
	sizes   []int64       // by tensor: what Size found, -1 before it is asked
	output  []bool        // by tensor: listed as an output of a graph
	plan    *infer.Plan   // that the kept lists are of
	strides []strides     // by tensor, where they are kept
}

// An edge is a live step that reads a root, and the next such.
type edge struct{ step, next int32 }

// Trace follows a result's data.
func (f *Flow) Trace(res *infer.Result, o Options) {
	f.Res, f.Options = res, o
	m := res.Plan.Model
	f.InPlace = f.InPlace || m.Property(graph.CacheProperty) == graph.InPlace
	if f.plan != res.Plan {
		f.prepare(res.Plan)
	}
	if f.Strided {
		f.strides = Resize(f.strides, len(m.Tensors))
		if f.ChannelsLast {
			f.inputsLast(m.Main.Inputs)
		}
	}
	f.Live = Resize(f.Live, len(res.Steps))
	for i := range m.Tensors {
		f.Root[i] = graph.ID(i)
		f.Const[i] = m.Tensors[i].Kind == graph.FromInitializer
	}
	clear(f.Users)
	clear(f.Beside)
	clear(f.Escapes)
	f.edges = f.edges[:0]
	for i := range f.Maker {
		f.Maker[i], f.first[i], f.Through[i], f.sizes[i] = -1, -1, -1, -1
	}
	f.kinds, f.taken = Resize(f.kinds, len(res.Steps)), Resize(f.taken, len(res.Steps))
	for i := range res.Steps {
		f.kinds[i] = res.Steps[i].Kind()
		f.Live[i] = f.step(i, &res.Steps[i])
	}
	f.unread()
	f.markOutputs(m.Main)
}

// Same reports whether the flows of one result by two options say the same of every tensor and step. Flows with strides
// are told apart.
func (f *Flow) Same(o *Flow) bool {
	a, b := f.Options, o.Options
	a.Slices = b.Slices // decides in Trace alone what is a view
	if !f.Strided {
		a.ChannelsLast = b.ChannelsLast // without strides too
	}
	return f.Res == o.Res && a == b && !f.Strided && slices.Equal(f.Root, o.Root) && slices.Equal(f.Const, o.Const) &&
		slices.Equal(f.Live, o.Live) && slices.Equal(f.Users, o.Users) && slices.Equal(f.Escapes, o.Escapes) &&
		slices.Equal(f.Maker, o.Maker) && slices.Equal(f.Through, o.Through) && slices.Equal(f.Beside, o.Beside) &&
		slices.Equal(f.edges, o.edges) && slices.Equal(f.first, o.first) && slices.Equal(f.taken, o.taken)
}

// prepare sizes the tables for a plan and notes the outputs of its graphs.
func (f *Flow) prepare(p *infer.Plan) {
	f.plan, f.earlier, f.named = p, graph.Earlier{}, graph.Earlier{}
	n := len(p.Model.Tensors)
	f.Root, f.Const, f.Escapes = make([]graph.ID, n), make([]bool, n), make([]bool, n)
	f.Users, f.first, f.Maker, f.Through = make([]int32, n), make([]int32, n), make([]int32, n), make([]int32, n)
	f.sizes = make([]int64, n)
	f.output, f.Beside = make([]bool, n), make([]int64, n)
	f.prepareGraph(p.Model.Main)
}

// prepareGraph notes the outputs of a graph and of the bodies inside.
func (f *Flow) prepareGraph(g *graph.Graph) {
	for _, id := range g.Outputs {
		if id != graph.None {
			f.output[id] = true
		}
	}
	for i := range g.Nodes {
		for _, sub := range infer.Subgraphs(&g.Nodes[i]) {
			f.prepareGraph(sub)
		}
	}
}

// FirstOutput returns the first output that the node has, None if it has none.
func FirstOutput(n *graph.Node) graph.ID {
	for _, id := range n.Outputs {
		if id != graph.None {
			return id
		}
	}
	return graph.None
}

// Kind returns the kind of a step's operator.
func (f *Flow) Kind(i int32) ops.Kind { return f.kinds[i] }

// Is reports whether a step is a standard operator. Patterns of small operators ask for it; all else goes by kind.
func (f *Flow) Is(i int32, op string) bool {
	n := f.Res.Steps[i].Node
	return n.Op.Type == op && n.Op.Domain == ""
}

// step classifies one step and reports whether it runs as a kernel.
func (f *Flow) step(i int, s *infer.Step) bool {
	n := s.Node
	held := infer.Subgraphs(n)
	for _, g := range held {
		f.markOutputs(g)
	}
	switch {
	case s.Times == 0:
		return false
	case s.Folded:
		f.setConst(n)
		return false
	case s.Unknown || s.Spec == nil:
	case f.alias(s):
		return false
	case len(held) == 0 && f.inputsConst(n) && f.Kind(int32(i)) != ops.Random:
		f.setConst(n)
		f.keepStored(n, f.kinds[i])
		return false
	case f.dequantizes(n, int32(i)):
		return true
	case s.Spec.Class() == cost.Metadata && s.Cost.FLOPs() == 0, len(held) > 0 && s.Cost == (cost.Cost{}):
		return false
	}
	for k, id := range n.Inputs {
		if id == graph.None || f.Const[f.Root[id]] || f.Repeats(n, k) {
			continue
		}
		f.use(f.Root[id], int32(i))
		if d := f.Through[id]; d >= 0 {
			f.taken[d] = true
		}
	}
	for _, id := range n.Outputs {
		if id != graph.None {
			f.Maker[id] = int32(i)
			f.Root[id], f.Const[id] = id, false
		}
	}
	if f.Strided {
		f.follow(s, false)
	}
	return true
}

// Readers returns the live steps that read a root, the latest first.
func (f *Flow) Readers(root graph.ID) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for e := f.first[root]; e >= 0 && yield(f.edges[e].step); e = f.edges[e].next {
		}
	}
}

// LastReader returns the latest live step that reads a root, -1 where none does.
func (f *Flow) LastReader(root graph.ID) int32 {
	if e := f.first[root]; e >= 0 {
		return f.edges[e].step
	}
	return -1
}

// use notes that a step reads a root.
func (f *Flow) use(root graph.ID, step int32) {
	f.Users[root]++
	f.edges = append(f.edges, edge{step, f.first[root]})
	f.first[root] = int32(len(f.edges) - 1)
}

// unread makes every DequantizeLinear whose output no step reads a reader of its own.
func (f *Flow) unread() {
	for i := range f.Live {
		n := f.Res.Steps[i].Node
		if !f.Live[i] || f.kinds[i] != ops.Dequantize || f.taken[i] || n.Outputs[0] == graph.None {
			continue
		}
		if out := n.Outputs[0]; f.Root[out] != out && !f.Const[f.Root[out]] {
			f.use(f.Root[out], int32(i))
		}
	}
}

// alias handles a view: its outputs share the bytes of its first input.
func (f *Flow) alias(s *infer.Step) bool {
	if len(s.Node.Inputs) == 0 || s.Node.Inputs[0] == graph.None || s.Spec.Class() != cost.View && !f.looksOnly(s) {
		return false
	}
	if f.Strided && !f.follow(s, true) {
		return false
	}
	root := f.Root[s.Node.Inputs[0]]
	for _, id := range s.Node.Outputs {
		if id != graph.None {
			f.Root[id], f.Const[id], f.Through[id] = root, f.Const[root], f.Through[s.Node.Inputs[0]]
			f.Beside[id] = f.Beside[s.Node.Inputs[0]]
		}
	}
	return true
}

// dequantizes handles a DequantizeLinear of an activation: what reads its output
// reads the quantised bytes, so that the output is never stored.
func (f *Flow) dequantizes(n *graph.Node, i int32) bool {
	if f.Kind(i) != ops.Dequantize || n.Outputs[0] == graph.None || f.output[n.Outputs[0]] {
		return false
	}
	out := n.Outputs[0]
	f.Root[out], f.Const[out], f.Through[out] = f.Root[n.Inputs[0]], false, i
	return true
}

// keepStored notes that weights computed before run time by dequantising and
// transposing stay stored as they are quantised, with their scales and zero points beside them.
func (f *Flow) keepStored(n *graph.Node, k ops.Kind) {
	if k != ops.Dequantize && k != ops.Transpose {
		return
	}
	in, out := n.Inputs[0], n.Outputs[0]
	if out == graph.None {
		return
	}
	f.Root[out], f.Beside[out] = f.Root[in], f.Beside[in]
	for _, id := range n.Inputs[1:] {
		if id != graph.None {
			f.Beside[out] = sat.Add(f.Beside[out], f.Res.Infos[id].Bytes())
		}
	}
}

// setConst marks the outputs of a node as constants of their own.
func (f *Flow) setConst(n *graph.Node) {
	for _, id := range n.Outputs {
		if id != graph.None {
			f.Root[id], f.Const[id] = id, true
		}
	}
}

// inputsConst reports whether all inputs of a node are constants.
func (f *Flow) inputsConst(n *graph.Node) bool {
	for _, id := range n.Inputs {
		if id != graph.None && !f.Const[f.Root[id]] {
			return false
		}
	}
	return true
}

// Repeats reports whether an earlier input of n has the same bytes as input k.
func (f *Flow) Repeats(n *graph.Node, k int) bool { return f.earlier.Has(n, k, f.Root) }

// RepeatsName reports whether an earlier input of n is the very tensor that input k is.
func (f *Flow) RepeatsName(n *graph.Node, k int) bool { return f.named.Has(n, k, nil) }

// markOutputs notes that the outputs of a graph escape: they must be written.
func (f *Flow) markOutputs(g *graph.Graph) {
	for _, id := range g.Outputs {
		if id != graph.None {
			f.Escapes[f.Root[id]] = true
		}
	}
}

// Size returns the bytes of a tensor as stored, scaled to the batch, and its stored element type.
func (f *Flow) Size(id graph.ID) (int64, dtype.Type) {
	info := &f.Res.Infos[id]
	if info.Packed > 0 { // no precision changes what is kept in blocks
		return info.Packed, dtype.Uint8
	}
	t := info.Type
	if root := f.Root[id]; root != id && f.Res.Infos[root].Kind == graph.KindTensor {
		t = f.Res.Infos[root].Type
	}
	if f.sizes[id] < 0 {
		f.sizes[id] = f.measure(id, t)
	}
	return f.sizes[id], t
}

// measure returns the bytes of a value stored in type t, over the whole batch.
func (f *Flow) measure(id graph.ID, t dtype.Type) int64 {
	info := &f.Res.Infos[id]
	if info.Kind != graph.KindTensor {
		return f.Scaled(f.Root[id], info.Bytes())
	}
	return f.Scaled(f.Root[id], t.Bytes(info.Shape.Elems()))
}

// Scaled returns bytes times the batch's scale; constants are held once.
func (f *Flow) Scaled(root graph.ID, bytes int64) int64 {
	if f.Res.Scale == 1 || f.Const[root] {
		return bytes
	}
	return int64(float64(bytes) * f.Res.Scale)
}

// Resize returns a zeroed slice of length n in s's storage where that is large enough.
func Resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	s = s[:n]
	clear(s)
	return s
}
