package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

var msattentionSpecs = []Spec{
	{Op: ms("Attention"), Since: 1, Class: cost.Anchor, Doc: "self-attention with the projection of query, key and value", MinIn: 2, Infer: inferMSAttention, Work: msAttentionWork},
	{Op: ms("QAttention"), Since: 1, Class: cost.Anchor, Doc: "int8 self-attention with the projection", MinIn: 5, Infer: inferQAttention, Work: qAttentionWork},
	{Op: ms("MultiHeadAttention"), Since: 1, Class: cost.Anchor, Doc: "attention over projected query, key and value", MinIn: 1, Infer: inferMHA, Work: mhaWork},
	{Op: ms("DecoderMaskedMultiHeadAttention"), Since: 1, Class: cost.Anchor, Doc: "attention of one decoder step over a cache", MinIn: 1, Infer: inferMHA, Work: mhaWork},
	{Op: ms("DecoderMaskedSelfAttention"), Since: 1, Class: cost.Anchor, Doc: "self-attention of one decoder step with the projection", MinIn: 2, Infer: inferMSAttention, Work: msAttentionWork},
	{Op: ms("GroupQueryAttention"), Since: 1, Class: cost.Anchor, Doc: "causal attention with shared key and value heads and a KV cache", MinIn: 1, Infer: inferGQA, Work: gqaWork, Bytes: gqaBytes},
	{Op: ms("SparseAttention"), Since: 1, Class: cost.Anchor, Doc: "block-sparse attention, counted as dense", MinIn: 1, Infer: inferGQA, Work: gqaWork, Bytes: gqaBytes},
	{Op: ms("PackedAttention"), Since: 1, Class: cost.Anchor, Doc: "self-attention over packed tokens with the projection", MinIn: 2, Infer: inferPackedAttention, Work: packedAttentionWork},
	{Op: ms("PackedMultiHeadAttention"), Since: 1, Class: cost.Anchor, Doc: "attention over packed tokens", MinIn: 1, Infer: inferPackedMHA, Work: packedMHAWork},
	{Op: ms("RotaryEmbedding"), Since: 1, Class: cost.Elementwise, Doc: "rotate query or key pairs by position", MinIn: 4, Infer: inferSame, Work: perElement(cost.Vector, 3)},
	{Op: ms("GemmaRotaryEmbedding"), Since: 1, Class: cost.Elementwise, Doc: "rotate queries and keys by position", MinIn: 5, Infer: inferGemmaRotary, Work: perElement(cost.Vector, 6)},
	{Op: ms("RelativePositionBias"), Since: 1, Class: cost.Injective, Doc: "bias table by relative position", MinIn: 3, Infer: inferRelativeBias, Work: perElement(cost.Vector, 4)},
	{Op: ms("GatedRelativePositionBias"), Since: 1, Class: cost.Elementwise, Doc: "relative position bias scaled by a gate", MinIn: 5, Infer: inferGatedBias, Work: work(4, 1)},
	{Op: ms("RemovePadding"), Since: 1, Class: cost.Injective, Doc: "pack the tokens that are no padding", MinIn: 2, Infer: inferRemovePadding},
	{Op: ms("RestorePadding"), Since: 1, Class: cost.Injective, Doc: "undo the packing of tokens", MinIn: 2, Infer: inferRestorePadding},
	{Op: ms("MoE"), Since: 1, Class: cost.Anchor, Doc: "mixture of expert feed-forward layers", MinIn: 3, Infer: inferSame, Work: moeWork, Bytes: moeBytes},
	{Op: ms("QMoE"), Since: 1, Class: cost.Anchor, Doc: "mixture of experts with 4- or 8-bit weights", MinIn: 4, Infer: inferSame, Work: moeWork, Bytes: moeBytes},
}

// projected is an Attention that projects its input [batch, seq, hidden] by weights [hidden, q+k+v].
type projected struct {
	heads
	hidden int64 // of the input
	width  int64 // q + k + v
}

func newProjected(c *Call, w graph.Shape) (p projected, err error) {
	x, n := c.Shape(0), c.Int("num_heads", 0)
	if len(x) != 3 || len(w) != 2 || n < 1 || w[0] != x[2] {
		return p, fmt.Errorf("attention takes [batch, seq, hidden] and weights [hidden, q+k+v], got %v and %v with %d heads", x, w, n)
	}
	q, v := w[1]/3, w[1]/3
	if sizes := c.Ints("qkv_hidden_sizes"); len(sizes) == 3 {
		q, v = sizes[0], sizes[2]
	}
	p.heads = heads{x[0], n, x[1], x[1], q / n, v / n}
	p.hidden, p.width = x[2], w[1]
	return p, nil
}

func (p projected) addWork(t dtype.Type, k *cost.Cost) {
	rows := graph.Mul(p.batch, p.sq)
	k.AddMACs(t, graph.Mul(rows, graph.Mul(p.hidden, p.width)))
	k.AddWork(cost.Vector, t, graph.Mul(rows, p.width))
	p.heads.addWork(t, k)
}

// withPast extends the keys by a past of shape [2, batch, heads, past, size] in input i.
func (p projected) withPast(c *Call, i int) projected {
	if past := c.Shape(i); len(past) == 5 {
		p.skv += past[3]
	}
	return p
}

func inferMSAttention(c *Call) error {
	p, err := newProjected(c, c.Shape(1))
	if err != nil {
		return err
	}
	p = p.withPast(c, 4)
	c.SetOut(0, c.Type(0), p.batch, p.sq, p.count*p.dv)
	c.SetOut(1, c.Type(0), 2, p.batch, p.count, p.skv, p.dqk)
	return nil
}

func msAttentionWork(c *Call, k *cost.Cost) {
	if p, err := newProjected(c, c.Shape(1)); err == nil {
		p.withPast(c, 4).addWork(c.Type(0), k)
	}
}

func inferQAttention(c *Call) error {
	p, err := newProjected(c, c.Shape(1))
	if err != nil {
		return err
	}
	p = p.withPast(c, 8)
	c.SetOut(0, c.Type(3), p.batch, p.sq, p.count*p.dv)
	c.SetOut(1, c.Type(3), 2, p.batch, p.count, p.skv, p.dqk)
	return nil
}

func qAttentionWork(c *Call, k *cost.Cost) {
	if p, err := newProjected(c, c.Shape(1)); err == nil {
		p.withPast(c, 8).addWork(c.Type(0), k)
	}
}

// multiHead reads the sizes of MultiHeadAttention: query alone may hold all three packed, key may hold
// key and value packed, and key and value may come as [batch, heads, seq, size].
func multiHead(c *Call) (h heads, err error) {
	q, k, v := c.Shape(0), c.Shape(1), c.Shape(2)
	n := c.Int("num_heads", 0)
	if n < 1 || len(q) != 3 && len(q) != 5 {
		return h, fmt.Errorf("attention takes a query of rank 3 or 5, got %v with %d heads", q, n)
	}
	switch {
	case len(q) == 5: // [batch, seq, heads, 3, size]
		h = heads{q[0], n, q[1], q[1], q[4], q[4]}
	case len(k) == 5: // [batch, seq, heads, 2, size]
		h = heads{q[0], n, q[1], k[1], q[2] / n, k[4]}
	case len(k) == 4: // [batch, heads, seq, size]
		h = heads{q[0], n, q[1], k[2], k[3], k[3]}
		if len(v) == 4 {
			h.dv = v[3]
		}
	case len(k) == 3 && len(v) == 3:
		h = heads{q[0], n, q[1], k[1], q[2] / n, v[2] / n}
	default:
		return h, fmt.Errorf("attention cannot read key %v and value %v", k, v)
	}
	return h, nil
}

// pastAt finds the past key [batch, heads, past, size]: input 6, or 5 in the decoder's form.
func pastAt(c *Call) int {
	if c.Node.Op.Type == "DecoderMaskedMultiHeadAttention" {
		return 5
	}
	return 6
}

func inferMHA(c *Call) error {
	h, err := multiHead(c)
	if err != nil {
		return err
	}
	if past := c.Shape(pastAt(c)); len(past) == 4 {
		if c.Int("past_present_share_buffer", 0) != 0 {
			h.skv = past[2]
		} else {
			h.skv += past[2]
		}
	}
	c.SetOut(0, c.Type(0), h.batch, h.sq, h.count*h.dv)
	c.SetOut(1, c.Type(0), h.batch, h.count, h.skv, h.dqk)
	c.SetOut(2, c.Type(0), h.batch, h.count, h.skv, h.dv)
	c.SetOut(3, c.Type(0), h.batch, h.count, h.sq, h.skv)
	return nil
}

func mhaWork(c *Call, k *cost.Cost) {
	h, err := multiHead(c)
	if err != nil {
		return
	}
	if past := c.Shape(pastAt(c)); len(past) == 4 {
		h.skv += past[2]
	}
	h.addWork(c.Type(0), k)
}

// grouped reads the sizes of GroupQueryAttention; query may hold key and value packed behind it.
func grouped(c *Call) (h heads, kv int64, err error) {
	q, k := c.Shape(0), c.Shape(1)
	n, nkv := c.Int("num_heads", 0), c.Int("kv_num_heads", 0)
	if len(q) != 3 || n < 1 || nkv < 1 {
		return h, 0, fmt.Errorf("grouped attention takes [batch, seq, hidden], got %v with %d query and %d key heads", q, n, nkv)
	}
	size := q[2] / n
	if len(k) != 3 {
		size = q[2] / (n + 2*nkv)
	}
	h = heads{q[0], n, q[1], q[1], size, size}
	if past := c.Shape(3); len(past) == 4 {
		h.skv += past[2]
	}
	return h, nkv, nil
}

// inferGQA: the total length, input 6, says how long the cache is in the end; where it is run-time data it is past and new rows.
func inferGQA(c *Call) error {
	h, kv, err := grouped(c)
	if err != nil {
		return err
	}
	present := h.skv
	if total, ok := scalarValue(c, 6); ok && c.Rank(3) == 4 {
		present = max(total, c.Shape(3)[2])
	}
	c.SetOut(0, c.Type(0), h.batch, h.sq, h.count*h.dv)
	c.SetOut(1, c.Type(0), h.batch, kv, present, h.dqk)
	c.SetOut(2, c.Type(0), h.batch, kv, present, h.dqk)
	return nil
}

func gqaWork(c *Call, k *cost.Cost) {
	h, _, err := grouped(c)
	if err != nil {
		return
	}
	h.addWork(c.Type(0), k)
	if c.Int("do_rotary", 0) != 0 {
		k.AddWork(cost.Vector, c.Type(0), graph.Mul(3, c.Shape(0).Elems()))
	}
}

// gqaBytes: the past cache is read once; only the new rows are written into it.
func gqaBytes(c *Call, k *cost.Cost) {
	for i := range c.Node.Inputs {
		ReadAll(c, k, i)
	}
	if out := c.Out(0); out != nil {
		k.Written = graph.Add(k.Written, out.Bytes())
	}
	h, kv, err := grouped(c)
	if err == nil && c.HasOut(1) {
		rows := graph.Mul(graph.Mul(h.batch, kv), graph.Mul(h.sq, h.dqk))
		k.Written = graph.Add(k.Written, graph.Mul(2, c.Type(0).Bytes(rows)))
	}
}

// packedSizes: tokens of all samples in one row; token offsets [batch, seq] say how they divide.
func packedSizes(c *Call, offsets int) (batch, seq int64) {
	if s := c.Shape(offsets); len(s) == 2 {
		return s[0], s[1]
	}
	return 1, c.Shape(0)[0]
}

func packedProjected(c *Call) (p projected, err error) {
	x, w, n := c.Shape(0), c.Shape(1), c.Int("num_heads", 0)
	if len(x) != 2 || len(w) != 2 || n < 1 {
		return p, fmt.Errorf("packed attention takes [tokens, hidden] and weights, got %v and %v", x, w)
	}
	q, v := w[1]/3, w[1]/3
	if sizes := c.Ints("qkv_hidden_sizes"); len(sizes) == 3 {
		q, v = sizes[0], sizes[2]
	}
	batch, seq := packedSizes(c, 3)
	p.heads = heads{batch, n, seq, seq, q / n, v / n}
	p.hidden, p.width = x[1], w[1]
	return p, nil
}

func inferPackedAttention(c *Call) error {
	p, err := packedProjected(c)
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), c.Shape(0)[0], p.count*p.dv)
	return nil
}

func packedAttentionWork(c *Call, k *cost.Cost) {
	p, err := packedProjected(c)
	if err != nil {
		return
	}
	k.AddMACs(c.Type(0), graph.Mul(c.Shape(0)[0], graph.Mul(p.hidden, p.width)))
	p.heads.addWork(c.Type(0), k)
}

func packedMHA(c *Call) (h heads, err error) {
	q, n := c.Shape(0), c.Int("num_heads", 0)
	if n < 1 || len(q) != 2 && len(q) != 4 {
		return h, fmt.Errorf("packed attention takes [tokens, hidden] or [tokens, heads, 3, size], got %v", q)
	}
	batch, seq := packedSizes(c, 4)
	size := q[len(q)-1]
	if len(q) == 2 {
		size /= n
	}
	return heads{batch, n, seq, seq, size, size}, nil
}

func inferPackedMHA(c *Call) error {
	h, err := packedMHA(c)
	if err != nil {
		return err
	}
	c.SetOut(0, c.Type(0), c.Shape(0)[0], h.count*h.dv)
	return nil
}

func packedMHAWork(c *Call, k *cost.Cost) {
	if h, err := packedMHA(c); err == nil {
		h.addWork(c.Type(0), k)
	}
}

func inferGemmaRotary(c *Call) error {
	c.SetOut(0, c.Type(1), c.Shape(1)...)
	c.SetOut(1, c.Type(3), c.Shape(3)...)
	return nil
}

func inferRelativeBias(c *Call) error {
	q, okQ := scalarValue(c, 1)
	k, okK := scalarValue(c, 2)
	if !okQ || !okK || c.Rank(0) != 2 {
		unknownOut(c, 0)
		return nil
	}
	c.SetOut(0, c.Type(0), 1, c.Shape(0)[1], q, k)
	return nil
}

func inferGatedBias(c *Call) error {
	q, n := c.Shape(0), c.Int("num_heads", 0)
	if len(q) != 3 || n < 1 {
		return fmt.Errorf("a gated bias takes a query [batch, seq, hidden], got %v with %d heads", q, n)
	}
	c.SetOut(0, c.Type(0), q[0], n, q[1], q[1])
	return nil
}

func inferRemovePadding(c *Call) error {
	x := c.Shape(0)
	if len(x) != 3 {
		return fmt.Errorf("RemovePadding takes [batch, seq, hidden], got %v", x)
	}
	c.SetOutUpper(0, c.Type(0), graph.Mul(x[0], x[1]), x[2])
	c.SetOut(1, dtype.Int32, x[0], x[1])
	c.SetOut(2, dtype.Int32, x[0]+1)
	c.SetOut(3, dtype.Int32, 1)
	return nil
}

func inferRestorePadding(c *Call) error {
	x, offsets := c.Shape(0), c.Shape(1)
	if len(x) != 2 || len(offsets) != 2 {
		return fmt.Errorf("RestorePadding takes [tokens, hidden] and [batch, seq], got %v and %v", x, offsets)
	}
	c.SetOut(0, c.Type(0), offsets[0], offsets[1], x[1])
	return nil
}

// moeSizes: tokens, experts, how many of them a token uses, and the feed-forward sizes. The output size of
// the first layer is taken from its bias or from the second layer's weights, so that packed 4-bit
// weights, whose shape is halved, need no special case.
func moeSizes(c *Call) (tokens, experts, k, hidden, inner int64, layers int64) {
	x, probs := c.Shape(0), c.Shape(1)
	if len(x) == 0 || len(probs) < 2 {
		return 0, 0, 0, 0, 0, 0
	}
	hidden = x[len(x)-1]
	tokens = x[:len(x)-1].Elems()
	experts, k = probs[len(probs)-1], c.Int("k", 1)
	w := c.Shape(2)
	if len(w) == 3 {
		inner = max(w[1], w[2])
		if w[1] == hidden || w[2] == hidden { // one of the two dims is the input size, the other the inner one
			inner = w[1] + w[2] - hidden
		}
	}
	layers = 2
	if c.Node.Op.Type == "MoE" && c.Has(6) || c.Node.Op.Type == "QMoE" && c.Has(8) {
		layers = 3
	}
	return tokens, experts, k, hidden, inner, layers
}

func moeWork(c *Call, cst *cost.Cost) {
	tokens, experts, k, hidden, inner, layers := moeSizes(c)
	used := graph.Mul(tokens, min(k, max(experts, 1)))
	cst.AddMACs(c.Type(0), graph.Mul(graph.Mul(layers, used), graph.Mul(hidden, inner)))
	cst.AddWork(cost.Vector, c.Type(0), graph.Mul(used, hidden+2*inner))
	cst.AddWork(cost.Special, c.Type(0), graph.Mul(used, inner))
}

// moeBytes: tokens activate at most tokens x k experts, and only those are read.
func moeBytes(c *Call, cst *cost.Cost) {
	tokens, experts, k, _, _, _ := moeSizes(c)
	active := min(graph.Mul(tokens, k), experts)
	for i := range c.Node.Inputs {
		if i < 2 || !c.Has(i) || experts == 0 || c.Rank(i) == 0 || c.Shape(i)[0] != experts {
			ReadAll(c, cst, i)
			continue
		}
		ReadBytes(c, cst, i, c.In(i).Bytes()/experts*active)
	}
	WriteAll(c, cst)
}
