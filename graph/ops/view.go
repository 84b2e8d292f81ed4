package ops

// viewSpecs: views and reshapes.
var viewSpecs = []Spec{}
