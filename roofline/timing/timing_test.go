package timing

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

func random(rng *rand.Rand) Term {
	t := Term{Eff: params.EffMatrix, Band: params.BandMatrix, Times: 1, Compute: rng.ExpFloat64() * 1e-4,
		Vector: rng.ExpFloat64() * 1e-5,
		Memory: rng.ExpFloat64() * 1e-4, N: 1 + float64(rng.IntN(512)), K: 1 + float64(rng.IntN(512)),
		Window: rng.IntN(2) == 0, Pool: rng.IntN(4) == 0, InOrder: rng.IntN(2) == 0, Threads: float64(rng.IntN(9))}
	if rng.IntN(3) == 0 {
		t.Eff, t.Band = params.EffDepthwise, params.BandDepthwise
	} else if rng.IntN(3) == 0 {
		t.Product, t.Window = true, false
	}
	t.Winograd = t.Window && rng.IntN(2) == 0
	return t
}

// parameters returns priors in which unfolding and pooling take time.
func parameters() params.Values {
	p := params.Priors()
	p[params.Unfold], p[params.Pool] = 50, 0.06
	return p
}

// A kernel is never faster than the speed of light of the work that it does, and more work, more bytes or a slower
// machine never make it faster.
func TestProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		k := random(rng)
		p := parameters()
		for i := range p {
			p[i] = params.Param(i).Clamp(p[i] * math.Exp(rng.NormFloat64()))
		}
		at := At(&p, &k)
		work := k.Compute
		if k.Winograd {
			work /= p[params.Winograd]
		}
		if light := max(work, k.Vector, k.Memory); at.Total < light*(1-1e-12) {
			t.Fatalf("%+v takes %g s, below its speed of light of %g s", k, at.Total, light)
		}
		for _, grow := range []func(*Term){func(k *Term) { k.Compute *= 1.5 }, func(k *Term) { k.Memory *= 1.5 },
			func(k *Term) { k.Vector *= 1.5 }} {
			more := k
			grow(&more)
			if slower := At(&p, &more); slower.Total < at.Total {
				t.Fatalf("more work takes less time: %g s after %g s", slower.Total, at.Total)
			}
		}
	}
}

// The analytic gradient is the numeric one.
func TestGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	terms := make([]Term, 40)
	for i := range terms {
		terms[i] = random(rng)
		terms[i].Tile, terms[i].Repack, terms[i].Steps = 50, 1e-5, float64(i%2)
	}
	terms = append(terms, Term{Transfer: 1e6, Times: 2})
	p := parameters()
	p[params.Dispatch], p[params.Parallel], p[params.InOrder] = 4e-4, 0.3, 0.5 // the first is about what the device takes
	var d params.Values
	Gradient(&p, terms, &d)
	for i := range p {
		const h = 1e-6
		up, down := p, p
		up[i] *= math.Exp(h)
		down[i] *= math.Exp(-h)
		if want := (Sum(&up, terms) - Sum(&down, terms)) / (2 * h); math.Abs(d[i]-want) > 1e-5*math.Abs(want)+1e-12 {
			t.Errorf("%s: derivative %g, numeric %g", params.Specs[i].Key, d[i], want)
		}
	}
}

// Cores that execute in order, and more threads for the same share of the peak, take longer by one factor for all that
// a kernel does.
func TestCores(t *testing.T) {
	p := params.Priors()
	p[params.InOrder], p[params.Parallel] = 0.5, 0.45
	one := Term{Eff: params.EffMatrix, Band: params.BandMatrix, Compute: 1e-3, Memory: 4e-4, Repack: 1e-5, Times: 1,
		Threads: 1}
	four := one
	four.Threads, four.InOrder = 4, true
	if got, want := At(&p, &four).Total/At(&p, &one).Total, 2*math.Pow(4, 0.45); math.Abs(got-want) > 1e-9 {
		t.Errorf("four in-order cores take %g times as long for the same share, want %g", got, want)
	}
}

// A product's efficiency ends at the peak, and there the fit has nothing to gain from it.
func TestProductAtPeak(t *testing.T) {
	p := params.Priors()
	p[params.EffMatrix], p[params.Product] = 0.8, 1.5
	k := Term{Eff: params.EffMatrix, Band: params.BandMatrix, Compute: 1e-3, Product: true, Times: 1}
	if at := At(&p, &k); at.Compute != k.Compute {
		t.Errorf("compute takes %g s, want that at the peak, %g", at.Compute, k.Compute)
	}
	var d params.Values
	if Gradient(&p, []Term{k}, &d); d[params.Product] != 0 || d[params.EffMatrix] != 0 {
		t.Errorf("derivatives %g and %g at the peak", d[params.Product], d[params.EffMatrix])
	}
}

// BenchmarkGradient times 100 terms with their derivatives, as a fit does at every step.
func BenchmarkGradient(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 8))
	terms := make([]Term, 100)
	for i := range terms {
		terms[i] = random(rng)
	}
	p := parameters()
	var d params.Values
	b.ReportAllocs()
	for b.Loop() {
		Gradient(&p, terms, &d)
	}
}
