package joint

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// A system is the normal equations of one step, with the networks' deviations eliminated: a is the Schur complement.
type system struct {
	f    *fitter
	a    *mat.SymDense
	b    *mat.VecDense
	nets []block
}

// A block is the part of the normal equations of one network: inv B, and inv B C for the effects that it touches.
type block struct {
	inv     *mat.SymDense // inverse of B
	g       *mat.VecDense
	touched []place
	cross   *mat.Dense // C: deviations x touched
	gain    *mat.Dense // inv B C
}

// system returns the normal equations at the present effects: priors on the diagonal, and each
// sample's derivatives.
func (f *fitter) system() *system {
	n := len(f.effects)
	s := &system{f: f, a: mat.NewSymDense(n, nil), b: mat.NewVecDense(n, nil), nets: make([]block, len(f.nets))}
	a, b := s.a.RawSymmetric().Data, s.b.RawVector().Data
	for e := range f.effects {
		w := 1 / (f.effects[e].sd * f.effects[e].sd)
		a[e*n+e] += w
		b[e] -= w * f.x[e]
	}
	local := make([]int, n)
	for k := range f.nets {
		s.add(k, a, b, local)
	}
	for i, m := range f.samples {
		if r := f.left(i); m.AtMost && r < 0 {
			s.put(i, f.prior[i]*studentWeight(r, f.sd[f.noise[i]]), r, a, b)
		}
	}
	return s
}

// put adds a sample with its weight and residual to the equations of the effects.
func (s *system) put(i int, w, r float64, a, b []float64) {
	f, n := s.f, len(s.f.effects)
	row, places := f.row[i], f.places[f.at[i]]
	for c, e := range places {
		if row[c] == 0 {
			continue
		}
		wj := w * row[c]
		b[e] += wj * r
		for d, o := range places {
			if o >= e {
				a[int(e)*n+int(o)] += wj * row[d]
			}
		}
	}
}

// add puts the samples of a network into the equations and eliminates its deviations. local is all zero before and
// after.
func (s *system) add(k int, a, b []float64, local []int) {
	f, net, blk := s.f, &s.f.nets[k], &s.nets[k]
	n, m := len(f.effects), len(net.u)
	for _, i := range net.samples {
		for _, e := range f.places[f.at[i]] {
			if local[e] == 0 {
				blk.touched = append(blk.touched, e)
				local[e] = 1
			}
		}
	}
	slices.Sort(blk.touched)
	for c, e := range blk.touched {
		local[e] = c + 1
	}
	big := mat.NewSymDense(m, nil)
	blk.g, blk.cross = mat.NewVecDense(m, nil), mat.NewDense(m, len(blk.touched), nil)
	for j, u := range net.u {
		w := studentWeight(u, net.sd[j])
		big.SetSym(j, j, w)
		blk.g.SetVec(j, -w*u)
	}
	for _, i := range net.samples {
		r := f.left(i)
		w := f.prior[i] * studentWeight(r, f.sd[f.noise[i]])
		s.put(i, w, r, a, b)
		row := f.row[i]
		for c, e := range f.places[f.at[i]] {
			if row[c] == 0 {
				continue
			}
			wj := w * row[c]
			for _, j := range f.use[i] {
				blk.cross.Set(j, local[e]-1, blk.cross.At(j, local[e]-1)+wj)
			}
		}
		for p, j := range f.use[i] {
			blk.g.SetVec(j, blk.g.AtVec(j)+w*r)
			for _, l := range f.use[i][p:] {
				if j == l {
					big.SetSym(j, j, big.At(j, j)+w)
				} else {
					big.SetSym(j, l, big.At(j, l)+w)
				}
			}
		}
	}
	blk.eliminate(big, a, b, n)
	for _, e := range blk.touched {
		local[e] = 0
	}
}

// eliminate subtracts C' inv B C from the equations of the effects and C' inv B g from their right side.
func (k *block) eliminate(big *mat.SymDense, a, b []float64, n int) {
	var chol mat.Cholesky
	chol.Factorize(big) // positive: every deviation has a prior
	m := big.SymmetricDim()
	k.inv = mat.NewSymDense(m, nil)
	_ = chol.InverseTo(k.inv)
	k.gain = mat.NewDense(m, len(k.touched), nil)
	k.gain.Mul(k.inv, k.cross)
	var down mat.VecDense
	down.MulVec(k.gain.T(), k.g)
	sum := make([]float64, len(k.touched))
	for c, e := range k.touched { // in rising order: what follows is the upper triangle
		b[e] -= down.AtVec(c)
		part := sum[c:]
		clear(part)
		for j := range m {
			if v := k.cross.At(j, c); v != 0 {
				floats.AddScaled(part, v, k.gain.RawRowView(j)[c:])
			}
		}
		row := a[int(e)*n : int(e+1)*n]
		for d, v := range part {
			row[k.touched[c+d]] -= v
		}
	}
}

// step returns effects and deviations after a damped step.
func (s *system) step(damping float64) (x []float64, us [][]float64, err error) {
	n := len(s.f.effects)
	damped := mat.NewSymDense(n, nil)
	damped.CopySym(s.a)
	for e := range n {
		damped.SetSym(e, e, s.a.At(e, e)*(1+damping))
	}
	dx, err := s.f.solver.solve(damped, s.b)
	if err != nil {
		return nil, nil, err
	}
	x = make([]float64, n)
	for e := range x {
		x[e] = s.f.x[e] + dx.AtVec(e)
	}
	for k := range s.nets {
		us = append(us, s.nets[k].follow(s.f.nets[k].u, dx))
	}
	return x, us, nil
}

// follow returns the deviations after the effects moved by dx: u + inv B (g - C dx).
func (k *block) follow(u []float64, dx *mat.VecDense) []float64 {
	var first mat.VecDense
	first.MulVec(k.inv, k.g)
	out := make([]float64, len(u))
	for j := range out {
		out[j] = u[j] + first.AtVec(j)
		for c, e := range k.touched {
			out[j] -= k.gain.At(j, c) * dx.AtVec(int(e))
		}
	}
	return out
}

// covariance returns the posterior covariance of the effects.
func (s *system) covariance() (*mat.SymDense, error) {
	n := len(s.f.effects)
	v := mat.NewSymDense(n, nil)
	v.CopySym(s.a)
	root, ok := lapack64.Potrf(v.RawSymmetric()) // mat.Cholesky would estimate a condition number at each call
	if ok {
		_, ok = lapack64.Potri(root)
	}
	if !ok {
		return nil, notPositive(n)
	}
	return v, nil
}

// notPositive returns the error of equations that have no single solution.
func notPositive(effects int) error {
	return fmt.Errorf("the equations of %d effects are not positive definite, expected priors that make them so",
		effects)
}
