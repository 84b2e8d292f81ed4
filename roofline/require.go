package roofline

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// A Need is a pair of figures with which a device meets a latency.
type Need struct {
	Rate      float64 // FLOP/s or OP/s of matrix work at the precision; +Inf where it is without limit
	Bandwidth float64 // B/s of the main memory; +Inf where it is without limit
}

// Requirements hold the rates and bandwidths with which a device like another one runs a model within a latency.
type Requirements struct {
	// its other figures, such as the ratio of vector to matrix rates, are taken from this device
	Like      *hwprofiles.Device
	Precision dtype.Type    // of the rate
	Inferred  *infer.Result // the model
	Asked     dtype.Type    // the precision asked for; Undefined for the model's own
	Label     dtype.Type    // as Estimate.Precision
	Ran       dtype.Type    // as Estimate.Ran
	Batch     int64         // samples of an inference
	Limit     float64       // seconds
	Balanced  Need          // with the rate and the bandwidth in the proportion of the device
	LeastRate Need          // with a bandwidth without limit
	LeastBand Need          // with a rate without limit
	Curve     []Need        // from the least bandwidth to the least rate
	Overhead  float64       // seconds that neither shortens
	Tuning    *Tuning       // what an expected latency rests on; nil at the speed of light
}

// An OverheadError says that no device like the one given runs a model in time.
type OverheadError struct {
	Overhead, Limit float64 // seconds
}

// Error returns the times in milliseconds and what would help.
func (e *OverheadError) Error() string {
	return fmt.Sprintf("no rate and no bandwidth is enough: launches and fixed costs alone take %.3g ms of %.3g ms; "+
		"fewer kernels or another runtime would help", 1e3*e.Overhead, 1e3*e.Limit)
}

// A trade-off curve has pairs along rays of rate over bandwidth, between mostSkew squared times that of the device and
// its inverse, denser near the middle, where the curve bends: an odd number, so that the own proportion is one.
const (
	curvePoints = 65  // of the curve
	mostSkew    = 100 // between the two factors
)

// unlimited gives a factor by which a figure no longer matters.
const unlimited = 1e9

// Require finds the rates and bandwidths that a device like d needs to run a model within limit seconds, by bisection:
// latency falls with either. It fails where what neither shortens, such as kernel launches, takes longer already.
func Require(res *infer.Result, d *hwprofiles.Device, opt Options, limit float64) (*Requirements, error) {
	s := new(session)
	m, err := s.prepare(res, d, &opt)
	if err != nil {
		return nil, err
	}
	r := &Requirements{Like: d, Inferred: res, Precision: m.precision.work(cost.Matrix, s.own), Limit: limit,
		Tuning: m.tuning}
	r.Asked, r.Batch = opt.Precision, res.Batch
	r.Label, r.Ran = m.precision.label(r.Precision), m.ran(r.Precision)
	peak, ok := d.Peak(cost.Matrix, r.Precision)
	if !ok {
		return nil, missing(d, r.Precision, "")
	}
	at := func(rate, band float64) float64 {
		l, _ := m.scaled(rate, band).Total(s.kernels)
		return l.Best() + opt.Outside
	}
	if r.Overhead = at(unlimited, unlimited); r.Overhead >= limit {
		return nil, &OverheadError{r.Overhead, limit}
	}
	need := func(rate, band float64) Need {
		n := Need{math.Inf(1), math.Inf(1)}
		if rate < unlimited {
			n.Rate = rate * peak.Rate.Value
		}
		if band < unlimited {
			n.Bandwidth = band * d.DRAM().Bandwidth.Value
		}
		return n
	}
	both := minFactor(limit, func(f float64) float64 { return at(f, f) })
	rate := minFactor(limit, func(f float64) float64 { return at(f, unlimited) })
	band := minFactor(limit, func(f float64) float64 { return at(unlimited, f) })
	r.Balanced, r.LeastRate, r.LeastBand = need(both, both), need(rate, unlimited), need(unlimited, band)
	for i := range curvePoints {
		turn := 1 - 2*float64(i)/(curvePoints-1)
		skew := math.Pow(mostSkew, turn*math.Abs(turn)) // of the rate, and of the bandwidth its inverse
		f := minFactor(limit, func(f float64) float64 { return at(f*skew, f/skew) })
		r.Curve = append(r.Curve, need(f*skew, f/skew))
	}
	falling(r.Curve)
	return r, nil
}

// falling raises bandwidths and rates by what the bisection leaves open, so that a curve never turns back.
func falling(curve []Need) {
	for i := 1; i < len(curve); i++ {
		curve[i].Bandwidth = max(curve[i].Bandwidth, curve[i-1].Bandwidth)
	}
	for i := len(curve) - 2; i >= 0; i-- {
		curve[i].Rate = max(curve[i].Rate, curve[i+1].Rate)
	}
}

// minFactor bisects for the smallest factor that meets the limit, to a thousandth. It returns unlimited if none below
// does.
func minFactor(limit float64, latency func(float64) float64) float64 {
	low, high := 1/unlimited, float64(unlimited)
	for high > 1.0005*low {
		mid := math.Sqrt(low * high)
		if latency(mid) <= limit {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}
