package ops

// movementSpecs: data movement.
var movementSpecs = []Spec{}
