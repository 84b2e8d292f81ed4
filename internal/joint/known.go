package joint

import (
	"math"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A matrix has one number for every pair of sums of effects.
type matrix [dims]vector

// Known holds the parameters of one setting and their covariance.
type Known struct {
	Setting
	Evidence
	point
	part *part
	uses []use
	at   []place // of uses
	lay  *layout
	sum  vector
	cov  matrix // of sum
	own  map[string]residual
	// moved says that the user's rows moved the parameters: their covariance with other settings is that before.
	moved bool
}

// maxRemembered bounds the settings that a model remembers, each of some kilobytes.
const maxRemembered = 256

// Known returns what the model knows of a setting. It is remembered, and must not be changed.
func (m *Model) Known(s *Setting) *Known {
	m.mu.Lock()
	k, ok := m.known[*s]
	m.mu.Unlock()
	if ok {
		return k
	}
	k = newKnown(m.partOf(s), s)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= maxRemembered {
		m.known = map[Setting]*Known{}
	}
	m.known[*s] = k
	return k
}

// newKnown returns what a part of the model knows of a setting: the sum of its effects and their
// covariance.
func newKnown(p *part, s *Setting) *Known {
	l := layoutOf(designOf(s), p.index, p.rich)
	k := &Known{Setting: *s, Evidence: p.evidence(s), part: p, uses: l.uses(), at: l.places(), lay: l}
	l.moves(func(use, dim int) {
		if e := k.at[use]; e != fresh {
			k.sum[dim] += p.mean[e]
		}
	})
	k.cov = k.cross(k)
	k.point = resolve(s, &k.sum)
	return k
}

// cross returns the covariance of the sums of two settings of one family of runtimes.
func (k *Known) cross(o *Known) (out matrix) {
	mid := make([]vector, len(k.uses)) // covariance of the effects of k and the sums of o
	of := map[string]int{}
	for j := range o.uses {
		of[o.uses[j].name] = j
	}
	o.lay.moves(func(use, dim int) {
		e := o.at[use]
		if e == fresh {
			return
		}
		for i := range k.uses {
			if k.at[i] != fresh {
				mid[i][dim] += k.part.covariance(k.at[i], e)
			}
		}
	})
	byUse := make([][]int, len(o.uses))
	o.lay.moves(func(use, dim int) { byUse[use] = append(byUse[use], dim) })
	for i, u := range k.uses {
		if j, shared := of[u.name]; shared && k.at[i] == fresh {
			sd := k.part.sd.of(u.group, u.sd)
			for _, dim := range byUse[j] {
				mid[i][dim] += sd * sd
			}
		}
	}
	k.lay.moves(func(use, dim int) {
		for d := range mid[use] {
			out[dim][d] += mid[use][d]
		}
	})
	return out
}

// covariance returns that of two effects with places.
func (p *part) covariance(a, b place) float64 {
	if p.cov == nil {
		return 0
	}
	return p.cov.At(int(a), int(b))
}

// Values returns the parameters.
func (k *Known) Values() params.Values { return k.theta }

// Variance returns the variance of the logarithm of a time by the parameters, from the derivative of that logarithm by
// those of the parameters.
func (k *Known) Variance(g *params.Values) float64 {
	v := k.project(g)
	return max(0, v.quadratic(&k.cov))
}

// quadratic returns v' m v.
func (v *vector) quadratic(m *matrix) float64 {
	var sum float64
	for a := range v {
		if v[a] == 0 {
			continue
		}
		var row float64
		for b := range v {
			row += m[a][b] * v[b]
		}
		sum += v[a] * row
	}
	return sum
}

// Noise returns the variance of the logarithm of one measurement, as wide as its tails are.
func (k *Known) Noise() float64 {
	n := k.part.noise(&k.Setting)
	return tails * n * n
}

// A Forecast is the expected latency of one inference, as a logarithm of seconds.
type Forecast struct {
	Log      float64
	Variance float64 // of the whole, the noise of a measurement included
	Slice    float64 // of Variance: the parameters
}

// tails makes 90 % of a normal distribution of a t distribution's 90 %: (2.353/1.645)^2.
const tails = 2.05

// Forecast returns the expected latency of kernels. A network that no sample is of may be empty.
func (k *Known) Forecast(terms []timing.Term, of *Network) Forecast {
	var g params.Values
	t := timing.Gradient(&k.theta, terms, &g)
	for p := range g {
		g[p] /= t
	}
	by := k.Network(of)
	out := Forecast{Log: math.Log(t) + by.Mean, Slice: k.Variance(&g)}
	out.Variance = (out.Slice + by.Variance) * by.Spread
	return out
}

// Reach returns how far the logarithms of 90 % of measurements are from an expected one of that variance, at most.
func Reach(variance float64) float64 { return normal90 * math.Sqrt(variance) }

// normal90 gives the number of standard deviations that hold 90 % of a normal distribution.
const normal90 = 1.645

// Seen reports whether the network of a fingerprint was measured with a runtime of the family.
func (k *Known) Seen(print string) bool {
	_, own := k.own[print]
	return own || len(k.part.left[print]) > 0
}

// A Deviation is how far a network is off the timing model in a setting, in logarithms, the noise of a measurement
// included.
type Deviation struct {
	Mean, Variance float64
	Here           int      // measurements of the network in the setting
	Elsewhere      []string // slices with the family's runtimes on which the network was measured
	Model          string   // the network's name, as published
	Alike          Likeness // what networks that are made alike say, where it was not measured
	Spread         float64  // how many times the variance of the parameters and of the deviation that of an answer is
}

// Network returns what is known of a network in the setting.
func (k *Known) Network(of *Network) Deviation {
	var out Deviation
	out.Mean, out.Variance, out.Alike = k.part.network(&k.Setting, of.Print, of.Bag)
	out.Spread = out.Alike.spread()
	noise := k.Noise()
	_, own := k.own[of.Print]
	if r, ok := k.left(of.Print); ok {
		share := r.share()
		out.Mean += share * r.mean // at every batch: one that faded would have a larger batch take less
		near := r.near(of.Batch)
		noise *= 1 - steady*share*near
		out.Variance *= 1 - share*near
		if near >= 0.5 && (own || !k.variant()) {
			out.Here = r.same
		}
	}
	out.Variance += noise
	out.Elsewhere, out.Model = k.part.measured(of.Print, k.MeasuredAs), k.part.models[of.Print]
	return out
}

// steady gives the share of the variance of what is left that the network and the setting explain, not the run.
const steady = 0.7

// left returns what is left of the measurements of a network in the setting.
func (k *Known) left(network string) (residual, bool) {
	if r, ok := k.own[network]; ok {
		return r, true
	}
	return k.part.here(&k.Setting, network)
}

// share returns the share of what is left that stays the same from run to run.
func (r *residual) share() float64 { return steady * float64(r.n) / (1 + steady*float64(r.n-1)) }
