package ops

// normSpecs: normalisations and softmax.
var normSpecs = []Spec{}
