// Package ops holds everything the tool knows about each operator, one row each.
//
// To add an operator, add one Spec to the slice of its family (elementwise.go,
// conv.go, …) and one case to testdata. Nothing else lists operators: lowering, timing and counting
// go by the row's Kind. Only patterns of small operators, such as a layer normalisation written out, name theirs.
//
// A new Kind is a constant and a row in kind.go. Tests then demand a class of kernel (roofline/lower/class.go)
// and a group for counting (graph/conventions/group.go).
package ops

import (
	"sync"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A Spec is everything the tool knows about one version of one operator.
type Spec struct {
	Op    graph.OpID
	Since int    // first opset version that this row describes
	Kind  Kind   // decides fusion, kernel class, memory layout and how tools count it
	Doc   string // one line, printed by "ridgepoint ops"
	MinIn int    // how many leading inputs are required; the engine refuses a node with fewer

	Autocast Autocast // what PyTorch's autocast does to it, unless it does matrix work
	Weights  int      // input that holds the second factor of matrix work; 0 stands for 1
	Bias     int      // input that matrix work adds to output 0; 0 for none

	// Type is the element type of output 0 where its shape cannot be told; nil: that of the first input.
	Type func(*Call) dtype.Type

	// Infer sets the type and shape of every output that is present.
	Infer func(*Call) error
	// Work adds the arithmetic to the cost. It is nil only where there is none:
	// views, data movement and metadata.
	Work func(*Call, *cost.Cost)
	// Bytes overrides the byte rule, which is that each distinct operand crosses memory once.
	Bytes func(*Call, *cost.Cost)
	// Fold computes the values of small outputs from known input values; nil where no shape ever depends on them.
	// It is called after Infer, only when output 0 is wanted and every output is a tensor of at most graph.MaxFold
	// elements.
	Fold func(*Call) error
}

// An Autocast says what PyTorch's autocast does to the operands of an operator.
type Autocast uint8

// The policies. Matrix work lowers whatever its row says.
const (
	Promotes Autocast = iota // works and stores in the widest type among its operands
	Lowers                   // casts operands to the lower type and stores in it
	Fuses                    // reads what there is, works and stores in fp32: softmax, sums
	Widens                   // casts operands to fp32 and stores in it
)

// Class returns how the operator fuses with its neighbours.
func (s *Spec) Class() cost.Class { return s.Kind.Class() }

// WeightInput returns the input that holds the second factor of matrix work.
func (s *Spec) WeightInput() int {
	if s.Weights > 0 {
		return s.Weights
	}
	return 1
}

// withKind returns the row with another kind.
func (s Spec) withKind(k Kind) Spec {
	s.Kind = k
	return s
}

// withAutocast returns the row with another autocast policy.
func (s Spec) withAutocast(a Autocast) Spec {
	s.Autocast = a
	return s
}

// A Family is a named group of rows, one file each.
type Family struct {
	Name  string
	Specs []Spec
}

var index = sync.OnceValue(func() map[graph.OpID][]*Spec {
	m := make(map[graph.OpID][]*Spec)
	for _, f := range Families() {
		for i := range f.Specs {
			s := &f.Specs[i]
			m[s.Op] = append(m[s.Op], s)
		}
	}
	return m
})

// Lookup finds the row for an operator at an opset version: that with the
// greatest Since not above it. It returns nil if there is none.
func Lookup(op graph.OpID, version int) *Spec {
	var best *Spec
	for _, s := range index()[op] {
		if s.Since <= version && (best == nil || s.Since > best.Since) {
			best = s
		}
	}
	return best
}

// First finds the row of the first version of an operator. It returns nil if there is none.
func First(op graph.OpID) *Spec {
	var best *Spec
	for _, s := range index()[op] {
		if best == nil || s.Since < best.Since {
			best = s
		}
	}
	return best
}

// always returns a row's Type that depends on nothing.
func always(t dtype.Type) func(*Call) dtype.Type { return func(*Call) dtype.Type { return t } }

// typeOf returns a row's Type that is the type of input i.
func typeOf(i int) func(*Call) dtype.Type { return func(c *Call) dtype.Type { return c.Type(i) } }

// TypeOf returns the element type of output i of a node whose shapes are not known, Undefined where that is not known
// either: rows tell it of output 0, bodies of all that they hand out.
func TypeOf(s *Spec, c *Call, i int) dtype.Type {
	if t, ok := c.bodyType(i); ok {
		return t
	}
	if i > 0 {
		return dtype.Undefined
	}
	if s.Type != nil {
		return s.Type(c)
	}
	return c.Type(0)
}
