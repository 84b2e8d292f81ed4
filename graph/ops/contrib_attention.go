package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// The input order and attributes of these rows are those of ONNX Runtime's list of contributed operators.
var contribAttentionSpecs = []Spec{
	cachedSpec(ProjectedAttention, "Attention", 2, "self-attention with the projection of query, key and value",
		newAttention),
	cachedSpec(ProjectedAttention, "QAttention", 5, "int8 self-attention with the projection", newAttention),
	cachedSpec(ProjectedAttention, "DecoderMaskedSelfAttention", 3,
		"self-attention of one decoder step with the projection", newAttention),
	cachedSpec(Attention, "MultiHeadAttention", 1, "attention over projected query, key and value", newMultiHead),
	cachedSpec(Attention, "DecoderMaskedMultiHeadAttention", 1, "attention of one decoder step over a cache",
		newMultiHead),
	cachedSpec(Attention, "GroupQueryAttention", 1, "attention with shared key and value heads and a KV cache",
		newGrouped),
	cachedSpec(Attention, "SparseAttention", 5, "block-sparse attention over a KV cache, counted as dense", newGrouped),
	cachedSpec(ProjectedAttention, "DecoderAttention", 5, "attention with projections, caches and flags at run time",
		newDecoder),
	{Op: contrib("PackedAttention"), Since: 1, Kind: ProjectedAttention,
		Doc:   "self-attention over packed tokens with the projection",
		MinIn: 2, Infer: inferPackedAttention, Work: packedAttentionWork},
	{Op: contrib("PackedMultiHeadAttention"), Since: 1, Kind: Attention, Doc: "attention over packed tokens",
		MinIn: 1, Infer: inferPackedMHA, Work: packedMHAWork},
	{Op: contrib("QOrderedAttention"), Since: 1, Kind: ProjectedAttention,
		Doc:   "int8 self-attention with three projections",
		MinIn: 8, Infer: inferOrderedAttention, Work: orderedAttentionWork},
	{Op: contrib("LongformerAttention"), Since: 1, Kind: ProjectedAttention,
		Doc:   "attention of each token to its neighbours, with the projection",
		MinIn: 7, Infer: inferLongformer, Work: longformerWork},
	{Op: contrib("LinearAttention"), Since: 1, Kind: LinearAttention,
		Doc:   "attention by a recurrent state of fixed size",
		MinIn: 3, Infer: inferLinearAttention, Work: linearAttentionWork},
	{Op: contrib("CausalConvWithState"), Since: 1, Kind: DepthwiseConv,
		Doc:   "causal depthwise convolution with carried state",
		MinIn: 2, Bias: 2, Infer: inferCausalConv, Work: causalConvWork},
	{Op: contrib("RotaryEmbedding"), Since: 1, Kind: Elementwise, Doc: "rotate query or key pairs by position",
		MinIn: 4, Infer: inferSame, Work: rotaryWork, Bytes: contribRotaryBytes},
	{Op: contrib("GemmaRotaryEmbedding"), Since: 1, Kind: Elementwise, Doc: "rotate queries and keys by position",
		MinIn: 5, Infer: inferGemmaRotary, Work: gemmaRotaryWork},
	{Op: contrib("RelativePositionBias"), Since: 1, Kind: Move, Doc: "bias table by relative position", MinIn: 3,
		Infer: inferRelativeBias, Work: perElement(cost.Vector, 4)},
	{Op: contrib("GatedRelativePositionBias"), Since: 1, Kind: Gemm, Doc: "relative position bias scaled by a gate",
		MinIn: 6, Weights: 3, Infer: inferGatedBias, Work: gatedBiasWork},
	{Op: contrib("RemovePadding"), Since: 1, Kind: Move, Doc: "pack the tokens that are no padding", MinIn: 2,
		Infer: inferRemovePadding},
	{Op: contrib("RestorePadding"), Since: 1, Kind: Move, Doc: "undo the packing of tokens", MinIn: 2,
		Infer: inferRestorePadding},
	{Op: contrib("MoE"), Since: 1, Kind: Gemm, Doc: "mixture of expert feed-forward layers", MinIn: 3, Weights: 2,
		Infer: inferSame, Work: moeWork, Bytes: moeBytes},
	{Op: contrib("QMoE"), Since: 1, Kind: Gemm, Doc: "mixture of experts with weights of 2 to 8 bits", MinIn: 3,
		Weights: 2, Infer: inferSame, Work: moeWork, Bytes: moeBytes},
}

// cachedSpec returns a row for an attention that cached describes.
func cachedSpec(kind Kind, name string, minIn int, doc string, read func(*Call) (cached, error)) Spec {
	return Spec{
		Op: contrib(name), Since: 1, Kind: kind, Doc: doc, MinIn: minIn,
		Infer: func(c *Call) error {
			a, err := read(c)
			if err == nil {
				a.setOutputs(c)
			}
			return err
		},
		Work: func(c *Call, k *cost.Cost) {
			if a, err := read(c); err == nil {
				a.work(c, k)
			}
		},
		Bytes: func(c *Call, k *cost.Cost) {
			if a, err := read(c); err == nil {
				a.bytes(c, k)
			}
		},
	}
}

// newAttention reads Attention and its kin: [batch, seq, hidden] projected by weights [hidden, q+k+v],
// with a past [2, batch, heads, positions, size].
func newAttention(c *Call) (a cached, err error) {
	x, w, n := c.Shape(0), c.Shape(1), c.Int("num_heads", 0)
	if len(x) != 3 || len(w) != 2 || n < 1 || w[0] != x[2] && !c.upper {
		return a, fmt.Errorf("attention takes [batch, seq, hidden] and weights [hidden, q+k+v], got %v and %v with %d heads",
			x, w, n)
	}
	q, v := valueSizes(c, w[1])
	a.heads = heads{x[0], n, x[1], x[1], q / n, v / n}
	a.kvHeads, a.outType, a.stacked = n, c.Type(0), true
	a.project = sat.Mul(sat.Mul(x[0], x[1]), sat.Mul(w[0], w[1]))
	a.bias = sat.Mul(sat.Mul(x[0], x[1]), w[1])
	past := 4
	if c.Node.Op.Type == "QAttention" {
		past, a.outType = 8, c.Type(3)
	}
	if s := c.Shape(past); len(s) == 5 {
		a.addPast(c, s[3], past, past, c.Int("past_present_share_buffer", 0) != 0, 6)
	}
	a.rotary = c.Int("do_rotary", 0) != 0
	a.masked = c.Has(3) && past == 4 || c.Has(5) || c.Int("unidirectional", 0) != 0
	return a, nil
}

// valueSizes returns the widths of queries and values in weights that project to width: thirds unless the node says
// otherwise.
func valueSizes(c *Call, width int64) (q, v int64) {
	if sizes := c.Ints("qkv_hidden_sizes"); len(sizes) == 3 {
		return sizes[0], sizes[2]
	}
	return width / 3, width / 3
}

// newMultiHead reads MultiHeadAttention: query alone may hold all three packed, key may hold
// key and value packed, and key and value may come as [batch, heads, seq, size].
func newMultiHead(c *Call) (a cached, err error) {
	q, k, v := c.Shape(0), c.Shape(1), c.Shape(2)
	n := c.Int("num_heads", 0)
	if n < 1 || len(q) != 3 && len(q) != 5 {
		return a, fmt.Errorf("attention takes a query of rank 3 or 5, got %v with %d heads", q, n)
	}
	switch {
	case len(q) == 5: // [batch, seq, heads, 3, size]
		a.heads = heads{q[0], n, q[1], q[1], q[4], q[4]}
	case len(k) == 5: // [batch, seq, heads, 2, size]
		a.heads = heads{q[0], n, q[1], k[1], q[2] / n, k[4]}
	case len(k) == 4: // [batch, heads, seq, size]
		a.heads = heads{q[0], n, q[1], k[2], k[3], k[3]}
		if len(v) == 4 {
			a.dv = v[3]
		}
	case len(k) == 3 && len(v) == 3:
		if a.heads, err = apart(c, n); err != nil {
			return a, err
		}
	case !c.Has(1) && !c.Has(2): // [batch, 1, q+k+v]
		a.heads = heads{q[0], n, q[1], q[1], q[2] / 3 / n, q[2] / 3 / n}
	default:
		return a, fmt.Errorf("attention cannot read key %v and value %v", k, v)
	}
	a.kvHeads, a.outType = n, c.Type(0)
	past, bias, length := 6, 3, 8
	if c.Node.Op.Type == "DecoderMaskedMultiHeadAttention" {
		past, bias, length = 5, 10, 7
	}
	if s := c.Shape(past); len(s) == 4 {
		a.addPast(c, s[2], past, past+1, c.Int("past_present_share_buffer", 0) != 0 || past == 6 && c.Has(length), length)
	}
	if c.Has(bias) {
		a.bias = sat.Add(sat.Mul(sat.Mul(a.batch*a.sq, n), a.dqk), sat.Mul(sat.Mul(a.batch*a.added(), n), a.dqk+a.dv))
	}
	a.masked = c.Has(past-1) || c.Has(past-2) || c.Int("unidirectional", 0) != 0
	return a, nil
}

// apart returns the heads of query, key and value [batch, seq, hidden]: they have one batch, query and key one width,
// key and value one length.
func apart(c *Call, n int64) (heads, error) {
	q, k, v := c.extent(0), c.extent(1), c.extent(2)
	batch, ok := agree(q.size(0), k.size(0))
	if ok {
		batch, ok = agree(batch, v.size(0))
	}
	width, same := agree(q.size(2), k.size(2))
	rows, long := agree(k.size(1), v.size(1))
	if !ok || !same || !long {
		return heads{}, fmt.Errorf("attention takes query, key and value of one batch, query and key of one width, key and "+
			"value of one length, got %v, %v and %v", q.shape, k.shape, v.shape)
	}
	return heads{batch.n, n, q.shape[1], rows.n, width.n / n, v.shape[2] / n}, nil
}

// newGrouped reads GroupQueryAttention and SparseAttention; query may hold key and value packed behind it.
// A sliding window bounds the keys that a query meets.
func newGrouped(c *Call) (a cached, err error) {
	q, k := c.Shape(0), c.Shape(1)
	n, kv := c.Int("num_heads", 0), c.Int("kv_num_heads", 0)
	if len(q) != 3 || n < 1 || kv < 1 || n%kv != 0 {
		return a, fmt.Errorf("grouped attention takes [batch, seq, hidden], got %v with %d query and %d key heads", q, n, kv)
	}
	size, added := q[2]/n, q[1]
	switch {
	case len(k) == 3:
		added = k[1]
	case c.Has(1):
		return a, fmt.Errorf("grouped attention takes a key [batch, seq, hidden], got %v", k)
	default:
		size = q[2] / (n + 2*kv)
	}
	a.heads = heads{q[0], n, q[1], added, size, size}
	a.kvHeads, a.outType, a.masked = kv, c.Type(0), true
	total := 6
	if c.Node.Op.Type == "SparseAttention" {
		total = 7
	}
	if s := c.Shape(3); len(s) == 4 {
		filled, known := scalarValue(c, total)
		a.addPast(c, s[2], 3, 4, total == 7 || known && filled <= s[2], 0)
		if known && a.shared {
			a.skv = min(max(filled, added), s[2])
			a.pastRows = a.skv - added
		}
		a.cacheSize = s[3] // two 4-bit values a byte in a quantised cache
	}
	if w := c.Int("local_window_size", -1); w > 0 {
		a.window, a.pastRows = w, min(a.pastRows, w)
	}
	a.inPlace, a.rotary = true, c.Int("do_rotary", 0) != 0
	a.softcap, a.tables = c.Float("softcap", 0) != 0, total+1
	if total == 7 {
		a.tables = 9
	}
	return a, nil
}

// newDecoder reads DecoderAttention: query [seq, batch, hidden] and key [keys, batch, hidden], projected
// here. Flags at run time choose between self- and cross-attention; unknown ones are taken as false.
func newDecoder(c *Call) (a cached, err error) {
	q, k, n := c.Shape(0), c.Shape(1), c.Int("num_heads", 0)
	if len(q) != 3 || len(k) != 3 || n < 1 {
		return a, fmt.Errorf("DecoderAttention takes query and key [seq, batch, hidden], got %v and %v with %d heads", q, k,
			n)
	}
	size := q[2] / n
	cross, _ := scalarValue(c, 8)
	use, _ := scalarValue(c, 9)
	rows := q[0]
	if cross != 0 {
		rows = k[0]
	}
	a.heads = heads{q[1], n, q[0], rows, size, size}
	a.kvHeads, a.outType, a.timeFirst, a.masked = n, c.Type(0), true, c.Has(5)
	past := c.Shape(6)
	switch {
	case use == 0 || len(past) != 4:
	case cross != 0: // keys and values were projected before
		a.skv, rows = past[2], 0
	default:
		a.addPast(c, past[2], 6, 7, false, 0)
	}
	hidden := sat.Mul(q[2], q[2])
	a.project = sat.Mul(sat.Mul(q[1], hidden), sat.Add(q[0], sat.Mul(2, rows)))
	a.bias = sat.Mul(sat.Mul(q[1], q[2]), sat.Add(q[0], sat.Mul(2, rows)))
	return a, nil
}

// contribRotaryBytes counts bytes: of the tables of cosines and sines only the rows of the positions are read.
func contribRotaryBytes(c *Call, k *cost.Cost) {
	x := c.Shape(0)
	ReadAll(c, k, 0)
	ReadAll(c, k, 1)
	for i := 2; i <= 3; i++ {
		n := c.In(i).Bytes()
		switch table := c.Shape(i); {
		case len(table) == 2 && len(x) == 4: // [batch, heads, seq, size]
			n = share(n, sat.Mul(x[0], x[2]), table[0])
		case len(table) == 2 && len(x) == 3:
			n = share(n, sat.Mul(x[0], x[1]), table[0])
		}
		ReadBytes(c, k, i, n)
	}
	WriteAll(c, k)
}

// inferGemmaRotary sets the two outputs of GemmaRotaryEmbedding to the types and shapes of query
// and key, inputs 1 and 3.
func inferGemmaRotary(c *Call) error {
	c.SetOut(0, c.Type(1), c.Shape(1)...)
	c.SetOut(1, c.Type(3), c.Shape(3)...)
	return nil
}

// gemmaRotaryWork counts work: a sine and a cosine of each angle; two products and a sum for each feature of queries
// and keys.
func gemmaRotaryWork(c *Call, k *cost.Cost) {
	k.AddWork(cost.Vector, c.Type(1), sat.Mul(3, sat.Add(OutElems(c, 0), OutElems(c, 1))))
	k.AddWork(cost.Special, c.Type(0), sat.Mul(2, c.Shape(0).Elems()))
}

// inferRelativeBias sets the bias [1, heads, query length, key length] of RelativePositionBias.
// Lengths that only run time knows leave it unknown.
func inferRelativeBias(c *Call) error {
	q, okQ := scalarValue(c, 1)
	k, okK := scalarValue(c, 2)
	if c.Rank(0) != 2 {
		return fmt.Errorf("RelativePositionBias takes a table [buckets, heads], got %v", c.Shape(0))
	}
	if !okQ || !okK {
		unknownOut(c, 0)
		return nil
	}
	c.SetOut(0, c.Type(0), 1, c.Shape(0)[1], q, k)
	return nil
}

// inferGatedBias sets the outputs: the bias [1, heads, seq, seq] of input 2 for each sample; packed queries tell the
// batch by their offsets.
func inferGatedBias(c *Call) error {
	q, bias, offsets, n := c.Shape(0), c.Shape(2), c.Shape(6), c.Int("num_heads", 0)
	if len(bias) != 4 || n < 1 || len(q) != 3 && !(len(q) == 2 && len(offsets) == 2) {
		return fmt.Errorf("a gated bias takes a query [batch, seq, hidden] and a bias [1, heads, seq, seq], got %v and %v", q,
			bias)
	}
	batch := q[0]
	if len(q) == 2 {
		batch = offsets[0]
	}
	c.SetOut(0, c.Type(0), batch, n, bias[2], bias[3])
	return nil
}

// gatedBiasWork counts work: each head's query, with a bias, goes through weights [size, D]; the D sums get a bias and
// are added up to two gates a row, each a sigmoid (2 special evaluations and a sum), joined by three operations; then
// one product for each element of the bias.
func gatedBiasWork(c *Call, k *cost.Cost) {
	out, w, t := c.Out(0).Shape, c.Shape(3), c.Type(0)
	if len(w) != 2 {
		return
	}
	rowCount := out[:3].Elems()
	k.AddMACs(t, sat.Mul(rowCount, w.Elems()))
	k.AddWork(cost.Vector, t, sat.Add(c.Shape(0).Elems(), sat.Add(sat.Mul(rowCount, sat.Add(sat.Mul(2, w[1]), 5)),
		out.Elems())))
	k.AddWork(cost.Special, t, sat.Mul(4, rowCount))
}

// inferRemovePadding sets the tokens without padding [tokens, hidden] and their offsets. How many
// tokens remain is known at run time: batch x seq is their bound.
func inferRemovePadding(c *Call) error {
	x := c.Shape(0)
	if len(x) != 3 {
		return fmt.Errorf("RemovePadding takes [batch, seq, hidden], got %v", x)
	}
	c.SetOutUpper(0, c.Type(0), sat.Mul(x[0], x[1]), x[2])
	c.SetOut(1, dtype.Int32, x[0], x[1])
	c.SetOut(2, dtype.Int32, x[0]+1)
	c.SetOut(3, dtype.Int32, 1)
	return nil
}

// inferRestorePadding sets the padded tensor [batch, seq, hidden]; batch and seq are those of the
// offsets.
func inferRestorePadding(c *Call) error {
	x, offsets := c.Shape(0), c.Shape(1)
	if len(x) != 2 || len(offsets) != 2 {
		return fmt.Errorf("RestorePadding takes [tokens, hidden] and [batch, seq], got %v and %v", x, offsets)
	}
	// how many tokens there are does not matter
	c.setOut(0, c.Type(0), []int64{offsets[0], offsets[1], x[1]}, c.In(1).Upper)
	return nil
}
