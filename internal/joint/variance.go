package joint

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// A tally collects what the posterior says of one variance.
type tally struct{ sum, dof float64 }

// estimate moves the variances of all groups half way, in the logarithm, to their posterior estimates.
func (f *fitter) estimate(given Variances) error {
	sys := f.system()
	v, err := sys.covariance()
	if err != nil {
		return err
	}
	by := map[string]*tally{}
	at := func(group string) *tally {
		if by[group] == nil {
			by[group] = &tally{}
		}
		return by[group]
	}
	for e := range f.effects {
		t, sd := at(f.effects[e].group), f.effects[e].sd
		t.sum += f.x[e] * f.x[e]
		t.dof += 1 - v.At(e, e)/(sd*sd)
	}
	f.tallyNetworks(sys, v, at)
	f.tallyNoise(sys, v, at)
	for group, t := range by {
		if group == "" {
			continue
		}
		start := given[group]
		weight := 1.0
		if isNoise(group) {
			weight = 4
		}
		s2 := (t.sum + weight*start*start) / (t.dof + weight)
		f.sd[group] = math.Sqrt(f.sd[group] * math.Sqrt(s2))
	}
	f.adopt()
	return nil
}

// isNoise reports whether a group holds noise, not effects.
func isNoise(group string) bool { return len(group) > 5 && group[:6] == "noise|" }

// tallyNetworks collects the deviations of networks: their variance is inv B + inv B C V C' inv B. A deviation that one
// row tells of is left out: what is the network's and what is noise, one row cannot say.
func (f *fitter) tallyNetworks(sys *system, v *mat.SymDense, at func(string) *tally) {
	for k := range f.nets {
		n, blk := &f.nets[k], &sys.nets[k]
		rows := make([]int, len(n.u))
		for _, i := range n.samples {
			for _, j := range f.use[i] {
				rows[j]++
			}
		}
		for j, u := range n.u {
			if rows[j] < 2 {
				continue
			}
			t, s2 := at(n.groups[j]), n.sd[j]*n.sd[j]
			w := studentWeight(u, n.sd[j]) * s2 // 4/3 at 0, less for outliers
			post := blk.inv.At(j, j) + quadratic(v, blk.touched, blk.gain.RawRowView(j))
			t.sum += w * u * u
			t.dof += max(1-w*post/s2, 0) // the prior's precision is w/s2: no data, no degree of freedom
		}
	}
}

// quadratic returns r' V r for a sparse r.
func quadratic(v *mat.SymDense, at []place, r []float64) float64 {
	var sum float64
	for i, a := range at {
		if r[i] == 0 {
			continue
		}
		var row float64
		for j, b := range at {
			row += v.At(int(a), int(b)) * r[j]
		}
		sum += r[i] * row
	}
	return sum
}

// tallyNoise collects residuals, less what the fit took of them.
func (f *fitter) tallyNoise(sys *system, v *mat.SymDense, at func(string) *tally) {
	spreads := make([]*spread, len(f.nets))
	for k := range spreads {
		spreads[k] = sys.nets[k].spreadOf(v)
	}
	for i, s := range f.samples {
		if s.AtMost {
			continue
		}
		group := f.noise[i]
		t, sd := at(group), f.sd[group]
		r := f.left(i)
		w := studentWeight(r, sd) * sd * sd
		t.sum += f.prior[i] * w * r * r
		leverage := f.prior[i] * studentWeight(r, sd) * f.fitVariance(spreads[f.netOf[i]], v, i)
		t.dof += f.prior[i] * max(1-leverage, 0)
	}
}

// A spread is the covariance of what a network's deviations have of the effects, gain V, and its part in theirs.
type spread struct {
	at   map[place]int // of touched effects: their column
	with [][]float64   // by deviation: V gain, by column
	own  *mat.Dense    // gain V gain' + inv B
}

// spreadOf returns the spread of a network's deviations.
func (k *block) spreadOf(v *mat.SymDense) *spread {
	m := k.inv.SymmetricDim()
	s := &spread{at: map[place]int{}, with: make([][]float64, m), own: mat.NewDense(m, m, nil)}
	for c, e := range k.touched {
		s.at[e] = c
	}
	part := mat.NewSymDense(max(len(k.touched), 1), nil)
	for c, e := range k.touched {
		for d := c; d < len(k.touched); d++ {
			part.SetSym(c, d, v.At(int(e), int(k.touched[d])))
		}
	}
	var mixed mat.Dense
	if len(k.touched) > 0 {
		mixed.Mul(k.gain, part)
		s.own.Mul(&mixed, k.gain.T())
		for j := range m {
			s.with[j] = mixed.RawRowView(j)
		}
	}
	s.own.Add(s.own, k.inv)
	return s
}

// fitVariance returns the posterior variance of the logarithm of a sample's time, its noise left out.
func (f *fitter) fitVariance(s *spread, v *mat.SymDense, i int) float64 {
	row, places := f.row[i], f.places[f.at[i]]
	sum := quadratic(v, places, row)
	for _, j := range f.use[i] {
		for _, l := range f.use[i] {
			sum += s.own.At(j, l)
		}
		for c, e := range places {
			if row[c] != 0 {
				sum -= 2 * row[c] * s.with[j][s.at[e]]
			}
		}
	}
	return sum
}

// adopt gives the variances of the groups to effects and networks.
func (f *fitter) adopt() {
	for e := range f.effects {
		if g := f.effects[e].group; g != "" {
			f.effects[e].sd = f.sd[g]
		}
	}
	for k := range f.nets {
		for j, g := range f.nets[k].groups {
			f.nets[k].sd[j] = f.sd[g]
		}
	}
}
