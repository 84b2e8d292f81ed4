package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

var matmulSpecs = []Spec{
	{Op: onnx("MatMul"), Since: 1, Kind: MatMul, Doc: "matrix product, batched and broadcast as numpy does",
		MinIn: 2,
		Infer: func(c *Call) error { return inferMatMul(c, c.Type(0), c.Shape(0), c.Shape(1)) },
		Work:  func(c *Call, k *cost.Cost) { matmulWork(c, k, c.Shape(0), c.Shape(1)) }},
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

func (p product) macs() int64 { return sat.Mul(sat.Mul(p.batch, p.m), sat.Mul(p.k, p.n)) }

// matmulShape is the output shape of a numpy matmul and the product it is.
func matmulShape(c *Call, a, b graph.Shape) (graph.Shape, product, error) {
	if len(a) == 0 || len(b) == 0 {
		return nil, product{}, fmt.Errorf("a matrix product of a scalar: shapes %v and %v", a, b)
	}
	row, col := a, b
	if len(a) == 1 {
		row = graph.Shape{1, a[0]}
	}
	if len(b) == 1 {
		col = graph.Shape{b[0], 1}
	}
	p := product{m: row[len(row)-2], k: row[len(row)-1], n: col[len(col)-1]}
	if col[len(col)-2] != p.k {
		return nil, p, fmt.Errorf("shapes %v and %v do not multiply: inner dimensions %d and %d", a, b, p.k, col[len(col)-2])
	}
	out, err := c.Broadcast(row[:len(row)-2], col[:len(col)-2])
	if err != nil {
		return nil, p, err
	}
	p.batch = out.Elems()
	full := append(c.NewShape(len(out) + 2)[:0], out...)
	if len(a) > 1 {
		full = append(full, p.m)
	}
	if len(b) > 1 {
		full = append(full, p.n)
	}
	return full, p, nil
}

func inferMatMul(c *Call, t dtype.Type, a, b graph.Shape) error {
	out, _, err := matmulShape(c, a, b)
	if err != nil {
		return err
	}
	c.SetOut(0, t, out...)
	return nil
}

func matmulWork(c *Call, k *cost.Cost, a, b graph.Shape) {
	if _, p, err := matmulShape(c, a, b); err == nil {
		k.AddMACs(c.Type(0), p.macs())
	}
}

// gemmProduct reads the product of a Gemm from its shapes and transposition attributes.
func gemmProduct(c *Call) (product, error) {
	a, b := c.Shape(0), c.Shape(1)
	if len(a) != 2 || len(b) != 2 {
		return product{}, fmt.Errorf("operator Gemm takes matrices, got shapes %v and %v", a, b)
	}
	p := product{batch: 1, m: a[0], k: a[1], n: b[1]}
	kb := b[0]
	if c.Int("transA", 0) != 0 {
		p.m, p.k = a[1], a[0]
	}
	if c.Int("transB", 0) != 0 {
		p.n, kb = b[0], b[1]
	}
	if p.k != kb {
		return p, fmt.Errorf("shapes %v and %v do not multiply: inner dimensions %d and %d", a, b, p.k, kb)
	}
	return p, nil
}

func inferGemm(c *Call) error {
	p, err := gemmProduct(c)
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), p.m, p.n)
	return nil
}

func gemmWork(c *Call, k *cost.Cost) {
	p, _ := gemmProduct(c)
	k.AddMACs(c.Type(0), p.macs())
	if c.Has(2) { // the bias
		k.AddWork(cost.Vector, c.Type(0), OutElems(c, 0))
	}
}

func inferDet(c *Call) error {
	in := c.Shape(0)
	if len(in) < 2 || in[len(in)-1] != in[len(in)-2] {
		return fmt.Errorf("determinant of %v: expected square matrices", in)
	}
	c.SetOut(0, c.Type(0), in[:len(in)-2]...)
	return nil
}

// detWork is LU decomposition: 2/3 n^3 FLOP a matrix (Golub and Van Loan).
func detWork(c *Call, k *cost.Cost) {
	in := c.Shape(0)
	n := in[len(in)-1]
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(OutElems(c, 0), sat.Mul(2*n, sat.Mul(n, n)))/3)
}
