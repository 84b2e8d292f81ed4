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

// Condition returns what the model knows of a setting after more rows, all of the setting's family of runtimes. All
// that the setting shares with theirs moves, in proportion to the share.
func (m *Model) Condition(k *Known, rows []Row) (*Known, error) {
	if len(rows) == 0 {
		return k, nil
	}
	for i := range rows {
		if a, b := rows[i].RuntimeFamily, k.RuntimeFamily; a != b {
			return nil, fmt.Errorf("found a measurement of %s, expected some of %s", a, b)
		}
	}
	c := conditioner{known: k, rows: rows}
	c.prepare(m)
	s, err := c.solve()
	if err != nil {
		return nil, err
	}
	return c.update(s)
}

// A conditioner updates what is known of one setting by rows.
type conditioner struct {
	known  *Known
	rows   []Row
	places []*Known // the settings of the rows, and last the one that is asked for
	from   []int    // by row: its place
	curves []curve
	apart  []float64     // by row: what the network leaves of the logarithm
	noise  []float64     // standard deviation
	same   *mat.SymDense // by rows: the variance of the network that both are of
	shared [][]matrix    // by places: the covariance of their sums
}

// prepare fills in the covariances. Those of one setting are found once.
func (c *conditioner) prepare(m *Model) {
	n := len(c.rows)
	at := map[Setting]int{}
	c.same = mat.NewSymDense(n, nil)
	for i := range c.rows {
		r := &c.rows[i]
		if _, ok := at[r.Setting]; !ok {
			at[r.Setting], c.places = len(c.places), append(c.places, m.Known(&r.Setting))
		}
		k := c.places[at[r.Setting]]
		mean, own, _ := k.part.network(&r.Setting, r.Print, r.Bag)
		c.from, c.curves = append(c.from, at[r.Setting]), append(c.curves, curveOf(&r.Slope))
		c.apart, c.noise = append(c.apart, r.Log-mean), append(c.noise, k.part.noise(&r.Setting))
		for j := i; j < n; j++ {
			if r.Print == c.rows[j].Print {
				c.same.SetSym(i, j, own)
			}
		}
	}
	c.places = append(c.places, c.known)
	for _, a := range c.places {
		var row []matrix
		for _, b := range c.places {
			row = append(row, a.cross(b))
		}
		c.shared = append(c.shared, row)
	}
}

// times returns the product of the matrix and v.
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

// update returns what is known after the last pass.
func (c *conditioner) update(s *solution) (*Known, error) {
	n, asked := len(c.rows), len(c.places)-1
	out := *c.known
	out.moved = true
	for d := range out.sum {
		out.sum[d] += s.moved[asked][d]
	}
	outer := mat.NewDense(n, dims, nil)
	for i := range n {
		row := c.shares(s, asked, i)
		outer.SetRow(i, row[:])
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
	c.keep(&out, s)
	return &out, nil
}

// keep records the rows that are of the setting itself as evidence, and what is left of them.
func (c *conditioner) keep(out *Known, s *solution) {
	left := map[string]residual{}
	maps.Copy(left, out.own)
	for i := range c.rows {
		r := &c.rows[i]
		if !r.sameSlice(&out.Setting) {
			continue
		}
		known := left[r.Print]
		out.Evidence.count(r, known.n == 0)
		known.add(newResidual(0, c.apart[i]-s.longer[i], r.Batch))
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
