// Package timing is the calibrated time of kernels: a roofline whose ceilings are what a runtime
// achieves of a device's peaks, with the cost of starting each kernel, and the fit of those ceilings to measurements.
package timing

import (
	"math"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// A Term is what the time of one kernel is made of, at the device's peaks.
type Term struct {
	Compute  float64      // s: matrix work at peak
	Vector   float64      // s: vector and special-function work at peak
	Memory   float64      // s: traffic at the bandwidth of main memory
	Repack   float64      // s: convolution weights at that bandwidth; 0 unless the runtime rearranges them at every call
	Eff      params.Param // efficiency of Compute
	Band     params.Param // efficiency of Memory
	N, K     float64      // columns and inner dimension of the product; 0: no loss for being narrow
	Tile     float64      // outputs per compute unit; 0: no loss for being few
	Product  bool         // Compute is that of a matrix product, not of a convolution
	Window   bool         // Compute is that of a dense convolution of windows of more than one element
	Threads  float64      // of a CPU that work on it; 0 elsewhere
	InOrder  bool         // on cores that execute in order
	Pool     bool         // Vector is that of windows of pooling
	Winograd bool         // Compute may be done with fewer multiply-adds
	Steps    float64      // time steps of a recurrent layer
	Times    float64      // executions per inference
	Wait     float64      // s, of work that is not the device's own: on another unit, and to hand it over
	Transfer float64      // bytes copied between host and device: then the term is that copy, and no kernel
}

// Time is the time of one execution of a kernel in seconds, and its parts.
type Time struct {
	Compute, Vector, Memory float64 // what each would take alone
	Overhead                float64 // launch, weight repacking, recurrent steps, waiting for another unit
	Total                   float64 // in seconds
}

// At returns the time of one execution of a kernel:
//
//	T^parallel/in_order (((C/(e s w) + U)^4 + (V/v)^4 + (M/b)^4)^(1/4) + launch + repack) + steps + wait
//
// It is a roofline with a rounded ridge. T is the number of a CPU's threads, 1 elsewhere. The factor in_order counts on
// cores that execute in order. s = N/(N+N0) K/(K+K0) O/(O+O0) is the loss of narrow products and of few outputs.
// U = C/e unfold/N is the time in which windows of a convolution are unfolded. v of pooling is its own.
// With all efficiencies at most 1 the time is never below max(C/w, V, M).
func At(p *params.Values, t *Term) Time {
	product, unfold := matrix(p, t)
	r, _ := at(p, t, product+unfold, slowdown(p, t))
	return r
}

// at returns the time of a kernel in seconds: the fourth-power norm of compute, vector and memory, plus overheads; and
// the powers. compute is that of its matrix work on one core.
func at(p *params.Values, t *Term, compute, slow float64) (r Time, by powers) {
	parts := partsAt(p, t, compute, slow)
	r.Compute, r.Vector, r.Memory = parts.Compute, parts.Vector, parts.Memory
	r.Overhead = parts.Launch + parts.Repack + parts.Steps + parts.Wait
	by = powersOf(r.Compute, r.Vector, r.Memory)
	r.Total = by.norm() + r.Overhead
	return r, by
}

// Parts are what the time of one execution of a kernel is made of, each as long as it would take alone, in seconds.
type Parts struct{ Compute, Vector, Memory, Launch, Repack, Steps, Wait float64 }

// PartsAt returns the parts of the time of one execution of a kernel.
func PartsAt(p *params.Values, t *Term) Parts {
	product, unfold := matrix(p, t)
	return partsAt(p, t, product+unfold, slowdown(p, t))
}

// partsAt returns the terms of a kernel's time in seconds. slow multiplies what the device itself
// does, compute is what its matrix work takes on one core.
func partsAt(p *params.Values, t *Term, compute, slow float64) Parts {
	vector := t.Vector / p[params.EffVector]
	if t.Pool && p[params.Pool] > 0 {
		vector /= p[params.Pool]
	}
	return Parts{
		Compute: compute * slow, Vector: vector * slow, Memory: t.Memory / p[t.Band] * slow,
		Launch: p[params.Launch] * slow, Repack: t.Repack / p[params.Repack] * slow, Steps: t.Steps * p[params.Step],
		Wait: t.Wait,
	}
}

// tileUnfold says how many times as long as unfolding its windows a convolution by Winograd takes to transform its
// input: it transforms a fifth as many elements (64 of a tile for 36 outputs, not 9 for each), and one takes twice as
// long as a copy. Sums of terms over ncnn's networks say so (docs/experiments.md).
const tileUnfold = 0.4

// matrix returns the time of a product on one core and that of unfolding its windows, in seconds.
func matrix(p *params.Values, t *Term) (product, unfold float64) {
	product = t.Compute / efficiency(p, t)
	if t.Window && t.N > 0 {
		unfold = product * p[params.Unfold] / t.N
	}
	product *= loss(p, t)
	if w := p[params.Winograd]; t.Winograd && w > 1 {
		product /= w
		unfold *= tileUnfold
	}
	return product, unfold
}

// slowdown returns T^parallel/in_order: the time on T of a CPU's cores over that of perfectly shared work on
// out-of-order cores.
func slowdown(p *params.Values, t *Term) float64 {
	f := 1.0
	if t.InOrder {
		f /= p[params.InOrder]
	}
	if t.Threads > 1 && p[params.Parallel] > 0 {
		f *= math.Pow(t.Threads, p[params.Parallel])
	}
	return f
}

// efficiency returns e: the share of the peak that the matrix work reaches, at most 1.
func efficiency(p *params.Values, t *Term) float64 {
	if t.Product {
		return min(1, p[t.Eff]*p[params.Product])
	}
	return p[t.Eff]
}

// loss returns 1/s.
func loss(p *params.Values, t *Term) float64 {
	f := 1.0
	if t.N > 0 {
		f *= 1 + p[params.HalfN]/t.N
	}
	if t.K > 0 {
		f *= 1 + p[params.HalfK]/t.K
	}
	if t.Tile > 0 {
		f *= 1 + p[params.HalfTile]/t.Tile
	}
	return f
}

// norm4 returns (a^4 + b^4 + c^4)^(1/4), without overflow.
func norm4(a, b, c float64) float64 {
	p := powersOf(a, b, c)
	return p.norm()
}

// powers are the fourth powers of three numbers over their maximum.
type powers struct{ most, a, b, c float64 }

// powersOf returns the powers of three numbers; zeros where all are 0.
func powersOf(a, b, c float64) powers {
	m := math.Max(a, math.Max(b, c))
	if m == 0 {
		return powers{}
	}
	return powers{m, pow4(a / m), pow4(b / m), pow4(c / m)}
}

// norm returns the fourth root of the sum of the fourth powers.
func (p *powers) norm() float64 {
	if p.most == 0 {
		return 0
	}
	return p.most * math.Sqrt(math.Sqrt(p.a+p.b+p.c))
}

// Sum returns the time of one inference, in seconds: all kernels, one after the other.
func Sum(p *params.Values, terms []Term) float64 {
	var sum, kernels, copies float64
	for i := range terms {
		if terms[i].Transfer > 0 {
			copies += terms[i].Transfer * terms[i].Times
			continue
		}
		t := At(p, &terms[i])
		sum += t.Total * terms[i].Times
		kernels += terms[i].Times
	}
	return Inference(p[params.Scale]*sum, p[params.Dispatch]*kernels, p[params.Fixed]+copies/p[params.Transfer])
}

// Inference returns the time of one inference, in seconds, from the time that the device is busy, the time that the
// host takes to issue the kernels, and the fixed cost. The host issues kernels while the device works, so the slower
// of the two decides: (device^4 + host^4)^(1/4) + fixed.
func Inference(device, host, fixed float64) float64 { return norm4(device, host, 0) + fixed }

// A Slope sums the time of kernels and its derivatives by the logarithms of the parameters. The zero Slope is of none.
type Slope struct {
	d            params.Values // by parameter
	sum, kernels float64       // of times, and kernels
	copies       float64       // bytes
	team         team          // of the kernel before
}

// A team is what kernels on the same cores share under the same parameters.
type team struct {
	threads, exponent, share float64 // T, its exponent and in_order
	slow, log                float64 // slowdown and the logarithm of T
}

// on returns the team of a kernel.
func (s *Slope) on(p *params.Values, t *Term) *team {
	of := team{threads: t.Threads, exponent: p[params.Parallel], share: 1}
	if t.InOrder {
		of.share = p[params.InOrder]
	}
	if was := &s.team; was.slow == 0 || was.threads != of.threads || was.exponent != of.exponent || was.share != of.share {
		of.slow, of.log = slowdown(p, t), math.Log(max(t.Threads, 1))
		s.team = of
	}
	return &s.team
}

// Add adds all executions of a kernel, and returns the time of one. A copy between host and device takes the device no
// time.
func (s *Slope) Add(p *params.Values, t *Term) Time {
	var share Share
	s.Share(p, t, &share)
	s.Include(&share)
	return share.At
}

// A Share is what all executions of a kernel add to a Slope. Kernels of equal terms have equal shares.
type Share struct {
	At                 Time // of one execution
	eff, band          params.Param
	sum, times, copies float64 // of times, executions, bytes
	// Derivatives of sum by the logarithms of parameters.
	byEff, byProduct, byVector, byPool, byBand, byUnfold, byN, byK, byTile, byWinograd float64
	byLaunch, byRepack, byInOrder, byParallel, byStep                                  float64
}

// Share sets out to what a kernel adds.
func (s *Slope) Share(p *params.Values, t *Term, out *Share) {
	*out = Share{eff: t.Eff, band: t.Band}
	if t.Transfer > 0 {
		out.copies = t.Transfer * t.Times
		return
	}
	on := s.on(p, t)
	product, unfold := matrix(p, t)
	var by powers
	out.At, by = at(p, t, product+unfold, on.slow)
	out.sum, out.times = out.At.Total*t.Times, t.Times
	body := (out.At.Total - out.At.Overhead) * t.Times
	if body > 0 {
		out.body(p, t, &by, product, unfold, body)
	}
	launch, repack := p[params.Launch]*on.slow*t.Times, t.Repack/p[params.Repack]*on.slow*t.Times
	out.byLaunch, out.byRepack = launch, -repack
	if t.InOrder {
		out.byInOrder = -(body + launch + repack)
	}
	if t.Threads > 1 {
		out.byParallel = (body + launch + repack) * p[params.Parallel] * on.log
	}
	out.byStep = t.Steps * p[params.Step] * t.Times
}

// body sets the derivatives of what arithmetic and memory take.
func (h *Share) body(p *params.Values, t *Term, by *powers, product, unfold, body float64) {
	all := by.a + by.b + by.c
	c, v, b := body*by.a/all, body*by.b/all, body*by.c/all
	if !t.Product {
		h.byEff = -c
	} else if efficiency(p, t) < 1 {
		h.byEff, h.byProduct = -c, -c
	}
	h.byVector, h.byBand = -v, -b
	if t.Pool && p[params.Pool] > 0 {
		h.byPool = -v
	}
	if unfold > 0 {
		all := product + unfold
		h.byUnfold = c * unfold / all
		c *= product / all
	}
	if t.N > 0 {
		h.byN = c * p[params.HalfN] / (t.N + p[params.HalfN])
	}
	if t.K > 0 {
		h.byK = c * p[params.HalfK] / (t.K + p[params.HalfK])
	}
	if t.Tile > 0 {
		h.byTile = c * p[params.HalfTile] / (t.Tile + p[params.HalfTile])
	}
	if t.Winograd {
		h.byWinograd = -c
	}
}

// Include adds what all executions of a kernel add.
func (s *Slope) Include(h *Share) {
	s.sum += h.sum
	s.kernels += h.times
	s.copies += h.copies
	d := &s.d
	d[h.eff] += h.byEff
	d[params.Product] += h.byProduct
	d[params.EffVector] += h.byVector
	d[params.Pool] += h.byPool
	d[h.band] += h.byBand
	d[params.Unfold] += h.byUnfold
	d[params.HalfN] += h.byN
	d[params.HalfK] += h.byK
	d[params.HalfTile] += h.byTile
	d[params.Winograd] += h.byWinograd
	d[params.Launch] += h.byLaunch
	d[params.Repack] += h.byRepack
	d[params.InOrder] += h.byInOrder
	d[params.Parallel] += h.byParallel
	d[params.Step] += h.byStep
}

// Inference returns the time of one inference and sets d to its derivatives by the logarithms of the parameters.
func (s *Slope) Inference(p, d *params.Values) float64 {
	device, host := p[params.Scale]*s.sum, p[params.Dispatch]*s.kernels
	both := norm4(device, host, 0)
	slope := 0.0 // of both by device
	if both > 0 {
		slope = pow4(device/both) * both / device
	}
	for i := range d {
		d[i] = s.d[i] * p[params.Scale] * slope
	}
	d[params.Scale] = device * slope
	d[params.Dispatch] = both - device*slope
	copies := s.Copies(p)
	d[params.Fixed], d[params.Transfer] = p[params.Fixed], -copies
	return both + p[params.Fixed] + copies
}

// Copies returns the time of the copies between host and device, in seconds.
func (s *Slope) Copies(p *params.Values) float64 { return s.copies / p[params.Transfer] }

// Gradient returns Sum and sets d to its derivative by the logarithm of every parameter.
func Gradient(p *params.Values, terms []Term, d *params.Values) float64 {
	var s Slope
	for i := range terms {
		s.Add(p, &terms[i])
	}
	return s.Inference(p, d)
}

// pow4 returns x^4.
func pow4(x float64) float64 { x *= x; return x * x }

// Used reports which parameters the time of one inference depends on: those by whose logarithm its derivative is not 0.
func Used(p *params.Values, terms []Term) (used [params.NumParams]bool) {
	var d params.Values
	Gradient(p, terms, &d)
	for i := range d {
		used[i] = d[i] != 0
	}
	return used
}
