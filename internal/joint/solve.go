package joint

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// A solution is where rows move the sums of settings, by equations that are straight lines about that place.
type solution struct {
	variance []float64 // by row, as wide as outliers are rare
	moved    []vector  // by place
	slope    []vector  // by row: of the logarithm of its time, by the sums of its place
	longer   []float64 // by row: the logarithm of how many times as long the sums make its time
	chol     mat.Cholesky
	x        mat.VecDense
}

const (
	passes  = 30   // times that the equations are drawn anew, at most
	stride  = 0.7  // that a sum moves in one of them, at most: a curve that is steep there is not steep before
	settled = 1e-3 // a step below which the equations hold
)

// solve moves the sums until the equations about a place lead to it. Variances of rows begin as wide as the tails of
// the noise, because a single measurement may be an outlier that nothing shows to be one.
func (c *conditioner) solve() (*solution, error) {
	n := len(c.rows)
	s := &solution{moved: make([]vector, len(c.places)), variance: make([]float64, n)}
	s.slope, s.longer = make([]vector, n), make([]float64, n)
	for i := range s.variance {
		s.variance[i] = tails * c.noise[i] * c.noise[i]
	}
	for range passes {
		c.straighten(s)
		if err := c.equations(s); err != nil {
			return nil, err
		}
		for i := range s.variance {
			s.variance[i] = tails / studentWeight(s.x.AtVec(i)*s.variance[i], c.noise[i])
		}
		if c.step(s) < settled {
			break
		}
	}
	c.straighten(s)
	return s, c.equations(s)
}

// straighten draws the lines of all rows about where the sums are.
func (c *conditioner) straighten(s *solution) {
	points := make([]point, len(c.places))
	sums := make([]params.Values, len(c.places)) // of the logarithms of the parameters, moved
	for p, k := range c.places {
		sum := k.sum
		for d := range sum {
			sum[d] += s.moved[p][d]
		}
		points[p] = resolve(&k.Setting, &sum)
		for q := range sums[p] {
			if a, b := points[p].theta[q], k.theta[q]; a != b {
				sums[p][q] = math.Log(a / b)
			}
		}
	}
	var g params.Values
	for i := range c.rows {
		p := c.from[i]
		s.longer[i] = c.curves[i].at(&sums[p], &g)
		s.slope[i] = points[p].project(&g)
	}
}

// equations solves those of the rows.
func (c *conditioner) equations(s *solution) error {
	n := len(c.rows)
	all, apart := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	for i := range n {
		p := c.from[i]
		apart.SetVec(i, c.apart[i]-s.longer[i]+s.slope[i].dot(&s.moved[p]))
		for j := i; j < n; j++ {
			x := c.shares(s, p, j)
			all.SetSym(i, j, x.dot(&s.slope[i])+c.same.At(i, j))
		}
		all.SetSym(i, i, all.At(i, i)+s.variance[i])
	}
	if !s.chol.Factorize(all) {
		return fmt.Errorf("the %d measurements cannot be told apart, expected different networks or settings", n)
	}
	if err := s.chol.SolveVecTo(&s.x, apart); err != nil {
		return fmt.Errorf("conditioning on %d measurements: %w", n, err)
	}
	return nil
}

// shares returns the covariance of the sums of a place with the logarithm of a row's time.
func (c *conditioner) shares(s *solution, place, row int) vector {
	return c.shared[place][c.from[row]].times(&s.slope[row])
}

// step moves the sums to where the equations lead, as far as a stride goes, and returns by how much.
func (c *conditioner) step(s *solution) (most float64) {
	to := make([]vector, len(c.places))
	for p := range to {
		for i := range c.rows {
			by, x := c.shares(s, p, i), s.x.AtVec(i)
			for d := range by {
				to[p][d] += by[d] * x
			}
		}
		for d := range to[p] {
			most = max(most, math.Abs(to[p][d]-s.moved[p][d]))
		}
	}
	share := min(1, stride/max(most, settled))
	for p := range to {
		for d := range to[p] {
			s.moved[p][d] += share * (to[p][d] - s.moved[p][d])
		}
	}
	return most
}
