package ops

// selectSpecs: selection, sorting and detection.
var selectSpecs = []Spec{}
