package lower

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// maxBetween bounds the steps between the two products of an attention and its softmax: scale, masks, casts.
const maxBetween = 8

// attention makes softmax(QKᵀ scale + mask) V as one kernel that never stores the
// scores (Dao et al., arXiv:2205.14135), with the transposes and scales of Q, K
// and V on the way in and the transpose of the result on the way out.
func attention(l *Lowerer) {
	for i := range l.Live {
		s := int32(i)
		if !l.Live[i] || l.kind(s) != ops.Softmax && !(l.rule[l.unit[s]] == softmaxRule && l.tail[l.unit[s]] == s) {
			continue
		}
		u := l.unit[s]
		scores, ok := l.scores(u)
		if !ok {
			continue
		}
		var steps [maxBetween]int32
		switch after := l.valued(u, steps[:0]); {
		case len(after) == 0:
		case l.flashOnly && !l.flashes(scores):
			l.sparing(u, scores, after)
		default:
			l.attend(u, scores, after)
		}
	}
}

// flashes reports whether PyTorch's scaled_dot_product_attention is what runs, and takes its fused path: scores of at
// most four dimensions. Scores that are scaled after the product and then get a learned bias of each head were written
// out by hand, since that function scales first; a mask, which all heads share, says nothing.
func (l *Lowerer) flashes(scores []int32) bool {
	product := scores[len(scores)-1]
	biased := false
	for _, s := range scores[:len(scores)-1] { // the last step comes first
		switch n := l.Res.Steps[s].Node; n.Op.Type {
		case "Add":
			biased = biased || l.biasesHeads(n)
		case "Mul", "Div":
			if biased {
				return false
			}
		}
	}
	return len(l.Res.Infos[firstOutput(l.Res.Steps[product].Node)].Shape) <= 4
}

// biasesHeads reports whether an operand of a node is a constant that differs between the heads of scores.
func (l *Lowerer) biasesHeads(n *graph.Node) bool {
	for _, id := range n.Inputs {
		if id == graph.None || !l.Const[l.Root[id]] {
			continue
		}
		if shape := l.Res.Infos[id].Shape; len(shape) >= 3 && shape[len(shape)-3] > 1 {
			return true
		}
	}
	return false
}

// valued appends the steps from a softmax unit to the product with the values, the product last: none where it does not
// follow.
func (l *Lowerer) valued(u int32, after []int32) []int32 {
	at := l.tail[u]
	for len(after) < maxBetween {
		v := l.reader(l.out(l.unit[at]))
		if v < 0 || !l.together(u, v) || !l.single(v) {
			return nil
		}
		after = append(after, v)
		if l.isProduct(v) {
			return after
		}
		if l.fusion[v] != cost.Elementwise && l.kind(v) != ops.Transpose || l.elems(v) != l.elems(at) {
			return nil
		}
		at = v
	}
	return nil
}

// sparing notes that the scores between two products need not be stored, although this runtime stores them.
func (l *Lowerer) sparing(u int32, scores, after []int32) {
	l.spare[l.source(u)], l.spare[l.out(u)] = true, true
	for _, s := range slices.Concat(scores, after[:len(after)-1]) {
		l.spare[l.Root[firstOutput(l.Res.Steps[s].Node)]] = true
	}
}

// attend fuses the scores, the softmax unit u and the steps after it, which end with the product with the values.
func (l *Lowerer) attend(u int32, scores, after []int32) {
	first := scores[len(scores)-1]
	for _, s := range scores {
		l.merge(u, s, "")
	}
	for _, s := range after {
		l.merge(u, s, "")
	}
	l.rule[u], l.fusion[u] = attentionRule, cost.Anchor
	l.operands(u, first)
	l.operands(u, after[len(after)-1])
	if v := l.reader(l.out(u)); v >= 0 && l.single(v) && l.kind(v) == ops.Transpose && l.together(u, v) {
		l.merge(u, v, "")
	}
}

// isProduct reports whether a step multiplies two activations.
func (l *Lowerer) isProduct(s int32) bool {
	c := l.kind(s)
	if c != ops.MatMul && c != ops.Einsum || !l.single(s) || l.fusion[s] != cost.Anchor {
		return false
	}
	in := l.Res.Steps[s].Node.Inputs
	return len(in) >= 2 && in[0] != graph.None && in[1] != graph.None && !l.Const[l.Root[in[0]]] && !l.Const[l.Root[in[1]]]
}

// scores walks back from a softmax unit to the product it normalises: the steps between and the product, last first.
func (l *Lowerer) scores(u int32) ([]int32, bool) {
	r := &l.region
	r.steps = r.steps[:0]
	root := l.source(u)
	for len(r.steps) <= maxBetween && root != graph.None {
		s := l.maker[root]
		inside := l.reader(root)
		if s < 0 || inside != u && (len(r.steps) == 0 || inside != r.steps[len(r.steps)-1]) || !l.single(s) ||
			!l.together(s, u) {
			return nil, false
		}
		r.steps = append(r.steps, s)
		if l.isProduct(s) {
			return r.steps, true
		}
		if l.fusion[s] != cost.Elementwise {
			return nil, false
		}
		root = l.scored(s)
	}
	return nil, false
}

// source returns the one varying root that a unit reads from outside, None if there are several.
func (l *Lowerer) source(u int32) graph.ID {
	in := graph.None
	for s := u; s >= 0; s = l.next[s] {
		for _, id := range l.Res.Steps[s].Node.Inputs {
			if id == graph.None || l.Const[l.Root[id]] {
				continue
			}
			root := l.Root[id]
			if m := l.maker[root]; m >= 0 && l.unit[m] == u || root == in {
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
func (l *Lowerer) scored(s int32) graph.ID {
	best := graph.None
	for _, id := range l.Res.Steps[s].Node.Inputs {
		if id == graph.None || l.Const[l.Root[id]] || l.Res.Infos[id].Shape.Elems() != l.elems(s) {
			continue
		}
		root := l.Root[id]
		m := l.maker[root]
		if m < 0 || l.reader(root) != s {
			continue
		}
		if l.isProduct(m) {
			return root
		}
		if l.fusion[m] == cost.Elementwise && best == graph.None {
			best = root
		}
	}
	return best
}

// operands takes into unit u the transposes, repeats and scales that only feed product p.
func (l *Lowerer) operands(u, p int32) {
	for _, id := range l.Res.Steps[p].Node.Inputs {
		for id != graph.None && !l.Const[l.Root[id]] {
			root := l.Root[id]
			m := l.maker[root]
			if m < 0 || l.fusion[m] == cost.Opaque || l.unit[m] == u || l.reader(root) != u || !l.single(m) ||
				!l.together(u, m) {
				break
			}
			c := l.kind(m)
			if c != ops.Transpose && c != ops.Expand && !l.scales(m) {
				break
			}
			l.merge(u, m, "")
			id = l.varyingInput(m)
		}
	}
}

// scales reports whether an elementwise step has one varying operand that no
// matrix product has just made: a bias belongs to its product.
func (l *Lowerer) scales(s int32) bool {
	if l.fusion[s] != cost.Elementwise || l.varying(s) != 1 {
		return false
	}
	m := l.maker[l.Root[l.varyingInput(s)]]
	return m < 0 || l.fusion[l.unit[m]] != cost.Anchor
}
