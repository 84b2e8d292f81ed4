package roofline

import (
	"math"

	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// A Ratio is one latency over another.
type Ratio struct {
	Value     float64  // of the best latencies known
	Low, High *float64 // ends of its 90 % interval; nil where nothing is expected of one of them
}

// Sure reports whether the interval leaves 1 out: one of the two is faster.
func (r *Ratio) Sure() bool { return r.Low != nil && (*r.Low > 1 || *r.High < 1) }

// RatioOf returns the latency of e over that of base. Most of what the two may be off by is the same, and cancels.
func RatioOf(base, e *Estimate) Ratio {
	out := Ratio{Value: e.Latency.Best() / base.Latency.Best()}
	a, b := base.Tuning, e.Tuning
	if a == nil || b == nil {
		return out
	}
	reach := joint.Reach(base.differs(e))
	low, high := out.Value*math.Exp(-reach), out.Value*math.Exp(reach)
	out.Low, out.High = &low, &high
	return out
}

// differs returns the variance of the logarithm of the ratio of two estimates.
func (e *Estimate) differs(o *Estimate) float64 {
	a, b := e.Tuning, o.Tuning
	if a.known == nil || b.known == nil {
		return e.Latency.variance() + o.Latency.variance() // calibrations without rows do not say what they share
	}
	x, y := e.side(), o.side()
	if a.known.Setting == b.known.Setting && e.does(o) {
		return 0
	}
	variance := joint.Difference(x, y)
	switch onX, onY := e.unknownHost(), o.unknownHost(); {
	case onX && onY && a.known.Setting == b.known.Setting: // one host, as slow for both
	case onX && onY:
		variance = max(variance, 2*hostSpread*hostSpread)
	case onX || onY:
		variance = max(variance, hostSpread*hostSpread)
	}
	return variance
}

// does reports whether an estimate is of the same work as another one, kernel by kernel.
func (e *Estimate) does(o *Estimate) bool {
	if e.Batch != o.Batch || len(e.Layers) != len(o.Layers) || e.Latency.Best() != o.Latency.Best() {
		return false
	}
	for i := range e.Layers {
		if e.Layers[i].Cost != o.Layers[i].Cost || e.Layers[i].Times != o.Layers[i].Times {
			return false
		}
	}
	return true
}

// variance returns the variance of a logarithm whose 90 % reach as far as the interval does.
func (l *Latency) variance() float64 {
	far := max(math.Log(*l.High / *l.Expected), math.Log(*l.Expected / *l.Low))
	return far * far / joint.Reach(1) / joint.Reach(1)
}

// unknownHost reports whether a host that no profile tells sets the pace of an estimate.
func (e *Estimate) unknownHost() bool {
	c := e.Tuning.Correction
	return e.Spent.hostBound() && (c == nil || c.Here == 0)
}

// side returns an estimate as one side of a difference.
func (e *Estimate) side() *joint.Side {
	kernels := make([]kernel.Kernel, len(e.Layers))
	for i := range e.Layers {
		kernels[i] = e.Layers[i].Kernel
	}
	of := &joint.Network{Batch: e.Batch, Bag: kernel.NewBag(kernels)}
	if !e.Tuning.uncorrected {
		of.Print = Fingerprint(e.Inferred)
	}
	return &joint.Side{Known: e.Tuning.known, Slope: e.slope, Of: of}
}
