package ops

import (
	"errors"
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// ErrTooLarge says why a tensor of more than graph.MaxElems elements is refused.
var ErrTooLarge = errors.New("more than 2^46 elements")

// A Span is a range of executed steps, as recorded by Runner.Body.
type Span struct{ From, To int }

// A Runner lets control-flow operators run the bodies they hold. Package infer provides it.
type Runner interface {
	// Body infers the nodes of a subgraph with the given inputs and records them as executed times times.
	Body(g *graph.Graph, args []graph.Info, times int64) (Span, error)
	// SpanCost is what the steps of a span cost together.
	SpanCost(Span) cost.Cost
	// Discard takes a span back: its steps are not executed.
	Discard(Span)
	// Doubt says that a span might be executed in place of what is counted for the current node.
	Doubt(Span)
	// TripCount is what the user said a loop of unknown length runs for, 0 if nothing was said.
	TripCount() int64
	// Note records a note whose first argument is the current node; args are the others.
	Note(code note.Code, args ...any)
}

// A Call is one node being inferred and costed: its inputs known, its outputs to be set.
type Call struct {
	Node   *graph.Node
	Model  *graph.Model
	Run    Runner
	infos  []graph.Info
	arena  *Arena
	upper  bool   // something read so far is only an upper bound
	failed error  // first error of SetOut
	win    window // scratch of newWindow: a node has one at a time
	cost   cost.Cost

	earlier graph.Earlier
}

// NewCall makes a call context over the table of tensor facts; Reset points it at a node.
func NewCall(m *graph.Model, infos []graph.Info, arena *Arena, run Runner) *Call {
	return &Call{Model: m, infos: infos, arena: arena, Run: run}
}

// Reset points the call at the next node.
func (c *Call) Reset(n *graph.Node) { c.Node, c.upper, c.failed = n, false, nil }

// Failed returns the first error met by SetOut and its kin since Reset.
func (c *Call) Failed() error { return c.failed }

// Errorf makes an error; the engine adds which node it is about.
func (c *Call) Errorf(format string, args ...any) error { return fmt.Errorf(format, args...) }

// NumIn returns the number of inputs, omitted ones in between included.
func (c *Call) NumIn() int { return len(c.Node.Inputs) }

// NumOut returns the number of outputs, omitted ones in between included.
func (c *Call) NumOut() int { return len(c.Node.Outputs) }

// Has reports whether input i is present.
func (c *Call) Has(i int) bool { return i < len(c.Node.Inputs) && c.Node.Inputs[i] != graph.None }

// HasOut reports whether output i is wanted.
func (c *Call) HasOut(i int) bool { return i < len(c.Node.Outputs) && c.Node.Outputs[i] != graph.None }

// In returns what is known of input i, nil if it is absent.
func (c *Call) In(i int) *graph.Info {
	if !c.Has(i) {
		return nil
	}
	info := &c.infos[c.Node.Inputs[i]]
	c.upper = c.upper || info.Upper
	return info
}

// Shape returns the shape of input i, nil if absent. Do not modify it.
func (c *Call) Shape(i int) graph.Shape {
	if info := c.In(i); info != nil {
		return info.Shape
	}
	return nil
}

// Rank returns the number of dims of input i.
func (c *Call) Rank(i int) int { return len(c.Shape(i)) }

// Type returns the element type of input i, Undefined if absent.
func (c *Call) Type(i int) dtype.Type {
	if !c.Has(i) {
		return dtype.Undefined
	}
	return c.infos[c.Node.Inputs[i]].Type
}

// Value returns the contents of input i, nil if absent or unknown.
func (c *Call) Value(i int) *graph.Value {
	if !c.Has(i) {
		return nil
	}
	v := c.infos[c.Node.Inputs[i]].Value
	if v != nil && v.Upper {
		c.upper = true
	}
	return v
}

// IsInit reports whether input i is an initializer.
func (c *Call) IsInit(i int) bool {
	return c.Has(i) && c.Model.Tensors[c.Node.Inputs[i]].Kind == graph.FromInitializer
}

// Out returns what is known of output i, nil if it is not wanted.
func (c *Call) Out(i int) *graph.Info {
	if !c.HasOut(i) {
		return nil
	}
	return &c.infos[c.Node.Outputs[i]]
}

// SetOut sets the type and shape of output i, copying the shape. An output that is not wanted is ignored.
// The shape is marked an upper bound if any shape or value read by this call was one.
// Negative dims and tensors over graph.MaxElems are refused: see Failed.
func (c *Call) SetOut(i int, t dtype.Type, shape ...int64) {
	c.setOut(i, t, shape, c.upper)
}

// SetOutUpper does as SetOut, for a shape that depends on run-time data, given as its upper bound.
func (c *Call) SetOutUpper(i int, t dtype.Type, shape ...int64) { c.setOut(i, t, shape, true) }

// SetOutExact does as SetOut, for a shape that is exact whatever was read, such as the output of Shape.
func (c *Call) SetOutExact(i int, t dtype.Type, shape ...int64) { c.setOut(i, t, shape, false) }

// setOut sets type and shape of output i and refuses negative dimensions. upper says that shape is
// only a bound, as after NonZero. Outputs that the node omits are passed over.
func (c *Call) setOut(i int, t dtype.Type, shape []int64, upper bool) {
	if !c.HasOut(i) {
		return
	}
	n := int64(1)
	for _, d := range shape {
		if d < 0 {
			c.fail(fmt.Errorf("output %d would have shape %v: a dimension is negative", i, shape))
			return
		}
		n = sat.Mul(n, d)
	}
	if n > graph.MaxElems {
		c.fail(fmt.Errorf("output %d would have shape %v: %w", i, shape, ErrTooLarge))
		return
	}
	c.infos[c.Node.Outputs[i]] = graph.Info{Kind: graph.KindTensor, Type: t, Shape: c.arena.Copy(shape), Upper: upper}
}

// SetInfo sets output i to a whole description: sequences, optionals, maps, or another tensor's facts.
func (c *Call) SetInfo(i int, info graph.Info) {
	if c.HasOut(i) {
		c.infos[c.Node.Outputs[i]] = info
	}
}

// SetInts sets the contents of output i, an integer or bool tensor. The slice is kept.
func (c *Call) SetInts(i int, v []int64) {
	if out := c.Out(i); out != nil {
		out.Value = &graph.Value{Ints: v, Upper: c.upper}
	}
}

// SetFloats sets the contents of output i, a floating-point tensor. The slice is kept; in a float32
// tensor each value is rounded as the runtime would, since a floor may follow.
func (c *Call) SetFloats(i int, v []float64) {
	if out := c.Out(i); out != nil {
		if out.Type == dtype.Float32 {
			for k := range v {
				v[k] = float64(float32(v[k]))
			}
		}
		out.Value = &graph.Value{Floats: v, Upper: c.upper}
	}
}

// fail keeps the first error of the node; later ones follow from it.
func (c *Call) fail(err error) {
	if c.failed == nil {
		c.failed = err
	}
}

// NewShape returns a zeroed shape of rank n for scratch use and for SetOut.
func (c *Call) NewShape(n int) graph.Shape { return c.arena.Shape(n) }

// Int returns an integer attribute, def if absent.
func (c *Call) Int(name string, def int64) int64 {
	if a := c.Node.Attr(name); a != nil && a.Kind == graph.AttrInt {
		return a.Int
	}
	return def
}

// Float returns a floating-point attribute, def if absent.
func (c *Call) Float(name string, def float64) float64 {
	if a := c.Node.Attr(name); a != nil && a.Kind == graph.AttrFloat {
		return a.Float
	}
	return def
}

// Str returns a string attribute, def if absent.
func (c *Call) Str(name, def string) string {
	if a := c.Node.Attr(name); a != nil && a.Kind == graph.AttrString {
		return a.Str
	}
	return def
}

// Ints returns an integer-list attribute, nil if absent.
func (c *Call) Ints(name string) []int64 {
	if a := c.Node.Attr(name); a != nil && a.Kind == graph.AttrInts {
		return a.Ints
	}
	return nil
}

// Body returns a subgraph attribute, nil if absent.
func (c *Call) Body(name string) *graph.Graph {
	if a := c.Node.Attr(name); a != nil {
		return a.Graph
	}
	return nil
}

// Axis turns a possibly negative axis into 0 … rank-1.
func Axis(axis int64, rank int) (int, error) {
	a := axis
	if a < 0 {
		a += int64(rank)
	}
	if a < 0 || a >= int64(rank) {
		return 0, fmt.Errorf("axis %d is outside a tensor of rank %d", axis, rank)
	}
	return int(a), nil
}

// An Arena hands out shapes from large blocks; Reset takes them all back at once.
type Arena struct {
	buf     []int64
	used    int
	members int // of sequences, each described by itself
}

// maxMembers bounds the members of all sequences of a model that are described one by one. A chain of nodes that each
// add one copies the list at every node.
const maxMembers = 1 << 18

// affords counts n members of a sequence and reports whether they may be described one by one.
func (a *Arena) affords(n int) bool {
	a.members += n
	return a.members <= maxMembers
}

// Reset takes back every shape handed out since the last Reset.
func (a *Arena) Reset() { a.used, a.members = 0, 0 }

// Shape returns a zeroed shape of rank n.
func (a *Arena) Shape(n int) graph.Shape {
	if a.used+n > len(a.buf) {
		a.buf, a.used = make([]int64, max(4096, 2*len(a.buf), n)), 0
	}
	s := a.buf[a.used : a.used+n : a.used+n]
	a.used += n
	clear(s)
	return s
}

// Copy returns a copy of s.
func (a *Arena) Copy(s []int64) graph.Shape {
	t := a.Shape(len(s))
	copy(t, s)
	return t
}
