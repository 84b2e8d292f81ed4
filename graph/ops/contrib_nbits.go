package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// Weights of few bits are stored packed in uint8 tensors, so that the byte rule counts them as they are
// stored, with their scales and zero points beside them.

// weightProduct returns the product of input 0, [.., k], by n x k weights. They are the truth where the input's size is
// a bound.
func weightProduct(c *Call, k, n int64) (product, error) {
	a := c.extent(0)
	c.upper = c.upper || a.upper
	if len(a.shape) == 0 || k < 1 || n < 1 || !a.upper && a.last(1).n != k {
		return product{}, fmt.Errorf("weights of %d outputs and %d inputs do not fit an input of %v", n, k, a.shape)
	}
	return product{1, a.shape[:len(a.shape)-1].Elems(), k, n}, nil
}

// setRows sets output i to input 0 with n features.
func setRows(c *Call, i int, n int64) {
	a := c.Shape(0)
	c.SetOut(i, c.Type(0), append(append(c.NewShape(len(a))[:0], a[:len(a)-1]...), n)...)
}

// nBits reads the sizes from attributes K and N; transB = 0, which MatMulBnb4 knows, turns the weights round.
func nBits(c *Call) (product, error) {
	k, n := c.Int("K", 0), c.Int("N", 0)
	if c.Int("transB", 1) == 0 {
		k, n = n, k
	}
	return weightProduct(c, k, n)
}

// inferNBits sets the output of a matmul with weights of few bits: the rows of the input times n
// columns.
func inferNBits(c *Call) error {
	p, err := nBits(c)
	if err != nil {
		return err
	}
	setRows(c, 0, p.n)
	return nil
}

// addWeightWork counts work: the product runs in A's type; every weight is shifted and scaled once.
func addWeightWork(c *Call, k *cost.Cost, p product, bias bool) {
	k.AddMACs(c.Type(0), p.macs())
	vector := sat.Mul(2, sat.Mul(p.k, p.n))
	if bias {
		vector = sat.Add(vector, sat.Mul(p.m, p.n))
	}
	k.AddWork(cost.Vector, c.Type(0), vector)
}

// nBitsWork counts multiply-adds, the unpacking of weights and the bias, input 5.
func nBitsWork(c *Call, k *cost.Cost) {
	if p, err := nBits(c); err == nil {
		addWeightWork(c, k, p, c.Has(5))
	}
}

// blockFp reads the sizes from the weights [n, k], two in a byte for 4 bits.
func blockFp(c *Call) (product, error) {
	w := c.Shape(1)
	if len(w) != 2 {
		return product{}, fmt.Errorf("block-scaled weights %v: expected [outputs, inputs]", w)
	}
	k := w[1]
	if c.Type(1) == dtype.Uint8 {
		k = sat.Mul(2, k)
	}
	return weightProduct(c, k, w[0])
}

// inferBlockFp sets the output of a matmul with weights in blocks of one exponent each.
func inferBlockFp(c *Call) error {
	p, err := blockFp(c)
	if err != nil {
		return err
	}
	setRows(c, 0, p.n)
	return nil
}

// blockFpWork counts multiply-adds, unpacking and the bias, whose place depends on the type of the
// weights.
func blockFpWork(c *Call, k *cost.Cost) {
	p, err := blockFp(c)
	if err != nil {
		return
	}
	bias := 4
	if c.Type(1) == dtype.Uint8 {
		bias = 5
	}
	addWeightWork(c, k, p, c.Has(bias))
}

// addNormWork counts the RMS normalisation before fused projections: 4 operations an element, and a sum with the
// residual in input 1.
func addNormWork(c *Call, k *cost.Cost) {
	n := c.Shape(0).Elems()
	if c.Has(1) {
		k.AddWork(cost.Vector, c.Type(0), n)
	}
	if c.Has(2) {
		k.AddWork(cost.Vector, c.Type(0), sat.Mul(4, n))
	}
}

// inferNBitsMlp sets the outputs: the gated product, and the residual sum.
func inferNBitsMlp(c *Call) error {
	if err := inferNBits(c); err != nil {
		return err
	}
	c.SetOut(1, c.Type(0), c.Shape(0)...)
	return nil
}

// nBitsMlpWork counts a gated perceptron: normalisation, the two matmuls with weights of few bits,
// and the activation.
func nBitsMlpWork(c *Call, k *cost.Cost) {
	p, err := nBits(c)
	if err != nil {
		return
	}
	addNormWork(c, k)
	addWeightWork(c, k, p, c.Has(5))
	addWeightWork(c, k, p, c.Has(8))
	addActivation(c, k, c.Type(0), OutElems(c, 0))
	k.AddWork(cost.Vector, c.Type(0), OutElems(c, 0))
}

// inferNBitsQkv sets the outputs: query, key, value, and the residual sum.
func inferNBitsQkv(c *Call) error {
	for i, n := range []int64{c.Int("Nq", 0), c.Int("Nkv", 0), c.Int("Nkv", 0)} {
		p, err := weightProduct(c, c.Int("K", 0), n)
		if err != nil {
			return err
		}
		setRows(c, i, p.n)
	}
	c.SetOut(3, c.Type(0), c.Shape(0)...)
	return nil
}

// nBitsQkvWork counts the three matmuls of queries, keys and values, of Nq, Nkv and Nkv columns,
// behind a normalisation.
func nBitsQkvWork(c *Call, k *cost.Cost) {
	addNormWork(c, k)
	for i, n := range []int64{c.Int("Nq", 0), c.Int("Nkv", 0), c.Int("Nkv", 0)} {
		if p, err := weightProduct(c, c.Int("K", 0), n); err == nil {
			addWeightWork(c, k, p, c.Has(5+3*i))
		}
	}
}

// inferFpQ4 sets the outputs: the shape of the packed weights is input 2.
func inferFpQ4(c *Call) error {
	b := c.Value(2)
	if b == nil {
		unknownOut(c, 0)
		return nil
	}
	if b.Len() != 2 {
		return fmt.Errorf("weights of shape %v, expected two dimensions", b.Ints)
	}
	p, err := weightProduct(c, b.Int(0), b.Int(1))
	if err != nil {
		return err
	}
	setRows(c, 0, p.n)
	return nil
}

// fpQ4Work counts a matmul with weights of 4 bits; their shape [k, n] is input 2. A shape that only
// run time knows counts nothing.
func fpQ4Work(c *Call, k *cost.Cost) {
	b := c.Value(2)
	if b == nil || b.Len() != 2 {
		return
	}
	if p, err := weightProduct(c, b.Int(0), b.Int(1)); err == nil {
		addWeightWork(c, k, p, false)
	}
}

// inferGatherQuantized sets the outputs: uint8 data holds 8/bits values a byte along the last axis.
func inferGatherQuantized(c *Call) error {
	data, idx := c.Shape(0), c.Shape(1)
	axis, err := Axis(c.Int("gather_axis", 0), len(data))
	if err != nil {
		return err
	}
	out := append(c.NewShape(len(data) + len(idx))[:0], data[:axis]...)
	out = append(append(out, idx...), data[axis+1:]...)
	if bits := c.Int("bits", 4); c.Type(0) == dtype.Uint8 && axis < len(data)-1 && (bits == 2 || bits == 4) {
		out[len(out)-1] = sat.Mul(8/bits, out[len(out)-1])
	}
	c.SetOut(0, c.Type(2), out...)
	return nil
}

// gatherQuantizedBytes counts bytes: of data, scales and zero points only the entries named are read.
func gatherQuantizedBytes(c *Call, k *cost.Cost) {
	data := c.Shape(0)
	axis, err := Axis(c.Int("gather_axis", 0), len(data))
	if err != nil {
		return
	}
	for i := range c.Node.Inputs {
		if i == 1 || !c.Has(i) {
			ReadAll(c, k, i)
			continue
		}
		ReadBytes(c, k, i, share(c.In(i).Bytes(), c.Shape(1).Elems(), data[axis]))
	}
	WriteAll(c, k)
}
