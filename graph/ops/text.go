package ops

// textSpecs: strings.
var textSpecs = []Spec{}
