package joint

import (
	"math"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A Side is one of two times that are compared.
type Side struct {
	Known *Known
	Slope params.Values // derivative of the logarithm of the time by those of the parameters
	Of    *Network
}

// Side returns the side of the kernels of a network.
func (k *Known) Side(terms []timing.Term, of *Network) *Side {
	s := &Side{Known: k, Of: of}
	t := timing.Gradient(&k.theta, terms, &s.Slope)
	for p := range s.Slope {
		s.Slope[p] /= t
	}
	return s
}

// unshared gives the share of what the parameters leave open that two networks of different kernels, or at far batches,
// do not share even in one setting: how a runtime treats one kind of kernel is more than its parameters say
// (docs/experiments.md). In two settings it is elsewhere at least, whatever the networks.
const (
	unshared  = 0.5
	elsewhere = 0.1
)

// Difference returns the variance of the logarithm of one measured time over another, about the expected ratio. What
// both sides share cancels: the effects of their settings, and of their networks as much as those err alike.
func Difference(a, b *Side) float64 {
	alike, near := a.Of.correlation(b.Of), closeness(a.Of.Batch, b.Of.Batch)
	x, y := a.apart(), b.apart()
	own := unshared * (1 - near*a.Of.likeness(b.Of))
	if a.Known.Setting != b.Known.Setting {
		own = max(own, elsewhere)
	}
	variance := a.parameters(b) + own*(a.Known.Variance(&a.Slope)+b.Known.Variance(&b.Slope))
	for key, v := range x.net {
		variance += v
		if w, ok := y.net[key]; ok && a.Known.part == b.Known.part {
			variance -= alike * (1 + near) * math.Sqrt(v*w) // half of it stays at every batch
		}
	}
	for _, w := range y.net {
		variance += w
	}
	variance += x.steady + y.steady + x.run + y.run
	if a.Known.Setting == b.Known.Setting {
		variance -= 2 * alike * near * math.Sqrt(x.steady*y.steady)
	}
	return max(variance, 0) * max(x.spread, y.spread)
}

// parameters returns the part of a Difference that the parameters of the settings have.
func (s *Side) parameters(o *Side) float64 {
	v, w := s.Known.project(&s.Slope), o.Known.project(&o.Slope)
	switch {
	case s.Known.Setting == o.Known.Setting:
		for d := range v {
			v[d] -= w[d]
		}
		return max(v.quadratic(&s.Known.cov), 0)
	case s.Known.part != o.Known.part, s.Known.moved, o.Known.moved: // nothing is known of what they share
		return max(v.quadratic(&s.Known.cov), 0) + max(w.quadratic(&o.Known.cov), 0)
	}
	cross := s.Known.cross(o.Known)
	return max(v.quadratic(&s.Known.cov)+w.quadratic(&o.Known.cov)-2*v.dot(ptr(cross.times(&w))), 0)
}

// ptr returns a pointer to a copy of v.
func ptr(v vector) *vector { return &v }

// What a time is off by, beside the parameters.
type apart struct {
	net    map[string]float64 // variances of the shares of the network's deviation, by key
	steady float64            // of what is left, the variance that a setting and a network have
	run    float64            // and that a run has
	spread float64            // how many times its own variance the variance of an answer is
}

// apart returns what Network sums up.
func (s *Side) apart() apart {
	k := s.Known
	out := apart{net: map[string]float64{}, spread: 1}
	left, widening, seen := 1.0, 1.0, false
	if r, ok := k.left(s.Of.Print); ok {
		left = 1 - r.share()*r.near(s.Of.Batch)
	}
	for _, d := range sharesOf(&k.Setting, k.part.sd) {
		n, ok := k.part.nets[s.Of.Print][d.key]
		if !ok {
			n.variance = tails * d.sd * d.sd
		}
		out.net[d.key], seen = n.variance*left, seen || ok
	}
	if !seen {
		likeness := k.part.similar(&k.Setting, s.Of.Bag)
		widening, out.spread = likeness.Widening, likeness.spread()
	}
	for key := range out.net {
		out.net[key] *= widening
	}
	noise := k.Noise()
	out.steady, out.run = steady*noise*left, (1-steady)*noise
	return out
}

// correlation returns how much of the deviations of two networks is the same. Of networks that are alike it is the
// weight that one of them alone has in a forecast of the other.
func (n *Network) correlation(o *Network) float64 {
	if n.Print != "" && n.Print == o.Print {
		return 1
	}
	w := n.likeness(o)
	return w / (w + reserve)
}

// likeness returns the weight that two networks have in each other's forecasts by what they are made of: 1 for the same
// network or kernels, 0 where one is not known.
func (n *Network) likeness(o *Network) float64 {
	if n.Print != "" && n.Print == o.Print {
		return 1
	}
	if len(n.Bag) == 0 || len(o.Bag) == 0 {
		return 0
	}
	return math.Pow(Similarity(n.Bag, o.Bag), sharpness)
}

// closeness returns how much of what is left at one batch holds at another: all of it at the same, half of it at four
// times as large a one.
func closeness(a, b int64) float64 {
	far := math.Log(float64(max(a, 1))/float64(max(b, 1))) / math.Log(4)
	return 1 / (1 + far*far)
}
