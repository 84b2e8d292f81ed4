package ops

// nchwcSpecs: com.microsoft.nchwc blocked layout.
var nchwcSpecs = []Spec{}
