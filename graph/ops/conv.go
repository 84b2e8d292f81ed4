package ops

// convSpecs: convolutions.
var convSpecs = []Spec{}
