package timing

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// A Sample is one measured inference: its kernels and its time in seconds.
type Sample struct {
	Terms    []Term
	Measured float64
	Weight   float64 // 0 counts as 1
}

// A Prior is what is believed of the parameters before the fit: their values, the spread of their
// logarithms, and how much that weighs against the measurements.
type Prior struct {
	Mean   params.Values
	Sigma  params.Values // 0: held at the mean
	Weight float64       // lambda^2 of the penalty ((ln p - ln mean)/sigma)^2
}

// NewPrior returns a prior with the spreads of Specs. What is 0 has no effect and is held.
func NewPrior(mean params.Values, weight float64) Prior {
	p := Prior{Mean: mean, Weight: weight}
	for i := range params.Specs {
		if mean[i] != 0 {
			p.Sigma[i] = params.Specs[i].Sigma
		}
	}
	return p
}

// lossScale is where a residual stops to count in full: the Cauchy loss of a residual in logarithms.
const lossScale = 0.1

// maxSteps bounds the evaluations of a fit; eight to thirty are usual.
const maxSteps = 60

// Fit finds the parameters that explain the samples, by Levenberg-Marquardt with weights that make
// outliers count less (Cauchy loss), in logarithms, with priors. It is deterministic.
func Fit(samples []Sample, prior *Prior) (params.Values, error) {
	if len(samples) == 0 {
		return params.Values{}, fmt.Errorf("found no measurement to fit, expected at least one")
	}
	f := &fitter{samples: samples, prior: prior}
	for i := range params.Specs {
		if prior.Sigma[i] > 0 {
			f.free = append(f.free, params.Param(i))
		}
	}
	p := prior.Mean
	for _, i := range f.free { // what is held may be at a value without effect, outside its limits
		p[i] = i.Clamp(p[i])
	}
	damping := 1e-2
	cost := f.evaluate(&p)
	for range maxSteps {
		step, ok := f.step(&p, damping)
		if !ok {
			damping *= 5
			if damping > 1e8 {
				break
			}
			continue
		}
		next := p
		for k, i := range f.free {
			next[i] = i.Clamp(p[i] * math.Exp(math.Min(math.Max(step.AtVec(k), -1.5), 1.5)))
		}
		saved := f.save()
		c := f.evaluate(&next)
		if !(c < cost) {
			f.restore(saved)
			if damping *= 5; damping > 1e8 {
				break
			}
			continue
		}
		gain := (cost - c) / cost
		p, cost = next, c
		if damping /= 4; gain < 1e-7 {
			break
		}
	}
	return p, nil
}

type fitter struct {
	samples []Sample
	prior   *Prior
	free    []params.Param
	jac     []params.Values // by sample: derivative of ln(predicted)
	res     []float64       // by sample: ln(predicted/measured)
	weight  []float64       // by sample
}

type saved struct {
	jac []params.Values
	res []float64
	w   []float64
}

func (f *fitter) save() saved {
	return saved{append([]params.Values(nil), f.jac...), append([]float64(nil), f.res...), append([]float64(nil), f.weight...)}
}

func (f *fitter) restore(s saved) { f.jac, f.res, f.weight = s.jac, s.res, s.w }

// evaluate fills residuals and derivatives and returns the cost.
func (f *fitter) evaluate(p *params.Values) float64 {
	if f.jac == nil {
		n := len(f.samples)
		f.jac, f.res, f.weight = make([]params.Values, n), make([]float64, n), make([]float64, n)
	}
	var cost float64
	for i := range f.samples {
		s := &f.samples[i]
		t := Gradient(p, s.Terms, &f.jac[i])
		for k := range f.jac[i] {
			f.jac[i][k] /= t
		}
		w := s.Weight
		if w == 0 {
			w = 1
		}
		r := math.Log(t / s.Measured)
		z := r / lossScale
		f.res[i], f.weight[i] = r, w/(1+z*z)
		cost += w * lossScale * lossScale * math.Log1p(z*z)
	}
	for _, i := range f.free {
		d := math.Log(p[i]/f.prior.Mean[i]) / f.prior.Sigma[i]
		cost += f.prior.Weight * d * d
	}
	return cost
}

// step solves the damped normal equations. Parameters that the step would push over a limit they are at are held.
func (f *fitter) step(p *params.Values, damping float64) (*mat.VecDense, bool) {
	n := len(f.free)
	a, b := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	for s := range f.res {
		for k, i := range f.free {
			ji := f.jac[s][i]
			if ji == 0 {
				continue
			}
			b.SetVec(k, b.AtVec(k)-f.weight[s]*ji*f.res[s])
			for l := k; l < n; l++ {
				if jl := f.jac[s][f.free[l]]; jl != 0 {
					a.SetSym(k, l, a.At(k, l)+f.weight[s]*ji*jl)
				}
			}
		}
	}
	for k, i := range f.free {
		inv := f.prior.Weight / (f.prior.Sigma[i] * f.prior.Sigma[i])
		a.SetSym(k, k, a.At(k, k)+inv)
		b.SetVec(k, b.AtVec(k)-inv*math.Log(p[i]/f.prior.Mean[i]))
	}
	for k, i := range f.free {
		if at := b.AtVec(k); p[i] <= params.Specs[i].Lo && at < 0 || p[i] >= params.Specs[i].Hi && at > 0 {
			for l := range n {
				if l != k {
					a.SetSym(k, l, 0)
				}
			}
			b.SetVec(k, 0)
		}
	}
	for k := range n {
		a.SetSym(k, k, a.At(k, k)*(1+damping)+1e-12)
	}
	var chol mat.Cholesky
	if !chol.Factorize(a) {
		return nil, false
	}
	x := mat.NewVecDense(n, nil)
	if err := chol.SolveVecTo(x, b); err != nil {
		return nil, false
	}
	return x, true
}
