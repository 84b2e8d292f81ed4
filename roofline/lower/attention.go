package lower

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
	"github.com/ridgepoint/ridgepoint/roofline/internal/dataflow"
)

// maxBetween bounds the steps between the two products of an attention and its softmax: scale, masks, casts.
const maxBetween = 8

// attention makes softmax(QKᵀ scale + mask) V as one kernel that never stores the
// scores (Dao et al., arXiv:2205.14135), with the transposes and scales of Q, K
// and V on the way in and the transpose of the result on the way out.
func attention(f *fuser) {
	for i := range f.Live {
		s := int32(i)
		if !f.Live[i] || f.Kind(s) != ops.Softmax && !(f.rule[f.unit[s]] == softmaxRule && f.tail[f.unit[s]] == s) {
			continue
		}
		u := f.unit[s]
		scores, ok := f.scores(u)
		if !ok {
			continue
		}
		var steps [maxBetween]int32
		switch after := f.valued(u, steps[:0]); {
		case len(after) == 0:
		case f.FlashOnly && !f.flashes(scores):
			f.sparing(u, scores, after)
		default:
			f.attend(u, scores, after)
		}
	}
}

// flashes reports whether PyTorch's scaled_dot_product_attention is what runs, and takes its fused path: scores of at
// most four dimensions. Scores that are scaled after the product and then get a learned bias of each head were written
// out by hand, since that function scales first; a mask, which all heads share, says nothing.
func (f *fuser) flashes(scores []int32) bool {
	product := scores[len(scores)-1]
	biased := false
	for _, s := range scores[:len(scores)-1] { // the last step comes first
		switch n := f.Res.Steps[s].Node; n.Op.Type {
		case "Add":
			biased = biased || f.biasesHeads(n)
		case "Mul", "Div":
			if biased {
				return false
			}
		}
	}
	return len(f.Res.Infos[dataflow.FirstOutput(f.Res.Steps[product].Node)].Shape) <= 4
}

// biasesHeads reports whether an operand of a node is a constant that differs between the heads of scores.
func (f *fuser) biasesHeads(n *graph.Node) bool {
	for _, id := range n.Inputs {
		if id == graph.None || !f.Const[f.Root[id]] {
			continue
		}
		if shape := f.Res.Infos[id].Shape; len(shape) >= 3 && shape[len(shape)-3] > 1 {
			return true
		}
	}
	return false
}

// valued appends the steps from a softmax unit to the product with the values, the product last: none where it does not
// follow.
func (f *fuser) valued(u int32, after []int32) []int32 {
	at := f.tail[u]
	for len(after) < maxBetween {
		v := f.reader(f.out(f.unit[at]))
		if v < 0 || !f.together(u, v) || !f.single(v) {
			return nil
		}
		after = append(after, v)
		if f.isProduct(v) {
			return after
		}
		if f.fusion[v] != cost.Elementwise && f.Kind(v) != ops.Transpose || f.elems(v) != f.elems(at) {
			return nil
		}
		at = v
	}
	return nil
}

// sparing notes that the scores between two products need not be stored, although this runtime stores them.
func (f *fuser) sparing(u int32, scores, after []int32) {
	f.spare[f.source(u)], f.spare[f.out(u)] = true, true
	for _, s := range slices.Concat(scores, after[:len(after)-1]) {
		f.spare[f.Root[dataflow.FirstOutput(f.Res.Steps[s].Node)]] = true
	}
}

// attend fuses the scores, the softmax unit u and the steps after it, which end with the product with the values.
func (f *fuser) attend(u int32, scores, after []int32) {
	first := scores[len(scores)-1]
	for _, s := range scores {
		f.merge(u, s, "")
	}
	for _, s := range after {
		f.merge(u, s, "")
	}
	f.rule[u], f.fusion[u] = attentionRule, cost.Anchor
	f.operands(u, first)
	f.operands(u, after[len(after)-1])
	if v := f.reader(f.out(u)); v >= 0 && f.single(v) && f.Kind(v) == ops.Transpose && f.together(u, v) {
		f.merge(u, v, "")
	}
}

// isProduct reports whether a step multiplies two activations.
func (f *fuser) isProduct(s int32) bool {
	c := f.Kind(s)
	if c != ops.MatMul && c != ops.Einsum || !f.single(s) || f.fusion[s] != cost.Anchor {
		return false
	}
	in := f.Res.Steps[s].Node.Inputs
	return len(in) >= 2 && in[0] != graph.None && in[1] != graph.None && !f.Const[f.Root[in[0]]] && !f.Const[f.Root[in[1]]]
}

// scores walks back from a softmax unit to the product it normalises: the steps between and the product, last first.
func (f *fuser) scores(u int32) ([]int32, bool) {
	r := &f.region
	r.steps = r.steps[:0]
	root := f.source(u)
	for len(r.steps) <= maxBetween && root != graph.None {
		s := f.Maker[root]
		inside := f.reader(root)
		if s < 0 || inside != u && (len(r.steps) == 0 || inside != r.steps[len(r.steps)-1]) || !f.single(s) ||
			!f.together(s, u) {
			return nil, false
		}
		r.steps = append(r.steps, s)
		if f.isProduct(s) {
			return r.steps, true
		}
		if f.fusion[s] != cost.Elementwise {
			return nil, false
		}
		root = f.scored(s)
	}
	return nil, false
}

// source returns the one varying root that a unit reads from outside, None if there are several.
func (f *fuser) source(u int32) graph.ID {
	in := graph.None
	for s := u; s >= 0; s = f.next[s] {
		for _, id := range f.Res.Steps[s].Node.Inputs {
			if id == graph.None || f.Const[f.Root[id]] {
				continue
			}
			root := f.Root[id]
			if m := f.Maker[root]; m >= 0 && f.unit[m] == u || root == in {
				continue
			}
			if in != graph.None {
				return graph.None
			}
			in = root
		}
	}
	return in
}

// scored returns the input of an elementwise step that scores come in by: made by a
// product, else by elementwise steps, for this step alone and as large as its output.
func (f *fuser) scored(s int32) graph.ID {
	best := graph.None
	for _, id := range f.Res.Steps[s].Node.Inputs {
		if id == graph.None || f.Const[f.Root[id]] || f.Res.Infos[id].Shape.Elems() != f.elems(s) {
			continue
		}
		root := f.Root[id]
		m := f.Maker[root]
		if m < 0 || f.reader(root) != s {
			continue
		}
		if f.isProduct(m) {
			return root
		}
		if f.fusion[m] == cost.Elementwise && best == graph.None {
			best = root
		}
	}
	return best
}

// operands takes into unit u the transposes, repeats and scales that only feed product p.
func (f *fuser) operands(u, p int32) {
	for _, id := range f.Res.Steps[p].Node.Inputs {
		for id != graph.None && !f.Const[f.Root[id]] {
			root := f.Root[id]
			m := f.Maker[root]
			if m < 0 || f.fusion[m] == cost.Opaque || f.unit[m] == u || f.reader(root) != u || !f.single(m) ||
				!f.together(u, m) {
				break
			}
			c := f.Kind(m)
			if c != ops.Transpose && c != ops.Expand && !f.scales(m) {
				break
			}
			f.merge(u, m, "")
			id = f.varyingInput(m)
		}
	}
}

// scales reports whether an elementwise step has one varying operand that no
// matrix product has just made: a bias belongs to its product.
func (f *fuser) scales(s int32) bool {
	if f.fusion[s] != cost.Elementwise || f.varying(s) != 1 {
		return false
	}
	m := f.Maker[f.Root[f.varyingInput(s)]]
	return m < 0 || f.fusion[f.unit[m]] != cost.Anchor
}
