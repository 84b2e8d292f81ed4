package joint

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// nu gives the degrees of freedom of the t distribution of residuals and of networks. Few networks are far off, and a
// normal distribution would bend everything towards them.
const nu = 3

// manySamples says how many samples a device and runtime need for effects of their own on every parameter.
const manySamples = 40

// Options say how a fit goes.
type Options struct {
	Rounds    int       // of the estimation of variances; 0: they are as given
	Variances Variances // known ones; others are as levels say
}

// Variances are standard deviations of the logarithm, by group of effects.
type Variances map[string]float64

// A fitter fits the samples of one family of runtimes.
type fitter struct {
	samples []*Sample
	effects []effect
	index   map[string]place
	rich    map[string]bool
	layouts []*layout  // by setting
	at      []int      // by sample: its setting
	setting []*Setting // one of each
	places  [][]place  // by setting
	prior   []float64  // by sample: weight before residuals
	noise   []string   // by sample: group of its noise
	nets    []net
	netOf   []int   // by sample
	use     [][]int // by sample: the deviations of its network
	sd      Variances
	solver  solver

	x   []float64 // effects
	res []float64 // by sample: log measured - log predicted, without the network
	row [][]float64
}

// An effect is an unknown of the fit.
type effect struct {
	name, group string
	sd          float64
}

// A net is a network with what it deviates by, alone and by runtime.
type net struct {
	name    string
	samples []int
	keys    []string  // of its deviations
	groups  []string  // of their variances
	sd      []float64 // of the groups
	u       []float64
}

// newFitter returns the unknowns of a fit to samples: effects, networks and deviations. known are
// deviations of an earlier fit.
func newFitter(samples []*Sample, known Variances) *fitter {
	f := &fitter{samples: samples, index: map[string]place{}, rich: map[string]bool{}, sd: Variances{}}
	f.settings()
	f.number(known)
	f.weigh(known)
	f.networks(known)
	n := len(samples)
	f.x, f.res, f.row = make([]float64, len(f.effects)), make([]float64, n), make([][]float64, n)
	for i := range f.row {
		f.row[i] = make([]float64, len(f.places[f.at[i]]))
	}
	return f
}

// settings finds the different settings of the samples, and the devices and runtimes with many.
func (f *fitter) settings() {
	seen := map[Setting]int{}
	count := map[string]int{}
	for _, s := range f.samples {
		if !s.AtMost {
			count[byDeviceRuntime(&s.Setting)]++
		}
		i, ok := seen[s.Setting]
		if !ok {
			i = len(f.setting)
			seen[s.Setting] = i
			f.setting = append(f.setting, &s.Setting)
		}
		f.at = append(f.at, i)
	}
	for by, n := range count {
		if n >= manySamples {
			f.rich[by] = true
		}
	}
}

// number gives every effect its place, in the order of names.
func (f *fitter) number(known Variances) {
	byName := map[string]use{}
	for _, s := range f.setting {
		for _, u := range designOf(s).uses() {
			if u.rich == "" || f.rich[u.rich] {
				byName[u.name] = u
			}
		}
	}
	names := make([]string, 0, len(byName))
	for n := range byName {
		names = append(names, n)
	}
	slices.Sort(names)
	for i, n := range names {
		u := byName[n]
		f.index[n] = place(i)
		f.effects = append(f.effects, effect{n, u.group, known.of(u.group, u.sd)})
	}
	for _, s := range f.setting {
		l := layoutOf(designOf(s), f.index, f.rich)
		f.layouts = append(f.layouts, l)
		f.places = append(f.places, l.places())
	}
}

// of returns the standard deviation of a group, or otherwise where none was fitted.
func (v Variances) of(group string, otherwise float64) float64 {
	if sd, ok := v[group]; ok {
		return sd
	}
	return otherwise
}

// weigh sets the weight and the noise of each sample: rows of one network on one slice share most of their error.
func (f *fitter) weigh(known Variances) {
	count := map[string]float64{}
	key := func(s *Sample) string {
		return fmt.Sprintf("%s|%s|%s|%d|%d", s.Network, s.Device, s.Runtime, s.Kind, s.Threads)
	}
	for _, s := range f.samples {
		count[key(s)]++
	}
	for _, s := range f.samples {
		if s.AtMost {
			f.prior, f.noise, f.sd[limits] = append(f.prior, limitWeight), append(f.noise, limits), limitNoise
			continue
		}
		f.prior = append(f.prior, 1/(1+(count[key(s)]-1)/2))
		group := noiseGroup(&s.Setting)
		f.noise = append(f.noise, group)
		f.sd[group] = known.of(group, known.of(noisePart(&s.Setting), noiseOf(&s.Setting)))
	}
}

// Samples that say AtMost are one group of noise. All those of a device weigh about as much as one measurement.
const (
	limits      = "limits"
	limitNoise  = 0.05
	limitWeight = 1.0 / 16
)

// noisePart names the group of noise that sources of one family and class are drawn to.
func noisePart(s *Setting) string { return "noise|" + s.RuntimeFamily + "/" + string(s.Class) }

// noiseGroup returns the group of measurements whose noise is alike: those of one table on one kind
// of slice.
func noiseGroup(s *Setting) string {
	return noisePart(s) + "/" + strings.ReplaceAll(s.Source, ",", " ")
}

// noiseOf returns a first guess of the noise.
func noiseOf(s *Setting) float64 {
	switch s.RuntimeFamily {
	case "pytorch":
		return 0.04
	case "tensorrt":
		if s.Class == hwprofiles.GPU {
			return 0.13
		}
		return 0.08
	}
	return 0.09
}

// networks lists the networks in the order of their names.
func (f *fitter) networks(known Variances) {
	by := map[string][]int{}
	for i, s := range f.samples {
		if !s.AtMost {
			by[s.Network] = append(by[s.Network], i)
		}
	}
	names := make([]string, 0, len(by))
	for n := range by {
		names = append(names, n)
	}
	slices.Sort(names)
	f.netOf, f.use = make([]int, len(f.samples)), make([][]int, len(f.samples))
	for k, name := range names {
		n := net{name: name, samples: by[name]}
		for _, i := range n.samples {
			f.netOf[i] = k
			for _, s := range sharesOf(&f.samples[i].Setting, known) {
				f.use[i] = append(f.use[i], n.share(s))
			}
		}
		n.u = make([]float64, len(n.keys))
		f.nets = append(f.nets, n)
	}
}

// share returns the place of a deviation of the network, and adds the deviation where it is new.
func (n *net) share(s deviation) int {
	if i := slices.Index(n.keys, s.key); i >= 0 {
		return i
	}
	n.keys, n.groups, n.sd = append(n.keys, s.key), append(n.groups, s.group), append(n.sd, s.sd)
	return len(n.keys) - 1
}

// evaluate fills residuals and rows, and returns the objective.
func (f *fitter) evaluate(x []float64, rows bool) float64 {
	points := make([]point, len(f.setting))
	for i, s := range f.setting {
		points[i] = f.layouts[i].at(s, x)
	}
	var g params.Values
	var cost float64
	for i, s := range f.samples {
		at := f.at[i]
		pt := &points[at]
		t := timing.Gradient(&pt.theta, s.Terms, &g)
		f.res[i] = math.Log(s.Measured / t)
		if rows {
			for p := range g {
				g[p] /= t
			}
			f.layouts[at].row(pt, &g, f.row[i])
		}
		cost += f.prior[i] * student(f.left(i), f.sd[f.noise[i]])
	}
	for e, v := range x {
		cost += v * v / (2 * f.effects[e].sd * f.effects[e].sd)
	}
	for k := range f.nets {
		n := &f.nets[k]
		for j, u := range n.u {
			cost += student(u, n.sd[j])
		}
	}
	return cost
}

// left returns the residual of a sample after its network's deviations. One that is no longer than it may be has none.
func (f *fitter) left(i int) float64 {
	r := f.res[i]
	if f.samples[i].AtMost {
		return min(r, 0)
	}
	u := f.nets[f.netOf[i]].u
	for _, j := range f.use[i] {
		r -= u[j]
	}
	return r
}

// student returns minus the logarithm of the density of a t distribution, but for a constant.
func student(r, sd float64) float64 { return (nu + 1) / 2.0 * math.Log1p(r*r/(nu*sd*sd)) }

// studentWeight returns the weight of a residual in an equivalent least-squares problem.
func studentWeight(r, sd float64) float64 {
	z := r / sd
	return (nu + 1) / (nu + z*z) / (sd * sd)
}

// maxSteps bounds the steps of a fit with given variances.
const maxSteps = 40

// enough gives the gain of a step, in natural logarithms of the posterior, below which a fit ends. A tenth is far
// below what the measurements can tell.
const enough = 0.1

// The damping of a step is a share of the diagonal of the equations.
const (
	leastDamping = 1e-4
	mostDamping  = 1e6
	damper       = 4 // times more after a step that would raise the objective, less after one that is good at once
)

// solve moves effects and networks to the minimum of the objective, in a limited number of steps.
func (f *fitter) solve(steps int) error {
	cost, damping := f.evaluate(f.x, true), leastDamping
	for range steps {
		sys := f.system()
		for first := true; ; first = false {
			lower, err := f.try(sys, damping, cost)
			if err != nil {
				return err
			}
			if lower {
				if first {
					damping = max(damping/damper, leastDamping)
				}
				break
			}
			if damping *= damper; damping > mostDamping {
				f.evaluate(f.x, true)
				return nil
			}
		}
		c := f.evaluate(f.x, true)
		if cost-c < enough {
			return nil
		}
		cost = c
	}
	return nil
}

// try makes a step, and takes it back where it does not lower the objective.
func (f *fitter) try(sys *system, damping, cost float64) (lower bool, err error) {
	next, us, err := sys.step(damping)
	if err != nil {
		return false, err
	}
	old := f.swap(us)
	if f.evaluate(next, false) < cost {
		f.x = next
		return true, nil
	}
	f.swap(old)
	return false, nil
}

// swap replaces the networks' deviations and returns the old ones.
func (f *fitter) swap(us [][]float64) [][]float64 {
	old := make([][]float64, len(f.nets))
	for k := range f.nets {
		old[k] = f.nets[k].u
		f.nets[k].u = us[k]
	}
	return old
}
