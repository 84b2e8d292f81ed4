package ops

// activationSpecs: activations.
var activationSpecs = []Spec{}
