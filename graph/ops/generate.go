package ops

// generateSpecs: constants and random numbers.
var generateSpecs = []Spec{}
