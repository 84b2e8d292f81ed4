package lower

// silu is x sigmoid(x), also with a scaled argument as in quick GELU, and mish,
// x tanh(softplus(x)).
var (
	silu = composite{seeds: []opcode{opSigmoid}, rule: "silu"}
	mish = composite{seeds: []opcode{opSoftplus}, rule: "mish"}
)
