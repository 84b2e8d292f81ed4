package ops

// sequenceSpecs: sequences, optionals and maps.
var sequenceSpecs = []Spec{}
