package ops

import (
	"cmp"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// weightMACs returns the multiply-adds of each kind of matrix work whose result and weights alone tell them.
var weightMACs = map[Kind]func(c *Call, out, w graph.Shape) int64{
	Conv: slidMACs, DeformableConv: slidMACs, DepthwiseConv: slidMACs, TransposedConv: spreadMACs,
	MatMul: productMACs, Gemm: rowMACs, Recurrent: cellMACs,
}

// WeightWork adds the matrix work of a node whose other operands are not known: its result and its weights tell it.
func WeightWork(s *Spec, c *Call, k *cost.Cost) {
	count, i := weightMACs[s.Kind], s.WeightInput()
	out := c.Out(0)
	if count == nil || out == nil || out.Kind != graph.KindTensor || !c.IsInit(i) || c.Rank(i) < 2 {
		return
	}
	k.AddMACs(cmp.Or(c.Type(0), c.Type(i)), count(c, out.Shape, c.Shape(i)))
}

// slidMACs returns the multiply-adds of a convolution.
func slidMACs(_ *Call, out, w graph.Shape) int64 { return convMACs(out, w) }

// spreadMACs returns the multiply-adds of a transposed convolution: the input has the positions that its window takes
// over the result.
func spreadMACs(c *Call, out, w graph.Shape) int64 {
	spatial := len(out) - 2
	if spatial < 1 || len(w) != len(out) {
		return 0
	}
	win, err := newWindow(c, w[2:], spatial)
	if err != nil {
		return 0
	}
	n := sat.Mul(out[0], w.Elems())
	for i := range spatial {
		at, err := win.out(i, out[2+i])
		if err != nil {
			return 0
		}
		n = sat.Mul(n, at)
	}
	return n
}

// productMACs returns the multiply-adds of a matmul by weights that may be batched.
func productMACs(_ *Call, out, w graph.Shape) int64 { return sat.Mul(out.Elems(), w[len(w)-2]) }

// rowMACs returns the multiply-adds of a product by weights that may be transposed: each result sums over the other
// dimension. Packed weights say it in an attribute.
func rowMACs(c *Call, out, w graph.Shape) int64 {
	summed := "K"
	if c.Int("transB", 1) == 0 {
		summed = "N"
	}
	if k := c.Int(summed, 0); k > 0 {
		return sat.Mul(out.Elems(), k)
	}
	if len(out) == 0 || len(w) != 2 || out[len(out)-1] == 0 {
		return 0
	}
	return sat.Mul(out.Elems(), w.Elems()/out[len(out)-1])
}

// cellMACs returns the multiply-adds of a recurrent layer: each state that it returns comes of the weights of its
// direction, those of the input and of the state before.
func cellMACs(c *Call, out, w graph.Shape) int64 {
	if len(out) < 2 || len(w) != 3 || w[0] == 0 || out[len(out)-1] == 0 || !c.IsInit(2) {
		return 0
	}
	states := out.Elems() / out[len(out)-1]
	return sat.Mul(states, sat.Add(w.Elems(), c.Shape(2).Elems())/w[0])
}
