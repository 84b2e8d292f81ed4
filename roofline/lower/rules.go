package lower

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/roofline/internal/dataflow"
)

// A rule is one thing that runtimes do to a graph: a pass, a way in which data moves, or both. A new one is a row here
// and the code that makes or reads what it sets.
type rule struct {
	name  string           // as profiles of runtimes write it
	level Level            // of fusion that it applies at and below; runtimesOnly where no level has it
	doc   string           // for docs/runtimes.md
	apply func(*fuser)     // the pass; nil where there is none
	data  func(*semantics) // says how data moves; nil where it moves as ever
}

// The semantics say how a runtime stores and moves data, and what of that is a kernel. A rule sets each.
type semantics struct {
	data      dataflow.Options // how tensors lie and move
	indexed   bool             // picking elements fuses like elementwise work
	twice     bool             // normalisation over many elements reads them twice
	autocasts bool             // some results are stored in fp32 whatever the precision, copied in front of matrix work
	unfold    bool             // folded batch normalisation and convolution bias are kernels of their own
}

// The names of rules.
const (
	qdqRule       = "qdq"         // quantised operators
	layerNormRule = "layer norm"  // normalisation of rows
	rmsNormRule   = "rms norm"    // normalisation by the root mean square
	softmaxRule   = "softmax"     // exponentials over their sum
	attentionRule = "attention"   // scores kept on chip
	transposeRule = "transpose"   // absorbed by a matmul
	biasRule      = "bias"        // absorbed by a matmul
	epilogueRule  = "epilogue"    // pointwise work behind a matmul
	chainRule     = "elementwise" // pointwise work in a row
	producerRule  = "reduction"   // pointwise work around a reduction
	batchNormRule = "batch norm"  // kept apart from convolutions
	sharedRule    = "shared"      // pointwise work that several read
	autocastRule  = "autocast"    // results stored in fp32
	stridesRule   = "strides"     // transpositions that copy nothing
	groupNormRule = "group norm"  // normalisation of groups of channels
	siblingsRule  = "siblings"    // matmuls of one operand
	lookupsRule   = "lookups"     // rows of a table
)

// rules lists the rules in the order in which they are tried; a step belongs to the first that takes it. Several rows
// may share a name.
var rules = []rule{
	{qdqRule, None, "an operator between DequantizeLinear and QuantizeLinear works on quantised tensors", qdq, nil},
	{"index", runtimesOnly, "what only picks elements (Transpose, Concat, Pad, Slice) fuses like elementwise work", nil,
		func(d *semantics) { d.indexed = true }},
	{"channels last", runtimesOnly, "images are stored channels last: moving the channel axis to the back or front " +
		"copies nothing", nil, func(d *semantics) { d.data.ChannelsLast = true }},
	{"slice view", Full, "what only picks a part (Slice, Split, Gather of one index) is read where it lies", nil,
		func(d *semantics) { d.data.Slices = true }},
	{"cache", Full, "a key-value cache that is an input and grows by Concat into an output is written in place: the old " +
		"rows stay where they are", nil, func(d *semantics) { d.data.InPlace = true }},
	{layerNormRule, Epilogue, "layer or root-mean-square normalisation written out",
		func(f *fuser) { f.composites(&layerNorm) }, nil},
	{groupNormRule, runtimesOnly, "group normalisation written out as that of instances, a scale and a shift", groupNorm,
		nil},
	{softmaxRule, Epilogue, "softmax written out", func(f *fuser) { f.composites(&softmax) }, nil},
	{mish.rule, Epilogue, "x tanh(softplus(x))", func(f *fuser) { f.composites(&mish) }, nil},
	{gelu.rule, Epilogue, "GELU written out with Erf or Tanh", func(f *fuser) { f.composites(&gelu) }, nil},
	{silu.rule, Epilogue, "x sigmoid(x)", func(f *fuser) { f.composites(&silu) }, nil},
	{hardSwish.rule, Epilogue, "x clip(x+3, 0, 6)/6", func(f *fuser) { f.composites(&hardSwish) }, nil},
	{attentionRule, Full, "softmax between two matrix products, scores kept on chip", attention, nil},
	{"flash attention", runtimesOnly, "softmax between two matrix products where scaled_dot_product_attention has a " +
		"fused path, unless they were written out by hand: scaled after the product and given a bias of each head", attention,
		func(d *semantics) { d.data.FlashOnly = true }},
	{biasRule, runtimesOnly, "a constant added to the result of a matrix product", bias, nil},
	{epilogueRule, Epilogue, "elementwise steps applied to the result of matrix work", epilogue, nil},
	{transposeRule, Full, "a matrix product reads or stores transposed", transpose, nil},
	{biasRule, runtimesOnly, "a constant added to a transposed result", bias, nil},
	{epilogueRule, Full, "elementwise steps after a transposed result", epilogue, nil},
	{chainRule, Full, "elementwise steps that feed only each other", chain, nil},
	{producerRule, Full, "elementwise steps applied to the result of a reduction", finish, nil},
	{producerRule, Full, "elementwise steps that feed only a reduction", producer, nil},
	{siblingsRule, runtimesOnly,
		"products of the same tensor with weights are one product, such as queries, keys and values", siblings, nil},
	{lookupsRule, runtimesOnly, "rows of a table are looked up by the kernel that alone reads them, such as embeddings",
		lookups, nil},
	{sharedRule, runtimesOnly, "the first elementwise or reducing reader of an elementwise result is computed with it, " +
		"although others read it later", shared, nil},
	{"two passes", runtimesOnly, "normalisation over more elements than a compute unit holds (32768) reads them twice",
		nil, func(d *semantics) { d.twice = true }},
	{stridesRule, runtimesOnly, "tensors carry strides: transpositions copy nothing, elementwise kernels keep the order " +
		"they read, and what needs its operand in a row (convolutions, products, normalisations, some reshapes) copies it " +
		"first", nil, func(d *semantics) { d.data.Strided = true }},
	{autocastRule, runtimesOnly, "in fp16 and bf16, what PyTorch's autocast computes in fp32 (softmax, powers, sums) " +
		"and what fp32 parameters are added to or multiplied with stays stored in fp32, and is copied in front of " +
		"matrix work", nil, func(d *semantics) { d.autocasts = true }},
	{batchNormRule, runtimesOnly, "batch normalisation that the exporter folded into a convolution, and a convolution's " +
		"bias, are run by themselves unless an elementwise kernel follows", nil, func(d *semantics) { d.unfold = true }},
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

// Recipe returns the rules of a level of fusion.
func (l Level) Recipe() Recipe {
	var r Recipe
	for i := range rules {
		if l <= rules[i].level {
			r.on |= 1 << i
		}
	}
	return r
}

// NewRecipe returns the rules of those names.
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

// IsPass reports whether a rule transforms the graph, rather than say how tensors lie and move; ok is false where there
// is no rule of that name.
func IsPass(name string) (pass, ok bool) {
	for i := range rules {
		if rules[i].name == name {
			return rules[i].apply != nil, true
		}
	}
	return false, false
}

// ruleNames returns the names of rules in the order in which they are tried, each once.
func ruleNames() []string {
	var names []string
	for i := range rules {
		if !slices.Contains(names, rules[i].name) {
			names = append(names, rules[i].name)
		}
	}
	return names
}

// semantics returns how data moves by the rules of the recipe.
func (r Recipe) semantics() semantics {
	var d semantics
	for i := range rules {
		if r.on&(1<<i) != 0 && rules[i].data != nil {
			rules[i].data(&d)
		}
	}
	return d
}
