package ops

// msquantizeSpecs: com.microsoft quantised operators.
var msquantizeSpecs = []Spec{}
