package ops

import (
	"math"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// work returns operations an element on the vector and special-function engines.
func work(vector, special int64) func(*Call, *cost.Cost) {
	return func(c *Call, k *cost.Cost) {
		n, t := OutElems(c, 0), arithmetic(c)
		if vector > 0 {
			k.AddWork(cost.Vector, t, sat.Mul(vector, n))
		}
		if special > 0 {
			k.AddWork(cost.Special, t, sat.Mul(special, n))
		}
	}
}

// activation returns a row for an activation function: operations an element on vector and special units.
func activation(k Kind, name string, since int, vector, special int64, doc string) Spec {
	return Spec{Op: onnx(name), Since: since, Kind: k, Doc: doc, MinIn: 1, Infer: inferSame, Work: work(vector, special)}
}

// activationSpecs: each row counts the additions, multiplications and comparisons of
// its formula as vector work and each exp, log, tanh, erf and division as one special evaluation.
var activationSpecs = []Spec{
	unary("Relu", 1, cost.Vector, 1, "max(0, x)",
		func(x, _ float64) float64 { return math.Max(0, x) }).withKind(Rectifier),
	activation(Rectifier, "LeakyRelu", 1, 2, 0, "x where positive, else alpha x"),
	activation(Rectifier, "ThresholdedRelu", 1, 1, 0, "x where above alpha, else 0"),
	activation(Exponential, "Elu", 1, 3, 1, "x where positive, else alpha (exp x - 1)"),
	activation(Exponential, "Selu", 1, 4, 1, "scaled Elu"),
	activation(Exponential, "Celu", 12, 4, 2, "max(0, x) + min(0, alpha (exp(x/alpha) - 1))"),
	activation(Exponential, "Sigmoid", 1, 1, 2, "1 / (1 + exp -x)"),
	activation(Exponential, "Tanh", 1, 0, 1, "hyperbolic tangent"),
	activation(Rectifier, "HardSigmoid", 1, 4, 0, "clamp(alpha x + beta, 0, 1)"),
	activation(Rectifier, "HardSwish", 14, 5, 0, "x HardSigmoid(x)"),
	activation(Exponential, "Softplus", 1, 1, 2, "log(1 + exp x)").withAutocast(Widens),
	activation(Elementwise, "Softsign", 1, 2, 1, "x / (1 + |x|)"),
	activation(Exponential, "Mish", 18, 2, 3, "x tanh(softplus x)"),
	activation(Exponential, "Gelu", 20, 4, 1, "x times the normal distribution function of x"),
	activation(Exponential, "Swish", 24, 2, 2, "x sigmoid(alpha x)"),
	activation(Elementwise, "Shrink", 9, 3, 0, "shrink towards zero beyond lambd"),
}
