package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// fusedOperands returns the operands after the optional transposition of their last two dims, or of batch dim and rows.
func fusedOperands(c *Call) (a, b extent) {
	turn := func(e extent, trans, batch bool) extent {
		if len(e.shape) < 2 {
			return e
		}
		out := append(c.NewShape(len(e.shape))[:0], e.shape...)
		n := len(out)
		if batch && n > 2 { // transBatch moves the batch dim behind the rows
			first := out[0]
			copy(out, out[1:n-1])
			out[n-2] = first
		}
		if trans {
			out[n-1], out[n-2] = out[n-2], out[n-1]
		}
		return extent{out, e.upper}
	}
	return turn(c.extent(0), c.Int("transA", 0) != 0, c.Int("transBatchA", 0) != 0),
		turn(c.extent(1), c.Int("transB", 0) != 0, c.Int("transBatchB", 0) != 0)
}

// inferFusedMatMul sets the output of a matmul whose operands are first transposed as attributes
// say.
func inferFusedMatMul(c *Call) error {
	a, b := fusedOperands(c)
	return inferMatMul(c, c.Type(0), a, b)
}

// fusedMatMulWork counts the matmul's multiply-adds, and one operation for each output element
// where alpha is not 1.
func fusedMatMulWork(c *Call, k *cost.Cost) {
	a, b := fusedOperands(c)
	matmulWork(c, k, a, b)
	if c.Float("alpha", 1) != 1 {
		k.AddWork(cost.Vector, c.Type(0), OutElems(c, 0))
	}
}

// gemmFastGeluWork counts a matmul, an optional bias and FastGelu.
func gemmFastGeluWork(c *Call, k *cost.Cost) {
	matmulWork(c, k, c.extent(0), c.extent(1))
	biased(2, 8, 1)(c, k)
}

// inferGemmFloat8 sets the output [m, n] in the type that the attribute dtype names.
func inferGemmFloat8(c *Call) error {
	p, err := gemmProduct(c, c.extent(0), c.extent(1))
	if err != nil {
		return err
	}
	t := dtype.Type(c.Int("dtype", int64(dtype.Float32)))
	if !t.Valid() {
		return fmt.Errorf("attribute dtype is no element type")
	}
	c.SetOut(0, t, p.m, p.n)
	return nil
}

// inferCDist sets the distances [rows of a, rows of b] of two matrices with rows of one length.
func inferCDist(c *Call) error {
	a, b := c.Shape(0), c.Shape(1)
	if len(a) != 2 || len(b) != 2 {
		return fmt.Errorf("CDist takes two matrices, got %v and %v", a, b)
	}
	if _, ok := agree(c.extent(0).size(1), c.extent(1).size(1)); !ok {
		return fmt.Errorf("CDist takes two matrices with rows of one length, got %v and %v", a, b)
	}
	c.SetOut(0, c.Type(0), a[0], b[0])
	return nil
}

// cdistWork counts one multiply-add for each pair of rows and column, and a root for each pair.
func cdistWork(c *Call, k *cost.Cost) {
	k.AddMACs(c.Type(0), sat.Mul(OutElems(c, 0), rowLength(c)))
	k.AddWork(cost.Special, c.Type(0), OutElems(c, 0))
}

// rowLength returns the length of the rows of both matrices.
func rowLength(c *Call) int64 {
	n, _ := agree(c.extent(0).size(1), c.extent(1).size(1))
	return n.n
}

// inverseWork counts inversion by LU: 2 n^3 FLOP a matrix (Golub and Van Loan).
func inverseWork(c *Call, k *cost.Cost) {
	if in := c.Shape(0); len(in) >= 2 {
		k.AddWork(cost.Vector, c.Type(0), sat.Mul(2*in[len(in)-1], in.Elems()))
	}
}
