package ops

// signalSpecs: signals.
var signalSpecs = []Spec{}
