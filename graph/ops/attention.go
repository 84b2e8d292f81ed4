package ops

// attentionSpecs: attention.
var attentionSpecs = []Spec{}
