package ops

// shapeSpecs: shape arithmetic.
var shapeSpecs = []Spec{}
