package joint

import (
	"math"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// A point is the parameters of one setting under given effects, and how they move with them.
type point struct {
	theta  params.Values
	slope  params.Values // derivative of log theta by the sum of the effects
	active int           // the kind of precision whose effects decide
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

func placeOf(name string, index map[string]place) place {
	if i, ok := index[name]; ok {
		return i
	}
	return fresh
}

// at returns the parameters of a setting. An effect without a place is 0.
func (l *layout) at(s *Setting, x []float64) point {
	var sum params.Values
	for i, u := range l.design.shared {
		if e := l.shared[i]; e != fresh {
			for _, p := range u.set {
				sum[p] += x[e]
			}
		}
	}
	pt := point{active: s.Kind}
	best := math.Inf(-1)
	for k := s.Kind; k >= 0; k-- {
		if v, ok := l.kind(s, k, x); ok && v > best {
			best, pt.active = v, k
		}
	}
	if capped[s.Runtime] && s.Slow[s.Kind] > 1 {
		best += math.Log(s.Slow[s.Kind])
	}
	for _, p := range setKind {
		sum[p] += best
	}
	for p := range params.NumParams {
		pt.theta[p], pt.slope[p] = move(s, p, sum[p])
	}
	return pt
}

// lifts lists the runtimes that may run a layer in a higher precision where that is faster. Nothing holds others to the
// law that 8 bits are no slower than 16: published int8 figures of ncnn often are slower.
var lifts = map[string]bool{
	"tensorrt": true, "openvino": true, "onnxruntime-cuda": true,
	"pytorch-eager": true, "pytorch-eager-nhwc": true, "torch-compile": true,
}

// capped lists the runtimes whose efficiency is relative to the peak, up to the sustained rate. That of other runtimes
// is relative to the sustained rate.
var capped = map[string]bool{"tensorrt": true}

// kind returns the sum of the effects of precision k, less the ratio of the setting's own peak to that of k. So a
// narrower type reaches at least the operations/s of a wider one. ok is false where the wider one sets no such limit.
func (l *layout) kind(s *Setting, k int, x []float64) (sum float64, ok bool) {
	if k != s.Kind {
		if s.Kind == Kind8 && !lifts[s.Runtime] || s.Rates[k] <= 0 || s.Rates[s.Kind] < s.Rates[k] {
			return 0, false
		}
		sum = -math.Log(s.Rates[s.Kind] / s.Rates[k])
	}
	for _, e := range l.kinds[k] {
		if e != fresh {
			sum += x[e]
		}
	}
	return sum, true
}

// move returns the prior of a parameter moved by the effects, and the slope.
func move(s *Setting, p params.Param, by float64) (value, slope float64) {
	v := s.Prior[p]
	switch {
	case !isFree(s, p) || by == 0 && !saturates[p]:
		return v, 1
	case saturates[p]:
		return saturate(desaturate(v) + by)
	}
	return v * math.Exp(by), 1
}

// row sets to J the derivative of log time by every effect of the layout, in the order of places.
func (l *layout) row(pt *point, g *params.Values, J []float64) {
	for i := range J {
		J[i] = 0
	}
	var scaled params.Values
	for p := range g {
		scaled[p] = g[p] * pt.slope[p]
	}
	n := 0
	for _, u := range l.design.shared {
		for _, p := range u.set {
			J[n] += scaled[p]
		}
		n++
	}
	for k := range l.kinds {
		for range l.kinds[k] {
			if k == pt.active {
				for _, p := range setKind {
					J[n] += scaled[p]
				}
			}
			n++
		}
	}
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
