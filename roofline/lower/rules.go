package lower

// A rule fuses units. It applies at its level and at every level that fuses more.
type rule struct {
	name  string
	level Level
	doc   string
	apply func(*Lowerer)
}

// The names of rules that decide a kernel's class.
const (
	attentionRule = "attention"
	layerNormRule = "layer norm"
	softmaxRule   = "softmax"
)

// rules are tried in this order; a step belongs to the first that takes it.
var rules = []rule{}
