package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// packedBatch returns the samples and their longest sequence: tokens of all samples lie in one row; the token offsets
// [batch, seq] of input i say how they divide.
func packedBatch(c *Call, i int) (batch, seq int64) {
	if s := c.Shape(i); len(s) == 2 {
		return s[0], s[1]
	}
	return 1, c.Shape(0)[0]
}

// packedProjected returns the heads of packed attention, whose input holds tokens without padding
// [tokens, hidden] and whose weights make queries, keys and values together. batch and seq are
// those of the token offsets, input 3.
func packedProjected(c *Call) (h heads, err error) {
	x, w, n := c.Shape(0), c.Shape(1), c.Int("num_heads", 0)
	if len(x) != 2 || len(w) != 2 || n < 1 || w[0] != x[1] {
		return h, fmt.Errorf("packed attention takes [tokens, hidden] and weights [hidden, q+k+v], got %v and %v", x, w)
	}
	q, v := valueSizes(c, w[1])
	batch, seq := packedBatch(c, 3)
	return heads{batch, n, seq, seq, q / n, v / n}, nil
}

// inferPackedAttention sets the output [tokens, heads x value size] of PackedAttention.
func inferPackedAttention(c *Call) error {
	h, err := packedProjected(c)
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), c.Shape(0)[0], sat.Mul(h.count, h.dv))
	return nil
}

// packedAttentionWork counts every sample as long as the longest: how long each is, is run-time data.
func packedAttentionWork(c *Call, k *cost.Cost) {
	h, err := packedProjected(c)
	if err != nil {
		return
	}
	tokens, w := c.Shape(0)[0], c.Shape(1)
	k.AddMACs(c.Type(0), sat.Mul(tokens, w.Elems()))
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(tokens, w[1]))
	h.addWork(c.Type(0), k)
}

// packedMHA reads query [tokens, hidden], or [tokens, heads, 3, size] with key and value packed in.
func packedMHA(c *Call) (h heads, err error) {
	q, v, n := c.Shape(0), c.Shape(2), c.Int("num_heads", 0)
	if n < 1 || len(q) != 2 && len(q) != 4 {
		return h, fmt.Errorf("packed attention takes [tokens, hidden] or [tokens, heads, 3, size], got %v", q)
	}
	batch, seq := packedBatch(c, 4)
	size := q[len(q)-1]
	if len(q) == 2 {
		size /= n
	}
	h = heads{batch, n, seq, seq, size, size}
	if len(v) == 2 {
		h.dv = v[1] / n
	}
	return h, nil
}

// inferPackedMHA sets the output [tokens, heads x value size] of PackedMultiHeadAttention.
func inferPackedMHA(c *Call) error {
	h, err := packedMHA(c)
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), c.Shape(0)[0], sat.Mul(h.count, h.dv))
	return nil
}

// packedMHAWork counts the products of attention over the padded sequence, an upper bound.
func packedMHAWork(c *Call, k *cost.Cost) {
	if h, err := packedMHA(c); err == nil {
		h.addWork(c.Type(0), k)
	}
}

// orderedAttention reads QOrderedAttention: weights of query, key and value are inputs 5 to 7.
func orderedAttention(c *Call) (h heads, err error) {
	x, q, v, n := c.Shape(0), c.Shape(5), c.Shape(7), c.Int("num_heads", 0)
	if len(x) != 3 || len(q) != 2 || len(v) != 2 || c.Rank(6) != 2 || n < 1 {
		return h, fmt.Errorf("QOrderedAttention takes [batch, seq, hidden] and three weights, got %v, %v, %v", x, q, v)
	}
	return heads{x[0], n, x[1], x[1], q[1] / n, v[1] / n}, nil
}

// inferOrderedAttention sets the output [batch, seq, heads x value size] of QOrderedAttention.
func inferOrderedAttention(c *Call) error {
	h, err := orderedAttention(c)
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), h.batch, h.sq, sat.Mul(h.count, h.dv))
	return nil
}

// orderedAttentionWork counts the projections to queries, keys and values, inputs 5 to 7, their
// biases, and attention.
func orderedAttentionWork(c *Call, k *cost.Cost) {
	h, err := orderedAttention(c)
	if err != nil {
		return
	}
	rows := sat.Mul(h.batch, h.sq)
	for i := 5; i <= 7; i++ {
		k.AddMACs(c.Type(0), sat.Mul(rows, c.Shape(i).Elems()))
		k.AddWork(cost.Vector, c.Type(0), sat.Mul(rows, c.Shape(i)[1]))
	}
	h.addWork(c.Type(0), k)
}

// longformer reads LongformerAttention: every query meets the keys up to attribute window before and behind it.
func longformer(c *Call) (h heads, err error) {
	x, w, n := c.Shape(0), c.Shape(1), c.Int("num_heads", 0)
	if len(x) != 3 || len(w) != 2 || n < 1 || w[0] != x[2] {
		return h, fmt.Errorf("LongformerAttention takes [batch, seq, hidden] and weights [hidden, q+k+v], got %v and %v "+
			"with %d heads", x, w, n)
	}
	size := w[1] / 3 / n
	keys := min(x[1], sat.Add(sat.Mul(2, max(c.Int("window", 0), 0)), 1))
	return heads{x[0], n, x[1], keys, size, size}, nil
}

// inferLongformer sets the output [batch, seq, heads x value size] of LongformerAttention.
func inferLongformer(c *Call) error {
	h, err := longformer(c)
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), h.batch, h.sq, sat.Mul(h.count, h.dv))
	return nil
}

// longformerWork counts the projections that serve global tokens in full, and no scores for those:
// which tokens are global is run-time data.
func longformerWork(c *Call, k *cost.Cost) {
	h, err := longformer(c)
	if err != nil {
		return
	}
	rows := sat.Mul(h.batch, h.sq)
	for _, i := range []int{1, 4} {
		if w := c.Shape(i); len(w) == 2 {
			k.AddMACs(c.Type(0), sat.Mul(rows, w.Elems()))
			k.AddWork(cost.Vector, c.Type(0), sat.Mul(rows, w[1]))
		}
	}
	h.addWork(c.Type(0), k)
	k.AddWork(cost.Vector, c.Type(0), h.scores()) // the mask
}
