package joint

import (
	"math"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// saturates lists the parameters that are shares of something and stay below 1.
var saturates = [params.NumParams]bool{
	params.EffMatrix: true, params.EffGroup: true, params.EffDepthwise: true, params.EffVector: true,
	params.BandMatrix: true, params.BandDepthwise: true, params.BandPointwise: true, params.BandNorm: true,
	params.BandMove: true, params.BandBatchNorm: true, params.InOrder: true, params.Parallel: true,
}

// saturate returns z/(1+z^6)^(1/6) of e^l, and the derivative of its logarithm by l: a limit of 1 without a corner.
func saturate(l float64) (value, slope float64) {
	z := math.Exp(l)
	z6 := z * z * z * z * z * z
	return z / math.Pow(1+z6, 1.0/6), 1 / (1 + z6)
}

// desaturate returns the logarithm that saturate takes to v. Values above 0.99 count as 0.99.
func desaturate(v float64) float64 {
	v = min(v, 0.99)
	v6 := v * v * v * v * v * v
	return math.Log(v) - math.Log(1-v6)/6
}
