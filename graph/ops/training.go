package ops

// trainingSpecs: losses and optimisers.
var trainingSpecs = []Spec{}
