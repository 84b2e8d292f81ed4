package ops

// msfusedSpecs: com.microsoft fused operators.
var msfusedSpecs = []Spec{}
