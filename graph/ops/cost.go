package ops

import (
	"cmp"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// Cost returns the work of the node of an inferred call, and its traffic by the row's rule or the default one.
func Cost(s *Spec, c *Call) cost.Cost {
	k := &c.cost // not a local: it would escape through the row's functions
	*k = cost.Cost{}
	if !anyOut(c) {
		return *k // nothing is wanted of the node, so nothing runs
	}
	if s.Work != nil {
		s.Work(c, k)
	}
	switch {
	case s.Bytes != nil:
		s.Bytes(c, k)
	case s.Class() == cost.View:
	default:
		DefaultBytes(c, k)
	}
	return *k
}

// weightMACs returns the multiply-adds of each kind of matrix work whose result and weights alone tell them.
var weightMACs = map[Kind]func(out, w graph.Shape) int64{
	Conv: convMACs, DeformableConv: convMACs, DepthwiseConv: convMACs, MatMul: rowMACs, Gemm: rowMACs,
}

// rowMACs returns the multiply-adds of a matmul: each result sums over the rows of the weights.
func rowMACs(out, w graph.Shape) int64 {
	if len(out) == 0 || len(w) != 2 || out[len(out)-1] == 0 { // weights of other ranks are batched or packed
		return 0
	}
	return sat.Mul(out.Elems(), w.Elems()/out[len(out)-1])
}

// WeightWork adds the matrix work of a node whose other operands are not known: its result and its weights tell it.
func WeightWork(s *Spec, c *Call, k *cost.Cost) {
	count, i := weightMACs[s.Kind], s.WeightInput()
	out := c.Out(0)
	if count == nil || out == nil || out.Kind != graph.KindTensor || !c.IsInit(i) || c.Rank(i) < 2 {
		return
	}
	k.AddMACs(cmp.Or(c.Type(0), c.Type(i)), count(out.Shape, c.Shape(i)))
}

// anyOut reports whether any output is wanted.
func anyOut(c *Call) bool {
	for i := range c.Node.Outputs {
		if c.HasOut(i) {
			return true
		}
	}
	return false
}

// DefaultBytes adds the traffic of the byte rule: each distinct operand crosses memory once.
func DefaultBytes(c *Call, k *cost.Cost) {
	for i := range c.Node.Inputs {
		ReadAll(c, k, i)
	}
	WriteAll(c, k)
}

// ReadAll adds one full read of input i, nothing if it is absent or repeats an earlier input.
func ReadAll(c *Call, k *cost.Cost, i int) {
	if !c.Has(i) || c.earlier.Has(c.Node, i, nil) {
		return
	}
	ReadBytes(c, k, i, c.infos[c.Node.Inputs[i]].Bytes())
}

// ReadBytes adds n bytes read from input i, to Weights if that is an initializer.
func ReadBytes(c *Call, k *cost.Cost, i int, n int64) {
	if c.IsInit(i) {
		k.Weights = sat.Add(k.Weights, n)
	} else {
		k.Read = sat.Add(k.Read, n)
	}
}

// WriteAll adds one full write of every output that is wanted.
func WriteAll(c *Call, k *cost.Cost) {
	for i := range c.Node.Outputs {
		if out := c.Out(i); out != nil {
			k.Written = sat.Add(k.Written, out.Bytes())
		}
	}
}

// OutElems returns the number of elements of output i, 0 if it is not wanted.
func OutElems(c *Call, i int) int64 {
	if out := c.Out(i); out != nil {
		return out.Shape.Elems()
	}
	return 0
}
