package lower

// silu matches x sigmoid(x), also with a scaled argument as in quick GELU, and mish,
// x tanh(softplus(x)).
var (
	silu = composite{seeds: []string{"Sigmoid"}, rule: "silu"}  // x sigmoid(x)
	mish = composite{seeds: []string{"Softplus"}, rule: "mish"} // x tanh(softplus(x))
)
