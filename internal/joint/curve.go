package joint

import (
	"math"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// A curve is the time of one inference as a function of the parameters, as far as its slopes tell: the shares of it
// that are a call's own cost and copies, the host's and the device's, and of the device's what each parameter
// decides. Shares of the device add up, as times of kernels do. A straight line in logarithms would have a share of
// 10 % that lasts a hundred times as long add 58 %, not 990 %.
type curve struct {
	fixed, copies, host, device float64       // shares of the time; host and device as fourth powers are, see timing
	share                       params.Values // of the device's time, of the parameters that decide times of their own
	power                       params.Values // of parameters that change times of others, by which the device's time goes
	rest                        float64       // share of the device's time that no parameter moves
	steady                      float64       // share of the time that no parameter moves
}

// times lists the parameters that decide times of their own on the device, which add up.
var times = []params.Param{
	params.EffMatrix, params.EffGroup, params.EffDepthwise, params.EffVector, params.BandMatrix, params.BandDepthwise,
	params.BandPointwise, params.BandNorm, params.BandMove, params.BandBatchNorm, params.Repack, params.Launch, params.Step,
}

// changes lists the parameters that change times of others.
var changes = []params.Param{
	params.Product, params.Unfold, params.Pool, params.HalfN, params.HalfK, params.HalfTile, params.Winograd, params.InOrder, params.Parallel,
}

// curveOf returns the curve of slopes: derivatives of the logarithm of a time by those of the parameters.
func curveOf(slope *params.Values) curve {
	c := curve{fixed: max(0, slope[params.Fixed]), copies: max(0, -slope[params.Transfer]), rest: 1}
	c.host, c.device = max(0, slope[params.Dispatch]), max(0, slope[params.Scale])
	c.steady = max(0, 1-c.fixed-c.copies-c.host-c.device) // of slopes that a file has rounded, or left out
	if c.device == 0 {
		return c
	}
	sum := 0.0
	for _, p := range times {
		c.share[p] = slope[p] / c.device
		sum += math.Abs(c.share[p])
	}
	if sum > 1 {
		for _, p := range times {
			c.share[p] /= sum
		}
	}
	c.rest = max(0, 1-sum)
	for _, p := range changes {
		c.power[p] = slope[p] / c.device
	}
	return c
}

// at returns the logarithm of how many times as long the time is after the logarithms of the parameters have moved by
// those values, and sets g to its slopes there.
func (c *curve) at(moved, g *params.Values) float64 {
	*g = params.Values{}
	device := c.ofDevice(moved, g)
	both := c.host + c.device
	longer := 0.0 // of host and device together
	if both > 0 {
		d, h := c.device/both*math.Exp(4*device), c.host/both*math.Exp(4*moved[params.Dispatch])
		longer = math.Pow(d+h, 0.25) * both
		for p := range g {
			g[p] *= longer * d / (d + h)
		}
		g[params.Scale], g[params.Dispatch] = longer*d/(d+h), longer*h/(d+h)
	}
	fixed, copies := c.fixed*math.Exp(moved[params.Fixed]), c.copies*math.Exp(-moved[params.Transfer])
	g[params.Fixed], g[params.Transfer] = fixed, -copies
	total := longer + fixed + copies + c.steady
	for p := range g {
		g[p] /= total
	}
	return math.Log(total / (both + c.fixed + c.copies + c.steady))
}

// ofDevice returns the same of the device's time alone.
func (c *curve) ofDevice(moved, g *params.Values) float64 {
	sum := c.rest
	for _, p := range times {
		s := c.share[p]
		sign := math.Copysign(1, s)
		part := math.Abs(s) * math.Exp(sign*moved[p])
		sum += part
		g[p] = sign * part
	}
	log := math.Log(sum) + moved[params.Scale]
	for _, p := range times {
		g[p] /= sum
	}
	for _, p := range changes {
		g[p] = c.power[p]
		log += c.power[p] * moved[p]
	}
	return log
}
