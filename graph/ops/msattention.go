package ops

// msattentionSpecs: com.microsoft attention and transformers.
var msattentionSpecs = []Spec{}
