package lower

// gelu matches x Φ(x) written with Erf, and its approximation written with Tanh
// (Hendrycks and Gimpel, arXiv:1606.08415), in any order of their factors.
var gelu = composite{seeds: []string{"Erf", "Tanh"}, rule: "gelu", affine: 1}
