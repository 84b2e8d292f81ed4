package joint

import (
	"cmp"
	"io/fs"
	"math"
	"slices"
	"sync"

	"github.com/ridgepoint/ridgepoint/internal/parallel"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A Model is the posterior of all effects, in parts that share none.
type Model struct {
	mu    sync.Mutex
	known map[Setting]*Known
	parts map[string]*part // by family of runtimes
	store fs.FS            // of parts that are not read yet; nil where there are none
}

// A part is the posterior of the effects of one family of runtimes.
type part struct {
	names []string
	index map[string]place
	rich  map[string]bool
	mean  []float64
	cov   covariance                      // of the effects; nil where there are none
	nets  map[string]map[string]posterior // by network, by key of its deviation
	sd    Variances
	kin   *kinship // of the networks; nil where there are none
	// What was measured.
	slices []Slice
	left   map[string][]residual // by network
	models map[string]string     // names of networks, as published
}

// A covariance holds that of effects, by their places.
type covariance interface{ At(i, j int) float64 }

// A posterior is the mean and the variance of one unknown.
type posterior struct{ mean, variance float64 }

// Fit fits samples of any families.
func Fit(samples []*Sample, opt Options) (*Model, error) {
	by := map[string][]*Sample{}
	var names []string
	for _, s := range ordered(samples) {
		n := s.RuntimeFamily
		if by[n] == nil {
			names = append(names, n)
		}
		by[n] = append(by[n], s)
	}
	slices.Sort(names)
	parts, errs := make([]*part, len(names)), make([]error, len(names))
	parallel.Do(len(names), func(i int) { parts[i], errs[i] = fitPart(by[names[i]], opt) })
	m := &Model{parts: map[string]*part{}}
	for i, n := range names {
		if errs[i] != nil {
			return nil, errs[i]
		}
		m.parts[n] = parts[i]
	}
	return m, nil
}

// ordered returns samples in one order, so that a fit does not depend on theirs.
func ordered(samples []*Sample) []*Sample {
	out := slices.Clone(samples)
	slices.SortStableFunc(out, func(a, b *Sample) int {
		return cmp.Or(
			cmp.Compare(a.Runtime, b.Runtime), cmp.Compare(a.Device, b.Device), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Threads, b.Threads), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Network, b.Network),
			cmp.Compare(a.Batch, b.Batch), cmp.Compare(a.Measured, b.Measured))
	})
	return out
}

// stepsBetween says how many steps are made between two estimates of the variances.
const stepsBetween = 3

// fitPart fits one family of runtimes by turns: effects for given deviations, then deviations for
// given effects.
func fitPart(samples []*Sample, opt Options) (*part, error) {
	f := newFitter(samples, opt.Variances)
	given := f.deviations()
	for range opt.Rounds {
		if err := f.solve(stepsBetween); err != nil {
			return nil, err
		}
		if err := f.estimate(given); err != nil {
			return nil, err
		}
	}
	if err := f.solve(maxSteps); err != nil {
		return nil, err
	}
	return f.part()
}

// deviations sets the standard deviations of all groups and returns a copy.
func (f *fitter) deviations() Variances {
	for _, e := range f.effects {
		f.sd[e.group] = e.sd
	}
	for k := range f.nets {
		for j, g := range f.nets[k].groups {
			f.sd[g] = f.nets[k].sd[j]
		}
	}
	out := Variances{}
	for g, sd := range f.sd {
		out[g] = sd
	}
	return out
}

// part returns the fitted part: means and covariance of effects, and what networks deviate by. A
// system that is not positive definite is an error.
func (f *fitter) part() (*part, error) {
	sys := f.system()
	v, err := sys.covariance()
	if err != nil {
		return nil, err
	}
	p := &part{index: f.index, rich: f.rich, mean: f.x, cov: v, nets: map[string]map[string]posterior{}, sd: f.sd}
	for _, e := range f.effects {
		p.names = append(p.names, e.name)
	}
	f.pool()
	for k := range f.nets {
		n, blk := &f.nets[k], &sys.nets[k]
		known := map[string]posterior{}
		for j, key := range n.keys {
			known[key] = posterior{n.u[j], blk.inv.At(j, j) + quadratic(v, blk.touched, blk.gain.RawRowView(j))}
		}
		p.nets[n.name] = known
	}
	p.kin = kinshipOf(relativesOf(f.samples))
	f.record(p)
	return p, nil
}

// pool sets the noise of a source that is not known: the geometric mean over the samples of its family and class.
func (f *fitter) pool() {
	sum, n := map[string]float64{}, map[string]float64{}
	for i, s := range f.samples {
		if s.AtMost {
			continue
		}
		part := noisePart(&s.Setting)
		sum[part] += math.Log(f.sd[f.noise[i]])
		n[part]++
	}
	for part := range sum {
		f.sd[part] = math.Exp(sum[part] / n[part])
	}
}

// Join returns a model of the parts of several. A family of runtimes that several know is the last one's.
func Join(models ...*Model) *Model {
	out := &Model{parts: map[string]*part{}}
	for _, m := range models {
		for _, family := range m.families() {
			out.parts[family] = m.part(family)
		}
	}
	return out
}

// Variances returns the standard deviations of all groups of effects.
func (m *Model) Variances() Variances {
	out := Variances{}
	for _, family := range m.families() {
		for g, sd := range m.part(family).sd {
			if g != "" {
				out[g] = sd
			}
		}
	}
	return out
}

// empty holds the part of a family that no sample is of.
var empty = &part{index: map[string]place{}}

// partOf returns the part that a setting belongs to.
func (m *Model) partOf(s *Setting) *part {
	if p := m.part(s.RuntimeFamily); p != nil {
		return p
	}
	return empty
}

// Forecast returns the expected latency of the kernels of a network in a setting.
func (m *Model) Forecast(s *Setting, terms []timing.Term, of *Network) Forecast {
	return m.Known(s).Forecast(terms, of)
}

// network returns the deviation of a network and its variance. Where the network was not measured, what networks that
// are alike say is part of both.
func (p *part) network(s *Setting, name string, bag kernel.Bag) (mean, variance float64, alike Likeness) {
	seen := false
	for _, d := range sharesOf(s, p.sd) {
		k, ok := p.nets[name][d.key]
		if !ok {
			k.variance = tails * d.sd * d.sd
		}
		mean, variance, seen = mean+k.mean, variance+k.variance, seen || ok
	}
	if seen {
		return mean, variance, Likeness{}
	}
	alike = p.similar(s, bag)
	return alike.Mean, variance * alike.Widening, alike
}

// noise returns the standard deviation of one measurement of a setting, in logarithms.
func (p *part) noise(s *Setting) float64 {
	return p.sd.of(noiseGroup(s), p.sd.of(noisePart(s), noiseOf(s)))
}
