package joint

import (
	"math"
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// A point is the parameters of one setting under given effects, and how they move with them.
type point struct {
	theta  params.Values
	slope  params.Values         // derivative of log theta by the sum of the effects
	active [params.NumParams]int // the kind of precision whose effects decide a parameter that has one
}

// A value is an effect's place in a list of effects, or fresh where it has none.
type place = int32

const fresh place = -1

// A layout is a design with the places of its effects.
type layout struct {
	*design
	shared []place
	kinds  [NumKinds][]place
}

// layoutOf returns the places of a design's effects in the fitted part; effects that were not
// fitted are fresh.
func layoutOf(d *design, index map[string]place, rich map[string]bool) *layout {
	l := &layout{design: &design{}}
	for _, u := range d.shared {
		if u.rich == "" || rich[u.rich] {
			l.design.shared = append(l.design.shared, u)
			l.shared = append(l.shared, placeOf(u.name, index))
		}
	}
	l.design.kinds = d.kinds
	for k := range d.kinds {
		for _, u := range d.kinds[k] {
			l.kinds[k] = append(l.kinds[k], placeOf(u.name, index))
		}
	}
	return l
}

// placeOf returns the place of an effect by name, fresh where it was not fitted.
func placeOf(name string, index map[string]place) place {
	if i, ok := index[name]; ok {
		return i
	}
	return fresh
}

// dims gives the number of sums of effects that decide the parameters of a setting: one for every parameter, then one
// for every kind of precision.
const dims = int(params.NumParams) + NumKinds

// A vector has one number for every sum of effects.
type vector [dims]float64

// moves calls do for every sum that an effect of the layout, counted as places are, is a part of.
func (l *layout) moves(do func(use, dim int)) {
	n := 0
	for _, u := range l.design.shared {
		for _, p := range u.set {
			do(n, int(p))
		}
		n++
	}
	for k := range l.kinds {
		for range l.kinds[k] {
			do(n, int(params.NumParams)+k)
			n++
		}
	}
}

// at returns the parameters of a setting. An effect without a place is 0.
func (l *layout) at(s *Setting, x []float64) point {
	var sum vector
	places := l.places()
	l.moves(func(use, dim int) {
		if e := places[use]; e != fresh {
			sum[dim] += x[e]
		}
	})
	return resolve(s, &sum)
}

// resolve returns the parameters of a setting by the sums of its effects.
func resolve(s *Setting, sum *vector) point {
	var pt point
	for p := range params.NumParams {
		if slices.Contains(setKind, p) {
			pt.theta[p], pt.slope[p], pt.active[p] = s.efficiency(p, sum)
		} else {
			pt.theta[p], pt.slope[p] = s.move(p, s.Prior[p], sum[p])
		}
	}
	return pt
}

// project returns the derivative of log time by every sum of effects, from that by the logarithm of every parameter.
func (pt *point) project(g *params.Values) vector {
	var v vector
	for p := range g {
		v[p] = g[p] * pt.slope[p]
	}
	for _, p := range setKind {
		v[int(params.NumParams)+pt.active[p]] += v[p]
	}
	return v
}

// slow8 lists the runtimes whose kernels of 8 bits may take longer than those of 16: of 1,353 published pairs of
// ncnn, 8 bits take longer in 537. In all others a narrower type reaches at least the operations/s of a wider one.
var slow8 = map[string]bool{"ncnn": true}

// capped lists the runtimes whose efficiency is relative to the peak, up to the sustained rate. That of other runtimes
// is relative to the sustained rate.
var capped = map[string]bool{"tensorrt": true}

// efficiency returns an efficiency of matrix work by the kind of precision that decides it: the setting's own, or a
// wider one where the kernels of that reach more operations/s. So a narrower type is never slower than a wider one.
// Where its rate is lower, it reaches at least the same share of it.
func (s *Setting) efficiency(p params.Param, sum *vector) (value, slope float64, active int) {
	active = s.Kind
	for k := s.Kind; k >= 0; k-- {
		if !s.reaches(k) {
			continue
		}
		by := sum[p] + sum[int(params.NumParams)+k]
		if capped[s.Runtime] && s.Slow[k] > 1 {
			by += math.Log(s.Slow[k])
		}
		v, d := s.move(p, s.Prior[p]*s.typed(k)/s.typed(s.Kind), by)
		if k != s.Kind {
			v *= min(1, s.Rates[k]/s.Rates[s.Kind])
		}
		if k == s.Kind || v > value {
			value, slope, active = v, d, k
		}
	}
	return value, slope, active
}

// reaches reports whether the setting's kernels are at least as good as those of kind k.
func (s *Setting) reaches(k int) bool {
	switch {
	case k == s.Kind:
		return true
	case s.Kind == Kind8 && slow8[s.Runtime]:
		return false
	}
	return s.Rates[k] > 0 && s.Rates[s.Kind] > 0
}

// typed returns the efficiency of a kind in times that of the prior.
func (s *Setting) typed(k int) float64 {
	if e := s.Efficiency[k]; e > 0 {
		return e
	}
	return 1
}

// move returns the prior of a parameter moved by the effects, and the slope.
func (s *Setting) move(p params.Param, prior, by float64) (value, slope float64) {
	switch {
	case !isFree(s, p) || by == 0 && !saturates[p]:
		return prior, 1
	case saturates[p]:
		return saturate(desaturate(prior) + by)
	}
	return prior * math.Exp(by), 1
}

// row sets to J the derivative of log time by every effect of the layout, in the order of places.
func (l *layout) row(pt *point, g *params.Values, J []float64) {
	for i := range J {
		J[i] = 0
	}
	v := pt.project(g)
	l.moves(func(use, dim int) { J[use] += v[dim] })
}

// places lists the places of all effects of a layout, in the order of rows.
func (l *layout) places() []place {
	out := append([]place(nil), l.shared...)
	for k := range l.kinds {
		out = append(out, l.kinds[k]...)
	}
	return out
}

// uses lists all effects of a layout, in the order of rows.
func (d *design) uses() []use {
	out := append([]use(nil), d.shared...)
	for k := range d.kinds {
		out = append(out, d.kinds[k]...)
	}
	return out
}
