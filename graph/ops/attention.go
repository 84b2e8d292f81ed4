package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

var attentionSpecs = []Spec{
	{Op: onnx("Attention"), Since: 23, Kind: Attention,
		Doc:   "scaled dot-product attention, grouped queries and KV cache included",
		MinIn: 3,
		Infer: inferAttention23, Work: attention23Work, Bytes: attention23Bytes},
	{Op: onnx("RotaryEmbedding"), Since: 23, Kind: Elementwise, Doc: "rotate query or key pairs by position",
		MinIn: 3,
		Infer: inferSame, Work: rotaryWork, Bytes: rotaryBytes},
}

// heads is one attention: batch x heads query rows against keys, each product over the head size.
type heads struct {
	batch, count int64 // query heads; key and value heads only change the traffic
	sq, skv      int64 // query rows, key rows with the past ones
	dqk, dv      int64 // head sizes of queries and keys, and of values
}

// scores returns the number of elements of QK^T.
func (h heads) scores() int64 {
	return sat.Mul(sat.Mul(h.batch, h.count), sat.Mul(h.sq, h.skv))
}

// addWork counts QK^T and AV as matrix work and the softmax between them: scale, max, subtract,
// exp, sum and division by it for each score.
func (h heads) addWork(t dtype.Type, k *cost.Cost) {
	k.AddMACs(t, sat.Mul(h.scores(), h.dqk+h.dv))
	k.AddWork(cost.Vector, t, sat.Mul(5, h.scores()))
	k.AddWork(cost.Special, t, h.scores())
}

// attention23 reads the sizes of an Attention node from 3-D [batch, seq, hidden] or 4-D [batch, heads, seq, size]
// inputs.
func attention23(c *Call) (h heads, kvHeads int64, err error) {
	q, k, v := c.Shape(0), c.Shape(1), c.Shape(2)
	if len(q) != len(k) || len(q) != len(v) || len(q) != 3 && len(q) != 4 {
		return h, 0, fmt.Errorf("operator Attention takes query, key and value of rank 3 or 4, got %v, %v, %v", q, k, v)
	}
	if len(q) == 4 {
		h = heads{q[0], q[1], q[2], k[2], q[3], v[3]}
		kvHeads = k[1]
	} else {
		nq, nkv := c.Int("q_num_heads", 0), c.Int("kv_num_heads", 0)
		if nq < 1 || nkv < 1 || q[2]%nq != 0 || k[2]%nkv != 0 || v[2]%nkv != 0 {
			return h, 0, fmt.Errorf("query %v, key %v and value %v do not divide into %d query and %d key heads", q, k, v, nq,
				nkv)
		}
		h = heads{q[0], nq, q[1], k[1], q[2] / nq, v[2] / nkv}
		kvHeads = nkv
	}
	if kvHeads < 1 || h.count%kvHeads != 0 {
		return h, 0, fmt.Errorf("%d query heads do not share %d key and value heads evenly", h.count, kvHeads)
	}
	if past := c.Shape(4); len(past) == 4 {
		h.skv = sat.Add(h.skv, past[2])
	} else if c.Has(4) {
		return h, 0, fmt.Errorf("past keys %v: expected [batch, heads, positions, size]", past)
	}
	return h, kvHeads, nil
}

// inferAttention23 sets the output of ONNX Attention, [batch, heads, seq, size] or [batch, seq,
// heads x size] as the query is, and the present keys and values.
func inferAttention23(c *Call) error {
	h, kv, err := attention23(c)
	if err != nil {
		return err
	}
	if c.Rank(0) == 4 {
		c.SetOut(0, c.Type(0), h.batch, h.count, h.sq, h.dv)
	} else {
		c.SetOut(0, c.Type(0), h.batch, h.sq, sat.Mul(h.count, h.dv))
	}
	c.SetOut(1, c.Type(1), h.batch, kv, h.skv, h.dqk)
	c.SetOut(2, c.Type(2), h.batch, kv, h.skv, h.dv)
	c.SetOut(3, c.Type(0), h.batch, h.count, h.sq, h.skv)
	return nil
}

// attention23Work adds a sum for the mask, and for softcap two products and a tanh, to each score.
func attention23Work(c *Call, k *cost.Cost) {
	h, _, err := attention23(c)
	if err != nil {
		return
	}
	h.addWork(c.Type(0), k)
	if c.Has(3) || c.Int("is_causal", 0) != 0 {
		k.AddWork(cost.Vector, c.Type(0), h.scores())
	}
	if c.Float("softcap", 0) != 0 {
		k.AddWork(cost.Vector, c.Type(0), sat.Mul(2, h.scores()))
		k.AddWork(cost.Special, c.Type(0), h.scores())
	}
}

// attention23Bytes reads everything once, the cache included, and writes the result and the new
// keys and values only: runtimes let past and present share a buffer.
func attention23Bytes(c *Call, k *cost.Cost) {
	for i := range c.NumIn() {
		ReadAll(c, k, i)
	}
	for o := range c.NumOut() {
		if out := c.Out(o); out != nil {
			n := out.Bytes()
			if o == 1 || o == 2 {
				n = min(n, c.In(o).Bytes())
			}
			k.Written = sat.Add(k.Written, n)
		}
	}
}

// rotaryWork counts work: each rotated feature is two products and a sum.
func rotaryWork(c *Call, k *cost.Cost) {
	n, x := OutElems(c, 0), c.Shape(0)
	size := int64(0)
	switch count := c.Int("num_heads", 0); {
	case len(x) == 4:
		size = x[3]
	case len(x) == 3 && count > 0:
		size = x[2] / count
	}
	if dim := c.Int("rotary_embedding_dim", 0); dim > 0 && dim < size {
		n = sat.Mul(n/size, dim)
	}
	k.AddWork(cost.Vector, c.Type(0), sat.Mul(3, n))
}

// rotaryBytes counts bytes: of the tables of sines and cosines only the rows of the positions are read,
// and half as many numbers as there are features.
func rotaryBytes(c *Call, k *cost.Cost) {
	ReadAll(c, k, 0)
	for i := 1; i <= 2; i++ {
		ReadBytes(c, k, i, min(c.In(i).Bytes(), c.Type(i).Bytes(OutElems(c, 0)/2)))
	}
	ReadAll(c, k, 3)
	WriteAll(c, k)
}
