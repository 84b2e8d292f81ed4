package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// A linearHeads is an attention whose state is a matrix of key size x value size for each key head.
type linearHeads struct{ batch, seq, q, kv, dk, dv int64 }

// newLinearHeads returns the sizes of linear attention from query, key and value [batch, seq, heads
// x size]. Other ranks and a head count below 1 are errors.
func newLinearHeads(c *Call) (l linearHeads, err error) {
	q, k, v := c.Shape(0), c.Shape(1), c.Shape(2)
	nq, nkv := c.Int("q_num_heads", 0), c.Int("kv_num_heads", 0)
	if len(q) != 3 || len(k) != 3 || len(v) != 3 || nq < 1 || nkv < 1 {
		return l, fmt.Errorf("linear attention takes [batch, seq, heads x size] three times, got %v, %v, %v with %d and %d "+
			"heads", q, k, v, nq, nkv)
	}
	return linearHeads{q[0], q[1], nq, nkv, q[2] / nq, v[2] / nkv}, nil
}

// inferLinearAttention sets the output [batch, seq, heads x value size] and the state [batch,
// heads, key size, value size], in the type of the state that comes in, if one does.
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

// linearAttentionWork counts the recurrence, step by step: an outer product into the state, the delta rules' product of
// state and key before it, and the query's product with the state after it. Gates scale the state and take an exp
// each.
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

// stateShape puts the window of states, if there is one, in front.
func stateShape(c *Call, dims ...int64) graph.Shape {
	out := c.NewShape(len(dims) + 1)[:0]
	if w := c.Int("state_window", 0); w > 0 {
		out = append(out, w)
	}
	return append(out, dims...)
}
