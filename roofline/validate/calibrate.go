package validate

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A Sample is a case made ready for a fit.
type Sample struct {
	*Case
	timing.Sample
	Network string // its fingerprint
	Bag     kernel.Bag
	Unfused float64 // s: speed of light of the graph as exported, one kernel for every node
	Fused   float64 // s: speed of light of the kernels of the runtime
}

// Prepare infers and lowers a case. Terms do not depend on any calibration.
func Prepare(c *Case) (*Sample, error) {
	res, err := c.Run()
	if err != nil {
		return nil, err
	}
	m, err := roofline.NewMachine(c.Device, c.Runtime.RunsAs(c.Device, c.Precision), nil)
	if err != nil {
		return nil, err
	}
	unfused, _ := m.Total(lower.Lower(res, lower.None.Recipe()))
	s := &Sample{Case: c, Network: roofline.Fingerprint(res), Unfused: unfused.SpeedOfLight}
	opt := c.Options()
	opt.Tuner = &roofline.Tuner{Runtime: c.Runtime}
	var kernels []kernel.Kernel
	if s.Terms, kernels, err = roofline.Terms(res, c.Device, opt); err != nil {
		return nil, err
	}
	s.Bag = kernel.NewBag(kernels)
	s.Measured = c.Row.Latency
	for i := range s.Terms {
		k := &s.Terms[i]
		s.Fused += max(k.Compute, k.Vector, k.Memory) * k.Times
	}
	if !(s.Fused > 0) || math.IsInf(s.Fused, 1) {
		return nil, fmt.Errorf("%s on %s: the kernels take %g s, expected a time above 0", c.Row.Graph, c.Device.ID, s.Fused)
	}
	return s, nil
}

// The weight of the prior falls with the number of measurements: with few of them a factor for the device is
// fitted as well, and everything else hardly moves.
const (
	few         = 20   // up to so many measurements
	weightFew   = 0.09 // lambda squared
	weightMany  = 0.01
	sigmaDevice = 0.3
)

// prior is where the fit of some samples of one slice starts from.
func prior(s *Sample, n int) timing.Prior {
	class := s.Runtime.PriorOn(s.Device, s.Runtime.RunsAs(s.Device, s.Precision))
	weight := weightMany
	if n <= few {
		weight = weightFew
	}
	p := timing.NewPrior(class.Values, weight)
	for _, h := range class.Held {
		p.Sigma[h] = 0
	}
	p.Sigma[params.Scale] = 0
	return p
}

// priorOf is the prior of a fit to some samples of one slice. Of few, the factor of the device starts at the median of
// their ratios: it is most of what three measurements can say.
func priorOf(samples []*Sample) timing.Prior {
	p := prior(samples[0], len(samples))
	if len(samples) > few {
		return p
	}
	ratios := make([]float64, len(samples))
	for i, s := range samples {
		ratios[i] = s.Measured / timing.Sum(&p.Mean, s.Terms)
	}
	slices.Sort(ratios)
	p.Mean[params.Scale] = params.Scale.Clamp(Quantile(ratios, 0.5))
	p.Sigma[params.Scale] = sigmaDevice
	return p
}

// folds is how many parts the families are split into, and shuffles how often, for held-out errors.
const (
	folds    = 5
	shuffles = 3
	seed     = 1
)

// A Fit is a calibration and the held-out predictions that its figures come from.
type Fit struct {
	Calibration runtimes.Calibration
	HeldOut     Errors
	Before      Errors // with what was believed of the runtime
	Unfused     Errors // the speed of light of the graph as exported
	Fused       Errors // the speed of light of the runtime's kernels
	Coverage    float64
	Ratios      []float64 // by sample: held-out predicted over measured, the median over shuffles
}

// Calibrate fits one slice, robustly, and judges it on model families that the fit had not seen:
// five parts of the families, three times, by a fixed seed. With fewer than two families there is nothing to hold out, and
// the errors are those of single measurements left out.
func Calibrate(samples []*Sample) (*Fit, error) {
	if len(samples) == 0 {
		return nil, fmt.Errorf("found no measurement that can be used, expected at least one")
	}
	first := samples[0]
	p := priorOf(samples)
	all, err := timing.Fit(plain(samples), &p)
	if err != nil {
		return nil, err
	}
	f := &Fit{Calibration: runtimes.Calibration{
		Slice: first.Slice(), Class: first.Device.Class, Parameters: all, Version: first.Row.Version, Source: first.Row.Source, N: len(samples),
	}}
	held, families, err := heldOut(samples)
	if err != nil {
		return nil, err
	}
	f.Calibration.Families = families
	f.judge(samples, held, prior(first, len(samples)).Mean)
	return f, nil
}

func plain(samples []*Sample) []timing.Sample {
	out := make([]timing.Sample, len(samples))
	for i, s := range samples {
		out[i] = s.Sample
	}
	return out
}

// groups are the samples by family, or each by itself where there is but one family.
func groups(samples []*Sample) [][]int {
	by := map[string][]int{}
	for i, s := range samples {
		by[s.Family] = append(by[s.Family], i)
	}
	var names []string
	for n := range by {
		names = append(names, n)
	}
	slices.Sort(names)
	var out [][]int
	if len(names) < 2 {
		for i := range samples {
			out = append(out, []int{i})
		}
		return out
	}
	for _, n := range names {
		out = append(out, by[n])
	}
	return out
}

// heldOut predicts every sample by fits that have not seen its family: by sample, one prediction a shuffle.
func heldOut(samples []*Sample) ([][]float64, int, error) {
	gs := groups(samples)
	out := make([][]float64, len(samples))
	rng := rand.New(rand.NewPCG(seed, seed))
	for range shuffles {
		rng.Shuffle(len(gs), func(i, j int) { gs[i], gs[j] = gs[j], gs[i] })
		for fold := range min(folds, len(gs)) {
			var train []*Sample
			var test []int
			for g, members := range gs {
				for _, i := range members {
					if g%folds == fold {
						test = append(test, i)
					} else {
						train = append(train, samples[i])
					}
				}
			}
			v := prior(samples[0], len(samples)).Mean
			if len(train) > 0 {
				p := priorOf(train)
				var err error
				if v, err = timing.Fit(plain(train), &p); err != nil {
					return nil, 0, err
				}
			}
			for _, i := range test {
				out[i] = append(out[i], timing.Sum(&v, samples[i].Terms))
			}
		}
	}
	families := map[string]bool{}
	for _, s := range samples {
		families[s.Family] = true
	}
	return out, len(families), nil
}

// judge fills the figures of a fit.
func (f *Fit) judge(samples []*Sample, held [][]float64, before params.Values) {
	var pred, meas, old, unfused, fused, once []float64
	var votes []vote
	size := map[string]int{}
	for _, s := range samples {
		size[s.Family]++
	}
	for i, s := range samples {
		for _, t := range held[i] {
			pred, meas = append(pred, t), append(meas, s.Measured)
			votes = append(votes, vote{s.Measured / t, 1 / float64(size[s.Family]*len(held[i]))})
		}
		sorted := slices.Sorted(slices.Values(held[i]))
		f.Ratios = append(f.Ratios, Quantile(sorted, 0.5)/s.Measured)
		once, old = append(once, s.Measured), append(old, timing.Sum(&before, s.Terms))
		unfused, fused = append(unfused, s.Unfused), append(fused, s.Fused)
	}
	f.HeldOut, f.Before, f.Unfused, f.Fused = Judge(pred, meas), Judge(old, once), Judge(unfused, once), Judge(fused, once)
	f.HeldOut.N = len(samples)
	c := &f.Calibration
	c.Median, c.Mean, c.P90 = f.HeldOut.Median, f.HeldOut.Mean, f.HeldOut.P90
	c.Low, c.High = interval(votes, len(size))
	if len(samples) < 3*folds { // too few residuals to have tails
		c.Low, c.High = min(c.Low, 0.75), max(c.High, 1.33)
	}
	f.Coverage = f.coverage(samples)
}

type vote struct{ ratio, weight float64 }

// manyFamilies are enough for the quantiles of their residuals to be an interval.
const manyFamilies = 20

// interval is 90 % of measured over predicted for a family that was not seen: the conformal one of grouped residuals (every family has one
// vote, and the level is widened by (F+1)/F for F families), and of few families, where that is wider, the prediction interval of a normal distribution of the
// logarithms, t sqrt(1 + 1/F) standard deviations about the mean. The quantiles of few families end at the worst of them, which the next may exceed.
func interval(votes []vote, families int) (low, high float64) {
	f := float64(families)
	tail := 0.05 * f / (f + 1)
	low, high = weighted(votes, tail), weighted(votes, 1-tail)
	if families < 2 || families >= manyFamilies {
		return low, high
	}
	logs, weights := make([]float64, len(votes)), make([]float64, len(votes))
	for i, v := range votes {
		logs[i], weights[i] = math.Log(v.ratio), v.weight
	}
	mean, variance := stat.PopMeanVariance(logs, weights)
	reach := distuv.StudentsT{Sigma: 1, Nu: f - 1}.Quantile(0.95) * math.Sqrt((1+1/f)*variance*f/(f-1))
	return min(low, math.Exp(mean-reach)), max(high, math.Exp(mean+reach))
}

// weighted is the q-quantile of votes.
func weighted(votes []vote, q float64) float64 {
	votes = slices.Clone(votes)
	slices.SortFunc(votes, func(a, b vote) int { return cmp.Compare(a.ratio, b.ratio) })
	var total, at float64
	for _, v := range votes {
		total += v.weight
	}
	for _, v := range votes {
		if at += v.weight; at >= q*total {
			return v.ratio
		}
	}
	return votes[len(votes)-1].ratio
}

// coverage is how often an interval learnt on one half of the families holds the measurements of the other half.
func (f *Fit) coverage(samples []*Sample) float64 {
	gs := groups(samples)
	rng := rand.New(rand.NewPCG(seed, seed+1))
	inside, all := 0, 0
	for range 20 {
		rng.Shuffle(len(gs), func(i, j int) { gs[i], gs[j] = gs[j], gs[i] })
		var votes []vote
		half := (len(gs) + 1) / 2
		for _, members := range gs[:half] {
			for _, i := range members {
				votes = append(votes, vote{1 / f.Ratios[i], 1 / float64(len(members))})
			}
		}
		low, high := interval(votes, half)
		for _, members := range gs[half:] {
			for _, i := range members {
				all++
				if r := 1 / f.Ratios[i]; r >= low && r <= high {
					inside++
				}
			}
		}
	}
	if all == 0 {
		return math.NaN()
	}
	return float64(inside) / float64(all)
}
