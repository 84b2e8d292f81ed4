package lower

import (
	"fmt"
	"slices"
	"strings"
)

// A rule is one thing that runtimes do to a graph. Rules without apply say how data moves
// and are asked for where that is decided.
type rule struct {
	name  string
	level Level // of fusion that it applies at and below; runtimesOnly where no level has it
	doc   string
	apply func(*Lowerer)
}

// The names of rules.
const (
	qdqRule          = "qdq"
	sliceRule        = "slice view"
	layerNormRule    = "layer norm"
	rmsNormRule      = "rms norm"
	softmaxRule      = "softmax"
	attentionRule    = "attention"
	transposeRule    = "transpose"
	biasRule         = "bias"
	epilogueRule     = "epilogue"
	chainRule        = "elementwise"
	producerRule     = "reduction"
	batchNormRule    = "batch norm"
	sharedRule       = "shared"
	flashRule        = "flash attention"
	indexRule        = "index"
	channelsLastRule = "channels last"
	autocastRule     = "autocast"
	stridesRule      = "strides"
	passesRule       = "two passes"
	groupNormRule    = "group norm"
)

// rules are tried in this order; a step belongs to the first that takes it. Several rows may share a name.
var rules = []rule{
	{qdqRule, None, "an operator between DequantizeLinear and QuantizeLinear works on quantised tensors", qdq},
	{indexRule, runtimesOnly, "what only picks elements (Transpose, Concat, Pad, Slice) fuses like elementwise work", nil},
	{channelsLastRule, runtimesOnly, "images are stored channels last: moving the channel axis to the back or front copies nothing", nil},
	{sliceRule, Full, "what only picks a part (Slice, Split, Gather of one index) is read where it lies", nil},
	{layerNormRule, Epilogue, "layer or root-mean-square normalisation written out", func(l *Lowerer) { l.composites(&layerNorm) }},
	{groupNormRule, runtimesOnly, "group normalisation written out as that of instances, a scale and a shift", groupNorm},
	{softmaxRule, Epilogue, "softmax written out", func(l *Lowerer) { l.composites(&softmax) }},
	{gelu.rule, Epilogue, "GELU written out with Erf or Tanh", func(l *Lowerer) { l.composites(&gelu) }},
	{silu.rule, Epilogue, "x sigmoid(x)", func(l *Lowerer) { l.composites(&silu) }},
	{mish.rule, Epilogue, "x tanh(softplus(x))", func(l *Lowerer) { l.composites(&mish) }},
	{hardSwish.rule, Epilogue, "x clip(x+3, 0, 6)/6", func(l *Lowerer) { l.composites(&hardSwish) }},
	{attentionRule, Full, "softmax between two matrix products, scores kept on chip", attention},
	{flashRule, runtimesOnly, "softmax between two matrix products where scaled_dot_product_attention has a fused path, unless they were written out by hand: scaled after the product and given a bias of each head", attention},
	{biasRule, runtimesOnly, "a constant added to the result of a matrix product", bias},
	{epilogueRule, Epilogue, "elementwise steps applied to the result of matrix work", epilogue},
	{transposeRule, Full, "a matrix product reads or stores transposed", transpose},
	{biasRule, runtimesOnly, "a constant added to a transposed result", bias},
	{epilogueRule, Full, "elementwise steps after a transposed result", epilogue},
	{chainRule, Full, "elementwise steps that feed only each other", chain},
	{producerRule, Full, "elementwise steps applied to the result of a reduction", finish},
	{producerRule, Full, "elementwise steps that feed only a reduction", producer},
	{sharedRule, runtimesOnly, "the first elementwise or reducing reader of an elementwise result is computed with it, although others read it later", shared},
	{passesRule, runtimesOnly, "normalisation over more elements than a compute unit holds (32768) reads them twice", nil},
	{stridesRule, runtimesOnly, "tensors carry strides: transpositions copy nothing, elementwise kernels keep the order they read, and what needs its operand in a row (convolutions, products, normalisations, some reshapes) copies it first", nil},
	{autocastRule, runtimesOnly, "in fp16 and bf16, what PyTorch's autocast computes in fp32 (softmax, powers, sums) and what fp32 parameters are added to or multiplied with stays stored in fp32, and is copied in front of matrix work", nil},
	{batchNormRule, runtimesOnly, "batch normalisation that the exporter folded into a convolution, and a convolution's bias, are run by themselves unless an elementwise kernel follows", nil},
}

// Rules lists the rules in the order in which they are tried: name, the least
// level of fusion that has it ("runtimes" where none has), and what they do.
func Rules() [][3]string {
	out := make([][3]string, len(rules))
	for i, r := range rules {
		out[i] = [3]string{r.name, r.level.String(), r.doc}
	}
	return out
}

// A Recipe is what a runtime does to a graph: the rules of the library that it applies.
// The zero Recipe applies none: one kernel for every node that is not a view.
type Recipe struct{ on uint64 }

// Recipe is the rules of a level of fusion.
func (l Level) Recipe() Recipe {
	var r Recipe
	for i := range rules {
		if l <= rules[i].level {
			r.on |= 1 << i
		}
	}
	return r
}

// NewRecipe is the rules of those names.
func NewRecipe(names []string) (Recipe, error) {
	var r Recipe
	for _, n := range names {
		found := false
		for i := range rules {
			if rules[i].name == n {
				r.on |= 1 << i
				found = true
			}
		}
		if !found {
			return r, fmt.Errorf("found rule %q, expected one of %s", n, strings.Join(ruleNames(), ", "))
		}
	}
	return r, nil
}

func ruleNames() []string {
	var names []string
	for i := range rules {
		if !slices.Contains(names, rules[i].name) {
			names = append(names, rules[i].name)
		}
	}
	return names
}

// has reports whether the recipe has a rule of that name.
func (r Recipe) has(name string) bool {
	for i := range rules {
		if r.on&(1<<i) != 0 && rules[i].name == name {
			return true
		}
	}
	return false
}
