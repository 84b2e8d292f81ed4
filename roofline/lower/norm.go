package lower

// layerNorm is (x - mean) / sqrt(variance + epsilon) with scale and shift, and
// without the subtraction the root-mean-square normalisation. A cast may stand between.
var layerNorm = composite{seeds: []opcode{opSqrt}, rule: layerNormRule, reductions: true, affine: 3}

// softmax is exp(x - max) over its sum.
var softmax = composite{seeds: []opcode{opExp}, rule: softmaxRule, reductions: true}
