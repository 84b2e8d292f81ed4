package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// packedBatch: tokens of all samples lie in one row; the token offsets [batch, seq] of input i say how they divide.
func packedBatch(c *Call, i int) (batch, seq int64) {
	if s := c.Shape(i); len(s) == 2 {
		return s[0], s[1]
	}
	return 1, c.Shape(0)[0]
}

func packedProjected(c *Call) (h heads, err error) {
	x, w, n := c.Shape(0), c.Shape(1), c.Int("num_heads", 0)
	if len(x) != 2 || len(w) != 2 || n < 1 || w[0] != x[1] {
		return h, fmt.Errorf("packed attention takes [tokens, hidden] and weights [hidden, q+k+v], got %v and %v", x, w)
	}
	q, v := valueSizes(c, w[1])
	batch, seq := packedBatch(c, 3)
	return heads{batch, n, seq, seq, q / n, v / n}, nil
}

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

func inferPackedMHA(c *Call) error {
	h, err := packedMHA(c)
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), c.Shape(0)[0], sat.Mul(h.count, h.dv))
	return nil
}

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

func inferOrderedAttention(c *Call) error {
	h, err := orderedAttention(c)
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), h.batch, h.sq, sat.Mul(h.count, h.dv))
	return nil
}

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
		return h, fmt.Errorf("LongformerAttention takes [batch, seq, hidden] and weights [hidden, q+k+v], got %v and %v with %d heads", x, w, n)
	}
	size := w[1] / 3 / n
	keys := min(x[1], sat.Add(sat.Mul(2, max(c.Int("window", 0), 0)), 1))
	return heads{x[0], n, x[1], keys, size, size}, nil
}

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

// A linearHeads is an attention whose state is a matrix of key size x value size for each key head.
type linearHeads struct{ batch, seq, q, kv, dk, dv int64 }

func newLinearHeads(c *Call) (l linearHeads, err error) {
	q, k, v := c.Shape(0), c.Shape(1), c.Shape(2)
	nq, nkv := c.Int("q_num_heads", 0), c.Int("kv_num_heads", 0)
	if len(q) != 3 || len(k) != 3 || len(v) != 3 || nq < 1 || nkv < 1 {
		return l, fmt.Errorf("linear attention takes [batch, seq, heads x size] three times, got %v, %v, %v with %d and %d heads", q, k, v, nq, nkv)
	}
	return linearHeads{q[0], q[1], nq, nkv, q[2] / nq, v[2] / nkv}, nil
}

// stateShape puts the window of states, if there is one, in front.
func stateShape(c *Call, dims ...int64) graph.Shape {
	out := c.NewShape(len(dims) + 1)[:0]
	if w := c.Int("state_window", 0); w > 0 {
		out = append(out, w)
	}
	return append(out, dims...)
}

func inferLinearAttention(c *Call) error {
	l, err := newLinearHeads(c)
	if err != nil {
		return err
	}
	t := c.Type(0)
	if c.Has(3) {
		t = c.Type(3)
	}
	c.SetOut(0, c.Type(0), l.batch, l.seq, sat.Mul(l.q, l.dv))
	c.SetOut(1, t, stateShape(c, l.batch, l.kv, l.dk, l.dv)...)
	return nil
}

// linearAttentionWork is the recurrence, step by step: an outer product into the state, the delta rules' product of
// state and key before it, and the query's product with the state after it. Gates scale the state and take an exp each.
func linearAttentionWork(c *Call, k *cost.Cost) {
	l, err := newLinearHeads(c)
	if err != nil {
		return
	}
	steps, state, t := sat.Mul(l.batch, l.seq), sat.Mul(l.dk, l.dv), c.Type(0)
	rule := c.Str("update_rule", "gated_delta")
	updates := l.kv
	if rule == "delta" || rule == "gated_delta" {
		updates = sat.Mul(2, l.kv)
		k.AddWork(cost.Vector, t, sat.Mul(steps, sat.Mul(2, sat.Mul(l.kv, l.dv))))
	}
	k.AddMACs(t, sat.Mul(sat.Mul(steps, state), sat.Add(updates, l.q)))
	k.AddWork(cost.Vector, t, sat.Mul(steps, sat.Mul(l.q, l.dv)))
	if rule == "gated" || rule == "gated_delta" {
		k.AddWork(cost.Vector, t, sat.Mul(sat.Mul(steps, l.kv), state))
		k.AddWork(cost.Special, t, c.Shape(4).Elems())
	}
}

// inferCausalConv: the result is as long as the input; the state is the last positions that the next call needs.
func inferCausalConv(c *Call) error {
	x, w := c.Shape(0), c.Shape(1)
	if len(x) < 3 || len(w) != len(x) || w[0] != x[1] || w[1] != 1 || w[len(w)-1] < 1 {
		return fmt.Errorf("a causal convolution of %v by weights %v: expected [batch, channels, …] and [channels, 1, …]", x, w)
	}
	c.SetOut(0, c.Type(0), x...)
	if s := c.In(3); s != nil {
		c.SetOut(1, s.Type, s.Shape...)
		return nil
	}
	state := append(append(c.NewShape(len(x))[:0], x[:len(x)-1]...), w[len(w)-1]-1)
	c.SetOut(1, c.Type(0), stateShape(c, state...)...)
	return nil
}

func causalConvWork(c *Call, k *cost.Cost) {
	t, n := c.Type(0), OutElems(c, 0)
	if c.Rank(1) < 2 {
		return
	}
	k.AddMACs(t, sat.Mul(n, c.Shape(1)[2:].Elems()))
	if c.Has(2) {
		k.AddWork(cost.Vector, t, n)
	}
	addActivation(c, k, t, n)
}
