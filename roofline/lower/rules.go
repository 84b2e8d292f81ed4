package lower

// A rule fuses units. It applies at its level and at every level that fuses more.
type rule struct {
	name  string
	level Level
	doc   string
	apply func(*Lowerer)
}

// The names of rules.
const (
	qdqRule       = "qdq"
	layerNormRule = "layer norm"
	rmsNormRule   = "rms norm"
	softmaxRule   = "softmax"
	attentionRule = "attention"
	transposeRule = "transpose"
	epilogueRule  = "epilogue"
	chainRule     = "elementwise"
	producerRule  = "reduction"
)

// rules are tried in this order; a step belongs to the first that takes it.
var rules = []rule{
	{qdqRule, None, "an operator between DequantizeLinear and QuantizeLinear works on quantised tensors", qdq},
	{layerNormRule, Epilogue, "layer or root-mean-square normalisation written out", func(l *Lowerer) { l.composites(&layerNorm) }},
	{softmaxRule, Epilogue, "softmax written out", func(l *Lowerer) { l.composites(&softmax) }},
	{gelu.rule, Epilogue, "GELU written out with Erf or Tanh", func(l *Lowerer) { l.composites(&gelu) }},
	{silu.rule, Epilogue, "x sigmoid(x)", func(l *Lowerer) { l.composites(&silu) }},
	{mish.rule, Epilogue, "x tanh(softplus(x))", func(l *Lowerer) { l.composites(&mish) }},
	{hardSwish.rule, Epilogue, "x clip(x+3, 0, 6)/6", func(l *Lowerer) { l.composites(&hardSwish) }},
	{attentionRule, Full, "softmax between two matrix products, scores kept on chip", attention},
	{epilogueRule, Epilogue, "elementwise steps applied to the result of matrix work", epilogue},
	{transposeRule, Full, "a matrix product reads or stores transposed", transpose},
	{epilogueRule, Full, "elementwise steps after a transposed result", epilogue},
	{chainRule, Full, "elementwise steps that feed only each other", chain},
	{producerRule, Full, "elementwise steps applied to the result of a reduction", finish},
	{producerRule, Full, "elementwise steps that feed only a reduction", producer},
}

// Rules lists the fusion rules in the order in which they are tried: name, the
// level that they apply from, and what they do.
func Rules() [][3]string {
	out := make([][3]string, len(rules))
	for i, r := range rules {
		out[i] = [3]string{r.name, r.level.String(), r.doc}
	}
	return out
}
