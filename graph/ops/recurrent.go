package ops

// recurrentSpecs: recurrent layers.
var recurrentSpecs = []Spec{}
