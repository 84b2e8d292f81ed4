package ops

// Families returns the operator table in printing order.
func Families() []Family { return families }

var families = []Family{
	{"elementwise", elementwiseSpecs},
	{"activation", activationSpecs},
	{"matrix product", matmulSpecs},
	{"convolution", convSpecs},
	{"pooling", poolSpecs},
	{"normalisation", normSpecs},
	{"attention", attentionSpecs},
	{"recurrent", recurrentSpecs},
	{"reduction", reduceSpecs},
	{"view", viewSpecs},
	{"movement", movementSpecs},
	{"shape", shapeSpecs},
	{"generation", generateSpecs},
	{"control flow", controlSpecs},
	{"sequence", sequenceSpecs},
	{"selection", selectSpecs},
	{"image", imageSpecs},
	{"signal", signalSpecs},
	{"text", textSpecs},
	{"training", trainingSpecs},
	{"quantisation", quantizeSpecs},
	{"com.microsoft attention", contribAttentionSpecs},
	{"com.microsoft fused", contribFusedSpecs},
	{"com.microsoft generation", searchSpecs},
	{"com.microsoft quantised", contribQuantizeSpecs},
	{"com.microsoft.nchwc", nchwcSpecs},
	{"ai.onnx.ml", mlSpecs},
	{"experimental", legacySpecs},
	{"QONNX", qonnxSpecs},
	{"TensorFlow Lite", tfliteSpecs},
}
