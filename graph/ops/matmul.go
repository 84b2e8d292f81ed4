package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

var matmulSpecs = []Spec{
	{Op: onnx("MatMul"), Since: 1, Kind: MatMul, Doc: "matrix product, batched and broadcast as numpy does",
		MinIn: 2,
		Infer: func(c *Call) error { return inferMatMul(c, c.Type(0), c.extent(0), c.extent(1)) },
		Work:  func(c *Call, k *cost.Cost) { matmulWork(c, k, c.extent(0), c.extent(1)) }},
	{Op: onnx("Gemm"), Since: 1, Kind: Gemm, Doc: "alpha A B + beta C, A and B optionally transposed", MinIn: 2,
		Bias:  2,
		Infer: inferGemm, Work: gemmWork},
	{Op: onnx("Einsum"), Since: 12, Kind: Einsum, Doc: "sum of products by an index equation", MinIn: 1,
		Infer: inferEinsum, Work: einsumWork},
	{Op: onnx("Det"), Since: 11, Kind: Opaque, Doc: "determinants of square matrices", MinIn: 1,
		Infer: inferDet, Work: detWork},
}

// A product is batch products of an M x K by a K x N matrix.
type product struct{ batch, m, k, n int64 }

// macs returns the multiply-adds batch x m x k x n, saturated at the largest int64.
func (p product) macs() int64 { return sat.Mul(sat.Mul(p.batch, p.m), sat.Mul(p.k, p.n)) }

// matmulShape returns the output shape of a numpy matmul and the product it is.
func matmulShape(c *Call, a, b extent) (extent, product, error) {
	if len(a.shape) == 0 || len(b.shape) == 0 {
		return extent{}, product{}, fmt.Errorf("a matrix product of a scalar: shapes %v and %v", a.shape, b.shape)
	}
	p := product{m: 1, n: 1}
	full := extent{shape: c.NewShape(max(len(a.shape), len(b.shape)) + 1)[:0]}
	inner, other := a.last(1), b.last(min(2, len(b.shape)))
	k, ok := agree(inner, other)
	if p.k = k.n; !ok {
		return full, p, fmt.Errorf("shapes %v and %v do not multiply: inner dimensions %d and %d", a.shape, b.shape, inner.n,
			other.n)
	}
	out, err := c.broadcast(a.stack(), b.stack())
	if err != nil {
		return full, p, err
	}
	p.batch, full.upper = out.shape.Elems(), out.upper
	full.shape = append(full.shape, out.shape...)
	if len(a.shape) > 1 {
		p.m, full.upper = a.last(2).n, full.upper || a.upper
		full.shape = append(full.shape, p.m)
	}
	if len(b.shape) > 1 {
		p.n, full.upper = b.last(1).n, full.upper || b.upper
		full.shape = append(full.shape, p.n)
	}
	return full, p, nil
}

// stack returns the dimensions before those of a matrix.
func (e extent) stack() extent { return extent{e.shape[:max(len(e.shape)-2, 0)], e.upper} }

// inferMatMul sets the output of a x b in type t: matrices in the last two dimensions, the others
// broadcast.
func inferMatMul(c *Call, t dtype.Type, a, b extent) error {
	out, _, err := matmulShape(c, a, b)
	if err != nil {
		return err
	}
	c.setExtent(0, t, out)
	return nil
}

// matmulWork counts the multiply-adds of a x b in the type of the first operand.
func matmulWork(c *Call, k *cost.Cost, a, b extent) {
	if _, p, err := matmulShape(c, a, b); err == nil {
		k.AddMACs(c.Type(0), p.macs())
	}
}

// gemmProduct reads the product of a Gemm from its shapes and transposition attributes.
func gemmProduct(c *Call, a, b extent) (product, error) {
	if len(a.shape) != 2 || len(b.shape) != 2 {
		return product{}, fmt.Errorf("operator %s takes matrices, got shapes %v and %v", c.Node.Op.Type, a.shape, b.shape)
	}
	ta, tb := int(truth[int64](c.Int("transA", 0) != 0)), int(truth[int64](c.Int("transB", 0) != 0))
	inner, other := a.size(1-ta), b.size(tb)
	k, ok := agree(inner, other)
	p := product{batch: 1, m: a.shape[ta], k: k.n, n: b.shape[1-tb]}
	if !ok {
		return p, fmt.Errorf("shapes %v and %v do not multiply: inner dimensions %d and %d", a.shape, b.shape, inner.n,
			other.n)
	}
	c.upper = c.upper || a.upper || b.upper
	return p, nil
}

// inferGemm sets the output [m, n] of Gemm.
func inferGemm(c *Call) error {
	p, err := gemmProduct(c, c.extent(0), c.extent(1))
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), p.m, p.n)
	return nil
}

// gemmWork counts multiply-adds and the bias, one operation for each output element.
func gemmWork(c *Call, k *cost.Cost) {
	p, _ := gemmProduct(c, c.extent(0), c.extent(1))
	k.AddMACs(c.Type(0), p.macs())
	if c.Has(2) { // the bias
		k.AddWork(cost.Vector, c.Type(0), OutElems(c, 0))
	}
}

// inferDet sets one determinant for each square matrix of the last two dimensions.
func inferDet(c *Call) error {
	in := c.Shape(0)
	if len(in) < 2 || in[len(in)-1] != in[len(in)-2] {
		return fmt.Errorf("determinant of %v: expected square matrices", in)
	}
	c.SetOut(0, c.Type(0), in[:len(in)-2]...)
	return nil
}

// detWork counts LU decomposition: 2/3 n^3 FLOP a matrix (Golub and Van Loan).
func detWork(c *Call, k *cost.Cost) {
	in := c.Shape(0)
	n := in[len(in)-1]
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(OutElems(c, 0), sat.Mul(2*n, sat.Mul(n, n)))/3)
}
