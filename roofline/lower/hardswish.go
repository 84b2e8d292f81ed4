package lower

// hardSwish matches x clip(x+3, 0, 6)/6, with the clip written out or as HardSigmoid
// (Howard et al., arXiv:1905.02244).
var hardSwish = composite{seeds: []string{"Clip", "HardSigmoid"}, rule: "hard-swish", affine: 1}
