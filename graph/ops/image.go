package ops

// imageSpecs: images.
var imageSpecs = []Spec{}
