package joint

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// equations returns a random symmetric positive definite matrix and a right side, of n unknowns.
func equations(n int, r *rand.Rand) (*mat.SymDense, *mat.VecDense) {
	root, b := mat.NewDense(n, n, nil), mat.NewVecDense(n, nil)
	for i := range n {
		b.SetVec(i, r.NormFloat64())
		for j := range n {
			root.Set(i, j, r.NormFloat64())
		}
	}
	a := mat.NewSymDense(n, nil)
	a.SymOuterK(1, root)
	for i := range n {
		a.SetSym(i, i, a.At(i, i)+float64(n))
	}
	return a, b
}

// TestSolver holds a solver to the equations that follow others: near ones, quite other ones and ones of another size.
func TestSolver(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var s solver
	for _, n := range []int{60, 60, 90, 90} {
		a, b := equations(n, r)
		for step := range 5 {
			for i := range n {
				a.SetSym(i, i, a.At(i, i)*(1+0.1*r.Float64()))
			}
			work := mat.NewSymDense(n, nil)
			work.CopySym(a)
			x, err := s.solve(work, b)
			if err != nil {
				t.Fatal(err)
			}
			var left mat.VecDense
			left.MulVec(a, x)
			left.SubVec(b, &left)
			if got := mat.Norm(&left, 2) / mat.Norm(b, 2); !(got <= exact*1.01) {
				t.Errorf("n %d, step %d: %g of the right side is left, expected at most %g", n, step, got, exact)
			}
		}
	}
}

// TestSolverRefuses holds that equations without a single solution are an error, with a factor of earlier ones too.
func TestSolverRefuses(t *testing.T) {
	var s solver
	good, b := equations(8, rand.New(rand.NewPCG(3, 4)))
	if _, err := s.solve(good, b); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*solver{{}, &s} {
		bad := mat.NewSymDense(8, nil)
		bad.SetSym(0, 0, -1)
		if x, err := s.solve(bad, b); err == nil {
			t.Errorf("found the solution %v, expected an error", x.RawVector().Data)
		}
	}
}
