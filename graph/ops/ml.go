package ops

// mlSpecs: ai.onnx.ml.
var mlSpecs = []Spec{}
