package ops

import (
	"math"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// A mixture is a layer of experts of which every token uses a few.
type mixture struct {
	tokens, hidden int64
	experts, used  int64  // experts in all, and how many a token uses
	layers         [3]int // inputs with the weights of the two or three layers of the experts
	pack           int64  // weights in one stored element
}

// newMixture returns the sizes of a mixture of experts from tokens [.., hidden] and router
// probabilities [tokens, experts]. ok is false where ranks or weights do not fit.
func newMixture(c *Call) (m mixture, ok bool) {
	x, probs := c.Shape(0), c.Shape(1)
	if len(x) == 0 || len(probs) < 2 {
		return m, false
	}
	m.hidden, m.tokens = x[len(x)-1], x[:len(x)-1].Elems()
	m.experts = probs[len(probs)-1]
	m.used, m.layers, m.pack = c.Int("k", 1), [3]int{2, 4, 6}, 1
	if c.Node.Op.Type == "QMoE" {
		m.layers = [3]int{2, 5, 8}
		m.pack = packed(c)
	}
	m.used = max(min(m.used, m.experts), 0)
	return m, m.experts > 0 && m.hidden > 0
}

// packed returns the number of weights in one stored element of input 2.
func packed(c *Call) int64 {
	if c.Type(2) != dtype.Uint8 {
		return 1
	}
	switch c.Str("quant_type", "int") {
	case "fp4", "nvfp4", "wfp4afp8":
		return 2
	}
	if bits := c.Int("expert_weight_bits", 4); bits == 2 || bits == 4 {
		return 8 / bits
	}
	return 1
}

// weights returns the number of weights of one expert in a layer, whatever their order.
func (m mixture) weights(c *Call, layer int) int64 {
	if !c.Has(m.layers[layer]) {
		return 0
	}
	return sat.Mul(c.Shape(m.layers[layer]).Elems()/m.experts, m.pack)
}

// moeWork counts work: every weight of an expert meets each token that uses it once. Routing is a softmax over the
// experts; the activation is that named, over the inner features; gates and the sum over experts are products and sums.
func moeWork(c *Call, k *cost.Cost) {
	m, ok := newMixture(c)
	if !ok {
		return
	}
	t, pairs := c.Type(0), sat.Mul(m.tokens, m.used)
	all := sat.Add(m.weights(c, 0), sat.Add(m.weights(c, 1), m.weights(c, 2)))
	k.AddMACs(t, sat.Mul(pairs, all))
	probs := sat.Mul(m.tokens, m.experts)
	k.AddWork(cost.Vector, t, sat.Add(sat.Mul(4, probs), sat.Mul(2, sat.Mul(pairs, m.hidden))))
	k.AddWork(cost.Special, t, probs)
	inner := sat.Mul(pairs, m.weights(c, 1)/m.hidden)
	vector, special := activationOps(c.Str("activation_type", "relu"))
	if m.weights(c, 2) > 0 || c.Int("swiglu_fusion", 0) != 0 { // the product with the gate
		vector++
	}
	k.AddWork(cost.Vector, t, sat.Mul(vector, inner))
	k.AddWork(cost.Special, t, sat.Mul(special, inner))
	if m.pack > 1 || c.Type(2).IsInteger() { // every weight read is scaled and shifted once
		k.AddWork(cost.Vector, t, sat.Mul(2, sat.Mul(min(pairs, m.experts), all)))
	}
}

// touched returns how many experts tokens use, in thousandths, if each token picks its own evenly:
// E (1 - (1 - k/E)^T) of E experts for T tokens.
func (m *mixture) touched() int64 {
	if m.experts <= 0 {
		return 0
	}
	miss := max(1-float64(m.used)/float64(m.experts), 0)
	return int64(1000*float64(m.experts)*(1-math.Pow(miss, float64(m.tokens))) + 0.5)
}

// moeBytes counts bytes: of the inputs with one entry an expert only those of the experts that tokens use are read.
// Input 14 is by token: the routing weights of QMoE.
func moeBytes(c *Call, k *cost.Cost) {
	m, ok := newMixture(c)
	if !ok {
		DefaultBytes(c, k)
		return
	}
	active := m.touched()
	for i := range c.Node.Inputs {
		if s := c.Shape(i); i >= 2 && i != 14 && len(s) > 0 && s[0] == m.experts {
			ReadBytes(c, k, i, share(c.In(i).Bytes(), active, sat.Mul(1000, m.experts)))
			continue
		}
		ReadAll(c, k, i)
	}
	WriteAll(c, k)
}
