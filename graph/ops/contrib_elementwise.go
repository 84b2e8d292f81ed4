package ops

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// activationOps returns the vector and special operations an element of the activation that an attribute names,
// in any case; none for an empty name. A name that is not known is taken for a tanh of a scaled element.
func activationOps(name string) (vector, special int64) {
	switch strings.ToLower(name) {
	case "", "none", "identity":
		return 0, 0
	case "relu":
		return 1, 0
	case "tanh":
		return 0, 1
	case "leakyrelu", "clip":
		return 2, 0
	case "hardsigmoid":
		return 4, 0
	case "sigmoid":
		return 1, 2
	case "silu", "swish", "swiglu":
		return 2, 2
	case "gelu":
		return 4, 1
	case "fastgelu":
		return 8, 1
	}
	return 1, 1
}

// addActivation adds the work of attribute activation on n elements.
func addActivation(c *Call, k *cost.Cost, t dtype.Type, n int64) {
	vector, special := activationOps(c.Str("activation", ""))
	if vector > 0 {
		k.AddWork(cost.Vector, t, sat.Mul(vector, n))
	}
	if special > 0 {
		k.AddWork(cost.Special, t, sat.Mul(special, n))
	}
}

// activated adds to inner the activation that attribute activation names.
func activated(inner func(*Call, *cost.Cost)) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		inner(c, k)
		addActivation(c, k, c.Type(0), OutElems(c, 0))
	}
}

// biased returns work with one vector operation more if input i, a bias, is present.
func biased(i int, vector, special int64) func(*Call, *cost.Cost) {
	plain := work(vector, special)
	return func(c *Call, k *cost.Cost) {
		plain(c, k)
		if c.Has(i) {
			k.AddWork(cost.Vector, arithmetic(c), OutElems(c, 0))
		}
	}
}

// inferBiasSplitGelu halves the last dimension: one half gates the other.
func inferBiasSplitGelu(c *Call) error {
	out := append(c.NewShape(c.Rank(0))[:0], c.Shape(0)...)
	if len(out) == 0 {
		return fmt.Errorf("BiasSplitGelu takes [batch, seq, channels], got a scalar")
	}
	out[len(out)-1] /= 2
	c.SetOut(0, c.Type(0), out...)
	return nil
}

// inferBiasDropout sets the outputs: the mask is one bool an element.
func inferBiasDropout(c *Call) error {
	c.SetOut(0, c.Type(0), c.Shape(0)...)
	c.SetOut(1, dtype.Bool, c.Shape(0)...)
	return nil
}

// inferBitmask sets the outputs: the mask packs 32 elements into each number.
func inferBitmask(c *Call) error {
	c.SetOut(0, c.Type(0), c.Shape(0)...)
	c.SetOut(1, dtype.Uint32, ceilDiv(c.Shape(0).Elems(), 32))
	return nil
}

// inferMurmur sets the outputs: attribute positive says whether the hash is unsigned.
func inferMurmur(c *Call) error {
	t := dtype.Uint32
	if c.Int("positive", 1) == 0 {
		t = dtype.Int32
	}
	c.SetOut(0, t, c.Shape(0)...)
	return nil
}

// allInputs returns vector operations for each element of every input.
func allInputs(ops int64) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		for i := range c.Node.Inputs {
			if in := c.In(i); in != nil {
				k.AddWork(cost.Vector, in.Type, sat.Mul(ops, in.Shape.Elems()))
			}
		}
	}
}
