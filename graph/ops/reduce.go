package ops

// reduceSpecs: reductions.
var reduceSpecs = []Spec{}
