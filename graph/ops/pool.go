package ops

// poolSpecs: pooling.
var poolSpecs = []Spec{}
