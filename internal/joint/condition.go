package joint

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// passes is how often measurements are weighed anew and the model is made linear again.
const passes = 4

// Condition returns the model conditioned on a few more measurements, all of one family of runtimes. Everything that
// shares effects with them moves, in proportion to their share. The receiver stays as it is.
func (m *Model) Condition(rows []*Sample) (*Model, error) {
	if len(rows) == 0 {
		return m, nil
	}
	family := FamilyOf(&rows[0].Setting)
	if i := slices.IndexFunc(rows, func(s *Sample) bool { return FamilyOf(&s.Setting) != family }); i >= 0 {
		return nil, fmt.Errorf("found measurements of %s and %s, expected one family of runtimes: condition on each",
			family, FamilyOf(&rows[i].Setting))
	}
	c := newConditioner(m.partOf(&rows[0].Setting), rows)
	if err := c.run(); err != nil {
		return nil, err
	}
	out := &Model{parts: maps.Clone(m.parts)}
	out.parts[family] = c.part()
	return out, nil
}

// A conditioner updates effects, old and new, and the deviations of the measured networks by a few measurements.
type conditioner struct {
	from    *part
	rows    []*Sample
	names   []string // of the effects, old ones first
	index   map[string]place
	layouts []*layout
	nets    []netShare // deviations of the measured networks
	use     [][]int    // by row: its network's deviations
	noise   []float64
	prior   []float64 // mean of the state before
	cov     *mat.SymDense
	state   []float64 // effects, then deviations
	after   *mat.SymDense
}

type netShare struct{ network, key string }

func newConditioner(p *part, rows []*Sample) *conditioner {
	c := &conditioner{from: p, rows: rows, names: slices.Clone(p.names), index: maps.Clone(p.index)}
	var variances []float64
	for _, s := range rows {
		for _, u := range designOf(&s.Setting).uses() {
			if _, ok := c.index[u.name]; !ok && (u.rich == "" || p.rich[u.rich]) {
				c.index[u.name] = place(len(c.names))
				c.names = append(c.names, u.name)
				sd := p.sd.of(u.group, u.sd)
				variances = append(variances, sd*sd)
			}
		}
	}
	c.prior = append(slices.Clone(p.mean), make([]float64, len(variances))...)
	for _, s := range rows {
		var use []int
		guesses := p.guesses(&s.Setting, s.Network, s.Bag)
		for j, d := range sharesOf(&s.Setting, p.sd) {
			share := netShare{s.Network, d.key}
			i := slices.Index(c.nets, share)
			if i < 0 {
				i = len(c.nets)
				c.nets = append(c.nets, share)
				c.prior, variances = append(c.prior, guesses[j].mean), append(variances, tails*guesses[j].variance)
			}
			use = append(use, i)
		}
		c.use = append(c.use, use)
		c.noise = append(c.noise, p.noise(&s.Setting))
		c.layouts = append(c.layouts, layoutOf(designOf(&s.Setting), c.index, p.rich))
	}
	c.cov = mat.NewSymDense(len(c.prior), nil)
	n := len(p.names)
	for i := range n {
		for j := i; j < n; j++ {
			c.cov.SetSym(i, j, p.cov.At(i, j))
		}
	}
	for i, v := range variances {
		c.cov.SetSym(n+i, n+i, v)
	}
	c.state = slices.Clone(c.prior)
	return c
}

// run makes the passes. Each is a linear update from the prior, made at the state of the pass before.
func (c *conditioner) run() error {
	for range passes {
		j, left, weight := c.linear()
		if err := c.update(j, left, weight); err != nil {
			return err
		}
	}
	return nil
}

// linear returns the derivatives of the rows' logarithms by the state, their residuals, and their variances. The
// variance of an outlier is larger. All are as wide as the tails of the noise, because a single measurement may be an
// outlier that nothing shows to be one.
func (c *conditioner) linear() (j *mat.Dense, left, variance []float64) {
	k, n := len(c.rows), len(c.state)
	j = mat.NewDense(k, n, nil)
	for i, s := range c.rows {
		l := c.layouts[i]
		pt := l.at(&s.Setting, c.state[:len(c.names)])
		var g params.Values
		t := timing.Gradient(&pt.theta, s.Terms, &g)
		for p := range g {
			g[p] /= t
		}
		places := l.places()
		row := make([]float64, len(places))
		l.row(&pt, &g, row)
		for e, at := range places {
			if at != fresh {
				j.Set(i, int(at), j.At(i, int(at))+row[e])
			}
		}
		r := math.Log(s.Measured / t)
		for _, u := range c.use[i] {
			at := len(c.names) + u
			j.Set(i, at, 1)
			r -= c.state[at]
		}
		left, variance = append(left, r), append(variance, tails/studentWeight(r, c.noise[i]))
	}
	return j, left, variance
}

// update sets the state and its covariance after a linear update from the prior.
func (c *conditioner) update(j *mat.Dense, left, variance []float64) error {
	k, n := j.Dims()
	var vj, kk mat.Dense
	vj.Mul(c.cov, j.T())
	kk.Mul(j, &vj)
	inner := mat.NewSymDense(k, nil)
	for a := range k {
		for b := a; b < k; b++ {
			inner.SetSym(a, b, kk.At(a, b))
		}
		inner.SetSym(a, a, inner.At(a, a)+variance[a])
	}
	var chol mat.Cholesky
	if !chol.Factorize(inner) {
		return fmt.Errorf("the %d measurements cannot be told apart, expected different networks or settings", k)
	}
	r := mat.NewVecDense(k, nil)
	for a := range k {
		v := left[a] // the prior's residual, by the line through the state
		for e := range n {
			v += j.At(a, e) * (c.state[e] - c.prior[e])
		}
		r.SetVec(a, v)
	}
	var solved, dx mat.VecDense
	if err := chol.SolveVecTo(&solved, r); err != nil {
		return err
	}
	dx.MulVec(&vj, &solved)
	for e := range n {
		c.state[e] = c.prior[e] + dx.AtVec(e)
	}
	var gain, less mat.Dense
	if err := chol.SolveTo(&gain, vj.T()); err != nil {
		return err
	}
	less.Mul(&vj, &gain)
	c.after = mat.NewSymDense(n, nil)
	for a := range n {
		for b := a; b < n; b++ {
			c.after.SetSym(a, b, c.cov.At(a, b)-less.At(a, b))
		}
	}
	return nil
}

// part returns the updated posterior.
func (c *conditioner) part() *part {
	n := len(c.names)
	p := &part{
		names: c.names, index: c.index, rich: c.from.rich, sd: c.from.sd,
		mean: c.state[:n], cov: mat.NewSymDense(n, nil),
	}
	for a := range n {
		for b := a; b < n; b++ {
			p.cov.SetSym(a, b, c.after.At(a, b))
		}
	}
	p.nets, p.kin = maps.Clone(c.from.nets), c.from.kin.with(c.rows)
	if p.nets == nil {
		p.nets = map[string]map[string]posterior{}
	}
	for i, s := range c.nets {
		known := maps.Clone(p.nets[s.network])
		if known == nil {
			known = map[string]posterior{}
		}
		known[s.key] = posterior{c.state[n+i], min(c.after.At(n+i, n+i), c.cov.At(n+i, n+i)/tails)}
		p.nets[s.network] = known
	}
	return p
}
