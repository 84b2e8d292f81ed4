package ops

// quantizeSpecs: quantisation.
var quantizeSpecs = []Spec{}
