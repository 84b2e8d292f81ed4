package ops

// matmulSpecs: matrix products.
var matmulSpecs = []Spec{}
