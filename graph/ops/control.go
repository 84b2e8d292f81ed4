package ops

// controlSpecs: control flow.
var controlSpecs = []Spec{}
