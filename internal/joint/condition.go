package joint

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// A Row is one measurement of a user's own, as far as it tells about a setting.
type Row struct {
	Setting
	Network
	Publisher string        // who measured, as a file says it; the setting's source would have a cost of its own
	Slope     params.Values // derivative of the logarithm of the expected time by those of the parameters
	Log       float64       // of measured over expected time, the network left out
}

// RowOf returns the row of a sample.
func (m *Model) RowOf(s *Sample) Row { return m.Known(&s.Setting).Row(s) }

// Row returns the row of a sample in the setting.
func (k *Known) Row(s *Sample) Row {
	r := Row{Setting: s.Setting, Network: *s.Asked()}
	t := timing.Gradient(&k.theta, s.Terms, &r.Slope)
	for p := range r.Slope {
		r.Slope[p] /= t
	}
	r.Log = math.Log(s.Measured / t)
	return r
}

// passes is the number of times that rows are weighed anew, outliers less.
const passes = 4

// Condition returns what the model knows of a setting after more rows, all of the setting's family of runtimes. All
// that the setting shares with theirs moves, in proportion to the share.
func (m *Model) Condition(k *Known, rows []Row) (*Known, error) {
	if len(rows) == 0 {
		return k, nil
	}
	c := conditioner{known: k, rows: rows}
	for i := range rows {
		if a, b := rows[i].RuntimeFamily, k.RuntimeFamily; a != b {
			return nil, fmt.Errorf("found a measurement of %s, expected some of %s", a, b)
		}
	}
	c.prepare(m)
	return c.run()
}

// A conditioner updates what is known of one setting by rows.
type conditioner struct {
	known *Known
	rows  []Row
	from  []*Known // by row
	slope []vector
	apart []float64 // by row: what the network leaves of the logarithm
	noise []float64 // standard deviation
	inner *mat.SymDense
	outer []vector // by row: covariance with the sums of the setting
}

// prepare fills in the covariances. Those of one setting are found once.
func (c *conditioner) prepare(m *Model) {
	by := map[Setting]*Known{}
	type pair struct{ a, b *Known }
	crosses := map[pair]*matrix{}
	cross := func(a, b *Known) *matrix {
		if crosses[pair{a, b}] == nil {
			x := a.cross(b)
			crosses[pair{a, b}] = &x
		}
		return crosses[pair{a, b}]
	}
	for i := range c.rows {
		r := &c.rows[i]
		if by[r.Setting] == nil {
			by[r.Setting] = m.Known(&r.Setting)
		}
		k := by[r.Setting]
		mean, _, _ := k.part.network(&r.Setting, r.Print, r.Bag)
		c.from, c.slope = append(c.from, k), append(c.slope, k.project(&r.Slope))
		c.apart, c.noise = append(c.apart, r.Log-mean), append(c.noise, k.part.noise(&r.Setting))
	}
	n := len(c.rows)
	c.inner, c.outer = mat.NewSymDense(n, nil), make([]vector, n)
	for i := range n {
		c.outer[i] = cross(c.known, c.from[i]).times(&c.slope[i])
		for j := i; j < n; j++ {
			x := cross(c.from[i], c.from[j]).times(&c.slope[j])
			v := x.dot(&c.slope[i])
			if c.rows[i].Print == c.rows[j].Print {
				_, own, _ := c.from[i].part.network(&c.rows[i].Setting, c.rows[i].Print, c.rows[i].Bag)
				v += own
			}
			c.inner.SetSym(i, j, v)
		}
	}
}

func (m *matrix) times(v *vector) (out vector) {
	for a := range out {
		out[a] = m[a].dot(v)
	}
	return out
}

// dot returns the inner product of a row and a vector.
func (v *vector) dot(o *vector) (sum float64) {
	for d := range v {
		sum += v[d] * o[d]
	}
	return sum
}

// offsets are the standard deviations, in logarithms, that one factor on all times of the user's device may have beside
// what the model knows: a machine with a load of its own, or another power plan. Each has the logarithm of its prior
// probability. The rows choose.
var offsets = []struct{ sd, prior float64 }{{0, 0}, {0.1, -1}, {0.3, -2.5}, {1, -4}}

// whole lists the parameters that one factor on all times moves.
var whole = []params.Param{params.Scale, params.Dispatch, params.Fixed}

// share returns how far the logarithm of a row's time moves with a factor on all times.
func (c *conditioner) share(i int) (sum float64) {
	for _, p := range whole {
		sum += c.slope[i][p]
	}
	return sum
}

// run makes the passes. Variances of rows are as wide as the tails of the noise, because a single measurement may be an
// outlier that nothing shows to be one.
func (c *conditioner) run() (*Known, error) {
	n := len(c.rows)
	variance := make([]float64, n)
	for i := range variance {
		variance[i] = tails * c.noise[i] * c.noise[i]
	}
	var best solution
	for range passes {
		best = solution{fit: math.Inf(-1)}
		for _, o := range offsets {
			s, err := c.solve(variance, o.sd)
			if err != nil {
				return nil, err
			}
			if s.fit += o.prior; s.fit > best.fit {
				best = s
			}
		}
		for i := range n {
			variance[i] = tails / studentWeight(best.x.AtVec(i)*variance[i], c.noise[i])
		}
	}
	return c.update(&best)
}

// A solution is the equations of the rows, solved.
type solution struct {
	chol mat.Cholesky
	x    mat.VecDense
	sd   float64 // of the factor on all times
	fit  float64 // logarithm of the probability of the rows, but for a constant
}

// solve solves the equations of the rows with some variance of each and a factor on all times.
func (c *conditioner) solve(variance []float64, sd float64) (s solution, err error) {
	n := len(c.rows)
	all := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			all.SetSym(i, j, c.inner.At(i, j)+sd*sd*c.share(i)*c.share(j))
		}
		all.SetSym(i, i, all.At(i, i)+variance[i])
	}
	if !s.chol.Factorize(all) {
		return s, fmt.Errorf("the %d measurements cannot be told apart, expected different networks or settings", n)
	}
	apart := mat.NewVecDense(n, c.apart)
	if err := s.chol.SolveVecTo(&s.x, apart); err != nil {
		return s, fmt.Errorf("conditioning on %d measurements: %w", n, err)
	}
	s.sd, s.fit = sd, -(mat.Dot(apart, &s.x)+s.chol.LogDet())/2
	return s, nil
}

// update returns what is known after the last pass.
func (c *conditioner) update(s *solution) (*Known, error) {
	n := len(c.rows)
	out := *c.known
	out.moved = true
	for _, a := range whole {
		for _, b := range whole {
			out.cov[a][b] += s.sd * s.sd
		}
	}
	outer := mat.NewDense(n, dims, nil)
	for i := range n {
		row := c.outer[i]
		for _, p := range whole {
			row[p] += s.sd * s.sd * c.share(i)
		}
		outer.SetRow(i, row[:])
		for d := range out.sum {
			out.sum[d] += row[d] * s.x.AtVec(i)
		}
	}
	var gain, less mat.Dense
	if err := s.chol.SolveTo(&gain, outer); err != nil {
		return nil, fmt.Errorf("conditioning on %d measurements: %w", n, err)
	}
	less.Mul(outer.T(), &gain)
	for a := range out.cov {
		for b := range out.cov {
			out.cov[a][b] -= less.At(a, b)
		}
	}
	out.point = resolve(&out.Setting, &out.sum)
	c.keep(&out)
	return &out, nil
}

// keep records the rows that are of the setting itself as evidence, and what is left of them.
func (c *conditioner) keep(out *Known) {
	var moved vector
	for d := range moved {
		moved[d] = out.sum[d] - c.known.sum[d]
	}
	left := map[string]residual{}
	maps.Copy(left, out.own)
	for i := range c.rows {
		r := &c.rows[i]
		if !r.sameSlice(&out.Setting) {
			continue
		}
		known := left[r.Print]
		out.Evidence.count(r, known.n == 0)
		known.add(newResidual(0, c.apart[i]-moved.dot(&c.slope[i]), r.Batch))
		left[r.Print] = known
	}
	out.own = left
}

// count adds a row of the setting itself, the first of its network or not. Where another slice stood for the setting,
// the setting's own takes its place.
func (e *Evidence) count(r *Row, first bool) {
	if own := (spot{r.MeasuredAs, r.Threads}); own != (spot{e.Slice.Device, e.Slice.Threads}) {
		*e = Evidence{Related: e.Related, Sibling: e.Sibling}
		e.Slice = runtimes.Slice{Device: own.device, Runtime: r.Runtime, Threads: own.threads}
	}
	e.Samples++
	if first {
		e.Networks++
	}
	if r.Publisher != "" && !slices.Contains(e.Sources, r.Publisher) {
		e.Sources = append(slices.Clip(e.Sources), r.Publisher)
	}
}

// sameSlice reports whether two settings differ in nothing but who measured.
func (s *Setting) sameSlice(o *Setting) bool {
	a, b := *s, *o
	a.Source, b.Source = "", ""
	return a == b
}
